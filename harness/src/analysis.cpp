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

double gap_ns(const Sample &from, const Sample &to) {
    return difference_ns(from.stamp_ns, to.stamp_ns);
}

// Gaps between the stamps of neighbours within the runs; of all neighbours when batch is 1.
std::vector<double> gaps_of(std::span<const Sample> samples, bool across_runs) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < samples.size(); ++i) {
        const bool neighbours = samples[i].sequence == samples[i - 1].sequence + 1;
        if (neighbours && (across_runs || samples[i].position != 0)) {
            gaps.push_back(gap_ns(samples[i - 1], samples[i]));
        }
    }
    return gaps;
}

bool is_undisturbed(std::span<const Sample> run, double usual_gap_ns) {
    for (std::size_t i = 1; i < run.size(); ++i) {
        const double gap = gap_ns(run[i - 1], run[i]);
        if (gap < 0 || gap > kInterruptionFactor * usual_gap_ns) {
            return false;
        }
    }
    return true;
}

Measured period_of(std::span<const Sample> samples, const std::vector<Run> &runs, double batch) {
    const bool single = batch < 2;
    const auto gaps = gaps_of(samples, single);
    if (gaps.empty()) {
        return {std::nullopt, "no two neighbouring messages were sampled"};
    }
    const double usual_gap_ns = median(gaps);
    if (single) {
        return {usual_gap_ns, ""};
    }
    std::vector<double> periods;
    for (const auto &run : runs) {
        const auto part = samples.subspan(run.first, run.length);
        if (run.length >= 2 && is_undisturbed(part, usual_gap_ns)) {
            periods.push_back(gap_ns(part.front(), part.back()) /
                              static_cast<double>(run.length - 1));
        }
    }
    if (periods.empty()) {
        return {std::nullopt, "no publication was sent without an interruption"};
    }
    return {median(std::move(periods)), ""};
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

Residency without(const std::string &reason) {
    const Measured nothing{std::nullopt, reason};
    return {nothing, nothing, nothing, nothing, nothing, {}};
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

Residency analyse_residency(std::span<const Sample> samples) {
    if (samples.empty() || samples.front().stamp_ns == 0) {
        return without("the messages carry no stamp");
    }
    const auto runs = complete_runs(samples);
    if (runs.empty()) {
        return without("no publication was sampled whole");
    }
    std::vector<double> lengths;
    for (const auto &run : runs) {
        lengths.push_back(static_cast<double>(run.length));
    }
    std::nth_element(lengths.begin(),
                     lengths.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2), lengths.end());
    const double batch = lengths[runs.size() / 2]; // a length that occurs, even for an even count
    Residency residency;
    residency.effective_batch.value = batch;
    residency.period_ns = period_of(samples, runs, batch);
    residency.by_position_p50_ns =
        medians_by_position(samples, runs, static_cast<std::size_t>(batch));
    if (batch < 2) {
        const Measured none{std::nullopt, "a line needs two positions, each batch has one message"};
        residency.slope_ns_per_position = residency.intercept_ns = none;
        residency.largest_residual_ns = none;
        return residency;
    }
    const auto line = least_squares(residency.by_position_p50_ns);
    residency.slope_ns_per_position.value = line.slope;
    residency.intercept_ns.value = line.intercept;
    residency.largest_residual_ns.value = largest_residual(residency.by_position_p50_ns, line);
    return residency;
}

Measured predicted_mean_ns(const Residency &residency, std::optional<double> transport_ns) {
    if (!residency.effective_batch.value) {
        return {std::nullopt, residency.effective_batch.reason};
    }
    if (*residency.effective_batch.value < 2) {
        return {std::nullopt, "every message is published at once: this run is the transport"};
    }
    if (!residency.period_ns.value) {
        return {std::nullopt, residency.period_ns.reason};
    }
    if (!transport_ns) {
        return {std::nullopt, "needs the transport of a seed-flush-each run; tickring bench makes "
                              "both"};
    }
    const double waiting = (*residency.effective_batch.value - 1) / 2 * *residency.period_ns.value;
    return {waiting + *transport_ns, ""};
}

} // namespace tickring
