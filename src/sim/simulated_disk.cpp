#include "sim/simulated_disk.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif
#include "core/fault_site.hpp"
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
      const std::vector<std::byte> all = disk_.content(name);
      const auto from = static_cast<std::size_t>(std::min<std::uint64_t>(offset, all.size()));
      const std::size_t count = std::min(bytes_max, all.size() - from);
      const auto at = all.begin() + static_cast<std::ptrdiff_t>(from);
      tell(disk_operation::read, done,
           std::vector<std::byte>(at, at + static_cast<std::ptrdiff_t>(count)));
    });
  }

  void append(const std::string& name, expected_file expected, std::uint64_t kept_size,
              std::vector<std::byte> bytes, completion<std::uint64_t> done) override {
    begin({}, [this, name, expected = std::move(expected), kept_size, bytes = std::move(bytes),
               done = std::move(done)] {
      constexpr auto what = disk_operation::append;
      if (!is(name, expected) && !RT_SIMBUG("term.not_checked")) return tell(what, done, changed());
      if (bytes.empty()) return tell(what, done, expected.size);
      if (disk_.full_) {
        RT_PROBE("simulated_disk.no_room");
        return tell(what, done, full());
      }
      disk_file& one = disk_.names_.make(name);
      if (kept_size < expected.size) {
        one.content.resize(static_cast<std::size_t>(kept_size));
        one.unchanged = std::min(one.unchanged, kept_size);
      }
      one.content.insert(one.content.end(), bytes.begin(), bytes.end());
      tell(what, done, static_cast<std::uint64_t>(one.content.size()));
    });
  }

  void replace(const std::string& name, expected_file expected, const std::string& by,
               expected_file expected_by, completion<std::uint64_t> done) override {
    begin({}, [this, name, expected = std::move(expected), by, expected_by = std::move(expected_by),
               done = std::move(done)] {
      constexpr auto what = disk_operation::replace;
      const bool same = is(name, expected) || RT_SIMBUG("replace.not_checked");
      if (!same || !is(by, expected_by)) return tell(what, done, changed());
      disk_.names_.rename(by, name);
      tell(what, done, expected_by.size);
    });
  }

  void remove(const std::string& name, completion<std::uint64_t> done) override {
    begin({}, [this, name, done = std::move(done)] {
      disk_.names_.remove(name);
      tell(disk_operation::remove, done, std::uint64_t{0});
    });
  }

  void sync(const std::string& name, completion<std::uint64_t> done) override {
    begin(disk_.with_.sync_mean, [this, name, done = std::move(done)] {
      disk_file& one = disk_.names_.make(name);
      disk_.names_.sync(name);
      one.synced = one.content;
      one.unchanged = one.synced.size();
      tell(disk_operation::sync, done, static_cast<std::uint64_t>(one.synced.size()));
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
            .message = "the file is not what was expected"};
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

  bool is(const std::string& name, const expected_file& expected) const {
    const disk_file* const one = disk_.names_.find(name);
    if (one == nullptr) return expected.size == 0;
    const std::vector<std::byte>& begins = expected.begins_with;
    return one->content.size() == expected.size && begins.size() <= one->content.size() &&
           std::equal(begins.begin(), begins.end(), one->content.begin());
  }

  template <class T, class Result>
  void tell(disk_operation what, const completion<T>& done, Result with) {
    done_.push_back([done, with = std::move(with)] { done(with); });
    ready_();
    disk_.happened(what);
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

void simulated_disk::lose_power(power_loss how) {
  *power_ = false;
  power_ = std::make_shared<bool>(true);
  const std::size_t names = names_.unsafe();
  switch (how) {
    case power_loss::by_chance:
      if (names != 0) names_.lose(static_cast<std::size_t>(losses_.below(names + 1)));
      break;
    case power_loss::takes_all:
    case power_loss::takes_names: names_.lose(0); break;
    case power_loss::tears:
    case power_loss::takes_none: names_.lose(names); break;
  }
  names_.for_each([&](disk_file& one) { tear(one, how); });
}

void simulated_disk::tear(disk_file& one, power_loss how) {
  const bool by_chance = how == power_loss::by_chance;
  const bool takes_all = how == power_loss::takes_all;
  const bool cut = one.unchanged < one.synced.size();
  if (one.content != one.synced) RT_PROBE("simulated_disk.unsynced_at_power_loss");
  if (how == power_loss::takes_names || how == power_loss::takes_none) {
    // All bytes are there.
  } else if (takes_all || (cut && by_chance && losses_.one_in(2))) {
    // A cut itself was not safe, nor what was written behind it.
    one.content = one.synced;
  } else {
    const std::uint64_t unsafe = one.content.size() - one.unchanged;
    const std::uint64_t kept = one.unchanged + losses_.below(unsafe + 1);
    one.content.resize(static_cast<std::size_t>(kept));
    if (kept > one.unchanged && (!by_chance || losses_.one_in(3))) {
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
  const disk_file* const found = names_.find(name);
  return found != nullptr ? found->content : std::vector<std::byte>();
}

void simulated_disk::damage(const std::string& name, std::uint64_t at) {
  disk_file& one = *names_.find(name);
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
