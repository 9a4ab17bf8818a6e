#include <rt/testing/cluster.hpp>

#include <rt/rt.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/cluster_run.hpp"
#include "support/large_text.hpp"

// Values beyond the inlining limit, between the processes of a simulated cluster.

namespace {

using namespace std::chrono_literals;
using rt::testing::cluster;
using support::check_ok;
using support::mib;
using support::text_of;

std::string make_text(std::size_t size, int value) { return text_of(size, value); }
/// Returns the value by which the text was made, or -1.
int value_of(std::string text, int value) {
  return text == text_of(text.size(), value) ? value : -1;
}
int value_behind(rt::object_ref<std::string> text, int value) {
  return value_of(rt::get(text), value);
}
int value_later(rt::object_ref<std::string> text, int value, int ms) {
  rt::this_task::sleep_for(std::chrono::milliseconds(ms));
  return value_behind(text, value);
}
rt::object_ref<std::string> put_there(std::size_t size, int value) {
  return rt::put(text_of(size, value));
}
std::size_t bytes_of(rt::array<std::uint64_t> all) { return all.size() * 8; }
rt::array<std::uint64_t> make_array(std::size_t count) {
  rt::mutable_array<std::uint64_t> made(count);
  for (std::size_t i = 0; i < count; ++i) made[i] = i;
  return std::move(made).freeze();
}

/// References inside a large value.
struct bundle {
  std::string padding;
  std::vector<rt::object_ref<std::string>> texts;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(padding, texts);
  }
};

bundle make_bundle(std::size_t padding, int texts) {
  bundle made{.padding = text_of(padding, 0), .texts = {}};
  for (int i = 0; i < texts; ++i) made.texts.push_back(rt::put(text_of(mib / 4, i)));
  return made;
}
int open_bundle(bundle all) {
  if (all.padding != text_of(all.padding.size(), 0)) return -1;
  int good = 0;
  for (const auto& each : all.texts) {
    if (rt::get(each) == text_of(mib / 4, good)) ++good;
  }
  return good;
}

TEST_CASE("cluster_objects: one of 5 MiB goes through two nodes", "[sim]") {
  cluster around({.seed = 1, .nodes = 2});
  check_ok(around.run([](cluster&) {
    const auto here = rt::put(text_of(5 * mib, 3));
    std::vector<rt::object_ref<int>> values;
    for (int i = 0; i < 6; ++i) values.push_back(rt::remote<value_behind>(here, 3));
    for (const auto& each : values) CHECK(rt::get(each) == 3);
    const auto there = rt::get(rt::remote<put_there>(5 * mib, 4));
    for (int i = 0; i < 4; ++i) CHECK(rt::get(rt::remote<value_behind>(there, 4)) == 4);
    CHECK(rt::get(there) == text_of(5 * mib, 4));
  }));
}

TEST_CASE("cluster_objects: results and arguments of any size come whole", "[sim]") {
  cluster around({.seed = 2, .nodes = 2});
  check_ok(around.run([](cluster&) {
    constexpr std::size_t limit = 100 * 1024;
    for (const std::size_t size : {std::size_t{0}, limit - 100, limit - 9, limit - 8, limit - 7,
                                   limit, limit + 1, mib, 3 * mib}) {
      const auto made = rt::remote<make_text>(size, 5);
      CHECK(rt::get(rt::remote<value_behind>(made, 5)) == 5);
      CHECK(rt::get(made) == text_of(size, 5));
      CHECK(rt::get(rt::remote<value_of>(text_of(size, 6), 6)) == 6);
      CHECK(rt::get(rt::remote<value_of>(made, 5)) == 5);
    }
  }));
}

TEST_CASE("cluster_objects: arrays and references inside large values come along", "[sim]") {
  cluster around({.seed = 3, .nodes = 2});
  check_ok(around.run([](cluster&) {
    CHECK(rt::get(rt::remote<bytes_of>(make_array(mib / 8))) == mib);
    const auto made = rt::remote<make_array>(mib / 4);
    CHECK(rt::get(made)[mib / 4 - 1] == mib / 4 - 1);
    CHECK(rt::get(rt::remote<bytes_of>(made)) == 2 * mib);
    const auto there = rt::remote<make_bundle>(mib, 3);
    CHECK(rt::get(rt::remote<open_bundle>(there)) == 3);
    CHECK(open_bundle(rt::get(there)) == 3);
    const auto here = rt::put(make_bundle(mib, 2));
    CHECK(rt::get(rt::remote<open_bundle>(here)) == 2);
    CHECK(rt::get(rt::remote<open_bundle>(make_bundle(mib, 4))) == 4);
  }));
}

TEST_CASE("cluster_objects: a pull goes on from another copy when its source dies", "[sim]") {
  // One after another each moment of the pull is the one at which the source dies.
  for (int ms = 0; ms < 24; ms += 3) {
    cluster around({.seed = 4, .nodes = 2});
    check_ok(around.run([&](cluster& self) {
      // The driver has it as soon as the node that made it.
      const auto made = rt::remote<make_text>(5 * mib, 7);
      CHECK(rt::get(made).size() == 5 * mib);
      std::vector<rt::object_ref<int>> values;
      for (int i = 0; i < 4; ++i) values.push_back(rt::remote<value_later>(made, 7, i));
      rt::this_task::sleep_for(std::chrono::milliseconds(ms));
      self.kill(1);
      for (const auto& each : values) CHECK(rt::get(each) == 7);
    }));
  }
}

TEST_CASE("cluster_objects: a result that dies on its way is made again, or is lost", "[sim]") {
  int lost = 0;
  for (int ms = 0; ms < 40; ms += 2) {
    cluster around({.seed = 5, .nodes = 2});
    check_ok(around.run([&](cluster& self) {
      const auto once = rt::remote<make_text>.with({.max_retries = 0})(5 * mib, 8);
      const auto again = rt::remote<make_text>(5 * mib, 9);
      rt::this_task::sleep_for(std::chrono::milliseconds(ms));
      self.kill(1);
      self.kill(2);
      self.start(1);
      CHECK(rt::get(again) == text_of(5 * mib, 9));
      const rt::result<std::string> came = rt::try_get(once);
      if (came) {
        CHECK(*came == text_of(5 * mib, 8));
      } else if (came.error().code == rt::errc::object_lost) {
        ++lost;
      } else {
        // It had not ended.
        CHECK(came.error().code == rt::errc::node_died);
      }
    }));
  }
  CHECK(lost != 0);
}

TEST_CASE("cluster_objects: one that was put is gone with its owner, also on its way", "[sim]") {
  int gone = 0;
  for (int microseconds = 0; microseconds < 4'000; microseconds += 400) {
    cluster around({.seed = 6, .nodes = 1});
    check_ok(around.run([&](cluster& self) {
      const auto there = rt::get(rt::remote<put_there>(5 * mib, 1));
      static_cast<void>(
          rt::wait(std::vector{there}, {.timeout = std::chrono::microseconds(microseconds)}));
      self.kill(1);
      const rt::result<std::string> came = rt::try_get(there);
      if (came) {
        CHECK(*came == text_of(5 * mib, 1));
      } else {
        CHECK(came.error().code == rt::errc::owner_died);
        ++gone;
      }
    }));
  }
  CHECK(gone > 1);
}

}  // namespace
