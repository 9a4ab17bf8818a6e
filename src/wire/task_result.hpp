#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "rt/core/errc.hpp"
#include "rt/core/outcome.hpp"
#include "wire/byte_view.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/payload.hpp"
#include "wire/place.hpp"
#include "wire/reference.hpp"

namespace rt::wire {

/// Tells why something failed.
/// Shape: `exception` is what the archive wrote of it, and empty where nothing was thrown.
struct failure {
  errc code = errc::user_exception;
  rt::outcome outcome = rt::outcome::unknown;
  /// For people; cut where it is longer than its limit.
  std::string text;
  payload exception;

  static void fields(auto& of, auto& take) {
    take(of.code, of.outcome, at_most<limits::text_bytes_max>(of.text), of.exception);
  }
  friend bool operator==(const failure&, const failure&) = default;
};

/// It ran, and its result is small.   Shape: no bytes for `void`.
struct inline_result {
  payload value;

  static void fields(auto& of, auto& take) { take(of.value); }
  friend bool operator==(const inline_result&, const inline_result&) = default;
};

/// It ran, and its result lies in a store, with the references inside.
struct stored_result {
  wire::place place;
  std::vector<wire::carried> carried;
  /// Of the whole result; 0 where it was not summed.
  std::uint64_t checksum = 0;
  /// As in a payload.
  std::uint64_t handing = 0;

  static void fields(auto& of, auto& take) {
    take(of.place, at_most<limits::references_max>(of.carried), of.checksum, of.handing);
  }
  friend bool operator==(const stored_result&, const stored_result&) = default;
};

/// It never started, and whoever says so has forgotten it.
struct handed_back {
  static void fields(auto&, auto&) {}
  friend bool operator==(const handed_back&, const handed_back&) = default;
};

/// Answers one task or call.
struct task_result {
  /// As in the task header.
  std::uint32_t owner_index = 0;
  std::uint32_t attempt = 0;
  std::variant<inline_result, failure, stored_result, handed_back> outcome;
  /// How long the function ran: the owner's estimate of how much to send.   Units: nanoseconds.
  std::uint64_t run_ns = 0;

  static void fields(auto& of, auto& take) {
    take(of.owner_index, of.attempt, of.outcome, of.run_ns);
  }
  friend bool operator==(const task_result&, const task_result&) = default;
};

}  // namespace rt::wire
