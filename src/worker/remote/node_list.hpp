#pragma once

#include "core/variant.hpp"
#include "rpc/switchboard.hpp"
#include "wire/node_entry.hpp"

#include <rt/core/ids.hpp>
#include <rt/core/resource_set.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rt::worker {
inline namespace RT_LANE_VARIANT {

/// Is what is asked for within what a process has in all?
bool fits(const resource_set& demand, const resource_set& total);

/// The other nodes that can be asked for places, taken in turn.   Thread: under the baton.
class node_list {
 public:
  struct node {
    std::uint64_t incarnation = 0;
    node_id id;
    std::string address;
    resource_set total;
  };

  node_list(const rpc::switchboard& board, std::uint64_t self) : board_(board), self_(self) {}

  /// Takes the nodes as the cluster's view has them.
  void take_view(const std::vector<wire::node_entry>& nodes);

  /// Has a view come yet?
  bool known() const noexcept { return known_; }
  /// Shape: null where it is not known, or not any more.
  const node* find(node_id id) const;
  const node* find_process(std::uint64_t incarnation) const;
  /// Returns the next that has what is asked for and is not known to be dead; null where none is.
  const node* next(const resource_set& demand);
  bool has_place(const resource_set& demand) const;
  /// Says what of a demand no node has, for who reads of it: "asks for 2 of GPU, and no node has more than 1".
  std::string lacking(const resource_set& demand) const;

 private:
  bool suits(const node& one, const resource_set& demand) const;

  const rpc::switchboard& board_;
  const std::uint64_t self_;
  std::vector<node> nodes_;
  std::size_t next_ = 0;
  bool known_ = false;
};

}  // namespace RT_LANE_VARIANT
}  // namespace rt::worker
