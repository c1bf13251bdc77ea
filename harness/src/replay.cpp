// SPDX-License-Identifier: Apache-2.0
#include "replay.hpp"

#include "child.hpp"
#include "error.hpp"
#include "line_reader.hpp"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <poll.h>

namespace tickring {
namespace {

constexpr int kTickMs = 100;
constexpr int kBadInput = 2;

Launch launch_of(const Scenario &scenario, const std::filesystem::path &python,
                 const std::filesystem::path &prepared) {
    Launch launch;
    launch.argv = {python.string(), "-m", "tickring_replay", "--ticks", scenario.ticks};
    // With "=", so that a text that begins with a dash is a value too.
    launch.argv.push_back("--columns=" + scenario.ticks_columns);
    const auto add = [&](const char *flag, const auto &value) {
        launch.argv.emplace_back(flag);
        launch.argv.push_back(concat(value));
    };
    add("--speed-millionths", scenario.speed_millionths);
    add("--messages", scenario.messages);
    add("--duration-ns", scenario.duration_ns);
    add("--out", prepared.string());
    return launch;
}

Replay read_answer(const std::string &line, const std::filesystem::path &prepared) {
    const auto answer = nlohmann::json::parse(line, nullptr, false);
    if (!answer.is_object()) {
        throw Error(Exit::kBroken, "what prepares the trades said nothing of them");
    }
    return {prepared,
            answer.at("count").get<std::uint64_t>(),
            answer.at("length_ns").get<std::uint64_t>(),
            answer.at("trades").get<std::uint64_t>(),
            answer.at("kind").get<std::string>(),
            answer.at("sha256").get<std::string>()};
}

} // namespace

Replay prepare_replay(const Scenario &scenario, const std::filesystem::path &python,
                      const std::filesystem::path &prepared, Signals &signals) {
    Child child(launch_of(scenario, python, prepared));
    LineReader out;
    Tail err;
    while (child.alive()) {
        std::array<pollfd, 3> watched{
            {{signals.fd(), POLLIN, 0}, {child.pidfd(), POLLIN, 0}, {child.err(), POLLIN, 0}}};
        ::poll(watched.data(), watched.size(), kTickMs);
        if (const auto number = signals.take()) {
            throw Error(Exit::kInterrupted, "interrupted by ", strsignal(*number));
        }
        child.reap();
        out.fill(child.out());
        err.fill(child.err());
    }
    if (child.ending()->code == kBadInput) {
        throw Error(Exit::kUsage, err.text());
    }
    const auto answer = out.next();
    if (child.ending()->code != 0 || !answer) {
        throw Error(Exit::kBroken, "the trades could not be prepared: ", err.text());
    }
    return read_answer(*answer, prepared);
}

} // namespace tickring
