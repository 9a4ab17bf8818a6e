// Reads bytes as the content of an object that was pulled. One that is read has parts that are its own bytes, all
// of them; with another sum it is refused.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include <rt/core/error.hpp>
#include <rt/detail/array_block.hpp>

#include "store/content_sum.hpp"
#include "worker/remote/object_content.hpp"

using namespace rt;

namespace {

constexpr std::size_t number_bytes = 8;
/// From here up a kind is no array's length.
constexpr std::uint64_t least_name = ~std::uint64_t{0} - 2;

void require(bool held) {
  if (!held) std::abort();
}

std::uint64_t number_at(std::span<const std::byte> all, std::size_t at) {
  std::uint64_t made = 0;
  std::memcpy(&made, all.data() + at, number_bytes);
  return made;
}

/// Returns where the names begin, by which the sum is in two parts; the end where there is no such place.
std::size_t body_end(std::span<const std::byte> all) {
  if (all.size() < 2 * number_bytes) return all.size();
  std::uint64_t left = all.size() - 2 * number_bytes;
  const auto take = [&](std::uint64_t bytes) {
    if (bytes > left) return false;
    left -= bytes;
    return true;
  };
  const std::uint64_t count = number_at(all, number_bytes);
  if (count > left / number_bytes || !take(count * number_bytes)) return all.size();
  if (!take(number_at(all, 0))) return all.size();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t kind = number_at(all, (2 + i) * number_bytes);
    if (kind < least_name && !take(kind)) return all.size();
  }
  return all.size() - left;
}

/// Are the parts all there is? What a class is called is not kept, so with a handle they are the less.
void require_whole(const worker::read_content& read, std::size_t size) {
  const std::byte* const begin = read.buffer->data();
  require(read.value.empty() || !std::less<>()(read.value.data(), begin));
  require(read.value.empty() ||
          !std::less<>()(begin + size, read.value.data() + read.value.size()));
  std::size_t bytes = (2 + read.carried.size()) * number_bytes + read.value.size();
  bool handles = false;
  for (const worker::referred& each : read.carried) {
    if (const auto* block = std::get_if<detail::cell_ptr>(&each)) {
      bytes += detail::array_bytes(**block);
      continue;
    }
    const auto& name = std::get<worker::named_object>(each);
    bytes += 3 * number_bytes + name.owner_address.size();
    if (!name.handle) continue;
    require(name.handle->of_class != nullptr);
    bytes += number_bytes;
    handles = true;
  }
  require(handles ? bytes <= size : bytes == size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::make_shared<detail::byte_buffer>();
  bytes->append(data, size);
  const std::span<const std::byte> all(bytes->data(), bytes->size());
  const std::size_t body = body_end(all);
  const std::uint64_t sum =
      store::content_sum(all.subspan(body), store::content_sum(all.first(body)));
  const result<worker::read_content> read = worker::read(bytes, sum);
  if (!read) {
    require(read.error().code == errc::serialization);
    return 0;
  }
  require_whole(*read, size);
  require(!worker::read(bytes, sum + 1).has_value());
  return 0;
}
