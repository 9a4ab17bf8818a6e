# Options. As a subproject only the library itself is built, with the parent's flags.

if(PROJECT_IS_TOP_LEVEL)
  option(BUILD_SHARED_LIBS "Build shared libraries instead of static ones" OFF)
  include(CTest) # BUILD_TESTING
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
  endif()
endif()

if(PROJECT_IS_TOP_LEVEL AND BUILD_TESTING)
  set(rt_tests_default ON)
else()
  set(rt_tests_default OFF)
endif()

option(ROUNDTRIP_INSTALL "Make install rules" ${PROJECT_IS_TOP_LEVEL})
option(ROUNDTRIP_SIM "Build the component sim: the environment in virtual time" ${PROJECT_IS_TOP_LEVEL})
option(ROUNDTRIP_TCP "Build the TCP transport (needs Asio and OpenSSL)" ${PROJECT_IS_TOP_LEVEL})
option(ROUNDTRIP_ZMQ "Build the component zmq: a transport over ZeroMQ (needs libzmq, cppzmq and OpenSSL)" ${PROJECT_IS_TOP_LEVEL})
option(ROUNDTRIP_TESTS "Build the tests" ${rt_tests_default})
option(ROUNDTRIP_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(ROUNDTRIP_BENCH "Build the benchmarks" OFF)
option(ROUNDTRIP_FUZZ "Build the fuzzers (clang only); without it their corpora are replayed" OFF)
option(ROUNDTRIP_WERROR "Treat warnings as errors" OFF)
set(ROUNDTRIP_SIM_SEEDS 2000 CACHE STRING "Seeds under which a test runs each simulated workload")
set(ROUNDTRIP_SANITIZE "" CACHE STRING "Sanitizer: address (with undefined), thread, or nothing")
set_property(CACHE ROUNDTRIP_SANITIZE PROPERTY STRINGS "" address thread)
unset(rt_tests_default)
