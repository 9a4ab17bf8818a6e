# The library itself, of the objects of all layers.

# rt_library(<target> <object library>...): static or shared by BUILD_SHARED_LIBS.
function(rt_library target)
  set(objects)
  foreach(layer IN LISTS ARGN)
    list(APPEND objects $<TARGET_OBJECTS:${layer}>)
  endforeach()
  if(NOT objects)
    file(CONFIGURE OUTPUT ${target}.empty.cpp CONTENT "")
    set(objects ${CMAKE_CURRENT_BINARY_DIR}/${target}.empty.cpp)
  endif()
  add_library(${target} ${objects})
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})
endfunction()

get_property(layers GLOBAL PROPERTY ROUNDTRIP_LAYERS)
list(TRANSFORM layers PREPEND roundtrip_)
if(ROUNDTRIP_TCP)
  list(APPEND layers roundtrip_tcp roundtrip_net)
endif()
rt_library(roundtrip ${layers})
add_library(roundtrip::roundtrip ALIAS roundtrip)

file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/rt/*.hpp)
list(FILTER headers EXCLUDE REGEX "/include/rt/(sim(\\.hpp$|/)|testing/|transport/zmq\\.hpp$)") # components' own
target_sources(roundtrip PUBLIC
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
target_link_libraries(roundtrip
  PUBLIC cereal::cereal Threads::Threads
  PRIVATE fmt::fmt)

# A build with TCP has it in the library, where rt::run finds it; who asks for the component says only
# that it must be there.
if(ROUNDTRIP_TCP)
  target_link_libraries(roundtrip PRIVATE OpenSSL::SSL OpenSSL::Crypto)
  add_library(roundtrip_tcp_component INTERFACE)
  set_target_properties(roundtrip_tcp_component PROPERTIES EXPORT_NAME tcp)
  target_link_libraries(roundtrip_tcp_component INTERFACE roundtrip)
  add_library(roundtrip::tcp ALIAS roundtrip_tcp_component)
endif()
