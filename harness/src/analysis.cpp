// SPDX-License-Identifier: Apache-2.0
#include "analysis.hpp"

#include "statistics.hpp"

#include <algorithm>

namespace tickring {
namespace {

// A gap between two stamps longer than so many usual ones is an interruption.
constexpr double kInterruptionFactor = 8;

// Subtracted as integers: a double of nanoseconds since the epoch steps by 256.
double difference_ns(std::uint64_t from_ns, std::uint64_t to_ns) {
    return static_cast<double>(static_cast<std::int64_t>(to_ns - from_ns));
}

using Time = std::uint64_t Sample::*;

double gap_ns(const Sample &from, const Sample &to, Time time) {
    return difference_ns(from.*time, to.*time);
}

// The gaps between neighbours: within publications, or all of them.
std::vector<double> gaps_of(std::span<const Sample> samples, Time time, bool across) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < samples.size(); ++i) {
        const bool neighbours = samples[i].sequence == samples[i - 1].sequence + 1;
        if (neighbours && (across || samples[i].position != 0)) {
            gaps.push_back(gap_ns(samples[i - 1], samples[i], time));
        }
    }
    return gaps;
}

bool is_undisturbed(std::span<const Sample> run, Time time, double usual_gap_ns) {
    for (std::size_t i = 1; i < run.size(); ++i) {
        const double gap = gap_ns(run[i - 1], run[i], time);
        if (gap < 0 || gap > kInterruptionFactor * usual_gap_ns) {
            return false;
        }
    }
    return true;
}

// The mean gap of each publication that nothing interrupted, and of these the median.
Measured undisturbed_gap_ns(std::span<const Sample> samples, const std::vector<Run> &runs,
                            Time time) {
    const auto gaps = gaps_of(samples, time, false);
    if (gaps.empty()) {
        return {std::nullopt, "every message is published at once"};
    }
    const double usual_gap_ns = median(gaps);
    std::vector<double> means;
    for (const auto &run : runs) {
        const auto part = samples.subspan(run.first, run.length);
        if (run.length >= 2 && is_undisturbed(part, time, usual_gap_ns)) {
            means.push_back(gap_ns(part.front(), part.back(), time) /
                            static_cast<double>(run.length - 1));
        }
    }
    if (means.empty()) {
        return {std::nullopt, "every publication was interrupted"};
    }
    return {median(std::move(means)), ""};
}

Measured period_of(std::span<const Sample> samples, const std::vector<Run> &runs, double batch) {
    if (batch >= 2) {
        return undisturbed_gap_ns(samples, runs, &Sample::stamp_ns);
    }
    const auto gaps = gaps_of(samples, &Sample::stamp_ns, true);
    if (gaps.empty()) {
        return {std::nullopt, "no two neighbouring messages were sampled"};
    }
    return {median(gaps), ""};
}

std::vector<double> medians_by_position(std::span<const Sample> samples,
                                        const std::vector<Run> &runs, std::size_t batch) {
    std::vector<std::vector<double>> latencies(batch);
    for (const auto &run : runs) {
        for (std::size_t i = 0; run.length == batch && i < batch; ++i) {
            const auto &sample = samples[run.first + i];
            latencies[i].push_back(difference_ns(sample.stamp_ns, sample.receipt_ns));
        }
    }
    std::vector<double> medians;
    for (auto &values : latencies) {
        if (values.empty()) {
            return {};
        }
        medians.push_back(median(std::move(values)));
    }
    return medians;
}

double usual_length(const std::vector<Run> &runs) {
    std::vector<std::size_t> lengths;
    for (const auto &run : runs) {
        lengths.push_back(run.length);
    }
    // One that occurs: never the mean of two.
    const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
    std::nth_element(lengths.begin(), middle, lengths.end());
    return static_cast<double>(*middle);
}

void fit_line(Residency &residency) {
    if (residency.by_position_p50_ns.size() < 2) {
        const Measured none{std::nullopt, "a line needs two positions, each batch has one message"};
        residency.slope_ns_per_position = residency.intercept_ns = none;
        residency.largest_residual_ns = none;
        return;
    }
    const auto line = least_squares(residency.by_position_p50_ns);
    residency.slope_ns_per_position.value = line.slope;
    residency.intercept_ns.value = line.intercept;
    residency.largest_residual_ns.value = largest_residual(residency.by_position_p50_ns, line);
}

} // namespace

Windows summarize_windows(std::span<const double> means_ns) {
    Windows windows;
    if (means_ns.empty()) {
        return windows;
    }
    const double steady = median({means_ns.begin(), means_ns.end()});
    windows.steady_mean_ns = steady;
    windows.spike_max_mean_ns = *std::max_element(means_ns.begin(), means_ns.end());
    windows.spike_count = static_cast<std::uint64_t>(std::count_if(
        means_ns.begin(), means_ns.end(), [&](double mean) { return mean > 2 * steady; }));
    return windows;
}

std::vector<Run> complete_runs(std::span<const Sample> samples) {
    std::vector<Run> runs;
    std::size_t first = 0;
    bool whole = false; // the run that began at first lacks nothing so far
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const bool follows = i > 0 && samples[i].sequence == samples[i - 1].sequence + 1;
        if (samples[i].position == 0) {
            if (whole && follows) {
                runs.push_back({first, i - first});
            }
            first = i;
            whole = true;
        } else if (!follows || samples[i].position != i - first) {
            whole = false;
        }
    }
    return runs;
}

Residency no_residency(const std::string &reason) {
    const Measured none{std::nullopt, reason};
    return {none, none, none, none, none, none, {}};
}

Residency analyse_residency(std::span<const Sample> samples) {
    const auto runs = complete_runs(samples);
    if (runs.empty()) {
        return no_residency("no publication was sampled whole");
    }
    Residency residency;
    const double batch = usual_length(runs);
    residency.effective_batch.value = batch;
    residency.reading_ns = undisturbed_gap_ns(samples, runs, &Sample::receipt_ns);
    if (samples.front().stamp_ns == 0) {
        const Measured none{std::nullopt, "the messages carry no stamp"};
        residency.period_ns = residency.slope_ns_per_position = none;
        residency.intercept_ns = residency.largest_residual_ns = none;
        return residency;
    }
    residency.period_ns = period_of(samples, runs, batch);
    residency.by_position_p50_ns =
        medians_by_position(samples, runs, static_cast<std::size_t>(batch));
    fit_line(residency);
    return residency;
}

Measured predicted_mean_ns(const Residency &residency, const OtherRuns &others) {
    const auto &batch = residency.effective_batch;
    if (!batch.value) {
        return batch;
    }
    if (*batch.value < 2) {
        return {std::nullopt, "every message is published at once: this run is the transport"};
    }
    if (!residency.period_ns.value) {
        return residency.period_ns;
    }
    if (!others.transport_ns || !others.reading_ns) {
        return {std::nullopt, "needs a seed-flush-each and a seed-unstamped run beside this one; "
                              "tickring bench makes them"};
    }
    const double per_message = *residency.period_ns.value + *others.reading_ns;
    return {(*batch.value - 1) / 2 * per_message + *others.transport_ns, ""};
}

} // namespace tickring
