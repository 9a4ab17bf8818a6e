#include <algorithm>
#include <utility>

#include "core/fault_site.hpp"
#include "rpc/endpoint.hpp"
#include "rpc/talk.hpp"

// What is said on sessions, and what is known of how it gets on.

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {
namespace {

error_info no_session() {
  return {.code = errc::connection,
          .outcome = outcome::not_started,
          .message = "the session has ended"};
}

}  // namespace

result<std::uint64_t> endpoint::ask(session_id session, const wire::message& request,
                                    reply_handler handler) {
  talk* const with = find_to_use(session);
  if (with == nullptr) return no_session();
  const std::uint64_t number = with->last_request + 1;
  if (result<void> added = with->frames.add(number, request); !added) return added.error();
  with->last_request = number;
  with->asked.emplace(number, std::move(handler));
  return number;
}

result<void> endpoint::answer(session_id session, std::uint64_t number,
                              const wire::message& reply) {
  talk* const with = find_to_use(session);
  return with != nullptr ? with->frames.add(number, reply) : result<void>();
}

result<void> endpoint::answer(session_id session, std::uint64_t number, const wire::message& reply,
                              std::span<const std::byte> tail, std::shared_ptr<const void> keeper) {
  talk* const with = find_to_use(session);
  if (with == nullptr) return {};
  return with->frames.add(number, reply, tail, std::move(keeper));
}

result<void> endpoint::tell(session_id session, const wire::message& notice) {
  talk* const with = find_to_use(session);
  return with != nullptr ? with->frames.add(0, notice) : result<void>(no_session());
}

bool endpoint::full(session_id session) {
  const talk* const with = find(session);
  if (with == nullptr || !with->frames.full()) return false;
  RT_PROBE("endpoint.session_full");
  found_full_.insert(session.number);
  return true;
}

std::optional<instant> endpoint::heard_at(session_id session) const noexcept {
  const talk* const with = find(session);
  if (with == nullptr || !with->open) return std::nullopt;
  return with->heard_at;
}

std::pair<std::uint64_t, std::uint64_t> endpoint::sent_and_resent() const noexcept {
  std::pair<std::uint64_t, std::uint64_t> all{0, 0};
  for (const auto& [number, with] : talks_) {
    all.first += with->frames.handed_over();
    all.second += with->frames.resent();
  }
  return all;
}

void endpoint::ask_for_signs() {
  for (const auto& [number, with] : talks_) {
    if (with->open) find_to_use(with->id)->frames.ask_for_sign();
  }
}

bool endpoint::settled() const noexcept {
  return std::none_of(talks_.begin(), talks_.end(),
                      [](const auto& each) { return each.second->frames.waits_for_other(); });
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
