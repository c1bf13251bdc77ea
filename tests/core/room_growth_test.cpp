// SPDX-License-Identifier: Apache-2.0
// When a producer that has waited for room lets more of it come: by the rule alone, and through the
// C interface.
#include "bus.hpp"
#include "bus_test.hpp"
#include "shared_object.hpp"

#include <atomic>
#include <future>
#include <utility>
#include <vector>

namespace tickring {
namespace {

constexpr std::uint64_t kLargeCapacity = RoomGrowth::kLeastCapacityBytes;
constexpr std::uint64_t kWanted = Gather::kDistanceBytes;
constexpr std::uint64_t kLeast = Gather::kLeastBytes;

// Pauses of a producer that finds so much room at each look, and how often it has looked.
std::pair<std::uint64_t, std::size_t> pauses_and_looks(const std::vector<std::uint64_t> &room,
                                                       std::uint64_t capacity = kLargeCapacity) {
    RoomGrowth growth(capacity);
    std::size_t looks = 0;
    std::uint64_t pauses = 0;
    growth.let_grow([&] { return room.at(looks++); }, [&] { ++pauses; });
    EXPECT_EQ(growth.pauses_count(), pauses);
    return {pauses, looks};
}

using Expected = std::pair<std::uint64_t, std::size_t>;

TEST(RoomGrowthTest, GoesOnAtOnceWhereThereIsEnough) {
    EXPECT_EQ(pauses_and_looks({kWanted}), Expected(0, 1));
}

TEST(RoomGrowthTest, WaitsWhileAPauseBringsMore) {
    EXPECT_EQ(pauses_and_looks({64, 64 + kLeast, kWanted - 64, kWanted}), Expected(3, 4));
}

TEST(RoomGrowthTest, EndsWithThePauseThatBringsTooLittle) {
    EXPECT_EQ(pauses_and_looks({64, 64 + kLeast, 64 + 2 * kLeast - 1}), Expected(2, 3));
}

TEST(RoomGrowthTest, IsNotForSmallRings) {
    EXPECT_EQ(pauses_and_looks({64}, kLargeCapacity / 2), Expected(0, 1));
}

class RoomGrowthBusTest : public BusTest {
  protected:
    // The pauses of a producer that waits for the first message of a full ring to be taken.
    std::uint64_t pauses_of_a_wait(std::uint32_t wait, std::size_t capacity = kLargeCapacity) {
        connect(options_with(wait), capacity);
        while (send("x") == TICKRING_OK) {
        }
        const MappedRing ring = ring_in(rx->session.peer, rx->session.own, capacity);
        std::atomic<bool> is_over = false;
        auto received = std::async(std::launch::async, [&] {
            while (ConsumerMemory(ring).load_wants_room() == 0 && !is_over) {
            }
            std::string text;
            return receive(text);
        });
        EXPECT_EQ(tickring_send(tx, "y", 1, 1, 5'000'000'000), TICKRING_OK);
        is_over = true;
        EXPECT_EQ(received.get(), TICKRING_OK);
        return tx->room_growth.pauses_count();
    }
};

TEST_F(RoomGrowthBusTest, AProducerThatSpinsLooksAwayOnceForASlowConsumer) {
    EXPECT_EQ(pauses_of_a_wait(TICKRING_WAIT_SPIN), 1U);
}

TEST_F(RoomGrowthBusTest, OneThatSpinsFirstToo) {
    EXPECT_EQ(pauses_of_a_wait(TICKRING_WAIT_HYBRID), 1U);
}

TEST_F(RoomGrowthBusTest, OneThatParksDoesNot) {
    EXPECT_EQ(pauses_of_a_wait(TICKRING_WAIT_PARK), 0U);
}

TEST_F(RoomGrowthBusTest, OneWithASmallRingDoesNot) {
    EXPECT_EQ(pauses_of_a_wait(TICKRING_WAIT_SPIN, kCapacity), 0U);
}

} // namespace
} // namespace tickring
