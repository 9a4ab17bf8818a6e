#include "support/catch.hpp"

#include <array>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <rt/rt.hpp>

#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using support::runtime_fixture;

support::gate release;

struct point {
  int x = 0;
  int y = 0;
};

int sum(std::span<const int> xs) { return std::accumulate(xs.begin(), xs.end(), 0); }
std::size_t count_bytes(std::span<const char> bytes) { return bytes.size(); }
int sum_points(std::span<const point> points) {
  int total = 0;
  for (const point& p : points) total += p.x * p.y;
  return total;
}
std::string repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}
std::size_t length(const std::string_view& text) { return text.size(); }
std::uintptr_t where(std::span<const int> xs) {
  return reinterpret_cast<std::uintptr_t>(xs.data());
}
std::uintptr_t where_text(std::string_view text) {
  return reinterpret_cast<std::uintptr_t>(text.data());
}
std::vector<int> numbers(int n) {
  release.wait();
  std::vector<int> xs(static_cast<std::size_t>(n));
  std::iota(xs.begin(), xs.end(), 1);
  return xs;
}

}  // namespace

TEST_CASE_METHOD(runtime_fixture, "views: a span takes what is contiguous", "[api]") {
  std::vector<int> xs{1, 2, 3};
  const std::vector<int> constant{4, 5};
  const std::array<int, 4> array{1, 1, 1, 1};
  int plain[] = {7, 8};
  CHECK(rt::get(rt::remote<sum>(xs)) == 6);
  CHECK(rt::get(rt::remote<sum>(constant)) == 9);
  CHECK(rt::get(rt::remote<sum>(std::vector<int>{10, 20})) == 30);
  CHECK(rt::get(rt::remote<sum>(array)) == 4);
  CHECK(rt::get(rt::remote<sum>(plain)) == 15);
  CHECK(rt::get(rt::remote<sum>(std::span<int>(xs))) == 6);
  CHECK(rt::get(rt::remote<sum>(std::span<const int>(xs))) == 6);
  CHECK(rt::get(rt::remote<sum>(std::span<const int>())) == 0);
  CHECK(rt::get(rt::remote<sum>(std::vector<int>())) == 0);
  CHECK(rt::get(rt::remote<sum_points>(std::vector<point>{{1, 2}, {3, 4}})) == 14);
}

TEST_CASE_METHOD(runtime_fixture, "views: the caller's memory is not referred to", "[api]") {
  std::vector<rt::object_ref<int>> sums;
  std::vector<rt::object_ref<std::string>> texts;
  for (int i = 0; i < 50; ++i) {
    std::vector<int> xs(100, i);
    std::string text = "view number " + std::to_string(i) + " of a string that is long enough";
    sums.push_back(rt::remote<sum>(xs));
    texts.push_back(rt::remote<repeat>(std::string_view(text), 1));
    xs.assign(100, -1);
    text.assign(text.size(), '#');
  }
  for (int i = 0; i < 50; ++i) {
    const auto at = static_cast<std::size_t>(i);
    CHECK(rt::get(sums[at]) == 100 * i);
    CHECK(rt::get(texts[at]) ==
          "view number " + std::to_string(i) + " of a string that is long enough");
  }
}

TEST_CASE_METHOD(runtime_fixture, "views: a span sees a reference's object", "[api]") {
  const support::closed shut(release);
  const rt::object_ref<std::vector<int>> late = rt::remote<numbers>(4);
  const auto total = rt::remote<sum>(late);
  release.open();
  CHECK(rt::get(total) == 10);
  CHECK(rt::get(rt::remote<sum>(rt::put(std::vector<int>{5, 6}))) == 11);
  CHECK(rt::get(rt::remote<sum>(rt::put(std::array<int, 2>{1, 2}))) == 3);

  rt::mutable_array<int> elements(3);
  elements[0] = elements[1] = elements[2] = 9;
  const auto array = rt::put(std::move(elements));
  CHECK(rt::get(rt::remote<sum>(array)) == 27);
  CHECK(rt::get(rt::remote<sum>(rt::get(array))) == 27);
}

TEST_CASE_METHOD(runtime_fixture, "views: a string_view takes every string", "[api]") {
  const std::string text = "ab";
  const char* pointer = "cd";
  char array[] = "ef";
  CHECK(rt::get(rt::remote<repeat>("xy", 2)) == "xyxy");
  CHECK(rt::get(rt::remote<repeat>(text, 2)) == "abab");
  CHECK(rt::get(rt::remote<repeat>(std::string("rvalue"), 1)) == "rvalue");
  CHECK(rt::get(rt::remote<repeat>(std::string_view(text), 3)) == "ababab");
  CHECK(rt::get(rt::remote<repeat>(pointer, 2)) == "cdcd");
  CHECK(rt::get(rt::remote<repeat>(array, 2)) == "efef");
  CHECK(rt::get(rt::remote<repeat>(rt::put(text), 2)) == "abab");
  CHECK(rt::get(rt::remote<repeat>(rt::put("gh"), rt::put(2))) == "ghgh");
  CHECK(rt::get(rt::remote<repeat>(rt::put(std::vector<char>{'i', 'j'}), 1)) == "ij");
  rt::mutable_array<char> characters(2);
  characters[0] = characters[1] = 'k';
  CHECK(rt::get(rt::remote<repeat>(rt::put(std::move(characters)), 1)) == "kk");
  CHECK(rt::get(rt::remote<length>("four")) == 4);
  CHECK(rt::get(rt::remote<length>(rt::put("four"))) == 4);
  CHECK(rt::get(rt::remote<count_bytes>(rt::put("seven.."))) == 7);
  CHECK(rt::get(rt::remote<count_bytes>(std::string("seven.."))) == 7);
  CHECK(rt::get(rt::remote<length>(std::string("a\0b", 3))) == 3);
}

TEST_CASE_METHOD(runtime_fixture, "views: the object is seen where it lies", "[api]") {
  if (support::distance_is_process()) return;
  const auto numbers = rt::put(std::vector<int>(1000, 1));
  const auto text = rt::put(std::string(1000, 'a'));
  const auto pinned = rt::pin(numbers);
  const auto pinned_text = rt::pin(text);
  CHECK(rt::get(rt::remote<where>(numbers)) == reinterpret_cast<std::uintptr_t>(pinned->data()));
  CHECK(rt::get(rt::remote<where_text>(text)) ==
        reinterpret_cast<std::uintptr_t>(pinned_text->data()));
}

TEST_CASE("views: refused where it would not be safe", "[api]") {
  static_assert(!rt::callable<sum, std::vector<double>>);
  static_assert(!rt::callable<sum, int>);
  static_assert(!rt::callable<sum, rt::object_ref<std::vector<double>>>);
  static_assert(!rt::callable<sum, rt::object_ref<int>>);
  static_assert(!rt::callable<repeat, int, int>);
  SUCCEED();
}

TEST_CASE_METHOD(runtime_fixture, "views: an array is seen where it lies, at any distance",
                 "[api]") {
  rt::mutable_array<int> elements(3);
  for (int& each : elements) each = 9;
  const auto at = reinterpret_cast<std::uintptr_t>(elements.data());
  const rt::object_ref<rt::array<int>> ref = rt::put(std::move(elements));
  CHECK(rt::get(rt::remote<where>(ref)) == at);
  CHECK(rt::get(rt::remote<where>(rt::get(ref))) == at);
  CHECK(rt::get(rt::remote<sum>(ref)) == 27);
  rt::mutable_array<char> characters(2);
  const auto text_at = reinterpret_cast<std::uintptr_t>(characters.data());
  const rt::array<char> text = std::move(characters).freeze();
  CHECK(rt::get(rt::remote<where_text>(text)) == text_at);
  CHECK(rt::get(rt::remote<where_text>(rt::put(text))) == text_at);
  CHECK(rt::get(rt::remote<sum>(rt::array<int>())) == 0);
}
