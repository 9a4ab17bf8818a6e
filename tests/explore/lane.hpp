#pragma once

// The lane as it is explored: each atomic operation is a scheduling point.
#ifndef RT_LANE_EXPLORED
#define RT_LANE_EXPLORED
#endif

#include "core/planted_bug.hpp"
#include "lane/baton.hpp"
#include "lane/cell_state.hpp"
#include "lane/class_queue.hpp"
#include "lane/mailbox.hpp"
#include "lane/shard.hpp"
#include "lane/spin_lock.hpp"
