// Which types can be written and read again, and what is missing of those that cannot.

#include <functional>
#include <span>
#include <string_view>

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
