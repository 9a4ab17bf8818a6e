#include "rpc/session.hpp"

#include <algorithm>
#include <utility>

#include "core/fault_site.hpp"
#include "core/planted_bug.hpp"

namespace rt::rpc {
inline namespace RT_LANE_VARIANT {

result<void> session::add(std::uint64_t number, const wire::message& added) {
  for (;;) {
    const result<bool> fits = writer_.add(number, added);
    if (!fits) return fits.error();
    if (*fits) return {};
    close_frame();
  }
}

result<void> session::add(std::uint64_t number, const wire::message& added,
                          std::span<const std::byte> tail, std::shared_ptr<const void> keeper) {
  close_frame();
  const result<bool> fits = writer_.add(number, added);
  if (!fits) return fits.error();
  keep(tail, std::move(keeper));
  return {};
}

void session::ask_for_sign() {
  close_frame();
  if (outbox_.empty()) keep({}, {});
}

void session::close_frame() {
  if (!writer_.empty()) keep({}, {});
}

void session::keep(std::span<const std::byte> tail, std::shared_ptr<const void> keeper) {
  // The header is written when the frame leaves.
  const std::span<const std::byte> bytes = writer_.finish({}, tail.size());
  outbox_.add({{bytes.begin(), bytes.end()}, tail, std::move(keeper)});
}

std::optional<std::uint64_t> session::unsent() const noexcept {
  if (again_ < again_end_) return again_;
  if (handed_over_ < outbox_.last()) return handed_over_ + 1;
  return std::nullopt;
}

void session::sent(std::uint64_t number, instant now) {
  if (number == again_ && again_ < again_end_) {
    again_ = number + 1;
    ++resent_;
  } else if (measured_ == 0 && number > handed_over_) {
    measured_ = number;
    measured_at_ = now;
  }
  handed_over_ = std::max(handed_over_, number);
  acknowledgement_sent();
  if (resend_at_ == never) start_waiting(now);
}

bool session::acknowledged(std::uint64_t up_to, instant now) {
  if (up_to < outbox_.first()) return true;  // an old frame's
  if (RT_SIMBUG("answer.forgotten_early") && up_to < handed_over_) ++up_to;
  if (!outbox_.acknowledge(up_to)) return false;
  handed_over_ = std::max(handed_over_, up_to);
  if (measured_ != 0 && up_to >= measured_) {
    round_trip_.measured(now - measured_at_);
    measured_ = 0;
  }
  again_ = std::max(again_, outbox_.first());
  resend_at_ = never;
  if (handed_over_ >= outbox_.first()) start_waiting(now);
  return true;
}

arrivals::turn session::look(std::uint64_t number, std::span<const std::byte> frame, instant now) {
  const arrivals::turn turn = arrivals_.look(number, frame);
  // Of one that was there before the acknowledgement was lost; of an early one the other side wants to
  // know what is missing.
  if (turn != arrivals::turn::next) acknowledge_at_ = now;
  unacknowledged_bytes_ += frame.size();
  return turn;
}

void session::acted(instant now) {
  arrivals_.acted();
  const bool soon = unacknowledged_bytes_ > options_->unacknowledged_bytes_max;
  const instant at_best =
      soon ? options_->acknowledged_within : options_->acknowledged_lazily_within;
  const instant late =
      RT_BUGGIFY("session.acknowledges_late") ? 50 * options_->acknowledged_within : 0;
  if (RT_SIMBUG("ack.never_alone")) return;
  acknowledge_at_ = std::min(acknowledge_at_, now + std::max(at_best, late));
}

bool session::connected(std::uint64_t received, instant now) {
  if (received + 1 < outbox_.first() || !outbox_.acknowledge(received)) return false;
  if (handed_over_ > received) RT_PROBE("session.resent_after_reconnect");
  handed_over_ = received;
  if (RT_SIMBUG("resend.skips_one") && received < outbox_.last()) ++handed_over_;
  again_ = again_end_ = handed_over_ + 1;
  measured_ = 0;
  resend_at_ = never;
  // Whatever was said of it before went on the old connection.
  if (arrivals_.acted_upon() != 0) acknowledge_at_ = now;
  return true;
}

void session::resend_if_due(instant now) {
  if (resend_at_ == never) return;
  if (now >= resend_at_) RT_PROBE("session.resent_by_time");
  else if (!RT_BUGGIFY("session.resends_too_soon")) return;
  again_ = outbox_.first();
  again_end_ = std::min(handed_over_, again_ + options_->resent_frames_max - 1) + 1;
  measured_ = 0;
  round_trip_.back_off();
  resend_at_ = now + round_trip_.resent_after();
}

void session::start_waiting(instant now) noexcept { resend_at_ = now + round_trip_.resent_after(); }

}  // namespace RT_LANE_VARIANT
}  // namespace rt::rpc
