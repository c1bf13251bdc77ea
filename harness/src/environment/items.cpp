// SPDX-License-Identifier: Apache-2.0
#include "environment/items.hpp"

#include "error.hpp"

#include <algorithm>
#include <map>

namespace tickring {

const char *name_of(Status status) {
    switch (status) {
    case Status::kOk:
        return "ok";
    case Status::kWarn:
        return "warn";
    case Status::kUnknown:
        return "unknown";
    case Status::kNotVisible:
        break;
    }
    return "not_visible";
}

void Items::add(const char *name, const Json &value, const std::string &source, Status status,
                const char *advice) {
    items_.push_back({group_, name, value, source, status, advice});
}

void Items::add_not_visible(const char *name, const std::string &source) {
    add(name, nullptr, source, Status::kNotVisible);
}

void Items::add_file(const char *name, const std::string &path, Check check, const char *advice) {
    if (const auto line = files_.line(path)) {
        const bool is_good = check == nullptr || check(*line);
        add(name, *line, path, is_good ? Status::kOk : Status::kWarn, advice);
    } else {
        add_not_visible(name, path);
    }
}

void Items::add_file_of(const std::vector<unsigned> &cpus, const char *name,
                        const std::string &path, Check check, const char *advice) {
    std::map<std::string, std::string> cpus_by_value;
    bool is_good = true;
    for (const auto cpu : cpus) {
        auto file = path;
        file.replace(file.find('#'), 1, std::to_string(cpu));
        if (const auto line = files_.line(file)) {
            auto &list = cpus_by_value[*line];
            list += concat(list.empty() ? "" : ",", cpu);
            is_good = is_good && (check == nullptr || check(*line));
        }
    }
    if (cpus_by_value.empty()) {
        add_not_visible(name, path);
        return;
    }
    std::string text;
    for (const auto &[value, list] : cpus_by_value) {
        text += text.empty() ? "" : "; ";
        text += cpus_by_value.size() == 1 ? value : concat(value, " (CPU ", list, ")");
    }
    add(name, text, path, is_good ? Status::kOk : Status::kWarn, advice);
}

} // namespace tickring
