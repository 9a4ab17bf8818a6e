#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/message_kind.hpp"
#include "wire/reference.hpp"

// What is long is said once on a session, and from then on by number:
//
//     any -> any  names_notice, before or in the frame of the first message that uses a number
//
// Each side numbers what it says; the two directions have nothing to do with each other. A number that
// is told again means the new thing from there on, so a side may keep as many as it likes and use the
// oldest ones again. A number that was never told is malformed. A function that the far side does not
// have is no error here: it is answered where it is called, with what is missing.

namespace rt::wire {

/// Says which function a number stands for.
struct function_name {
  function_number number = 0;
  std::string identity;

  static void fields(auto& of, auto& take) {
    take(of.number, at_most<limits::identity_bytes_max>(of.identity));
  }
  friend bool operator==(const function_name&, const function_name&) = default;
};

/// Says which process a number stands for, and where it is reached.
struct process_name {
  process_number number = 0;
  std::uint64_t incarnation = 0;
  std::string address;

  static void fields(auto& of, auto& take) {
    take(of.number, of.incarnation, at_most<limits::address_bytes_max>(of.address));
  }
  friend bool operator==(const process_name&, const process_name&) = default;
};

struct names_notice {
  static constexpr message_kind kind = message_kind::names_notice;

  std::vector<function_name> functions;
  std::vector<process_name> processes;

  static void fields(auto& of, auto& take) {
    take(at_most<limits::names_max>(of.functions), at_most<limits::names_max>(of.processes));
  }
  friend bool operator==(const names_notice&, const names_notice&) = default;
};

}  // namespace rt::wire
