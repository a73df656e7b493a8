#include "projections/archive.h"

#include <gtest/gtest.h>

#include "projections/builtin_packs.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::projections {
namespace {

using ledger::Field;

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() {
    ledger::LedgerOptions options;
    options.directory = directory_.path() / "ledger";
    archive_ = Archive::create(options, "test.kinledger.invalid", {330100}, random_).value();
  }

  ledger::Outcome pay(std::string key, std::string_view scheme) {
    ledger::Submission submission;
    submission.key = std::move(key);
    submission.registers_persons = true;
    auto& event = submission.events.emplace_back(
        ledger::premium_paid(ledger::resident("20120301", 101), "2021-03-30", ledger::Fen{25'000}));
    std::erase_if(event.draft.fields,
                  [](const auto& field) { return field.first == Field::scheme; });
    event.draft.set(Field::scheme, scheme);
    return archive_->submit(submission).value();
  }

  TestDirectory directory_;
  ledger::SeededRandom random_{20210101};
  std::unique_ptr<Archive> archive_;
};

TEST_F(ArchiveTest, ChecksSubmissionsAgainstThePacksAdoptedSoFar) {
  EXPECT_TRUE(pay("before", "nonsense").receipt);
  ASSERT_TRUE(archive_->adopt(find_builtin_pack("hangzhou-2021")->text)->receipt);
  const auto refused = pay("after", "nonsense");
  ASSERT_EQ(refused.refusals.size(), 1u);
  EXPECT_EQ(refused.refusals[0].reason.code, "CODE_UNKNOWN");
  EXPECT_TRUE(pay("after", "children").receipt);
  EXPECT_FALSE(pay("later", "nonsense").receipt);
}

TEST_F(ArchiveTest, ProjectsWhatWasSubmittedForTheNextQuestion) {
  ASSERT_TRUE(archive_->adopt(find_builtin_pack("hangzhou-2021")->text)->receipt);
  ASSERT_TRUE(pay("payment", "children").receipt);
  const auto size = archive_->ledger().durable().size;
  auto view = archive_->view(size).value();
  EXPECT_EQ(archive_->projector().position(), size);
  EXPECT_FALSE(view.knowledge->fault());
}

}  // namespace
}  // namespace kinledger::projections
