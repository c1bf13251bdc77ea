// SPDX-License-Identifier: Apache-2.0
// faults_sessions_test [N]: opens, uses and closes N sessions (default 3000) in one process, and
// looks whether descriptors, mappings and memory stay as they were. Exit status 1 when they grew.
#include "../core/temporary_directory.hpp"
#include "ends.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>

namespace {

using namespace tickring::faults;

constexpr long kDefault = 3000;
constexpr long kFirst = 200; // until what is allocated once is there
constexpr long kSlack_bytes = 256 * 1024;

struct Use {
    long descriptors;
    long mappings;
    long resident_bytes;
};

Use use_now() {
    long mappings = 0;
    std::ifstream maps("/proc/self/maps");
    while (maps.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
        ++mappings;
    }
    long total_pages = 0;
    long resident_pages = 0;
    std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
    return {tickring::open_descriptors_count(), mappings, resident_pages * sysconf(_SC_PAGESIZE)};
}

std::ostream &operator<<(std::ostream &out, const Use &use) {
    return out << use.descriptors << " descriptors, " << use.mappings << " mappings, "
               << use.resident_bytes / 1024 << " KiB";
}

// Connects as often, from a thread that lives as long.
void connect_often(const std::string &path, long sessions) {
    for (long session = 0; session < sessions; ++session) {
        const Exchange exchange = send_one(path);
        if (exchange.code != TICKRING_OK) {
            std::cerr << "sessions: " << tickring_last_error_text() << '\n';
            std::exit(1);
        }
    }
}

} // namespace

int main(int argc, char **argv) {
    const long sessions = argc == 1 ? kDefault : std::atol(argv[1]);
    if (argc > 2 || sessions <= kFirst) {
        std::cerr << "sessions: one number above " << kFirst << " is needed\n";
        return 2;
    }
    const tickring::TemporaryDirectory directory;
    const std::string path = directory.file("s");
    std::thread connector(connect_often, path, sessions);
    Use first{};
    for (long session = 1; session <= sessions; ++session) {
        const Exchange exchange = receive_one(path);
        if (exchange.code != TICKRING_OK || exchange.deaths_count != 0) {
            std::cerr << "sessions: session " << session << ": code " << exchange.code << '\n';
            std::_Exit(1);
        }
        if (session == kFirst) {
            first = use_now();
        }
    }
    connector.join();
    const Use last = use_now();
    std::cout << "after " << kFirst << " sessions: " << first << "\nafter " << sessions << ": "
              << last << '\n';
    // At the first look the connector may still have its end of that session.
    const bool grew = last.descriptors > first.descriptors || last.mappings > first.mappings + 2 ||
                      last.resident_bytes > first.resident_bytes + kSlack_bytes;
    return grew || !directory.is_empty() ? 1 : 0;
}
