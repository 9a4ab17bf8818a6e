#include "lane/cell_state.hpp"
#include "worker/runtime_engine.hpp"

#include <rt/core/error.hpp>
#include <rt/detail/archive.hpp>

#include <span>
#include <utility>

// Objects of other processes, as handles here see them.

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

using detail::cell;

void runtime_engine::last_handle_gone(cell& known) noexcept {
  if (foreign_objects* keeper = foreign_.load(std::memory_order_acquire)) {
    keeper->last_handle_gone(known);
  }
}

cell* runtime_engine::proxy_of(cell& import, const detail::cell_type& type) {
  foreign_objects* const keeper = foreign_.load(std::memory_order_acquire);
  if (keeper == nullptr) detail::throw_no_runtime();
  return keeper->proxy_of(import, type);
}

void runtime_engine::want(cell& proxy) noexcept {
  if (foreign_objects* keeper = foreign_.load(std::memory_order_acquire)) keeper->want(proxy);
}

void runtime_engine::complete_proxy(cell& proxy, const brought_value* value,
                                    std::exception_ptr failure) {
  if (value != nullptr) {
    try {
      const std::span<const std::byte> bytes = value->bytes();
      detail::input_archive in(bytes.data(), bytes.size(), &value->references);
      proxy.type->read_result(proxy, in);
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (failure != nullptr) {
    ::new (static_cast<void*>(&detail::failure_of(proxy))) std::exception_ptr(failure);
    // Its owner tells of it, if nobody sees it.
    proxy.state.fetch_or(detail::observed_bit, std::memory_order_relaxed);
  }
  const std::uintptr_t list = lane::finish(proxy, failure != nullptr);
  if (list != 0) fire(join(), list);
}

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
