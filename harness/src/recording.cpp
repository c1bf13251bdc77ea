// SPDX-License-Identifier: Apache-2.0
#include "recording.hpp"

#include "error.hpp"

#include <cmath>
#include <fstream>

namespace tickring {
namespace {

namespace fs = std::filesystem;

Json read_json(const fs::path &file) {
    std::ifstream in(file);
    if (!in) {
        throw Error(Exit::kBroken, "the recorder left no ", file.filename().string());
    }
    auto object = Json::parse(in, nullptr, false);
    if (!object.is_object()) {
        throw Error(Exit::kBroken, file.filename().string(), " of the recorder is not JSON");
    }
    return object;
}

[[noreturn]] void refuse(const std::string &key, const char *wanted) {
    throw Error(Exit::kBroken, "recorder.json: '", key, "' is missing or not ", wanted);
}

const Json &member(const Json &object, const char *key) {
    const auto found = object.find(key);
    if (found == object.end()) {
        refuse(key, "there");
    }
    return *found;
}

std::uint64_t count_in(const Json &object, const char *key) {
    const auto &value = member(object, key);
    if (!value.is_number_unsigned()) {
        refuse(key, "a whole number from 0");
    }
    return value.get<std::uint64_t>();
}

// A time of the first or last message; 0 when there was none.
std::uint64_t time_in(const Json &object, const char *key) {
    return member(object, key).is_null() ? 0 : count_in(object, key);
}

double finite_in(const Json &object, const char *key) {
    const auto &value = member(object, key);
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
        refuse(key, "a finite number");
    }
    return value.get<double>();
}

Json latency_in(const Json &object, const char *key, std::uint64_t received) {
    const auto &latency = member(object, key);
    if (latency.is_null()) {
        return nullptr;
    }
    if (!latency.is_object()) {
        refuse(key, "an object or null");
    }
    const auto count = count_in(latency, "count");
    if (count + count_in(latency, "negative_count") + count_in(latency, "overflow_count") !=
        received) {
        throw Error(Exit::kBroken, "recorder.json: the counts of ", key, " do not add up to the ",
                    received, " messages received");
    }
    for (const char *statistic : kLatencyKeys) {
        if (count > 0) {
            finite_in(latency, statistic);
        }
    }
    return latency;
}

const Json &list_in(const Json &object, const char *key, const char *wanted) {
    const auto &list = member(object, key);
    if (!list.is_array()) {
        refuse(key, wanted);
    }
    return list;
}

void read_windows(const Json &object, Recording &recording) {
    const auto &windows = member(object, "windows");
    if (windows.is_null()) {
        return;
    }
    recording.messages_per_window = count_in(windows, "messages_per_window");
    constexpr auto kWanted = "a list of finite numbers";
    for (const auto &mean : list_in(windows, "means_ns", kWanted)) {
        if (!mean.is_number() || !std::isfinite(mean.get<double>())) {
            refuse("means_ns", kWanted);
        }
        recording.window_means_ns.push_back(mean.get<double>());
    }
}

std::vector<std::uint64_t> elapsed_in(const Json &object) {
    constexpr auto kWanted = "a list of whole numbers from 0";
    std::vector<std::uint64_t> elapsed;
    for (const auto &elapsed_ns : list_in(object, "elapsed_ns", kWanted)) {
        if (!elapsed_ns.is_number_unsigned()) {
            refuse("elapsed_ns", kWanted);
        }
        elapsed.push_back(elapsed_ns.get<std::uint64_t>());
    }
    return elapsed;
}

// Recorders of earlier versions do not tell it.
void read_pace(const Json &object, Stretches &pace) {
    const auto found = object.find("pace");
    if (found == object.end() || found->is_null()) {
        return;
    }
    pace.messages_per_stretch = count_in(*found, "messages_per_stretch");
    pace.elapsed_ns = elapsed_in(*found);
    if (pace.messages_per_stretch == 0) {
        refuse("messages_per_stretch", "a whole number from 1");
    }
}

void read_groups(const Json &object, Groups &groups) {
    const auto found = object.find("groups");
    if (found == object.end() || found->is_null()) {
        return;
    }
    groups.round_trips_per_group = count_in(*found, "round_trips_per_group");
    groups.count = count_in(*found, "count");
    groups.stride = count_in(*found, "stride");
    groups.elapsed_ns = elapsed_in(*found);
    if (groups.round_trips_per_group == 0) {
        refuse("round_trips_per_group", "a whole number from 1");
    }
}

std::vector<Sample> read_samples(const fs::path &file, std::uint64_t expected) {
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    if (error) {
        throw Error(Exit::kBroken, "the recorder left no samples.bin");
    }
    // Not multiplied: a count of any size would come round.
    if (bytes % sizeof(Sample) != 0 || bytes / sizeof(Sample) != expected) {
        throw Error(Exit::kBroken, "samples.bin has ", bytes,
                    " bytes where recorder.json tells of ", expected, " samples of ",
                    sizeof(Sample));
    }
    std::vector<Sample> samples(expected);
    std::ifstream in(file, std::ios::binary);
    // A sample in memory is the sample of the file: little-endian, no gaps.
    in.read(reinterpret_cast<char *>(samples.data()), static_cast<std::streamsize>(bytes));
    if (!in) {
        throw Error(Exit::kBroken, "samples.bin cannot be read");
    }
    return samples;
}

} // namespace

Recording read_recording(const fs::path &folder) {
    const auto object = read_json(folder / "recorder.json");
    if (count_in(object, "format") != 1) {
        throw Error(Exit::kBroken, "recorder.json has format ", count_in(object, "format"),
                    "; this harness reads 1");
    }
    Recording recording;
    const auto &complete = member(object, "complete");
    if (!complete.is_boolean()) {
        refuse("complete", "true or false");
    }
    recording.complete = complete.get<bool>();
    recording.messages_received = count_in(object, "messages_received");
    for (const auto &fault : kFaults) {
        recording.*fault.count = count_in(object, fault.key);
    }
    recording.first_receipt_ns = time_in(object, "first_receipt_ns");
    recording.last_receipt_ns = time_in(object, "last_receipt_ns");
    recording.last_stamp_ns = time_in(object, "last_stamp_ns");
    recording.latency_ns = latency_in(object, "latency_ns", recording.messages_received);
    recording.intended_latency_ns =
        latency_in(object, "intended_latency_ns", recording.messages_received);
    recording.schedule_delay_ns =
        latency_in(object, "schedule_delay_ns", recording.messages_received);
    if (!member(object, "last_on_time_sequence").is_null()) {
        recording.last_on_time_sequence = count_in(object, "last_on_time_sequence");
    }
    recording.first_late_due_ns = time_in(object, "first_late_due_ns");
    read_windows(object, recording);
    read_groups(object, recording.groups);
    read_pace(object, recording.pace);
    recording.samples =
        read_samples(folder / "samples.bin", count_in(member(object, "samples"), "count"));
    for (const char *log : {"latency.hlog", "latency.hgrm"}) {
        if (!fs::is_regular_file(folder / log)) {
            throw Error(Exit::kBroken, "the recorder left no ", log);
        }
    }
    return recording;
}

} // namespace tickring
