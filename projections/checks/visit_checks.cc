// Benefits settled while no membership gives any, or before it does: CHK-08, 09, 42 and 52.
#include <algorithm>
#include <utility>

#include "projections/checks/cells.h"
#include "projections/checks/covers.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/checks/visits.h"
#include "projections/judgments/retirement.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Sequence;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- before the cover begins

/// A settlement, and the membership whose cover begins after it.
struct EarlyVisit {
  const Visit* visit;
  const CoverageYear* year;
  Date start;
};

/// Of several memberships the one of the scheme that the settlement states, then the one whose
/// cover begins first.
std::optional<EarlyVisit> early(Inspection& inspection, const Visit& visit) {
  std::optional<EarlyVisit> found;
  const auto is_of_scheme = [&](const CoverageYear& year) {
    return year.membership.scheme == visit.scheme;
  };
  for (const auto& year : inspection.timeline().years) {
    const auto start = start_of_cover(year, inspection.on());
    if (!start || *start <= visit.to || year.year > visit.year) continue;
    const bool is_better =
        !found || (is_of_scheme(year) && !is_of_scheme(*found->year)) ||
        (is_of_scheme(year) == is_of_scheme(*found->year) && *start < found->start);
    if (is_better) found = EarlyVisit{&visit, &year, *start};
  }
  return found;
}

const Backing& backing_of_start(const CoverageYear& year) {
  return year.covered_from.value ? year.covered_from.backing : year.waiting_until.backing;
}

std::vector<EarlyVisit> early_visits(Inspection& inspection, const std::vector<Visit>& visits) {
  std::vector<EarlyVisit> found;
  for (const auto& visit : visits) {
    if (visit.standing != Visit::Standing::outside) continue;
    if (const auto one = early(inspection, visit)) found.push_back(*one);
  }
  return found;
}

constexpr Heading before_cover_columns[] = {
    {"settledOn", "服务日期", "service on", "date"},
    {"coveredFrom", "待遇起始日", "covered from", "date"},
    {"amount", "基金支付", "paid by the insurance", "money"},
};

bool has_open_start(const CoverageYear& year, Date on) {
  return is_begun_by(year, on) && year.covered_from.undetermined;
}

void settled_before_cover(Inspection& inspection) {
  auto visits = judged_visits(inspection);
  for (const auto& [visit, year, start] : early_visits(inspection, visits)) {
    auto facts = year->membership.facts;
    facts.push_back(visit->sequence);
    inspection.report({.rule = start_rule(*year),
                       .facts = std::move(facts),
                       .backing = backing_of_start(*year),
                       .cells = {{visit->from}, {start}, {visit->benefit}}});
  }
  std::erase_if(visits, [&](const Visit& visit) {
    return std::ranges::none_of(inspection.timeline().years, [&](const CoverageYear& year) {
      return year.year == visit.year && has_open_start(year, inspection.on());
    });
  });
  tell_open(inspection, visits);
}

// ---------------------------------------------------------------- outside of every cover

constexpr Heading outside_columns[] = {
    {"serviceOn", "服务日期", "service on", "date"},
    {"status",
     "当日状态",
     "state on that day",
     "code",
     {},
     "none|ended|suspended|converted_unpaid|enrolled_unpaid|undetermined|waiting|legacy|covered"},
};

void settled_outside_cover(Inspection& inspection) {
  const auto visits = judged_visits(inspection);
  for (const auto& visit : visits) {
    if (visit.standing != Visit::Standing::outside) continue;
    const auto* span = inspection.timeline().on(visit.from);
    const auto* year = span == nullptr || span->year == CoverageSpan::no_year
                           ? nullptr
                           : &inspection.timeline().years[span->year];
    std::vector<Sequence> facts{visit.sequence};
    Backing backing = span == nullptr ? Backing{} : span->backing;
    backing.weaken(ledger::Certainty::derived);
    if (year != nullptr)
      facts.insert(facts.end(), year->membership.facts.begin(), year->membership.facts.end());
    inspection.report(
        {.rule = year == nullptr ? nullptr : start_rule(*year),
         .facts = std::move(facts),
         .backing = std::move(backing),
         .cells = {{visit.from}, {word_of(span == nullptr ? CoverageState::none : span->state)}}});
  }
  tell_open(inspection, visits);
}

// ---------------------------------------------------------------- natural months

constexpr Heading natural_month_columns[] = {
    {"expected", "应起始日", "expected start", "date"},
    {"recorded", "实际享受待遇的首日", "first day with benefits on record", "date"},
};

/// A cover that begins with the n-th natural month. Newborns are looked at by their own check.
bool is_by_natural_month(const Rule* rule) {
  return rule != nullptr && rule->as<Coverage>().start.kind == CoverageStart::Kind::natural_month &&
         !rule->as<Coverage>().applied_within_months_of_birth;
}

/// A start that is not settled, of a member for whom the insurance paid in that year.
void tell_open_start(Inspection& inspection, const CoverageYear& year,
                     const std::vector<Visit>& visits) {
  auto facts = year.membership.facts;
  const auto memberships = facts.size();
  for (const auto& visit : visits)
    if (visit.year == year.year && visit.standing == Visit::Standing::open)
      facts.push_back(visit.sequence);
  if (facts.size() > memberships)
    inspection.undecided({*year.covered_from.undetermined, std::move(facts)});
}

/// No record states from when a member was given benefits: the first service for which the
/// insurance paid shows it.
void natural_month_starts(Inspection& inspection) {
  if (inspection.acts(EventType::medical_settlement_recorded).empty()) return;
  const auto& years = inspection.timeline().years;
  if (std::ranges::none_of(
          years, [](const CoverageYear& year) { return is_by_natural_month(start_rule(year)); }))
    return;
  const auto visits = judged_visits(inspection);
  const auto too_early = early_visits(inspection, visits);
  for (const auto& year : years) {
    const Rule* rule = start_rule(year);
    if (!is_by_natural_month(rule)) continue;
    if (has_open_start(year, inspection.on())) {
      tell_open_start(inspection, year, visits);
      continue;
    }
    const EarlyVisit* first = nullptr;
    for (const auto& one : too_early) {
      const bool is_earlier = first == nullptr || one.visit->from < first->visit->from;
      if (one.year == &year && is_earlier) first = &one;
    }
    if (first == nullptr) continue;
    auto facts = year.membership.facts;
    facts.push_back(first->visit->sequence);
    inspection.report({.rule = rule,
                       .facts = std::move(facts),
                       .backing = backing_of_start(year),
                       .cells = {{first->start}, {first->visit->from}}});
  }
}

// ---------------------------------------------------------------- retirees

constexpr Heading retiree_columns[] = {
    {"expectedStart", "应起始日", "expected start", "date"},
};

/// Who was short of contributions at the retirement has the benefits of a retiree from the day that
/// the lump sum gives, and without one not at all.
void retiree_benefits(Inspection& inspection) {
  auto visits = visits_of(inspection);
  std::erase_if(visits, [](const Visit& visit) { return visit.scheme != retiree_scheme; });
  if (visits.empty()) return;
  std::vector<Sequence> facts;
  facts.reserve(visits.size());
  for (const auto& visit : visits) facts.push_back(visit.sequence);
  const auto* retirement = retirement_of(inspection.dossier(), inspection.on());
  if (retirement == nullptr) {
    inspection.undecided(
        {no_rule("未登记：退休日期", "not recorded: day of the retirement"), std::move(facts)});
    return;
  }
  const auto judged = judge_retirement_contributions(inspection.knowledge(),
                                                     {.person = inspection.person(),
                                                      .jurisdiction = inspection.jurisdiction(),
                                                      .on = act_date(*retirement),
                                                      .topped_up_by = inspection.on()});
  const Rule* rule = judged.lump_sum_rule != nullptr ? judged.lump_sum_rule : judged.rule;
  // No policy governed the day, or the one that did sets no start.
  if (rule == nullptr || !rule->as<RetirementContribution>().starts_natural_month) return;
  if (judged.shortfall.undetermined) {
    inspection.undecided({*judged.shortfall.undetermined, std::move(facts)});
    return;
  }
  if (*judged.shortfall.value == 0) return;
  for (auto& visit : visits) {
    if (judged.benefits_from && visit.from >= *judged.benefits_from) continue;
    visit.standing = Visit::Standing::open;
    if (visit.why) continue;
    if (judged.benefits_from && visit.to >= *judged.benefits_from) {
      visit.why = goes_over_an_edge();
      continue;
    }
    visit.standing = Visit::Standing::outside;
    auto records = judged.steps.front().facts;
    records.insert(records.end(), {retirement->sequence, visit.sequence});
    inspection.report(
        {.rule = rule,
         .facts = std::move(records),
         .backing = judged.benefits_from ? judged.start_backing : judged.shortfall.backing,
         .cells = {cell_or_none(judged.benefits_from)}});
  }
  tell_open(inspection, visits);
}

}  // namespace

std::vector<Check> visit_checks() {
  return {
      {.id = "CHK-08",
       .zh = "待遇起始日之前已结算待遇（未执行等待期）",
       .en = "benefits settled before the cover begins: a wait was ignored",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::coverage},
       .columns = before_cover_columns,
       .judge = settled_before_cover},
      {.id = "CHK-09",
       .zh = "在任何待遇期间之外结算待遇",
       .en = "benefits settled outside of every cover",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::coverage},
       .columns = outside_columns,
       .judge = settled_outside_cover},
      {.id = "CHK-42",
       .zh = "待遇起始不符合第2个、第3个自然月的规定",
       .en = "benefits that do not begin with the natural month of the rule",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::coverage},
       .columns = natural_month_columns,
       .judge = natural_month_starts},
      {.id = "CHK-52",
       .zh = "一次性补足缴费年限的次月之前已享受退休待遇",
       .en = "benefits of a retiree before the month after the lump sum for missing contributions",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::retirement_contribution},
       .columns = retiree_columns,
       .judge = retiree_benefits},
  };
}

}  // namespace kinledger::projections
