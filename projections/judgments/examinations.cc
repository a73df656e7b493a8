#include "projections/judgments/examinations.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;

/// Examinations taken up to a day, by date.
struct Taken {
  std::vector<const Fact*> facts;
  Date on;
};

Taken taken_by(const Dossier& person, Area jurisdiction, Date on) {
  Taken taken{{}, on};
  for (const auto& fact : person.of(ledger::EventType::exam_taken)) {
    if (!is_about(fact, person, jurisdiction)) continue;
    if (fact.event.envelope().valid_on && *fact.event.envelope().valid_on <= on) {
      taken.facts.push_back(&fact);
    }
  }
  std::ranges::stable_sort(taken.facts, {},
                           [](const Fact* fact) { return *fact->event.envelope().valid_on; });
  return taken;
}

Ruling refused(const Rule& rule, Cause cause) {
  Ruling ruling{.truth = Truth::no};
  ruling.backing.apply(rule);
  ruling.causes.push_back(std::move(cause));
  ruling.steps.push_back({.rule = &rule});
  return ruling;
}

/// The first day on which an examination taken then no longer counts.
Date free_again(Date taken_on, std::int32_t every_years, bool by_calendar_year) {
  if (by_calendar_year)
    return ledger::first_day(ledger::Year{ledger::year_of(taken_on).value + every_years});
  return ledger::add_months_clipped(taken_on, 12 * every_years);
}

void judge_interval(const Rulebook& rules, const Rule& rule, const Taken& taken,
                    ExaminationJudgment& result) {
  const auto& examination = rule.as<Examination>();
  const auto reading = rules.reading(Convention::examination_years, rule.jurisdiction, taken.on);
  const bool by_calendar_year = reading.choice != "since_last_examination";
  result.entitled = {.truth = Truth::yes};
  result.entitled.backing.apply(rule);
  result.entitled.steps.push_back({.rule = &rule});
  if (taken.facts.empty()) return;
  result.entitled.backing.rely_on(reading);
  std::int32_t counted = 0;
  std::optional<Date> next;
  for (const Fact* fact : taken.facts) {
    result.entitled.steps.front().facts.push_back(fact->sequence);
    const Date again =
        free_again(*fact->event.envelope().valid_on, examination.every_years, by_calendar_year);
    if (again <= taken.on) continue;
    ++counted;
    if (!next) next = again;
  }
  if (counted < examination.times) return;
  result.next_from = next;
  result.entitled.truth = Truth::no;
  result.entitled.may_change_on = next;
  result.entitled.causes.push_back(
      {"used", "本周期内已享受免费体检", "the free examination of this period is used up"});
}

bool names(const Rule& rule, std::string_view scheme) {
  const auto& schemes = rule.as<Examination>().schemes;
  return std::ranges::find(schemes, scheme) != schemes.end();
}

/// In the scheme, whether or not benefits have begun.
bool is_membership(const CoverageSpan& span) {
  switch (span.state) {
    case CoverageState::none:
    case CoverageState::ended:
    case CoverageState::suspended:
      return false;
    case CoverageState::converted_unpaid:
    case CoverageState::enrolled_unpaid:
    case CoverageState::undetermined:
    case CoverageState::waiting:
    case CoverageState::legacy:
    case CoverageState::covered:
      return true;
  }
  invariant(false);
}

}  // namespace

ExaminationJudgment judge_examination(Knowledge& knowledge, const ledger::PersonId& person,
                                      Area jurisdiction, Date on) {
  ExaminationJudgment result;
  const auto& rules = knowledge.rules();
  const auto in_force = rules.rules_of(RuleKind::examination, jurisdiction, on);
  if (in_force.empty()) {
    result.entitled.backing.weaken(ledger::Certainty::open);
    result.entitled.causes.push_back(
        {"no_rule", "没有已采用的规则规定免费体检", "no adopted rule speaks of free examinations"});
    return result;
  }
  const Rule& rule = *in_force.front();
  const auto taken = taken_by(knowledge.person(person), jurisdiction, on);
  if (!taken.facts.empty()) result.last_taken = taken.facts.back()->event.envelope().valid_on;
  const auto timeline = coverage_timeline(knowledge, person, jurisdiction);
  const auto* span = timeline.on(on);
  if (span != nullptr) result.scheme = span->scheme;
  if (!names(rule, result.scheme)) {
    result.entitled = refused(rule, {"scheme", "所参加险种未列入免费体检范围",
                                     "the scheme is not one of those with a free examination"});
    // The text names the schemes that have it; that others have not follows from it.
    result.entitled.backing.weaken(ledger::Certainty::derived);
    return result;
  }
  if (!is_membership(*span)) {
    result.entitled = refused(rule, {"not_member", "该日未参保", "not in the scheme on that date"});
    return result;
  }
  judge_interval(rules, rule, taken, result);
  return result;
}

std::vector<ExaminationTaken> examinations_taken(const Rulebook& rules, const Dossier& person,
                                                 Area jurisdiction, const Timeline& timeline,
                                                 Date on) {
  std::vector<ExaminationTaken> examinations;
  const auto all = taken_by(person, jurisdiction, on).facts;
  for (auto fact = all.begin(); fact != all.end(); ++fact) {
    ExaminationTaken one{.sequence = (*fact)->sequence, .on = act_date(**fact)};
    const auto in_force = rules.rules_of(RuleKind::examination, jurisdiction, one.on);
    if (in_force.empty()) continue;
    one.rule = in_force.front();
    const auto* span = timeline.on(one.on);
    if (span != nullptr && is_membership(*span)) {
      one.scheme = span->scheme;
      one.scheme_has_it = one.scheme.empty() || names(*one.rule, one.scheme);
    }
    Taken before{{}, one.on};
    std::copy_if(all.begin(), fact, std::back_inserter(before.facts),
                 [&](const Fact* earlier) { return one.rule->governs(act_date(*earlier)); });
    if (!before.facts.empty()) one.previous = act_date(*before.facts.back());
    ExaminationJudgment turn;
    judge_interval(rules, *one.rule, before, turn);
    one.in_turn = std::move(turn.entitled);
    one.free_from = turn.next_from;
    examinations.push_back(std::move(one));
  }
  return examinations;
}

}  // namespace kinledger::projections
