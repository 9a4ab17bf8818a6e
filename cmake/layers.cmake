# rt_layer(<name> [LIBRARIES <target>...])
#
# Makes the object library roundtrip_<name> of all sources below src/<name>, and notes it in the
# global property ROUNDTRIP_LAYERS. A layer that has no source (yet) makes no target.
#
# rt_layer_variant(<name> <variant> <definition>...)
#
# Compiles the same sources once more, as roundtrip_<name>_<variant>, with definitions of its own; a
# folder inside a layer too, by its last name.

include_guard(GLOBAL)
define_property(GLOBAL PROPERTY ROUNDTRIP_LAYERS
  BRIEF_DOCS "Layers that have sources" FULL_DOCS "Layers that have sources, lowest first")

function(rt_layer_sources name out)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp
    ${PROJECT_SOURCE_DIR}/src/${name}/*.S)
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# What all our own objects are compiled with.
function(rt_object_library target)
  add_library(${target} OBJECT ${ARGN})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE cereal::cereal fmt::fmt Threads::Threads)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON)
  # No one replaces single functions of ours at load time; so calls within a file may be inlined.
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>)
endfunction()

function(rt_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES")
  rt_layer_sources(${name} sources)
  if(NOT sources)
    return()
  endif()
  rt_object_library(roundtrip_${name} ${sources})
  target_link_libraries(roundtrip_${name} PRIVATE ${arg_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY ROUNDTRIP_LAYERS ${name})
endfunction()

function(rt_layer_variant name variant)
  rt_layer_sources(${name} sources)
  if(NOT sources)
    return()
  endif()
  cmake_path(GET name FILENAME part)
  rt_object_library(roundtrip_${part}_${variant} ${sources})
  target_compile_definitions(roundtrip_${part}_${variant} PRIVATE ${ARGN})
endfunction()
