#include "harness/report.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

#include "harness/machine.hpp"

namespace bench {
namespace {

std::string number(double x) {
  const double size = std::abs(x);
  const int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, x);
  return text.data();
}

/// Returns the plain limit of a target without the noise of trailing zeros.
std::string limit_text(double x) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%g", x);
  return text.data();
}

std::string prefixed(double x, const char* unit_name) {
  struct step {
    double size;
    const char* prefix;
  };
  constexpr std::array<step, 7> steps{
      {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "µ"}, {1e-9, "n"}}};
  for (const step& s : steps) {
    if (std::abs(x) >= s.size) return number(x / s.size) + " " + s.prefix + unit_name;
  }
  return number(x * 1e9) + std::string(" n") + unit_name;
}

std::string outcome_text(const contender& c, const outcome& o, unit u) {
  if (!c.run) return "not installed";
  if (!o.failure.empty()) return "failed: " + o.failure;
  return figure_text(median(o.figures), u);
}

/// Returns one cell: all contenders of a side with their names.
std::string side_text(const result& r, side where) {
  std::string text;
  for (std::size_t i = 0; i < r.outcomes.size(); ++i) {
    const contender& c = r.of->contenders[i];
    if (c.where != where) continue;
    if (!text.empty()) text += "; ";
    if (where != side::ours) text += c.name + " ";
    text += outcome_text(c, r.outcomes[i], r.of->unit);
  }
  return text;
}

std::size_t find(const result& r, const std::string& name) {
  std::size_t i = 0;
  while (i < r.outcomes.size() && r.of->contenders[i].name != name) ++i;
  return i;
}

std::size_t own_index(const result& r) {
  std::size_t i = 0;
  while (i < r.outcomes.size() && r.of->contenders[i].where != side::ours) ++i;
  return i;
}

bool usable(const result& r, std::size_t i) {
  return i < r.outcomes.size() && r.of->contenders[i].run && r.outcomes[i].failure.empty();
}

enum class verdict { unknown, met, missed };

/// Compares one target; `unknown` where the other side is not installed or failed.
verdict judge(const result& r, const target& t) {
  const std::size_t own = own_index(r);
  if (!usable(r, own)) return verdict::unknown;
  double reached = median(r.outcomes[own].figures);
  if (!t.against.empty()) {
    const std::size_t other = find(r, t.against);
    if (!usable(r, other)) return verdict::unknown;
    reached = ratio(r, other);
  }
  const bool met = t.which == target::bound::at_most ? reached <= t.limit : reached >= t.limit;
  return met ? verdict::met : verdict::missed;
}

std::string ratios_text(const result& r) {
  std::string text;
  if (!usable(r, own_index(r))) return text;
  for (std::size_t i = 0; i < r.outcomes.size(); ++i) {
    const contender& c = r.of->contenders[i];
    if (c.where == side::ours || !usable(r, i)) continue;
    if (!text.empty()) text += "; ";
    text += number(ratio(r, i)) + " × " + c.name;
  }
  return text;
}

std::string targets_text(const result& r) {
  std::string text;
  for (const target& t : r.of->targets) {
    if (!text.empty()) text += "; ";
    text += t.which == target::bound::at_most ? "≤ " : "≥ ";
    text += t.against.empty() ? figure_text(t.limit, r.of->unit)
                              : limit_text(t.limit) + " × " + t.against;
  }
  return text;
}

std::string verdict_text(const result& r) {
  bool all = !r.of->targets.empty();
  for (const target& t : r.of->targets) {
    const verdict v = judge(r, t);
    if (v == verdict::missed) return "**no**";
    if (v == verdict::unknown) all = false;
  }
  return all ? "yes" : "–";
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

const char* unit_name(unit u) {
  switch (u) {
    case unit::seconds: return "s";
    case unit::per_second: return "1/s";
    case unit::bytes: return "B";
    case unit::bytes_per_second: return "B/s";
    case unit::percent: return "%";
  }
  return "";
}

}  // namespace

std::string figure_text(double figure, unit u) {
  switch (u) {
    case unit::seconds: return prefixed(figure, "s");
    case unit::per_second: return prefixed(figure, "/s");
    case unit::bytes: return number(figure) + " B";
    case unit::bytes_per_second: return prefixed(figure, "B/s");
    case unit::percent: return number(figure) + " %";
  }
  return {};
}

void print_markdown(std::ostream& out, const std::vector<result>& results, const plan& p) {
  out << machine_name() << "; " << compiler_name() << "; commit " << commit_name() << ".\n"
      << "Medians of " << p.rounds << " interleaved rounds, " << p.session.cores
      << " cores each; a ratio is Roundtrip's figure divided by the other's.\n";
  if (p.session.quick) out << "A smoke run: these figures mean nothing.\n";
  std::string section;
  for (const result& r : results) {
    if (r.of->section != section) {
      section = r.of->section;
      out << "\n| " << section << " | Roundtrip | yardstick | peer | ratio | target | met |\n"
          << "|---|---|---|---|---|---|---|\n";
    }
    std::string peers = side_text(r, side::peer);
    if (!r.of->published.empty()) peers += (peers.empty() ? "" : "; ") + r.of->published;
    out << "| " << r.of->name << " | " << side_text(r, side::ours) << " | "
        << side_text(r, side::yardstick) << " | " << peers << " | " << ratios_text(r) << " | "
        << targets_text(r) << " | " << verdict_text(r);
    if (r.neighbours > p.neighbours_max && !p.session.quick) {
      out << " (others used " << number(100 * r.neighbours) << " % of a core)";
    }
    out << " |\n";
  }
}

void print_json(std::ostream& out, const std::vector<result>& results, const plan& p) {
  out << "{\"machine\":" << quoted(machine_name()) << ",\"compiler\":" << quoted(compiler_name())
      << ",\"commit\":" << quoted(commit_name()) << ",\"rounds\":" << p.rounds
      << ",\"quick\":" << (p.session.quick ? "true" : "false") << ",\"rows\":[";
  for (std::size_t n = 0; n < results.size(); ++n) {
    const result& r = results[n];
    out << (n == 0 ? "" : ",") << "\n{\"section\":" << quoted(r.of->section)
        << ",\"row\":" << quoted(r.of->name) << ",\"unit\":" << quoted(unit_name(r.of->unit))
        << ",\"met\":" << quoted(verdict_text(r)) << ",\"target\":" << quoted(targets_text(r))
        << ",\"neighbours\":" << r.neighbours << ",\"contenders\":[";
    for (std::size_t i = 0; i < r.outcomes.size(); ++i) {
      const contender& c = r.of->contenders[i];
      out << (i == 0 ? "" : ",") << "{\"name\":" << quoted(c.name)
          << ",\"installed\":" << (c.run ? "true" : "false")
          << ",\"failure\":" << quoted(r.outcomes[i].failure)
          << ",\"ratio\":" << (usable(r, i) && usable(r, own_index(r)) ? ratio(r, i) : 0)
          << ",\"figures\":[";
      for (std::size_t k = 0; k < r.outcomes[i].figures.size(); ++k) {
        out << (k == 0 ? "" : ",") << r.outcomes[i].figures[k];
      }
      out << "]}";
    }
    out << "]}";
  }
  out << "\n]}\n";
}

}  // namespace bench
