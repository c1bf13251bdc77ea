// SPDX-License-Identifier: Apache-2.0
// Compares published figures with results, and says in words how they stand. Pure.
#pragma once

#include "json.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tickring {

// A figure that somebody published, and where a result of ours has its like.
struct Figure {
    std::string id;
    std::string title;
    std::string unit;
    std::string scenario;  // the run that measures it
    std::string measured;  // JSON pointer into its result
    std::string predicted; // the same; empty: no model predicts it
    bool higher_is_better = false;
    double low = 0;
    double high = 0; // equal to low: a single figure
};

// The figures of all files of a folder, in order of file name. Throws Error (broken) with file and
// line.
std::vector<Figure> read_figures(const std::filesystem::path &folder);

// One entry of claims[]: id, published, unit, measured, predicted, verdict, reason.
Json judge(const Figure &figure, const Json &result);

// Judges every figure whose scenario has a result.
Json judge_all(const std::vector<Figure> &figures, const std::map<std::string, Json> &results);

} // namespace tickring
