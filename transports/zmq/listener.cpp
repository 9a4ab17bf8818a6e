#include "zmq/listener.hpp"

#include <charconv>
#include <utility>

#include "zmq/doorkeeper.hpp"
#include "zmq/message.hpp"

namespace rt::zmq {
namespace {

// ZeroMQ tells of an end before it acts on it; by then it surely has.
constexpr std::int64_t suspicion_ms = 2'000;

}  // namespace

listener::listener(const surroundings& of, const net::place& at, std::uint64_t key)
    : socket_(of.context, ::zmq::socket_type::router) {
  prepare(socket_, of.limits, at.host.find(':') != std::string::npos);
  socket_.set(::zmq::sockopt::router_mandatory, true);  // says when nobody is there
  socket_.set(::zmq::sockopt::zap_domain, doorkeeper::domain);
  if (!of.keys.empty()) protect_called(socket_, of.keys.front());
  heard_.emplace(of.context, socket_, ZMQ_EVENT_DISCONNECTED);
  socket_.bind("tcp://" + at.text());
  of.watched.add_readable(socket_.get(::zmq::sockopt::fd), key);
  of.watched.add_readable(heard_->descriptor(), key);
}

unsigned short listener::port() const {
  const std::string real = socket_.get(::zmq::sockopt::last_endpoint);
  const std::string text = real.substr(real.rfind(':') + 1);
  unsigned short found = 0;
  std::from_chars(text.data(), text.data() + text.size(), found);
  return found;
}

std::optional<letter> listener::receive() {
  ::zmq::message_t name;
  if (!socket_.recv(name, ::zmq::recv_flags::dontwait)) return std::nullopt;
  letter come{name.to_string(), {}};
  if (!name.more()) return come;
  std::size_t parts = 0;
  do {
    ::zmq::message_t part;
    if (!socket_.recv(part, ::zmq::recv_flags::dontwait)) break;  // they come together
    if (parts++ == 0) come.message = std::move(part);             // more than one says so
    else if (!part.more()) break;
  } while (come.message.more());
  return come;
}

bool listener::send(const std::string& to, ::zmq::message_t& message) {
  ::zmq::message_t name(to);
  return socket_ && hand_over(socket_, name, true) && hand_over(socket_, message);
}

void listener::add(const std::string& name, connection_id own, int descriptor, std::int64_t now) {
  known_[name] = own;
  by_descriptor_.emplace(descriptor, name);
  // Its end may have been told before its first word was read.
  if (closed_lately_.count(descriptor) != 0) suspects_.push_back({name, now + suspicion_ms});
}

void listener::remove(const std::string& name, int descriptor) {
  known_.erase(name);
  const auto [begin, end] = by_descriptor_.equal_range(descriptor);
  for (auto each = begin; each != end; ++each) {
    if (each->second != name) continue;
    by_descriptor_.erase(each);
    return;
  }
}

connection_id listener::find(const std::string& name) const {
  const auto found = known_.find(name);
  return found == known_.end() ? connection_id{} : found->second;
}

void listener::look(std::int64_t now) {
  while (heard_) {
    const auto said = heard_->next();
    if (!said) break;
    closed_lately_[said->value] = now;
    const auto [begin, end] = by_descriptor_.equal_range(said->value);
    for (auto each = begin; each != end; ++each) {
      suspects_.push_back({each->second, now + suspicion_ms});
    }
  }
}

std::vector<connection_id> listener::find_lost(std::int64_t now) {
  std::vector<connection_id> lost;
  std::erase_if(suspects_, [&](const suspect& each) {
    const connection_id own = find(each.name);
    if (!own) return true;
    ::zmq::message_t nothing = message_of(word::nothing);
    if (send(each.name, nothing)) return now >= each.until;
    lost.push_back(own);
    return true;
  });
  std::erase_if(closed_lately_,
                [&](const auto& each) { return now >= each.second + suspicion_ms; });
  return lost;
}

void listener::end(int linger_ms) {
  heard_.reset();
  if (!socket_) return;
  socket_.set(::zmq::sockopt::linger, linger_ms);
  socket_.close();
}

}  // namespace rt::zmq
