#pragma once

#include <rt/actor_options.hpp>
#include <rt/config.hpp>
#include <rt/core/environment.hpp>
#include <rt/detail/actor_core.hpp>
#include <rt/detail/call_context.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rt::detail {

/// The first waist: everything that the templates of the public API ask of a runtime.
///
/// What crosses is cells. The templates make a cell with its arguments in it and hand it over; the
/// engine decides when and where it runs, and completes it.
/// Thread: every member from any thread; those that wait say so.
class engine {
 public:
  virtual ~engine() = default;

  /// Takes over one reference to `task` and runs it when its arguments are there.
  /// Shape: `options` may be null. Errors: `pending_calls_limit_error` when too many are queued,
  /// `config_error`; both references that a new task has are let go first.
  virtual void submit(cell& task, const task_options* options) = 0;

  /// Takes over one reference to `call` and runs it after its actor's earlier calls.
  /// Errors: likewise.
  virtual void submit(cell& call, const call_options* options) = 0;

  /// Waits until `awaited` is complete; may run it, or what it waits for, on this thread.
  /// Errors: `deadlock_error` when it could only be completed by the waiter itself.
  virtual void wait(cell& awaited) = 0;
  /// The same for a caller who gives its handle up afterwards. If that is the only one, nobody else
  /// can reach the task, and running it here takes no atomic operation.
  /// Shape: the references of the engine, mostly 0, that the caller lets go of with its handle.
  virtual std::uint32_t wait_to_take(cell& awaited) = 0;

  /// Waits until `wanted` of the cells are complete, or until the deadline.
  /// Shape: returns whether they are.
  virtual bool wait_some(cell* const* cells, std::size_t size, std::size_t wanted,
                         instant deadline) = 0;

  /// Asks for the end of a task: one that has not started never does.
  virtual void cancel(cell& task) noexcept = 0;

  /// Runs `callback` once in a slot when `awaited` is complete.
  virtual void when_ready(cell& awaited, std::function<void()> callback) = 0;

  /// Makes an actor whose object is not there yet; `construct`'s run makes it. Takes over one
  /// reference to `construct`. Shape: the result has one handle counted, or is an actor that had the
  /// name already (then `construct` was let go).
  /// With a name, in a cluster, it waits for the head.
  /// Errors: `name_taken_error`, `config_error`, `cluster_unavailable_error`.
  virtual actor_core* spawn(const actor_type& type, cell& construct,
                            const actor_options& options) = 0;

  /// Returns the actor of that name with a handle counted; in a cluster it waits for the head, and for the
  /// actor's owner. `space` is a namespace; that of the job where empty.
  /// Errors: `actor_not_found_error`, `actor_type_error` if it has no part of type `wanted`,
  /// `cluster_unavailable_error`.
  virtual actor_core* find_actor(std::string_view name, std::string_view space,
                                 const std::type_info& wanted) = 0;

  /// Decides that the outcome of a running call is the caller's to write; false if the actor was
  /// killed meanwhile, and the call is complete already.
  virtual bool begin_store(cell& running) noexcept = 0;

  virtual void kill(actor_core& actor) noexcept = 0;
  virtual void end(actor_core& actor) noexcept = 0;

  /// Makes the cell of a stream, with one handle: what a producer puts in and one consumer takes.
  virtual cell* make_stream() = 0;
  /// Has the stream end when its producer is complete.
  virtual void feed(cell& stream, cell& producer) = 0;
  /// Adds an object. Shape: null, or what to wait for before the next, since as many as may be are there.
  virtual cell_ptr put_into(cell& stream, cell_ptr object) = 0;
  /// Takes the oldest object. Shape: where there is none, null, and in `turn` what to wait for, which is
  /// null at the end.
  virtual cell_ptr take_from(cell& stream, cell_ptr& turn) = 0;
  /// Waits for that; may run the producer on this thread.
  virtual void wait_turn(cell& turn, cell& producer) = 0;
  /// Ends the producer, whose objects nobody will take any more.
  virtual void close(cell& stream, cell& producer) noexcept = 0;

  /// The last handle here of an object that other processes know is gone.   Owner: the caller keeps the cell.
  virtual void last_handle_gone(cell& known) noexcept = 0;
  /// Returns the cell by which references to an object of another process see it, with a handle counted.
  /// Shape: `import` stands for the object, `type` is a `proxy_type`; equal ones give the same cell.
  virtual cell* proxy_of(cell& import, const cell_type& type) = 0;
  /// Has the value of such an object brought here.
  virtual void want(cell& proxy) noexcept = 0;

  virtual environment& world() noexcept = 0;
  virtual const config& settings() const noexcept = 0;

  /// Waits for all work, at most the `shutdown_timeout`, then cancels the rest and ends every thread.
  /// Shape: empty, or what still runs and will not end: then the process can only exit.
  virtual std::string shut_down() = 0;

  /// Has the shutdown begun to cancel what still runs?
  virtual bool closing() const noexcept = 0;

  /// Ids of this process, minted when asked for.
  virtual std::uint64_t incarnation() const noexcept = 0;
  virtual std::uint64_t next_id() noexcept = 0;
  /// What the task of a frame holds, by name; of a method, what its actor holds for life.
  virtual std::map<std::string, double> held_by(const task_frame& frame) = 0;
  /// The id of an actor, minted when asked for.
  virtual actor_id id_of(actor_core& actor) noexcept = 0;

  /// Distinguishes the runtimes of a process that follow each other.
  std::uint32_t number() const noexcept { return number_; }

 protected:
  /// Gives it a number and lets it be found; `unlist` before it ends.
  engine();
  /// Lets nobody find it any more.
  void unlist() noexcept;
  /// Is a thread in it that it does not wait for? After `unlist` the last of them is soon gone.
  bool visited() const noexcept { return visitors_.load(std::memory_order_acquire) != 0; }

  std::uint32_t number_;

 private:
  friend class engine_visit;
  std::atomic<std::uint32_t> visitors_{0};
};

/// The one runtime of the process that threads outside tasks use; null if there is none.
extern constinit std::atomic<engine*> process_engine;

/// Finds a living runtime and keeps it from ending meanwhile: for what may happen on any thread at any
/// time, as the end of a handle. Empty if it has ended.
class engine_visit {
 public:
  explicit engine_visit(std::uint32_t number) noexcept;
  engine_visit(const engine_visit&) = delete;
  engine_visit& operator=(const engine_visit&) = delete;
  ~engine_visit();

  engine* get() const noexcept { return runtime_; }
  explicit operator bool() const noexcept { return runtime_ != nullptr; }
  engine* operator->() const noexcept { return runtime_; }

 private:
  engine* runtime_;
  bool counted_ = false;
};

using process_end = void (*)();

/// Forgets every runtime, in a child that was forked off while one lived: its threads are the parent's.
/// All that needs one then throws `errc::no_runtime`; a task's return in the child calls `end`, since
/// nothing of the runtime may go on there. Thread: the child's only one.
void disown_runtimes(process_end end) noexcept;

/// Ends the process; null if it is no such child.
extern constinit process_end end_forked_child;

[[noreturn]] void throw_no_runtime();

/// The runtime that a call made now belongs to: the running task's, else the process's only one.
/// Errors: `rt::error` with `errc::no_runtime`.
inline engine& current_engine() {
  if (engine* own = this_context().runtime; own != nullptr) return *own;
  engine* only = process_engine.load(std::memory_order_acquire);
  if (only == nullptr) throw_no_runtime();
  return *only;
}

/// The living runtime of that number, as cells and actors carry it.
/// Errors: `errc::no_runtime` if it has ended.
engine& engine_numbered(std::uint32_t number);

/// The runtime that a reference or a handle belongs to. Errors: `errc::no_runtime` if it has ended.
template <class Held>
engine& engine_of(const Held& held) {
  engine* only = process_engine.load(std::memory_order_acquire);
  return only != nullptr && only->number() == held.runtime ? *only : engine_numbered(held.runtime);
}

/// Errors: `errc::no_runtime` if the runtime that the reference belongs to has ended.
inline void check_runtime(const cell& held) { static_cast<void>(engine_of(held)); }

/// Errors: `errc::invalid_argument`, since an empty reference refers to nothing that could be waited for.
[[noreturn]] void throw_empty_reference();

/// Completes a task that could not be handed over, so that its handles can let it go.
void abandon(cell& task) noexcept;

/// Marks the failure as seen and throws it.
[[noreturn]] void rethrow_failure(cell& failed);

/// Waits untimed; inline as far as there is nothing to wait for.
inline void wait_for(cell& awaited) {
  if (!awaited.complete()) engine_of(awaited).wait(awaited);
}

}  // namespace rt::detail
