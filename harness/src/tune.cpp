// SPDX-License-Identifier: Apache-2.0
#include "tune.hpp"

#include "error.hpp"
#include "fd.hpp"
#include "json.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>

namespace fs = std::filesystem;

namespace tickring {
namespace {

// "always [madvise] never" has its value in brackets, other files have nothing else.
std::string value_of(const std::string &line) {
    const auto open = line.find('[');
    const auto close = line.find(']', open);
    return close == std::string::npos ? line : line.substr(open + 1, close - open - 1);
}

// What should be changed, as far as the machine has it and it is otherwise.
std::vector<Setting> wanted_settings(const SystemFiles &files, const std::vector<unsigned> &cpus) {
    std::vector<Setting> settings;
    const auto want = [&](const std::string &path, const char *wanted) {
        const auto line = files.line(path);
        if (line && value_of(*line) != wanted) {
            settings.push_back({path, value_of(*line), wanted});
        }
    };
    for (const auto cpu : cpus) {
        const auto folder = concat("/sys/devices/system/cpu/cpu", cpu, "/cpufreq/");
        want(folder + "scaling_governor", "performance");
        want(folder + "energy_performance_preference", "performance");
    }
    const std::string huge_pages = "/sys/kernel/mm/transparent_hugepage/enabled";
    if (value_of(files.line(huge_pages).value_or("")) == "always") {
        want(huge_pages, "madvise");
    }
    want("/proc/sys/kernel/numa_balancing", "0");
    return settings;
}

// 0, or the error. Never makes a file.
int write_setting(const SystemFiles &files, const std::string &path, const std::string &value) {
    const Fd file(::open(files.real(path).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (!file.open()) {
        return errno;
    }
    const auto text = value + "\n";
    const auto written = ::write(file.get(), text.data(), text.size());
    return written == static_cast<ssize_t>(text.size()) ? 0 : errno;
}

} // namespace

Tuning::Tuning(SystemFiles files, const fs::path &folder)
    : files_(std::move(files)), journal_(folder / "tuned.json") {
    std::ifstream in(journal_);
    const auto journal = Json::parse(in, nullptr, false);
    for (const auto &entry : journal.is_array() ? journal : Json::array()) {
        changed_.push_back(
            {entry.value("path", ""), entry.value("before", ""), entry.value("wanted", "")});
    }
    recovered_ = put_back();
}

Tuning::~Tuning() { put_back(); }

void Tuning::tune(const std::vector<unsigned> &cpus) {
    const auto settings = wanted_settings(files_, cpus);
    for (const auto &setting : settings) {
        if (::access(files_.real(setting.path).c_str(), W_OK) != 0) {
            throw Error(Exit::kBroken, "--tune may not change ", setting.path, " from ",
                        setting.before, " to ", setting.wanted, ": ", errno_text(errno));
        }
    }
    changed_.insert(changed_.end(), settings.begin(), settings.end());
    write_journal();
    for (const auto &setting : settings) {
        if (const int error = write_setting(files_, setting.path, setting.wanted); error != 0) {
            put_back();
            throw Error(Exit::kBroken, "--tune cannot change ", setting.path, " to ",
                        setting.wanted, ": ", errno_text(error));
        }
    }
}

std::string Tuning::text() const {
    std::string text;
    for (const auto &setting : changed_) {
        text += concat(text.empty() ? "" : ", ", setting.path, " ", setting.wanted, " (was ",
                       setting.before, ")");
    }
    return text.empty() ? "none" : text;
}

// Whole and on disk before anything is changed.
void Tuning::write_journal() const {
    auto journal = Json::array();
    for (const auto &setting : changed_) {
        journal.push_back(
            {{"path", setting.path}, {"before", setting.before}, {"wanted", setting.wanted}});
    }
    const auto text = to_text(journal);
    const auto partial = journal_.string() + ".partial";
    const Fd file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const bool is_written =
        file.open() &&
        ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file.get()) == 0 && ::rename(partial.c_str(), journal_.c_str()) == 0;
    if (!is_written) {
        throw Error(Exit::kBroken, "cannot write ", journal_.string(), ": ", errno_text(errno));
    }
}

// The last change first. What somebody else has changed since is left to them.
std::size_t Tuning::put_back() {
    std::size_t count = 0;
    bool is_any_left = false;
    for (auto setting = changed_.rbegin(); setting != changed_.rend(); ++setting) {
        const auto line = files_.line(setting->path);
        if (line && value_of(*line) == setting->wanted) {
            const bool is_back = write_setting(files_, setting->path, setting->before) == 0;
            count += is_back ? 1 : 0;
            is_any_left = is_any_left || !is_back;
        }
    }
    changed_.clear();
    if (!is_any_left) {
        std::error_code error;
        fs::remove(journal_, error);
    }
    return count;
}

} // namespace tickring
