#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <rt/rt.hpp>
#include <rt/testing/cluster.hpp>

#include "sim/cluster_program.hpp"
#include "sim/cluster_programs.hpp"
#include "sim/random_stream.hpp"
#include "sim/register_history.hpp"
#include "sim/workload.hpp"

// Actors that are registers, which the driver and tasks on all nodes read, write, and swap: each life of one
// is linearizable, no operation takes effect twice, and none that is said not to have started.

namespace {

using rt::sim::check;
using workloads::sleep;
using kind = runs::register_operation::kind;

struct operation {
  runs::register_operation seen;
  int which_register = 0;
  int client = 0;
  /// Which life answered; 0 for none.
  int life = 0;
  int effects = 0;
  bool is_not_started = false;
};

/// What really happened. Of one run: statics are shared by all simulated processes.
struct truth {
  std::vector<operation> all;
  std::uint64_t now = 0;
  int lives = 0;
  int clients = 0;
};
truth happened;

struct answer {
  int life = 0;
  int gave = 0;
};

class shared_register {
 public:
  explicit shared_register(int ms) : ms_(ms), life_(++happened.lives) {}

  answer read(int which) {
    sleep(ms_);
    ++happened.all[static_cast<std::size_t>(which)].effects;
    return {life_, value_};
  }
  answer write(int which, int to) {
    const answer before = read(which);
    value_ = to;
    return {before.life, 0};
  }
  answer swap(int which, int from, int to) {
    const answer before = read(which);
    if (before.gave != from) return {before.life, 0};
    value_ = to;
    return {before.life, 1};
  }

 private:
  int ms_;
  int life_;
  int value_ = 0;
};
using register_handle = rt::actor<shared_register>;

/// Begins an operation that the numbers choose.   Shape: where it stands among all.
std::pair<int, rt::object_ref<answer>> begin(const register_handle& of, int which_register,
                                             int client, rt::sim::random_stream& numbers) {
  const auto index = static_cast<int>(happened.all.size());
  operation made;
  made.which_register = which_register;
  made.client = client;
  made.seen.begun = ++happened.now;
  const auto what = numbers.below(3);
  made.seen.what = what == 0 ? kind::read : what == 1 ? kind::write : kind::swap;
  made.seen.from = static_cast<int>(numbers.below(4));
  made.seen.to = static_cast<int>(numbers.below(4));
  const auto [from, to] = std::pair(made.seen.from, made.seen.to);
  happened.all.push_back(made);
  if (what == 0) return {index, rt::remote<&shared_register::read>(of, index)};
  if (what == 1) return {index, rt::remote<&shared_register::write>(of, index, to)};
  return {index, rt::remote<&shared_register::swap>(of, index, from, to)};
}

/// Waits for it.   Errors: as `guarded` takes them.
void end(int which, const rt::object_ref<answer>& given) {
  try {
    const answer came = rt::get(given);
    operation& one = happened.all[static_cast<std::size_t>(which)];
    one.seen.answered = ++happened.now;
    one.seen.gave = came.gave;
    one.life = came.life;
  } catch (const rt::error& failed) {
    happened.all[static_cast<std::size_t>(which)].is_not_started =
        failed.outcome() == rt::outcome::not_started;
    throw;
  }
}

bool is_of_an_actors_death(rt::errc code) {
  return workloads::is_of_a_death(code) || code == rt::errc::actor_died ||
         code == rt::errc::actor_unavailable;
}

/// Does some operations one after another, on whatever node it runs.
int use(const register_handle& of, int which_register, int client, int operations,
        std::uint64_t seed) {
  rt::sim::random_stream numbers(seed, 93);
  for (int made = 0; made < operations; ++made) {
    sleep(static_cast<int>(numbers.below(20)));
    const auto [which, given] = begin(of, which_register, client, numbers);
    try {
      end(which, given);
    } catch (const rt::error& failed) {
      if (!is_of_an_actors_death(failed.code())) throw;
    }
  }
  return operations;
}

class program final : public workloads::cluster_program {
 public:
  static constexpr const char* workload = "cluster_registers";

  program(rt::testing::cluster& around, std::uint64_t seed) : cluster_program(around, seed) {
    happened = {};
  }

  void act() override {
    const bool restarts = numbers().one_in(2);
    const int ms = some_ms(2, 15);
    register_ = restarts ? rt::spawn<shared_register>.with({.max_restarts = -1})(ms)
                         : rt::spawn<shared_register>(ms);
    restarts_.push_back(restarts);
    const int which = static_cast<int>(restarts_.size()) - 1;
    for (std::int64_t users = numbers().between(1, 4); users != 0; --users) {
      const int operations = static_cast<int>(numbers().between(1, 7));
      users_.push_back(rt::remote<use>.with({.max_retries = 0})(
          register_, which, ++happened.clients, operations, numbers().next()));
    }
    for (std::int64_t own = numbers().between(0, 6); own != 0; --own) {
      own_.push_back(begin(register_, which, 0, numbers()));
    }
  }

  void await_all() override {
    while (!own_.empty()) {
      const auto [which, given] = take_any(own_);
      attempt([&, at = which, &ref = given] { end(at, ref); });
    }
    while (!users_.empty()) attempt([&] { rt::get(take_any(users_)); });
    register_ = {};
    pause(300);
  }

  void over() override {
    for (const operation& each : happened.all) {
      check(each.effects <= 1, "an operation took effect twice");
      check(each.life == 0 || each.effects == 1, "an operation was answered without effect");
      check(!each.is_not_started || each.effects == 0,
            "an operation took effect that is said not to have started");
    }
    for (int which = 0; which < static_cast<int>(restarts_.size()); ++which) check_register(which);
  }

 private:
  template <class Act>
  void attempt(const Act& act) {
    try {
      act();
    } catch (const rt::error& failed) {
      check(around().is_harmed(),
            std::string("an operation failed without harm: ") + failed.what());
      check(is_of_an_actors_death(failed.code()),
            std::string("an operation failed with what no death gives: ") + failed.what());
    }
  }

  void check_register(int which) {
    // What is remembered is lost with a life: each is a register of its own.
    std::map<int, std::vector<runs::register_operation>> lives;
    std::map<int, int> newest;
    for (const operation& each : happened.all) {
      if (each.which_register != which || each.life == 0) continue;
      lives[each.life].push_back(each.seen);
      // The driver looks at its own in another order than they were begun in, but they ran in that.
      int& last = newest[each.client];
      check(each.life >= last, "an operation went to an earlier life of its register");
      last = each.life;
    }
    check(restarts_[static_cast<std::size_t>(which)] || lives.size() <= 1,
          "a register that is not to restart has had two lives");
    for (auto& [life, history] : lives) {
      for (const operation& each : happened.all) {
        if (each.which_register == which && each.life == 0 && !each.is_not_started &&
            each.seen.what != kind::read) {
          history.push_back(each.seen);
        }
      }
      check(runs::is_linearizable(history, 0), "a register is not linearizable");
    }
  }

  register_handle register_;
  std::vector<bool> restarts_;
  std::vector<rt::object_ref<int>> users_;
  std::vector<std::pair<int, rt::object_ref<answer>>> own_;
};

}  // namespace

workloads::planned_workload workloads::cluster_registers() { return cluster_workload<program>(); }

std::unique_ptr<workloads::cluster_program> workloads::program_of_registers(
    rt::testing::cluster& around, std::uint64_t seed) {
  return std::make_unique<program>(around, seed);
}
