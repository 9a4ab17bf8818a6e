// message := length(4) field{...}, in the order of the struct's `fields`, by the grammar that stands
//            at `field_writer`

#include "wire/message.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/field_reader.hpp"
#include "wire/field_writer.hpp"

namespace rt::wire {
namespace {

inline constexpr std::size_t count = std::variant_size_v<message>;
template <std::size_t Index>
using message_at = std::variant_alternative_t<Index, message>;

struct row {
  message_kind kind;
  bool notice;
  void (*read)(bounded_reader& in, message& to);
};

template <std::size_t Index>
void read_as(bounded_reader& in, message& to) {
  field_reader(in).value(to.emplace<Index>());
}

template <class Message, class Other>
constexpr bool answers() {
  if constexpr (is_request<Other>) return std::is_same_v<typename Other::reply, Message>;
  return false;
}

template <class Message, std::size_t... Index>
constexpr bool stands_alone(std::index_sequence<Index...>) {
  return !is_request<Message> && !(answers<Message, message_at<Index>>() || ...);
}

template <std::size_t... Index>
constexpr std::array<row, count> make_rows(std::index_sequence<Index...> all) {
  return {row{message_at<Index>::kind, stands_alone<message_at<Index>>(all), &read_as<Index>}...};
}

constexpr std::array<row, count> rows = make_rows(std::make_index_sequence<count>());

constexpr bool ascends() {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i - 1].kind >= rows[i].kind) return false;
  }
  return true;
}
static_assert(ascends(), "messages are found by binary search: keep them in the order of kinds");

const row* find(message_kind kind) noexcept {
  const auto* at = std::lower_bound(rows.begin(), rows.end(), kind,
                                    [](const row& r, message_kind k) { return r.kind < k; });
  return at != rows.end() && at->kind == kind ? at : nullptr;
}

}  // namespace

message_kind kind_of(const message& held) noexcept { return rows[held.index()].kind; }

bool is_notice(message_kind kind) noexcept {
  const row* const found = find(kind);
  return found != nullptr && found->notice;
}

void read_message(bounded_reader& in, message_kind kind, message& to) {
  const row* const found = find(kind);
  if (found == nullptr) return in.fail("it is of no kind that this version knows");
  found->read(in, to);
}

void write_message(bounded_writer& out, const message& from) {
  std::visit([&out](const auto& held) { field_writer(out).value(held); }, from);
}

}  // namespace rt::wire
