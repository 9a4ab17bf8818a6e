#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "rt/core/result.hpp"

namespace rt {

/// Says where a process can be reached: a transport's scheme, and what that transport understands.
/// Shape: `scheme://place`, of 4 to 255 bytes; the scheme is lower-case letters and digits. Compared as
/// text: two spellings of one place are two addresses.
class address {
 public:
  static constexpr std::size_t bytes_max = 255;

  /// Reads one. Errors: `errc::config`, with the text and what it takes.
  static result<address> parse(std::string_view text);

  std::string_view scheme() const noexcept { return std::string_view(text_).substr(0, colon_); }
  /// What comes after `://`.
  std::string_view place() const noexcept { return std::string_view(text_).substr(colon_ + 3); }
  const std::string& text() const noexcept { return text_; }

  friend bool operator==(const address& a, const address& b) noexcept { return a.text_ == b.text_; }
  friend auto operator<=>(const address& a, const address& b) noexcept {
    return a.text_.compare(b.text_) <=> 0;
  }

 private:
  address(std::string text, std::size_t colon) : text_(std::move(text)), colon_(colon) {}

  std::string text_;
  std::size_t colon_;
};

}  // namespace rt
