#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "conformance/meeting.hpp"
#include "conformance/rules.hpp"

namespace conformance {
namespace {

/// Memory that is spoilt when it is let go, so that a late reader sees it.
std::shared_ptr<std::string> kept(std::string text) {
  return {new std::string(std::move(text)), [](std::string* spoilt) {
            spoilt->assign(spoilt->size(), '!');
            delete spoilt;
          }};
}

rt::gather_element piece_of(const std::string& text, std::size_t from, std::size_t size) {
  return {.data = std::as_bytes(std::span(text)).data() + from, .size = size};
}

/// Sends until the other side has it: a lossy transport may lose some.
template <class Send>
void until_received(meeting& both, Send send) {
  const bool lossy = both.a.transport.traits().lossy;
  bool sent = false;
  both.until([&] {
    if (lossy || !sent) REQUIRE(send() == rt::send_status::taken);
    sent = true;
    both.settle();
    return both.b.frames_received != 0;
  });
}

void joins_header_and_pieces(endpoints& around) {
  meeting both(around);
  both.join();
  const auto text = kept("the quick brown fox");
  until_received(both, [&] {
    bytes header = bytes_of("header,");
    rt::gather_element pieces[] = {piece_of(*text, 4, 5), piece_of(*text, 0, 0),
                                   piece_of(*text, 0, 4), piece_of(*text, 9, 10)};
    const rt::send_status said =
        both.a.transport.send(both.near, {.header = header, .payload = pieces, .keeper = text});
    // Both are the sender's again.
    for (std::byte& each : header) each = std::byte{'?'};
    for (rt::gather_element& each : pieces) each = {};
    return said;
  });
  for (const bytes& each : both.b.frames[both.far]) {
    CHECK(each == bytes_of("header,quickthe  brown fox"));
  }
}

void lets_the_keeper_go(endpoints& around) {
  meeting both(around);
  both.join();
  std::weak_ptr<std::string> watched;
  until_received(both, [&] {
    auto text = kept(std::string(1'000, 'x'));
    watched = text;
    const rt::gather_element all = piece_of(*text, 0, text->size());
    return both.a.transport.send(both.near,
                                 {.payload = std::span(&all, 1), .keeper = std::move(text)});
  });
  for (const bytes& each : both.b.frames[both.far]) {
    CHECK(each == bytes_of(std::string(1'000, 'x')));
  }
  both.until([&] { return watched.expired(); });
}

void does_not_keep_what_it_did_not_take(endpoints& around) {
  meeting both(around);
  both.join();
  auto text = kept("not taken");
  const std::weak_ptr<std::string> watched = text;
  const rt::gather_element all = piece_of(*text, 0, text->size());
  CHECK(both.a.transport.send(rt::connection_id{},
                              {.payload = std::span(&all, 1), .keeper = std::move(text)}) ==
        rt::send_status::no_connection);
  CHECK(watched.expired());
}

void lets_keepers_go_at_the_end(endpoints& around) {
  meeting both(around);
  both.join();
  both.b_polls = false;
  std::weak_ptr<std::string> watched;
  for (int i = 0; i < 10; ++i) {
    auto text = kept(std::string(1'000, 'x'));
    watched = text;
    const rt::gather_element all = piece_of(*text, 0, text->size());
    both.a.transport.send(both.near, {.payload = std::span(&all, 1), .keeper = std::move(text)});
  }
  both.a.transport.stop(0);
  CHECK(watched.expired());
}

}  // namespace

std::vector<rule> payload_rules() {
  return {
      {"header and pieces arrive as one; header and list are the sender's again at once",
       profile::all, &joins_header_and_pieces},
      {"the keeper is held until the bytes have left, and then let go", profile::all,
       &lets_the_keeper_go},
      {"the keeper of a frame that was not taken is not held", profile::all,
       &does_not_keep_what_it_did_not_take},
      {"after stop no keeper is held", profile::all, &lets_keepers_go_at_the_end},
  };
}

}  // namespace conformance
