#pragma once

namespace rt {

class environment;
class error;
class runtime;
class task_error;
struct actor_options;
struct call_options;
struct config;
struct task_options;
struct wait_options;

template <class T>
class actor;
template <class T>
class array;
template <class T>
class generator;
template <class T>
class mutable_array;
template <class T>
class object_ref;
template <class T>
class object_ref_stream;
template <class T>
class pinned;
template <class T>
class result;
template <class T>
class task;

}  // namespace rt
