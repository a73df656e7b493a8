#include "projections/checks/covers.h"

#include <algorithm>
#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::Sequence;

/// A rule of the region, of whatever year, asks a premium of the scheme's members. Of other schemes
/// (employees in service) the payments of persons are not what is recorded.
bool has_premium(const Rulebook& rules, ledger::Area jurisdiction, std::string_view scheme) {
  return std::ranges::any_of(
      rules.rules_of(RuleKind::premium, jurisdiction), [&](const Rule* rule) {
        return std::ranges::any_of(rule->as<Premium>().due,
                                   [&](const Premium::Due& due) { return due.scheme == scheme; });
      });
}

std::vector<Sequence> facts_of(const CoverageYear& year, Date on) {
  auto facts = year.membership.facts;
  for (const auto& payment : year.payments) {
    const bool decides = year.paid_on && payment.paid_on <= *year.paid_on;
    if (decides && payment.net().value > 0 && payment.paid_on <= on)
      facts.push_back(payment.sequence);
  }
  return facts;
}

std::optional<Date> earlier(std::optional<Date> left, std::optional<Date> right) {
  if (!left || !right) return left ? left : right;
  return std::min(*left, *right);
}

std::optional<Cover> cover_of(const Rulebook& rules, const CoverQuestion& question,
                              const CoverageYear& year) {
  if (year.membership.handled_on > question.on) return std::nullopt;
  const bool is_ruled = has_premium(rules, question.jurisdiction, year.membership.scheme);
  const auto* rule = start_rule(year);
  const bool is_annual = rule != nullptr ? year.annual : is_ruled;
  Cover cover{.begun_on = year.membership.handled_on,
              .scheme = year.membership.scheme,
              .jurisdiction = question.jurisdiction,
              .rule = rule,
              .facts = facts_of(year, question.on)};
  cover.period = {
      ledger::first_day(year.year),
      earlier(year.membership.ended_on,
              is_annual ? std::optional(ledger::first_day_after(year.year)) : std::nullopt)};
  if (is_begun_by(year, question.on)) {
    cover.backing = year.covered_from.backing;
    if (year.covered_from.undetermined) {
      cover.standing = Cover::Standing::undetermined;
      cover.why = year.covered_from.undetermined;
    } else if (year.covered_from.value) {
      cover.period.from = *year.covered_from.value;
    } else {
      return std::nullopt;  // it waits past the year
    }
  } else if (year.pay_by && question.on <= *year.pay_by) {
    cover.standing = Cover::Standing::pending;
    cover.why = no_rule("保费尚可在期限内缴纳", "the premium may still be paid in time");
  } else if (!is_ruled) {
    cover.standing = Cover::Standing::pending;
    cover.why = no_rule("未登记缴费，且没有已采用的规则规定该险种的个人缴费",
                        "no payment is recorded, and no adopted rule sets what a person pays for "
                        "this scheme");
  } else {
    return std::nullopt;
  }
  if (cover.period.until && *cover.period.until <= cover.period.from) return std::nullopt;
  return cover;
}

}  // namespace

bool is_begun_by(const CoverageYear& year, Date on) {
  return year.counted_from && *year.counted_from <= on;
}

const Rule* start_rule(const CoverageYear& year) {
  const auto at = std::ranges::find_if(
      year.steps, [](const Step& step) { return step.rule->kind() == RuleKind::coverage; });
  return at == year.steps.end() || !year.counted_from ? nullptr : at->rule;
}

std::optional<Date> start_of_cover(const CoverageYear& year, Date on) {
  if (!is_begun_by(year, on)) return std::nullopt;
  return year.covered_from.value ? year.covered_from.value : year.waiting_until.value;
}

std::vector<Cover> covers_of(Knowledge& knowledge, const CoverQuestion& question,
                             const Timeline& timeline) {
  std::vector<Cover> covers;
  for (auto& legacy : legacy_memberships(knowledge.person(question.person), knowledge.rules(),
                                         question.jurisdiction)) {
    const auto& period = legacy.period;
    if (period.from > question.on || (period.until && *period.until <= period.from)) continue;
    Cover cover{.period = period,
                .begun_on = period.from,
                .jurisdiction = question.jurisdiction,
                .is_legacy = true,
                .rule = legacy.ended_by,
                .facts = {legacy.sequence}};
    if (cover.rule != nullptr) cover.scheme = cover.rule->as<SchemeEnd>().scheme;
    covers.push_back(std::move(cover));
  }
  for (const auto& year : timeline.years)
    if (auto cover = cover_of(knowledge.rules(), question, year))
      covers.push_back(*std::move(cover));
  return covers;
}

}  // namespace kinledger::projections
