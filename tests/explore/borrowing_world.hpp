#pragma once

// The book as it is explored: deliberate bugs can be planted in it.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/planted_bug.hpp"
#include "worker/borrowing/reference_book.hpp"

namespace explore::borrowing {

using namespace rt::worker::borrowing;
using rt::object_id;
using process = std::size_t;

/// How much may happen in one run.
struct limits {
  process processes = 2;
  unsigned calls = 1;       ///< tasks, with references as arguments and result
  unsigned puts = 0;        ///< new objects, whose values refer to others
  unsigned opens = 0;       ///< times that a reference is read out of a value
  unsigned deaths = 0;      ///< processes that die
  unsigned repeats = 0;     ///< letters that arrive a second time, at any later moment
  unsigned resets = 0;      ///< sessions that are resumed, so that what arrived last arrives again
  bool empty_calls = true;  ///< whether tasks may have no references as arguments
  bool plain_puts = false;  ///< whether new objects may refer to nothing, or to all that is held
  bool results = true;      ///< whether tasks may return references
  /// Whether entries of the dead stay until everyone alive has been entered for what it holds.
  bool buried_after_all = false;
};

/// What travels from one process to another.
struct letter {
  enum class kind : std::uint8_t { plain, request, reply };
  kind what = kind::plain;
  std::optional<message> told;  ///< of a reply: the release of the arguments, if it has one
  handing handed;

  bool carries_references() const { return told.has_value() || !handed.objects.empty(); }
};

/// One thing that may happen next.
struct action {
  enum class kind : std::uint8_t {
    drop,     ///< `at` lets go of one local reference to `object`
    call,     ///< `at` calls a task at `other` with `object`, with `all` it holds, or without
    finish,   ///< the task `index` at `at` ends, with such a result or without
    put,      ///< `at` makes an object that refers to `object`, to `all` it holds, or to nothing
    open,     ///< `at` reads the references out of the value of `object`
    deliver,  ///< the next letter from `at` to `other` arrives
    keep,     ///< the same, and the letter will arrive once more
    repeat,   ///< the letter `index` of those arrives once more
    reset,    ///< the session from `at` to `other` is resumed
    die,      ///< `at` dies
    hear,     ///< `at` hears that `other` has died
    bury,     ///< `at` takes out what the dead `other` borrowed
  };
  kind what;
  process at = 0;
  process other = 0;
  object_id object = {};
  std::size_t index = 0;
  bool all = false;

  friend bool operator==(const action&, const action&) = default;
};

std::string describe(const action& step);

/// A few processes with their books, what is on its way between them, and what is really held.
/// Shape: a value. The first process owns an object and has one reference to it.
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

  /// Allows no more than what ends by itself: letters arrive, tasks end, references are dropped.
  void calm();

  /// Tells whether nothing is left in any book of those alive.
  bool empty() const;

 private:
  friend class world_key;
  struct task {
    process caller = 0;
    handing_number number{};
  };
  struct member {
    explicit member(incarnation self) : book(self) {}
    reference_book book;
    bool alive = true;
    std::map<object_id, std::uint32_t> local;  ///< what is really held
    std::vector<task> tasks;
    std::set<process> entered_since_death;  ///< deaths after which it was entered for all it holds
    std::set<process> buried;
  };
  struct repeated {
    process from;
    process to;
    letter what;
  };

  std::size_t between(process from, process to) const { return from * members_.size() + to; }
  void act(const action& step, effects& out);
  std::vector<object_id> chosen(const action& step) const;
  void finish(const action& step, effects& out);
  void hear(const action& step, effects& out);
  void put(const action& step);
  void deliver_next(const action& step, effects& out);
  void reset(process from, process to);
  void deliver(process from, process to, const letter& arrived, effects& out);
  void count_local(member& at, const handing& handed);
  void die(process at);
  void send(process from, process to, letter what);
  void carry_out(process at, effects& out);
  bool quiet() const;
  bool all_entered() const;
  bool held(const member& at, const object_id& object) const;
  bool anchored(process at, const object_id& object, std::vector<process>& looked_at) const;
  void check();
  void check_counts();
  void check_freed();
  void check_quiet();
  void require(bool holds, const std::string& what);

  limits left_;
  bool somebody_died_ = false;
  std::vector<member> members_;
  std::vector<std::vector<letter>> channels_;
  std::vector<repeated> repeated_;
  std::vector<std::vector<letter>> arrived_;  ///< lately; kept while there may be a reset
  std::map<object_id, std::vector<object_id>> contents_;
  std::set<object_id> freed_;
  std::string failure_;
};

}  // namespace explore::borrowing
