// The checks as a whole: documented as they are, and each with a violation and a near miss among
// the scenarios.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "projections/checks/check.h"
#include "projections/checks/check_report.h"
#include "projections/checks/run_checks.h"
#include "tests/documented.h"

namespace kinledger::projections {
namespace {

TEST(Checks, AreDocumentedAsTheProgramRunsThem) {
  expect_documented("CHECKS.md", checks_markdown(), "# The checks by number");
}

TEST(Checks, AreThoseOfTheCatalogueEachOnce) {
  ASSERT_EQ(checks().size(), 57U);
  for (std::size_t i = 0; i < checks().size(); ++i) {
    const auto number = std::to_string(i + 1);
    EXPECT_EQ(checks()[i].id, "CHK-" + std::string(number.size() < 2 ? "0" : "") + number);
  }
}

TEST(Checks, SayWhatTheyLookAtInBothLanguages) {
  for (const auto& check : checks()) {
    EXPECT_FALSE(check.zh.empty()) << check.id;
    EXPECT_FALSE(check.en.empty()) << check.id;
    EXPECT_FALSE(check.about.empty()) << check.id;
    EXPECT_NE(check.judge, nullptr) << check.id;
    EXPECT_EQ(find_check(check.id), &check);
    std::set<std::string_view> names;
    for (const auto& columns : {irregularity_columns(), check.columns})
      for (const auto& column : columns)
        EXPECT_TRUE(names.insert(column.name).second) << check.id << " " << column.name;
  }
}

/// What the scenarios expect of `found` for each check: some number above zero, and zero.
struct Seen {
  bool violation = false;
  bool near_miss = false;
};

std::map<std::string, Seen> seen_in_scenarios() {
  std::map<std::string, Seen> seen;
  const auto directory = std::filesystem::path(KINLEDGER_SOURCE_DIR) / "tests/scenarios/checks";
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream in(entry.path());
    std::string asked;
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string first, second, third;
      words >> first >> second >> third;
      if (first == "ask") asked = second;
      if (first != "found" || second != "=") continue;
      (third == "0" ? seen[asked].near_miss : seen[asked].violation) = true;
    }
  }
  return seen;
}

TEST(Checks, SayReceiptsWhereTheyCompareReceipts) {
  const auto at = std::ranges::find(checks(), std::string_view("CHK-34"), &Check::id);
  ASSERT_NE(at, checks().end());
  for (const auto& heading : at->columns) {
    if (!heading.name.ends_with("Persons")) continue;
    EXPECT_NE(heading.en.find("receipts"), std::string_view::npos) << heading.name;
    EXPECT_NE(heading.zh.find("票据"), std::string_view::npos) << heading.name;
  }
}

TEST(Checks, HaveAViolationAndANearMissAmongTheScenarios) {
  const auto seen = seen_in_scenarios();
  for (const auto& check : checks()) {
    const auto at = seen.find(std::string(check.id));
    ASSERT_NE(at, seen.end()) << check.id;
    EXPECT_TRUE(at->second.violation) << check.id;
    EXPECT_TRUE(at->second.near_miss) << check.id;
  }
}

}  // namespace
}  // namespace kinledger::projections
