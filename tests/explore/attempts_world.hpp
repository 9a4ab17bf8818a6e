#pragma once

// The three values as they are explored: deliberate bugs can be planted in them.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/planted_bug.hpp"
#include "node/leases/lease_table.hpp"
#include "worker/attempts/attempt_book.hpp"
#include "worker/serving/slot_table.hpp"

namespace explore::attempts {

namespace sending = rt::worker::attempts;
namespace serving = rt::worker::serving;
namespace leases = rt::node::leases;
using rt::wire::attempt_name;
using rt::wire::lease_number;
using rt::wire::owner_index;
using rt::wire::request_number;
using rt::wire::session_number;
using rt::wire::slot_number;
using rt::wire::slot_place;
using rt::wire::slot_seq;

/// What there is, and how much may happen in one run.
struct limits {
  unsigned owners = 1;
  unsigned nodes = 1;
  unsigned cpus = 1;         ///< of each node: so many slots
  unsigned tasks = 1;        ///< of each owner
  unsigned never_twice = 0;  ///< so many of them, the first, may never run twice
  int retries = 1;           ///< of the others
  unsigned depth = 2;        ///< tasks on a slot
  unsigned slots_max = 2;    ///< that an owner wants
  unsigned carried = 0;      ///< tasks that a request carries
  unsigned locals = 0;       ///< tasks that their owner runs itself
  unsigned cancels = 0;
  unsigned overtakes = 0;  ///< cancels that arrive before what was sent before them
  unsigned breaks = 0;     ///< sessions that end
  unsigned node_deaths = 0;
  unsigned process_deaths = 0;  ///< of processes behind slots
  unsigned owner_deaths = 0;
  unsigned overlaps = 0;  ///< tasks that start while another of their slot waits
  unsigned late = 0;      ///< letters of a session that arrive after its end
  unsigned spills = 0;
  unsigned drains = 0;
  unsigned ticks = 0;  ///< of a millisecond
};

/// What travels from an owner to a node.
struct node_letter {
  request_number number{};  ///< of a request
  std::variant<leases::lease_request, sending::message> what;
};

/// What travels from a node to an owner.
struct owner_letter {
  struct recall {
    slot_place slot;
  };
  struct result {
    attempt_name task;
    enum class kind : std::uint8_t { value, cancelled, handed_back } what = kind::value;
  };
  struct taken_back {
    slot_place slot;
    slot_seq first{};
  };
  struct cancel_told {
    request_number request{};
    attempt_name task;
    serving::cancel_effect effect{};
  };
  struct process_died {
    serving::mark last;
  };

  std::vector<serving::mark> marks;
  std::variant<leases::effects::reply, recall, result, taken_back, cancel_told, process_died> what;
};

/// One thing that may happen next.
struct action {
  enum class kind : std::uint8_t {
    submit,        ///< a task of the owner comes into its queue
    run_here,      ///< the owner runs one of a class itself
    ask,           ///< the owner asks the node for slots of a class
    to_node,       ///< the next letter reaches the node
    to_owner,      ///< the next letter reaches the owner
    overtake,      ///< the first cancel reaches the node before what was sent before it
    start,         ///< a task starts in a slot
    end,           ///< a task ends there
    owner_looks,   ///< the owner's time for a look has come
    node_looks,    ///< the node's
    tick,          ///< a millisecond passes
    cancel,        ///< the owner cancels a task
    break_off,     ///< the session ends: nothing that is sent from now on arrives
    owner_hears,   ///< the owner hears of that
    node_hears,    ///< the node hears of that
    node_dies,     ///< the node dies, and another begins in its place
    process_dies,  ///< the process behind a slot dies
    owner_dies,
    late,   ///< a letter of an ended session reaches the owner
    spill,  ///< the node names another for a request
    drain,  ///< the node grants nothing more
  };
  kind what;
  unsigned owner = 0;
  unsigned node = 0;
  slot_place place = {};
  unsigned index = 0;  ///< of a class, a task, a letter, a question; 1 where a mark lags behind
  slot_seq seq = {};

  friend bool operator==(const action&, const action&) = default;
};

std::string describe(const action& step);

/// A few owners and nodes with their tables, what is on its way between them, and what really runs.
/// Shape: a value.
class world {
 public:
  explicit world(const limits& allowed);

  /// Returns all that may happen next, in a fixed order.
  std::vector<action> actions() const;

  /// Does one of them.   Shape: empty, or what must never be and now is.
  std::string apply(const action& step);

  /// Writes down all that decides what can still happen.
  /// Shape: numbers of which only the order counts are written by rank.
  std::vector<std::uint64_t> key() const;

  std::size_t letters_on_the_way() const;

  /// Allows no more than what leads to the end: no faults, and all tasks are submitted.
  void calm();

  /// Lets all that still happens by itself happen, in one order.
  /// Shape: empty, or what is left in the end.
  std::string run_to_the_end();
  void pass_time() { now_ += 10'000'000; }
  std::string what_is_left() const;

  /// Whether states in which nothing happens by itself are run to the end when they are reached.
  void check_ends(bool checked) { checks_ends_ = checked; }

 private:
  friend class world_key;

  /// What is true of a task, whatever its owner knows.
  struct fact {
    bool queued = false;
    bool resolved = false;
    bool not_started = false;  ///< its owner was told that nothing of it has happened
    unsigned runs = 0;
    unsigned counted = 0;            ///< sent again, counted
    std::uint64_t started = 0;       ///< a bit for each attempt
    std::uint64_t never_starts = 0;  ///< a bit for each attempt of which that is said
  };
  struct owner_side {
    sending::attempt_book book;
    bool alive = true;
    unsigned submitted = 0;
    std::vector<std::deque<sending::attempt>> queues;  ///< by class
    std::vector<fact> facts;
  };
  struct node_side {
    leases::lease_table table;
    serving::slot_table slots;
    std::vector<leases::effects::question> questions;
    bool drains = false;
  };
  struct link {
    std::uint64_t generation = 1;
    bool broken = false;
    bool owner_heard = false;
    bool node_heard = false;
    std::uint64_t next_request = 1;
    std::uint64_t overtaken = 0;  ///< letters that a cancel has overtaken
    request_number cancelled{};   ///< the last cancel whose reply has arrived
    std::deque<node_letter> to_node;
    std::deque<owner_letter> to_owner;
  };
  struct late_letter {
    unsigned owner = 0;
    session_number session{};
    owner_letter what;
  };

  link& between(unsigned owner, unsigned node) { return links_[owner * nodes_.size() + node]; }
  const link& between(unsigned owner, unsigned node) const {
    return links_[owner * nodes_.size() + node];
  }
  session_number name_of(unsigned owner, unsigned node) const;
  link* current(session_number session);
  static unsigned owner_of(session_number session);
  static unsigned node_of(session_number session);
  unsigned class_of(unsigned task) const { return task < left_.never_twice ? 1 : 0; }

  void owner_actions(unsigned owner, std::vector<action>& possible) const;
  void node_actions(unsigned node, std::vector<action>& possible) const;
  void link_actions(unsigned owner, unsigned node, std::vector<action>& possible) const;
  void act(const action& step);

  // What an owner's edge does.
  void submit(unsigned owner);
  void ask(const action& step);
  void cancel(const action& step);
  void deliver(unsigned owner, session_number session, const owner_letter& arrived);
  void take_answer(unsigned owner, session_number session, const owner_letter::result& answer,
                   sending::effects& out);
  void take_reply(unsigned owner, session_number session, const leases::effects::reply& reply,
                  sending::effects& out);
  void settle_owner(unsigned owner, sending::effects out);
  void carry_out(unsigned owner, sending::effects& out);
  void resolve(unsigned owner, owner_index task);

  // What a node's edge does.
  void deliver(unsigned node, session_number session, const node_letter& arrived);
  void deliver(unsigned node, session_number session, leases::lease_request asked);
  void deliver(unsigned node, session_number session, request_number number,
               const sending::message& told);
  void start(const action& step);
  void end(const action& step);
  void process_dies(const action& step);
  void settle_node(unsigned node, leases::effects granted, serving::effects served);
  void carry_out(unsigned node, leases::effects& out, serving::effects& next);
  void tell(unsigned node, session_number session, decltype(owner_letter::what) what);
  void acknowledge(session_number session);
  void require_alone(unsigned node, slot_place place, session_number session, attempt_name task);

  // Ends.
  void owner_hears(unsigned owner, unsigned node);
  void node_hears(unsigned owner, unsigned node);
  void node_dies(unsigned node);
  void owner_dies(unsigned owner);
  void renew(link& both);

  void check();
  void check_node(unsigned node);
  bool quiet() const;
  void require(bool holds, const std::string& what);

  limits left_;
  rt::instant now_ = 0;
  bool checks_ends_ = true;
  std::vector<owner_side> owners_;
  std::vector<node_side> nodes_;
  std::vector<link> links_;
  std::vector<late_letter> late_;
  std::string failure_;
};

}  // namespace explore::attempts
