#include "app/refusal_watch.hpp"

namespace rt::app {

class refusal_watch::listener final : public transport_events {
 public:
  listener(refusal_watch& of, transport_events& to) : of_(of), to_(to) {}

  void accepted(connection_id connection, const address& from) override {
    to_.accepted(connection, from);
  }
  void opened(connection_id connection) override { to_.opened(connection); }
  void received(connection_id connection, std::span<const std::byte> frame) override {
    to_.received(connection, frame);
  }
  void writable(connection_id connection) override { to_.writable(connection); }
  void closed(connection_id connection, connection_end why) override {
    if (of_.calls_.erase(connection) != 0 && why == connection_end::refused) of_.refused_();
    to_.closed(connection, why);
  }

 private:
  refusal_watch& of_;
  transport_events& to_;
};

result<connection_id> refusal_watch::connect(const address& to) {
  auto made = over_->connect(to);
  if (made && to.text() == at_) calls_.insert(*made);
  return made;
}

bool refusal_watch::poll(transport_events& events, unsigned frames_max) {
  listener between(*this, events);
  return over_->poll(between, frames_max);
}

}  // namespace rt::app
