#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/row.hpp"

namespace bench {

/// What the command line asks of a run.
struct plan {
  bench::session session;
  int rounds = 5;
  int retries = 5;               ///< rounds taken again because of neighbours, a row
  double neighbours_max = 0.08;  ///< cores that others may use in a round that counts
  unsigned timeout_s = 300;      ///< a contender that takes longer ends the program
};

/// What a contender reached, a figure a round.
struct outcome {
  std::vector<double> figures;
  std::string failure;  ///< what it threw; its figures are then void
};

/// A row's outcomes, in the order of its contenders.
struct result {
  const row* of = nullptr;
  std::vector<outcome> outcomes;
  double neighbours = 0;  ///< the cores that others used in the worst round that counted
};

double median(std::vector<double> figures);

/// Returns ours divided by the contender `other`: the median of the rounds' ratios.
double ratio(const result& r, std::size_t other);

/// Runs a row in interleaved rounds: each round runs every contender, each time another one first.
/// Errors: none; a contender's exception becomes its `failure`.
result run(const row& r, std::size_t row_index, const plan& p);

/// Runs one contender for one round and prints its figure for the process that started this one.
int run_as_child(const std::vector<row>& table, const std::string& which, const plan& p);

}  // namespace bench
