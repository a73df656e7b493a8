// Persons of the legacy pooling and what becomes of them, told in the words of the programme.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "projections/judgments/coverage.h"
#include "projections/knowledge.h"
#include "tests/projections/recorded_facts.h"

namespace kinledger::projections {

/// The facts of a test under the rules of Hangzhou 2021.
class InsuredPersons : public testing::Test {
 protected:
  void SetUp() override { facts_.adopt(hangzhou_2021()); }

  void registered(ledger::PersonId who, std::string_view born) {
    facts_.record(Telling(ledger::EventType::person_registered)
                      .on("2021-01-05")
                      .with(ledger::Field::person, who)
                      .with(ledger::Field::birth_date, day(born)));
  }
  /// Born 2012-06-15, in the legacy pooling since 2018, with urban hukou.
  void legacy_child(ledger::PersonId child, std::string_view born = "2012-06-15") {
    registered(child, born);
    facts_.record(Telling(ledger::EventType::legacy_membership_recorded)
                      .on("2018-09-01")
                      .with(ledger::Field::person, child));
    facts_.record(Telling(ledger::EventType::person_status_recorded)
                      .on("2018-09-01")
                      .with(ledger::Field::person, child)
                      .with(ledger::Field::kind, std::string_view("hukou"))
                      .with(ledger::Field::area, xihu));
  }
  ledger::Sequence paid(ledger::PersonId who, std::string_view on, std::int64_t yuan,
                        std::string_view scheme = "children", std::int32_t year = 2021) {
    return facts_.record(Telling(ledger::EventType::premium_paid)
                             .on(on)
                             .with(ledger::Field::person, who)
                             .with(ledger::Field::scheme, scheme)
                             .with(ledger::Field::insurance_year, ledger::Year{year})
                             .with(ledger::Field::amount, ledger::Fen{yuan * 100}));
  }
  ledger::Sequence enrolled(ledger::PersonId who, std::string_view on, std::string_view scheme,
                            std::int32_t year = 2021) {
    return facts_.record(Telling(ledger::EventType::enrollment_registered)
                             .on(on)
                             .with(ledger::Field::person, who)
                             .with(ledger::Field::scheme, scheme)
                             .with(ledger::Field::insurance_year, ledger::Year{year}));
  }
  void ended(ledger::PersonId who, std::string_view on, std::string_view scheme,
             ledger::EndCause cause = ledger::EndCause::stopped) {
    facts_.record(Telling(ledger::EventType::enrollment_ended)
                      .on(on)
                      .with(ledger::Field::person, who)
                      .with(ledger::Field::scheme, scheme)
                      .with(ledger::Field::cause, static_cast<std::int64_t>(cause)));
  }
  void municipal_organ(ledger::UnitId which) {
    facts_.record(
        Telling(ledger::EventType::unit_recorded)
            .on("2020-01-01")
            .with(ledger::Field::unit, which)
            .with(ledger::Field::unit_number, std::string_view("U1"))
            .with(ledger::Field::unit_type, std::string_view("administrativeOrgan"))
            .with(ledger::Field::fiscal_level, std::string_view("municipal"))
            .with(ledger::Field::full_guarantee, static_cast<std::int64_t>(ledger::YesNo::yes))
            .with(ledger::Field::area, xihu));
  }
  void bound(ledger::PersonId child, ledger::UnitId unit_is, std::string_view on) {
    facts_.record(Telling(ledger::EventType::binding_registered)
                      .on(on)
                      .with(ledger::Field::person, child)
                      .with(ledger::Field::parent, person(200))
                      .with(ledger::Field::unit, unit_is));
  }

  Knowledge& known() {
    knowledge_.reset();
    rules_ = std::make_unique<Rulebook>(facts_.rulebook());
    knowledge_ = std::make_unique<Knowledge>(*rules_, facts_.loader());
    return *knowledge_;
  }
  Timeline timeline(ledger::PersonId who) { return coverage_timeline(known(), who, hangzhou); }

  /// Whether the spans are ascending, not empty and do not overlap.
  static bool is_in_order(const Timeline& told) {
    for (std::size_t i = 0; i < told.spans.size(); ++i) {
      const auto& span = told.spans[i];
      if (span.until && *span.until <= span.from) return false;
      if (i == 0) continue;
      const auto& before = told.spans[i - 1];
      if (!before.until || *before.until > span.from) return false;
    }
    return true;
  }

  RecordedFacts facts_;

 private:
  std::unique_ptr<Rulebook> rules_;
  std::unique_ptr<Knowledge> knowledge_;
};

}  // namespace kinledger::projections
