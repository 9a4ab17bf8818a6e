#include <rt/core/error.hpp>
#include <rt/detail/function_record.hpp>
#include <rt/detail/stream_source.hpp>

namespace rt::detail {

stream_source::stream_source(engine& runtime, cell_ptr stream, cell_ptr producer)
    : stream_(std::move(stream)), producer_(std::move(producer)) {
  runtime.feed(*stream_, *producer_);
}

stream_source::~stream_source() {
  if (!stream_ || producer_->complete()) return;
  if (const engine_visit runtime(stream_->runtime); runtime) runtime->close(*stream_, *producer_);
}

cell_ptr stream_source::try_next(cell_ptr& turn) {
  if (!stream_) return {};
  engine& runtime = engine_of(*stream_);
  cell_ptr taken = runtime.take_from(*stream_, turn);
  if (taken || turn || told_ || producer_->now() != phase::failed) return taken;
  told_ = true;
  return producer_;
}

cell_ptr stream_source::next() {
  for (;;) {
    cell_ptr turn;
    cell_ptr taken = try_next(turn);
    if (!turn) return taken;
    engine_of(*stream_).wait_turn(*turn, *producer_);
  }
}

void throw_stream_retry(const function_record& function) {
  throw config_error("retry_exceptions: " + function.name() +
                     " yields a stream, and what was taken of it cannot be taken back");
}

}  // namespace rt::detail
