#include "projections/judgments/newborns.h"

#include <algorithm>

namespace kinledger::projections {

using ledger::Area;
using ledger::Date;

std::vector<const Rule*> newborn_rules(const Rulebook& rules, Area jurisdiction, ledger::Year year,
                                       Date on) {
  std::vector<const Rule*> found;
  for (const Rule* rule : rules.rules_of(RuleKind::coverage, jurisdiction)) {
    const auto& coverage = rule->as<Coverage>();
    const bool is_for_newborns =
        coverage.applied_within_months_of_birth ||
        coverage.start.kind == CoverageStart::Kind::birth ||
        std::ranges::find(coverage.kinds, ledger::EnrollmentKind::newborn) != coverage.kinds.end();
    const bool is_of_the_time =
        coverage.insurance_year ? *coverage.insurance_year == year : rule->governs(on);
    if (is_for_newborns && is_of_the_time) found.push_back(rule);
  }
  return found;
}

Judged<Date> last_day_to_apply(const Rule& rule, Date born, const Rulebook& rules) {
  const auto& coverage = rule.as<Coverage>();
  if (!coverage.applied_within_months_of_birth) return Judged<Date>::nothing();
  auto backing = Backing::of(rule);
  backing.rely_on(rules.reading(Convention::full_months, rule.jurisdiction, born).point);
  for (const auto& point : coverage.open_points) backing.rely_on(point);
  return Judged<Date>::of(
      ledger::add_months_clipped(born, *coverage.applied_within_months_of_birth),
      std::move(backing));
}

}  // namespace kinledger::projections
