#include "sim/fiber_stack.hpp"

#include <sys/mman.h>

#include <new>
#include <vector>

#include "sim/sanitizers.hpp"

namespace rt::sim {
namespace {

constexpr std::size_t guard_bytes = 64 * 1024;  // a whole page where pages are largest
constexpr std::size_t pooled_max = 64;

void* lowest_of_new_stack() {
  void* memory = ::mmap(nullptr, guard_bytes + fiber_stack::bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  ::mprotect(memory, guard_bytes, PROT_NONE);
  return static_cast<char*>(memory) + guard_bytes;
}

void unmap(void* lowest) noexcept {
  ::munmap(static_cast<char*>(lowest) - guard_bytes, guard_bytes + fiber_stack::bytes);
}

struct stack_pool {
  std::vector<void*> free;
  stack_pool() { free.reserve(pooled_max); }
  ~stack_pool() {
    for (void* lowest : free) unmap(lowest);
  }
};

stack_pool& pool_of_this_thread() {
  thread_local stack_pool pool;
  return pool;
}

}  // namespace

fiber_stack::fiber_stack() {
  auto& pool = pool_of_this_thread().free;
  if (pool.empty()) {
    lowest_ = lowest_of_new_stack();
    return;
  }
  lowest_ = pool.back();
  pool.pop_back();
#if RT_SIM_ASAN
  // The functions that its last fiber never returned from have left their marks.
  __asan_unpoison_memory_region(lowest_, bytes);
#endif
}

fiber_stack::~fiber_stack() {
  if (lowest_ == nullptr) return;
  auto& pool = pool_of_this_thread().free;
  if (pool.size() < pooled_max) {
    pool.push_back(lowest_);
  } else {
    unmap(lowest_);
  }
}

void fiber_stack::abandon() noexcept {
#if RT_SIM_ASAN
  // What only it leads to is not a leak.
  __lsan_register_root_region(lowest_, bytes);
  lowest_ = nullptr;
#endif
}

}  // namespace rt::sim
