#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/variant.hpp"
#include "head/record_log.hpp"

namespace rt::head {
inline namespace RT_LANE_VARIANT {

/// What heads that share a log in memory write to: it lives as long as the process.
struct shared_records {
  term newest{};
  std::vector<record_bytes> records;
};

/// A log for clusters that end with their head: of one process, and in tests.
class memory_log final : public record_log {
 public:
  explicit memory_log(std::shared_ptr<shared_records> records) : records_(std::move(records)) {}

  void open() override { opening_ = true; }
  void append(record_bytes record) override { waiting_.push_back(std::move(record)); }
  void compact(std::vector<record_bytes> snapshot) override;
  bool poll(instant now, log_events& events) override;
  instant due() const noexcept override;

 private:
  std::shared_ptr<shared_records> records_;
  term own_{};
  std::vector<record_bytes> waiting_;
  std::optional<std::vector<record_bytes>> snapshot_;
  /// How many of those that wait the snapshot stands for too.
  std::size_t covered_ = 0;
  std::uint64_t safe_ = 0;
  bool opening_ = false;
  bool over_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::head
