// SPDX-License-Identifier: Apache-2.0
// A consumer whose producer stores anything anywhere, also while a message is being read. Whatever
// the ring hands out lies inside it, work is bounded, and corruption stays.
#include "hostile_ring.hpp"

#include <tickring/consumer.hpp>

#include <algorithm>

namespace {

using namespace tickring;
using tickring::fuzz::HostileRing;
using tickring::fuzz::kCapacity_bytes;
using tickring::fuzz::require;

class Reader {
  public:
    Reader(const HostileRing &ring, FuzzedDataProvider &input)
        : ring_(&ring), position_(input.ConsumeIntegral<std::uint32_t>() * kUnitBytes),
          consumer_(ConsumerMemory(ring.words()),
                    {kCapacity_bytes, input.ConsumeBool(), position_}) {}

    // The first message, or one more beside those that are held.
    void acquire() {
        Message message;
        const bool is_open = acquired_bytes_ != 0;
        if (!is_open && run_bytes_left_ == 0) {
            run_bytes_left_ = ring_->commit_word(position_) * kUnitBytes;
        }
        Code code = is_open ? consumer_.try_acquire_more(message) : consumer_.try_acquire(message);
        if (code == Code::kOk) {
            require(!is_corrupt_, "a message behind corruption");
            acquired_bytes_ += record_bytes(message.payload_bytes);
            require(run_bytes_left_ < kCapacity_bytes, "a run is longer than the ring");
            require(acquired_bytes_ <= run_bytes_left_, "a message leaves its run");
            require(message.payload_bytes <= max_payload_bytes(kCapacity_bytes), "too long");
            // The sanitizer watches the bounds.
            sum_ +=
                std::count(message.payload, message.payload + message.payload_bytes, std::byte{0});
        }
        require(!is_corrupt_ || code == Code::kCorrupt, "corruption does not stay");
        is_corrupt_ = is_corrupt_ || code == Code::kCorrupt;
        code = is_open ? consumer_.try_acquire(message) : Code::kBadState;
        require(code == Code::kBadState, "a run is begun beside messages that are held");
    }

    void commit() {
        const Code code = consumer_.commit();
        require((code == Code::kOk) == (acquired_bytes_ != 0),
                "a message that nobody has is given back");
        position_ += acquired_bytes_;
        run_bytes_left_ -= acquired_bytes_;
        acquired_bytes_ = 0;
    }

  private:
    const HostileRing *ring_;
    std::uint64_t position_;
    Consumer consumer_;
    std::uint64_t run_bytes_left_ = 0;
    std::uint64_t acquired_bytes_ = 0;
    bool is_corrupt_ = false;
    std::ptrdiff_t sum_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    FuzzedDataProvider input(data, bytes);
    HostileRing ring;
    Reader reader(ring, input);
    while (input.remaining_bytes() > 0) {
        switch (input.ConsumeIntegralInRange(0, 3)) {
        case 0:
            ring.store_in_records(input);
            break;
        case 1:
            ring.want_room(input);
            break;
        case 2:
            reader.acquire();
            break;
        default:
            reader.commit();
            break;
        }
    }
    return 0;
}
