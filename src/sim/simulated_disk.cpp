#include "sim/simulated_disk.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif
#include "core/planted_bug.hpp"

namespace rt::sim {

/// One process's way to the disk: what it begins happens in order, each after some time.
class simulated_disk::attached final : public storage {
 public:
  attached(simulated_disk& disk, std::function<void()> ready)
      : disk_(disk), power_(disk.power_), ready_(std::move(ready)) {}

  void read(const std::string& name, std::uint64_t offset, std::size_t bytes_max,
            completion<std::vector<std::byte>> done) override {
    begin({}, [this, name, offset, bytes_max, done = std::move(done)] {
      const std::vector<std::byte>& all = disk_.files_[name].content;
      const auto from = static_cast<std::size_t>(std::min<std::uint64_t>(offset, all.size()));
      const std::size_t count = std::min(bytes_max, all.size() - from);
      const auto at = all.begin() + static_cast<std::ptrdiff_t>(from);
      tell(done, std::vector<std::byte>(at, at + static_cast<std::ptrdiff_t>(count)));
    });
  }

  void append(const std::string& name, std::uint64_t expected_size, std::uint64_t kept_size,
              std::vector<std::byte> bytes, completion<std::uint64_t> done) override {
    begin({},
          [this, name, expected_size, kept_size, bytes = std::move(bytes), done = std::move(done)] {
            file& one = disk_.files_[name];
            if (one.content.size() != expected_size && !RT_SIMBUG("term.not_checked")) {
              return tell(done, changed());
            }
            if (disk_.full_) return tell(done, full());
            if (kept_size < expected_size) {
              one.content.resize(static_cast<std::size_t>(kept_size));
              one.unchanged = std::min(one.unchanged, kept_size);
            }
            one.content.insert(one.content.end(), bytes.begin(), bytes.end());
            tell(done, static_cast<std::uint64_t>(one.content.size()));
          });
  }

  void sync(const std::string& name, completion<std::uint64_t> done) override {
    begin(disk_.with_.sync_mean, [this, name, done = std::move(done)] {
      file& one = disk_.files_[name];
      one.synced = one.content;
      one.unchanged = one.synced.size();
      tell(done, static_cast<std::uint64_t>(one.synced.size()));
    });
  }

  bool poll() override {
    // A completion may begin something, but nothing is done within that.
    for (auto& each : std::exchange(done_, {})) each();
    return !done_.empty();
  }

 private:
  static error_info changed() {
    return {.code = errc::file_changed,
            .outcome = outcome::not_started,
            .message = "the file is not as long as expected"};
  }
  static error_info full() {
    return {.code = errc::out_of_disk,
            .outcome = outcome::not_started,
            .message = "there is no room on the simulated disk"};
  }

  void begin(std::chrono::nanoseconds more, std::function<void()> what) {
    if (!*power_) return;
    busy_until_ = std::max(busy_until_, disk_.time_.now()) + disk_.duration(more);
    disk_.time_.at(busy_until_,
                   [what = std::move(what), power = power_, alive = std::weak_ptr<bool>(alive_)] {
                     if (*power && !alive.expired()) what();
                   });
  }

  template <class T, class Result>
  void tell(const completion<T>& done, Result what) {
    done_.push_back([done, what = std::move(what)] { done(what); });
    ready_();
  }

  simulated_disk& disk_;
  const std::shared_ptr<bool> power_;
  const std::function<void()> ready_;
  instant busy_until_ = 0;
  std::deque<std::function<void()>> done_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

simulated_disk::simulated_disk(timeline& time, const disk_options& with)
    : time_(time), with_(with), delays_(with.seed, 61), losses_(with.seed, 62) {}

simulated_disk::~simulated_disk() = default;

std::unique_ptr<storage> simulated_disk::attach(std::function<void()> ready) {
  return std::make_unique<attached>(*this, std::move(ready));
}

void simulated_disk::lose_power() {
  *power_ = false;
  power_ = std::make_shared<bool>(true);
  for (auto& [name, one] : files_) tear(one);
}

void simulated_disk::tear(file& one) {
  const bool cut = one.unchanged < one.synced.size();
  if (cut && losses_.one_in(2)) {
    // The cut itself was not safe, nor what was written behind it.
    one.content = one.synced;
  } else {
    const std::uint64_t unsafe = one.content.size() - one.unchanged;
    const std::uint64_t kept = one.unchanged + losses_.below(unsafe + 1);
    one.content.resize(static_cast<std::size_t>(kept));
    if (kept > one.unchanged && losses_.one_in(3)) {
      std::uint64_t at = one.unchanged + losses_.below(kept - one.unchanged);
      for (; at < kept; ++at) {
        one.content[static_cast<std::size_t>(at)] = static_cast<std::byte>(losses_.below(256));
      }
    }
  }
  one.synced = one.content;
  one.unchanged = one.content.size();
}

std::vector<std::byte> simulated_disk::content(const std::string& name) const {
  const auto found = files_.find(name);
  return found != files_.end() ? found->second.content : std::vector<std::byte>();
}

void simulated_disk::damage(const std::string& name, std::uint64_t at) {
  file& one = files_.at(name);
  const auto index = static_cast<std::size_t>(at);
  one.content.at(index) ^= std::byte{0xFF};
  if (index < one.synced.size()) one.synced[index] ^= std::byte{0xFF};
}

instant simulated_disk::duration(std::chrono::nanoseconds more) {
  const instant least = with_.delay_min.count();
  const instant most = std::max(least, 2 * with_.delay_mean.count() - least);
  instant drawn = delays_.between(least, most) + slow_.count();
  if (more.count() > 0) drawn += delays_.between(0, 2 * more.count());
  return std::max<instant>(drawn, 1);
}

}  // namespace rt::sim
