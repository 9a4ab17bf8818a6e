#include "sim/random_strategy.hpp"

namespace rt::sim {

random_strategy::random_strategy(std::uint64_t seed) noexcept : choices_(seed, 1) {
  constexpr std::uint64_t average_stays[] = {1, 2, 4, 16, 64};
  stays_for_ = average_stays[choices_.below(std::size(average_stays))];
}

std::size_t random_strategy::pick(const std::vector<fiber*>& runnable,
                                  const fiber* current) noexcept {
  if (runnable.size() == 1) return 0;
  if (current != nullptr && !current->spins() && !choices_.one_in(stays_for_)) {
    for (std::size_t i = 0; i < runnable.size(); ++i) {
      if (runnable[i] == current) return i;
    }
  }
  std::size_t picked = choices_.below(runnable.size());
  // Who spins only waits for others: it gets a turn now and then, not an equal share.
  if (runnable[picked]->spins()) picked = choices_.below(runnable.size());
  return picked;
}

std::size_t random_strategy::pick_sleeper(std::size_t count) noexcept {
  return choices_.below(count);
}

bool random_strategy::wakes_early() noexcept { return choices_.one_in(64); }

}  // namespace rt::sim
