#pragma once

#include <cstddef>
#include <type_traits>
#include <variant>

#include "rt/core/result.hpp"
#include "wire/bounded_reader.hpp"
#include "wire/bounded_writer.hpp"
#include "wire/message_kind.hpp"
#include "wire/messages/actors.hpp"
#include "wire/messages/borrowing.hpp"
#include "wire/messages/handshake.hpp"
#include "wire/messages/leases.hpp"
#include "wire/messages/membership.hpp"
#include "wire/messages/names.hpp"
#include "wire/messages/objects.hpp"
#include "wire/messages/tasks.hpp"

namespace rt::wire {

/// Holds any message there is.
/// Shape: closed, in the order of the kinds; who visits it without a branch for one does not compile.
using message =
    std::variant<hello_request, hello_reply, goodbye_notice,
                 //
                 join_request, join_reply, job_request, job_reply, job_end_notice, health_notice,
                 view_notice, view_request, view_reply, drain_request, drain_reply, confirm_request,
                 confirm_reply, stale_notice,
                 //
                 names_notice,
                 //
                 lease_request, lease_reply, lease_withdraw_notice, recall_notice, return_notice,
                 worker_died_notice,
                 //
                 push_notice, results_notice, started_notice, take_back_request, take_back_reply,
                 cancel_request, cancel_reply,
                 //
                 borrowing_notice,
                 //
                 locate_request, locate_reply, copies_request, pull_request, pull_reply,
                 free_request, owner_died_notice, copies_reply, free_reply,
                 //
                 create_request, create_reply, register_request, register_reply, find_request,
                 find_reply, whereabouts_request, whereabouts_reply, actor_notice, kill_request,
                 kill_reply, calls_notice, call_results_notice, handle_request, handle_reply>;

/// Is answered by exactly one `Message::reply`, unless its session ends.
template <class Message>
concept is_request = requires {
  typename Message::reply;
};

/// Returns which one it holds.
message_kind kind_of(const message& held) noexcept;

/// Tells whether a message of that kind stands alone: neither asks nor answers.
/// Shape: false for a number that is no kind.
bool is_notice(message_kind kind) noexcept;

/// Reads the message of that kind, a block, into `to`.
/// Errors: the reader's; also for a number that is no kind.
void read_message(bounded_reader& in, message_kind kind, message& to);

/// Writes it as a block.   Errors: the writer's, where something is over its limit.
void write_message(bounded_writer& out, const message& from);

}  // namespace rt::wire
