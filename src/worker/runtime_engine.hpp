#pragma once

#include "lane/baton.hpp"
#include "lane/class_queue.hpp"
#include "lane/spin_lock.hpp"
#include "worker/actor_state.hpp"
#include "worker/attendant.hpp"
#include "worker/looked_at.hpp"
#include "worker/member.hpp"
#include "worker/name_question.hpp"
#include "worker/remote/brought_value.hpp"
#include "worker/remote/foreign_actors.hpp"
#include "worker/remote/foreign_objects.hpp"
#include "worker/remote/hosted_listener.hpp"
#include "worker/remote/pushed_task.hpp"
#include "worker/resources.hpp"
#include "worker/sleepers.hpp"
#include "worker/suspensions.hpp"
#include "worker/timers.hpp"
#include "worker/waits_for.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/frame.hpp>
#include <rt/detail/function_record.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Tasks below this are faster run by the thread that waits for them than handed over.
inline constexpr std::uint32_t tiny_ns = 700;

/// What is expected of a run of the task. Units: nanoseconds; what never ran counts as long.
std::uint32_t expected_ns(const detail::cell& task) noexcept;

/// Who can reach a claimed cell: anyone who may have a handle, or the claiming thread alone.
enum class reach : std::uint8_t { shared, alone };

/// Has its end been asked for, by its own reference, its callers' or its deadline?
bool was_cancelled(const detail::cell& task, const detail::call_context* context,
                   environment& world) noexcept;
std::exception_ptr cancelled_error(const detail::cell& task, rt::outcome outcome);

/// The engine of one process: tasks, actors, slots, waiting.
///
/// One class, since all of it turns on the same few words; its parts are files: `submit.cpp` (from a
/// call to a queue), `run.cpp` (a claimed cell, its completion, what follows from that), `help.cpp`
/// (waiters that run what they wait for), `wait.cpp` (blocking), `slots.cpp` (threads that draw),
/// `loop.cpp` (what the holder of the baton sees to), `actors.cpp` (mailboxes), `spawning.cpp`,
/// `naming.cpp`, `dying.cpp` (an actor's begin, name and end), `coroutines.cpp`, `streams.cpp`,
/// `cancel.cpp`, `far_side.cpp` (calls through bytes), `pushed.cpp` (tasks of other processes),
/// `leaving.cpp` (own tasks that run in other processes), `foreign.cpp` (objects of other processes),
/// `hosted.cpp` (actors that other processes call), `elsewhere.cpp` (actors of other processes).
class runtime_engine final : public detail::engine {
 public:
  runtime_engine(environment& world, const config& options);
  ~runtime_engine() override;

  // detail::engine
  void submit(detail::cell& task, const task_options* options) override;
  void submit(detail::cell& call, const call_options* options) override;
  void wait(detail::cell& awaited) override { wait_for(awaited, false); }
  std::uint32_t wait_to_take(detail::cell& awaited) override { return wait_for(awaited, true); }
  bool wait_some(detail::cell* const* cells, std::size_t size, std::size_t wanted,
                 instant deadline) override;
  void cancel(detail::cell& task) noexcept override;
  void when_ready(detail::cell& awaited, std::function<void()> callback) override;
  detail::actor_core* spawn(const detail::actor_type& type, detail::cell& construct,
                            const actor_options& options) override;
  detail::actor_core* find_actor(std::string_view name, std::string_view space,
                                 const std::type_info& wanted) override;
  bool begin_store(detail::cell& running) noexcept override;
  void kill(detail::actor_core& actor) noexcept override;
  void end(detail::actor_core& actor) noexcept override;
  detail::cell* make_stream() override;
  void feed(detail::cell& stream, detail::cell& producer) override;
  detail::cell_ptr put_into(detail::cell& stream, detail::cell_ptr object) override;
  detail::cell_ptr take_from(detail::cell& stream, detail::cell_ptr& turn) override;
  void wait_turn(detail::cell& turn, detail::cell& producer) override;
  void close(detail::cell& stream, detail::cell& producer) noexcept override;
  void last_handle_gone(detail::cell& known) noexcept override;
  detail::cell* proxy_of(detail::cell& import, const detail::cell_type& type) override;
  void want(detail::cell& proxy) noexcept override;
  environment& world() noexcept override { return world_; }
  const config& settings() const noexcept override { return settings_; }
  std::string shut_down() override;
  bool closing() const noexcept override { return cancelling_.load(std::memory_order_acquire); }
  std::uint64_t incarnation() const noexcept override { return incarnation_; }
  std::uint64_t next_id() noexcept override {
    return ids_.fetch_add(1, std::memory_order_relaxed) + 1;
  }
  std::map<std::string, double> held_by(const detail::task_frame& frame) override;
  actor_id id_of(detail::actor_core& actor) noexcept override;

  /// Has whoever takes the baton see to something more; once, before anything is submitted.
  /// Owner: the caller, until this has shut down.
  void attend_to(attendant& also, foreign_objects& keeper, foreign_actors& actors) noexcept;
  /// Has someone take the baton soon, since the attendant has news.   Thread: any.
  void want_turn() { schedule(0); }

  // pushed.cpp: tasks that other processes have pushed here.
  /// Makes one to be filled in.   Owner: the caller, who ends it by `release`.
  pushed_task& make_pushed(pushed_listener& who);
  /// Has a slot run it as soon as what it asks for is there. Its listener hears of its end.
  void begin_pushed(pushed_task& task);
  /// Does one that was begun wait still for what it asks for?
  bool waits_for_place(const pushed_task& task) const {
    return resources_.is_waiting(task.shape, task);
  }
  /// Takes one back that does; its listener hears nothing more of it.   Shape: false where it does not, any more.
  bool take_back(pushed_task& task);
  /// Asks for the end of one that was begun. Thread: not under the baton, since it may run the user's code.
  void cancel_pushed(pushed_task& task) noexcept;

  // hosted.cpp: actors that other processes call.
  struct hosting {
    /// By the engine's numbering; 0 for nothing.
    std::uint32_t holds = 0;
    std::uint32_t concurrency = 1;
    actor_id id;
    bool detached = false;
  };
  /// Makes an actor for another process.   Shape: with one handle counted.
  actor_state& host(const detail::actor_type& type, const hosting& how, pushed_task& constructor,
                    hosted_listener& who);
  /// Has `who` hear of an own actor that others are about to call.   Shape: false if it is gone already.
  static bool listen_to(actor_state& actor, hosted_listener& who) noexcept;
  /// Makes a call, or a constructor, to be filled in.   Owner: the caller, who ends it by `release`.
  pushed_task& make_hosted(pushed_listener& who);
  /// Has it run behind the actor's other calls. Its listener hears of its end.
  void begin_hosted(actor_state& actor, pushed_task& call);
  /// Ends an actor behind its calls.
  void end_after_calls(actor_state& actor) noexcept;

  // elsewhere.cpp: actors of other processes.
  /// Makes what stands here for one.   Owner: the caller, by one reference; no handle is counted.
  actor_state& know_actor(const detail::actor_type& type, const actor_id& id,
                          std::string owner_address);
  /// Takes the next call of one out and claims it, with the mailbox's reference, if its arguments are
  /// there; null if there is none. `refused` says what it is to fail with.
  detail::cell* take_call_to_leave(actor_state& actor, std::exception_ptr& refused);
  /// Nothing of it lives any more: its name is free.
  void forget_actor(actor_state& actor) { forget_name(actor); }
  /// What was asked about a name is answered; lets the reference of who answers go.
  /// Thread: not under the baton.
  void complete_question(name_question& asked);

  // foreign.cpp
  /// Completes a proxy with a value, or with a failure where that is null.
  /// Thread: not under the baton.
  void complete_proxy(detail::cell& proxy, const brought_value* value, std::exception_ptr failure);

  // leaving.cpp: own tasks that run in other processes.
  /// The number of what tasks of that demand hold, by name; for `begin_pushed`.
  std::uint32_t shape_of(const resource_set& demand);
  /// What tasks of that shape ask for, CPUs, GPUs and memory by their names.
  resource_set demand_of(std::uint32_t shape);
  /// All that this process has.
  resource_set total() { return resources_.total(); }
  /// What of that no task has just now.
  resource_set free() { return resources_.free(); }
  /// Shapes are numbered below this.
  std::uint32_t shapes() { return resources_.classes(); }
  /// Has its end been asked for, or that of one that called it?
  bool is_cancelled(const detail::cell& task) const noexcept { return ends_early(task); }
  /// About how many tasks of that shape wait for a place to run.
  std::size_t waiting(std::uint32_t shape) const;
  /// Takes one of them out and claims it, with the queue's reference; null if none can leave.
  /// Shape: in `stay` how many were found that belong here: an actor's calls, a coroutine that goes on.
  detail::cell* draw_to_leave(std::uint32_t shape, std::size_t& stay);
  /// How often the slots of this process have looked for a task of one CPU while they had one.
  std::uint64_t slots_have_drawn() const noexcept;
  /// Completes one with what came back for it, or with an exception, and lets its reference go.
  /// Thread: not under the baton.
  void complete_left(detail::cell& task, const value_view& value);
  void fail_left(detail::cell& task, std::exception_ptr failure);
  /// Takes one back that is not sent any more: it waits for a place here again, as the attempt that it is now.
  void come_home(detail::cell& task, std::uint32_t shape, std::uint32_t attempt,
                 std::int32_t retries_left);
  /// Is one that failed with an exception of the user's to be run once more? Counts it.
  bool retries_left(detail::cell& task, std::uint32_t& attempt);

 private:
  // submit.cpp
  /// This thread's part in the runtime; its first call makes it one.
  member& join() {
    detail::thread_context& context = detail::this_context();
    if (context.member_of == number_) [[likely]]
      return *static_cast<member*>(context.member);
    return join_first(context);
  }
  member& join_first(detail::thread_context& context);
  void leave(member& mine) noexcept;
  static void thread_ends(detail::thread_context& context) noexcept;
  /// The context of a call with options, or of a child; null if there is nothing to say.
  template <class Options>
  detail::call_context* context_for(const detail::cell& made, const Options* options);
  detail::call_context* context_of(const detail::cell& owner, const task_options& options);
  detail::call_context* context_of(const detail::cell& owner, const call_options& options);
  /// The context that children of the running task share; null outside tasks.
  detail::call_context* inherited_context();
  void take_in(member& mine, detail::cell& task);
  void take_call_in(member& mine, detail::cell& call);
  /// Looks now and then: the sum over all threads is not on the way of each call.
  void make_room(member& mine) {
    if ((mine.submitted.load(std::memory_order_relaxed) & room_mask_) == 0) make_room_now(mine);
  }
  void make_room_now(member& mine);
  /// Moves a task along its arguments; queues it when all are there. Takes over an engine reference.
  void advance(member& mine, detail::cell& task);
  /// The same for a task of another runtime of this process, which waits for an object of this one.
  static void advance_elsewhere(detail::cell& task);
  /// Puts a ready cell where slots find it. Takes over an engine reference.
  void enqueue(member& mine, detail::cell& ready);
  void push(member& mine, detail::cell& ready, std::uint32_t expected_ns);

  // run.cpp
  /// Runs a cell that this thread has claimed and completes it. Shape: false for a coroutine that
  /// waits: then it is another's already.
  bool run(member& mine, detail::cell& claimed, actor_state* actor, reach by = reach::shared);
  /// Ends what must not begin any more; true if it did.
  bool refuse(member& mine, detail::cell& claimed, const actor_state* actor,
              const detail::call_context* context);
  /// Completes a task, or a call of an actor, that has run, by what it left.
  void conclude(member& mine, detail::cell& claimed, actor_state* actor,
                const detail::task_frame& left, std::exception_ptr failure);
  void conclude_task(member& mine, detail::cell& claimed, const detail::call_context* context,
                     std::exception_ptr failure, reach by);
  /// Leaves a call to whoever has killed its actor meanwhile.
  void conclude_call(member& mine, detail::cell& claimed, actor_state& actor,
                     const detail::task_frame& left, std::exception_ptr failure);
  /// Runs it again as often as its options allow.
  std::exception_ptr retry(detail::cell& claimed, detail::task_frame& frame,
                           std::exception_ptr failure);
  std::exception_ptr call_once(detail::cell& claimed, detail::task_frame& frame);
  /// Is a task that failed to be run once more? Counts the attempt.
  static bool retries(const detail::cell& claimed, std::uint32_t& attempt);
  void fail_claimed(member& mine, detail::cell& claimed, std::exception_ptr failure);
  void fail(member& mine, detail::cell& decided, std::exception_ptr failure,
            reach by = reach::shared);
  /// Tells everyone that the outcome is there.
  void complete(member& mine, detail::cell& decided, bool failed, reach by = reach::shared);
  void fire(member& mine, std::uintptr_t list);

  // coroutines.cpp
  /// Keeps a coroutine that waits for the first time. Shape: as `run`.
  bool wait_first(member& mine, detail::cell& task, actor_state* actor,
                  const detail::task_frame& left);
  /// Lets go of a coroutine until what it awaits is there. Shape: false if it goes on at once, with
  /// this thread.
  bool park(suspended_task& waiting);
  void give_up_wait(suspended_task& waiting);
  static void wake_suspended(detail::continuation& hung) noexcept;
  /// Has a coroutine that waits go on with an exception.
  void interrupt(suspended_task& waiting) noexcept;
  void interrupt(const detail::cell& task) noexcept;
  /// The same for all that have a cancelled ancestor.
  void interrupt_children() noexcept;
  void interrupt_all() noexcept;
  /// Puts it where it is gone on with. Takes over an engine reference.
  void queue_suspended(suspended_task& woken);
  /// Goes on with a coroutine that was drawn from a queue. Shape: whether it has ended here.
  bool resume(member& mine, detail::cell& drawn);
  bool go_on(member& mine, suspended_task& awake);
  std::exception_ptr make_step(member& mine, suspended_task& awake);
  bool ends_early(const detail::cell& task) const noexcept;
  static const detail::cell_type suspended_type;

  // streams.cpp
  /// Completes a cell that stands for something that happens.
  void signal(const detail::cell_ptr& event);
  static void end_stream(detail::continuation& hung) noexcept;

  // far_side.cpp
  std::exception_ptr call_through_bytes(detail::cell& claimed, detail::task_frame& frame);
  /// Takes over the reference to the far side's cell, which has run, and brings its outcome back.
  std::exception_ptr bring_back(detail::cell& claimed, detail::task_frame& frame, detail::cell& far,
                                std::exception_ptr failure);

  // pushed.cpp
  detail::cell* read_pushed(pushed_task& task, detail::actor_core* actor = nullptr);
  /// Shape: false for a coroutine that waits.
  bool run_pushed(member& mine, pushed_task& task);
  void answer_pushed(pushed_task& task) noexcept;
  /// Ends one that never began.
  void drop_pushed(pushed_task& task);
  static const detail::cell_type pushed_type;

  // hosted.cpp
  /// Runs a call that others have made, or fails it with `refused`.
  void run_hosted(member& mine, actor_state& actor, pushed_task& call, std::exception_ptr refused);
  static const detail::cell_type hosted_type;

  // help.cpp
  /// Waits untimed. Shape: engine references that the caller lets go of, 0 unless it takes the value.
  std::uint32_t wait_for(detail::cell& awaited, bool takes);
  /// Runs the cell, or unstarted tasks that it waits for, until it is complete or nothing is left to
  /// run here. Shape: whether it is complete.
  bool help(member& mine, detail::cell& awaited);
  /// Runs the actor's calls up to this one. Shape: false if they may not be run here.
  bool help_actor(member& mine, detail::cell& call);
  /// Runs one task that some cell of the path waits for besides the next one. Shape: false if none.
  bool help_beside(member& mine, const std::vector<detail::cell*>& path);
  /// The `index`-th argument that the cell waits for; empty if it has none, or has started.
  static looked_at look_at_argument(detail::cell& waiting, std::uint32_t index);
  bool may_run_here(const detail::cell& task);
  /// `waits` is a coroutine's that has begun; `alone` leaves the engine's reference to the caller.
  enum class ran : std::uint8_t { no, waits, yes, alone };
  /// Runs an unstarted task on this thread.
  ran run_here(member& mine, detail::cell& task, bool takes = false);
  /// The same for a coroutine that may go on. Shape: whether it has made a step.
  bool resume_here(member& mine, detail::cell& task);
  /// Goes on with the coroutine at the path's end, or with what it waits for. Shape: false if neither.
  bool help_suspended(member& mine, std::vector<detail::cell*>& path, std::vector<looked_at>& kept);
  /// Runs what this thread has taken out of a queue, or puts it back.
  bool run_or_return(member& mine, detail::cell& drawn);
  bool begin_help(member& mine) noexcept;
  void want_seat(member& mine, bool wanted) noexcept;
  void end_help(member& mine, seat before) noexcept;
  /// Lets what hangs on the cells that this thread has completed not wait for it to wake up: fires it,
  /// and lets what is completed meanwhile be fired at once.
  class firing_pause {
   public:
    firing_pause(runtime_engine& runtime, member& mine);
    firing_pause(const firing_pause&) = delete;
    firing_pause& operator=(const firing_pause&) = delete;
    ~firing_pause() { mine_.firing = was_; }

   private:
    member& mine_;
    const bool was_;
  };

  // wait.cpp
  void block(member& mine, detail::cell& awaited);
  /// Takes the baton now and then, in a wait that lasts.
  void look_for_turn(unsigned round);
  /// Throws `deadlock_error` when too few of the cells can ever be complete while this thread waits.
  void refuse_circles(member& mine, detail::cell* const* cells, std::size_t size,
                      std::size_t wanted);
  /// What a thread that blocks gives back meanwhile: CPUs, on a seat or of a granted task.
  struct loan {
    std::int64_t cpu = 0;
    bool seat = false;
  };
  loan lend_all(member& mine);
  void regain(member& mine, loan lent);

  // slots.cpp
  void slot_main();
  detail::cell* draw(member& mine);
  detail::cell* steal(member& mine);
  void run_drawn(member& mine, detail::cell& drawn);
  bool run_granted(member& mine);
  void idle(member& mine);
  /// Are the shard's tasks too small to be taken from the thread that runs them itself?
  bool left_to_owner(const lane::shard& shard, std::uint32_t each_ns) const noexcept;
  bool work_for_slots() const noexcept;
  void wake_slot();
  bool give_up_seat();
  bool sit(member& mine) noexcept;
  void start_slots();

  // loop.cpp
  void standby_main();
  /// Who takes the baton. A waiter leaves what runs the user's destructors to the others.
  enum class holder : std::uint8_t { waiter, slot, standby };
  /// Is there something to do for such a one?
  bool turn_due(holder by) noexcept;
  /// Takes the baton and does what is due; leaves it to another who holds it.
  void take_turn(holder by);
  /// Shape: whether something was done outside the baton, which may need another turn.
  bool take_one_turn(holder by);
  void look_around();
  /// Sees to what nobody attends to. Shape: whether another look is needed.
  bool look();
  /// Takes the seat of a slot from under a method that lasts: methods hold no CPU.
  void take_from_call(member& slot);
  /// The slot is through with that method.
  void end_lending(member& slot) noexcept;
  /// Has someone look soon.
  void arm() {
    if (look_at_.load(std::memory_order_seq_cst) == never) arm_now();
  }
  void arm_now();
  /// Has someone take the baton at that instant, the standby if no other.
  void schedule(instant when);
  void add_timer(instant when, detail::cell& task, timers::kind what);
  /// Shape: true if there is one; from then on the loop may cancel the task at any moment.
  bool start_deadline(detail::cell& task);
  void forget_timers(detail::cell& task, detail::call_context& own);
  /// Ends a task whose time has come. Takes over an engine reference.
  void expire(const timers::entry& due);

  // actors.cpp
  /// Notes what the actor's next calls are expected to take.
  static void expect(actor_state& actor, const detail::cell& call) noexcept;
  void activate(member& mine, actor_state& actor);
  /// Is it the call that makes its actor's object?
  static bool makes_object(const detail::cell& call) noexcept;
  /// Runs an actor's calls in their order: until `until` is complete, or for a while if that is null.
  /// Shape: false if as many run them already as may.
  bool run_mailbox(member& mine, actor_state& actor, detail::cell* until);
  /// What a runner leaves in a mailbox, as far as it knows: calls, methods that may go on.
  struct remains {
    bool calls;
    bool methods;
  };
  /// Shape: null if there is no call, or none that can start now. `refused` says what the call is to
  /// fail with, `left` what is behind it, `others_may` whether that may run beside it.
  detail::cell* take_next_call(actor_state& actor, std::exception_ptr& refused, remains& left,
                               bool& others_may);
  /// Shape: false if the call waits as a coroutine, and stays among those that run.
  bool run_call(member& mine, actor_state& actor, detail::cell& call, std::exception_ptr& refused);
  /// Shape: true if calls that were held up by this one may start now.
  static bool finish_call(actor_state& actor, detail::cell& call);
  void leave_mailbox(member& mine, actor_state& actor, remains left);
  /// Goes on with the oldest method that may. Shape: false if there is none; `more` says whether there
  /// was another.
  bool resume_method(member& mine, actor_state& actor, bool& more);
  static bool arguments_ready(actor_state& actor, detail::cell& call, std::exception_ptr& failure);
  static void unstall(detail::continuation& hung) noexcept;
  /// Lets an actor go on whose first call, which waits for its arguments, is to be cancelled.
  void stop_waiting(actor_state& actor, detail::cell& call);
  static const detail::cell_type activation_type;
  static actor_state& of_activation(detail::cell& activation) noexcept;

  // spawning.cpp
  bool lives_elsewhere(const actor_state& actor);
  /// Adds it to the list of all actors.   Thread: under `actors_lock_`.
  void list(actor_state& actor) noexcept;
  /// Lets the first of its mailbox run, once it has what it holds.
  void begin(member& mine, actor_state& actor);
  /// Starts an actor that has what it holds for life.
  void place(detail::cell& placement);
  static const detail::cell_type placement_type;

  // naming.cpp
  /// Counts a handle more, unless none is left.
  static bool share_handle(actor_state& actor) noexcept;
  /// Has a new actor have its name, here.   Shape: null, or the actor that has it already.
  actor_state* take_name(actor_state& actor, const actor_options& options);
  /// The same where the head keeps names.   Shape: of another the handle is counted; a detached one, which
  /// has a recipe, is always another.
  detail::actor_core* take_name(actor_state& actor, const actor_options& options,
                                foreign_actors& far, std::optional<wire::actor_recipe> recipe = {});
  /// Waits for an answer.   Shape: null, or the actor that is it, with a handle counted.
  detail::actor_core* ask(foreign_actors& far, name_question& question);
  name_question& question_about(std::string_view name, std::string_view space);
  static const detail::cell_type question_type;
  void forget_name(actor_state& actor);

  // detached.cpp
  /// Has the head have one, and returns a handle of it, counted. `described` says what it is to be.
  detail::actor_core* spawn_detached(actor_state& described, detail::cell& construct,
                                     const actor_options& options, foreign_actors& far);
  /// Keeps one alive in a process by itself, until the runtime ends.
  void keep_detached(actor_state& actor);
  void let_detached_go(const actor_state& dead);
  void let_all_detached_go();

  // dying.cpp
  static void set_dead(actor_state& actor, std::string_view why);
  void die(actor_state& actor, std::string_view why);
  void die(actor_state& actor, std::string why, const std::exception_ptr& cause);
  /// Decides that the outcome of a running call is the death of its actor, and adds it to `taken`.
  static void take_outcome(detail::cell& call, std::vector<detail::cell*>& taken);
  void fail_taken(member& mine, actor_state& actor, const std::vector<detail::cell*>& taken);
  /// Fails the methods that wait as coroutines when the one of `leaving` ends their actor.
  void fail_suspended(member& mine, actor_state& actor, const detail::cell& leaving);
  /// Destroys a dead actor's object when nothing of it runs any more.
  void bury(actor_state& actor);
  /// What calls of a dead actor fail with.
  std::exception_ptr death_of(actor_state& actor, rt::outcome outcome);
  std::exception_ptr death_under_lock(actor_state& actor, rt::outcome outcome);
  static const detail::cell_type end_type;

  // runtime_engine.cpp
  bool quiet() const noexcept;
  bool wait_until_quiet(instant deadline);
  void open_all_kept();
  void cancel_everything(member& mine);
  std::string who_stays();

  environment& world_;
  const config settings_;
  std::uint64_t incarnation_;
  /// Does `environment::fence_all_threads` work here? The standby sees to it, after its first look.
  lane::atomic<bool> fenced_;
  /// Which numbers of submitted tasks are looked at by `make_room`: those with none of these bits.
  const std::uint64_t room_mask_;
  std::atomic<std::uint64_t> ids_{0};

  lane::class_queue queue_;
  resources resources_;
  suspensions suspensions_;
  waits_for waits_for_;

  lane::atomic<member*> members_{nullptr};

  sleepers sleepers_;
  lane::atomic<bool> spinning_{false};
  lane::atomic<std::uint32_t> slots_{0};
  lane::atomic<bool> slots_wanted_{false};
  lane::atomic<std::uint32_t> blocked_{0};
  /// Slots that run tasks of other classes, and so sit on no seat.
  lane::atomic<std::uint32_t> seatless_{0};
  lane::atomic<bool> stopping_{false};
  lane::atomic<bool> cancelling_{false};

  // What who holds the baton sees to.
  lane::atomic<attendant*> attendant_{nullptr};
  lane::atomic<foreign_objects*> foreign_{nullptr};
  lane::atomic<foreign_actors*> actors_elsewhere_{nullptr};
  lane::baton baton_;
  lane::spin_lock alarm_lock_;
  /// When someone is to take the baton next; written under the lock, as are the timers.
  lane::atomic<instant> alarm_{never};
  timers timers_;
  /// When to look for what nobody attends to.
  lane::atomic<instant> look_at_{never};
  lane::atomic<bool> looked_{false};
  unsigned fruitless_looks_ = 0;

  // Actors and names.
  lane::spin_lock actors_lock_;
  actor_state* first_actor_ = nullptr;
  /// By namespace and name; of a cluster's process none.
  std::map<std::pair<std::string, std::string>, actor_state*> names_;
  /// What keeps detached ones alive, in a process by itself.
  std::vector<detail::actor_handle> detached_;

  // The end.
  lane::atomic<bool> draining_{false};
  lane::atomic<std::uint32_t> quiet_word_{0};

  lane::spin_lock threads_lock_;
  std::vector<std::unique_ptr<environment::thread>> threads_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
