#include "sim/execution.hpp"

#include <cxxabi.h>

#include <cstring>

#include "sim/sanitizers.hpp"

#if RT_SIM_ASAN
#include <pthread.h>
#endif

namespace rt::sim {
namespace {

#if RT_SIM_ASAN
void look_up_stack(const void*& bottom, std::size_t& bytes) {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return;
  void* lowest = nullptr;
  ::pthread_attr_getstack(&attributes, &lowest, &bytes);
  bottom = lowest;
  ::pthread_attr_destroy(&attributes);
}
#endif

}  // namespace

execution::execution() {
#if RT_SIM_ASAN
  look_up_stack(stack_bottom_, stack_bytes_);
#endif
#if RT_SIM_TSAN
  race_state_ = __tsan_get_current_fiber();
#endif
}

execution::execution(machine_context::entry_function entry, void* argument)
    : stack_(std::in_place) {
  registers_.prepare(stack_->lowest(), fiber_stack::bytes, entry, argument);
  stack_bottom_ = stack_->lowest();
  stack_bytes_ = fiber_stack::bytes;
#if RT_SIM_TSAN
  race_state_ = __tsan_create_fiber(0);
#endif
}

execution::~execution() {
#if RT_SIM_TSAN
  if (stack_) __tsan_destroy_fiber(race_state_);
#endif
}

void execution::switch_to(execution& next, [[maybe_unused]] leaving how) noexcept {
  // The first two words of the globals are what the language defines, on each ABI we run on.
  std::memcpy(&exceptions_, abi::__cxa_get_globals(), sizeof exceptions_);
  context_ = rt::detail::current_context;
#if RT_SIM_ASAN
  // A stack that is left for good has its fake frames freed.
  __sanitizer_start_switch_fiber(how == leaving::for_good ? nullptr : &fake_stack_,
                                 next.stack_bottom_, next.stack_bytes_);
#endif
#if RT_SIM_TSAN
  __tsan_switch_to_fiber(next.race_state_, 0);
#endif
  machine_context::swap(registers_, next.registers_);
  arrive();
}

void execution::arrive() noexcept {
#if RT_SIM_ASAN
  __sanitizer_finish_switch_fiber(fake_stack_, nullptr, nullptr);
#endif
  rt::detail::current_context = context_;
  std::memcpy(static_cast<void*>(abi::__cxa_get_globals()), &exceptions_, sizeof exceptions_);
}

void execution::abandon() noexcept {
  if (stack_) stack_->abandon();
}

}  // namespace rt::sim
