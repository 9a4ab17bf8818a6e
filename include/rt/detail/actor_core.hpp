#pragma once

#include <rt/core/ids.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace rt::detail {

/// What the engine may do with an actor's class without knowing it.
///
/// Each class of which this binary makes actors has one, linked into a list before `main` starts.
/// Thread: constant after start-up.
struct actor_type {
  const std::type_info* info;
  void (*destroy)(void* instance) noexcept;
  /// The source file that instantiated it; part of the identity where the name has internal linkage.
  const char* base_file;
  const actor_type* next;

  actor_type(const std::type_info& its_info, void (*its_end)(void*) noexcept,
             const char* its_base_file) noexcept;
  actor_type(const actor_type&) = delete;
  actor_type& operator=(const actor_type&) = delete;

  /// What processes compare.
  std::string identity() const;
};

/// Returns the class of that identity, null if this binary makes no actors of it.
/// Thread: any, after start-up.
const actor_type* find_actor_type(std::string_view identity);

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
  /// By which handles of one actor are found equal, where its owner is another process than the one it
  /// lives in: then there may be two of these. None for all others.
  actor_id shared_id = {};
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

/// Do both stand for one actor, or for none?
inline bool same_actor(const actor_core* a, const actor_core* b) noexcept {
  return a == b || (a != nullptr && b != nullptr && a->shared_id && a->shared_id == b->shared_id);
}

/// Equal for those.
inline std::size_t hash_actor(const actor_core* core) noexcept {
  return core != nullptr && core->shared_id ? std::hash<actor_id>()(core->shared_id)
                                            : std::hash<const void*>()(core);
}

/// Ends the actor behind its queued calls; called when its last handle is gone.
void last_handle_gone(actor_core& core) noexcept;

/// Returns the `wanted` part of an actor's object, its own class or a public unambiguous base; null
/// if it is neither. Virtual bases included, which is why the run-time type information is asked.
void* upcast(void* instance, const std::type_info& actual, const std::type_info& wanted) noexcept;

/// Has an object of class `actual` a part that `upcast` would find? The object need not be there.
bool upcast_possible(const std::type_info& actual, const std::type_info& wanted) noexcept;

}  // namespace rt::detail
