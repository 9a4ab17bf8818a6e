#pragma once

// The book as it is explored: deliberate bugs can be planted in it.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/planted_bug.hpp"
#include "store/transfers/transfer_book.hpp"

namespace explore::transfers {

using namespace rt::store::transfers;
using rt::object_id;
using process = std::size_t;

/// How much may happen in one run with one object, which the first process owns.
struct limits {
  process processes = 2;
  std::vector<process> holders = {0};  ///< who has a copy at first
  std::vector<process> wanters = {1};  ///< who waits for it, once each
  unsigned chunks = 1;
  std::size_t window = 2;
  std::uint64_t budget_chunks = 2;
  std::size_t served_max = 4;
  std::size_t fed_max = 2;
  unsigned deaths = 0;
  unsigned frees = 0;
  unsigned drops = 0;    ///< copies that are given up
  unsigned unwants = 0;  ///< waits that are given up
  unsigned resets = 0;   ///< sessions that end
  unsigned remakes = 0;  ///< times that the object can be made again, each time with other bytes
};

/// One thing that may happen next.
struct action {
  enum class kind : std::uint8_t {
    want,     ///< `at` begins to wait
    unwant,   ///< `at` waits no more
    deliver,  ///< the next letter from `at` to `other` arrives
    reset,    ///< the session of `at` and `other` ends
    lose,     ///< the session of `at` with the dead `other` ends, before it hears of the death
    tick,     ///< time passes at `at`
    drop,     ///< `at` gives its copy up
    free,     ///< nobody refers to the object any more
    remake,   ///< the task that makes it again ends at `at`
    die,      ///< `at` dies
    hear,     ///< `at` hears that `other` has died
  };
  kind what;
  process at = 0;
  process other = 0;
};

std::string describe(const action& step);

/// Tells whether it happens by itself, in the end, and is no fault.
bool calm(const action& step);

/// A few processes with their books, what is on its way between them, and the bytes.   Shape: a
/// value.
class world {
 public:
  explicit world(const limits& allowed);

  /// Returns all that may happen next, in a fixed order.
  std::vector<action> actions() const;

  /// Does one of them.   Shape: empty, or what must never be and now is.
  std::string apply(const action& step);

  /// Writes down all that decides what can still happen, numbers by rank.
  std::vector<std::uint64_t> key() const;

  /// Tells whether nobody waits any more.
  bool settled() const;

 private:
  friend class world_key;
  /// A byte of an object, or none yet.
  using byte = std::uint32_t;
  struct token {
    process from = 0;
    ask_number number{};
  };
  struct letter {
    message what;
    ask_number served{};      ///< of a piece: the sender's number of it
    std::vector<byte> bytes;  ///< of a piece: those of its buffer
  };
  struct member {
    member(incarnation self, const options& with) : book(self, with) {}
    transfer_book book;
    bool alive = true;
    rt::instant now = 100;
    std::map<buffer_number, std::vector<byte>> buffers;
    std::set<wait_number> waits;
    std::map<ask_number, token> tokens;         ///< requests that came and are not answered
    std::map<ask_number, process> outstanding;  ///< requests that were sent and are not answered
    std::uint64_t newest_token = 0;
    std::set<process> heard;  ///< deaths
  };

  std::size_t between(process from, process to) const { return from * members_.size() + to; }
  content made() const { return {left_.chunks, version_}; }
  void fill(process at, effects& out);
  void deliver(process from, process to, effects& out);
  void end_session(process one, process other);
  void lose_outstanding(process at, process to);
  void drop_letters(process from, process to);
  void die(process at);
  void hear(process at, process dead, effects& out);
  void carry_out(process at, effects& out);
  void send(process from, process to, message what);
  void write(process at, const effects::piece_written& piece);
  bool has_whole_copy(process at) const;
  bool whole(const std::vector<byte>& bytes) const;
  bool quiet() const;
  void check();
  void check_quiet();
  void require(bool holds, const std::string& what);

  limits left_;
  std::uint64_t version_ = 1;
  object_id object_{1, 1};
  bool freed_ = false;
  bool undecided_ = false;  ///< it is being made again
  std::vector<member> members_;
  std::vector<std::vector<letter>> channels_;
  std::set<process> want_still_;
  const std::vector<byte>* arriving_ = nullptr;  ///< what comes with the letter being delivered
  std::string failure_;
};

}  // namespace explore::transfers
