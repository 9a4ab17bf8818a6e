#pragma once

#include "core/variant.hpp"

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

struct actor_state;
struct name_question;

/// What the engine needs of whoever keeps actors that more than one process knows.
/// Thread: any; never blocks.
class foreign_actors {
 public:
  /// One that lives elsewhere has something in its mailbox. Comes once, until `queued` is taken away
  /// from its word.
  virtual void has_calls(actor_state& elsewhere) noexcept = 0;
  /// The last handle here is gone; the actor's own reference is let go after this.
  virtual void last_handle_gone(actor_state& known) noexcept = 0;
  /// One that lives elsewhere is to end at once.
  virtual void kill(actor_state& elsewhere) noexcept = 0;
  /// Someone asks about a name; `runtime_engine::complete_question` answers. Takes over a reference.
  virtual void ask(name_question& asked) noexcept = 0;
  /// An own one that has its name, and lives here, has its constructor in its mailbox.
  virtual void named_begins(actor_state& here) noexcept = 0;

 protected:
  ~foreign_actors() = default;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
