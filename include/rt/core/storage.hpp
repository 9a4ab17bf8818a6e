#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rt/core/result.hpp"

namespace rt {

/// What a caller takes a file to be.
/// Shape: nothing and no bytes for one that is not there.   Units: bytes.
struct expected_file {
  std::uint64_t size = 0;
  /// A file that took another's place may come to its length, but does not begin as it did.
  std::vector<std::byte> begins_with;
};

/// Keeps bytes in files, by name, which only grow at their end or are replaced as a whole: what a process
/// must still know after it has died. `platform` implements it over Linux, `sim` over a disk that loses what it may.
///
/// Each function begins something and returns at once; that it is done is told by its completion, within
/// `poll` and nowhere else: the loop never waits for a disk, and no completion comes in the midst of
/// another step. (A blocking call would stop all sessions for as long as a disk syncs, and a completion
/// within the call would call its caller back before that has noted what it waits for.) What was begun on
/// one file happens in that order.
///
/// An implementation must never: block; throw; call a completion outside `poll`, twice, or after it was
/// destroyed; let another see a part of an append, but after a loss of power; say that something is
/// synced which such a loss could take.
/// Owner: whoever composes a runtime.   Thread: one at a time calls it, as with a transport.
class storage {
 public:
  /// Errors: `storage` where it cannot be had at all; others where they are named.
  template <class T>
  using completion = std::function<void(result<T>)>;

  virtual ~storage() = default;

  /// Reads up to `bytes_max` bytes from `offset` on.
  /// Shape: fewer where the file ends, none where there is no file.
  virtual void read(const std::string& file, std::uint64_t offset, std::size_t bytes_max,
                    completion<std::vector<std::byte>> done) = 0;

  /// Keeps the first `kept_size` bytes and writes behind them, if the file is what the caller thinks:
  /// the comparison, the cut and the write are one step against all other processes. The file is made
  /// where there is none. Without bytes to append nothing is written, and only compared.
  /// Shape: `kept_size` is the expected size, or less where a torn end is cut off; then what is appended
  /// is longer than that. So a file only grows, and no length of it comes twice. The result is its new
  /// size; it may be lost until it is synced.
  /// Errors: `file_changed`; `out_of_disk`: then nothing was changed.   Units: bytes.
  virtual void append(const std::string& file, expected_file expected, std::uint64_t kept_size,
                      std::vector<std::byte> bytes, completion<std::uint64_t> done) = 0;

  /// Has the file `by` take the place and the name of `file`, if both are what the caller thinks: one
  /// step against all other processes and against a loss of power, which may undo it as a whole until
  /// `file` is synced. What `by` holds must have been synced before.
  /// Shape: the size of what `file` is from here on. Errors: `file_changed`; `out_of_disk`: then nothing
  /// was changed.
  virtual void replace(const std::string& file, expected_file expected, const std::string& by,
                       expected_file expected_by, completion<std::uint64_t> done) = 0;

  /// Takes a file away, whatever it holds. It may be there again after a loss of power.
  /// Shape: 0; also where there is none.
  virtual void remove(const std::string& file, completion<std::uint64_t> done) = 0;

  /// Has all that the file holds, also what others appended, outlive a loss of power, under its name.
  /// Shape: the size that is safe. Errors: `storage`: nobody knows what of the file is left; who wrote
  /// it stops, and reads it anew.
  virtual void sync(const std::string& file, completion<std::uint64_t> done) = 0;

  /// Tells of what is done.   Shape: whether there is more to tell at once.
  virtual bool poll() = 0;
};

}  // namespace rt
