// How a failure is written down:
//
// failure   = kind u8 (0: as it was thrown, 1: by a task), classes, text string, state, [told]
// classes   = count u64 (at most 16), then for each its id string, nearest first
// state     = u8 0 | u8 1, then string: what the first class wrote of itself
// told      = type name string, count u64 (1 to 32) of steps, left out u32, stack string
// step      = task string, node string, process string

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>
#include <rt/detail/failure.hpp>
#include <rt/detail/leaving_stacks.hpp>

#include "api/declared_exceptions.hpp"
#include "api/exception_object.hpp"
#include "api/task_failure.hpp"
#include "core/class_name.hpp"

namespace rt::detail {
namespace {

constinit std::atomic<bool> stacks_leave{true};

constexpr std::size_t classes_max = 16;
constexpr std::size_t nested_max = 16;

/// Returns the texts of the exceptions nested in `thrown`: the objects stay behind.
std::string nested_text(const exception_object& thrown) {
  std::string text;
  std::exception_ptr inner;
  const auto* nested = catch_as<std::nested_exception>(thrown);
  for (std::size_t depth = 0; nested != nullptr && depth < nested_max; ++depth) {
    inner = nested->nested_ptr();
    const exception_object object = look_into(inner);
    if (object.type == nullptr) break;
    text += "\n  because of: ";
    if (const auto* exception = catch_as<std::exception>(object)) text += exception->what();
    else text += "an exception of type " + class_name(*object.type);
    nested = catch_as<std::nested_exception>(object);
  }
  return text;
}

void write_state(output_archive& out, const std::vector<declared_view>& views) {
  byte_buffer state;
  bool written = false;
  if (!views.empty() && views.front().declared->write != nullptr) {
    try {
      output_archive inner(state, out.references());
      views.front().declared->write(inner, views.front().object);
      written = true;
    } catch (const error&) {
      written = false;  // its text has to do
    }
  }
  out(written);
  if (!written) return;
  out.write_count(state.size());
  out.write_bytes(state.data(), state.size());
}

void write_told(output_archive& out, const task_error& error, const task_failure& failure) {
  out(failure.type_name);
  out.write_count(failure.steps.size());
  for (const task_step& step : failure.steps) out(step.task, step.node, step.process);
  out(failure.steps_left_out, stacks_leave ? error.stack() : std::string());
}

void read_told(input_archive& in, task_failure& failure) {
  in(failure.type_name);
  const std::size_t steps = in.read_count(3 * sizeof(std::uint64_t));
  if (steps == 0 || steps > task_failure::steps_max)
    archive_bad_value("the number of tasks that an exception passed", steps);
  failure.steps.resize(steps);
  for (task_step& step : failure.steps) in(step.task, step.node, step.process);
  in(failure.steps_left_out, failure.stack_text);
}

/// What was read of the exception's class.
struct read_class_names {
  std::vector<std::string> ids;
  bool has_state = false;
  const std::byte* state = nullptr;
  std::size_t state_bytes = 0;
};

read_class_names read_classes(input_archive& in, std::string& text) {
  read_class_names classes;
  const std::size_t count = in.read_count(sizeof(std::uint64_t));
  if (count > classes_max) archive_bad_value("the number of an exception's classes", count);
  classes.ids.resize(count);
  for (std::string& id : classes.ids) in(id);
  in(text, classes.has_state);
  if (!classes.has_state) return classes;
  classes.state_bytes = in.read_count(1);
  classes.state = in.take(classes.state_bytes);
  return classes;
}

/// Makes the exception as the nearest class that is known here; null if none is.
std::exception_ptr make_known(const input_archive& in, const read_class_names& classes,
                              const std::string& text, const failure_ptr& failure) {
  for (std::size_t i = 0; i < classes.ids.size(); ++i) {
    const declared_exception* const declared = find_declared(std::string_view(classes.ids[i]));
    if (declared == nullptr) continue;
    std::exception_ptr made;
    if (i == 0 && classes.has_state && declared->read != nullptr) {
      input_archive state(classes.state, classes.state_bytes, in.references());
      made = declared->read(state, text, failure);
      state.expect_end();
    } else if (declared->make != nullptr) {
      made = declared->make(text, failure);
    }
    if (made != nullptr) return made;
  }
  return nullptr;
}

}  // namespace

void let_stacks_leave(bool may) noexcept { stacks_leave.store(may, std::memory_order_relaxed); }

void write_failure(output_archive& out, const std::exception_ptr& failure) {
  const exception_object thrown = look_into(failure);
  const auto* const error = catch_as<task_error>(thrown);
  const auto* const exception = catch_as<std::exception>(thrown);
  std::vector<declared_view> views;
  // An untyped one is made again from what it tells.
  if (catch_as<untyped_task_error>(thrown) == nullptr) views = declared_views(thrown);
  if (views.size() > classes_max) views.resize(classes_max);

  out(static_cast<std::uint8_t>(error != nullptr ? 1 : 0));
  out.write_count(views.size());
  for (const declared_view& view : views) out(exception_id(*view.declared));
  std::string text;
  if (error != nullptr) text = task_failure::of(*error)->text;
  else if (exception != nullptr) text = exception->what();
  out(text + nested_text(thrown));
  write_state(out, views);
  if (error != nullptr) write_told(out, *error, *task_failure::of(*error));
}

std::exception_ptr read_failure(input_archive& in) try {
  const auto kind = read_value<std::uint8_t>(in);
  if (kind > 1) archive_bad_value("a failure's kind", kind);
  std::string text;
  const read_class_names classes = read_classes(in, text);
  if (kind == 0) {
    if (std::exception_ptr made = make_known(in, classes, text, nullptr)) return made;
    return std::make_exception_ptr(std::runtime_error(text));
  }
  auto told = std::make_shared<task_failure>();
  told->text = text;
  read_told(in, *told);
  told->compose();
  const failure_ptr failure = std::move(told);
  if (std::exception_ptr made = make_known(in, classes, text, failure)) return made;
  return std::make_exception_ptr(untyped_task_error(failure));
} catch (const error&) {
  throw;
} catch (const std::bad_alloc&) {
  throw;
} catch (...) {
  // A user's own load may throw anything at bytes that it does not like.
  archive_rethrow();
}

}  // namespace rt::detail
