#include "api/throw_stack.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <link.h>
#include <unwind.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>
#include <string_view>
#include <typeinfo>

#include <rt/detail/failure.hpp>
#include <rt/task_error.hpp>

#include "api/exception_object.hpp"
#include "core/class_name.hpp"

namespace rt::detail {
namespace {

constexpr std::size_t frames_max = 64;

/// One remembered stack. From the throw to its handler, destructors of the user run, which may
/// suspend a fiber, or run tasks that throw: so a stack is kept under its exception's address, and
/// by no thread.
struct stack_slot {
  static constexpr std::uintptr_t empty = 0;
  static constexpr std::uintptr_t busy = 1;

  /// `empty`, `busy` (one thread is writing or reading it), or the address of the exception.
  std::atomic<std::uintptr_t> key{empty};
  std::uint32_t count = 0;
  std::array<const void*, frames_max> frames{};
};

// One for each exception on its way to its handler. Beyond that a stack is not remembered. One that
// never reaches its handler, since a destructor on the way never returns, costs its slot.
constexpr std::size_t slots_max = 128;
constinit std::array<stack_slot, slots_max> slots{};

bool take_slot(stack_slot& slot, std::uintptr_t key) noexcept {
  // Acquire: pairs with the release of whoever wrote or emptied it last.
  return slot.key.load(std::memory_order_relaxed) == key &&
         slot.key.compare_exchange_strong(key, stack_slot::busy, std::memory_order_acquire,
                                          std::memory_order_relaxed);
}

stack_slot* take_slot_for(std::uintptr_t key) noexcept {
  // An older stack under this address is of an exception that is gone, or of an earlier throw of it.
  for (stack_slot& slot : slots)
    if (take_slot(slot, key)) return &slot;
  for (stack_slot& slot : slots)
    if (take_slot(slot, stack_slot::empty)) return &slot;
  return nullptr;
}

/// Returns the function that the frame runs, which is found by a return address.
std::uintptr_t function_of(_Unwind_Context* frame) noexcept {
  return static_cast<std::uintptr_t>(_Unwind_GetRegionStart(frame));
}

_Unwind_Reason_Code remember_frame(_Unwind_Context* frame, void* argument) {
  auto& slot = *static_cast<stack_slot*>(argument);
  if (function_of(frame) == reinterpret_cast<std::uintptr_t>(&guarded_call))
    return _URC_END_OF_STACK;
  const auto address = static_cast<std::uintptr_t>(_Unwind_GetIP(frame));
  if (address == 0 || slot.count == frames_max) return _URC_END_OF_STACK;
  slot.frames[slot.count++] = reinterpret_cast<const void*>(address);
  return _URC_NO_REASON;
}

void remember_stack(const void* exception) noexcept {
  const auto key = reinterpret_cast<std::uintptr_t>(exception);
  stack_slot* const slot = take_slot_for(key);
  if (slot == nullptr) return;
  slot->count = 0;
  _Unwind_Backtrace(remember_frame, slot);
  slot->key.store(key, std::memory_order_release);
}

class probe_type_info final : public std::type_info {
 public:
  probe_type_info() noexcept : std::type_info("N2rt6detail11throw_probeE") {}

  bool __do_catch(const std::type_info* thrown, void** object, unsigned) const override {
    if (*thrown == typeid(abi::__forced_unwind) || *thrown == typeid(abi::__foreign_exception))
      return false;
    // What was thrown in a task before keeps the stack of then.
    if (catch_as(typeid(task_error), *thrown, *object) == nullptr &&
        catch_as(typeid(control_signal), *thrown, *object) == nullptr)
      remember_stack(*object);
    return false;
  }
};

}  // namespace

// What the catch clause of `throw_probe` refers to. Raw memory, since the destructor of an object
// would take its virtual functions away while other threads still throw.
extern "C" {
[[gnu::visibility("hidden")]] extern unsigned char
    rt_throw_probe_type_info[sizeof(probe_type_info)] __asm__("_ZTIN2rt6detail11throw_probeE");
alignas(probe_type_info) unsigned char rt_throw_probe_type_info[sizeof(probe_type_info)] = {};
}

namespace {

// Before all initializers of ordinary priority: one of them may start a runtime.
[[gnu::constructor(101)]] void make_probe() {
  ::new (static_cast<void*>(rt_throw_probe_type_info)) probe_type_info;
}

}  // namespace

std::vector<const void*> take_throw_stack(const void* exception) {
  std::vector<const void*> frames;
  frames.reserve(frames_max);
  const auto key = reinterpret_cast<std::uintptr_t>(exception);
  for (stack_slot& slot : slots) {
    if (!take_slot(slot, key)) continue;
    frames.assign(slot.frames.begin(), slot.frames.begin() + slot.count);
    slot.key.store(stack_slot::empty, std::memory_order_release);
    break;
  }
  return frames;
}

namespace {

/// What the dynamic linker knows of a code address.
struct code_place {
  std::string function;
  std::string_view raw_name;
  std::string module;
  std::uintptr_t offset_in_function = 0;
  std::uintptr_t offset_in_module = 0;
};

std::uintptr_t offset_in(const Dl_info& info, std::uintptr_t address) {
  const auto base = reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  // A program that cannot be moved speaks of its addresses as they are.
  ElfW(Half) kind = ET_DYN;
  std::memcpy(&kind, &static_cast<const ElfW(Ehdr)*>(info.dli_fbase)->e_type, sizeof(kind));
  return kind == ET_EXEC ? address : address - base;
}

code_place place_of(const void* return_address) {
  code_place place;
  // The call lies before the address it returns to, which may belong to the next function already.
  const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(return_address) - 1;
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(address), &info) == 0 || info.dli_fbase == nullptr) {
    place.offset_in_module = address;
    return place;
  }
  if (info.dli_fname != nullptr) place.module = info.dli_fname;
  place.offset_in_module = offset_in(info, address);
  if (info.dli_sname == nullptr) return place;
  place.raw_name = info.dli_sname;
  place.offset_in_function = address - reinterpret_cast<std::uintptr_t>(info.dli_saddr);
  place.function = demangled(info.dli_sname);
  return place;
}

/// Whether the frame is one by which the C++ runtime throws, which tells nobody anything.
bool throws(const code_place& place) {
  return place.raw_name.find("__cxa_throw") != std::string_view::npos ||
         place.raw_name.find("__cxa_rethrow") != std::string_view::npos ||
         place.raw_name.find("17rethrow_exception") != std::string_view::npos;
}

std::string hexadecimal(std::uintptr_t number) {
  char text[2 * sizeof(number) + 3];
  std::snprintf(text, sizeof(text), "0x%zx", static_cast<std::size_t>(number));
  return text;
}

}  // namespace

std::string describe_stack(const std::vector<const void*>& addresses) {
  std::vector<code_place> places;
  std::size_t first = 0;
  for (const void* const address : addresses) {
    places.push_back(place_of(address));
    if (throws(places.back())) first = places.size();
  }
  if (first == places.size()) first = 0;
  std::string text;
  for (std::size_t i = first; i < places.size(); ++i) {
    const code_place& place = places[i];
    text += "#" + std::to_string(i - first) + " ";
    text += place.function.empty() ? "??"
                                   : place.function + "+" + hexadecimal(place.offset_in_function);
    text += " in " + (place.module.empty() ? "??" : place.module) + "+" +
            hexadecimal(place.offset_in_module) + "\n";
  }
  return text;
}

}  // namespace rt::detail
