#pragma once

#include <rt/detail/stream_source.hpp>
#include <rt/detail/type_list.hpp>
#include <rt/get.hpp>
#include <rt/object_ref.hpp>
#include <rt/remote.hpp>

#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace rt {

namespace detail {
struct stream_access;
template <class T>
struct stream_step;
}  // namespace detail

/// The objects that a generator yields, as references, while it still runs.
///
/// An input range: iterated once, by one thread; each step waits for the next object as `get` does. The
/// producer waits while 16 objects lie untaken. If it threw, that is the last element: a reference
/// whose `get` throws it. A stream that ends before its producer does cancels it.
/// Shape: move-only; empty by default and after a move, and then a range of nothing.
template <class T>
class object_ref_stream {
 public:
  using value_type = object_ref<T>;
  /// Cannot be gone through twice.
  using single_pass = void;

  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = object_ref<T>;
    using difference_type = std::ptrdiff_t;
    using reference = object_ref<T>&;
    using pointer = object_ref<T>*;

    iterator() noexcept = default;
    object_ref<T>& operator*() const noexcept { return stream_->current_; }
    object_ref<T>* operator->() const noexcept { return &stream_->current_; }
    /// Waits for the next object.
    iterator& operator++() {
      stream_->advance();
      return *this;
    }
    void operator++(int) { stream_->advance(); }
    friend bool operator==(const iterator& at, std::default_sentinel_t) noexcept {
      return at.at_end();
    }

   private:
    friend class object_ref_stream;
    bool at_end() const noexcept { return stream_ == nullptr || stream_->at_end_; }
    explicit iterator(object_ref_stream& stream) noexcept : stream_(&stream) {}
    object_ref_stream* stream_ = nullptr;
  };

  object_ref_stream() noexcept = default;
  object_ref_stream(object_ref_stream&& other) noexcept { swap(other); }
  object_ref_stream& operator=(object_ref_stream&& other) noexcept {
    object_ref_stream(std::move(other)).swap(*this);
    return *this;
  }

  /// Waits for the first object, if none was taken.
  iterator begin() {
    if (!begun_) advance();
    return iterator(*this);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

  /// Inside a coroutine `co_await stream.next()` gives the next reference, or at the end an empty one,
  /// without keeping the thread. Not to be mixed with iterators.
  detail::stream_step<T> next() noexcept { return {this}; }

  /// Tells whether it is one at all; says nothing of whether there is more.
  explicit operator bool() const noexcept { return static_cast<bool>(source_); }

  void swap(object_ref_stream& other) noexcept {
    source_.swap(other.source_);
    current_.swap(other.current_);
    std::swap(begun_, other.begun_);
    std::swap(at_end_, other.at_end_);
  }
  friend void swap(object_ref_stream& a, object_ref_stream& b) noexcept { a.swap(b); }

 private:
  friend struct detail::stream_access;

  void advance() {
    begun_ = true;
    current_ = {};
    current_ = detail::access::make_ref<T>(source_.next());
    at_end_ = !current_;
  }

  detail::stream_source source_;
  object_ref<T> current_;
  bool begun_ = false;
  bool at_end_ = false;
};

namespace detail {

/// The library's way to the insides of streams.
struct stream_access {
  template <class T>
  static object_ref_stream<T> make(stream_source source) noexcept {
    object_ref_stream<T> made;
    made.source_ = std::move(source);
    return made;
  }
  template <class T>
  static stream_source& source_of(object_ref_stream<T>& stream) noexcept {
    return stream.source_;
  }
};

/// One step of a stream that a coroutine waits for.
template <class T>
struct stream_step {
  using value_type = T;
  object_ref_stream<T>* stream;
};

template <class F, class Options, class... Args>
remote_handle_t<F> start_stream(engine& runtime, actor_core* actor, const Options* options,
                                Args&&... args) {
  if constexpr (std::is_same_v<Options, task_options>) {
    if (options != nullptr && options->retry_exceptions) throw_stream_retry(record_of<F>);
  }
  constexpr auto* parameters = static_cast<call_parameters_t<F>*>(nullptr);
  cell_ptr stream = cell_ptr::adopt(runtime.make_stream());
  object_ref<void> producer = start_call<void>(
      parameters,
      type_of_call<F>(parameters, static_cast<type_list<Args..., object_ref<void>>*>(nullptr)),
      runtime, actor, options, std::forward<Args>(args)..., access::make_ref<void>(stream));
  return stream_access::make<remote_result_t<F>>(
      stream_source(runtime, std::move(stream), std::move(access::cell_of(producer))));
}

}  // namespace detail

/// Waits for all objects of a stream and returns them in its order.
/// Errors: the producer's exception, or that of the first object that has none.
template <class T>
std::vector<T> get(object_ref_stream<T>& stream) {
  std::vector<object_ref<T>> all;
  for (object_ref<T>& each : stream) all.push_back(std::move(each));
  return get(std::move(all));
}
template <class T>
std::vector<T> get(object_ref_stream<T>&& stream) {
  return get(stream);
}

}  // namespace rt
