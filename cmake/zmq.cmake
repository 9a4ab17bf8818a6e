# roundtrip_zmq: the component zmq, a transport over ZeroMQ.

find_package(ZeroMQ 4.3 REQUIRED)
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/transports/zmq/*.cpp)
rt_object_library(roundtrip_zmq_objects ${sources})
target_include_directories(roundtrip_zmq_objects PUBLIC ${PROJECT_SOURCE_DIR}/transports)
target_link_libraries(roundtrip_zmq_objects PRIVATE zeromq::zeromq)
rt_library(roundtrip_zmq roundtrip_zmq_objects roundtrip_net)
add_library(roundtrip::zmq ALIAS roundtrip_zmq)
set_target_properties(roundtrip_zmq PROPERTIES EXPORT_NAME zmq)
target_sources(roundtrip_zmq PUBLIC
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include
  FILES ${PROJECT_SOURCE_DIR}/include/rt/transport/zmq.hpp)
target_link_libraries(roundtrip_zmq PUBLIC roundtrip PRIVATE zeromq::zeromq OpenSSL::Crypto)
