#include "sim/schedule.hpp"

#include <sstream>
#include <stdexcept>

namespace workloads {
namespace {

/// Reads the words of one line, and complains of it as a whole.
class line_reader {
 public:
  explicit line_reader(const std::string& line) : line_(line), words_(line) {}

  template <class T>
  T next() {
    T value{};
    if (!(words_ >> value)) complain();
    return value;
  }
  void end() {
    if (std::string rest; words_ >> rest) complain();
  }
  [[noreturn]] void complain() const {
    throw std::runtime_error("not a line of a schedule: " + line_);
  }

 private:
  std::string line_;
  std::istringstream words_;
};

rt::sim::fault read_fault(line_reader& words) {
  const auto kind = rt::sim::fault_kind_of(words.next<std::string>());
  if (!kind) words.complain();
  rt::sim::fault read{.kind = *kind};
  read.begin = words.next<rt::instant>();
  read.end = words.next<rt::instant>();
  read.one = words.next<rt::sim::process_number>();
  read.other = words.next<rt::sim::process_number>();
  read.rate_ppm = words.next<std::uint32_t>();
  return read;
}

void read_line(const std::string& line, schedule& into) {
  line_reader words(line);
  const auto what = words.next<std::string>();
  if (what == "workload") {
    into.workload = words.next<std::string>();
  } else if (what == "seed") {
    into.seed = words.next<std::uint64_t>();
  } else if (what == "size") {
    const auto name = words.next<std::string>();
    into.sizes[name] = words.next<std::int64_t>();
  } else if (what == "healed_at") {
    into.plan.healed_at = words.next<rt::instant>();
  } else if (what == "fault") {
    into.plan.faults.push_back(read_fault(words));
  } else if (what == "sites_by_seed") {
    into.sites.reset();
  } else if (what == "site") {
    const auto name = words.next<std::string>();
    (*into.sites)[name] = words.next<std::uint32_t>();
  } else if (what == "finds") {
    into.finds = words.next<std::string>();
  } else {
    words.complain();
  }
  words.end();
}

}  // namespace

std::string to_text(const schedule& written) {
  std::ostringstream text;
  text << "workload " << written.workload << "\nseed " << written.seed << "\n";
  for (const auto& [name, value] : written.sizes) text << "size " << name << " " << value << "\n";
  text << "healed_at " << written.plan.healed_at << "\n";
  for (const rt::sim::fault& each : written.plan.faults) {
    text << "fault " << to_string(each.kind) << " " << each.begin << " " << each.end << " "
         << each.one << " " << each.other << " " << each.rate_ppm << "\n";
  }
  if (!written.sites) text << "sites_by_seed\n";
  else
    for (const auto& [name, rate] : *written.sites) text << "site " << name << " " << rate << "\n";
  if (!written.finds.empty()) text << "finds " << written.finds << "\n";
  return text.str();
}

schedule read_schedule(const std::string& text) {
  schedule made;
  made.sites.emplace();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (!made.sites && line.rfind("site ", 0) == 0) {
      throw std::runtime_error("sites are by the seed or named, not both: " + line);
    }
    read_line(line, made);
  }
  return made;
}

}  // namespace workloads
