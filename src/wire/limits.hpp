#pragma once

#include <cstddef>

/// The largest that anything may be on the wire. A reader compares with them before it takes memory;
/// a writer refuses to write what no reader would take.
namespace rt::wire::limits {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

// One frame.   Units: bytes unless the name says otherwise.

/// A whole frame of a peer that is not authenticated, or has not been greeted.
inline constexpr std::size_t greeting_bytes_max = 16 * kib;
/// Header and messages of one frame.
inline constexpr std::size_t control_bytes_max = mib;
/// What follows the messages of one frame: a piece of an object.
inline constexpr std::size_t chunk_bytes_max = 4 * mib;
/// A frame header with a tail that this version does not know.
inline constexpr std::size_t header_bytes_max = 256;
inline constexpr std::size_t frame_bytes_max = control_bytes_max + chunk_bytes_max;
inline constexpr std::size_t messages_per_frame_max = 4096;

/// Memory that the messages of one frame may take once they are read: so much for each of its bytes,
/// and so much beside. Without it a list of empty structs takes fifty times its bytes.
inline constexpr std::size_t memory_per_byte_max = 16;
inline constexpr std::size_t memory_beside_max = 64 * kib;

// Texts.

/// Names that people give: of nodes, actors, namespaces, resources, labels, tasks.
inline constexpr std::size_t name_bytes_max = 255;
inline constexpr std::size_t address_bytes_max = 255;
/// Names that compilers give: a template of templates is soon longer than what people write.
inline constexpr std::size_t identity_bytes_max = 4 * kib;
/// Why something was refused, for people to read.
inline constexpr std::size_t text_bytes_max = 4 * kib;

// Values.

/// Arguments, results and failures that travel in a message; what is larger goes through the store.
inline constexpr std::size_t inline_bytes_max = 100 * kib;
/// A context block, with what later versions put behind it.
inline constexpr std::size_t context_bytes_max = 4 * kib;
/// Actors that wait for one call.
inline constexpr std::size_t waiting_actors_max = 16;

// Elements of one list.

inline constexpr std::size_t tasks_max = 4096;
inline constexpr std::size_t references_max = 32 * kib;
inline constexpr std::size_t slots_max = 4096;
inline constexpr std::size_t nodes_max = 4096;
inline constexpr std::size_t copies_max = 4096;
inline constexpr std::size_t names_max = 4096;
inline constexpr std::size_t resources_max = 256;
inline constexpr std::size_t labels_max = 256;
inline constexpr std::size_t bases_max = 64;

}  // namespace rt::wire::limits
