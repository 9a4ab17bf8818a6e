# Backends below transports/, each an object library of its own behind an option, with its own library
# private to it.

if(ROUNDTRIP_TCP)
  list(APPEND CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/cmake)
  find_package(Asio 1.22 REQUIRED)
  find_package(OpenSSL 3 REQUIRED)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/transports/tcp/*.cpp)
  rt_object_library(roundtrip_tcp ${sources})
  target_include_directories(roundtrip_tcp PUBLIC ${PROJECT_SOURCE_DIR}/transports)
  target_link_libraries(roundtrip_tcp PRIVATE asio::asio OpenSSL::SSL OpenSSL::Crypto)
  target_compile_definitions(roundtrip_app PRIVATE ROUNDTRIP_TCP)
  target_include_directories(roundtrip_app PRIVATE ${PROJECT_SOURCE_DIR}/transports)
endif()
