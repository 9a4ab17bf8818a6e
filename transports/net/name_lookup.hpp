#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "net/place.hpp"

namespace rt::net {

class poller;

/// Asks the system which addresses a host's name has, on a thread of its own for each question, since the
/// system's answer is waited for.
/// Owner: questions that are still open when it ends are forgotten.   Thread: one at a time.
class name_lookup {
 public:
  struct answer {
    std::uint64_t asker;
    std::vector<place> places;  ///< with hosts in numbers; empty where there are none
  };

  /// `woken` is woken by each answer.
  explicit name_lookup(poller& woken);
  ~name_lookup();
  name_lookup(const name_lookup&) = delete;
  name_lookup& operator=(const name_lookup&) = delete;

  void ask(std::uint64_t asker, place named);

  /// Takes the answers that have come.
  std::vector<answer> take();

 private:
  struct shared;
  std::shared_ptr<shared> shared_;
  std::uint64_t open_ = 0;
};

}  // namespace rt::net
