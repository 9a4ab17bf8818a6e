#pragma once

// The lane, and all that decides, is compiled twice: as it is, and explored, where each atomic
// operation is a place at which the simulator may let another thread go on, fault sites fire, and
// deliberate bugs can be planted. The two live side by side in namespaces of their own.
#ifdef RT_LANE_EXPLORED
#define RT_LANE_VARIANT explored
#else
#define RT_LANE_VARIANT real
#endif
