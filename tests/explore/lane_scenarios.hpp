#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "explore/cells.hpp"
#include "explore/explorer.hpp"
#include "explore/lane.hpp"
#include "sim/virtual_environment.hpp"
#include "worker/member.hpp"
#include "worker/waiters.hpp"

/// Single protocols of the lane, as scenarios for the explorer.
namespace explore {

namespace lane = rt::lane;
namespace detail = rt::detail;
using detail::phase;

/// Explores a scenario made from its surroundings.
template <class Scenario, class... Args>
outcome explore_all(Args... args) {
  return explore::explore(
      {}, [&](surroundings around) { return std::make_unique<Scenario>(around, args...); });
}

struct counting_hook : rt::detail::continuation {
  counting_hook() { fire = &count; }
  static void count(detail::continuation& hung) noexcept {
    ++static_cast<counting_hook&>(hung).fired;
  }
  int fired = 0;
};

inline constexpr std::uint32_t engine_one = detail::engine_reference;

/// A shard with some cells in it, its owner, one or two thieves, and one who opens what it keeps.
class shard_scenario : public scenario {
 public:
  shard_scenario(surroundings around, std::size_t first, std::string owner, int thieves, int steals,
                 bool opened = false)
      : process_(around.world, 1, 0, {}),
        owner_(std::move(owner)),
        thieves_(thieves),
        steals_(steals),
        opened_(opened),
        records_(first + 3) {
    for (auto& record : records_) {
      cells_.push_back(&make_tracked(record, around, phase::ready, engine_one));
    }
    for (; next_ < first; ++next_) shard_.push(*cells_[next_]);
  }

  std::vector<std::function<void()>> threads() override {
    std::vector<std::function<void()>> bodies{[this] { own(); }};
    for (int i = 0; i < thieves_; ++i) {
      bodies.push_back([this] {
        for (int k = 0; k < steals_; ++k) found(shard_.steal());
      });
    }
    if (opened_) bodies.push_back([this] { shard_.open_for_owner(process_); });
    return bodies;
  }

  void check() override {
    shard_.open();
    while (detail::cell* left = shard_.steal()) found(left);
    for (std::size_t i = 0; i < next_; ++i) {
      require(records_[i].ran == 1, "a cell of the shard was not found once");
    }
    for (; next_ < cells_.size(); ++next_) run_drawn(*cells_[next_]);
    for (auto& record : records_) require(record.ended == 1, "a cell did not end once");
  }

 private:
  void found(detail::cell* cell) {
    if (cell != nullptr) run_drawn(*cell);
  }
  void own() {
    for (char letter : owner_) {
      if (letter == 'p') shard_.push(*cells_[next_++]);
      if (letter == 'k') shard_.keep(*cells_[next_++]);
      if (letter == 'e') shard_.open();
      if (letter == 't') found(shard_.take());
      if (letter == 'n' && next_ > 0) wanted(shard_.take_newest(*cells_[next_ - 1]), next_ - 1);
      if (letter == 'o') wanted(shard_.take_oldest(*cells_[0]), 0);
    }
  }
  void wanted(bool taken, std::size_t which) {
    if (taken) run_drawn(*cells_[which]);
  }

  rt::sim::virtual_environment process_;
  const std::string owner_;
  const int thieves_;
  const int steals_;
  const bool opened_;
  std::vector<cell_record> records_;
  std::vector<tracked_cell*> cells_;
  std::size_t next_ = 0;
  lane::shard shard_;
};

/// A seat that its owner sits down on again while the standby takes it away.
class seat_scenario : public scenario {
 public:
  /// Whether the owner knows of fences, and whether the standby does, who hears of them first.
  explicit seat_scenario(surroundings around, bool owner, bool standby)
      : process_(around.world, 1, 0, {}), fences_(standby) {
    member_.fenced = owner;
    member_.seated.store(seat::held, std::memory_order_relaxed);
  }
  std::vector<std::function<void()>> threads() override {
    return {[this] {
              for (int i = 0; i < 2; ++i) {
                if (!member_.sit_again()) continue;
                sit();
                member_.seated.store(seat::held, std::memory_order_release);
              }
              if (member_.let_seat_go()) ++free_;
            },
            [this] {
              if (!member_.take_away(process_, fences_)) return;
              sit();
              ++free_;
            }};
  }
  void check() override {
    require(free_ == 1, "the seat was not given back once");
    require(member_.stand_up() == seat::none, "someone still sits");
  }

 private:
  using seat = rt::worker::seat;

  void sit() {
    require(++sitting_ == 1, "two sit on one seat");
    static_cast<void>(interrupted_.load(std::memory_order_relaxed));
    --sitting_;
  }

  rt::sim::virtual_environment process_;
  const bool fences_;
  rt::worker::member member_;
  lane::atomic<int> interrupted_{0};
  int sitting_ = 0;
  int free_ = 0;
};

/// Threads that each have something for the holder of the baton, and come for it.
class baton_scenario : public scenario {
 public:
  baton_scenario(surroundings, int threads) : announced_(static_cast<std::size_t>(threads)) {}

  std::vector<std::function<void()>> threads() override {
    std::vector<std::function<void()>> bodies;
    for (auto& mine : announced_) {
      bodies.push_back([this, &mine] {
        mine.store(true, std::memory_order_relaxed);
        if (!baton_.take()) return;
        do {
          take_turn();
        } while (!baton_.lay_down());
      });
    }
    return bodies;
  }

  void check() override {
    for (auto& one : announced_) {
      require(!one.load(std::memory_order_relaxed), "nobody saw to what someone came for");
    }
    require(baton_.take() && baton_.lay_down(), "someone still holds the baton");
  }

 private:
  void take_turn() {
    require(++holders_ == 1, "two hold the baton");
    for (auto& one : announced_) {
      if (one.load(std::memory_order_relaxed)) one.store(false, std::memory_order_relaxed);
    }
    --holders_;
  }

  lane::baton baton_;
  std::vector<lane::atomic<bool>> announced_;
  int holders_ = 0;
};

/// Hangs, takings off and the completion of one cell.
class hooks_scenario : public scenario {
 public:
  hooks_scenario(surroundings around, bool third)
      : third_(third), cell_(make_tracked(record_, around, phase::running, engine_one)) {}

  std::vector<std::function<void()>> threads() override {
    std::vector<std::function<void()>> bodies{
        [this] {
          write_value();
          fire(lane::finish(cell_, false));
        },
        [this] { hang_and_take_off(0); },
    };
    if (third_) bodies.push_back([this] { hang_and_take_off(1); });
    return bodies;
  }

  void check() override {
    for (int i = 0; i < (third_ ? 2 : 1); ++i) {
      require(hung_[i] || !taken_off_[i], "taken off without being hung");
      require(hooks_[i].fired == (hung_[i] && !taken_off_[i] ? 1 : 0),
              "a continuation did not fire once, or fired after it was taken off");
    }
    detail::release(cell_, engine_one);
    require(record_.ended == 1, "the cell did not end once");
  }

 private:
  void write_value() { cell_.type->run(cell_); }
  void hang_and_take_off(int i) {
    hung_[i] = lane::hang(cell_, lane::link_to(hooks_[i]));
    if (!hung_[i]) require(cell_.value == 42, "complete without a value");
    if (hung_[i]) taken_off_[i] = lane::take_off(cell_, hooks_[i]);
  }

  const bool third_;
  cell_record record_;
  tracked_cell& cell_;
  std::array<counting_hook, 2> hooks_;
  std::array<bool, 2> hung_{};
  std::array<bool, 2> taken_off_{};
};

/// A thread that waits through the environment until some of two cells are complete.
class waiter_scenario : public scenario {
 public:
  waiter_scenario(surroundings around, std::uint32_t wanted, bool times_out)
      : process_(around.world, 1, 0, {}), wanted_(wanted), times_out_(times_out) {
    for (int i = 0; i < 2; ++i) {
      cells_[i] = &make_tracked(records_[i], around, phase::running, engine_one);
    }
  }

  std::vector<std::function<void()>> threads() override {
    return {[this] {
              rt::worker::waiter waiting(process_, wanted_);
              waiting.reserve(2);
              for (auto* cell : cells_) waiting.hang_on(*cell);
              satisfied_ = waiting.sleep(times_out_ ? 0 : rt::never);
            },
            [this] { complete(0); }, [this] { complete(1); }};
  }

  void check() override {
    require(satisfied_ || times_out_, "the waiter gave up");
    for (auto* cell : cells_) detail::release(*cell, engine_one);
  }

 private:
  void complete(int i) {
    cells_[i]->type->run(*cells_[i]);
    fire(lane::finish(*cells_[i], false));
  }

  rt::sim::virtual_environment process_;
  const std::uint32_t wanted_;
  const bool times_out_;
  bool satisfied_ = false;
  std::array<cell_record, 2> records_;
  std::array<tracked_cell*, 2> cells_{};
};

/// A task that waits for an argument: moved along by who submits it, by who completes the argument,
/// and cancelled meanwhile.
class dependent_scenario : public scenario, dependents {
 public:
  dependent_scenario(surroundings around, bool cancels)
      : cancels_(cancels),
        argument_(make_tracked(argument_record_, around, phase::running, engine_one)),
        task_(make_tracked(task_record_, around, phase::pending,
                           engine_one + detail::handle_reference)) {
    task_.waits_for = &argument_;
  }

  std::vector<std::function<void()>> threads() override {
    set_dependents(this);
    std::vector<std::function<void()>> bodies{
        [this] { advance(task_); },
        [this] {
          argument_.type->run(argument_);
          fire(lane::finish(argument_, false));
        },
    };
    if (cancels_) bodies.push_back([this] { cancel(task_); });
    return bodies;
  }

  void check() override {
    set_dependents(nullptr);
    require(task_record_.ran + task_record_.cancelled == 1, "the task was not ended once");
    require(cancels_ || task_record_.ran == 1, "the task was cancelled by nobody");
    require(task_record_.arguments_ended == 1, "its arguments did not end once");
    require(opened_ <= 1, "the task was opened twice");
    require(task_record_.ended == 0, "the task ended while it was held");
    detail::release(task_);
    require(task_record_.ended == 1, "the task did not end with its last handle");
    detail::release(argument_, engine_one);
    require(argument_record_.ended == 1, "the argument did not end once");
  }

  void opened(tracked_cell& task) override {
    ++opened_;
    require(lane::load(argument_.hooks, std::memory_order_acquire) == detail::hooks_complete,
            "opened before its argument was there");
    run_drawn(task);
  }

 private:
  const bool cancels_;
  int opened_ = 0;
  cell_record argument_record_;
  cell_record task_record_;
  tracked_cell& argument_;
  tracked_cell& task_;
};

/// Two callers and the one who takes out what they have called, who goes on until all is there.
class mailbox_scenario : public scenario {
 public:
  explicit mailbox_scenario(surroundings around) {
    for (int i = 0; i < 4; ++i) {
      cells_[i] = &make_tracked(records_[i], around, phase::pending, engine_one);
    }
  }

  std::vector<std::function<void()>> threads() override {
    return {[this] {
              mailbox_.push(*cells_[0]);
              mailbox_.push(*cells_[1]);
            },
            [this] {
              mailbox_.push(*cells_[2]);
              mailbox_.push(*cells_[3]);
            },
            [this] {
              take();
              take();
            }};
  }

  void check() override {
    take();
    require(taken_.size() == 4, "a call was lost or came twice");
    const auto place = [&](int i) { return std::find(taken_.begin(), taken_.end(), cells_[i]); };
    require(place(0) < place(1) && place(2) < place(3), "a caller's calls changed their order");
    for (auto* cell : cells_) detail::release(*cell, engine_one);
  }

 private:
  void take() {
    for (detail::cell* at = mailbox_.take_all(); at != nullptr;
         at = reinterpret_cast<detail::cell*>(at->next)) {
      taken_.push_back(at);
    }
  }

  lane::mailbox mailbox_;
  std::array<cell_record, 4> records_;
  std::array<tracked_cell*, 4> cells_{};
  std::vector<detail::cell*> taken_;
};

/// Threads that come and go, each with a shard of its own meanwhile.
class queue_scenario : public scenario {
 public:
  explicit queue_scenario(surroundings) {}
  std::vector<std::function<void()>> threads() override {
    const auto body = [this] {
      for (int i = 0; i < 2; ++i) {
        lane::shard& own = queue_.borrow();
        require(std::find(used_.begin(), used_.end(), &own) == used_.end(), "lent twice");
        used_.push_back(&own);
        static_cast<void>(queue_.empty());
        std::erase(used_, &own);
        queue_.give_back(own);
      }
    };
    return {body, body};
  }
  void check() override {
    int shards = 0;
    for (lane::shard* at = queue_.first(); at != nullptr; at = at->next) ++shards;
    require(shards <= 2, "more shards than threads");
  }

 private:
  lane::class_queue queue_;
  std::vector<lane::shard*> used_;
};

/// The lock, with threads that count what it guards.
class lock_scenario : public scenario {
 public:
  explicit lock_scenario(surroundings around) : process_(around.world, 1, 0, {}), lock_(process_) {}
  std::vector<std::function<void()>> threads() override {
    const auto body = [this] {
      for (int i = 0; i < 2; ++i) {
        lock_.lock();
        require(++inside_ == 1, "two are inside");
        static_cast<void>(interrupted_.load(std::memory_order_relaxed));
        --inside_;
        lock_.unlock();
        ++entered_;
      }
    };
    return {body, body};
  }
  void check() override { require(entered_ == 4, "one did not enter"); }

 private:
  rt::sim::virtual_environment process_;
  lane::spin_lock lock_;
  lane::atomic<int> interrupted_{0};
  int inside_ = 0;
  int entered_ = 0;
};

}  // namespace explore
