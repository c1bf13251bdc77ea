// SPDX-License-Identifier: Apache-2.0
// What is known of the environment: named values with their source, and how good they are.
#pragma once

#include "environment/system_files.hpp"
#include "json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tickring {

enum class Status { kOk, kWarn, kUnknown, kNotVisible };

const char *name_of(Status status);

struct Item {
    std::string group;
    std::string name;
    Json value; // null when there is none
    std::string source;
    Status status = Status::kOk;
    std::string advice; // of a warning: what it does, and what would help
};

// What a line of a file should be; nullptr: anything will do.
using Check = bool (*)(std::string_view value);

class Items {
  public:
    explicit Items(const SystemFiles &files) : files_(files) {}

    // Items that are added from here on belong to it.
    void begin_group(const char *name) { group_ = name; }

    void add(const char *name, const Json &value, const std::string &source,
             Status status = Status::kOk, const char *advice = "");
    void add_not_visible(const char *name, const std::string &source);
    // A file of one line.
    void add_file(const char *name, const std::string &path, Check check = nullptr,
                  const char *advice = "");
    // A file of one line per CPU; in path, # stands for its number.
    void add_file_of(const std::vector<unsigned> &cpus, const char *name, const std::string &path,
                     Check check = nullptr, const char *advice = "");

    [[nodiscard]] const SystemFiles &files() const { return files_; }
    [[nodiscard]] const std::vector<Item> &all() const { return items_; }

  private:
    SystemFiles files_;
    std::string group_;
    std::vector<Item> items_;
};

} // namespace tickring
