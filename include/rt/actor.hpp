#pragma once

#include <rt/actor_options.hpp>
#include <rt/detail/actor_handle.hpp>
#include <rt/detail/construct_cell.hpp>
#include <rt/detail/engine.hpp>
#include <rt/detail/handle_archive.hpp>
#include <rt/put.hpp>
#include <rt/remote.hpp>

#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace rt {

namespace detail {
struct actor_access;
}  // namespace detail

/// A handle to a remote actor: an object of class `T` that lives in one place and takes calls.
///
/// A value: pass it to tasks and other actors. When the last one is gone the actor ends after its
/// queued calls. A regular handle: empty by default and after a move, `==`, hash.
/// Shape: converts to a handle of any public unambiguous base, also an abstract one.
/// Thread: as `std::shared_ptr`.
template <class T>
class actor {
 public:
  using element_type = T;

  actor() noexcept = default;
  template <class D>
  requires(!std::is_same_v<D, T> && std::is_convertible_v<D*, T*>) actor(const actor<D>& other)
  noexcept : handle_(other.handle_) {}
  template <class D>
  requires(!std::is_same_v<D, T> && std::is_convertible_v<D*, T*>) actor(actor<D>&& other)
  noexcept : handle_(std::move(other.handle_)) {}

  explicit operator bool() const noexcept { return handle_.core() != nullptr; }

  /// Equal are handles to the same actor.
  friend bool operator==(const actor& a, const actor& b) noexcept { return a.handle_ == b.handle_; }

  void swap(actor& other) noexcept { handle_.swap(other.handle_); }
  friend void swap(actor& a, actor& b) noexcept { a.swap(b); }

  // For the archives.
  template <class Archive>
  void save(Archive& archive) const {
    detail::save_handle(archive, detail::wrap_handle(handle_));
  }
  template <class Archive>
  void load(Archive& archive) {
    handle_ = detail::unwrap_handle(detail::load_handle(archive), typeid(T));
  }

 private:
  template <class U>
  friend class actor;
  friend struct detail::actor_access;
  explicit actor(detail::actor_handle handle) noexcept : handle_(std::move(handle)) {}

  detail::actor_handle handle_;
};

namespace detail {

/// The library's way to the insides of actor handles.
struct actor_access {
  template <class T>
  static actor<T> make(actor_handle handle) noexcept {
    return actor<T>(std::move(handle));
  }
  template <class T>
  static actor_core* core_of(const actor<T>& handle) noexcept {
    return handle.handle_.core();
  }
};

[[noreturn]] void throw_empty_actor();

template <class T>
actor_core& checked_core(const actor<T>& handle) {
  actor_core* core = actor_access::core_of(handle);
  if (core == nullptr) throw_empty_actor();
  return *core;
}

/// The core of the actor whose method runs on this thread.
/// Errors: `errc::invalid_argument` outside actors, or if it is no `wanted`.
actor_core& running_actor(const std::type_info& wanted);

void kill(actor_core& core);

/// `rt::spawn<T>`, with the options of one spawn or none.
template <class T>
class spawner {
  static_assert(std::is_class_v<T> && !std::is_const_v<T>, "rt::spawn<T>: T is a class");

 public:
  /// Makes an actor somewhere and returns at once; its constructor runs before its first call.
  template <class... Args>
  actor<T> operator()(Args&&... args) const {
    return make(actor_options{}, std::forward<Args>(args)...);
  }

  /// Says how.
  auto with(actor_options options) const {
    return [options = std::move(options)]<class... Args>(Args&&... args) {
      return make(options, std::forward<Args>(args)...);
    };
  }

 private:
  template <class... Args>
  static actor<T> make(const actor_options& options, Args&&... args) {
    if constexpr (check_construction<T, stored_t<Args>...>()) {
      using construction = construct_cell<T, stored_t<Args>...>;
      engine& runtime = current_engine();
      cell* construct = construction::make(runtime, std::forward<Args>(args)...);
      return actor_access::make<T>(
          actor_handle::adopt(runtime.spawn(actor_type_of<T>, *construct, options)));
    } else {
      return {};
    }
  }
};

}  // namespace detail

/// Makes a remote actor: `rt::spawn<T>(args…)`, `rt::spawn<T>.with({…})(args…)`.
///
/// Arguments are stored decayed. If `T` is constructible from them as they are, references included,
/// it is; else each `object_ref<U>` is waited for and passed as `const U&`. Aggregates are built with
/// braces. A constructor that throws makes every call fail with `actor_died_error`.
/// Thread: any; never blocks, but with a name in a cluster, when it waits for the head.
/// Errors: `name_taken_error`, `config_error`, `cluster_unavailable_error`, `errc::no_runtime`.
template <class T>
inline constexpr detail::spawner<T> spawn{};

/// Returns a handle to the actor of that name, in this job or in a namespace.
/// Thread: any; in a cluster it waits for the head.
/// Errors: `actor_not_found_error`; `actor_type_error` if it is neither a `T` nor derived from it;
/// `cluster_unavailable_error`.
template <class T>
actor<T> get_actor(std::string_view name, std::string_view ns = {}) {
  return detail::actor_access::make<T>(
      detail::actor_handle::adopt(detail::current_engine().find_actor(name, ns, typeid(T))));
}

/// Returns the handle of the actor whose method runs here; it keeps nothing alive.
/// Errors: `errc::invalid_argument` outside an actor's methods, or if it is no `T`.
template <class T>
actor<T> this_actor() {
  return detail::actor_access::make<T>(detail::actor_handle::own(detail::running_actor(typeid(T))));
}

/// Ends an actor at once: queued calls and the running one fail with `actor_died_error`, the running
/// method sees `this_task::cancelled()` and returns to no one.
/// Thread: any; never blocks.
template <class T>
void kill(const actor<T>& handle) {
  detail::kill(detail::checked_core(handle));
}

/// Ends the actor whose method runs here, from within: this call and the queued ones fail with
/// `actor_died_error`. Errors: `errc::invalid_argument` outside an actor's methods.
[[noreturn]] void exit_actor();

}  // namespace rt

/// Hashes by the actor referred to.
template <class T>
struct std::hash<rt::actor<T>> {
  std::size_t operator()(const rt::actor<T>& handle) const noexcept {
    return rt::detail::hash_actor(rt::detail::actor_access::core_of(handle));
  }
};
