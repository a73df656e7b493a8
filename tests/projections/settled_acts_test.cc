// The review of reimbursements of several units: what is the child's is told once.
#include "projections/settlement/settled_acts.h"

#include "tests/projections/reports_fixture.h"

namespace kinledger::projections {
namespace {

using ledger::Fen;

/// The child of the fixture may be paid 1,234.50 for 2021, and the first unit paid 1,000.50.
class ReviewOfUnits : public ReportsTest {
 protected:
  void paid_by_second_unit(Fen amount) {
    auto paid = about(EventType::subsidy_reimbursed, "2022-03-06", child_);
    paid.units.emplace_back(Field::unit, "330199002");
    paid.draft.set(Field::settlement_year, ledger::Year{2021});
    paid.draft.set(Field::amount, amount);
    hand_in({paid});
  }
  SettledActs review(std::optional<ledger::UnitId> unit) const {
    const auto area = unit ? std::nullopt : std::optional(ledger::Area{330106});
    return review_settlement(*archive_, {.unit = unit,
                                         .area = area,
                                         .settlement_year = ledger::Year{2021},
                                         .on = ledger::date("2022-06-30"),
                                         .basis = archive_->ledger().durable().size})
        .value();
  }
};

TEST_F(ReviewOfUnits, TellAChildsExcessOnce) {
  paid_by_second_unit({100'050});
  const auto acts = review({});
  ASSERT_EQ(acts.acts.size(), 2U);
  EXPECT_EQ(acts.recover, Fen{76'650});
  EXPECT_EQ(acts.acts[0].recover, Fen{76'650});
  EXPECT_EQ(acts.acts[1].recover, Fen{});
  EXPECT_EQ(review(ledger::unit_id("330199002")).recover, Fen{76'650}) << "asked of one unit";
}

TEST_F(ReviewOfUnits, TellOnceWhatIsStillToBePaid) {
  paid_by_second_unit({10'000});
  const auto acts = review({});
  EXPECT_EQ(acts.pay_more, Fen{13'400});
  EXPECT_EQ(acts.recover, Fen{});
}

}  // namespace
}  // namespace kinledger::projections
