# rt_test_folder(<folder> [LABELS <label>...] [LIBRARIES <target>...] [WITHOUT <source>...]
#                [BOTH_DISTANCES])
#
# Makes one program of the sources below tests/<folder> and one test of each source, which runs that
# source's test cases. With BOTH_DISTANCES each test runs a second time, as <name>@process, with
# every call sent through bytes.
#
# rt_fuzzer(<source>)
#
# Makes a fuzzer of the source with ROUNDTRIP_FUZZ, else a test that replays its corpus.
#
# rt_program_test(<name> <target> [LABELS <label>...] [ARGUMENTS <arg>...])
#
# Runs a program as a test, once as it is and once with every call sent through bytes.

include_guard(GLOBAL)

# Generous: a hang is reported earlier, by the watchdog of each test case.
set(rt_test_timeout_s 900)

function(rt_both_distances name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "COMMAND;LABELS")
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${rt_test_timeout_s})
  add_test(NAME ${name}@process COMMAND ${arg_COMMAND})
  set_tests_properties(${name}@process PROPERTIES
    LABELS "${arg_LABELS};process"
    ENVIRONMENT RT_DISTANCE=process
    TIMEOUT ${rt_test_timeout_s})
endfunction()

function(rt_test_folder folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "BOTH_DISTANCES" "" "LABELS;LIBRARIES;WITHOUT")
  set(root ${PROJECT_SOURCE_DIR}/tests/${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${root}/*.cpp)
  foreach(source IN LISTS arg_WITHOUT)
    list(REMOVE_ITEM sources ${root}/${source})
  endforeach()
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" target test_${folder})
  string(REPLACE "/" "." prefix ${folder})

  add_executable(${target} ${sources})
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_link_libraries(${target} PRIVATE test_main roundtrip::roundtrip fmt::fmt ${arg_LIBRARIES})
  target_precompile_headers(${target} REUSE_FROM test_pch)
  # g++ 12 takes the value of an empty std::optional<int> for read when its comparison is inlined.
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)

  foreach(source IN LISTS sources)
    file(STRINGS ${source} cases REGEX "TEST_CASE" LIMIT_COUNT 1)
    if(NOT cases)
      continue() # a helper of the others
    endif()
    cmake_path(GET source STEM stem)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${root} OUTPUT_VARIABLE name)
    string(REGEX REPLACE "(_test)?\\.cpp$" "" name ${name})
    string(REPLACE "/" "." name ${prefix}.${name})
    # -# tags each case with its file; without a match the program fails.
    set(command ${target} -\# "[#${stem}]" -w NoTests)
    if(arg_BOTH_DISTANCES)
      rt_both_distances(${name} COMMAND ${command} LABELS ${arg_LABELS})
    else()
      add_test(NAME ${name} COMMAND ${command})
      set_tests_properties(${name} PROPERTIES
        LABELS "${arg_LABELS}" TIMEOUT ${rt_test_timeout_s})
    endif()
  endforeach()
endfunction()

function(rt_program_test name target)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LABELS;ARGUMENTS")
  rt_both_distances(${name} COMMAND ${target} ${arg_ARGUMENTS} LABELS ${arg_LABELS})
endfunction()

function(rt_fuzzer source)
  cmake_path(GET source STEM stem)
  string(REGEX REPLACE "(^fuzz_|_fuzz$)" "" name ${stem})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  add_executable(fuzz_${name} ${source})
  set_target_properties(fuzz_${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(fuzz_${name} PRIVATE
    ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(fuzz_${name} PRIVATE roundtrip::roundtrip fmt::fmt)
  if(ROUNDTRIP_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/replay.cpp)
  if(NOT IS_DIRECTORY ${corpus})
    set(corpus)
  endif()
  add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${corpus})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${rt_test_timeout_s})
endfunction()
