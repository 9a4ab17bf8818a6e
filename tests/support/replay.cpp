// The main of a fuzz target where it is not fuzzed: runs it once on each file below the folders and
// files that are named, and on no bytes at all. So every finding stays a test.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

int runs = 0;

void replay(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::printf("%s: %zu bytes\n", file.filename().c_str(), bytes.size());
  std::fflush(stdout);
  const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());  // its end is the heap's end
  LLVMFuzzerTestOneInput(input.data(), input.size());
  ++runs;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint8_t none = 0;
  LLVMFuzzerTestOneInput(&none, 0);
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      replay(argv[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (entry.is_regular_file()) replay(entry.path());
    }
  }
  std::printf("%d inputs replayed\n", runs);
}
