// SPDX-License-Identifier: Apache-2.0
// Spikes and their causes, on journeys and traces made by hand.
#include "evidence.hpp"
#include "spikes.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

constexpr std::uint64_t kBegin = 1'790'000'000'000'000'000;
constexpr double kThreshold = 10'000;

// Message number n is sent n microseconds after the begin and published at once.
Journey journey(std::uint64_t sequence, std::uint64_t latency_ns = 1'000) {
    const std::uint64_t stamp = kBegin + 1'000 * sequence;
    return {sequence, stamp, stamp + 100, stamp + 100, stamp + latency_ns, stamp + latency_ns};
}

std::vector<Journey> journeys_with(std::vector<Journey> slow, std::uint64_t count = 1'000) {
    std::vector<Journey> all;
    for (std::uint64_t i = 0; i < count; ++i) {
        all.push_back(journey(i));
    }
    for (const auto &each : slow) {
        all[each.sequence] = each;
    }
    return all;
}

TraceEvent event(EventKind kind, std::uint64_t from_us, std::uint64_t to_us) {
    TraceEvent made;
    made.kind = kind;
    made.from_ns = kBegin + 1'000 * from_us;
    made.to_ns = kBegin + 1'000 * to_us;
    return made;
}

TraceEvent gap_with_switch(std::uint64_t from_us, std::uint64_t to_us) {
    auto gap = event(EventKind::kGap, from_us, to_us);
    gap.involuntary_switches = 1;
    gap.off_cpu_ns = gap.to_ns - gap.from_ns;
    return gap;
}

Traces traces_of(std::vector<TraceEvent> producer, std::vector<TraceEvent> consumer = {}) {
    Traces traces;
    traces.producer.events = std::move(producer);
    traces.consumer.events = std::move(consumer);
    return traces;
}

// The cause of one spike: message 100 takes 50 us, so from 100 us after the begin to 150.
Cause cause_with(const Traces &traces) {
    auto spikes = find_spikes(std::vector{journey(100, 50'000)}, kThreshold);
    name_causes(spikes, traces);
    return spikes.at(0).cause;
}

TEST(Spikes, TheThresholdIsThreeMediansAndFiveMicrosecondsAtLeast) {
    EXPECT_EQ(spike_threshold_ns(journeys_with({journey(5, 9'000'000)})), 5'000);
    std::vector<Journey> slow;
    for (std::uint64_t i = 0; i < 9; ++i) {
        slow.push_back(journey(i, 4'000));
    }
    EXPECT_EQ(spike_threshold_ns(slow), 12'000);
}

TEST(Spikes, AMessageAtTheThresholdIsNone) {
    EXPECT_TRUE(find_spikes(journeys_with({journey(5, 10'000)}), kThreshold).empty());
    EXPECT_EQ(find_spikes(journeys_with({journey(5, 10'001)}), kThreshold).size(), 1U);
}

TEST(Spikes, MessagesSentBeforeTheLastWasReadAreOfOneSpike) {
    const auto spikes = find_spikes(
        journeys_with({journey(100, 50'000), journey(110, 60'000), journey(170, 20'000)}),
        kThreshold);
    ASSERT_EQ(spikes.size(), 1U);
    EXPECT_EQ(spikes[0].from_ns, kBegin + 110'000);
    EXPECT_EQ(spikes[0].to_ns, kBegin + 190'000);
    EXPECT_EQ(spikes[0].messages, 3U);
    EXPECT_EQ(spikes[0].worst_ns, 60'000);
    EXPECT_EQ(spikes[0].excess_ns, 40'000 + 50'000 + 10'000);
    EXPECT_EQ(spikes[0].last_sequence, 170U);
}

TEST(Spikes, OneThatBeginsLaterIsAnother) {
    const auto slow = journeys_with({journey(100, 50'000), journey(151, 50'000)});
    EXPECT_EQ(find_spikes(slow, kThreshold).size(), 2U);
}

TEST(Spikes, WithoutEvidenceTheCauseIsUnknown) { EXPECT_EQ(cause_with({}), Cause::kUnknown); }

TEST(Spikes, EvidenceElsewhereIsNone) {
    EXPECT_EQ(cause_with(traces_of({gap_with_switch(10, 100), gap_with_switch(150, 300)})),
              Cause::kUnknown);
}

TEST(Spikes, EvidenceOfLessThanAFifthOfASpikeIsNone) {
    EXPECT_EQ(cause_with(traces_of({gap_with_switch(100, 107)})), Cause::kUnknown);
    EXPECT_EQ(cause_with(traces_of({gap_with_switch(100, 109)})), Cause::kProducerDescheduled);
}

TEST(Spikes, AGapWithASwitchNamesTheSideThatHadIt) {
    EXPECT_EQ(cause_with(traces_of({gap_with_switch(90, 140)})), Cause::kProducerDescheduled);
    EXPECT_EQ(cause_with(traces_of({}, {gap_with_switch(90, 140)})), Cause::kConsumerDescheduled);
}

TEST(Spikes, AGapWithoutAnythingIsOutsideTheProcess) {
    EXPECT_EQ(cause_with(traces_of({event(EventKind::kGap, 100, 140)})), Cause::kOutsideProcess);
}

TEST(Spikes, FaultsExplainOnlyAsMuchAsFaultsTake) {
    auto gap = event(EventKind::kGap, 100, 140);
    gap.minor_faults = 10;
    EXPECT_EQ(cause_with(traces_of({gap})), Cause::kPageFault);
    gap.minor_faults = 1;
    EXPECT_EQ(cause_with(traces_of({gap})), Cause::kOutsideProcess);
    gap.minor_faults = 0;
    gap.major_faults = 1;
    gap.voluntary_switches = 1; // it waited for the disk
    EXPECT_EQ(cause_with(traces_of({gap})), Cause::kPageFault);
}

TEST(Spikes, ASwitchExplainsOnlyTheTimeOffTheCpu) {
    auto gap = gap_with_switch(100, 140);
    gap.off_cpu_ns = 2'000;
    const auto collection = event(EventKind::kCollection, 101, 139);
    EXPECT_EQ(cause_with(traces_of({gap, collection})), Cause::kGcPause);
}

TEST(Spikes, TheLargestOverlapWins) {
    const auto full = event(EventKind::kFull, 100, 120);
    EXPECT_EQ(cause_with(traces_of({full}, {gap_with_switch(100, 145)})),
              Cause::kConsumerDescheduled);
    EXPECT_EQ(cause_with(traces_of({full}, {gap_with_switch(100, 115)})), Cause::kRingFull);
}

TEST(Spikes, StretchesOfOneCauseAddUp) {
    const auto first = event(EventKind::kFull, 100, 112);
    const auto second = event(EventKind::kFull, 120, 132);
    EXPECT_EQ(cause_with(traces_of({first, second}, {gap_with_switch(100, 120)})),
              Cause::kRingFull);
}

TEST(Spikes, WhatIsKnownGoesBeforeWhatSeemsOutside) {
    const auto gap = event(EventKind::kGap, 100, 150);
    EXPECT_EQ(cause_with(traces_of({gap, event(EventKind::kCollection, 100, 126)})),
              Cause::kGcPause);
    EXPECT_EQ(cause_with(traces_of({gap, event(EventKind::kCollection, 100, 124)})),
              Cause::kOutsideProcess);
}

TEST(Spikes, ASleepCountsFromThePublicationOn) {
    auto traces = traces_of({}, {event(EventKind::kSlept, 0, 149)});
    EXPECT_EQ(cause_with(traces), Cause::kUnknown);
    traces.producer.messages = {{kBegin + 101'000, kBegin + 101'000}};
    EXPECT_EQ(cause_with(traces), Cause::kWake);
    traces.producer.messages = {{kBegin + 148'000, kBegin + 148'000}};
    EXPECT_EQ(cause_with(traces), Cause::kUnknown);
}

TEST(Spikes, AProducersSleepIsNoWakeOfTheConsumer) {
    auto traces = traces_of({event(EventKind::kSlept, 100, 149)});
    traces.producer.messages = {{kBegin + 101'000, kBegin + 101'000}};
    EXPECT_EQ(cause_with(traces), Cause::kUnknown);
}

TEST(Spikes, AStepOfTheClockIsNamed) {
    EXPECT_EQ(cause_with(traces_of({event(EventKind::kClockStep, 99, 149)})), Cause::kClockStep);
}

TEST(Spikes, ALongStretchThatBeganLongBeforeIsFound) {
    std::vector<TraceEvent> events = {gap_with_switch(1, 160)};
    for (std::uint64_t i = 2; i < 90; ++i) {
        events.push_back(event(EventKind::kCollection, i, i + 1));
    }
    EXPECT_EQ(cause_with(traces_of(events)), Cause::kProducerDescheduled);
}

TEST(Spikes, TheSummaryHasCountShareAndWorstOfEachCause) {
    auto spikes = find_spikes(
        journeys_with({journey(100, 40'000), journey(200, 20'000), journey(300, 30'000)}),
        kThreshold);
    ASSERT_EQ(spikes.size(), 3U);
    spikes[0].cause = spikes[1].cause = Cause::kWake; // 30 and 10 us beyond, and 20 unknown
    const auto causes = summarize_causes(spikes);
    const auto &wake = causes[static_cast<std::size_t>(Cause::kWake)];
    EXPECT_EQ(wake.count, 2U);
    EXPECT_DOUBLE_EQ(wake.share_of_time, 40.0 / 60);
    EXPECT_EQ(wake.worst_ns, 40'000);
    EXPECT_EQ(causes[static_cast<std::size_t>(Cause::kUnknown)].count, 1U);
    EXPECT_EQ(causes[static_cast<std::size_t>(Cause::kRingFull)].count, 0U);
}

TEST(Spikes, AWindowHasTheCauseOfMostOfItsExcess) {
    auto spikes =
        find_spikes(journeys_with({journey(100, 20'000), journey(200, 90'000)}), kThreshold);
    spikes[0].cause = Cause::kWake;
    spikes[1].cause = Cause::kRingFull;
    EXPECT_EQ(cause_of_window(spikes, 0, 300), Cause::kRingFull);
    EXPECT_EQ(cause_of_window(spikes, 0, 200), Cause::kWake);
    EXPECT_EQ(cause_of_window(spikes, 300, 100), std::nullopt);
}

} // namespace
} // namespace tickring
