#pragma once

// The whole public API; each part also stands alone.
#include <rt/actor.hpp>
#include <rt/actor_options.hpp>
#include <rt/array.hpp>
#include <rt/call_options.hpp>
#include <rt/cancel.hpp>
#include <rt/config.hpp>
#include <rt/core/error.hpp>
#include <rt/core/result.hpp>
#include <rt/exception.hpp>
#include <rt/fwd.hpp>
#include <rt/generator.hpp>
#include <rt/get.hpp>
#include <rt/object_ref.hpp>
#include <rt/object_ref_stream.hpp>
#include <rt/pin.hpp>
#include <rt/put.hpp>
#include <rt/remote.hpp>
#include <rt/run.hpp>
#include <rt/runtime.hpp>
#include <rt/serialization.hpp>
#include <rt/task.hpp>
#include <rt/task_error.hpp>
#include <rt/task_options.hpp>
#include <rt/this_task.hpp>
#include <rt/wait.hpp>
