# roundtrip_sim: the environment in virtual time. The lock-free part, and all that decides above it, is
# compiled once more, with each atomic operation a scheduling point, and with fault sites, probes and
# deliberate bugs.

set(parts)
foreach(layer IN ITEMS lane rpc store head node worker app/participant)
  rt_layer_variant(${layer} explored RT_LANE_EXPLORED)
  cmake_path(GET layer FILENAME name)
  list(APPEND parts roundtrip_${name}_explored)
endforeach()
rt_layer_sources(sim sources)
rt_object_library(roundtrip_sim_objects ${sources})
target_compile_definitions(roundtrip_sim_objects PRIVATE RT_LANE_EXPLORED)
list(APPEND parts roundtrip_sim_objects)
rt_library(roundtrip_sim ${parts})
add_library(roundtrip::sim ALIAS roundtrip_sim)
set_target_properties(roundtrip_sim PROPERTIES EXPORT_NAME sim)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/include/rt/sim.hpp ${PROJECT_SOURCE_DIR}/include/rt/testing/*.hpp)
target_sources(roundtrip_sim PUBLIC
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
target_link_libraries(roundtrip_sim PUBLIC roundtrip PRIVATE fmt::fmt)
