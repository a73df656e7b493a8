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
  auto backing = Backing::of(rule);
  if (!coverage.applied_within_months_of_birth) {
    if (!coverage.within_prescribed_time) return Judged<Date>::nothing();
    const auto why = coverage.open_points.empty()
                         ? no_rule("没有已采用的规则载明规定时间",
                                   "no adopted rule says what the prescribed time is")
                         : open_point(coverage.open_points.front(), rules, rule.jurisdiction);
    return Judged<Date>::open(why, std::move(backing));
  }
  backing.rely_on(rules.reading(Convention::full_months, rule.jurisdiction, born).point);
  for (const auto& point : coverage.open_points) backing.rely_on(point);
  return Judged<Date>::of(
      ledger::add_months_clipped(born, *coverage.applied_within_months_of_birth),
      std::move(backing));
}

Judged<bool> applied_in_time(const Rule& rule, const Judged<Date>& last_day,
                             const Application& application, const Rulebook& rules) {
  if (last_day.value) return Judged<bool>::of(application.on <= *last_day.value, last_day.backing);
  const auto& coverage = rule.as<Coverage>();
  if (!coverage.within_prescribed_time) return Judged<bool>::nothing();
  auto backing = Backing::of(rule);
  for (const auto& point : coverage.open_points) backing.rely_on(point);
  if (application.within_prescribed_time)
    return Judged<bool>::of(*application.within_prescribed_time, std::move(backing));
  const Ruling unstated{
      .causes = {{"within_prescribed_time", "未登记：是否在规定时间内参保",
                  "not recorded: whether the enrollment was within the prescribed time"}},
      .open_point = coverage.open_point_unstated};
  return Judged<bool>::open(undetermined_by(unstated, rules, rule.jurisdiction),
                            std::move(backing));
}

}  // namespace kinledger::projections
