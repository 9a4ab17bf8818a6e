# Backends below transports/, each behind an option, with its own library private to it. What several of
# them need is transports/net, which each takes into itself.

if(ROUNDTRIP_TCP OR ROUNDTRIP_ZMQ)
  list(APPEND CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/cmake)
  find_package(OpenSSL 3 REQUIRED)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/transports/net/*.cpp)
  rt_object_library(roundtrip_net ${sources})
  target_include_directories(roundtrip_net PUBLIC ${PROJECT_SOURCE_DIR}/transports)
  target_link_libraries(roundtrip_net PRIVATE OpenSSL::Crypto)
endif()

if(ROUNDTRIP_TCP)
  find_package(Asio 1.22 REQUIRED)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/transports/tcp/*.cpp)
  rt_object_library(roundtrip_tcp ${sources})
  target_include_directories(roundtrip_tcp PUBLIC ${PROJECT_SOURCE_DIR}/transports)
  target_link_libraries(roundtrip_tcp PRIVATE asio::asio OpenSSL::SSL OpenSSL::Crypto)
  target_compile_definitions(roundtrip_app PRIVATE ROUNDTRIP_TCP)
  target_include_directories(roundtrip_app PRIVATE ${PROJECT_SOURCE_DIR}/transports)
endif()
