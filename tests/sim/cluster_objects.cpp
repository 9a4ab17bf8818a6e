#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"

// Values of no byte to some MiB over a head and some nodes: put, given and taken by tasks, handed
// on, told to all, with references inside; while processes die, stop and are cut off, and copies
// come damaged. Each value is what it was, or is lost by a death; at rest no copy is left anywhere.

namespace {

using rt::sim::check;

/// What a text is made of, and known by.
struct made_of {
  std::uint32_t size = 0;
  std::uint32_t value = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(size, value);
  }
};

char letter_at(const made_of& of, std::size_t at) {
  return static_cast<char>(of.value + at * 31 + (at >> 8));
}
std::string text_of(made_of of) {
  std::string made(of.size, '\0');
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = letter_at(of, i);
  return made;
}
bool is_text_of(const std::string& text, const made_of& of) {
  if (text.size() != of.size) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != letter_at(of, i)) return false;
  }
  return true;
}

using text_ref = rt::object_ref<std::string>;

/// References inside a value that may be large itself.
struct bundle {
  std::string padding;
  made_of of;
  std::vector<text_ref> texts;
  std::vector<made_of> texts_of;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(padding, of, texts, texts_of);
  }
};

std::string give(made_of of) { return text_of(of); }
text_ref put_there(made_of of) { return rt::put(text_of(of)); }
text_ref hand_on(text_ref given) { return given; }
bool take(std::string text, made_of of) { return is_text_of(text, of); }
bool look(text_ref text, made_of of) { return is_text_of(rt::get(text), of); }
bool look_into(bundle all) {
  if (!is_text_of(all.padding, all.of)) return false;
  for (std::size_t i = 0; i < all.texts.size(); ++i) {
    if (!is_text_of(rt::get(all.texts[i]), all.texts_of[i])) return false;
  }
  return true;
}
bundle bundle_up(bundle given) { return given; }
rt::array<std::uint32_t> give_array(made_of of) {
  rt::mutable_array<std::uint32_t> made(of.size / 4);
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = of.value + static_cast<std::uint32_t>(i);
  return std::move(made).freeze();
}
bool look_at_array(rt::array<std::uint32_t> all, made_of of) {
  if (all.size() != of.size / 4) return false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != of.value + static_cast<std::uint32_t>(i)) return false;
  }
  return true;
}

class program final : workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_objects";
  static constexpr std::int64_t harm_max = 5'000;

  using cluster_program::cluster_program;

  void run(std::int64_t rounds) {
    for (std::int64_t round = 0; round < rounds; ++round) {
      begin_round(round);
      const auto texts = numbers().between(1, 5);
      for (std::int64_t made = 0; made < texts; ++made) add_text();
      const auto looks = numbers().between(1, 8);
      for (std::int64_t made = 0; made < looks; ++made) add_look();
      if (around().is_harmed() && numbers().one_in(5)) kill_a_source();
      while (!looks_.empty()) {
        const std::size_t at = numbers().below(looks_.size());
        const rt::object_ref<bool> one = looks_[at];
        looks_.erase(looks_.begin() + static_cast<std::ptrdiff_t>(at));
        if (!numbers().one_in(8)) see([&] { return rt::get(one); });
      }
      while (!texts_.empty()) {
        const made one = texts_.back();
        texts_.pop_back();
        if (numbers().one_in(2)) see([&] { return is_text_of(rt::get(one.ref), one.of); });
      }
    }
  }

 private:
  struct made {
    text_ref ref;
    made_of of;
  };

  made_of some_text() {
    constexpr std::uint32_t limit = 100 * 1024;
    constexpr std::uint32_t sizes[] = {0,         1,          1'000,       limit - 8, limit - 4,
                                       limit + 8, 150 * 1024, 300 * 1'000, 1'000'000, 3'000'000};
    const auto kinds = numbers().one_in(4) ? std::size(sizes) : std::size(sizes) - 2;
    const std::uint32_t size = sizes[numbers().below(kinds)];
    return {.size = size, .value = static_cast<std::uint32_t>(numbers().below(200))};
  }
  const made& anyone() { return texts_[numbers().below(texts_.size())]; }

  void add_text() {
    const made_of of = some_text();
    const auto kind = numbers().below(4);
    if (kind == 0) {
      texts_.push_back({rt::put(text_of(of)), of});
    } else if (kind == 1) {
      texts_.push_back({rt::remote<give>(of), of});
    } else if (kind == 2) {
      texts_.push_back({rt::remote<give>.with({.max_retries = 0})(of), of});
    } else {
      see([&] {
        texts_.push_back({rt::get(rt::remote<put_there>(of)), of});
        return true;
      });
    }
  }

  void add_look() {
    const auto kind = texts_.empty() ? 0 : numbers().below(7);
    if (kind == 0) {
      const made_of of = some_text();
      looks_.push_back(rt::remote<take>(text_of(of), of));
    } else if (kind == 1) {
      const made one = anyone();
      looks_.push_back(rt::remote<take>(one.ref, one.of));
    } else if (kind == 2) {
      const made one = anyone();
      for (unsigned i = 0; i < around().nodes() * 2; ++i) {
        looks_.push_back(rt::remote<look>(one.ref, one.of));
      }
    } else if (kind == 3) {
      const bundle all = some_bundle();
      if (numbers().one_in(2)) looks_.push_back(rt::remote<look_into>(all));
      else looks_.push_back(rt::remote<look_into>(rt::remote<bundle_up>(all)));
    } else if (kind == 4) {
      looks_.push_back(rt::remote<look_into>(rt::put(some_bundle())));
    } else if (kind == 5) {
      const made one = anyone();
      see([&] {
        const text_ref again = rt::get(rt::remote<hand_on>(one.ref));
        looks_.push_back(rt::remote<look>(again, one.of));
        return true;
      });
    } else {
      const made_of of = some_text();
      looks_.push_back(rt::remote<look_at_array>(rt::remote<give_array>(of), of));
    }
  }

  /// Ends a node while all of them bring a large object, which lies where it was made and here: those that
  /// have the beginning of it from that node go on elsewhere.
  void kill_a_source() {
    const made_of of{.size = 3'000'000, .value = static_cast<std::uint32_t>(numbers().below(200))};
    const text_ref one = rt::remote<give>(of);
    see([&] { return is_text_of(rt::get(one), of); });
    for (unsigned i = 0; i < around().nodes() * 2; ++i) {
      looks_.push_back(rt::remote<look>(one, of));
    }
    const auto node = static_cast<unsigned>(numbers().between(1, around().nodes()));
    rt::this_task::sleep_for(std::chrono::microseconds(numbers().between(0, 4'000)));
    around().kill(node);
    around().start(node);
  }

  bundle some_bundle() {
    bundle all;
    all.of = some_text();
    all.padding = text_of(all.of);
    for (const made& each : texts_) {
      if (numbers().one_in(2)) continue;
      all.texts.push_back(each.ref);
      all.texts_of.push_back(each.of);
    }
    return all;
  }

  template <class Look>
  void see(const Look& look) {
    guarded([&] { check(look(), "a value is another than it was"); });
  }

  std::vector<made> texts_;
  std::vector<rt::object_ref<bool>> looks_;
};

}  // namespace

workloads::planned_workload workloads::cluster_objects() { return cluster_workload<program>(); }
