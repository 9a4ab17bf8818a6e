#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/runner.hpp"

namespace bench {

/// Returns a figure with the prefix that suits it: `0.12 µs`, `26 M/s`, `96 B`.
std::string figure_text(double figure, unit u);

/// Prints the table, one section after the other, for people.
void print_markdown(std::ostream& out, const std::vector<result>& results, const plan& p);

/// Prints every round's figures, for programs.
void print_json(std::ostream& out, const std::vector<result>& results, const plan& p);

}  // namespace bench
