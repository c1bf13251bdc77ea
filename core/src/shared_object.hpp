// SPDX-License-Identifier: Apache-2.0
// shared_object.hpp: the two memory objects of a session, created, sealed, and mapped.
#pragma once

#include <tickring/memory.hpp>

#include <cstddef>

namespace tickring {

enum class ObjectKind { kData, kFeedback };

struct Mapping {
    std::byte *address = nullptr;
    std::size_t bytes = 0;
};

std::uint32_t page_bytes() noexcept;

// Creates the object that this side writes: reserved, mapped, touched, its header written, sealed
// so that nobody can resize it or map it for writing. The caller closes the descriptor.
Code create_object(ObjectKind kind, std::uint64_t capacity_bytes, int &descriptor,
                   Mapping &mapping) noexcept;

// Maps the peer's object read-only, once its seals, then its size, then its header are as they
// have to be. The descriptor stays the caller's.
Code attach_object(ObjectKind kind, std::uint64_t capacity_bytes, int descriptor,
                   Mapping &mapping) noexcept;

void unmap(Mapping &mapping) noexcept;

MappedRing ring_in(const Mapping &data, const Mapping &feedback,
                   std::uint64_t capacity_bytes) noexcept;

} // namespace tickring
