#include "sim/transfer_process.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/random_stream.hpp"
#include "sim/transfer_messages.hpp"

namespace transfers_over_wire {

using support::check;

namespace {

constexpr std::uint64_t cluster = 78;
constexpr instant ms = 1'000'000;

address place_of(std::uint32_t number) {
  return *address::parse("sim://" + std::to_string(number) + ":1");
}

/// Whose object a request is about.
incarnation owner_of_asked(const wire::message& asked, incarnation self, incarnation from) {
  // What is freed is its sender's; what is looked for or told of is ours.
  return std::holds_alternative<wire::free_request>(asked) ? from : self;
}

}  // namespace

std::vector<std::byte> bytes_of(const object_id& object, std::size_t size) {
  sim::random_stream numbers(object.incarnation * 1'000 + object.counter, 60);
  std::vector<std::byte> made(size);
  for (std::byte& each : made) each = static_cast<std::byte>(numbers.next());
  return made;
}

content content_of(const std::vector<std::byte>& bytes) {
  std::uint64_t sum = bytes.size() + 1;
  for (const std::byte each : bytes) {
    sum = sim::random_stream::mixed(sum + static_cast<std::uint64_t>(each));
  }
  return {bytes.size(), sum};
}

transfer_process::transfer_process(surroundings& around, std::uint32_t number, incarnation self,
                                   ended_hook ended)
    : around_(around),
      self_(self),
      clock_(sim::process_clock::from_seed(around.loop, around.seed, number)),
      world_(clock_, around.seed, static_cast<std::uint64_t>(self)),
      book_(self, around.limits),
      ended_hook_(std::move(ended)),
      transport_(around.network.attach(number, [this] { wake(); })),
      endpoint_(*transport_, world_,
                {.cluster = cluster,
                 .incarnation = static_cast<std::uint64_t>(self),
                 .role = wire::process_role::node,
                 .build = 1},
                *this, around.sessions) {
  check(static_cast<bool>(endpoint_.listen(place_of(number))), "a process could not listen");
  around.numbers[self] = number;
}

void transfer_process::keep(const object_id& object, const std::vector<std::byte>& bytes) {
  effects out;
  const buffer_number to = book_.keep(object, content_of(bytes), world_.now(), out);
  buffers_[to] = std::make_shared<std::vector<std::byte>>(bytes);
  carry_out(out);
}

void transfer_process::fill_stored(const object_id& object, const content& of, incarnation holder) {
  effects out;
  book_.fill_stored(object, of, holder, world_.now(), out);
  carry_out(out);
}

void transfer_process::free(const object_id& object) {
  effects out;
  book_.free(object, world_.now(), out);
  carry_out(out);
}

void transfer_process::want(const object_id& object, wait_number wait) {
  effects out;
  book_.want(object, wait, world_.now(), out);
  carry_out(out);
}

void transfer_process::unwant(const object_id& object, wait_number wait) {
  effects out;
  book_.unwant(object, wait, world_.now(), out);
  carry_out(out);
}

void transfer_process::hear_of_death(incarnation process) {
  effects out;
  book_.died(process, world_.now(), out);
  carry_out(out);
  std::vector<rpc::session_id> over;
  for (const auto& [session, other] : others_) {
    if (other == process) over.push_back(session);
  }
  for (const rpc::session_id each : over) endpoint_.close(each);
  wake();
}

bool transfer_process::has(const object_id& object) const {
  const auto at = book_.held().copies().find(object);
  return at != book_.held().copies().end() && at->second.complete;
}

std::string transfer_process::left_over() const {
  if (!book_.pulling().all().empty()) return "a pull";
  if (!book_.pulling().asks().empty()) return "a piece that was asked for";
  if (!book_.pulling().locates().empty()) return "a question for copies";
  if (book_.pulling().budget_used() != 0) return "a part of the budget";
  if (!book_.serving().waiting().empty()) return "a request that waits";
  if (!book_.serving().leaving().empty()) return "a piece that leaves";
  if (!book_.held().pins().empty() || !book_.held().parting().empty()) return "a pin";
  if (!book_.teller().telling().empty()) return "a word to an owner";
  if (!book_.owner().freeing().empty()) return "a free";
  if (buffers_.size() != book_.held().copies().size()) return "memory";
  return {};
}

void transfer_process::at(instant when, std::function<void()> what) {
  clock_.at(when, [what = std::move(what), alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) what();
  });
}

void transfer_process::wake() {
  if (woken_ || dead_) return;
  woken_ = true;
  at(clock_.now(), [this] {
    woken_ = false;
    turn();
  });
}

void transfer_process::turn() {
  if (dead_) return;
  if (transport_->paused()) {
    at(clock_.now() + ms, [this] { wake(); });
    return;
  }
  if (book_.due() <= world_.now()) {
    effects out;
    book_.tick(world_.now(), out);
    carry_out(out);
  }
  if (endpoint_.poll(16)) wake();
  const instant due = std::min(endpoint_.due(), book_.due());
  if (due != never) at(std::max(due, clock_.now() + 1), [this] { wake(); });
}

void transfer_process::carry_out(effects& out, wire::byte_view tail) {
  const effects todo = std::move(out);
  for (const auto& each : todo.made) {
    buffer& to = buffers_[each.buffer];
    if (to == nullptr) to = std::make_shared<std::vector<std::byte>>(each.bytes);
  }
  for (const auto& each : todo.written) {
    check(each.bytes == tail.size() && buffers_.count(each.buffer) != 0,
          "a piece is to be written that is not there");
    std::copy(tail.span().begin(), tail.span().end(),
              buffers_[each.buffer]->begin() + static_cast<std::ptrdiff_t>(each.offset));
  }
  for (const auto& each : todo.letters) send(each);
  for (const auto& each : todo.ended) {
    const auto of = buffers_.find(each.buffer);
    ended_hook_(each, of != buffers_.end() ? of->second : nullptr);
  }
  for (const buffer_number each : todo.dropped) {
    check(buffers_.erase(each) == 1, "memory is dropped twice");
  }
  for (const object_id& each : todo.rebuild) {
    effects after;
    book_.cannot_rebuild(each, loss::was_put, world_.now(), after);
    carry_out(after);
  }
  wake();
}

rpc::session_id transfer_process::session_with(incarnation process) {
  const auto at = ours_.find(process);
  if (at != ours_.end()) return at->second;
  const result<rpc::session_id> made = endpoint_.open(place_of(around_.numbers.at(process)),
                                                      static_cast<std::uint64_t>(process), {});
  check(static_cast<bool>(made), "a session could not be begun");
  ours_[process] = *made;
  others_[*made] = process;
  return *made;
}

void transfer_process::send(const effects::letter& letter) {
  std::visit(
      [&](const auto& each) {
        using sent = std::decay_t<decltype(each)>;
        constexpr bool asks =
            std::is_same_v<sent, locate_request> || std::is_same_v<sent, copies_request> ||
            std::is_same_v<sent, pull_request> || std::is_same_v<sent, free_request>;
        if constexpr (!asks) {
          answer(letter, each.number);
        } else {
          const ask_number number = each.number;
          const incarnation to = letter.to;
          const auto handler = [this, number, to](result<rpc::arrival> came) {
            if (dead_) return;
            effects out;
            if (!came) {
              book_.unanswered(number, world_.now(), out);
              carry_out(out);
              return;
            }
            book_.take(to, from_wire(came->envelope.message, number, to, came->tail.size()),
                       world_.now(), out);
            carry_out(out, came->tail);
          };
          if (endpoint_.ask(session_with(to), to_wire(each), handler)) return;
          // It ends just now, and tells each request of it so.
          ours_.erase(to);
          check(static_cast<bool>(endpoint_.ask(session_with(to), to_wire(each), handler)),
                "a request could not be asked");
        }
      },
      letter.what);
}

void transfer_process::answer(const effects::letter& letter, ask_number token) {
  const auto from = tokens_.find(token);
  check(from != tokens_.end(), "what was not asked is answered, or twice");
  const came_from asked = from->second;
  tokens_.erase(from);
  const wire::message reply =
      std::visit([](const auto& each) { return to_wire(each); }, letter.what);
  const auto* piece = std::get_if<pull_reply>(&letter.what);
  if (piece == nullptr || piece->what != pull_reply::answer::piece) {
    check(static_cast<bool>(endpoint_.answer(asked.session, asked.number, reply)),
          "no answer could be given");
    return;
  }
  check(buffers_.count(piece->from) != 0, "a piece is to be sent from memory that is gone");
  const buffer bytes = buffers_[piece->from];
  // Who lets go of it may be in the midst of something; the book hears of it after that.
  std::shared_ptr<const void> keeper(
      bytes->data(),
      [this, bytes, token, &loop = around_.loop, alive = std::weak_ptr<bool>(alive_)](const void*) {
        loop.at(loop.now(), [this, bytes, token, alive] {
          if (alive.expired() || dead_) return;
          effects out;
          book_.left(token, out);
          carry_out(out);
        });
      });
  const std::span<const std::byte> tail =
      std::span<const std::byte>(*bytes).subspan(piece->offset, piece->bytes);
  check(static_cast<bool>(
            endpoint_.answer(asked.session, asked.number, reply, tail, std::move(keeper))),
        "no piece could be given");
}

void transfer_process::opened(rpc::session_id session, const rpc::peer& other) {
  others_[session] = incarnation{other.incarnation};
}

void transfer_process::asked(rpc::session_id session, const rpc::arrival& request) {
  if (dead_) return;
  const incarnation from = others_.at(session);
  const ask_number token{++newest_token_};
  tokens_[token] = {session, request.envelope.number};
  effects out;
  book_.take(from,
             from_wire(request.envelope.message, token,
                       owner_of_asked(request.envelope.message, self_, from), 0),
             world_.now(), out);
  carry_out(out);
}

void transfer_process::told(rpc::session_id, const rpc::arrival&) {
  check(false, "a notice came that nobody sends");
}

void transfer_process::ended(rpc::session_id session, rpc::session_end why,
                             const std::string& text) {
  check(why != rpc::session_end::malformed, "a session ended as if one were no peer: " + text);
  const auto other = others_.find(session);
  if (other != others_.end()) {
    const auto ours = ours_.find(other->second);
    if (ours != ours_.end() && ours->second == session) ours_.erase(ours);
    others_.erase(other);
  }
}

}  // namespace transfers_over_wire
