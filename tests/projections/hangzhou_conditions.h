// A the_child, its relations and a unit under the rules of hangzhou-2021, to judge conditions on.
#pragma once

#include <gtest/gtest.h>

#include "ledger/json.h"
#include "projections/condition.h"
#include "projections/condition_format.h"
#include "tests/projections/recorded_facts.h"

namespace kinledger::projections {

inline const auto mother = person(2);
inline const auto father = person(3);
inline const auto grandmother = person(4);
inline const auto bureau = unit(1);

using Points = std::vector<std::string>;

/// A the_child, its relations and a unit in Hangzhou, under the rules of 2021.
class HangzhouConditions : public testing::Test {
 protected:
  void SetUp() override { facts_.adopt(hangzhou_2021()); }

  void born(std::string_view date) {
    facts_.record(Telling(ledger::EventType::person_registered)
                      .on("2020-01-01")
                      .with(ledger::Field::person, the_child)
                      .with(ledger::Field::birth_date, day(date)));
  }
  static Telling status(const ledger::PersonId& whom, std::string_view kind, ledger::Area area) {
    Telling telling(ledger::EventType::person_status_recorded);
    telling.on("2020-01-01").with(ledger::Field::person, whom).with(ledger::Field::kind, kind);
    if (area.code != 0) telling.with(ledger::Field::area, area);
    return telling;
  }
  void hukou(ledger::Area area) { facts_.record(status(the_child, "hukou", area)); }
  void school(std::string_view value, ledger::Area area) {
    facts_.record(status(the_child, "school", area).with(ledger::Field::value, value));
  }
  void insured(const ledger::PersonId& parent, ledger::Area area, std::int64_t months) {
    facts_.record(status(parent, "employeeInsurance", area).with(ledger::Field::months, months));
  }
  void kin(const ledger::PersonId& guardian, std::string_view relation) {
    Telling telling(ledger::EventType::kinship_recorded);
    telling.on("2020-01-01")
        .with(ledger::Field::person, the_child)
        .with(ledger::Field::parent, guardian);
    if (!relation.empty()) telling.with(ledger::Field::relation, relation);
    facts_.record(telling);
  }
  void legacy_member(std::string_view until) {
    facts_.record(Telling(ledger::EventType::legacy_membership_recorded)
                      .on("2015-09-01")
                      .with(ledger::Field::person, the_child)
                      .with(ledger::Field::parent, mother)
                      .until(until));
  }
  void recorded_unit(std::string_view type, std::string_view level, ledger::YesNo guarantee) {
    facts_.record(Telling(ledger::EventType::unit_recorded)
                      .on("2020-01-01")
                      .with(ledger::Field::unit, bureau)
                      .with(ledger::Field::unit_number, "H-1")
                      .with(ledger::Field::unit_type, type)
                      .with(ledger::Field::fiscal_level, level)
                      .with(ledger::Field::full_guarantee, static_cast<std::int64_t>(guarantee)));
  }

  Verdict judge(const Condition& condition, std::string_view on,
                const ledger::PersonId& whom = the_child) {
    const auto rules = facts_.rulebook();
    Knowledge knowledge(rules, facts_.loader());
    return evaluate(condition, whom, day(on), knowledge);
  }
  /// The condition under which rule `id` opens the scheme.
  Verdict eligible(std::string_view id, std::string_view scheme, std::string_view on) {
    const auto rules = facts_.rulebook();
    Knowledge knowledge(rules, facts_.loader());
    const auto* rule = rules.rule(id, RuleKind::eligibility, day(on));
    EXPECT_NE(rule, nullptr);
    for (const auto& option : rule->as<Eligibility>().options) {
      if (option.scheme == scheme) return evaluate(option.condition, the_child, day(on), knowledge);
    }
    ADD_FAILURE() << "no such option";
    return {};
  }
  Truth may_join_children(std::string_view on) {
    Truth any = Truth::no;
    for (const auto* id : {"HZ21-06", "HZ21-07", "HZ21-08"}) {
      any = any_of(any, eligible(id, "children", on).truth);
    }
    return any;
  }
  std::vector<std::string> options(std::string_view on) {
    std::vector<std::string> open;
    const auto rules = facts_.rulebook();
    const auto* rule = rules.rule("HZ21-12", RuleKind::eligibility, day(on));
    for (const auto& option : rule->as<Eligibility>().options) {
      if (judge(option.condition, on).truth == Truth::yes) open.push_back(option.scheme);
    }
    return open;
  }
  Verdict in_scope(std::string_view on) {
    const auto rules = facts_.rulebook();
    Knowledge knowledge(rules, facts_.loader());
    const auto* rule = rules.rule("HZ21-02", RuleKind::unit_scope, day(on));
    return evaluate(rule->as<UnitScope>().condition, bureau, day(on), knowledge);
  }
  Condition written(std::string_view json) {
    const auto rules = facts_.rulebook();
    const auto& declared = *rules.packs().front();
    const auto value = ledger::parse_json(json, 10'000).value();
    ShapeCheck check(declared);
    check_condition(value, Subject::Kind::person, "", check);
    for (const auto& fault : check.faults()) ADD_FAILURE() << fault.reason.en;
    return read_condition(value, declared);
  }

  RecordedFacts facts_;
};

}  // namespace kinledger::projections
