#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rt::sim {

/// The bytes of one file of a simulated disk, whatever its name.
struct disk_file {
  std::vector<std::byte> content;
  std::vector<std::byte> synced;
  /// How much of what was synced is still as it was: less after a cut.
  std::uint64_t unchanged = 0;
};

/// Which file each name of a simulated disk stands for, and which of that is not safe yet.
/// Thread: a value, but that copies share the files.
class disk_names {
 public:
  /// Shape: null where there is none.
  disk_file* find(const std::string& name) const;
  /// Returns the file of that name, made where there is none.
  disk_file& make(const std::string& name);
  /// The file `by` is called `name` from here on. There is one.
  void rename(const std::string& by, const std::string& name);
  void remove(const std::string& name);
  /// All changes are safe, up to the last that concerns this name.
  void sync(const std::string& name);

  /// How many changes of names are not safe.
  std::size_t unsafe() const noexcept { return changes_.size(); }
  /// Undoes all of them but the first ones; the rest is safe.
  void lose(std::size_t kept);
  void for_each(const std::function<void(disk_file&)>& call) const;

 private:
  using table = std::map<std::string, std::shared_ptr<disk_file>>;
  /// Shape: `file` is called `name`, or nothing is; what was called `gone` is not, unless that is empty.
  struct change {
    std::string name;
    std::shared_ptr<disk_file> file;
    std::string gone;
  };

  static void apply(const change& next, table& to);
  void begin(change next);

  table now_;
  table safe_;
  std::vector<change> changes_;
};

}  // namespace rt::sim
