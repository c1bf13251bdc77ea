// SPDX-License-Identifier: Apache-2.0
#include "line_reader.hpp"

#include "fd.hpp"
#include "protocol.hpp"

#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>

namespace tickring {
namespace {

class Pipes : public ::testing::Test {
  protected:
    void SetUp() override {
        std::array<int, 2> ends{};
        ASSERT_EQ(pipe2(ends.data(), O_NONBLOCK), 0);
        read_end = Fd(ends[0]);
        write_end = Fd(ends[1]);
    }
    void put(const std::string &text) {
        ASSERT_EQ(::write(write_end.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }
    Fd read_end;
    Fd write_end;
};

TEST_F(Pipes, GiveWholeLinesInOrder) {
    LineReader reader;
    put("one\ntwo\nthr");
    reader.fill(read_end.get());
    EXPECT_EQ(reader.next(), "one");
    EXPECT_EQ(reader.next(), "two");
    EXPECT_FALSE(reader.next().has_value());
    put("ee\n");
    reader.fill(read_end.get());
    EXPECT_EQ(reader.next(), "three");
    EXPECT_FALSE(reader.ended());
}

TEST_F(Pipes, EndWithWhatWasNotALine) {
    LineReader reader;
    put("half");
    write_end.reset();
    reader.fill(read_end.get());
    EXPECT_TRUE(reader.ended());
    EXPECT_EQ(reader.rest(), "half");
}

TEST_F(Pipes, AreNotReadWithoutLimit) {
    ASSERT_GE(fcntl(write_end.get(), F_SETPIPE_SZ, 1 << 20), 0);
    put(std::string(LineReader::kMaxLineBytes + 1, 'x'));
    LineReader reader;
    EXPECT_THROW(reader.fill(read_end.get()), Breach);
}

TEST_F(Pipes, OfFreeTextKeepTheirLastBytes) {
    Tail tail;
    put(std::string(3000, 'x') + "\nthe end\n\n");
    tail.fill(read_end.get());
    EXPECT_TRUE(tail.text().ends_with("x\nthe end"));
    EXPECT_LE(tail.text().size(), Tail::kMaxBytes);
}

} // namespace
} // namespace tickring
