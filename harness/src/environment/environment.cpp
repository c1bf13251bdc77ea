// SPDX-License-Identifier: Apache-2.0
#include "environment/environment.hpp"

#include "environment/sections.hpp"
#include "error.hpp"
#include "paragraph.hpp"
#include "project.hpp"

#include <iomanip>
#include <sstream>

namespace tickring {
namespace {

constexpr std::size_t kNameColumns = 31;

std::string value_text(const Item &item) {
    if (item.status == Status::kNotVisible) {
        return "- (not visible)";
    }
    if (item.value.is_boolean()) {
        return item.value.get<bool>() ? "yes" : "no";
    }
    if (item.value.is_number_float()) {
        return concat(item.value.get<double>());
    }
    const auto text = item.value.is_string() ? item.value.get<std::string>() : item.value.dump();
    return item.status == Status::kUnknown ? text + " (not certain)" : text;
}

std::string item_line(const Item &item) {
    std::ostringstream name;
    name << (item.status == Status::kWarn ? "! " : "  ") << std::left
         << std::setw(static_cast<int>(kNameColumns)) << item.name << " ";
    return paragraph(name.str(), value_text(item), kNameColumns + 3);
}

} // namespace

Items look_around(const SystemFiles &files, const Topology &topology, const Placement &placement) {
    const auto cpus = cpus_of(placement);
    Items items(files);
    add_machine(items);
    add_placement(items, topology, placement);
    add_frequency(items, cpus);
    add_isolation(items, cpus);
    add_memory(items);
    add_clocks(items);
    add_software(items);
    add_load(items);
    return items;
}

Json environment_section(const Items &items) {
    Json section = Json::object();
    for (const auto &item : items.all()) {
        section[item.name] = {
            {"value", item.value}, {"source", item.source}, {"status", name_of(item.status)}};
    }
    return section;
}

std::string environment_text(const Items &items) {
    std::string text;
    std::string group;
    for (const auto &item : items.all()) {
        if (item.group != group) {
            text += (text.empty() ? "" : "\n") + item.group + "\n";
            group = item.group;
        }
        text += item_line(item);
    }
    return text;
}

std::string findings_text(const Items &items) {
    std::string text;
    if (is_debug_build()) {
        text += paragraph("REFUSE  ",
                          "a debug build: tickring run and bench refuse to measure "
                          "without --allow-debug",
                          8);
    }
    std::string hidden;
    for (const auto &item : items.all()) {
        if (item.status == Status::kWarn) {
            text += paragraph("WARN    ",
                              concat(item.name, " is ", value_text(item), ": ", item.advice), 8);
        } else if (item.status == Status::kNotVisible) {
            hidden += (hidden.empty() ? "" : ", ") + item.name;
        }
    }
    if (!hidden.empty()) {
        text += paragraph("INFO    ", "not visible from here, so nobody knows: " + hidden, 8);
    }
    return text;
}

std::string warned_items(const Items &items) {
    std::string names;
    for (const auto &item : items.all()) {
        if (item.status == Status::kWarn) {
            names += (names.empty() ? "" : ", ") + item.name;
        }
    }
    return names;
}

} // namespace tickring
