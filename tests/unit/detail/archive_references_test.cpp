// References inside values travel beside the bytes, which name them by index.

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/payload.hpp>

#include "support/catch.hpp"

using rt::detail::cell_ptr;
using rt::detail::input_archive;
using rt::detail::output_archive;
using rt::detail::payload;

namespace {

/// Stands for a handle: writes where its cell is, by the archives alone.
struct handle {
  cell_ptr cell;

  void save(output_archive& out) const { out(out.add_reference(cell)); }
  void load(input_archive& in) {
    std::uint32_t index = 0;
    in(index);
    cell = in.take_reference(index);
  }
};

static_assert(rt::detail::travels<handle> && rt::detail::travels<std::vector<handle>>);

}  // namespace

TEST_CASE("archive: references are counted by index, in the order written") {
  payload written;
  output_archive out(written.bytes, &written.references);
  CHECK(out.add_reference(cell_ptr()) == 0);
  CHECK(out.add_reference(cell_ptr()) == 1);
  CHECK(written.references.size() == 2);
  const input_archive in(written.bytes, &written.references);
  CHECK(&in.take_reference(1) == &written.references[1]);
}

TEST_CASE("archive: handles inside values come back with their references") {
  payload written;
  output_archive out(written.bytes, &written.references);
  rt::detail::write_value(out, std::vector<handle>(3));
  CHECK(written.references.size() == 3);
  CHECK(written.bytes.size() == 8 + 3 * 4);
  input_archive in(written.bytes, &written.references);
  CHECK(rt::detail::read_value<std::vector<handle>>(in).size() == 3);
  in.expect_end();
}

TEST_CASE("archive: an index that names no reference is refused") {
  payload written;
  output_archive out(written.bytes, &written.references);
  rt::detail::write_value(out, handle());
  written.references.clear();
  input_archive in(written.bytes, &written.references);
  CHECK_THROWS_AS(rt::detail::read_value<handle>(in), rt::serialization_error);
  input_archive without(written.bytes);
  CHECK_THROWS_AS(rt::detail::read_value<handle>(without), rt::serialization_error);
}

TEST_CASE("archive: a reference where none may be is refused when it is written") {
  rt::detail::byte_buffer bytes;
  output_archive out(bytes);
  CHECK_THROWS_AS(rt::detail::write_value(out, handle()), rt::serialization_error);
}

TEST_CASE("payload: clearing keeps the memory") {
  payload written;
  output_archive out(written.bytes, &written.references);
  rt::detail::write_value(out, handle());
  written.clear();
  CHECK(written.bytes.empty());
  CHECK(written.references.empty());
  CHECK(written.bytes.capacity() != 0);
}
