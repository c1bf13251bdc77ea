// SPDX-License-Identifier: Apache-2.0
#include "tune.hpp"

#include "described_files.hpp"
#include "error.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

const std::string kGovernor = "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
const std::string kHugePages = "sys/kernel/mm/transparent_hugepage/enabled";
const std::string kBalancing = "proc/sys/kernel/numa_balancing";

const Files kUntuned = {{kGovernor, "powersave\n"},
                        {kHugePages, "[always] madvise never\n"},
                        {kBalancing, "1\n"},
                        {"journal/.keep", ""}};

std::string line_of(const DescribedFiles &machine, const std::string &path) {
    return machine.files().line("/" + path).value_or("");
}

bool has_journal(const DescribedFiles &machine) {
    return std::filesystem::exists(machine.root() / "journal/tuned.json");
}

TEST(Tuning, ChangesWhatIsOtherwiseAndPutsItBack) {
    const DescribedFiles machine(kUntuned);
    {
        Tuning tuning(machine.files(), machine.root() / "journal");
        EXPECT_EQ(tuning.text(), "none");
        tuning.tune({0});
        EXPECT_EQ(line_of(machine, kGovernor), "performance");
        EXPECT_EQ(line_of(machine, kHugePages), "madvise");
        EXPECT_EQ(line_of(machine, kBalancing), "0");
        EXPECT_TRUE(has_journal(machine));
        EXPECT_NE(tuning.text().find("scaling_governor performance (was powersave)"),
                  std::string::npos);
    }
    EXPECT_EQ(line_of(machine, kGovernor), "powersave");
    EXPECT_EQ(line_of(machine, kHugePages), "always");
    EXPECT_EQ(line_of(machine, kBalancing), "1");
    EXPECT_FALSE(has_journal(machine));
}

TEST(Tuning, LeavesAloneWhatIsAsItShouldBeOrNotThere) {
    const DescribedFiles machine(
        {{kHugePages, "always madvise [never]\n"}, {kBalancing, "0\n"}, {"journal/.keep", ""}});
    Tuning tuning(machine.files(), machine.root() / "journal");
    tuning.tune({0, 1});
    EXPECT_EQ(tuning.text(), "none");
    EXPECT_EQ(line_of(machine, kHugePages), "always madvise [never]");
    EXPECT_FALSE(std::filesystem::exists(machine.root() / kGovernor));
}

TEST(Tuning, WithoutBeingAskedChangesNothing) {
    const DescribedFiles machine(kUntuned);
    const Tuning tuning(machine.files(), machine.root() / "journal");
    EXPECT_EQ(line_of(machine, kGovernor), "powersave");
    EXPECT_EQ(tuning.recovered(), 0U);
}

TEST(Tuning, AskedTwiceStillKnowsWhatWasThereAtFirst) {
    const DescribedFiles machine(kUntuned);
    {
        Tuning tuning(machine.files(), machine.root() / "journal");
        tuning.tune({0});
        tuning.tune({0});
    }
    EXPECT_EQ(line_of(machine, kGovernor), "powersave");
}

TEST(Tuning, LeavesToOthersWhatTheyHaveChangedSince) {
    const DescribedFiles machine(kUntuned);
    {
        Tuning tuning(machine.files(), machine.root() / "journal");
        tuning.tune({0});
        std::ofstream(machine.root() / kGovernor) << "schedutil\n";
    }
    EXPECT_EQ(line_of(machine, kGovernor), "schedutil");
    EXPECT_EQ(line_of(machine, kBalancing), "1");
}

TEST(Tuning, WithoutAPlaceForItsJournalChangesNothing) {
    const DescribedFiles machine(kUntuned);
    Tuning tuning(machine.files(), machine.root() / "nowhere");
    EXPECT_THROW(tuning.tune({0}), Error);
    EXPECT_EQ(line_of(machine, kGovernor), "powersave");
}

TEST(Tuning, WithADamagedJournalGoesOn) {
    auto files = kUntuned;
    files["journal/tuned.json"] = "[{\"path\": 5";
    const DescribedFiles machine(files);
    const Tuning tuning(machine.files(), machine.root() / "journal");
    EXPECT_EQ(tuning.recovered(), 0U);
    EXPECT_FALSE(has_journal(machine));
}

} // namespace
} // namespace tickring
