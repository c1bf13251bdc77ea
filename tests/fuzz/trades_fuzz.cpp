// SPDX-License-Identifier: Apache-2.0
// Any bytes as a prepared trade file. One that is whole is opened and answers for any sequence
// number; the rest is refused.
#include "../../harness/recorder/include/tickring/recorder.h"
#include "input_file.hpp"

#include <cerrno>
#include <cstring>
#include <memory>

namespace {

using tickring::fuzz::require;

constexpr std::size_t kHeader_bytes = 32;
constexpr std::size_t kTrade_bytes = 32;
constexpr std::size_t kMessage_bytes = 32;
constexpr std::size_t kValue_bytes = 20;
constexpr std::uint8_t kBegin[12] = {'T', 'I', 'C', 'K', 'T', 'R', 'A', 'D', 1, 0, 0, 0};

std::uint64_t number_at(const std::uint8_t *place) {
    std::uint64_t number = 0;
    std::memcpy(&number, place, sizeof number);
    return number;
}

// As docs/participants.md has it.
bool is_whole(const std::uint8_t *data, std::size_t bytes) {
    return bytes >= kHeader_bytes && std::memcmp(data, kBegin, sizeof kBegin) == 0 &&
           (bytes - kHeader_bytes) % kTrade_bytes == 0 &&
           number_at(data + 16) == (bytes - kHeader_bytes) / kTrade_bytes;
}

void ask(const tickring_trades_t *trades, const std::uint8_t *data, std::uint64_t count,
         std::uint64_t sequence) {
    const auto message = std::make_unique<std::uint8_t[]>(kMessage_bytes);
    tickring_trades_write(trades, message.get(), sequence, 7);
    const std::uint64_t offset_ns = tickring_trades_offset_ns(trades, sequence);
    const std::uint8_t nothing[kMessage_bytes] = {};
    if (sequence >= count) {
        require(std::memcmp(message.get(), nothing, sizeof nothing) == 0, "a trade of nobody");
        return;
    }
    const std::uint8_t *trade = data + kHeader_bytes + sequence * kTrade_bytes;
    require(std::memcmp(message.get(), trade, kValue_bytes) == 0, "other values");
    require(offset_ns == number_at(trade + 24), "another time");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    tickring::fuzz::write_file("ticks", data, bytes);
    tickring_trades_t *trades = nullptr;
    const int code = tickring_trades_open("ticks", &trades);
    require((code == 0) == (trades != nullptr), "half an answer");
    require((code == 0) == is_whole(data, bytes), "what is whole is not what is opened");
    require(code == 0 || code == EINVAL, "a damaged file is not called invalid");
    if (code == 0) {
        const std::uint64_t count = number_at(data + 16);
        for (const std::uint64_t sequence : {std::uint64_t{0}, count - 1, count, count + 1,
                                             UINT64_MAX / kTrade_bytes, UINT64_MAX}) {
            ask(trades, data, count, sequence);
        }
    }
    tickring_trades_close(trades);
    return 0;
}
