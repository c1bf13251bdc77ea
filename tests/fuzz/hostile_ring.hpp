// SPDX-License-Identifier: Apache-2.0
// hostile_ring.hpp: the shared words of a small ring, stored to as the input says.
#pragma once

#include "require.hpp"

#include <tickring/memory.hpp>

#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

namespace tickring::fuzz {

constexpr std::uint64_t kCapacity_bytes = 1024;

// The records stand in one piece of the heap, twice as long as the ring: the sanitizer knows where
// it ends. Its halves are not the same memory here, which only makes the peer stranger.
class HostileRing {
  public:
    HostileRing() : records_(2 * kCapacity_bytes) {}

    [[nodiscard]] MappedRing words() const {
        return {const_cast<std::byte *>(records_.data()), &producer_, &consumer_, kCapacity_bytes};
    }

    // A word of the producer's object, mostly where one matters.
    void store_in_records(FuzzedDataProvider &input) {
        const auto at = input.ConsumeIntegralInRange<std::size_t>(0, records_.size() / 4 - 1);
        const bool is_header = input.ConsumeBool();
        const std::size_t offset =
            is_header ? at * 4 / kUnitBytes * kUnitBytes + at % 2 * 4 : at * 4;
        const auto most = input.PickValueInArray<std::uint32_t>({20, kCapacity_bytes, 0xFFFFFFFF});
        const auto value = input.ConsumeIntegralInRange<std::uint32_t>(0, most);
        *reinterpret_cast<std::uint32_t *>(records_.data() + offset) = value;
    }
    [[nodiscard]] std::uint32_t commit_word(std::uint64_t position) const {
        return words().record(position).commit;
    }
    void want_room(FuzzedDataProvider &input) {
        producer_.wants_room = input.ConsumeIntegral<std::uint32_t>();
    }

    // A word of the consumer's object. What it releases is near to what is right, or anything.
    void release(FuzzedDataProvider &input, std::uint64_t written) {
        consumer_.released =
            input.ConsumeBool()
                ? input.ConsumeIntegral<std::uint64_t>()
                : written - input.ConsumeIntegralInRange<std::uint64_t>(0, 20) * kUnitBytes;
    }
    [[nodiscard]] std::uint64_t released() const { return consumer_.released; }
    void wait(FuzzedDataProvider &input) {
        consumer_.waiting = input.ConsumeIntegral<std::uint32_t>();
    }

  private:
    std::vector<std::byte> records_;
    mutable tickring_producer_control producer_{};
    mutable tickring_consumer_control consumer_{};
};

} // namespace tickring::fuzz
