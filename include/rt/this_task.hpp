#pragma once

#include <rt/core/ids.hpp>
#include <rt/core/time_limit.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

/// What a running task knows of itself. Thread: asked on the task's own thread; outside tasks ids are
/// empty, nothing is cancelled and there is no deadline.
namespace rt::this_task {

rt::task_id id();
rt::node_id node();
rt::job_id job();
/// The actor whose method runs; empty in a plain task.
rt::actor_id actor_id();
/// Counts from 0; each retry is one more.
std::uint32_t attempt();

/// What the task holds, by name: `"CPU"`, `"GPU"`, `"memory"` (bytes), and custom ones; of a method,
/// what its actor holds for life. Without what is 0.
std::map<std::string, double> resources();

/// Has the cancellation of this task, or of one that called it, been asked for, or is its deadline
/// past, or its actor killed? A task that sees it should return soon; what it returns is not used.
bool cancelled();

/// The deadline, own or inherited, on the steady clock.
std::optional<std::chrono::steady_clock::time_point> deadline();

namespace detail {
void sleep_for(time_limit duration);
}  // namespace detail

/// Sleeps; in a simulation by virtual time. The task keeps its CPU.
template <class Rep, class Period>
void sleep_for(std::chrono::duration<Rep, Period> duration) {
  detail::sleep_for(time_limit(duration));
}

}  // namespace rt::this_task
