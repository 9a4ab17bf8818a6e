#pragma once

#include "rpc/switchboard.hpp"
#include "store/transfers/transfer_book.hpp"
#include "wire/messages/objects.hpp"
#include "worker/attendant.hpp"
#include "worker/remote/known_processes.hpp"
#include "worker/remote/object_content.hpp"
#include "worker/remote/session_names.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// How a wait for an object has ended.
struct transfer_end {
  store::transfers::wait_end how = store::transfers::wait_end::lost;
  /// It is here: its content.
  const read_content* content = nullptr;
  /// Where `how` says that the owner's answer has the value, or the failure: that, and from where.
  const wire::locate_reply* answer = nullptr;
  rpc::session_id from = {};
  /// It cannot be had: why.
  std::exception_ptr failure = nullptr;
};

/// What transfers ask of whoever knows the objects.   Thread: under the baton.
class transfer_host {
 public:
  /// Somebody wants an own object: its value is to be written down, when it is there.
  virtual void asked_for(const object_id& object) = 0;
  /// Gives an own object's value, or its failure, that was filled in as small.
  virtual wire::locate_reply small_answer(const object_id& object, rpc::session_id to) = 0;
  /// No copy of an own object is left: it is made again (`rebuilding`), or cannot be.
  virtual void copies_gone(const object_id& object) = 0;

 protected:
  ~transfer_host() = default;
};

/// The edge of `store::transfers::transfer_book`: carries its letters, keeps the memory of copies,
/// and reads what has come.
/// Owner: all that it is made with outlives it; of a copy's memory itself, and whoever reads it.
/// Thread: under the baton, but for `has_news`.
class object_transfers {
 public:
  /// Called once, from within `attend` or a message; not from within `want`.
  using end_handler = std::function<void(const transfer_end&)>;

  object_transfers(environment& world, rpc::switchboard& board, name_tables& names,
                   known_processes& processes, transfer_host& host, std::uint64_t self);
  ~object_transfers();

  // As an owner.
  void own(const object_id& object) { book_.own(object); }
  void fill_inline(const object_id& object);
  void fail(const object_id& object);
  void fill_stored(const object_id& object, const store::transfers::content& of,
                   std::uint64_t holder);
  void free(const object_id& object);
  void rebuilding(const object_id& object) { book_.rebuilding(object); }
  void cannot_rebuild(const object_id& object, store::transfers::loss why);

  // As a holder: keeps a copy that was made here, until its owner frees it.
  store::transfers::content keep(const object_id& object, const written_content& made);

  // As one who wants objects.
  store::transfers::wait_number want(const object_id& object, end_handler handler);
  /// Shape: let pass where it has ended.
  void unwant(store::transfers::wait_number wait);

  void attend(attendant::deferred& later);
  bool has_news() const noexcept;
  instant due() const noexcept { return book_.due(); }

  void asked(rpc::session_id session, const rpc::arrival& request);
  void ended(rpc::session_id session);
  void died(std::uint64_t process);

  /// Is there no copy, no wait, and nothing on its way?
  bool empty() const noexcept;
  /// Copies' memory.
  std::size_t buffers() const noexcept { return buffers_.size(); }

 private:
  struct wait {
    object_id object;
    end_handler handler;
    /// Copies that came and were not what their owner told of.
    unsigned damaged = 0;
  };
  struct copy {
    std::shared_ptr<detail::byte_buffer> bytes;
    /// It was made here, or was looked at.
    bool verified = false;
    /// Who has given the last piece of it.
    rpc::session_id source = {};
  };
  /// Requests of others that wait for an answer.
  struct asker {
    rpc::session_id session;
    std::uint64_t request = 0;
  };
  /// What was read of a copy, by a thread outside the baton.
  struct reading {
    store::transfers::wait_number wait{};
    store::transfers::buffer_number buffer{};
    result<read_content> content;
  };
  /// What the step that is being taken has brought.
  struct brought {
    const wire::locate_reply* answer = nullptr;
    rpc::session_id from = {};
    std::span<const std::byte> tail = {};
  };
  struct outside;

  void act(store::transfers::effects& what, const brought& with);
  void act(store::transfers::effects& what) { act(what, brought{}); }
  void make(const store::transfers::effects::buffer_made& made);
  void write(const store::transfers::effects::piece_written& piece, const brought& with);
  void end(const store::transfers::effects::wait_ended& ended, const brought& with);
  /// Has a copy read outside the baton.
  void read_copy(store::transfers::wait_number which, const store::transfers::content& of,
                 store::transfers::buffer_number buffer);
  void take_reading(reading& read);
  void finish(store::transfers::wait_number which, const transfer_end& how);

  // transfer_letters.cpp
  void send(const store::transfers::effects::letter& letter);
  void ask(std::uint64_t to, store::transfers::ask_number number, const object_id& object,
           const wire::message& request);
  void answer(const store::transfers::message& what);
  void answer_piece(const store::transfers::pull_reply& piece, const asker& to);
  void take_answer(std::uint64_t from, store::transfers::ask_number number, const object_id& object,
                   rpc::session_id session, const rpc::arrival& came);
  wire::process_number number_of(std::uint64_t process, rpc::session_id on,
                                 wire::names_notice& to_tell);
  /// Shape: 0 for a number that was never told.
  store::transfers::incarnation process_of(wire::process_number number, rpc::session_id on);
  store::transfers::ask_number remember(rpc::session_id session, std::uint64_t request);

  environment& world_;
  rpc::switchboard& board_;
  name_tables& names_;
  known_processes& processes_;
  transfer_host& host_;
  store::transfers::transfer_book book_;
  std::map<store::transfers::buffer_number, copy> buffers_;
  std::map<store::transfers::wait_number, wait> waits_;
  std::map<store::transfers::ask_number, asker> askers_;
  std::uint64_t last_number_ = 0;
  /// Requests that could not be sent: their answers will not come.
  std::vector<store::transfers::ask_number> unanswered_;
  /// Waits that ended as they began.
  std::vector<std::pair<store::transfers::wait_number, std::exception_ptr>> over_at_once_;
  attendant::deferred later_;
  std::shared_ptr<outside> outside_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
