// SPDX-License-Identifier: Apache-2.0
// Any bytes as recorder.json, with its histograms, beside samples.bin of some length. What is read
// is as long as the files say; the rest is refused as broken.
#include "../../harness/src/error.hpp"
#include "../../harness/src/recording.hpp"
#include "input_file.hpp"

#include <fuzzer/FuzzedDataProvider.h>

namespace {

using namespace tickring;
using tickring::fuzz::require;
using tickring::fuzz::write_file;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    FuzzedDataProvider input(data, bytes);
    // The last byte of an input, so that a kept one stays readable.
    const std::string samples(input.ConsumeIntegral<std::uint8_t>(), '\1');
    const std::string object = input.ConsumeRemainingBytesAsString();
    write_file("recorder.json", object.data(), object.size());
    write_file("samples.bin", samples.data(), samples.size());
    write_file("latency.hlog", nullptr, 0);
    write_file("latency.hgrm", nullptr, 0);
    try {
        const Recording recording = read_recording(".");
        require(recording.samples.size() * sizeof(Sample) == samples.size(), "samples of nobody");
        require(recording.window_means_ns.size() + recording.groups.elapsed_ns.size() <=
                    object.size(),
                "more values than the file has");
    } catch (const Error &error) {
        require(error.exit() == Exit::kBroken, "a damaged recording is not called broken");
    }
    return 0;
}
