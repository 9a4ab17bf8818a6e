# Only where this project is the top one: what its own developers and its CI want.

add_compile_options(-Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict) # at -O3 it is wrong about std::string's own memcpy (PR 105651)
endif()
if(ROUNDTRIP_WERROR)
  add_compile_options(-Werror)
endif()

if(ROUNDTRIP_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(ROUNDTRIP_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(ROUNDTRIP_SANITIZE)
  message(FATAL_ERROR
    "ROUNDTRIP_SANITIZE is '${ROUNDTRIP_SANITIZE}'; it takes address, thread, or nothing")
endif()

if(ROUNDTRIP_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "ROUNDTRIP_FUZZ needs clang: the fuzzing engine is part of it")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# ccache with precompiled headers: neither their defines nor time stamps may spoil a hit.
if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ROUNDTRIP_CCACHE ccache)
  mark_as_advanced(ROUNDTRIP_CCACHE)
  if(ROUNDTRIP_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${ROUNDTRIP_CCACHE})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      add_compile_options(-Xclang -fno-pch-timestamp)
    else()
      add_compile_options(-fpch-preprocess)
    endif()
  endif()
endif()

if(NOT DEFINED CMAKE_LINKER_TYPE AND NOT "${CMAKE_EXE_LINKER_FLAGS}" MATCHES "-fuse-ld")
  find_program(ROUNDTRIP_MOLD mold)
  find_program(ROUNDTRIP_LLD ld.lld)
  mark_as_advanced(ROUNDTRIP_MOLD ROUNDTRIP_LLD)
  if(ROUNDTRIP_MOLD)
    add_link_options(-fuse-ld=mold)
  elseif(ROUNDTRIP_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()
