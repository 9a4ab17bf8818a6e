// Drives an endpoint with what a network and strangers may do: connections come and go, frames come that
// are right, nearly right or anything, time passes. Whatever comes: it does not fall; it keeps no more
// than its limits; a session opens once and ends once, and in it each frame counts at most once, in order;
// each request of its own is told one end.

#include <algorithm>

#include "support/driven_endpoint.hpp"

using namespace rt;
using fuzz_test::require;
using rpc::session_id;

namespace {

constexpr std::uint64_t own_cluster = 7;
constexpr std::uint64_t own_incarnation = 100;

rpc::session_options limits() {
  rpc::session_options made;
  made.sessions_max = 4;
  made.ungreeted_max = 3;
  made.in_flight_bytes_max = 4'000;
  made.early_bytes_max = 4'000;
  made.early_frames_max = 8;
  return made;
}

class driven final : rpc::endpoint_events {
 public:
  explicit driven(fuzz_test::byte_source& from)
      : from_(from),
        transport_(from.next() % 2 != 0),
        endpoint_(transport_, world_,
                  {.cluster = own_cluster, .incarnation = own_incarnation, .address = "sim://1:1"},
                  *this, limits()) {}

  void run() {
    while (!from_.empty()) {
      step();
      endpoint_.poll(16);
      require(sessions_.size() <= limits().sessions_max + own_);
      require(transport_.open() <= sessions_.size() + unopened_.size() + limits().ungreeted_max);
      require(endpoint_.due() > 0);
    }
    for (const auto& [session, known] : std::map(sessions_)) endpoint_.close(session);
    for (const session_id each : std::set(unopened_)) endpoint_.close(each);
    require(asked_ == told_);
  }

 private:
  struct known {
    std::uint64_t last_place = 0;
  };

  void step() {
    switch (from_.next() % 12) {
      case 0: return accept();
      case 1: return receive(any_bytes());
      case 2: return receive(greeting());
      case 3: return receive(frame());
      case 4: return receive(answer_to_greeting());
      case 5: return close_one();
      case 6: return pass();
      case 7: return open_one();
      case 8: return speak();
      case 9: return answer();
      case 10: return change_room();
      default: return end_one();
    }
  }

  void accept() {
    if (transport_.open() >= 16) return;
    const connection_id made = transport_.accept();
    transport_.told.push_back([this, made](transport_events& to) {
      if (transport_.is_open(made)) to.accepted(made, *address::parse("sim://2:1"));
    });
  }

  void receive(std::vector<std::byte> bytes) {
    const connection_id on = transport_.some(from_.next());
    if (on.number == 0) return;
    transport_.told.push_back([this, on, bytes = std::move(bytes)](transport_events& to) {
      if (transport_.is_open(on)) to.received(on, bytes);
    });
  }

  std::vector<std::byte> any_bytes() {
    const auto taken = from_.take(from_.next());
    return {taken.begin(), taken.end()};
  }

  /// As of one of few processes, so that much of it fits.
  wire::frame_header header() {
    wire::frame_header made;
    made.version = 1;
    made.cluster = own_cluster;
    made.sender = 200 + from_.next() % 3;
    made.receiver = from_.next() % 4 == 0 ? 0 : own_incarnation;
    made.session = 1 + from_.next() % 3;
    return made;
  }

  static std::vector<std::byte> written(const wire::frame_header& of,
                                        std::initializer_list<wire::envelope> held) {
    wire::frame_writer writer;
    for (const wire::envelope& each : held) {
      require(static_cast<bool>(writer.add(each.number, each.message)));
    }
    const auto bytes = writer.finish(of);
    return {bytes.begin(), bytes.end()};
  }

  std::vector<std::byte> greeting() {
    wire::hello_request hello;
    hello.versions = wire::spoken_versions;
    hello.resumes = from_.next() % 2 != 0;
    hello.received = from_.next() % 4;
    hello.only = from_.next() % 2 != 0;
    if (from_.next() % 16 == 0) hello.versions = {7, 9};
    return written(header(), {{1, hello}});
  }

  std::vector<std::byte> answer_to_greeting() {
    wire::hello_reply reply;
    reply.answer = static_cast<wire::hello_answer>(from_.next() % 8);
    reply.version = from_.next() % 3;
    reply.versions = wire::spoken_versions;
    reply.received = from_.next() % 4;
    wire::frame_header of = header();
    // The number that it drew for a session of its own.
    of.session = from_.next() * 0x9E3779B97F4A7C15 | 1;
    return written(of, {{1, reply}});
  }

  std::vector<std::byte> frame() {
    wire::frame_header of = header();
    of.receiver = own_incarnation;
    of.number = from_.next() % 16;
    of.acknowledged = from_.next() % 8;
    if (from_.next() % 4 == 0) of.session = from_.next() * 0x9E3779B97F4A7C15 | 1;
    switch (from_.next() % 6) {
      case 0: return written(of, {});
      case 1: return written(of, {{0, wire::goodbye_notice{}}});
      case 2: return written(of, {{1 + from_.next() % 4u, wire::confirm_request{}}});
      case 3: return written(of, {{1 + from_.next() % 4u, wire::confirm_reply{}}});
      case 4:
        return written(of, {{1 + from_.next() % 4u, wire::confirm_request{}},
                            {0, wire::lease_withdraw_notice{}}});
      default: return written(of, {{0, wire::lease_withdraw_notice{}}});
    }
  }

  void close_one() {
    const connection_id gone = transport_.some(from_.next());
    if (gone.number == 0) return;
    transport_.told.push_back([this, gone](transport_events& to) {
      if (!transport_.is_open(gone)) return;
      transport_.close(gone);
      to.closed(gone, connection_end::lost);
    });
  }

  void pass() { world_.time += instant{1} << from_.next() % 36; }

  void open_one() {
    if (own_ >= 8) return;
    const std::uint64_t incarnation = from_.next() % 2 != 0 ? 200 + from_.next() % 3 : 0;
    const auto wanted =
        from_.next() % 2 != 0 ? rpc::endpoint::sessions::one : rpc::endpoint::sessions::many;
    const result<session_id> made =
        endpoint_.open(*address::parse("sim://2:1"), incarnation, {}, wanted);
    require(static_cast<bool>(made));
    unopened_.insert(*made);
    ++own_;
    const connection_id on = transport_.some(255);
    if (from_.next() % 2 == 0) return;
    transport_.told.push_back([this, on](transport_events& to) {
      if (transport_.is_open(on)) to.opened(on);
    });
  }

  void speak() {
    if (sessions_.empty()) return;
    auto at = sessions_.begin();
    std::advance(at, from_.next() % sessions_.size());
    if (endpoint_.full(at->first)) return;
    if (from_.next() % 2 == 0) {
      static_cast<void>(endpoint_.tell(at->first, wire::lease_withdraw_notice{}));
      return;
    }
    const auto once = std::make_shared<bool>(false);
    const auto taken = endpoint_.ask(at->first, wire::confirm_request{},
                                     [this, once](const result<rpc::arrival>&) {
                                       require(!std::exchange(*once, true));
                                       ++told_;
                                     });
    if (taken) ++asked_;
  }

  void answer() {
    if (to_answer_.empty()) return;
    const auto [session, number] = to_answer_.front();
    to_answer_.pop_front();
    static_cast<void>(endpoint_.answer(session, number, wire::confirm_reply{}));
  }

  void change_room() {
    transport_.takes = !transport_.takes;
    const connection_id on = transport_.some(from_.next());
    if (!transport_.takes || on.number == 0) return;
    transport_.told.push_back([this, on](transport_events& to) {
      if (transport_.is_open(on)) to.writable(on);
    });
  }

  void end_one() {
    if (sessions_.empty()) return;
    auto at = sessions_.begin();
    std::advance(at, from_.next() % sessions_.size());
    endpoint_.close(at->first);
  }

  /// In a session frames count once, in order. Those without a number are outside of that.
  void note(session_id session, const rpc::arrival& came) {
    const auto found = sessions_.find(session);
    require(found != sessions_.end());
    const std::uint64_t number = came.header.number;
    if (number == 0) return;
    // Of a frame with both the request comes first.
    const bool second = std::holds_alternative<wire::lease_withdraw_notice>(came.envelope.message);
    const std::uint64_t place = 2 * number + (second ? 1 : 0);
    require(place > found->second.last_place);
    found->second.last_place = place;
  }

  void opened(session_id session, const rpc::peer&) override {
    unopened_.erase(session);
    require(sessions_.emplace(session, known{}).second);
  }
  void asked(session_id session, const rpc::arrival& request) override {
    note(session, request);
    if (to_answer_.size() < 100) to_answer_.emplace_back(session, request.envelope.number);
  }
  void told(session_id session, const rpc::arrival& notice) override { note(session, notice); }
  void ended(session_id session, rpc::session_end, const std::string&) override {
    // One that greets with what was never sent ends without having opened.
    sessions_.erase(session);
    unopened_.erase(session);
    require(ended_.insert(session).second);
  }
  wire::hello_answer admits(const rpc::peer&) override { return wire::hello_answer::accepted; }

  fuzz_test::byte_source& from_;
  fuzz_test::still_environment world_;
  fuzz_test::given_transport transport_;
  rpc::endpoint endpoint_;
  std::map<session_id, known> sessions_;
  std::set<session_id> unopened_;
  std::set<session_id> ended_;
  std::deque<std::pair<session_id, std::uint64_t>> to_answer_;
  std::size_t own_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_test::byte_source from(std::as_bytes(std::span(data, size)));
  driven(from).run();
  return 0;
}
