#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "explore/cells.hpp"
#include "explore/explorer.hpp"
#include "explore/lane.hpp"
#include "sim/sanitizers.hpp"
#include "support/catch.hpp"

// Every program of two threads by three operations over the lane, in every interleaving.

using namespace explore;
namespace lane = rt::lane;
namespace detail = rt::detail;
using detail::phase;

namespace {

enum class verb : char {
  push = 'p',      ///< push a new cell into the own shard
  draw = 'd',      ///< draw from the own shard, else from the other, and run it
  complete = 'c',  ///< complete a running cell that the other may complete too
  cancel = 'x',    ///< cancel a cell that waits in the first thread's shard
  release = 'r',   ///< drop the own handle of that cell
};

// Under a sanitizer, thirty times slower, a part of the programs must do.
constexpr std::size_t every = RT_SIM_ASAN != 0 || RT_SIM_TSAN != 0 ? 31 : 1;

using thread_program = std::string;  // of the letters above
constexpr std::size_t operations = 3;

/// A thread drops its handle once and does not use it afterwards, and completes once.
bool sensible(const thread_program& program) {
  const auto release = program.find('r');
  if (release != std::string::npos &&
      program.find_first_of("xr", release + 1) != std::string::npos) {
    return false;
  }
  return program.find('c') == program.rfind('c');
}

std::vector<thread_program> all_thread_programs() {
  std::vector<thread_program> programs{""};
  for (std::size_t i = 0; i < operations; ++i) {
    std::vector<thread_program> longer;
    for (const auto& each : programs) {
      for (char letter : {'p', 'd', 'c', 'x', 'r'}) longer.push_back(each + letter);
    }
    programs = longer;
  }
  std::erase_if(programs, [](const thread_program& each) { return !sensible(each); });
  return programs;
}

struct counting_hook : detail::continuation {
  counting_hook() { fire = &count; }
  static void count(detail::continuation& hung) noexcept {
    ++static_cast<counting_hook&>(hung).fired;
  }
  int fired = 0;
};

class run_of_programs : public scenario {
 public:
  run_of_programs(std::array<thread_program, 2> programs, surroundings around)
      : programs_(std::move(programs)) {
    constexpr std::uint32_t handles =
        3 * detail::handle_reference;  // both threads', and the checker's
    queued_ =
        &make_tracked(queued_record_, around, phase::ready, handles + detail::engine_reference);
    lane::hang(*queued_, lane::link_to(queued_hook_));
    shards_[0].push(*queued_);
    running_ = &make_tracked(running_record_, around, phase::running, handles);
    lane::hang(*running_, lane::link_to(running_hook_));
    for (int thread : {0, 1}) {
      const auto pushes = std::count(programs_[thread].begin(), programs_[thread].end(), 'p');
      for (int i = 0; i < pushes; ++i) {
        fresh_[thread].push_back(&make_tracked(fresh_records_[thread][i], around, phase::ready,
                                               detail::engine_reference));
      }
    }
  }

  std::vector<std::function<void()>> threads() override {
    return {[this] { run(0); }, [this] { run(1); }};
  }

  void check() override {
    // What is still queued runs now, and the last handles go.
    for (auto& shard : shards_) {
      while (detail::cell* left = shard.steal()) run_drawn(*left);
    }
    for (int thread : {0, 1}) {
      if (programs_[thread].find('r') == std::string::npos) {
        detail::release(*queued_);
      }
    }
    detail::release(*queued_);
    detail::release(*running_, 3 * detail::handle_reference);

    check_cell("a pushed", fresh_records_[0], fresh_[0].size());
    check_cell("a pushed", fresh_records_[1], fresh_[1].size());
    require(queued_record_.ran + queued_record_.cancelled == 1,
            "the queued cell was not either run or cancelled, once");
    require(queued_record_.ended == 1, "the queued cell did not end once");
    require(queued_record_.arguments_ended == 1, "its arguments did not end once");
    require(queued_hook_.fired == 1, "its continuation did not fire once");
    const bool completed =
        programs_[0].find('c') != std::string::npos || programs_[1].find('c') != std::string::npos;
    require(running_hook_.fired == completed, "the running cell's continuation did not fire once");
    require(completions_ == completed, "the running cell was not completed once");
    require(running_record_.ended == 1, "the running cell did not end once");
  }

 private:
  static void check_cell(const std::string& which, const std::array<cell_record, 3>& records,
                         std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      require(records[i].ran == 1, which + " cell did not run once");
      require(records[i].arguments_ended == 1, which + " cell's arguments did not end once");
      require(records[i].results_ended == 1, which + " cell's result did not end once");
      require(records[i].ended == 1, which + " cell did not end once");
    }
  }

  void run(int thread) {
    std::size_t next = 0;
    for (char letter : programs_[thread]) {
      switch (static_cast<verb>(letter)) {
        case verb::push: shards_[thread].push(*fresh_[thread][next++]); break;
        case verb::draw: {
          detail::cell* drawn = shards_[thread].take();
          if (drawn == nullptr) drawn = shards_[1 - thread].steal();
          if (drawn != nullptr) run_drawn(*drawn);
          break;
        }
        case verb::complete:
          if (lane::begin_store(*running_)) {
            ++completions_;
            running_->type->run(*running_);
            fire(lane::finish(*running_, false));
          }
          break;
        case verb::cancel: cancel(*queued_); break;
        case verb::release: drop(*queued_, detail::handle_reference); break;
      }
    }
  }

  const std::array<thread_program, 2> programs_;
  std::array<lane::shard, 2> shards_;
  cell_record queued_record_;
  cell_record running_record_;
  std::array<std::array<cell_record, operations>, 2> fresh_records_;
  counting_hook queued_hook_;
  counting_hook running_hook_;
  tracked_cell* queued_;
  tracked_cell* running_;
  std::array<std::vector<tracked_cell*>, 2> fresh_;
  int completions_ = 0;
};

}  // namespace

TEST_CASE("lane: two threads by three operations, every program in every interleaving") {
  const auto programs = all_thread_programs();
  std::uint64_t pairs = 0;
  std::uint64_t executions = 0;
  std::uint64_t redundant = 0;
  std::uint64_t most = 0;
  std::size_t number = 0;
  for (const auto& first : programs) {
    for (const auto& second : programs) {
      if (number++ % every != 0) continue;
      const outcome result = explore::explore({}, [&](surroundings around) {
        return std::make_unique<run_of_programs>(std::array{first, second}, around);
      });
      ++pairs;
      executions += result.executions;
      redundant += result.redundant;
      most = std::max(most, result.executions);
      if (!result.failure.empty() || !result.complete) {
        FAIL("programs " << first << " and " << second << ": " << result.failure);
      }
    }
  }
  INFO(pairs << " programs, " << executions << " executions, " << redundant
             << " redundant ones, at most " << most << " of one program");
  // That nothing was left out by mistake.
  CHECK(programs.size() == 88);
  CHECK(executions > 100 * pairs);
}
