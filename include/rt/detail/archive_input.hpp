#pragma once

#include <cstdint>
#include <cstring>
#include <typeinfo>
#include <utility>
#include <vector>

#include <rt/detail/archive_class.hpp>
#include <rt/detail/archive_limits.hpp>
#include <rt/detail/byte_buffer.hpp>
#include <rt/detail/counted_ptr.hpp>

namespace rt::detail {

/// Reads what an `output_archive` wrote, from bytes that anyone may have made: never beyond their
/// end, no container larger than what is left of them, no value that its type does not have.
/// Memory is taken for elements as they are read, never for a count alone.
/// Owner: refers to the bytes and to the references, which must live longer.
/// Thread: one at a time.
/// Errors: serialization_error; the archive and what was being read are then of no more use.
class input_archive : public cereal::detail::InputArchiveBase,
                      private cereal::roundtrip_archive_base {
 public:
  using is_saving = std::false_type;
  using is_loading = std::true_type;

  input_archive(const std::byte* bytes, std::size_t count,
                const std::vector<cell_ptr>* references = nullptr) noexcept
      : at_(bytes), end_(bytes + count), references_(references) {}
  explicit input_archive(const byte_buffer& bytes,
                         const std::vector<cell_ptr>* references = nullptr) noexcept
      : input_archive(bytes.data(), bytes.size(), references) {}
  input_archive(const input_archive&) = delete;
  input_archive& operator=(const input_archive&) = delete;

  template <class... T>
  input_archive& operator()(T&&... values) {
    (read(values), ...);
    return *this;
  }
  template <class T>
  input_archive& operator>>(T&& value) {
    read(value);
    return *this;
  }
  template <class T>
  input_archive& operator&(T&& value) {
    read(value);
    return *this;
  }

  /// Reads what `cereal::defer` put off.
  void serializeDeferments();  // NOLINT: the name is cereal's

  /// Returns the reference that stands in the bytes as `index`.
  /// Owner: the list that was given to the constructor.
  const cell_ptr& take_reference(std::uint32_t index) const;

  const std::vector<cell_ptr>* references() const noexcept { return references_; }

  /// Returns how many bytes are left.
  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  /// Throws if any bytes are left: whoever wrote them meant something else.
  void expect_end() const {
    if (at_ != end_) archive_trailing(left());
  }

  void read_bytes(void* to, std::size_t count) {
    const std::byte* const from = take(count);
    if (count != 0) std::memcpy(to, from, count);
  }

  /// Passes over `count` bytes and returns where they lie.
  const std::byte* take(std::size_t count) {
    if (count > left()) archive_truncated(count, left());
    return std::exchange(at_, at_ + count);
  }

  /// Reads a count of elements that take at least `element_bytes_min` bytes each, 0 if unknown.
  std::size_t read_count(std::size_t element_bytes_min) {
    const auto count = get<std::uint64_t>();
    const std::size_t most =
        element_bytes_min != 0 ? left() / element_bytes_min : left() + archive_unbacked_bytes_max;
    if (count > most) archive_count_too_large(count, left());
    return static_cast<std::size_t>(count);
  }

  template <class T>
  void read(T& value);

 private:
  template <class T>
  T get() {
    T number;
    std::memcpy(&number, take(sizeof(T)), sizeof(T));
    return number;
  }
  bool get_bool() {
    const auto byte = get<std::uint8_t>();
    if (byte > 1) archive_bad_value("a bool", byte);
    return byte != 0;
  }
  template <class T>
  T get_number() {
    if constexpr (std::is_same_v<T, bool>) return get_bool();
    else return get<T>();
  }
  template <class T>
  void read_vector(T& vector);
  template <class T>
  void read_set(T& set);
  template <class T>
  void read_map(T& map);
  template <class T>
  void read_variant(T& variant);
  template <class T>
  void read_wrapper(T& wrapper);
  template <class T>
  void read_class(T& value);
  template <class T>
  T read_field() {
    T field{};
    read(field);
    return field;
  }
  template <class T, class... Field>
  T read_fields(type_list<Field...>) {
    return T{read_field<Field>()...};  // in braces they are read in their order
  }
  bool first_time(const void* base, const std::type_info& type);
  void defer(void (*read)(input_archive&, void*), void* value);

  void enter() {
    if (++depth_ > archive_depth_max) archive_too_deep();
  }
  void leave() noexcept { --depth_; }

  /// Counts memory that an element took without a byte of the input to show for it.
  void count_unbacked(const std::byte* before, std::size_t bytes) {
    if (at_ != before) return;
    if (bytes > unbacked_bytes_left_) archive_count_too_large(1, left());
    unbacked_bytes_left_ -= bytes;
  }

  struct deferment {
    void (*read)(input_archive&, void*);
    void* value;
  };
  struct read_base {
    const void* base;
    const std::type_info* type;
  };

  const std::byte* at_;
  const std::byte* end_;
  const std::vector<cell_ptr>* references_;
  std::uint32_t depth_ = 0;
  std::size_t unbacked_bytes_left_ = archive_unbacked_bytes_max;
  std::vector<read_base> bases_;
  std::vector<deferment> deferments_;
};

}  // namespace rt::detail
