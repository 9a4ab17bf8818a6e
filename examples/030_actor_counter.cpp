// An actor keeps state; its handle is a value that tasks and other actors may hold.
//
//     030_actor_counter

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <fmt/ranges.h>
#include <rt/rt.hpp>

class votes {
 public:
  void give(const std::string& name) { ++counts_[name]; }
  std::map<std::string, int> counts() const { return counts_; }

 private:
  std::map<std::string, int> counts_;
};

// The calls of one caller run in its order; those of several are taken one at a time.
void vote(rt::actor<votes> box, int voters, int first) {
  const std::vector<std::string> names{"Ada", "Grace", "Barbara"};
  for (int i = first; i < first + voters; ++i) {
    rt::remote<&votes::give>(box, names[static_cast<std::size_t>(i) % names.size()]);
  }
}

// Named actors are found again from everywhere, without a handle.
int total() {
  const rt::actor<votes> box = rt::get_actor<votes>("ballot box");
  int all = 0;
  for (const auto& [name, count] : rt::get(rt::remote<&votes::counts>(box))) all += count;
  return all;
}

int main(int argc, char** argv) {
  return rt::run(argc, argv, [] {
    const auto box = rt::spawn<votes>.with({.name = "ballot box"})();
    std::vector<rt::object_ref<void>> polls;
    for (int i = 0; i < 10; ++i) polls.push_back(rt::remote<vote>(box, 300, i * 300));
    rt::get(polls);
    fmt::print("{}\n", rt::get(rt::remote<&votes::counts>(box)));
    const int all = rt::get(rt::remote<total>());
    fmt::print("{} votes\n", all);  // 3000 votes
    return all == 3000 ? 0 : 1;
  });
}
