#pragma once

#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <typeinfo>
#include <utility>

namespace rt::detail {

/// What the engine may do with an actor's class without knowing it.
struct actor_type {
  const std::type_info* info;
  void (*destroy)(void* instance) noexcept;
};

/// The part of an actor that handles see; the engine's own part lies behind it.
///
/// Two counts: `handles` keep the actor running, `references` keep this memory, which queued calls,
/// names and the handles together hold.
struct actor_core {
  const actor_type* type;
  /// The object, from the end of its constructor until it is destroyed.
  void* instance = nullptr;
  std::atomic<std::uint32_t> references{1};
  std::atomic<std::uint32_t> handles{1};
  std::uint32_t runtime;
  /// Frees the engine's part together with this.
  void (*free)(actor_core&) noexcept = nullptr;

  actor_core(const actor_type& its_type, std::uint32_t runtime_number) noexcept
      : type(&its_type), runtime(runtime_number) {}
  actor_core(const actor_core&) = delete;
  actor_core& operator=(const actor_core&) = delete;
};

/// Frees the memory when the last reference is gone.
void release(actor_core& core) noexcept;
inline void retain(actor_core& core) noexcept {
  core.references.fetch_add(1, std::memory_order_relaxed);
}

/// Ends the actor behind its queued calls; called when its last handle is gone.
void last_handle_gone(actor_core& core) noexcept;

/// Returns the `wanted` part of an actor's object, its own class or a public unambiguous base; null
/// if it is neither. Virtual bases included, which is why the run-time type information is asked.
void* upcast(void* instance, const std::type_info& actual, const std::type_info& wanted) noexcept;

/// Has an object of class `actual` a part that `upcast` would find? The object need not be there.
bool upcast_possible(const std::type_info& actual, const std::type_info& wanted) noexcept;

}  // namespace rt::detail
