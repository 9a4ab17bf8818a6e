#pragma once

// Which sanitizer this is compiled with: g++ says it by macro, clang by feature.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RT_SIM_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define RT_SIM_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(RT_SIM_ASAN)
#define RT_SIM_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) && !defined(RT_SIM_TSAN)
#define RT_SIM_TSAN 1
#endif
#ifndef RT_SIM_ASAN
#define RT_SIM_ASAN 0
#endif
#ifndef RT_SIM_TSAN
#define RT_SIM_TSAN 0
#endif

#if RT_SIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#if RT_SIM_TSAN
#include <sanitizer/tsan_interface.h>
#endif
