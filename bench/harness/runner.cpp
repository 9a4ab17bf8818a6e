#include "harness/runner.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "harness/machine.hpp"

namespace bench {
namespace {

/// What runs now, for the watchdog's message.
std::array<char, 256> running{};

void give_up(int) {
  static const char text[] = "roundtrip_bench: no end in sight of ";
  [[maybe_unused]] auto n = write(STDERR_FILENO, text, sizeof text - 1);
  n = write(STDERR_FILENO, running.data(), std::strlen(running.data()));
  n = write(STDERR_FILENO, "\n", 1);
  _exit(3);
}

/// Runs the contender in a process of its own, of this same program.
double in_fresh_process(std::size_t row_index, std::size_t index, const session& s) {
  std::array<char, 4096> self{};
  if (readlink("/proc/self/exe", self.data(), self.size() - 1) < 0) {
    throw std::runtime_error("cannot find this program's own file");
  }
  std::string command = "'" + std::string(self.data()) + "' --child=" + std::to_string(row_index) +
                        ":" + std::to_string(index) + " --seconds=" + std::to_string(s.seconds) +
                        " --cores=" + std::to_string(s.cores);
  if (s.quick) command += " --quick";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start a process");
  double figure = 0;
  const bool read = std::fscanf(pipe, "%lf", &figure) == 1;
  if (pclose(pipe) != 0 || !read) throw std::runtime_error("its process failed");
  return figure;
}

double run_once(const row& r, std::size_t row_index, std::size_t index, const plan& p) {
  session s = p.session;
  s.seconds *= r.seconds_factor;
  const contender& c = r.contenders[index];
  std::snprintf(running.data(), running.size(), "%s: %s", r.name.c_str(), c.name.c_str());
  std::signal(SIGALRM, give_up);
  alarm(p.timeout_s);
  const double figure = c.fresh_process ? in_fresh_process(row_index, index, s) : c.run(s);
  alarm(0);
  return figure;
}

/// Runs each contender once, beginning with number `first`; a failure is noted and not repeated.
std::vector<double> one_round(const row& r, std::size_t row_index, std::size_t first, const plan& p,
                              std::vector<outcome>& outcomes) {
  const std::size_t n = r.contenders.size();
  std::vector<double> figures(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t at = (first + i) % n;
    if (!r.contenders[at].run || !outcomes[at].failure.empty()) continue;
    try {
      figures[at] = run_once(r, row_index, at, p);
    } catch (const std::exception& e) {
      alarm(0);
      outcomes[at].failure = e.what();
    }
  }
  return figures;
}

}  // namespace

double median(std::vector<double> figures) {
  if (figures.empty()) return 0;
  std::sort(figures.begin(), figures.end());
  const std::size_t n = figures.size();
  return n % 2 != 0 ? figures[n / 2] : (figures[n / 2 - 1] + figures[n / 2]) / 2;
}

double ratio(const result& r, std::size_t other) {
  std::size_t ours = 0;
  while (ours < r.of->contenders.size() && r.of->contenders[ours].where != side::ours) ++ours;
  if (ours == r.of->contenders.size()) return 0;
  const outcome& a = r.outcomes[ours];
  const outcome& b = r.outcomes[other];
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(a.figures.size(), b.figures.size()); ++i) {
    if (b.figures[i] > 0) ratios.push_back(a.figures[i] / b.figures[i]);
  }
  return median(ratios);
}

result run(const row& r, std::size_t row_index, const plan& p) {
  result out;
  out.of = &r;
  out.outcomes.resize(r.contenders.size());
  int retries = p.retries;
  for (int round = 0; round < p.rounds;) {
    const neighbour_watch watch;
    const auto figures = one_round(r, row_index, static_cast<std::size_t>(round), p, out.outcomes);
    const double others = watch.cores_used();
    if (others > p.neighbours_max && !p.session.quick && retries-- > 0) continue;
    out.neighbours = std::max(out.neighbours, others);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (r.contenders[i].run) out.outcomes[i].figures.push_back(figures[i]);
    }
    ++round;
  }
  return out;
}

int run_as_child(const std::vector<row>& table, const std::string& which, const plan& p) {
  const std::size_t colon = which.find(':');
  if (colon == std::string::npos) return 2;
  const std::size_t r = std::strtoul(which.c_str(), nullptr, 10);
  const std::size_t c = std::strtoul(which.c_str() + colon + 1, nullptr, 10);
  if (r >= table.size() || c >= table[r].contenders.size()) return 2;
  try {
    std::printf("%.17g\n", table[r].contenders[c].run(p.session));
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "roundtrip_bench: %s: %s\n", table[r].name.c_str(), e.what());
    return 1;
  }
}

}  // namespace bench
