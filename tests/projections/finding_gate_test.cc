// The gate of findings while others record: what it looked at is still so when the closing is
// recorded, and a number is given once.
#include "projections/checks/finding_gate.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "projections/builtin_packs.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;

class FindingGateThreads : public testing::Test {
 protected:
  FindingGateThreads() {
    options_.directory = directory_.path() / "ledger";
    options_.clock = [] { return ledger::parse_recorded_at("2021-04-12T09:00:00+08:00").value(); };
    archive_ = Archive::create(options_, "test.kinledger.invalid", {330100}, random_).value();
    EXPECT_TRUE(archive_->adopt(find_builtin_pack("hangzhou-2021")->text)->receipt);
    auto unit = ledger::unit_recorded("330199001");
    unit.draft.set(Field::unit_number, std::string_view("330199001"));
    hand_in("unit", {unit});
    hand_in("child", {ledger::person_registered(child_, "孩子")});
    auto member = about(EventType::legacy_membership_recorded, "2018-01-01");
    member.units.emplace_back(Field::unit, "330199001");
    member.draft.set(Field::until, ledger::date("2021-01-01"));
    auto converted = about(EventType::legacy_member_converted, "2021-01-01");
    converted.draft.set(Field::from_scheme, std::string_view("legacyChildPooling"));
    converted.draft.set(Field::scheme, std::string_view("children"));
    hand_in("member", {member, converted});
  }

  ledger::SubmittedEvent about(EventType type, std::string_view on) const {
    auto event = ledger::event(type, on);
    event.persons.emplace_back(Field::person, ledger::person(child_));
    return event;
  }

  ledger::Outcome submit(const std::string& key, std::vector<ledger::SubmittedEvent> events) {
    ledger::Submission submission;
    submission.key = key;
    submission.events = std::move(events);
    return archive_->submit(submission).value();
  }
  void hand_in(const std::string& key, std::vector<ledger::SubmittedEvent> events) {
    const auto outcome = submit(key, std::move(events));
    for (const auto& refusal : outcome.refusals)
      ADD_FAILURE() << refusal.field << " " << refusal.reason.code << " " << refusal.reason.en;
  }

  ledger::SubmittedEvent opened(const std::string& number) const {
    auto event = ledger::event(EventType::finding_opened, "2021-04-10");
    event.units.emplace_back(Field::unit, "330199001");
    event.draft.set(Field::finding, number);
    event.draft.set(Field::check, std::string_view("CHK-07"));
    return event;
  }
  static ledger::SubmittedEvent closed(const std::string& number) {
    auto event = ledger::event(EventType::finding_closed, "2021-04-12");
    event.draft.set(Field::finding, number);
    event.draft.set(Field::result, std::string_view("rectified"));
    return event;
  }
  ledger::SubmittedEvent reversed() const {
    auto event = about(EventType::payment_reversed, "2021-04-12");
    event.draft.set(Field::insurance_year, ledger::Year{2021});
    event.draft.set(Field::amount, Fen{25'000});
    event.draft.set(Field::cause, std::string_view("duplicate"));
    return event;
  }

  std::int64_t reported_at(ledger::TreeSize basis) {
    Arguments arguments;
    arguments.on = ledger::date("2021-04-12");
    arguments.unit = ledger::unit_id("330199001");
    const auto answer = archive_->ask(*find_question("CHK-07"), arguments, basis).value().value();
    return std::get<std::int64_t>(answer.find("found")->value.held);
  }

  const ledger::IdentityNumber child_ = ledger::resident("20120615", 24);
  TestDirectory directory_;
  ledger::LedgerOptions options_;
  ledger::SeededRandom random_{20210101};
  std::unique_ptr<Archive> archive_;
};

TEST_F(FindingGateThreads, NoRecordComesBetweenTheCheckAndTheClosing) {
  constexpr int rounds = 25;
  for (int round = 0; round < rounds; ++round) {
    const auto number = "A-" + std::to_string(round);
    hand_in("open " + number, {opened(number)});
    hand_in("pay " + number, {ledger::premium_paid(child_, "2021-04-11", Fen{25'000})});
    ASSERT_EQ(reported_at(archive_->ledger().durable().size), 0);
    ledger::Outcome closing;
    {
      const std::jthread other([&] { hand_in("reverse " + number, {reversed()}); });
      closing = submit("close " + number, {closed(number)});
    }
    if (closing.receipt) {
      EXPECT_EQ(reported_at({closing.receipt->first.value}), 0) << "as known when it was recorded";
      continue;
    }
    ASSERT_EQ(closing.refusals.size(), 1U);
    EXPECT_EQ(closing.refusals[0].reason.code, "FINDING_STILL_REPORTED");
  }
}

TEST_F(FindingGateThreads, ANumberIsGivenOnce) {
  constexpr int rounds = 15;
  for (int round = 0; round < rounds; ++round) {
    const auto number = "B-" + std::to_string(round);
    ledger::Outcome one, two;
    {
      const std::jthread other([&] { one = submit("one " + number, {opened(number)}); });
      two = submit("two " + number, {opened(number)});
    }
    EXPECT_NE(one.receipt.has_value(), two.receipt.has_value());
    const auto& refusals = one.receipt ? two.refusals : one.refusals;
    ASSERT_EQ(refusals.size(), 1U);
    EXPECT_EQ(refusals[0].reason.code, "FINDING_NUMBER_TAKEN");
  }
}

TEST_F(FindingGateThreads, AClosingIsTakenWhileOthersRecordWhatItsCheckAllows) {
  hand_in("open", {opened("C-1")});
  hand_in("pay", {ledger::premium_paid(child_, "2021-04-11", Fen{25'000})});
  constexpr int recorders = 4;
  std::latch all_ready(recorders + 1);
  std::vector<std::jthread> others;
  for (int i = 0; i < recorders; ++i)
    others.emplace_back([this, &all_ready, i] {
      all_ready.arrive_and_wait();
      for (int k = 0; k < 10; ++k) {
        auto status = about(EventType::person_status_recorded, "2020-09-01");
        status.draft.set(Field::kind, std::string_view("hukou"));
        status.draft.set(Field::area, ledger::Area{330106});
        hand_in("s " + std::to_string(i) + " " + std::to_string(k), {status});
      }
    });
  all_ready.arrive_and_wait();
  EXPECT_TRUE(submit("close", {closed("C-1")}).receipt);
}

}  // namespace
}  // namespace kinledger::projections
