// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "participants.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>

namespace tickring {
namespace {

void list_scenarios(const std::filesystem::path &folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".toml") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::cout << "scenarios\n";
    for (const auto &file : files) {
        std::cout << "  " << std::left << std::setw(18) << file.stem().string()
                  << read_scenario_file(file).description << '\n';
    }
}

void list_participants(const Participants &participants) {
    std::map<std::string, std::map<Role, std::string>> transports;
    for (const auto &program : participants.list()) {
        transports[program.transport][program.role] += " " + program.language;
    }
    std::cout << "transports\n";
    for (auto &[transport, languages] : transports) {
        std::cout << "  " << std::left << std::setw(22) << transport
                  << "producers:" << languages[Role::kProducer]
                  << "; consumers:" << languages[Role::kConsumer] << '\n';
    }
}

} // namespace

Exit command_list(const Paths &paths) {
    list_scenarios(paths.scenarios);
    list_participants(Participants(paths));
    return Exit::kOk;
}

} // namespace tickring
