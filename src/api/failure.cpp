#include <rt/detail/failure.hpp>

#include <cxxabi.h>

#include <exception>
#include <string>
#include <utility>

#include <rt/detail/engine.hpp>

#include "api/declared_exceptions.hpp"
#include "api/exception_object.hpp"
#include "api/task_failure.hpp"
#include "api/throw_stack.hpp"
#include "core/class_name.hpp"

namespace rt::detail {
namespace {

/// Returns the text of an exception that no `catch (const std::exception&)` takes.
std::string text_of_other(const exception_object& thrown) {
  // It may be a std::exception twice over, and still be caught as one of them.
  for (const declared_view& view : declared_views(thrown)) {
    const exception_object base{const_cast<void*>(view.object), view.declared->type};
    if (const auto* exception = catch_as<std::exception>(base)) return exception->what();
  }
  if (thrown.type == nullptr) return "an exception of another language";
  if (const auto* text = catch_as<std::string>(thrown)) return *text;
  if (*thrown.type == typeid(const char*) || *thrown.type == typeid(char*)) {
    const char* const text = *static_cast<const char* const*>(thrown.address);
    if (text != nullptr) return text;
  }
  if (*thrown.type == typeid(int)) return std::to_string(*static_cast<const int*>(thrown.address));
  return "an exception of type " + class_name(*thrown.type);
}

std::string text_of(const exception_object& thrown) {
  if (const auto* exception = catch_as<std::exception>(thrown)) return exception->what();
  return text_of_other(thrown);
}

/// Returns the address under which the stack was remembered: a handler is shown a thrown pointer
/// itself, all else by its address.
const void* stack_key(const exception_object& thrown) {
  if (thrown.type == nullptr || !thrown.type->__is_pointer_p()) return thrown.address;
  return *static_cast<void* const*>(thrown.address);
}

/// Tells of `thrown` what was not told before, or adds a step to what was.
task_failure tell(const exception_object& thrown, task_description&& where) {
  task_failure failure;
  if (const auto* error = catch_as<task_error>(thrown)) {
    failure = *task_failure::of(*error);
  } else {
    failure.text = text_of(thrown);
    if (thrown.type != nullptr) failure.type_name = class_name(*thrown.type);
    failure.stack_addresses = take_throw_stack(stack_key(thrown));
  }
  std::string task(where.name);
  if (!where.id.empty()) task += (task.empty() ? "" : " ") + ("(" + where.id + ")");
  failure.add_step({std::move(task), std::move(where.node), std::move(where.process)});
  failure.compose();
  return failure;
}

std::exception_ptr wrap(const std::exception_ptr& caught, task_description (*describe)(void*),
                        void* describe_context) {
  const exception_object thrown = look_into(caught);
  if (catch_as<control_signal>(thrown) != nullptr) return caught;
  const auto failure =
      std::make_shared<const task_failure>(tell(thrown, describe(describe_context)));
  const auto* nested = catch_as<std::nested_exception>(thrown);
  if (nested != nullptr && nested->nested_ptr() == nullptr) nested = nullptr;
  if (thrown.type != nullptr && !same_type(*thrown.type, typeid(untyped_task_error))) {
    for (const declared_view& view : declared_views(thrown))
      if (std::exception_ptr made = view.declared->wrap(view.object, failure, nested)) return made;
  }
  return std::make_exception_ptr(untyped_task_error(failure));
}

}  // namespace

std::exception_ptr guarded_call(void (*run)(void*), void* context,
                                task_description (*describe)(void*), void* describe_context) {
  try {
    run(context);
    if (end_forked_child != nullptr) [[unlikely]]
      end_forked_child();
    return nullptr;
  } catch (throw_probe&) {
    std::terminate();  // never: its type_info only looks, and declines
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    if (end_forked_child != nullptr) end_forked_child();
    const std::exception_ptr caught = std::current_exception();
    try {
      return wrap(caught, describe, describe_context);
    } catch (...) {
      // No memory to tell more.
      return caught != nullptr ? caught : std::current_exception();
    }
  }
}

std::exception_ptr run_guarded(void (*run)(void*), void* context,
                               task_description (*describe)(void*), void* describe_context) {
  return guarded_call(run, context, describe, describe_context);
}

const void* find_exception(const std::exception_ptr& exception,
                           const std::type_info& type) noexcept {
  const exception_object object = look_into(exception);
  if (object.type == nullptr) return nullptr;
  return catch_as(type, *object.type, object.address);
}

}  // namespace rt::detail
