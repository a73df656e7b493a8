// CHK-04 where scenarios do not reach: a person of two pooling regions.
#include "projections/checks/check.h"
#include "projections/checks/inspection.h"
#include "tests/projections/insured_persons.h"

namespace kinledger::projections {
namespace {

using ledger::Field;

constexpr ledger::Area suzhou{320500};

class TwoRegions : public InsuredPersons {
 protected:
  void SetUp() override {
    InsuredPersons::SetUp();
    facts_.adopt(file_text(repository() / "projections/packs/suzhou-2020.toml"));
    legacy_child(the_child);
  }

  /// In Suzhou's insurance of 2020, enrolled and paid in its period.
  void covered_in_suzhou() {
    facts_.record(Telling(ledger::EventType::enrollment_registered)
                      .on("2019-10-10")
                      .in(suzhou)
                      .with(Field::person, the_child)
                      .with(Field::scheme, std::string_view("resident"))
                      .with(Field::insurance_year, ledger::Year{2020}));
    facts_.record(Telling(ledger::EventType::premium_paid)
                      .on("2019-10-10")
                      .in(suzhou)
                      .with(Field::person, the_child)
                      .with(Field::scheme, std::string_view("resident"))
                      .with(Field::insurance_year, ledger::Year{2020})
                      .with(Field::amount, ledger::Fen{24'000}));
  }

  std::vector<Irregularity> overlaps(std::string_view on) {
    Inspection inspection(known(), Subject::of(the_child), day(on));
    find_check("CHK-04")->judge(inspection);
    return inspection.take().irregularities;
  }
};

TEST_F(TwoRegions, CoverAtTheSameTimeIsFoundAcrossThem) {
  covered_in_suzhou();
  EXPECT_TRUE(overlaps("2019-12-31").empty());
  ASSERT_EQ(overlaps("2020-01-01").size(), 1u);

  const auto found = overlaps("2021-06-01");
  ASSERT_EQ(found.size(), 1u);
  // The legacy pooling of Hangzhou to its last day, and Suzhou's whole year.
  EXPECT_EQ(found[0].cells[2].held, Value{day("2020-01-01")}.held);
  EXPECT_EQ(found[0].cells[3].held, Value{day("2020-12-31")}.held);
  EXPECT_EQ(found[0].cells[4].held, Value{std::int64_t{366}}.held);
  EXPECT_EQ(found[0].rule, nullptr);
}

TEST_F(TwoRegions, CoverOfOneRegionAloneIsNoOverlap) {
  EXPECT_TRUE(overlaps("2021-06-01").empty());
}

}  // namespace
}  // namespace kinledger::projections
