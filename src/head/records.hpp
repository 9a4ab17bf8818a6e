#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/incarnation.hpp"
#include "core/variant.hpp"
#include "head/known_actor.hpp"
#include "rt/core/result.hpp"
#include "wire/fields.hpp"
#include "wire/limits.hpp"
#include "wire/node_entry.hpp"

// What the head decides and must never forget. A head is what its records say, one after another; all
// else that it knows it learns again from those who join.

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// Begins a cluster: the first record of its log.
struct cluster_record {
  std::uint64_t cluster = 0;
  /// Where the secret is kept; the secret itself is in no log of ours.
  std::string secret_place;

  static void fields(auto& of, auto& take) {
    take(of.cluster, wire::at_most<wire::limits::text_bytes_max>(of.secret_place));
  }
  friend bool operator==(const cluster_record&, const cluster_record&) = default;
};

/// Takes a process in: a node, or a driver with its job.
struct member_record {
  wire::node_entry entry;

  static void fields(auto& of, auto& take) { take(of.entry); }
  friend bool operator==(const member_record&, const member_record&) = default;
};

/// Declares a process dead, for ever: with it end its job, its undetached actors, and its claims.
struct death_record {
  incarnation process{};
  wire::node_reason reason = wire::node_reason::silent;

  static void fields(auto& of, auto& take) { take(of.process, of.reason); }
  friend bool operator==(const death_record&, const death_record&) = default;
};

/// Says how an actor is from here on, whatever was said before.
struct actor_record {
  known_actor actor;

  static void fields(auto& of, auto& take) { take(of.actor); }
  friend bool operator==(const actor_record&, const actor_record&) = default;
};

/// Ends an actor: its name is free.
struct actor_end_record {
  actor_id actor;

  static void fields(auto& of, auto& take) { take(of.actor); }
  friend bool operator==(const actor_end_record&, const actor_end_record&) = default;
};

/// Says nothing. That it could be written proves that no newer head had begun.
struct proof_record {
  static void fields(auto&, auto&) {}
  friend bool operator==(const proof_record&, const proof_record&) = default;
};

/// Shape: closed; a record's number in the log is its place here, from 1. Add at the end.
using record = std::variant<cluster_record, member_record, death_record, actor_record,
                            actor_end_record, proof_record>;

/// Returns a record's bytes.   Errors: serialization, where something in it is over its limit.
result<std::vector<std::byte>> write_record(const record& from);

/// Errors: serialization, for bytes that `write_record` does not make.
result<record> read_record(std::span<const std::byte> bytes);

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
