// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include "error.hpp"

#include <algorithm>
#include <toml++/toml.h>

namespace tickring {
namespace {

const Field *field_with_key(std::string_view key) {
    const auto fields = scenario_fields();
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field &field) { return field.key == key; });
    return found == fields.end() ? nullptr : &*found;
}

std::string known_keys() {
    std::string text = "description instrumented";
    for (const auto &field : scenario_fields()) {
        text.append(" ").append(field.key);
    }
    return text;
}

// The value as text when it has the type that the field needs, else nothing.
std::optional<std::string> text_of(const toml::node &node, const Field &field) {
    if (field.word != nullptr) {
        return node.value_exact<std::string>();
    }
    if (const auto whole = node.value_exact<std::int64_t>()) {
        return std::to_string(*whole);
    }
    const bool is_real = field.kind == Field::Kind::kSeconds || field.kind == Field::Kind::kFactor;
    if (const auto real = node.value_exact<double>(); real && is_real) {
        return concat(*real);
    }
    return std::nullopt;
}

void read_key(Scenario &scenario, const std::string &file, const toml::key &key,
              const toml::node &node) {
    const auto where = concat(file, ":", key.source().begin.line, ": ");
    if (key.str() == "description") {
        const auto text = node.value_exact<std::string>();
        if (!text) {
            throw Error(Exit::kUsage, where, "description has the wrong type; give a string");
        }
        scenario.description = *text;
        return;
    }
    if (key.str() == "instrumented") {
        const auto wanted = node.value_exact<bool>();
        if (!wanted) {
            throw Error(Exit::kUsage, where, "instrumented has the wrong type; give true or false");
        }
        scenario.instrumented = *wanted;
        return;
    }
    const Field *field = field_with_key(key.str());
    if (field == nullptr) {
        throw Error(Exit::kUsage, where, "unknown key '", key.str(), "'; known: ", known_keys());
    }
    const auto text = text_of(node, *field);
    if (!text) {
        throw Error(Exit::kUsage, where, key.str(), " has the wrong type; give ",
                    allowed_values(*field));
    }
    assign(scenario, *field, *text, where + std::string(key.str()));
}

std::string scenarios_in(const std::filesystem::path &folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".toml") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const auto &name : names) {
        text.append(text.empty() ? "" : " ").append(name);
    }
    return text.empty() ? "none in " + folder.string() : text;
}

bool same_value(const Scenario &a, const Scenario &b, const Field &field) {
    return field.word != nullptr ? a.*field.word == b.*field.word
                                 : a.*field.number == b.*field.number;
}

} // namespace

Scenario read_scenario_file(const std::filesystem::path &file) {
    Scenario scenario;
    scenario.name = file.stem().string();
    try {
        const auto table = toml::parse_file(file.string());
        for (const auto &[key, node] : table) {
            read_key(scenario, file.string(), key, node);
        }
        const bool is_limited = table.contains("duration_s") || table.contains("ticks");
        if (is_limited && !table.contains("messages")) {
            scenario.messages = 0;
        }
    } catch (const toml::parse_error &error) {
        throw Error(Exit::kUsage, file.string(), ":", error.source().begin.line, ": ",
                    error.description());
    }
    return scenario;
}

std::filesystem::path find_scenario(const std::string &name, const std::filesystem::path &folder) {
    const bool is_file = name.find('/') != std::string::npos || name.ends_with(".toml");
    const auto file = is_file ? std::filesystem::path(name) : folder / (name + ".toml");
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) {
        return file;
    }
    throw Error(Exit::kUsage, is_file ? "no scenario file '" : "unknown scenario '", name,
                "'; known: ", scenarios_in(folder), "; or the path of a .toml file");
}

bool is_one_way(const Scenario &scenario) { return scenario.pattern == "one-way"; }

std::string program_name(const Scenario &scenario) {
    return is_one_way(scenario) ? scenario.transport : scenario.transport + "-" + scenario.pattern;
}

void check_pattern(const Scenario &scenario) {
    if (is_one_way(scenario)) {
        return;
    }
    const auto refuse_unless = [](bool good, const char *flag, const auto &value,
                                  const char *allowed) {
        if (!good) {
            throw Error(Exit::kUsage, flag, " '", value,
                        "' is not allowed with --pattern "
                        "round-trip; give ",
                        allowed);
        }
    };
    refuse_unless(scenario.rate_per_s == 0, "--rate", scenario.rate_per_s,
                  "none: each message waits for the answer to the last one");
    refuse_unless(scenario.publish_every == 1, "--publish-every", scenario.publish_every,
                  "1: an answer is waited for");
    refuse_unless(scenario.flush_every == 0, "--flush-every", scenario.flush_every,
                  "0: an answer is waited for");
    refuse_unless(scenario.contents == "tick", "--contents", scenario.contents,
                  "tick: an answer is as large as its ping");
    refuse_unless(scenario.stamp == "time_ns", "--stamp", scenario.stamp,
                  "time_ns: without a stamp there is no round trip to record");
}

void instrument(Scenario &scenario) {
    if (!scenario.instrumented) {
        scenario.instrumented = true;
        scenario.changed.emplace_back("instrumented");
    }
}

void check_instruments(const Scenario &scenario) {
    if (!scenario.instrumented) {
        return;
    }
    if (!is_one_way(scenario)) {
        throw Error(Exit::kUsage, "--instrumented is not allowed with --pattern '",
                    scenario.pattern, "'; give one-way");
    }
    if (scenario.stamp == "none") {
        throw Error(Exit::kUsage, "--instrumented is not allowed with --stamp 'none'; give time_ns "
                                  "or native: without a stamp there is no latency to break down");
    }
}

void check_ticks(const Scenario &scenario) {
    if (scenario.ticks.empty()) {
        const bool is_plain = scenario.ticks_columns.empty() &&
                              scenario.speed_millionths == Scenario().speed_millionths;
        if (!is_plain) {
            throw Error(Exit::kUsage, "--speed and --ticks-columns need --ticks: they say how "
                                      "recorded trades are read and sent");
        }
        return;
    }
    const auto refuse = [](const char *flag, const auto &value, const char *allowed) {
        throw Error(Exit::kUsage, flag, " '", value, "' is not allowed with --ticks; give ",
                    allowed);
    };
    if (!is_one_way(scenario)) {
        refuse("--pattern", scenario.pattern, "one-way: trades are only sent");
    }
    if (scenario.rate_per_s != 0) {
        refuse("--rate", scenario.rate_per_s, "none: the trades have their own times");
    }
    if (scenario.contents != "tick") {
        refuse("--contents", scenario.contents, "tick: the trades are the contents");
    }
}

void apply(Scenario &scenario, const Overrides &overrides) {
    const Scenario before = scenario;
    bool has_messages = false;
    bool has_other_limit = false;
    for (const auto &[field, text] : overrides) {
        assign(scenario, *field, text, field->flag);
        has_messages = has_messages || field->key == "messages";
        has_other_limit = has_other_limit || field->key == "duration_s" || field->key == "ticks";
    }
    if (has_other_limit && !has_messages) {
        scenario.messages = 0;
    }
    for (const auto &field : scenario_fields()) {
        const bool is_length = field.key == "messages" || field.key == "duration_s";
        if (!is_length && !same_value(before, scenario, field)) {
            scenario.changed.emplace_back(field.key);
        }
    }
}

} // namespace tickring
