// SPDX-License-Identifier: Apache-2.0
#include "run_directory.hpp"

#include "error.hpp"
#include "fd.hpp"
#include "project.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace tickring {
namespace {

[[noreturn]] void fail(const char *what, const fs::path &path, int error) {
    throw Error(Exit::kBroken, "cannot ", what, " ", path.string(), ": ", errno_text(error));
}

void sync_path(const fs::path &path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open() || ::fsync(file.get()) != 0) {
        fail("write", path, errno);
    }
}

void write_file(const fs::path &path, const std::string &text) {
    const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file.open()) {
        fail("write", path, errno);
    }
    for (std::size_t done = 0; done < text.size();) {
        const auto written = ::write(file.get(), text.data() + done, text.size() - done);
        if (written < 0) {
            fail("write", path, errno);
        }
        done += static_cast<std::size_t>(written);
    }
    if (::fsync(file.get()) != 0) {
        fail("write", path, errno);
    }
}

// What a file or directory is called until it is whole, and what mkdtemp() adds to it.
constexpr std::string_view kUnfinished = ".unfinished-";
constexpr std::string_view kPattern = "XXXXXX";

// A directory beside the one to be made, removed unless it was renamed. It is locked for as long as
// its maker lives.
class Draft {
  public:
    explicit Draft(const fs::path &folder) {
        do {
            make(folder);
        } while (!fs::exists(path_)); // somebody tidied up before it was locked
        ::chmod(path_.c_str(), 0755);
    }
    Draft(const Draft &) = delete;
    Draft &operator=(const Draft &) = delete;
    ~Draft() {
        std::error_code error;
        fs::remove_all(path_, error);
    }
    [[nodiscard]] const fs::path &path() const { return path_; }

    // False: there is such a directory already.
    [[nodiscard]] bool rename_to(const fs::path &target) const {
        if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
            return true;
        }
        if (errno != EEXIST) {
            fail("make", target, errno);
        }
        return false;
    }

  private:
    void make(const fs::path &folder) {
        auto pattern = (folder / concat(kUnfinished, kPattern)).string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            fail("make a directory in", folder, errno);
        }
        path_ = pattern;
        lock_ = Fd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (lock_.open()) {
            ::flock(lock_.get(), LOCK_EX);
        }
    }

    fs::path path_;
    Fd lock_;
};

// Removes what runs have left that were killed while they wrote: nobody holds its lock.
void tidy_up(const fs::path &folder) {
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(folder, error)) {
        if (!entry.path().filename().string().starts_with(kUnfinished)) {
            continue;
        }
        const Fd lock(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (lock.open() && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) {
            fs::remove_all(entry.path(), error);
        }
    }
}

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    std::string host = name.data();
    for (char &c : host) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_') {
            c = '_';
        }
    }
    return host.empty() ? "unknown" : host.substr(0, 64);
}

// Writes a page into the folder and removes it again. Returns 0 or an errno value.
int try_to_write(const fs::path &folder) {
    auto file = (folder / concat(kUnfinished, kPattern)).string();
    const Fd fd(::mkostemp(file.data(), O_CLOEXEC));
    if (!fd.open()) {
        return errno;
    }
    const std::string page(4096, 'x');
    const auto written = ::write(fd.get(), page.data(), page.size());
    const int error = written == static_cast<ssize_t>(page.size()) ? 0
                      : written < 0                                ? errno
                                                                   : ENOSPC;
    ::unlink(file.c_str());
    return error;
}

bool is_shortage(int error) { return error == ENOSPC || error == EDQUOT || error == EIO; }

} // namespace

std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc);
    return text.data();
}

std::string run_name(const std::string &utc, const std::string &scenario) {
    return concat(utc, "-", project_commit(), "-", host_name(), "-", scenario);
}

void check_output(const fs::path &folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    tidy_up(folder); // before it is judged full
    const int reason = error ? error.value() : try_to_write(folder);
    if (reason != 0) {
        throw Error(is_shortage(reason) ? Exit::kBroken : Exit::kUsage, "--out '", folder.string(),
                    "' is not allowed; give a directory that can be written to (",
                    errno_text(reason), ")");
    }
}

fs::path write_run_directory(const fs::path &folder, const std::string &name, const Json &result,
                             const fs::path &record) {
    const Draft draft(folder);
    write_file(draft.path() / "result.json", to_text(result));
    for (const char *log : {"latency.hlog", "latency.hgrm"}) {
        std::error_code error;
        if (!fs::exists(record / log, error)) {
            continue;
        }
        if (!fs::copy_file(record / log, draft.path() / log, error)) {
            fail("write", draft.path() / log, error.value());
        }
        sync_path(draft.path() / log);
    }
    sync_path(draft.path());
    auto target = folder / name;
    for (int number = 2; !draft.rename_to(target); ++number) {
        target = folder / concat(name, "-", number);
    }
    sync_path(folder);
    return target;
}

} // namespace tickring
