#include <rt/detail/call_shape.hpp>

namespace rt::detail {

namespace {

void* at(cell& any, std::uint32_t offset) noexcept {
  return reinterpret_cast<std::byte*>(&any) + offset;
}

actor_ptr& target_in(cell& any) noexcept {
  return *std::launder(static_cast<actor_ptr*>(at(any, any.type->target)));
}

/// Ends the first arguments, the last of them first, as their language does.
void end_first(cell& any, std::uint32_t count) noexcept {
  const cell_type& type = *any.type;
  while (count-- > 0) {
    if (type.arguments[count]->end != nullptr) {
      type.arguments[count]->end(at(any, type.offsets[count]));
    }
  }
}

}  // namespace

call_in_making::call_in_making(const cell_type& type, std::uint32_t references,
                               std::uint32_t runtime, actor_core* actor) noexcept
    : made_(::new (allocate_cell(type.size, type.alignment))
                cell(type, references, phase::pending, runtime)) {
  if (type.target != 0) ::new (address(type.target)) actor_ptr(actor_ptr::share(actor));
}

void call_in_making::give_up() noexcept {
  end_first(*made_, stored_);
  const cell_type& type = *made_->type;
  if (type.target != 0) end_target(*made_);
  free_cell(made_, type.size, type.alignment);
}

void end_arguments(cell& any) noexcept {
  std::uint32_t count = 0;
  while (any.type->arguments[count] != nullptr) ++count;
  end_first(any, count);
}

cell* awaited_argument(cell& any, std::uint32_t index) noexcept {
  const cell_type& type = *any.type;
  for (std::uint32_t i = 0; type.arguments[i] != nullptr; ++i) {
    if (type.arguments[i]->awaited == nullptr) continue;
    if (cell* found = type.arguments[i]->awaited(at(any, type.offsets[i]), index)) return found;
  }
  return nullptr;
}

void write_arguments(cell& any, output_archive& out) {
  const cell_type& type = *any.type;
  for (std::uint32_t i = 0; type.arguments[i] != nullptr; ++i) {
    type.arguments[i]->write(at(any, type.offsets[i]), out);
  }
}

actor_core* target_of(cell& any) noexcept { return target_in(any).get(); }

void bind_target(cell& any, actor_core& actor) noexcept {
  target_in(any) = actor_ptr::share(&actor);
}

void end_target(cell& any) noexcept { target_in(any).~actor_ptr(); }

cell* read_call(const cell_type& type, input_archive& in, actor_core* actor,
                std::uint32_t references, std::uint32_t runtime) {
  call_in_making made(type, references, runtime, actor);
  for (std::uint32_t i = 0; type.arguments[i] != nullptr; ++i) {
    type.arguments[i]->read(made.address(type.offsets[i]), in);
    made.count_stored();
  }
  return made.take();
}

}  // namespace rt::detail
