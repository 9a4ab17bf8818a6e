#include "worker/remote/object_content.hpp"

#include <rt/detail/array_block.hpp>
#include <rt/detail/make_cell.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <variant>

#include "support/catch.hpp"

using namespace rt;
using namespace rt::worker;

namespace {

std::shared_ptr<detail::byte_buffer> copy_of(const detail::byte_buffer& bytes, std::size_t count) {
  auto made = std::make_shared<detail::byte_buffer>();
  made->append(bytes.data(), count);
  return made;
}

detail::cell_ptr array_of(const std::string& text) {
  detail::cell_ptr block = detail::make_array_block(text.size(), 1);
  if (!text.empty()) std::memcpy(detail::array_data(*block), text.data(), text.size());
  return block;
}

constexpr detail::cell_type object_type = {
    .end = [](detail::cell&) noexcept {},
    .size = sizeof(detail::cell),
    .alignment = alignof(detail::cell),
};

/// A value that refers to an array, two objects and an empty array.
detail::payload some_value() {
  const auto object = detail::cell_ptr::adopt(detail::make_cell<detail::cell>(
      object_type, detail::handle_reference, detail::phase::value, 0U));
  detail::payload made;
  made.bytes.append("value", 5);
  made.references = {array_of("elements"), object, array_of(""), object};
  return made;
}

written_content some_content() {
  written_content made(some_value());
  made.add_name({.object = {7, 1}, .owner_address = "sim://1:1"});
  made.add_name({.object = {8, 2}, .owner_address = ""});
  return made;
}

std::string text_of(detail::cell& array) {
  return {reinterpret_cast<const char*>(detail::array_data(array)), detail::array_bytes(array)};
}

}  // namespace

TEST_CASE("object_content: what was written is read, with arrays and names in their order") {
  const written_content made = some_content();
  CHECK(made.names_missing() == 0);
  const result<read_content> read_back = read(made.buffer(), made.checksum());
  REQUIRE(read_back);
  CHECK(std::memcmp(read_back->value.data(), "value", 5) == 0);
  CHECK(read_back->value.size() == 5);
  REQUIRE(read_back->carried.size() == 4);
  CHECK(text_of(*std::get<detail::cell_ptr>(read_back->carried[0])) == "elements");
  CHECK(std::get<named_object>(read_back->carried[1]).object == object_id{7, 1});
  CHECK(std::get<named_object>(read_back->carried[1]).owner_address == "sim://1:1");
  CHECK(text_of(*std::get<detail::cell_ptr>(read_back->carried[2])).empty());
  CHECK(std::get<named_object>(read_back->carried[3]).object == object_id{8, 2});
  CHECK(std::get<named_object>(read_back->carried[3]).owner_address.empty());
}

TEST_CASE("object_content: a value that refers to nothing, and an empty one, are read") {
  detail::payload plain;
  plain.bytes.append("x", 1);
  const written_content one(plain);
  const written_content none(detail::payload{});
  REQUIRE(read(one.buffer(), one.checksum()));
  CHECK(read(one.buffer(), one.checksum())->value.size() == 1);
  REQUIRE(read(none.buffer(), none.checksum()));
  CHECK(read(none.buffer(), none.checksum())->value.empty());
  CHECK(none.bytes() != 0);
}

TEST_CASE("object_content: damage to any byte is seen, and any end that comes too soon") {
  const written_content made = some_content();
  const detail::byte_buffer& whole = *made.buffer();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto damaged = copy_of(whole, whole.size());
    damaged->data()[i] ^= std::byte{0x40};
    CHECK_FALSE(read(damaged, made.checksum()));
    CHECK_FALSE(read(copy_of(whole, i), made.checksum()));
  }
  CHECK_FALSE(read(made.buffer(), made.checksum() + 1));
}

TEST_CASE("object_content: counts that no bytes stand behind take no memory") {
  auto hostile = std::make_shared<detail::byte_buffer>();
  std::memset(hostile->extend(64), 0xFF, 64);
  CHECK_FALSE(read(hostile, 0));
  const std::uint64_t counts[] = {0, std::uint64_t{1} << 40, 0, 0};
  auto many = std::make_shared<detail::byte_buffer>();
  many->append(counts, sizeof(counts));
  CHECK_FALSE(read(many, 0));
}
