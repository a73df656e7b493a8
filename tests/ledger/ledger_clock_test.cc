// What the ledger makes of its clock: instants never go back, whatever it says.

#include "ledger/ledger.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

TEST_F(LedgerTest, TimeNeverGoesBack) {
  create();
  const auto first = recorded("k1", {person_registered(example_child, "小明")});
  now_.microseconds -= 1'000'000'000;
  EXPECT_EQ(recorded("k2", {person_registered(example_parent, "大明")}).recorded_at,
            first.recorded_at);
  reopen();
  const auto third = recorded("k3", {unit_recorded("U1")});
  EXPECT_EQ(third.recorded_at, first.recorded_at);
}

/// Nothing in a ledger tells a wrong clock from time that passed: it records what the clock says,
/// and what it has said is never taken back.
TEST_F(LedgerTest, AClockThatWasFiftyYearsAheadLeavesItsInstant) {
  constexpr std::int64_t hour = 3'600'000'000, fifty_years = hour * 24 * 365 * 50;
  create();
  const auto present = now_;
  EXPECT_EQ(recorded("present", {unit_recorded("U1")}).recorded_at, present);
  now_.microseconds += fifty_years;
  const auto ahead = now_;
  EXPECT_EQ(recorded("ahead", {unit_recorded("U2")}).recorded_at, ahead);
  reopen();
  now_ = present;
  EXPECT_EQ(recorded("put right", {unit_recorded("U3")}).recorded_at, ahead);
  reopen();
  now_.microseconds = ahead.microseconds - hour;
  EXPECT_EQ(recorded("an hour behind", {unit_recorded("U4")}).recorded_at, ahead);
  now_.microseconds = ahead.microseconds + hour;
  EXPECT_EQ(recorded("caught up", {unit_recorded("U5")}).recorded_at, now_);
  verify_all();
}

/// An event with such an instant would be durable, acknowledged, and refused by every reader.
TEST_F(LedgerTest, RecordsNothingWhileTheClockIsOutsideTheCalendar) {
  create();
  const auto present = now_;
  const auto before = recorded("before", {unit_recorded("U1")});
  now_.microseconds = end_of_day(date_max).microseconds + 1;
  const auto refused = hand_in("meanwhile", {unit_recorded("U2")});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().failure, Failure::unavailable);
  EXPECT_NE(refused.error().what.find("clock"), std::string::npos) << refused.error().what;
  EXPECT_NE(refused.error().zh.find("时钟"), std::string::npos) << refused.error().zh;
  EXPECT_EQ(ledger_->durable(), before.head);
  EXPECT_TRUE(hand_in("before", {unit_recorded("U1")}).value().receipt->already);
  now_ = present;
  EXPECT_EQ(recorded("meanwhile", {unit_recorded("U2")}).recorded_at, present);
  now_ = end_of_day(date_max);
  EXPECT_EQ(recorded("the last instant", {unit_recorded("U3")}).recorded_at, now_);
  reopen();
  verify_all();
}

}  // namespace
}  // namespace kinledger::ledger
