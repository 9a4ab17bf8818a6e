#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <mutex>
#include <utility>

// Actors of other processes, as handles here see them: their calls lie in a mailbox, out of which they
// are taken to be sent.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;
using detail::phase;

actor_state& runtime_engine::know_actor(const detail::actor_type& type, const actor_id& id,
                                        std::string owner_address) {
  auto* made = new actor_state(type, number_, world_, activation_type);
  made->elsewhere = true;
  made->id = id;
  made->shared_id = id;
  made->owner_address = std::move(owner_address);
  made->handles.store(0, std::memory_order_relaxed);
  return *made;
}

cell* runtime_engine::take_call_to_leave(actor_state& actor, std::exception_ptr& refused) {
  for (;;) {
    cell* call = nullptr;
    {
      const std::lock_guard guard(actor.lock);
      if (actor.front == nullptr) actor.front = actor.mailbox.take_all();
      call = actor.front;
      if (call == nullptr) return nullptr;
      if ((actor.word.load(std::memory_order_acquire) & actor_state::held_up) != 0 ||
          !arguments_ready(actor, *call, refused)) {
        return nullptr;
      }
      actor.front = reinterpret_cast<cell*>(call->next);
    }
    if (lane::claim(*call, phase::pending)) return call;
    // Cancelled while it waited.
    refused = nullptr;
    detail::release(*call, detail::engine_reference);
  }
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
