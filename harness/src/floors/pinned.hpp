// SPDX-License-Identifier: Apache-2.0
// Short pieces of work on CPUs that are given.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tickring {

// Runs work(i) in a thread of its own on cpus[i], all at once, once each thread is where it should
// be. Empty: done; else why no work was begun.
std::string run_on_cpus(const std::vector<unsigned> &cpus,
                        const std::function<void(std::size_t)> &work);

} // namespace tickring
