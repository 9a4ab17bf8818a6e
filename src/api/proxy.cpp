#include <rt/core/error.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/proxy.hpp>

namespace rt::detail {

void end_proxy(cell& any) noexcept { import_of(any).~cell_ptr(); }

void want_proxy(cell& any) noexcept {
  if (const engine_visit runtime(any.runtime); runtime) runtime->want(any);
}

void refuse_to_read(cell&, input_archive&) {
  throw serialization_error("an object of a type that cannot travel lies in another process");
}

cell_ptr see_as(const cell_ptr& import, const cell_type& type) {
  return cell_ptr::adopt(engine_numbered(import->runtime).proxy_of(*import, type));
}

void throw_other_type() {
  throw serialization_error("a reference is to an object of another type than what is read");
}

}  // namespace rt::detail
