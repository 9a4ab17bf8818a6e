# libzmq with its C++ header cppzmq: the target zeromq::zeromq. Debian ships no configuration for the former.

find_path(ZEROMQ_INCLUDE_DIR zmq.h)
find_path(CPPZMQ_INCLUDE_DIR zmq.hpp)
find_library(ZEROMQ_LIBRARY zmq)
mark_as_advanced(ZEROMQ_INCLUDE_DIR CPPZMQ_INCLUDE_DIR ZEROMQ_LIBRARY)
if(ZEROMQ_INCLUDE_DIR)
  file(STRINGS ${ZEROMQ_INCLUDE_DIR}/zmq.h version_lines REGEX "#define ZMQ_VERSION_[A-Z]+ [0-9]+")
  string(REGEX MATCHALL "[0-9]+" version_numbers "${version_lines}")
  list(JOIN version_numbers . ZeroMQ_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ZeroMQ
  REQUIRED_VARS ZEROMQ_LIBRARY ZEROMQ_INCLUDE_DIR CPPZMQ_INCLUDE_DIR VERSION_VAR ZeroMQ_VERSION)

if(ZeroMQ_FOUND AND NOT TARGET zeromq::zeromq)
  add_library(zeromq::zeromq UNKNOWN IMPORTED)
  set_target_properties(zeromq::zeromq PROPERTIES IMPORTED_LOCATION ${ZEROMQ_LIBRARY})
  target_include_directories(zeromq::zeromq SYSTEM INTERFACE
    ${ZEROMQ_INCLUDE_DIR} ${CPPZMQ_INCLUDE_DIR})
endif()
