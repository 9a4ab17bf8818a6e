#pragma once

#include "core/variant.hpp"
#include "rpc/switchboard.hpp"
#include "wire/messages/names.hpp"

#include <rt/detail/actor_core.hpp>
#include <rt/detail/function_record.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// What was told on one session: which function, and which process, a number stands for.
/// Thread: under the baton.
class session_names {
 public:
  struct function {
    /// Null where this binary has none of that identity.
    const detail::function_record* record = nullptr;
    std::string identity;
    /// Null where it is no class, or none of which this binary makes actors.
    const detail::actor_type* of_actors = nullptr;
  };
  struct process {
    std::uint64_t incarnation = 0;
    std::string address;
  };

  /// Returns the number of a function, and adds to `to_tell` what the other side does not know yet.
  wire::function_number number_of(const detail::function_record& used, wire::names_notice& to_tell);
  /// The same for an actor's class.
  wire::function_number number_of(const detail::actor_type& used, wire::names_notice& to_tell);
  /// The same for a process. Shape: never 0, which is the sender himself.
  wire::process_number number_of(const process& named, wire::names_notice& to_tell);

  void learn(const wire::names_notice& told);
  /// Returns what a number of the other side's stands for; null for one that was never told.
  const function* find_function(wire::function_number number) const;
  const process* find_process(wire::process_number number) const;

 private:
  wire::function_number next_function() const noexcept {
    return static_cast<wire::function_number>(functions_told_.size() + classes_told_.size() + 1);
  }

  // Asked by the record's place, never walked through: their order decides nothing.
  std::unordered_map<const detail::function_record*, wire::function_number> functions_told_;
  std::unordered_map<const detail::actor_type*, wire::function_number> classes_told_;
  std::map<std::uint64_t, wire::process_number> processes_told_;
  std::map<wire::function_number, function> functions_;
  std::map<wire::process_number, process> processes_;
};

/// What was told on each session of this process.   Thread: under the baton.
class name_tables final : public rpc::party {
 public:
  session_names& of(rpc::session_id session) { return tables_[session]; }

  // rpc::party
  void asked(rpc::session_id, const rpc::arrival&) override {}
  void told(rpc::session_id session, const rpc::arrival& notice) override {
    if (const auto* names = std::get_if<wire::names_notice>(&notice.envelope.message)) {
      of(session).learn(*names);
    }
  }
  void ended(rpc::session_id session, const rpc::peer&, rpc::session_end) override {
    tables_.erase(session);
  }
  void bulk_ended(rpc::session_id session) override { tables_.erase(session); }

 private:
  std::map<rpc::session_id, session_names> tables_;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
