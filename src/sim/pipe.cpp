#include "sim/pipe.hpp"

#include <algorithm>
#include <bit>

namespace rt::sim {
namespace {

/// Numbers the streams of random numbers of one pipe; part of recorded runs.
enum purpose : std::uint64_t { delay, loss, doubling, reordering, reset, fate, purposes };

random_stream stream_of(std::uint64_t seed, std::uint64_t key, purpose what) {
  return random_stream(seed, random_stream::mixed(key) * purposes + what);
}

/// Draws a number with a tail as an exponential's, in integers, since `log` may differ by library.
/// Shape: the leading zeros of a draw are 1 on average, the fraction a half.
instant draw_around(random_stream& stream, instant mean) {
  const std::uint64_t draw = stream.next();
  const auto zeros = static_cast<instant>(std::min(std::countl_zero(draw), 40));
  const auto fraction = static_cast<instant>(draw & 0xffff);
  const instant units = (zeros << 16) + fraction;  // three halves of 1 << 16, on average
  return mean / (3 << 15) * units + mean % (3 << 15) * units / (3 << 15);
}

}  // namespace

pipe::pipe(network_ground& ground, process_number from, process_number to, std::uint64_t key)
    : ground_(ground),
      from_(from),
      to_(to),
      delays_(stream_of(ground.options.seed, key, delay)),
      losses_(stream_of(ground.options.seed, key, loss)),
      doublings_(stream_of(ground.options.seed, key, doubling)),
      reorderings_(stream_of(ground.options.seed, key, reordering)),
      resets_(stream_of(ground.options.seed, key, reset)),
      fates_(stream_of(ground.options.seed, key, fate)) {}

void pipe::take(parcel taken) {
  held_bytes_ += taken.weight;
  waiting_.push_back(std::move(taken));
}

instant pipe::leaves_at() const noexcept {
  return std::max(line_free_at_, ground_.paths.clear_at(from_, to_));
}

pipe::departure pipe::leave(keepers& freed) {
  parcel head = std::move(waiting_.front());
  waiting_.pop_front();
  if (auto keeper = head.pack()) freed.push_back(std::move(keeper));
  const instant now = ground_.time.now();
  instant away = now;
  if (const std::uint64_t bandwidth = ground_.options.bandwidth_bytes_per_s; bandwidth != 0) {
    away += static_cast<instant>(head.weight * 1'000'000'000 / bandwidth);
    line_free_at_ = away;
  }
  departure left{.kind = head.kind};
  const bool frame = head.kind == parcel_kind::frame;
  if (!ground_.lossy()) {
    left.breaks = frame && harmed(resets_, ground_.harm.reset_ppm);
    last_arrival_ = std::max(last_arrival_, away + draw_delay());
    left.arrival = put_on_the_way(std::move(head), last_arrival_);
    return left;
  }
  if (!open()) {
    drop(head);
    return left;
  }
  if (harmed(losses_, ground_.harm.loss_ppm)) {
    ground_.counts.frames_lost += frame;
    release(head.weight);
    return left;
  }
  const instant arrival = std::max(last_arrival_, away + draw_delay());
  if (frame && harmed(doublings_, ground_.harm.doubling_ppm)) {
    ++ground_.counts.frames_doubled;
    parcel twin = head;
    twin.weight = 0;  // nobody sent it
    left.second_arrival = put_on_the_way(std::move(twin), arrival + draw_delay());
  }
  if (frame && harmed(reorderings_, ground_.harm.reordering_ppm)) {
    ++ground_.counts.frames_reordered;
    const instant hold_back = draw_delay();
    left.arrival = put_on_the_way(std::move(head), arrival + 2 * hold_back);
    return left;
  }
  last_arrival_ = arrival;
  left.arrival = put_on_the_way(std::move(head), arrival);
  return left;
}

instant pipe::put_on_the_way(parcel packed, instant arrival) {
  on_the_way_.emplace(std::pair(arrival, left_++), std::move(packed));
  return arrival;
}

std::optional<parcel> pipe::arrive() {
  const instant now = ground_.time.now();
  while (!on_the_way_.empty() && on_the_way_.begin()->first.first <= now) {
    if (!open() && !ground_.lossy()) return std::nullopt;  // sent again until the path is mended
    parcel arrived = std::move(on_the_way_.begin()->second);
    on_the_way_.erase(on_the_way_.begin());
    if (open()) return arrived;
    drop(arrived);
  }
  return std::nullopt;
}

void pipe::drop(const parcel& dropped) noexcept {
  release(dropped.weight);
  ground_.counts.frames_dropped += dropped.kind == parcel_kind::frame;
}

void pipe::drop_waiting(keepers& freed) {
  std::deque<parcel> kept;
  for (parcel& each : waiting_) {
    if (each.kind == parcel_kind::reset) {  // the other side still has to hear of it
      kept.push_back(std::move(each));
      continue;
    }
    if (each.keeper) freed.push_back(std::move(each.keeper));
    drop(each);
  }
  waiting_ = std::move(kept);
}

void pipe::pack_waiting() {
  for (parcel& each : waiting_) each.pack();
}

void pipe::drop_on_the_way() {
  for (const auto& [when, each] : on_the_way_) drop(each);
  on_the_way_.clear();
}

void pipe::cut_short() {
  std::uint64_t arriving = fates_.below(on_the_way_.size() + 1);
  for (auto each = on_the_way_.begin(); each != on_the_way_.end();) {
    const bool arrives = ground_.lossy() ? fates_.one_in(2) : arriving != 0;
    if (arriving != 0) --arriving;
    if (arrives) {
      ++each;
      continue;
    }
    drop(each->second);
    each = on_the_way_.erase(each);
  }
}

instant pipe::draw_delay() {
  const instant least = ground_.options.delay_min.count();
  const instant mean = ground_.options.delay_mean.count();
  return least + draw_around(delays_, std::max<instant>(mean - least, 0));
}

instant pipe::draw_silence() {
  return fates_.between(ground_.options.silence_min.count(), ground_.options.silence_max.count());
}

bool pipe::harmed(random_stream& stream, std::uint32_t rate_ppm) const {
  // Drawn also where the rate is 0, so that a rate that is changed shifts nothing.
  return stream.below(1'000'000) < rate_ppm;
}

}  // namespace rt::sim
