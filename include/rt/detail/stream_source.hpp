#pragma once

#include <rt/detail/counted_ptr.hpp>
#include <rt/detail/engine.hpp>

#include <utility>

namespace rt::detail {

/// The consumer's end of a stream, whatever its objects are.
class stream_source {
 public:
  stream_source() noexcept = default;
  /// Takes the consumer's handles of both.
  stream_source(engine& runtime, cell_ptr stream, cell_ptr producer);
  stream_source(stream_source&&) noexcept = default;
  stream_source& operator=(stream_source&& other) noexcept {
    stream_source(std::move(other)).swap(*this);
    return *this;
  }
  /// Ends the producer if it has not come to its end.
  ~stream_source();

  /// Returns the next object, or at the end the producer's cell, once, if that failed, then null.
  /// Thread: blocks; the producer may run here.
  cell_ptr next();
  /// The same without waiting; `turn` is what to wait for, null if that is the end.
  cell_ptr try_next(cell_ptr& turn);

  void swap(stream_source& other) noexcept {
    stream_.swap(other.stream_);
    producer_.swap(other.producer_);
    std::swap(told_, other.told_);
  }
  explicit operator bool() const noexcept { return static_cast<bool>(stream_); }

 private:
  cell_ptr stream_;
  cell_ptr producer_;
  /// The producer's failure has been told.
  bool told_ = false;
};

[[noreturn]] void throw_stream_retry(const function_record& function);

}  // namespace rt::detail
