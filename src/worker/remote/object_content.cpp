#include "worker/remote/object_content.hpp"

#include "core/planted_bug.hpp"
#include "store/content_sum.hpp"
#include "worker/actor_state.hpp"
#include "worker/remote/actor_classes.hpp"

#include <rt/detail/actor_handle.hpp>
#include <rt/detail/array_block.hpp>

#include <cstring>
#include <string_view>
#include <utility>

// The grammar; numbers have 8 bytes, the least byte first:
//
//     content := body name...
//     body    := value-bytes carried-count kind... value elements...
//     kind    := the bytes of an array; or, counted down from all ones, an object, a handle to an actor,
//                an actor's own handle, a handle to a detached one; `carried-count` of them
//     name    := incarnation counter address-bytes address, of a handle also class-bytes class; one for
//                each object and handle
//
// The sum of a content is that of its names, from that of its body.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

namespace {

constexpr std::uint64_t an_object = ~std::uint64_t{0};
constexpr std::uint64_t a_handle = an_object - 1;
constexpr std::uint64_t an_own_handle = an_object - 2;
constexpr std::uint64_t a_detached_handle = an_object - 3;
constexpr std::size_t number_bytes = sizeof(std::uint64_t);
/// Room for a name, so that names seldom have the whole grow.
constexpr std::size_t usual_name_bytes = 64;

bool is_name(std::uint64_t kind) { return kind >= a_detached_handle; }

std::uint64_t kind_of(detail::cell& referred) {
  if (detail::is_array_block(referred, 0)) return detail::array_bytes(referred);
  const detail::actor_handle* const handle = detail::wrapped_handle(referred);
  if (handle == nullptr) return an_object;
  if (state_of(*handle->core()).detached) return a_detached_handle;
  return handle->keeps_alive() ? a_handle : an_own_handle;
}

void append(detail::byte_buffer& to, std::uint64_t number) { to.append(&number, number_bytes); }
void append(detail::byte_buffer& to, std::string_view text) {
  append(to, text.size());
  to.append(text.data(), text.size());
}

std::span<const std::byte> span_of(const detail::byte_buffer& bytes) {
  return {bytes.data(), bytes.size()};
}

/// Reads from the front; once it has met an end too soon it gives nothing more.
class reader {
 public:
  explicit reader(std::span<const std::byte> left) : left_(left) {}

  std::uint64_t number() {
    const std::span<const std::byte> at = bytes(number_bytes);
    std::uint64_t made = 0;
    if (!at.empty()) std::memcpy(&made, at.data(), number_bytes);
    return made;
  }
  std::span<const std::byte> bytes(std::uint64_t count) {
    if (count > left_.size()) ended_ = true;
    if (ended_) return {};
    const std::span<const std::byte> read = left_.first(count);
    left_ = left_.subspan(count);
    return read;
  }
  std::string_view text() {
    const std::span<const std::byte> read = bytes(number());
    return {reinterpret_cast<const char*>(read.data()), read.size()};
  }
  std::size_t left() const noexcept { return ended_ ? 0 : left_.size(); }
  bool ended() const noexcept { return ended_; }

 private:
  std::span<const std::byte> left_;
  bool ended_ = false;
};

error_info damaged(const char* why) {
  return {.code = errc::serialization, .outcome = outcome::completed, .message = why};
}

}  // namespace

written_content::written_content(const detail::payload& value)
    : bytes_(std::make_shared<detail::byte_buffer>()) {
  std::size_t size = value.bytes.size() + number_bytes * (2 + value.references.size());
  for (const detail::cell_ptr& each : value.references) {
    size += detail::is_array_block(*each, 0) ? detail::array_bytes(*each) : usual_name_bytes;
  }
  bytes_->reserve(size);
  append(*bytes_, value.bytes.size());
  append(*bytes_, value.references.size());
  for (const detail::cell_ptr& each : value.references) {
    const std::uint64_t kind = kind_of(*each);
    append(*bytes_, kind);
    if (is_name(kind)) ++names_;
  }
  bytes_->append(value.bytes.data(), value.bytes.size());
  for (const detail::cell_ptr& each : value.references) {
    if (!detail::is_array_block(*each, 0)) continue;
    bytes_->append(detail::array_data(*each), detail::array_bytes(*each));
  }
  body_bytes_ = bytes_->size();
  body_sum_ = store::content_sum(span_of(*bytes_));
}

void written_content::add_name(const named_object& name) {
  append(*bytes_, name.object.incarnation);
  append(*bytes_, name.object.counter);
  append(*bytes_, std::string_view(name.owner_address));
  if (name.handle) append(*bytes_, name.handle->of_class->identity());
  --names_;
}

std::uint64_t written_content::checksum() const noexcept {
  return store::content_sum(span_of(*bytes_).subspan(body_bytes_), body_sum_);
}

result<read_content> read(std::shared_ptr<const detail::byte_buffer> bytes,
                          std::uint64_t checksum) {
  const std::span<const std::byte> all = span_of(*bytes);
  reader from(all);
  const std::uint64_t value_bytes = from.number();
  const std::uint64_t count = from.number();
  if (from.ended() || count > from.left() / number_bytes) return damaged("an object's bytes end");
  std::vector<std::uint64_t> kinds(count);
  for (std::uint64_t& each : kinds) each = from.number();
  read_content made;
  made.value = from.bytes(value_bytes);
  std::vector<std::span<const std::byte>> elements;
  for (const std::uint64_t each : kinds) {
    elements.push_back(is_name(each) ? std::span<const std::byte>() : from.bytes(each));
  }
  if (from.ended()) return damaged("an object's bytes end in its midst");
  const std::size_t body_bytes = all.size() - from.left();
  const std::uint64_t body_sum = store::content_sum(all.first(body_bytes));
  if (store::content_sum(all.subspan(body_bytes), body_sum) != checksum &&
      !RT_SIMBUG("object_content.sum_not_checked")) {
    return damaged("an object's bytes are not those that its owner told of");
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (!is_name(kinds[i])) {
      detail::cell_ptr block = detail::make_array_block(elements[i].size(), 1);
      if (!elements[i].empty()) {
        std::memcpy(detail::array_data(*block), elements[i].data(), elements[i].size());
      }
      made.carried.emplace_back(std::move(block));
      continue;
    }
    named_object name;
    name.object.incarnation = from.number();
    name.object.counter = from.number();
    name.owner_address = from.text();
    if (kinds[i] != an_object) {
      name.handle = {.of_class = &class_named(from.text()),
                     .keeps_alive = kinds[i] == a_handle,
                     .detached = kinds[i] == a_detached_handle};
    }
    made.carried.emplace_back(std::move(name));
  }
  if (from.ended() || from.left() != 0) return damaged("an object's bytes are not all read");
  made.buffer = std::move(bytes);
  return made;
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
