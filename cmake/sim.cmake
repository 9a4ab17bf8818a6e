# roundtrip_sim: the environment in virtual time. The lock-free part and the engine above it are
# compiled once more, with each atomic operation a scheduling point.

rt_layer_variant(lane explored RT_LANE_EXPLORED)
rt_layer_variant(worker explored RT_LANE_EXPLORED)
rt_layer_variant(node explored RT_LANE_EXPLORED)
rt_layer_variant(app/participant explored RT_LANE_EXPLORED)
rt_layer_sources(sim sources)
if(sources)
  rt_object_library(roundtrip_sim_objects ${sources})
  target_compile_definitions(roundtrip_sim_objects PRIVATE RT_LANE_EXPLORED)
endif()

set(parts)
foreach(part IN ITEMS roundtrip_sim_objects roundtrip_lane_explored roundtrip_worker_explored
    roundtrip_node_explored roundtrip_participant_explored)
  if(TARGET ${part})
    list(APPEND parts ${part})
  endif()
endforeach()
rt_library(roundtrip_sim ${parts})
add_library(roundtrip::sim ALIAS roundtrip_sim)
set_target_properties(roundtrip_sim PROPERTIES EXPORT_NAME sim)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/include/rt/sim.hpp ${PROJECT_SOURCE_DIR}/include/rt/testing/*.hpp)
target_sources(roundtrip_sim PUBLIC
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
target_link_libraries(roundtrip_sim PUBLIC roundtrip PRIVATE fmt::fmt)
