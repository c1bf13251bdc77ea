// SPDX-License-Identifier: Apache-2.0
// A producer whose consumer releases and waits for anything. What the producer is given to write
// lies inside the ring, behind what was published and not before what was released.
#include "hostile_ring.hpp"

#include <tickring/producer.hpp>

#include <cstring>
#include <vector>

namespace {

using namespace tickring;
using tickring::fuzz::HostileRing;
using tickring::fuzz::kCapacity_bytes;
using tickring::fuzz::require;

class Writer {
  public:
    Writer(HostileRing &ring, FuzzedDataProvider &input)
        : ring_(&ring),
          producer_(ProducerMemory(ring.words()),
                    {kCapacity_bytes, input.ConsumeIntegralInRange<std::uint32_t>(1, 9),
                     input.ConsumeBool(), 0}) {}

    void acquire(FuzzedDataProvider &input) {
        const auto bytes = input.ConsumeIntegralInRange<std::uint64_t>(0, kCapacity_bytes);
        std::byte *payload = nullptr;
        const Code code = producer_.try_acquire(bytes, payload);
        require(!is_over_ || code == over_ || code == Code::kTooLarge || is_open_,
                "an end does not stay");
        if (code == Code::kOk) {
            require(!is_open_, "a second message is handed out");
            require(bytes <= max_payload_bytes(kCapacity_bytes), "too long");
            take_room(record_bytes(bytes) + kUnitBytes);
            is_open_ = true;
            acquired_bytes_ = bytes;
            payload_ = payload;
            std::memset(payload, 0xA5, bytes); // the sanitizer watches the bounds
        } else if (code == Code::kFull) {
            believe();
        } else if (code == Code::kCorrupt || code == Code::kPeerClosed) {
            is_over_ = true;
            over_ = code;
        }
    }

    // The acquired message becomes a batch.
    void widen(FuzzedDataProvider &input) {
        if (!is_open_ || batch_ != 0) {
            return;
        }
        const auto most = input.ConsumeIntegralInRange<std::uint64_t>(1, kCapacity_bytes);
        const std::uint64_t record = record_bytes(acquired_bytes_);
        batch_ = producer_.widen(most);
        require(batch_ >= 1 && batch_ <= most, "a batch of another size");
        if (written_ + most * record + kUnitBytes - released_ > kCapacity_bytes) {
            look(); // even if that brought nothing
        }
        require(written_ + batch_ * record + kUnitBytes - released_ <= kCapacity_bytes,
                "what is unread is written over by a batch");
        for (std::uint64_t number = 0; number < batch_; ++number) {
            std::memset(payload_ + number * record, 0xA5, acquired_bytes_);
        }
    }

    void commit_batch(FuzzedDataProvider &input) {
        const std::vector<std::uint32_t> types(
            input.ConsumeIntegralInRange<std::size_t>(0, kCapacity_bytes / kUnitBytes));
        const Code code = producer_.commit_batch(types);
        if (batch_ == 0) {
            require(code == Code::kBadState, "a batch that nobody has is committed");
            return;
        }
        if (types.size() <= batch_) {
            require(code == Code::kOk, "a batch is not committed");
            written_ += types.size() * record_bytes(acquired_bytes_);
        }
        is_open_ = false;
        batch_ = 0;
    }

    void commit(FuzzedDataProvider &input) {
        const auto bytes = input.ConsumeIntegralInRange<std::uint64_t>(0, kCapacity_bytes);
        const Code code = producer_.commit(bytes, input.ConsumeIntegral<std::uint32_t>());
        if (batch_ != 0) {
            require(code == Code::kBadState, "a batch is committed as a message");
            return;
        }
        if (!is_open_) {
            require(code == Code::kBadState, "a message that nobody has is committed");
        } else if (bytes <= acquired_bytes_) {
            require(code == Code::kOk, "a message is not committed");
            written_ += record_bytes(bytes);
        }
        is_open_ = false;
    }

    void roll_back() {
        require((producer_.rollback() == Code::kOk) == is_open_, "nothing is rolled back");
        is_open_ = false;
        batch_ = 0;
    }

    void flush() { producer_.publish(); }
    void release(FuzzedDataProvider &input) { ring_->release(input, written_); }

  private:
    // The producer has room for so much more: by what it knew, or by what it has read since.
    void take_room(std::uint64_t bytes) {
        if (written_ + bytes - released_ <= kCapacity_bytes) {
            return;
        }
        believe();
        require(written_ + bytes - released_ <= kCapacity_bytes, "what is unread is written over");
    }

    // The producer has looked at what was released, and believes it or goes no further.
    void look() {
        const std::uint64_t told = ring_->released() & ~std::uint64_t{TICKRING_RELEASED_CLOSED};
        if (told % kUnitBytes == 0 && told - released_ <= written_ - released_) {
            released_ = told;
        }
    }

    // The producer has looked at what was released, and goes on.
    void believe() {
        const std::uint64_t told = ring_->released();
        require(told % kUnitBytes == 0, "a release between two units is believed");
        require(told - released_ <= written_ - released_, "a release of the unwritten is believed");
        released_ = told;
    }

    HostileRing *ring_;
    Producer producer_;
    std::uint64_t written_ = 0;
    std::uint64_t released_ = 0; // the last one that was needed
    std::uint64_t acquired_bytes_ = 0;
    std::byte *payload_ = nullptr; // of the acquired message
    std::uint64_t batch_ = 0;      // messages in the acquired batch; 0: none
    bool is_open_ = false;
    bool is_over_ = false;
    Code over_ = Code::kOk;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    FuzzedDataProvider input(data, bytes);
    HostileRing ring;
    Writer writer(ring, input);
    while (input.remaining_bytes() > 0) {
        switch (input.ConsumeIntegralInRange(0, 7)) {
        case 0:
            writer.release(input);
            break;
        case 1:
            ring.wait(input);
            break;
        case 2:
            writer.roll_back();
            break;
        case 3:
            writer.flush();
            break;
        case 4:
            writer.acquire(input);
            break;
        case 5:
            writer.widen(input);
            break;
        case 6:
            writer.commit_batch(input);
            break;
        default:
            writer.commit(input);
            break;
        }
    }
    return 0;
}
