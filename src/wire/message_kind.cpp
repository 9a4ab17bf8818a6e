#include "wire/message_kind.hpp"

namespace rt::wire {

std::string_view to_string(message_kind kind) noexcept {
  switch (kind) {
    case message_kind::hello_request: return "hello_request";
    case message_kind::hello_reply: return "hello_reply";
    case message_kind::goodbye_notice: return "goodbye_notice";
    case message_kind::join_request: return "join_request";
    case message_kind::join_reply: return "join_reply";
    case message_kind::job_request: return "job_request";
    case message_kind::job_reply: return "job_reply";
    case message_kind::job_end_notice: return "job_end_notice";
    case message_kind::health_notice: return "health_notice";
    case message_kind::view_notice: return "view_notice";
    case message_kind::view_request: return "view_request";
    case message_kind::view_reply: return "view_reply";
    case message_kind::drain_request: return "drain_request";
    case message_kind::drain_reply: return "drain_reply";
    case message_kind::confirm_request: return "confirm_request";
    case message_kind::confirm_reply: return "confirm_reply";
    case message_kind::stale_notice: return "stale_notice";
    case message_kind::names_notice: return "names_notice";
    case message_kind::lease_request: return "lease_request";
    case message_kind::lease_reply: return "lease_reply";
    case message_kind::lease_withdraw_notice: return "lease_withdraw_notice";
    case message_kind::recall_notice: return "recall_notice";
    case message_kind::return_notice: return "return_notice";
    case message_kind::worker_died_notice: return "worker_died_notice";
    case message_kind::push_notice: return "push_notice";
    case message_kind::results_notice: return "results_notice";
    case message_kind::started_notice: return "started_notice";
    case message_kind::take_back_request: return "take_back_request";
    case message_kind::take_back_reply: return "take_back_reply";
    case message_kind::cancel_request: return "cancel_request";
    case message_kind::cancel_reply: return "cancel_reply";
    case message_kind::borrowing_notice: return "borrowing_notice";
    case message_kind::locate_request: return "locate_request";
    case message_kind::locate_reply: return "locate_reply";
    case message_kind::copies_request: return "copies_request";
    case message_kind::pull_request: return "pull_request";
    case message_kind::pull_reply: return "pull_reply";
    case message_kind::free_request: return "free_request";
    case message_kind::owner_died_notice: return "owner_died_notice";
    case message_kind::copies_reply: return "copies_reply";
    case message_kind::free_reply: return "free_reply";
    case message_kind::create_request: return "create_request";
    case message_kind::create_reply: return "create_reply";
    case message_kind::register_request: return "register_request";
    case message_kind::register_reply: return "register_reply";
    case message_kind::find_request: return "find_request";
    case message_kind::find_reply: return "find_reply";
    case message_kind::whereabouts_request: return "whereabouts_request";
    case message_kind::whereabouts_reply: return "whereabouts_reply";
    case message_kind::actor_notice: return "actor_notice";
    case message_kind::kill_request: return "kill_request";
    case message_kind::kill_reply: return "kill_reply";
    case message_kind::calls_notice: return "calls_notice";
    case message_kind::call_results_notice: return "call_results_notice";
    case message_kind::handle_request: return "handle_request";
    case message_kind::handle_reply: return "handle_reply";
  }
  return {};
}

}  // namespace rt::wire
