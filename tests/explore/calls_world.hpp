#pragma once

// The three values as they are explored: deliberate bugs can be planted in them.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/planted_bug.hpp"
#include "worker/calls/call_book.hpp"
#include "worker/hosting/host_table.hpp"
#include "worker/owning/owned_actors.hpp"

namespace explore::calls {

namespace calling = rt::worker::calls;
namespace hosting = rt::worker::hosting;
namespace owning = rt::worker::owning;
using rt::wire::attempt_name;
using rt::wire::call_seq;
using rt::wire::epoch_number;
using rt::wire::owner_index;
using rt::wire::request_number;
using rt::wire::session_number;
using rt::wire::slot_place;
using process = unsigned;

/// What there is, and how much may happen in one run with one actor, which process 0 owns.
struct limits {
  process processes = 2;
  std::vector<process> callers = {0};
  std::vector<process> hosts = {1};
  unsigned calls = 1;  ///< of each caller
  int retries = 0;     ///< of each call
  int max_restarts = 0;
  unsigned restarts_max = 5;  ///< within the window of time
  unsigned together = 1;      ///< methods that run at a time
  bool registered = false;
  unsigned unready = 0;         ///< calls whose arguments come later
  unsigned late_arguments = 0;  ///< calls whose arguments come to the host later
  unsigned cancels = 0;
  unsigned kills = 0;
  unsigned mild_kills = 0;  ///< after which it may restart
  unsigned drops = 0;       ///< handles let go before all calls are made
  unsigned exits = 0;
  unsigned throws = 0;    ///< constructors that throw
  unsigned refusals = 0;  ///< of places, and of the head
  unsigned breaks = 0;    ///< sessions that end
  unsigned deaths = 0;    ///< of processes
  unsigned crashes = 0;   ///< of processes that an actor had to itself
  unsigned late = 0;      ///< letters of a session that arrive after its end
  unsigned ticks = 0;     ///< of a millisecond
};

/// What travels from one process to another.
struct letter {
  enum class kind : std::uint8_t {
    create,
    created,   ///< `detail`: as `hosting::effects::created::kind`
    end_life,  ///< `detail`: after its calls
    ended,     ///< `detail`: as `hosting::end_reason`
    question,  ///< `epoch` is the one that is not meant
    standing,  ///< `detail`: it is a reply
    calls,     ///< `detail`: a bit for each whose arguments come later
    answer,    ///< `detail`: as `answer_kind`
    cancel,
    kill,  ///< `detail`: it may restart
  };
  enum answer_kind : std::uint8_t { value, cancelled, handed_back, lost };

  kind what = kind::create;
  epoch_number epoch{};
  std::uint32_t detail = 0;
  call_seq first{};
  std::vector<attempt_name> calls;
  owning::standing how;
};

/// One thing that may happen next.
struct action {
  enum class kind : std::uint8_t {
    submit,        ///< the process makes a call; `index` says whether its arguments are there
    ready,         ///< the arguments of call `index` of the process are there
    deliver,       ///< the next letter from `other` reaches the process
    head_answers,  ///< the head answers the owner; `index` says whether it refuses
    place,         ///< a place is found at the process
    refuse,        ///< there is none
    built,         ///< the constructor has returned in the process; `index` says whether it threw
    begin,         ///< a method begins there
    end,           ///< running method `index` returns there
    exit,          ///< running method `index` ends its actor
    arguments,     ///< the arguments of waiting call `index` of `other` arrive there
    crash,         ///< the process that the actor has to itself there dies
    cancel,        ///< the process cancels its call `index`
    kill,          ///< the process wants the actor's end; `index` says whether it may restart
    drop,          ///< the process lets its handle go
    no_handles,    ///< the owner hears that no handle is left
    break_off,     ///< the session of the two ends: nothing that is sent from now on arrives
    hear,          ///< the process hears that its session with `other` has ended
    die,
    late,  ///< letter `index` of an ended session arrives
    look,  ///< the process's time for a look has come
    tick,
  };
  kind what = kind::tick;
  process at = 0;
  process other = 0;
  epoch_number epoch{};
  unsigned index = 0;

  friend bool operator==(const action&, const action&) = default;
};

std::string describe(const action& step);

/// A few processes with their values, what is on its way between them, and what really runs.
/// Shape: a value.
class world {
 public:
  explicit world(const limits& allowed);

  /// Returns all that may happen next, in a fixed order.
  std::vector<action> actions() const;

  /// Does one of them.   Shape: empty, or what must never be and now is.
  std::string apply(const action& step);

  /// Writes down all that decides what can still happen.
  std::vector<std::uint64_t> key() const;

  std::size_t letters_on_the_way() const;

  /// Allows no more than what leads to the end: no faults, all calls are made, all handles dropped.
  void calm();

  /// Lets all that still happens by itself happen, in one order.
  /// Shape: empty, or what is left in the end.
  std::string run_to_the_end();
  void pass_time() { now_ += 10'000'000; }
  std::string what_is_left() const;

  /// Whether states in which nothing is on its way are run to the end when they are reached.
  void check_ends(bool checked) { checks_ends_ = checked; }

 private:
  friend class world_key;

  /// What is true of a call, whatever its caller knows.
  struct fact {
    bool ready = true;
    bool resolved = false;
    bool not_started = false;        ///< its caller was told that nothing of it has happened
    bool cancelled_at_host = false;  ///< before it began
    unsigned runs = 0;
    std::uint64_t begun = 0;  ///< a bit for each epoch
  };
  struct side {
    calling::call_book book;
    hosting::host_table table;
    owning::owned_actors owned;
    bool alive = true;
    bool has_handle = false;
    unsigned allowed = 0;  ///< calls that it makes
    std::vector<fact> facts;
    std::set<hosting::hosted_name> to_begin;  ///< of which it was told
    std::deque<letter> to_itself;
  };
  struct link {
    bool broken = false;
    bool heard = false;  ///< by the receiver
    std::deque<letter> letters;
  };
  struct late_letter {
    process from = 0;
    process to = 0;
    letter what;
  };

  static session_number session(process with) { return session_number{with + 1U}; }
  static process behind(session_number which) { return static_cast<process>(which) - 1; }
  link& way(process from, process to) { return links_[from * sides_.size() + to]; }
  const link& way(process from, process to) const { return links_[from * sides_.size() + to]; }
  bool is_caller(process which) const;
  bool needs_handle(process which) const;

  void side_actions(process at, std::vector<action>& possible) const;
  void host_actions(process at, std::vector<action>& possible) const;
  void owner_actions(std::vector<action>& possible) const;
  void act(const action& step);
  void deliver_own();
  void deliver(process from, process to, const letter& arrived);
  void send(process from, process to, letter what);

  // What a caller's edge does.
  void submit(const action& step);
  void take_answer(process at, session_number from, const letter& answer);
  void take_standing(process at, session_number from, const letter& told);
  void settle_caller(process at, calling::effects out);
  void resolve(process at, owner_index call);

  // What a host's edge does.
  void begin(const action& step);
  void end(const action& step);
  void take_calls(process at, session_number from, const letter& arrived);
  void cancel_at_host(process at, session_number from, const letter& arrived);
  void settle_host(process at, const hosting::effects& out);

  // What the owner's edge does.
  void take_ended(session_number from, const letter& arrived);
  void place(process at);
  void settle_owner(const owning::effects& out);

  // Ends.
  void hear(process at, process other);
  void die(process which);

  void check();
  void check_begun(process host, const hosting::hosted_name& life,
                   const hosting::placed_call& call);
  void check_built(process host, epoch_number epoch);
  bool quiet() const;
  void require(bool holds, const std::string& what);

  limits left_;
  rt::actor_id actor_{1, 1};
  rt::instant now_ = 0;
  bool checks_ends_ = true;
  std::vector<side> sides_;
  std::vector<link> links_;
  std::vector<late_letter> late_;
  std::optional<epoch_number> registering_;
  std::optional<epoch_number> placing_;
  std::set<std::pair<process, std::uint64_t>> places_;  ///< the owner's, by process and lease
  std::uint64_t built_ = 0;                             ///< a bit for each epoch
  unsigned restarts_ = 0;                               ///< that the owner has told a host of
  std::string failure_;
};

}  // namespace explore::calls
