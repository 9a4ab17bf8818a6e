#include <rt/detail/archive.hpp>

#include <exception>
#include <string>

#include <rt/core/error.hpp>
#include <rt/detail/cell.hpp>
#include <rt/detail/counted_ptr.hpp>

namespace rt::detail {

namespace {

[[noreturn, gnu::cold]] void fail(const std::string& text) { throw serialization_error(text); }

}  // namespace

void archive_truncated(std::size_t wanted, std::size_t left) {
  fail("malformed bytes: " + std::to_string(wanted) + " more are announced, " +
       std::to_string(left) + " are left");
}

void archive_count_too_large(std::uint64_t count, std::size_t left) {
  fail("malformed bytes: a count of " + std::to_string(count) + " elements, but " +
       std::to_string(left) + " bytes are left");
}

void archive_too_deep() {
  fail("values lie more than " + std::to_string(archive_depth_max) +
       " levels deep within one another: give the value a flatter form, such as a vector with "
       "indices in place of a chain of pointers");
}

void archive_bad_value(const char* what, std::uint64_t value) {
  fail(std::string("malformed bytes: ") + what + " cannot be " + std::to_string(value));
}

void archive_bad_reference(std::uint32_t index, std::size_t count) {
  fail("malformed bytes: reference " + std::to_string(index) + " of " + std::to_string(count));
}

void archive_trailing(std::size_t left) {
  fail("malformed bytes: " + std::to_string(left) + " are left over");
}

void archive_rethrow() {
  try {
    throw;
  } catch (const error&) {
    throw;
  } catch (const std::exception& e) {
    fail(std::string("a value could not be read: ") + e.what());
  }
}

std::uint32_t output_archive::add_reference(const cell_ptr& reference) {
  if (references_ == nullptr)
    fail(
        "an rt::object_ref or rt::actor inside a value cannot be written here: references travel "
        "only with tasks, objects and results");
  references_->push_back(reference);
  return static_cast<std::uint32_t>(references_->size() - 1);
}

const cell_ptr& input_archive::take_reference(std::uint32_t index) const {
  const std::size_t count = references_ == nullptr ? 0 : references_->size();
  if (index >= count) archive_bad_reference(index, count);
  return (*references_)[index];
}

bool output_archive::first_time(const void* base, const std::type_info& type) {
  for (const written_base& each : bases_)
    if (each.base == base && *each.type == type) return false;
  bases_.push_back({base, &type});
  return true;
}

bool input_archive::first_time(const void* base, const std::type_info& type) {
  for (const read_base& each : bases_)
    if (each.base == base && *each.type == type) return false;
  bases_.push_back({base, &type});
  return true;
}

void output_archive::defer(void (*write)(output_archive&, const void*), const void* value) {
  deferments_.push_back({write, value});
}

void input_archive::defer(void (*read)(input_archive&, void*), void* value) {
  deferments_.push_back({read, value});
}

void output_archive::serializeDeferments() {
  const std::vector<deferment> now = std::move(deferments_);
  deferments_.clear();
  for (const deferment& each : now) each.write(*this, each.value);
}

void input_archive::serializeDeferments() {
  const std::vector<deferment> now = std::move(deferments_);
  deferments_.clear();
  for (const deferment& each : now) each.read(*this, each.value);
}

}  // namespace rt::detail
