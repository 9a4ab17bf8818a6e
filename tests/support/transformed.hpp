#pragma once

#include <utility>
#include <vector>

namespace support {

/// A range that makes each element when it is asked for it, as `std::views::transform` does, which
/// clang 14 cannot compile over this standard library.
template <class T, class Make>
class transformed {
 public:
  transformed(const std::vector<T>& from, Make make) : from_(&from), make_(std::move(make)) {}

  class iterator {
   public:
    iterator(const T* at, const Make* make) : at_(at), make_(make) {}
    auto operator*() const { return (*make_)(*at_); }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const iterator& other) const { return at_ == other.at_; }
    bool operator!=(const iterator& other) const { return at_ != other.at_; }

   private:
    const T* at_;
    const Make* make_;
  };

  iterator begin() const { return {from_->data(), &make_}; }
  iterator end() const { return {from_->data() + from_->size(), &make_}; }

 private:
  const std::vector<T>* from_;
  Make make_;
};

}  // namespace support
