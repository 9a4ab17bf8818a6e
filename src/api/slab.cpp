#include <rt/detail/cell.hpp>
#include <rt/detail/engine.hpp>

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

// Cells come from slabs: blocks of a few sizes, kept in lists of each thread. A thread that frees
// more than it makes hands whole batches to the depot, from which one that makes more takes them, so
// that a pair of producer and consumer costs two shared operations in a batch.

namespace rt::detail {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool use_slabs = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool use_slabs = false;
#else
constexpr bool use_slabs = true;
#endif
#else
constexpr bool use_slabs = true;
#endif

constexpr std::size_t step_bytes = 64;
constexpr std::size_t class_count = 8;
constexpr std::size_t largest_bytes = step_bytes * class_count;
constexpr std::ptrdiff_t batch_size = 256;
constexpr std::size_t chunk_bytes = std::size_t{1} << 18;

struct block {
  block* next;
  /// In the first block of a batch in the depot: the next batch.
  block* next_batch;
};

[[noreturn]] void die_without_memory() noexcept {
  if (engine* runtime = process_engine.load(std::memory_order_acquire)) {
    runtime->world().log("out of memory for a task or object");
  }
  std::abort();
}

void* allocate_or_die(std::size_t bytes, std::size_t alignment) noexcept {
  void* memory = alignment > alignof(std::max_align_t)
                     ? ::operator new(bytes, std::align_val_t(alignment), std::nothrow)
                     : ::operator new(bytes, std::nothrow);
  if (memory == nullptr) die_without_memory();
  return memory;
}

class depot {
 public:
  block* take(std::size_t size_class) noexcept {
    if (batches_[size_class].load(std::memory_order_relaxed) == nullptr) return nullptr;
    lock();
    block* batch = batches_[size_class].load(std::memory_order_relaxed);
    if (batch != nullptr) {
      batches_[size_class].store(batch->next_batch, std::memory_order_relaxed);
    }
    unlock();
    return batch;
  }
  void give(std::size_t size_class, block* batch) noexcept {
    lock();
    batch->next_batch = batches_[size_class].load(std::memory_order_relaxed);
    batches_[size_class].store(batch, std::memory_order_relaxed);
    unlock();
  }
  std::atomic<std::int64_t> alive_elsewhere{0};

  void unlock() noexcept { locked_.clear(std::memory_order_release); }

 private:
  void lock() noexcept {
    while (locked_.test_and_set(std::memory_order_acquire)) {
    }
  }

  std::array<std::atomic<block*>, class_count> batches_{};
  std::atomic_flag locked_ = ATOMIC_FLAG_INIT;
};

// Never destroyed: threads may outlive the statics.
depot& the_depot() noexcept {
  alignas(depot) static std::byte memory[sizeof(depot)];
  static depot* const made = ::new (memory) depot;
  return *made;
}

/// One thread's lists. Has no destructor, so that reaching it asks nothing; `closer` ends it.
struct cache {
  struct list {
    block* first = nullptr;
    /// About how many blocks it has: a batch of another thread counts as a whole one.
    std::ptrdiff_t size = 0;
    std::byte* fresh = nullptr;
    std::byte* fresh_end = nullptr;
  };
  std::array<list, class_count> lists{};
  std::int64_t alive = 0;
  /// Cells may come and go after a thread's destructors have run: `closed`.
  enum class stage : std::uint8_t { unused, open, closed } now = stage::unused;
};

constinit thread_local cache own;

struct closer {
  ~closer() {
    own.now = cache::stage::closed;
    for (std::size_t i = 0; i < class_count; ++i) {
      cache::list& list = own.lists[i];
      // What was never handed out becomes blocks too, so that nothing is lost with the thread.
      while (list.fresh != list.fresh_end) {
        auto* made = reinterpret_cast<block*>(list.fresh);
        list.fresh += (i + 1) * step_bytes;
        made->next = list.first;
        list.first = made;
      }
      if (list.first != nullptr) the_depot().give(i, list.first);
      list.first = nullptr;
    }
    the_depot().alive_elsewhere.fetch_add(std::exchange(own.alive, 0), std::memory_order_relaxed);
  }
};

/// The first use in a thread lets its lists end with it.
void open_cache() noexcept {
  if (own.now != cache::stage::unused) return;
  thread_local closer at_end;
  static_cast<void>(&at_end);
  own.now = cache::stage::open;
}

[[gnu::noinline]] void* take_fresh(std::size_t size_class) noexcept {
  cache::list& list = own.lists[size_class];
  const std::size_t bytes = (size_class + 1) * step_bytes;
  if (list.fresh == list.fresh_end) {
    if (block* batch = the_depot().take(size_class)) {
      list.first = batch->next;
      list.size = batch_size - 1;
      return batch;
    }
    const std::size_t whole = chunk_bytes / bytes * bytes;
    list.fresh = static_cast<std::byte*>(allocate_or_die(whole, step_bytes));
    list.fresh_end = list.fresh + whole;
  }
  void* made = list.fresh;
  list.fresh += bytes;
  return made;
}

[[gnu::noinline]] void give_batch(cache::list& list, std::size_t size_class) noexcept {
  block* last = list.first;
  for (std::ptrdiff_t i = 1; i < batch_size; ++i) last = last->next;
  block* rest = last->next;
  last->next = nullptr;
  the_depot().give(size_class, list.first);
  list.first = rest;
  list.size -= batch_size;
}

bool in_slab(std::size_t bytes, std::size_t alignment) noexcept {
  return use_slabs && bytes <= largest_bytes && alignment <= step_bytes;
}

std::size_t class_of(std::size_t bytes) noexcept { return (bytes - 1) / step_bytes; }

/// A cell too large for slabs, or of a thread that has none yet, or no longer.
[[gnu::noinline]] void* allocate_apart(std::size_t bytes, std::size_t alignment) noexcept {
  open_cache();
  const bool closed = own.now == cache::stage::closed;
  if (closed) {
    the_depot().alive_elsewhere.fetch_add(1, std::memory_order_relaxed);
  } else {
    ++own.alive;
  }
  if (!in_slab(bytes, alignment)) return allocate_or_die(bytes, alignment);
  const std::size_t size_class = class_of(bytes);
  return closed ? allocate_or_die((size_class + 1) * step_bytes, step_bytes)
                : take_fresh(size_class);
}

[[gnu::noinline]] void free_apart(void* memory, std::size_t bytes, std::size_t alignment) noexcept {
  open_cache();
  const bool closed = own.now == cache::stage::closed;
  if (closed) {
    the_depot().alive_elsewhere.fetch_sub(1, std::memory_order_relaxed);
  } else {
    --own.alive;
  }
  if (in_slab(bytes, alignment)) {
    const std::size_t size_class = class_of(bytes);
    auto* freed = static_cast<block*>(memory);
    freed->next = nullptr;
    if (closed) {
      the_depot().give(size_class, freed);
    } else {
      own.lists[size_class].first = freed;
    }
  } else if (alignment > alignof(std::max_align_t)) {
    ::operator delete(memory, std::align_val_t(alignment));
  } else {
    ::operator delete(memory);
  }
}

}  // namespace

void* allocate_cell(std::size_t bytes, std::size_t alignment) noexcept {
  cache& mine = own;
  if (mine.now != cache::stage::open || !in_slab(bytes, alignment)) [[unlikely]] {
    return allocate_apart(bytes, alignment);
  }
  ++mine.alive;
  cache::list& list = mine.lists[class_of(bytes)];
  block* const taken = list.first;
  if (taken == nullptr) [[unlikely]]
    return take_fresh(class_of(bytes));
  list.first = taken->next;
  --list.size;
  return taken;
}

void free_cell(void* memory, std::size_t bytes, std::size_t alignment) noexcept {
  cache& mine = own;
  if (mine.now != cache::stage::open || !in_slab(bytes, alignment)) [[unlikely]] {
    free_apart(memory, bytes, alignment);
    return;
  }
  --mine.alive;
  cache::list& list = mine.lists[class_of(bytes)];
  auto* freed = static_cast<block*>(memory);
  freed->next = list.first;
  list.first = freed;
  if (++list.size >= 2 * batch_size) [[unlikely]]
    give_batch(list, class_of(bytes));
}

// Between any two of the depot's stores its lists are whole: at worst a batch is lost.
void unlock_slabs() noexcept { the_depot().unlock(); }

std::int64_t cells_alive() noexcept {
  return own.alive + the_depot().alive_elsewhere.load(std::memory_order_relaxed);
}

}  // namespace rt::detail
