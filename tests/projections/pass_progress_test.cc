#include "projections/pass_progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace kinledger::projections {
namespace {

/// Persons with random ids, in the order of their keys.
std::vector<Subject> persons(std::size_t count) {
  std::mt19937_64 random(20210331);
  std::vector<Subject> subjects(count);
  for (auto& subject : subjects) {
    subject.kind = Subject::Kind::person;
    for (auto& byte : subject.id) byte = static_cast<std::uint8_t>(random());
  }
  std::ranges::sort(subjects);
  return subjects;
}

/// As two threads go through them: one share each at a time.
void pass_half(const std::vector<Subject>& subjects, PassProgress& progress) {
  for (const auto& subject : subjects) {
    const unsigned share = subject.id[0] / (256 / subject_shares);
    if (share % 2 == 0) progress.pass(share, subject);
  }
}

TEST(PassProgress, TellsHowManyThereWillBeFromThoseBehind) {
  constexpr std::size_t count = 20'000;
  const auto subjects = persons(count);
  PassProgress progress;
  EXPECT_EQ(progress.expected(), 0U);
  progress.begin_last();
  EXPECT_EQ(progress.expected(), 0U) << "nothing is behind";
  pass_half(subjects, progress);
  EXPECT_NEAR(static_cast<double>(progress.passed()), count / 2.0, count * 0.02);
  EXPECT_NEAR(static_cast<double>(progress.expected()), count, count * 0.02);
  for (const auto& subject : subjects) {
    const unsigned share = subject.id[0] / (256 / subject_shares);
    if (share % 2 == 1) progress.pass(share, subject);
  }
  EXPECT_EQ(progress.passed(), count);
  EXPECT_NEAR(static_cast<double>(progress.expected()), count, count * 0.01);
}

TEST(PassProgress, KnowsNothingBeforeTheLastPass) {
  const auto subjects = persons(1'000);
  PassProgress progress;
  progress.pass();
  pass_half(subjects, progress);
  EXPECT_EQ(progress.expected(), 0U);
  const auto before = progress.passed();
  progress.begin_last();
  pass_half(subjects, progress);
  EXPECT_NEAR(static_cast<double>(progress.expected()), static_cast<double>(before) + 1'000, 100);
}

TEST(PassProgress, ListsAreAsLongAsTheyAre) {
  PassProgress progress;
  progress.expect(3);
  progress.pass();
  EXPECT_EQ(progress.passed(), 1U);
  EXPECT_EQ(progress.expected(), 3U);
}

}  // namespace
}  // namespace kinledger::projections
