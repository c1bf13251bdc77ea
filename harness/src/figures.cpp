// SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"
#include "error.hpp"

#include <algorithm>
#include <toml++/toml.h>

namespace tickring {
namespace {

[[noreturn]] void refuse(const toml::table &table, const std::string &file, const char *key,
                         const char *wanted) {
    throw Error(Exit::kBroken, file, ":", table.source().begin.line, ": '", key, "' must be ",
                wanted);
}

std::string text_in(const toml::table &table, const std::string &file, const char *key) {
    const auto text = table[key].value_exact<std::string>();
    if (!text || text->empty()) {
        refuse(table, file, key, "a string");
    }
    return *text;
}

double number_in(const toml::table &table, const std::string &file, const char *key) {
    const auto number = table[key].value<double>();
    if (!number || *number <= 0) {
        refuse(table, file, key, "a number above 0");
    }
    return *number;
}

Figure figure_from(const toml::table &table, const std::string &file) {
    Figure figure;
    figure.id = text_in(table, file, "id");
    figure.title = text_in(table, file, "title");
    figure.unit = text_in(table, file, "unit");
    figure.scenario = text_in(table, file, "scenario");
    figure.measured = text_in(table, file, "measured");
    figure.predicted = table["predicted"].value_or(std::string());
    const auto better = text_in(table, file, "better");
    if (better != "higher" && better != "lower") {
        refuse(table, file, "better", "higher or lower");
    }
    figure.higher_is_better = better == "higher";
    if (table.contains("value")) {
        figure.low = figure.high = number_in(table, file, "value");
    } else {
        figure.low = number_in(table, file, "low");
        figure.high = number_in(table, file, "high");
    }
    return figure;
}

void read_file(const std::filesystem::path &file, std::vector<Figure> &figures) {
    try {
        const auto table = toml::parse_file(file.string());
        const auto *list = table["figure"].as_array();
        if (list == nullptr) {
            refuse(table, file.string(), "figure", "a list of tables");
        }
        for (const auto &entry : *list) {
            if (!entry.is_table()) {
                refuse(table, file.string(), "figure", "a list of tables");
            }
            figures.push_back(figure_from(*entry.as_table(), file.string()));
        }
    } catch (const toml::parse_error &error) {
        throw Error(Exit::kBroken, file.string(), ":", error.source().begin.line, ": ",
                    error.description());
    }
}

} // namespace

std::vector<Figure> read_figures(const std::filesystem::path &folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".toml") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<Figure> figures;
    for (const auto &file : files) {
        read_file(file, figures);
    }
    return figures;
}

} // namespace tickring
