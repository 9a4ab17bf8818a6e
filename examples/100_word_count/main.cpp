// The most frequent words of a folder of text, counted by tasks, merged by a tree of tasks, with an
// actor that keeps the progress; and compared with a plain loop over the same files.
//
//     100_word_count                                   the C and C++ headers below /usr/include
//     100_word_count --no-check ~/books --extensions=txt,md

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <rt/rt.hpp>

#include "files.hpp"
#include "progress.hpp"
#include "tally.hpp"

namespace {

constexpr std::uint64_t batch_bytes = 8 << 20;
constexpr std::uint64_t progress_bytes = 1 << 20;

struct options {
  std::filesystem::path folder = "/usr/include";
  // The standard C++ headers have no extension.
  std::vector<std::string> extensions{"h", "hh", "hpp", "hxx", "ipp", "inl", "tcc", ""};
  bool check = true;
};

tally count_files(const std::vector<std::string>& paths, rt::actor<progress> bar) {
  tally all;
  std::uint64_t untold = 0;
  for (const std::string& path : paths) {
    untold += count_file(path, all);
    if (untold < progress_bytes && &path != &paths.back()) continue;
    rt::remote<&progress::add>(bar, std::exchange(untold, 0));
  }
  return all;
}

tally count_by_tasks(const std::vector<batch>& batches, const rt::actor<progress>& bar) {
  std::vector<rt::object_ref<tally>> level;
  for (const batch& b : batches) level.push_back(rt::remote<count_files>(b.paths, bar));
  while (level.size() > 1) {
    // Moved in, the references are the last of their kind: so each tally is moved, not copied.
    std::vector<rt::object_ref<tally>> above;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) {
      above.push_back(rt::remote<merge>(std::move(level[i]), std::move(level[i + 1])));
    }
    if (level.size() % 2 != 0) above.push_back(std::move(level.back()));
    level = std::move(above);
  }
  return level.empty() ? tally() : rt::get(std::move(level.front()));
}

tally count_by_loop(const std::vector<batch>& batches) {
  tally all;
  for (const batch& b : batches) {
    for (const std::string& path : b.paths) count_file(path, all);
  }
  return all;
}

/// Reads all once, so that neither of the two that are compared pays for cold files.
void warm(const std::vector<batch>& batches) {
  std::string text;
  for (const batch& b : batches) {
    for (const std::string& path : b.paths) read_file(path, text);
  }
}

template <class Count>
double seconds(Count&& count) {
  const auto start = std::chrono::steady_clock::now();
  count();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print_rate(std::string_view who, const tally& counted, double time_s) {
  const double megabytes = static_cast<double>(counted.bytes) / 1e6;
  fmt::print("{:10} {:8.1f} MB in {:7.3f} s: {:7.1f} MB/s\n", who, megabytes, time_s,
             time_s > 0 ? megabytes / time_s : 0);
}

options read_options(std::span<char*> arguments) {
  options read;
  for (const std::string_view argument : arguments.subspan(1)) {
    constexpr std::string_view extensions = "--extensions=";
    if (argument == "--check" || argument == "--no-check") {
      read.check = argument == "--check";
    } else if (argument.starts_with(extensions)) {
      read.extensions.assign(1, "");
      for (const char c : argument.substr(extensions.size())) {
        if (c == ',') read.extensions.emplace_back();
        else read.extensions.back().push_back(c);
      }
    } else if (argument.starts_with('-')) {
      throw std::invalid_argument(fmt::format(
          "{}: not known; there are [folder] --extensions=h,hpp --check --no-check", argument));
    } else {
      read.folder = argument;
    }
  }
  return read;
}

int count(std::span<char*> arguments) {
  const options wanted = read_options(arguments);
  const std::vector<batch> batches = find_files(wanted.folder, wanted.extensions, batch_bytes);
  std::uint64_t total_bytes = 0;
  for (const batch& b : batches) total_bytes += b.bytes;
  if (wanted.check) warm(batches);

  tally counted;
  const double tasks_s = seconds([&] {
    const auto bar = rt::spawn<progress>(total_bytes);
    counted = count_by_tasks(batches, bar);
    rt::get(rt::remote<&progress::finish>(bar));
  });
  for (const auto& [word, times] : counted.words.most_frequent(20)) {
    fmt::print("{:>10}  {}\n", times, word);
  }
  fmt::print("{} files, {} that could not be read, {} different words\n", counted.files,
             counted.skipped, counted.words.size());
  print_rate("tasks", counted, tasks_s);
  if (!wanted.check) return EXIT_SUCCESS;

  tally plain;
  const double loop_s = seconds([&] { plain = count_by_loop(batches); });
  print_rate("plain loop", plain, loop_s);
  if (plain == counted) {
    fmt::print("equal results; {:.2f} times as fast as the loop\n", loop_s / tasks_s);
    return EXIT_SUCCESS;
  }
  fmt::print(stderr, "the results differ{}\n",
             plain.bytes == counted.bytes ? "" : ": the files changed while they were counted");
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) { return rt::run(argc, argv, count); }
