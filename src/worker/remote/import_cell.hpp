#pragma once

#include "lane/spin_lock.hpp"
#include "worker/remote/brought_value.hpp"

#include <rt/core/environment.hpp>
#include <rt/core/ids.hpp>
#include <rt/detail/cell.hpp>

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Stands here for an object of another process, whatever its type: what payloads hold, and what
/// its proxies keep.
/// Shape: a cell only to be counted; never complete.
/// Owner: handles, of payloads and proxies; and the keeper, which is told when the last is gone.
struct import_cell final : detail::cell {
  import_cell(const detail::cell_type& type, std::uint32_t runtime, environment& world,
              const object_id& of, std::string where)
      : cell(type, detail::handle_reference, detail::phase::running, runtime),
        object(of),
        owner_address(std::move(where)),
        lock(world) {}

  const object_id object;
  const std::string owner_address;
  lane::spin_lock lock;
  // Guarded by `lock`.
  /// Each kept by an engine reference, until its last handle is gone.
  std::vector<detail::cell*> proxies;
  /// Somebody wants the value.
  bool wanted = false;
  /// What came of it: one of the two, once.
  std::shared_ptr<const brought_value> value;
  std::exception_ptr failure;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
