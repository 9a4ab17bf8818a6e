#pragma once

#include <cstdint>
#include <string_view>

namespace rt::wire {

/// Names each message, by conversation in the upper byte and place in it in the lower one.
/// Shape: the numbers go on the wire and never change; one that is taken out stays here as a comment.
/// A new one also needs its struct in `messages/`, its place in `message.hpp` and its row in
/// `docs/protocol.md`.
enum class message_kind : std::uint16_t {
  hello_request = 0x0101,
  hello_reply = 0x0102,
  goodbye_notice = 0x0103,

  join_request = 0x0201,
  join_reply = 0x0202,
  job_request = 0x0203,
  job_reply = 0x0204,
  job_end_notice = 0x0205,
  health_notice = 0x0206,
  view_notice = 0x0207,
  view_request = 0x0208,
  view_reply = 0x0209,
  drain_request = 0x020A,
  drain_reply = 0x020B,
  confirm_request = 0x020C,
  confirm_reply = 0x020D,
  stale_notice = 0x020E,

  names_notice = 0x0301,

  lease_request = 0x0401,
  lease_reply = 0x0402,
  lease_withdraw_notice = 0x0403,
  recall_notice = 0x0404,
  return_notice = 0x0405,
  worker_died_notice = 0x0406,

  push_notice = 0x0501,
  results_notice = 0x0502,
  started_notice = 0x0503,
  take_back_request = 0x0504,
  take_back_reply = 0x0505,
  cancel_request = 0x0506,
  cancel_reply = 0x0507,

  // 0x0601 to 0x0603 were borrow_request, borrow_reply and settled_notice
  borrowing_notice = 0x0604,

  locate_request = 0x0701,
  locate_reply = 0x0702,
  copies_request = 0x0703,
  pull_request = 0x0704,
  pull_reply = 0x0705,
  free_request = 0x0706,
  owner_died_notice = 0x0707,
  copies_reply = 0x0708,
  free_reply = 0x0709,

  create_request = 0x0801,
  create_reply = 0x0802,
  register_request = 0x0803,
  register_reply = 0x0804,
  find_request = 0x0805,
  find_reply = 0x0806,
  whereabouts_request = 0x0807,
  whereabouts_reply = 0x0808,
  actor_notice = 0x0809,
  kill_request = 0x080A,
  kill_reply = 0x080B,
  calls_notice = 0x080C,
  call_results_notice = 0x080D,
  handle_request = 0x080E,
  handle_reply = 0x080F,
};

/// Returns the enumerator's name; nothing for a number that is none.
std::string_view to_string(message_kind kind) noexcept;

}  // namespace rt::wire
