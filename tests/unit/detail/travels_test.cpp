// Which types can be written and read again, and what is missing of those that cannot.

#include <functional>
#include <span>
#include <string_view>

#include <rt/core/error.hpp>

#include "support/catch.hpp"
#include "unit/detail/archive_types.hpp"

using namespace archive_test;
using rt::detail::travel_problem;
using rt::detail::travel_problem_of;
using rt::detail::travels;

namespace {

struct only_save {
  template <class Archive>
  void save(Archive&) const {}
};

struct only_load {
  template <class Archive>
  void load(Archive&) {}
};

struct both_ways {
  template <class Archive>
  void serialize(Archive&) {}
  template <class Archive>
  void save(Archive&) const {}
  template <class Archive>
  void load(Archive&) {}
};

struct no_default {
  explicit no_default(int) {}
  template <class Archive>
  void serialize(Archive&) {}
};

class hidden_members {
 public:
  hidden_members() = default;
  int get() const { return x_; }

 private:
  int x_ = 0;
};

struct owns_memory {
  std::string text;
};

struct polymorphic {
  virtual ~polymorphic() = default;
  template <class Archive>
  void serialize(Archive&) {}
};

struct has_const {
  const int x = 0;
};

struct with_pointer {
  int size = 0;
  const char* text = nullptr;
};
struct with_view {
  std::string_view text;
};
struct with_callback {
  void (*call)(int) = nullptr;
  int argument = 0;
};
struct deep_inside {
  int x = 0;
  with_pointer inner;
};
struct plain_inside {
  point from;
  point to;
  double weight = 0;
  std::optional<int> maybe;
  std::chrono::seconds time{0};
};
struct with_arrays {
  char name[16] = {};
  int table[2][3] = {};
  bool on = false;
};
struct with_base : point {
  int z = 0;
};
struct with_bits {
  unsigned low : 4;
  unsigned high : 28;
  bool on : 1;
};
struct with_bool {
  std::int64_t number = 0;
  bool on = false;
};
struct nests_bool {
  with_bool first;
  std::array<with_bool, 2> others;
};
struct sixteen {
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;
};
struct seventeen {
  sixteen first;
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;
};
struct one {
  int only = 0;
};

// What has no countable fields is looked at leaf by leaf.
struct pointers_in_array {
  int* each[3];
};
struct pointer_in_base : with_pointer {
  int z = 0;
};
struct pointer_at_the_end : seventeen {
  char text[100];
  struct {
    float x;
    struct {
      int a;
      const char* text;
    } inner;
  } deep[2];
};
struct pointer_behind_empty : empty {
  empty member;
  void* user = nullptr;
  char tail[2];
};
struct views_in_array {
  std::string_view each[2];
};
struct callbacks_in_array {
  void (*each[2])(int);
};
struct maybe_pointer {
  std::optional<int*> maybe;
  char tail[2];
};
struct pointer_beside_unnamed_union {
  union {
    int a;
    float b;
  };
  int* pointer;
};
struct pointer_first_in_union {
  union {
    int* pointer;
    int number;
  };
  int z;
};
struct with_unnamed_union {
  union {
    int a;
    float b;
  };
  bool on = false;
};
struct with_small_base : one {
  bool on = false;
  std::array<one, 2> ones;
};
struct with_large_array {
  unsigned char pixels[1 << 16];
  std::array<std::array<float, 4>, 4> matrix;
  color tint[3];
};

using rt::detail::field_count;
static_assert(field_count<with_unnamed_union> == 0 && field_count<with_small_base> == 0);
static_assert(travels<with_unnamed_union> && travels<with_small_base> && travels<with_large_array>);
static_assert(field_count<point> == 2 && field_count<one> == 1 && field_count<deep_inside> == 2);
static_assert(field_count<with_bits> == 3 && field_count<with_bool> == 2);
static_assert(field_count<sixteen> == 16 && field_count<seventeen> == 0);
static_assert(field_count<with_arrays> == 0 && field_count<with_base> == 0);
static_assert(field_count<empty> == 0);

template <class T>
constexpr travel_problem of = travel_problem_of<T>;

static_assert(travels<int> && travels<bool> && travels<color> && travels<long double>);
static_assert(travels<const int> && travels<const std::string>);
static_assert(travels<point> && travels<person> && travels<tree> && travels<chain_link>);
static_assert(travels<empty> && travels<std::monostate>);
static_assert(travels<std::vector<std::map<std::string, std::optional<person>>>>);
static_assert(travels<std::variant<std::monostate, std::unique_ptr<person>>>);
static_assert(travels<std::tuple<std::string, std::bitset<3>, std::chrono::nanoseconds>>);
static_assert(travels<std::array<std::complex<double>, 4>>);
static_assert(travels<polymorphic>, "by value it is as good as any");

static_assert(travels<plain_inside> && travels<with_arrays> && travels<with_base>);
static_assert(travels<with_bits> && travels<with_bool> && travels<nests_bool>);
static_assert(travels<sixteen> && travels<seventeen> && travels<one>);
static_assert(rt::detail::travels_as_bytes<sixteen> && rt::detail::travels_as_bytes<with_arrays>);
static_assert(rt::detail::travels_by_fields<with_bool> &&
              rt::detail::travels_by_fields<nests_bool>);

static_assert(of<with_pointer> == travel_problem::pointer);
static_assert(of<with_view> == travel_problem::view);
static_assert(of<with_callback> == travel_problem::function);
static_assert(of<deep_inside> == travel_problem::pointer);
static_assert(of<std::vector<deep_inside>> == travel_problem::pointer);
static_assert(of<pointers_in_array> == travel_problem::pointer);
static_assert(of<pointer_in_base> == travel_problem::pointer);
static_assert(of<pointer_at_the_end> == travel_problem::pointer);
static_assert(of<pointer_behind_empty> == travel_problem::pointer);
static_assert(of<views_in_array> == travel_problem::view);
static_assert(of<callbacks_in_array> == travel_problem::function);
static_assert(of<maybe_pointer> == travel_problem::pointer);
static_assert(of<pointer_beside_unnamed_union> == travel_problem::pointer);
static_assert(of<pointer_first_in_union> == travel_problem::pointer);

static_assert(of<int&> == travel_problem::reference);
static_assert(of<std::reference_wrapper<int>> == travel_problem::reference);
static_assert(of<int*> == travel_problem::pointer);
static_assert(of<const char*> == travel_problem::pointer);
static_assert(of<std::nullptr_t> == travel_problem::pointer);
static_assert(of<int point::*> == travel_problem::pointer);
static_assert(of<int()> == travel_problem::function);
static_assert(of<int (*)()> == travel_problem::function);
static_assert(of<std::function<int()>> == travel_problem::function);
static_assert(of<void> == travel_problem::no_functions);
static_assert(of<std::span<int>> == travel_problem::view);
static_assert(of<std::string_view> == travel_problem::view);
static_assert(of<std::shared_ptr<int>> == travel_problem::shared_pointer);
static_assert(of<std::weak_ptr<int>> == travel_problem::shared_pointer);
static_assert(of<std::unique_ptr<polymorphic>> == travel_problem::polymorphic_pointer);
static_assert(of<std::unique_ptr<int[]>> == travel_problem::array_pointer);
static_assert(of<std::unique_ptr<int, void (*)(int*)>> == travel_problem::array_pointer);
static_assert(of<only_save> == travel_problem::no_input);
static_assert(of<only_load> == travel_problem::no_output);
static_assert(of<both_ways> == travel_problem::several_functions);
static_assert(of<no_default> == travel_problem::no_default);
static_assert(of<hidden_members> == travel_problem::no_functions);
static_assert(of<owns_memory> == travel_problem::no_functions);
static_assert(of<has_const> == travel_problem::no_functions);

// What holds them cannot travel either.
static_assert(of<std::vector<int*>> == travel_problem::pointer);
static_assert(of<std::map<int, std::shared_ptr<int>>> == travel_problem::shared_pointer);
static_assert(of<std::map<std::string_view, int>> == travel_problem::view);
static_assert(of<std::pair<int, int&>> == travel_problem::reference);
static_assert(of<std::tuple<int, owns_memory>> == travel_problem::no_functions);
static_assert(of<std::optional<no_default>> == travel_problem::no_default);
static_assert(of<std::variant<int, only_save>> == travel_problem::no_input);
static_assert(of<std::unique_ptr<std::shared_ptr<int>>> == travel_problem::shared_pointer);
static_assert(of<std::array<only_load, 2>> == travel_problem::no_output);

static_assert(!rt::shares_state<person>::value);

}  // namespace

TEST_CASE("travels: what cannot travel is told at compile time, with what is missing") {
  CHECK(rt::detail::check_travels<person>());
  CHECK(rt::detail::travels_as_bytes<point>);
  CHECK(!rt::detail::travels_as_bytes<person>);
  CHECK(hidden_members().get() == 0);
}

TEST_CASE("travels: a bool inside an aggregate is looked at when it is read") {
  nests_bool value;
  value.first = {7, true};
  value.others[1] = {8, true};
  auto bytes = write(std::vector<nests_bool>{value, {}});
  const auto back = read<std::vector<nests_bool>>(bytes);
  CHECK(back[0].first.on);
  CHECK(back[0].others[1].number == 8);
  CHECK(back[0].others[1].on);
  CHECK(!back[1].first.on);
  bytes.data()[8 + 8] = std::byte{2};
  CHECK_THROWS_AS(read<std::vector<nests_bool>>(bytes), rt::serialization_error);
}

TEST_CASE("travels: fields of a few bits come back") {
  with_bits value{};
  value.low = 9;
  value.high = 0xabcdef;
  value.on = true;
  const auto back = read<with_bits>(write(value));
  CHECK(back.low == 9);
  CHECK(back.high == 0xabcdef);
  CHECK(back.on);
}

TEST_CASE("travels: an aggregate with arrays or a base class comes back as its bytes") {
  with_arrays value;
  value.name[15] = 'x';
  value.table[1][2] = 5;
  value.on = true;
  const auto back = read<with_arrays>(write(value));
  CHECK(back.name[15] == 'x');
  CHECK(back.table[1][2] == 5);
  CHECK(back.on);
  with_base derived;
  derived.x = 1;
  derived.z = 2;
  CHECK(read<with_base>(write(derived)).z == 2);
}

TEST_CASE("travels: an aggregate with an unnamed union or a small base comes back as its bytes") {
  with_unnamed_union value;
  value.b = 2.5F;
  value.on = true;
  CHECK(read<with_unnamed_union>(write(value)).b == 2.5F);
  with_small_base derived;
  derived.only = 7;
  derived.ones[1].only = 9;
  const auto back = read<with_small_base>(write(derived));
  CHECK(back.only == 7);
  CHECK(back.ones[1].only == 9);
}
