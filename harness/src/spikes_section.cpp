// SPDX-License-Identifier: Apache-2.0
#include "spikes_section.hpp"

#include <algorithm>

namespace tickring {
namespace {

// The longest ones are listed one by one; all of them are counted.
constexpr std::size_t kMostListed = 2'000;

double seconds(std::uint64_t start_ns, std::uint64_t time_ns) {
    return static_cast<double>(static_cast<std::int64_t>(time_ns - start_ns)) / 1e9;
}

Json causes_section(std::span<const Spike> spikes) {
    Json list = Json::array();
    for (const auto &summary : summarize_causes(spikes)) {
        if (summary.count > 0) {
            list.push_back({{"cause", name_of(summary.cause)},
                            {"count", summary.count},
                            {"share_of_time", summary.share_of_time},
                            {"worst_ns", summary.worst_ns}});
        }
    }
    return list;
}

Measured share_of(std::span<const Spike> spikes, Cause cause) {
    if (spikes.empty()) {
        return {std::nullopt, "no message took longer than the threshold"};
    }
    return {summarize_causes(spikes)[static_cast<std::size_t>(cause)].share_of_time, ""};
}

Json list_section(std::vector<Spike> spikes, std::uint64_t start_ns) {
    if (spikes.size() > kMostListed) {
        const auto last = spikes.begin() + static_cast<std::ptrdiff_t>(kMostListed);
        std::nth_element(spikes.begin(), last, spikes.end(), [](const Spike &a, const Spike &b) {
            return a.length_ns() > b.length_ns();
        });
        spikes.erase(last, spikes.end());
        std::sort(spikes.begin(), spikes.end(),
                  [](const Spike &a, const Spike &b) { return a.from_ns < b.from_ns; });
    }
    Json list = Json::array();
    for (const auto &spike : spikes) {
        list.push_back({{"from_s", seconds(start_ns, spike.from_ns)},
                        {"length_ns", spike.to_ns - spike.from_ns},
                        {"messages", spike.messages},
                        {"worst_ns", spike.worst_ns},
                        {"cause", name_of(spike.cause)}});
    }
    return list;
}

// The windows beyond twice the steady mean, as windows.spike_count counts them.
Json windows_section(std::span<const Spike> spikes, const SpikesInput &input) {
    Json list = Json::array();
    const auto steady_ns = summarize_windows(input.window_means_ns).steady_mean_ns;
    for (std::size_t i = 0; steady_ns && i < input.window_means_ns.size(); ++i) {
        if (input.window_means_ns[i] > 2 * *steady_ns) {
            const auto cause =
                cause_of_window(spikes, i * input.messages_per_window, input.messages_per_window);
            list.push_back({{"window", i},
                            {"mean_ns", input.window_means_ns[i]},
                            {"cause", name_of(cause.value_or(Cause::kUnknown))}});
        }
    }
    return list;
}

} // namespace

Json spikes_section(const SpikesInput &input) {
    const double threshold_ns = spike_threshold_ns(input.journeys);
    auto spikes = find_spikes(input.journeys, threshold_ns);
    name_causes(spikes, input.traces);
    Json section;
    section["threshold_ns"] = threshold_ns;
    section["total_count"] = spikes.size();
    section["sampled_fraction"] = input.sampled_fraction;
    section["start_ns"] = input.start_ns;
    section["causes"] = causes_section(spikes);
    put(section, "producer_descheduled_share", share_of(spikes, Cause::kProducerDescheduled));
    section["windows"] = windows_section(spikes, input);
    section["list"] = list_section(std::move(spikes), input.start_ns);
    return section;
}

} // namespace tickring
