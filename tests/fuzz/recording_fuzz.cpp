// SPDX-License-Identifier: Apache-2.0
// Any bytes as recorder.json, with its histograms, beside samples.bin of some length; most are made
// by another value in place of one of JSON. What is read is as long as the files say; the rest is
// refused as broken.
#include "../../harness/src/error.hpp"
#include "../../harness/src/recording.hpp"
#include "input_file.hpp"

#include <cstring>
#include <random>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t *data, std::size_t bytes, std::size_t most);

namespace {

using namespace tickring;
using tickring::fuzz::require;
using tickring::fuzz::write_file;

const Json kValues = {nullptr,       true,          -1, 0, 1, 0.5, 1e300, UINT64_MAX, "text",
                      Json::array(), Json::object()};

// One value of an object replaced; the object as it was where it has none.
void replace_one(Json &object, std::minstd_rand &choose) {
    const Json values = object.flatten();
    if (values.is_object() && !values.empty()) {
        const auto chosen = std::next(values.begin(), static_cast<int>(choose() % values.size()));
        object[Json::json_pointer(chosen.key())] = kValues[choose() % kValues.size()];
    }
}

} // namespace

// The last byte of an input says how long samples.bin is, so that a kept one stays readable.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    const std::string samples(bytes > 0 ? data[bytes - 1] : 0, '\1');
    const std::size_t object_bytes = bytes > 0 ? bytes - 1 : 0;
    write_file("recorder.json", data, object_bytes);
    write_file("samples.bin", samples.data(), samples.size());
    static const bool are_logs_there = [] {
        write_file("latency.hlog", nullptr, 0);
        write_file("latency.hgrm", nullptr, 0);
        return true;
    }();
    try {
        const Recording recording = read_recording(".");
        require(are_logs_there, "a recording without its logs is read");
        require(recording.samples.size() * sizeof(Sample) == samples.size(), "samples of nobody");
        require(recording.window_means_ns.size() + recording.groups.elapsed_ns.size() <=
                    object_bytes,
                "more values than the file has");
    } catch (const Error &error) {
        require(error.exit() == Exit::kBroken, "a damaged recording is not called broken");
    }
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t *data, std::size_t bytes,
                                               std::size_t most, unsigned seed) {
    std::minstd_rand choose(seed);
    Json object =
        seed % 4 == 0 || bytes == 0 ? Json() : Json::parse(data, data + bytes - 1, nullptr, false);
    if (!object.is_object()) {
        return LLVMFuzzerMutate(data, bytes, most);
    }
    replace_one(object, choose);
    const std::string text = object.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() + 1 > most) {
        return LLVMFuzzerMutate(data, bytes, most);
    }
    data[text.size()] = data[bytes - 1];
    std::memcpy(data, text.data(), text.size());
    return text.size() + 1;
}
