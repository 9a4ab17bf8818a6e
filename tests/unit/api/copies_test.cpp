#include "support/catch.hpp"

#include <memory>
#include <utility>
#include <vector>

#include <rt/rt.hpp>

#include "support/counted.hpp"
#include "support/gate.hpp"
#include "support/runtime_fixture.hpp"

namespace {

using support::counted;

int by_value(counted c) { return c.value; }
int by_const_ref(const counted& c) { return c.value; }
int by_rvalue(counted&& c) { return c.value; }
int two_by_const_ref(const counted& a, const counted& b) { return a.value + b.value; }
std::uintptr_t where(const counted& c) { return reinterpret_cast<std::uintptr_t>(&c); }
counted make(int v) { return counted(v); }
int sum(std::vector<counted> all) {
  int total = 0;
  for (const auto& c : all) total += c.value;
  return total;
}
int sum_by_const_ref(const std::vector<counted>& all) { return sum(all); }
int changes(counted c) {
  c.value += 100;
  return c.value;
}

support::tally attempts;
int fails_twice(counted c) {
  attempts.add();
  if (attempts.count() < 3) throw std::runtime_error("not yet");
  return c.value;
}

struct keeper {
  explicit keeper(counted c) : kept(std::move(c)) {}
  counted kept;
  int value() const { return kept.value; }
  void take(counted c) { kept = std::move(c); }
  int look(const counted& c) const { return c.value; }
};

/// A value whose copies share what they point to; it must say so.
struct shared_counter {
  std::shared_ptr<int> count = std::make_shared<int>(0);
  template <class Archive>
  void save(Archive& archive) const {
    archive(*count);
  }
  template <class Archive>
  void load(Archive& archive) {
    count = std::make_shared<int>();
    archive(*count);
  }
};
int count_up(shared_counter c) { return ++*c.count; }
shared_counter pass_on(shared_counter c) { return c; }

/// Counts only what happens between values of one process; through bytes they are rebuilt.
struct copies_fixture : support::runtime_fixture {
  copies_fixture() { counted::reset(); }
  static bool counts() { return !support::distance_is_process(); }
};

#define CHECK_COPIES(n) \
  if (counts()) CHECK(counted::copies == (n))

}  // namespace

template <>
struct rt::shares_state<shared_counter> : std::true_type {};

TEST_CASE_METHOD(copies_fixture, "copies: an lvalue argument is copied once", "[api]") {
  const counted c(5);
  CHECK(rt::get(rt::remote<by_const_ref>(c)) == 5);
  CHECK_COPIES(1);
  counted::reset();
  CHECK(rt::get(rt::remote<by_value>(c)) == 5);
  CHECK_COPIES(1);
  counted::reset();
  CHECK(rt::get(rt::remote<by_rvalue>(c)) == 5);
  CHECK_COPIES(1);
  CHECK(c.value == 5);
}

TEST_CASE_METHOD(copies_fixture, "copies: an rvalue argument is never copied", "[api]") {
  CHECK(rt::get(rt::remote<by_const_ref>(counted(6))) == 6);
  CHECK(rt::get(rt::remote<by_value>(counted(7))) == 7);
  CHECK(rt::get(rt::remote<by_rvalue>(counted(8))) == 8);
  CHECK_COPIES(0);
}

TEST_CASE_METHOD(copies_fixture, "copies: const references alias the object", "[api]") {
  const auto ref = rt::put(counted(3));
  CHECK(rt::get(rt::remote<by_const_ref>(ref)) == 3);
  CHECK(rt::get(rt::remote<two_by_const_ref>(ref, ref)) == 6);
  CHECK_COPIES(0);
  if (!counts()) return;
  const auto pinned = rt::pin(ref);
  CHECK(rt::get(rt::remote<where>(ref)) == reinterpret_cast<std::uintptr_t>(&*pinned));
  CHECK(rt::get(rt::remote<where>(ref)) == rt::get(rt::remote<where>(ref)));
}

TEST_CASE_METHOD(copies_fixture, "copies: a by-value parameter copies a shared object", "[api]") {
  const auto ref = rt::put(counted(3));
  CHECK(rt::get(rt::remote<by_value>(ref)) == 3);
  CHECK_COPIES(1);
  CHECK(rt::get(rt::remote<changes>(ref)) == 103);
  CHECK(rt::get(ref).value == 3);
}

TEST_CASE_METHOD(copies_fixture, "copies: the last reference is moved from", "[api]") {
  auto ref = rt::put(counted(4));
  CHECK(rt::get(rt::remote<by_value>(std::move(ref))) == 4);
  CHECK_COPIES(0);
  CHECK(rt::get(rt::remote<by_value>(rt::remote<make>(5))) == 5);
  CHECK_COPIES(0);
}

TEST_CASE_METHOD(copies_fixture, "copies: an attempt that may be repeated keeps its arguments",
                 "[api]") {
  attempts.reset();
  const auto retried = rt::remote<fails_twice>.with({.max_retries = 2, .retry_exceptions = true});
  CHECK(rt::get(retried(counted(9))) == 9);
  CHECK(attempts.count() == 3);
  CHECK_COPIES(2);
}

TEST_CASE_METHOD(copies_fixture, "copies: put and get", "[api]") {
  const counted c(1);
  const auto copied = rt::put(c);
  CHECK_COPIES(1);
  counted::reset();

  auto ref = rt::put(counted(2));
  CHECK_COPIES(0);
  CHECK(rt::get(ref).value == 2);
  CHECK_COPIES(1);
  CHECK(rt::get(ref).value == 2);
  CHECK_COPIES(2);
  counted::reset();

  CHECK(rt::get(std::move(ref)).value == 2);
  CHECK_COPIES(0);
  CHECK(rt::get(rt::put(counted(3))).value == 3);
  CHECK(rt::get(rt::remote<make>(4)).value == 4);
  CHECK_COPIES(0);
}

TEST_CASE_METHOD(copies_fixture, "copies: an rvalue get copies what others refer to", "[api]") {
  auto ref = rt::put(counted(2));
  const auto other = ref;
  CHECK(rt::get(std::move(ref)).value == 2);
  CHECK_COPIES(1);
  CHECK(rt::get(other).value == 2);

  auto pinned_ref = rt::put(counted(5));
  const auto pinned = rt::pin(pinned_ref);
  CHECK(rt::get(std::move(pinned_ref)).value == 5);
  CHECK(pinned->value == 5);
}

TEST_CASE_METHOD(copies_fixture, "copies: pin copies nothing", "[api]") {
  const auto ref = rt::put(counted(7));
  const auto p = rt::pin(ref);
  const auto q = p;
  CHECK(p->value == 7);
  CHECK((*q).value == 7);
  CHECK_COPIES(0);
}

TEST_CASE_METHOD(copies_fixture, "copies: vectors of references", "[api]") {
  std::vector<rt::object_ref<counted>> refs;
  for (int i = 0; i < 4; ++i) refs.push_back(rt::put(counted(i)));
  CHECK(rt::get(rt::remote<sum_by_const_ref>(refs)) == 6);
  counted::reset();
  CHECK(rt::get(refs).size() == 4);
  CHECK_COPIES(4);
  counted::reset();
  CHECK(rt::get(std::move(refs)).size() == 4);
  CHECK_COPIES(0);
}

TEST_CASE_METHOD(copies_fixture, "copies: actor arguments", "[api]") {
  auto actor = rt::spawn<keeper>(counted(1));
  CHECK(rt::get(rt::remote<&keeper::value>(actor)) == 1);
  rt::get(rt::remote<&keeper::take>(actor, counted(2)));
  CHECK(rt::get(rt::remote<&keeper::value>(actor)) == 2);
  CHECK(rt::get(rt::remote<&keeper::look>(actor, rt::put(counted(3)))) == 3);
  // The constructor's arguments may be kept for a restart, so only the calls count.
  counted::reset();
  rt::get(rt::remote<&keeper::take>(actor, counted(4)));
  CHECK(rt::get(rt::remote<&keeper::look>(actor, rt::put(counted(5)))) == 5);
  CHECK_COPIES(0);
}

TEST_CASE_METHOD(copies_fixture, "copies: what shares state goes through bytes", "[api]") {
  const shared_counter mine;
  CHECK(rt::get(rt::remote<count_up>(mine)) == 1);
  CHECK(*mine.count == 0);
  const auto ref = rt::put(mine);
  CHECK(rt::get(rt::remote<count_up>(ref)) == 1);
  CHECK(rt::get(rt::remote<count_up>(ref)) == 1);
  CHECK(*rt::get(ref).count == 0);
  const shared_counter back = rt::get(rt::remote<pass_on>(mine));
  CHECK(back.count != mine.count);
}
