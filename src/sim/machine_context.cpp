#include "sim/machine_context.hpp"

#include <cstdint>

// What a switch keeps lies on the stack that is left, lowest address first:
//   x86-64:  control words of SSE and x87, r15, r14, r13, r12, rbx, rbp, return address
//   aarch64: x19 to x30, d8 to d15
// These are the registers that a called function must leave as it found them; the compiler keeps all
// others itself. A new stack is given the same picture, returning into `roundtrip_fiber_start`,
// which calls the entry function kept in one of the registers with the argument kept in another.

#if RT_SIM_OWN_SWITCH

extern "C" {
void roundtrip_switch_stack(void** keep, void* load);
void roundtrip_fiber_start();
}

#if defined(__x86_64__)

asm(R"(
.text
.p2align 4
.globl roundtrip_switch_stack
.hidden roundtrip_switch_stack
.type roundtrip_switch_stack, @function
roundtrip_switch_stack:
  .cfi_startproc
  pushq %rbp
  .cfi_adjust_cfa_offset 8
  pushq %rbx
  .cfi_adjust_cfa_offset 8
  pushq %r12
  .cfi_adjust_cfa_offset 8
  pushq %r13
  .cfi_adjust_cfa_offset 8
  pushq %r14
  .cfi_adjust_cfa_offset 8
  pushq %r15
  .cfi_adjust_cfa_offset 8
  subq $8, %rsp
  .cfi_adjust_cfa_offset 8
  stmxcsr (%rsp)
  fnstcw 4(%rsp)
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  ldmxcsr (%rsp)
  fldcw 4(%rsp)
  addq $8, %rsp
  .cfi_adjust_cfa_offset -8
  popq %r15
  .cfi_adjust_cfa_offset -8
  popq %r14
  .cfi_adjust_cfa_offset -8
  popq %r13
  .cfi_adjust_cfa_offset -8
  popq %r12
  .cfi_adjust_cfa_offset -8
  popq %rbx
  .cfi_adjust_cfa_offset -8
  popq %rbp
  .cfi_adjust_cfa_offset -8
  ret
  .cfi_endproc
.size roundtrip_switch_stack, .-roundtrip_switch_stack

.p2align 4
.globl roundtrip_fiber_start
.hidden roundtrip_fiber_start
.type roundtrip_fiber_start, @function
roundtrip_fiber_start:
  .cfi_startproc
  .cfi_undefined rip
  movq %r12, %rdi
  call *%r13
  ud2
  .cfi_endproc
.size roundtrip_fiber_start, .-roundtrip_fiber_start
)");

namespace {

void* first_picture(std::uintptr_t top, rt::sim::machine_context::entry_function entry,
                    void* argument) {
  auto* word = reinterpret_cast<std::uintptr_t*>(top) - 10;
  std::uint32_t sse;
  std::uint16_t x87;
  asm("stmxcsr %0" : "=m"(sse));
  asm("fnstcw %0" : "=m"(x87));
  word[0] = sse | static_cast<std::uintptr_t>(x87) << 32;
  word[1] = 0;                                           // r15
  word[2] = 0;                                           // r14
  word[3] = reinterpret_cast<std::uintptr_t>(entry);     // r13
  word[4] = reinterpret_cast<std::uintptr_t>(argument);  // r12
  word[5] = 0;                                           // rbx
  word[6] = 0;                                           // rbp: here chains of frames end
  word[7] = reinterpret_cast<std::uintptr_t>(&roundtrip_fiber_start);
  word[8] = 0;
  word[9] = 0;
  return word;
}

}  // namespace

#else  // aarch64

asm(R"(
.text
.p2align 4
.globl roundtrip_switch_stack
.hidden roundtrip_switch_stack
.type roundtrip_switch_stack, %function
roundtrip_switch_stack:
  .cfi_startproc
  sub sp, sp, #160
  .cfi_adjust_cfa_offset 160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  .cfi_adjust_cfa_offset -160
  ret
  .cfi_endproc
.size roundtrip_switch_stack, .-roundtrip_switch_stack

.p2align 4
.globl roundtrip_fiber_start
.hidden roundtrip_fiber_start
.type roundtrip_fiber_start, %function
roundtrip_fiber_start:
  .cfi_startproc
  .cfi_undefined x30
  mov x0, x19
  blr x20
  brk #1
  .cfi_endproc
.size roundtrip_fiber_start, .-roundtrip_fiber_start
)");

namespace {

void* first_picture(std::uintptr_t top, rt::sim::machine_context::entry_function entry,
                    void* argument) {
  auto* word = reinterpret_cast<std::uintptr_t*>(top) - 20;
  for (int i = 0; i < 20; ++i) word[i] = 0;
  word[0] = reinterpret_cast<std::uintptr_t>(argument);                 // x19
  word[1] = reinterpret_cast<std::uintptr_t>(entry);                    // x20
  word[11] = reinterpret_cast<std::uintptr_t>(&roundtrip_fiber_start);  // x30
  return word;
}

}  // namespace

#endif

namespace rt::sim {

void machine_context::prepare(void* stack, std::size_t bytes, entry_function entry,
                              void* argument) noexcept {
  const auto top = (reinterpret_cast<std::uintptr_t>(stack) + bytes) & ~std::uintptr_t{15};
  stack_pointer_ = first_picture(top, entry, argument);
}

void machine_context::swap(machine_context& from, machine_context& to) noexcept {
  roundtrip_switch_stack(&from.stack_pointer_, to.stack_pointer_);
}

}  // namespace rt::sim

#else  // the C library's

namespace rt::sim {

void machine_context::enter(unsigned high, unsigned low) {
  const auto word = static_cast<std::uintptr_t>(static_cast<std::uint64_t>(high) << 32 | low);
  const auto* self = reinterpret_cast<machine_context*>(word);
  self->entry_(self->argument_);
}

void machine_context::prepare(void* stack, std::size_t bytes, entry_function entry,
                              void* argument) noexcept {
  ::getcontext(&registers_);
  registers_.uc_stack.ss_sp = stack;
  registers_.uc_stack.ss_size = bytes;
  registers_.uc_link = nullptr;
  entry_ = entry;
  argument_ = argument;
  // Arguments are ints there, so the pointer goes in two halves.
  const auto self = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(this));
  ::makecontext(&registers_, reinterpret_cast<void (*)()>(&machine_context::enter), 2,
                static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
}

void machine_context::swap(machine_context& from, machine_context& to) noexcept {
  ::swapcontext(&from.registers_, &to.registers_);
}

}  // namespace rt::sim

#endif
