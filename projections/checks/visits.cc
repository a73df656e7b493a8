#include "projections/checks/visits.h"

#include <algorithm>
#include <utility>

#include "projections/checks/covers.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Interval;

/// Whether the adopted rules say when members of the scheme are covered.
bool is_ruled(Inspection& inspection, std::string_view scheme) {
  const auto& rules = inspection.rules();
  const auto coverages = rules.rules_of(RuleKind::coverage, inspection.jurisdiction());
  const auto ends = rules.rules_of(RuleKind::scheme_end, inspection.jurisdiction());
  return scheme.empty() ||
         std::ranges::any_of(coverages,
                             [&](const Rule* rule) {
                               const auto& schemes = rule->as<Coverage>().schemes;
                               return std::ranges::find(schemes, scheme) != schemes.end();
                             }) ||
         std::ranges::any_of(
             ends, [&](const Rule* rule) { return rule->as<SchemeEnd>().scheme == scheme; });
}

/// First day of the service that no certain cover holds, or the day after it.
Date first_day_without(const std::vector<Cover>& covers, const Visit& visit) {
  Date day = visit.from;
  for (bool moved = true; moved && day <= visit.to;) {
    moved = false;
    for (const auto& cover : covers) {
      if (cover.standing != Cover::Standing::certain || !ledger::contains(cover.period, day))
        continue;
      day = std::min(cover.period.until.value_or(ledger::date_max), ledger::add_days(visit.to, 1));
      moved = true;
    }
  }
  return day;
}

/// Somebody born in the year of the service who is not enrolled yet, where a rule covers newborns
/// from birth.
bool may_reach_back_to_birth(Inspection& inspection, const Visit& visit) {
  const auto born = birth_date_of(inspection.dossier());
  if (!born || ledger::year_of(*born) != ledger::year_of(visit.from)) return false;
  const auto& years = inspection.timeline().years;
  const bool is_enrolled = std::ranges::any_of(years, [&](const CoverageYear& year) {
    return year.membership.handled_on <= inspection.on();
  });
  const auto rules = inspection.rules().rules_of(RuleKind::coverage, inspection.jurisdiction());
  return !is_enrolled && std::ranges::any_of(rules, [](const Rule* rule) {
    return rule->as<Coverage>().start.kind == CoverageStart::Kind::birth;
  });
}

void judge_standing(Inspection& inspection, const std::vector<Cover>& covers, Visit& visit) {
  const Date without = first_day_without(covers, visit);
  if (without > visit.to) return;
  visit.standing = Visit::Standing::open;
  const Interval service{visit.from, ledger::add_days(visit.to, 1)};
  bool is_partly = false;
  for (const auto& cover : covers) {
    if (!ledger::overlap(cover.period, service)) continue;
    if (!visit.why) visit.why = cover.why;
    is_partly = is_partly || cover.standing == Cover::Standing::certain;
  }
  // A wait that ran into the year, of which the documents do not say what it gives there.
  const auto* span = inspection.timeline().on(visit.from);
  if (!visit.why && span != nullptr) visit.why = span->open;
  if (visit.why) return;
  if (is_partly) {
    visit.why = goes_over_an_edge();
  } else if (!is_ruled(inspection, visit.scheme)) {
    visit.why = no_rule("没有已采用的规则规定该险种的待遇期间",
                        "no adopted rule says when members of this scheme are covered");
  } else if (may_reach_back_to_birth(inspection, visit)) {
    visit.why = no_rule("新生儿尚可参保，待遇可自出生起算",
                        "a newborn may still be enrolled, with cover from birth");
  } else {
    visit.standing = Visit::Standing::outside;
  }
}

}  // namespace

std::optional<Fen> insurance_paid(const ledger::EventView& settlement) {
  std::optional<Fen> sum;
  for (const auto field : {Field::basic_paid, Field::serious_illness_paid}) {
    const auto paid = settlement.money(field);
    if (!paid) continue;
    Fen total = sum.value_or(Fen{});
    add_up(total, *paid);
    sum = total;
  }
  return sum;
}

Undetermined goes_over_an_edge() {
  return no_rule("服务跨越待遇期间的起止，文件未规定如何结算",
                 "the service goes over the beginning or end of a cover; the documents do not say "
                 "what is settled");
}

std::vector<Visit> visits_of(Inspection& inspection) {
  std::vector<Visit> visits;
  for (const auto* fact : inspection.acts(EventType::medical_settlement_recorded)) {
    const auto& event = fact->event;
    const auto benefit = insurance_paid(event);
    if (benefit && benefit->value <= 0) continue;
    Visit visit{
        .sequence = fact->sequence,
        .from = act_date(*fact),
        .to = act_date(*fact),
        .year = event.year(Field::settlement_year).value_or(ledger::year_of(act_date(*fact))),
        .scheme = event.text(Field::scheme),
        .benefit = benefit.value_or(Fen{})};
    if (const auto to = event.date(Field::service_to))
      visit.to = std::clamp(*to, visit.from, std::max(inspection.on(), visit.from));
    visits.push_back(std::move(visit));
    if (benefit) continue;
    visits.back().why = not_recorded("基金支付金额", "what the insurance paid");
  }
  return visits;
}

std::vector<Visit> judged_visits(Inspection& inspection) {
  auto visits = visits_of(inspection);
  if (visits.empty()) return visits;
  const auto covers = covers_of(inspection.knowledge(),
                                {inspection.person(), inspection.jurisdiction(), inspection.on()},
                                inspection.timeline());
  for (auto& visit : visits) {
    const auto unpaid = std::exchange(visit.why, std::nullopt);
    judge_standing(inspection, covers, visit);
    if (!unpaid || visit.standing != Visit::Standing::outside) continue;
    visit.standing = Visit::Standing::open;
    visit.why = unpaid;
  }
  return visits;
}

void tell_open(Inspection& inspection, const std::vector<Visit>& visits) {
  std::vector<Undecided> open;
  for (const auto& visit : visits) {
    if (visit.standing != Visit::Standing::open) continue;
    const auto same = std::ranges::find(open, *visit.why, &Undecided::why);
    if (same == open.end())
      open.push_back({*visit.why, {visit.sequence}});
    else
      same->facts.push_back(visit.sequence);
  }
  for (auto& one : open) inspection.undecided(std::move(one));
}

}  // namespace kinledger::projections
