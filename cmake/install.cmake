# Installing: headers, libraries, and what find_package and pkg-config read. The prefix may be moved
# afterwards.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(rt_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/roundtrip)
set(rt_pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(TARGETS roundtrip EXPORT roundtrip-targets FILE_SET HEADERS)
install(EXPORT roundtrip-targets NAMESPACE roundtrip:: DESTINATION ${rt_cmake_dir})

get_target_property(rt_library_type roundtrip TYPE)

# Components that this build has; the package's configuration refuses the others, with the reason.
set(rt_components)
if(TARGET roundtrip_tcp_component)
  list(APPEND rt_components tcp)
  install(TARGETS roundtrip_tcp_component EXPORT roundtrip-tcp-targets)
  install(EXPORT roundtrip-tcp-targets NAMESPACE roundtrip:: DESTINATION ${rt_cmake_dir})
endif()
if(TARGET roundtrip_sim)
  list(APPEND rt_components sim)
  install(TARGETS roundtrip_sim EXPORT roundtrip-sim-targets FILE_SET HEADERS)
  install(EXPORT roundtrip-sim-targets NAMESPACE roundtrip:: DESTINATION ${rt_cmake_dir})
endif()
if(TARGET roundtrip_zmq)
  list(APPEND rt_components zmq)
  install(TARGETS roundtrip_zmq EXPORT roundtrip-zmq-targets FILE_SET HEADERS)
  install(EXPORT roundtrip-zmq-targets NAMESPACE roundtrip:: DESTINATION ${rt_cmake_dir})
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/FindZeroMQ.cmake DESTINATION ${rt_cmake_dir})
endif()

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/roundtrip-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/roundtrip-config.cmake
  INSTALL_DESTINATION ${rt_cmake_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/roundtrip-config-version.cmake
  COMPATIBILITY SameMinorVersion) # while the version is 0.x
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/roundtrip-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/roundtrip-config-version.cmake
  DESTINATION ${rt_cmake_dir})

# pkg-config: paths relative to the file itself. A static library names what it needs at once, since
# few callers say --static.
set(rt_pc_root /p) # only to count the steps from the file up to the prefix
file(RELATIVE_PATH rt_pc_up ${rt_pc_root}/${rt_pkgconfig_dir} ${rt_pc_root})
string(REGEX REPLACE "/$" "" rt_pc_up "${rt_pc_up}")
if(rt_library_type STREQUAL "STATIC_LIBRARY")
  set(rt_pc_requires "Requires: fmt")
  if(ROUNDTRIP_TCP)
    string(APPEND rt_pc_requires ", openssl")
  endif()
  set(rt_pc_private_libs "-pthread")
else()
  set(rt_pc_requires "Requires.private: fmt")
  if(ROUNDTRIP_TCP)
    string(APPEND rt_pc_requires ", openssl")
  endif()
  set(rt_pc_private_libs "")
endif()
configure_file(
  ${PROJECT_SOURCE_DIR}/cmake/roundtrip.pc.in ${CMAKE_CURRENT_BINARY_DIR}/roundtrip.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/roundtrip.pc DESTINATION ${rt_pkgconfig_dir})

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
