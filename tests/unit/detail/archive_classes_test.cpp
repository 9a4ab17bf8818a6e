// Each way in which cereal lets a class describe itself, and types whose functions come with
// cereal's own headers.

#include <cereal/types/polymorphic.hpp>
#include <cereal/types/queue.hpp>
#include <cereal/types/valarray.hpp>
#include <cereal/types/vector.hpp>

#include <rt/core/error.hpp>

#include "support/catch.hpp"
#include "unit/detail/archive_types.hpp"

namespace ways {

struct by_member {
  int x = 0;
  template <class Archive>
  void serialize(Archive& ar) {
    ar& x;
  }
};

struct by_free {
  int x = 0;
};
template <class Archive>
void serialize(Archive& ar, by_free& value) {
  ar(value.x);
}

struct by_member_split {
  int x = 0;
  bool loaded = false;
  template <class Archive>
  void save(Archive& ar) const {
    static_assert(Archive::is_saving::value && !Archive::is_loading::value);
    ar(x);
  }
  template <class Archive>
  void load(Archive& ar) {
    static_assert(!Archive::is_saving::value && Archive::is_loading::value);
    ar(x);
    loaded = true;
  }
};

struct by_free_split {
  std::string text;
};
template <class Archive>
void save(Archive& ar, const by_free_split& value) {
  ar << value.text;
}
template <class Archive>
void load(Archive& ar, by_free_split& value) {
  ar >> value.text;
}

struct by_minimal {
  int x = 0;
  template <class Archive>
  std::string save_minimal(const Archive&) const {
    return std::to_string(x);
  }
  template <class Archive>
  void load_minimal(const Archive&, const std::string& text) {
    x = std::stoi(text);
  }
};

struct by_free_minimal {
  int x = 0;
};
template <class Archive>
int save_minimal(const Archive&, const by_free_minimal& value) {
  return value.x;
}
template <class Archive>
void load_minimal(const Archive&, by_free_minimal& value, const int& x) {
  value.x = x;
}

struct by_version {
  int x = 0;
  std::uint32_t seen = 0;
  template <class Archive>
  void serialize(Archive& ar, const std::uint32_t version) {
    seen = version;
    ar(x);
  }
};

struct by_version_split {
  int x = 0;
  std::uint32_t seen = 0;
  template <class Archive>
  void save(Archive& ar, const std::uint32_t) const {
    ar(x);
  }
  template <class Archive>
  void load(Archive& ar, const std::uint32_t version) {
    seen = version;
    ar(x);
  }
};

/// Its functions are private; cereal is let in.
class by_friend {
 public:
  by_friend() = default;
  explicit by_friend(int x) : x_(x) {}
  int x() const { return x_; }

 private:
  friend class cereal::access;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(x_);
  }
  int x_ = 0;
};

struct base {
  int b = 0;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(b);
  }
};
/// Inherits one way and has another of its own, so it says which.
struct derived : base {
  int d = 0;
  template <class Archive>
  void save(Archive& ar) const {
    ar(cereal::base_class<base>(this), d);
  }
  template <class Archive>
  void load(Archive& ar) {
    ar(cereal::base_class<base>(this), d);
  }
};

struct left : virtual base {
  int l = 0;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(cereal::virtual_base_class<base>(this), l);
  }
};
struct right : virtual base {
  int r = 0;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(cereal::virtual_base_class<base>(this), r);
  }
};
struct diamond : left, right {
  template <class Archive>
  void serialize(Archive& ar) {
    ar(cereal::base_class<left>(this), cereal::base_class<right>(this));
  }
};

struct deferring {
  std::unique_ptr<int> late;
  int early = 0;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(cereal::defer(late), early);
    ar.serializeDeferments();
  }
};

struct with_blob {
  std::vector<double> numbers;
  double fixed[2][2] = {};
  template <class Archive>
  void save(Archive& ar) const {
    ar(cereal::make_size_tag(static_cast<cereal::size_type>(numbers.size())));
    ar(cereal::binary_data(numbers.data(), numbers.size() * sizeof(double)), fixed);
  }
  template <class Archive>
  void load(Archive& ar) {
    cereal::size_type size = 0;
    ar(cereal::make_size_tag(size));
    numbers.resize(static_cast<std::size_t>(size));
    ar(cereal::binary_data(numbers.data(), numbers.size() * sizeof(double)), fixed);
  }
};

/// Refuses what it reads, in its own words.
struct choosy {
  int x = 0;
  template <class Archive>
  void save(Archive& ar) const {
    ar(x);
  }
  template <class Archive>
  void load(Archive& ar) {
    ar(x);
    if (x < 0) throw std::invalid_argument("negative");
  }
};

}  // namespace ways

CEREAL_CLASS_VERSION(ways::by_version, 7)
CEREAL_CLASS_VERSION(ways::by_version_split, 8)
CEREAL_SPECIALIZE_FOR_ALL_ARCHIVES(ways::derived, cereal::specialization::member_load_save)

using archive_test::read;
using archive_test::write;
using namespace ways;

TEST_CASE("archive: a class may describe itself in each of cereal's ways") {
  CHECK(read<by_member>(write(by_member{1})).x == 1);
  CHECK(read<by_free>(write(by_free{2})).x == 2);
  CHECK(read<by_member_split>(write(by_member_split{3})).x == 3);
  CHECK(read<by_member_split>(write(by_member_split{3})).loaded);
  CHECK(read<by_free_split>(write(by_free_split{"four"})).text == "four");
  CHECK(read<by_minimal>(write(by_minimal{5})).x == 5);
  CHECK(read<by_free_minimal>(write(by_free_minimal{6})).x == 6);
  CHECK(read<by_friend>(write(by_friend(7))).x() == 7);
}

TEST_CASE("archive: a class gets the version that it was written in") {
  const auto once = read<by_version>(write(by_version{1}));
  CHECK(once.x == 1);
  CHECK(once.seen == 7);
  const auto many = read<std::vector<by_version_split>>(write(std::vector<by_version_split>(3)));
  for (const auto& each : many) CHECK(each.seen == 8);
}

TEST_CASE("archive: base classes come along, virtual ones once") {
  derived value;
  value.b = 1;
  value.d = 2;
  CHECK(read<derived>(write(value)).b == 1);
  CHECK(read<derived>(write(value)).d == 2);

  diamond shared;
  shared.b = 1;
  shared.l = 2;
  shared.r = 3;
  const auto bytes = write(shared);
  CHECK(bytes.size() == 3 * sizeof(int));
  const auto back = read<diamond>(bytes);
  CHECK(back.b == 1);
  CHECK(back.l == 2);
  CHECK(back.r == 3);
}

TEST_CASE("archive: what is deferred comes at the end") {
  deferring value;
  value.late = std::make_unique<int>(1);
  value.early = 2;
  const auto back = read<deferring>(write(value));
  CHECK(*back.late == 1);
  CHECK(back.early == 2);
}

TEST_CASE("archive: sizes and raw bytes of a class's own are bounded too") {
  with_blob value;
  value.numbers = {1, 2, 3};
  value.fixed[1][0] = 4;
  const auto back = read<with_blob>(write(value));
  CHECK(back.numbers == value.numbers);
  CHECK(back.fixed[1][0] == 4);

  rt::detail::byte_buffer hostile;
  const std::uint64_t count = std::uint64_t{1} << 40;
  hostile.append(&count, sizeof(count));
  CHECK_THROWS_AS(read<with_blob>(hostile), rt::serialization_error);
}

TEST_CASE("archive: types known by cereal's own headers travel") {
  std::queue<int> queue;
  queue.push(1);
  queue.push(2);
  CHECK(read<std::queue<int>>(write(queue)) == queue);
  std::priority_queue<int> heap;
  heap.push(3);
  heap.push(9);
  CHECK(read<std::priority_queue<int>>(write(heap)).top() == 9);
  const std::valarray<double> array{1, 2, 3};
  CHECK(read<std::valarray<double>>(write(array))[2] == 3);
}

TEST_CASE("archive: bytes are the same whether cereal's headers are included or not") {
  // This source includes cereal's vector.hpp, archive_values_test.cpp does not.
  CHECK(write(std::vector<int>{1, 2}).size() == 8 + 2 * sizeof(int));
  CHECK(write(std::vector<std::string>{"a"}).size() == 8 + 8 + 1);
}

TEST_CASE("archive: what a class's own load throws is passed on") {
  const auto bytes = write(choosy{-1});
  CHECK_THROWS_AS(read<choosy>(bytes), std::invalid_argument);
}
