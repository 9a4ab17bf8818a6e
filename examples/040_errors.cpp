// What a task throws comes back as what it was, with the tasks it passed.
//
//     040_errors

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <rt/rt.hpp>

namespace shop {

class out_of_stock : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
RT_EXCEPTION(out_of_stock)

}  // namespace shop

int price(const std::string& item) {
  if (item == "bolt") throw shop::out_of_stock("no more bolts");
  return item.empty() ? throw std::invalid_argument("an item has a name") : 5;
}

int bill(const std::vector<std::string>& items) {
  int sum = 0;
  for (const auto& item : items) sum += rt::get(rt::remote<price>(item));
  return sum;
}

// A task that is asked to end looks now and then whether it should.
void until_cancelled() {
  while (!rt::this_task::cancelled()) std::this_thread::yield();
}

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  return rt::run(argc, argv, [] {
    int expected = 0;

    try {
      rt::get(rt::remote<bill>(std::vector<std::string>{"nut", "bolt"}));
    } catch (const shop::out_of_stock& e) {  // its own class, through two tasks
      fmt::print("{}\n\n", e.what());
      ++expected;
    }

    try {
      rt::get(rt::remote<price>(""));
    } catch (const rt::task_error& e) {  // or whatever it was
      fmt::print("{} in {}\n", e.type_name(), e.task());
      ++expected;
    }

    // The same without exceptions.
    const rt::result<int> tried = rt::try_get(rt::remote<price>("bolt"));
    if (!tried) {
      fmt::print("{}\n", to_string(tried.error().code));
      ++expected;
    }

    const auto endless = rt::remote<until_cancelled>();
    try {
      rt::get(endless, 5ms);
    } catch (const rt::get_timeout_error&) {
      rt::cancel(endless);
    }
    try {
      rt::get(endless);
    } catch (const rt::task_cancelled_error& e) {
      fmt::print("{}\n", e.what());
      ++expected;
    }
    return expected == 4 ? 0 : 1;
  });
}
