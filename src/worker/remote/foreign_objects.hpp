#pragma once

#include <rt/detail/cell.hpp>

namespace rt::worker {

/// What handles need of whoever keeps objects across processes.   Thread: any.
class foreign_objects {
 public:
  /// As in `detail::engine`.
  virtual void last_handle_gone(detail::cell& known) noexcept = 0;
  virtual detail::cell* proxy_of(detail::cell& import, const detail::cell_type& type) = 0;
  virtual void want(detail::cell& proxy) noexcept = 0;

 protected:
  ~foreign_objects() = default;
};

}  // namespace rt::worker
