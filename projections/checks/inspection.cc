#include "projections/checks/inspection.h"

#include <algorithm>

#include "projections/each_once.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Year;

/// The judgment of a year or another key, made when it is first asked for.
template <class Key, class Judgment, class Make>
const Judgment& made(std::deque<std::pair<Key, Judgment>>& known, const Key& key,
                     const Make& make) {
  const auto at = std::ranges::find(known, key, &std::pair<Key, Judgment>::first);
  if (at != known.end()) return at->second;
  return known.emplace_back(key, make()).second;
}

}  // namespace

Inspection::Inspection(Knowledge& knowledge, const Subject& subject, ledger::Date on)
    : knowledge_(knowledge), subject_(subject), on_(on) {}

ledger::Area Inspection::jurisdiction() {
  if (!jurisdiction_) {
    jurisdiction_ = subject_.kind == Subject::Kind::unit ? jurisdiction_of_unit(knowledge_, unit())
                                                         : jurisdiction_of(dossier(), rules());
  }
  return *jurisdiction_;
}

const Dossier& Inspection::dossier() {
  switch (subject_.kind) {
    case Subject::Kind::person:
      return knowledge_.person(person());
    case Subject::Kind::unit:
      return knowledge_.unit(unit());
    case Subject::Kind::region:
      return knowledge_.region();
  }
  invariant(false);
}

std::vector<const Fact*> Inspection::acts(EventType type) {
  std::vector<const Fact*> acts;
  const auto& subject = dossier();
  for (const auto& fact : subject.of(type)) {
    if (act_date(fact) > on_) continue;
    if (subject_.kind == Subject::Kind::person && !is_about(fact, subject, jurisdiction()))
      continue;
    acts.push_back(&fact);
  }
  return acts;
}

const Timeline& Inspection::timeline() {
  if (!timeline_) timeline_ = coverage_timeline(knowledge_, person(), jurisdiction(), on());
  return *timeline_;
}

const std::vector<Payment>& Inspection::payments() {
  if (!payments_) payments_ = payments_of(dossier(), jurisdiction());
  return *payments_;
}

const std::vector<Binding>& Inspection::bindings() {
  if (!bindings_) bindings_ = bindings_of(dossier(), rules(), jurisdiction());
  return *bindings_;
}

const std::vector<LegacyMembership>& Inspection::legacy() {
  if (!legacy_) legacy_ = legacy_memberships(dossier(), rules(), jurisdiction());
  return *legacy_;
}

const std::optional<Migration>& Inspection::migration() {
  if (!migration_) migration_ = judge_migration(knowledge_, person(), jurisdiction(), timeline());
  return *migration_;
}

const std::vector<Reimbursement>& Inspection::reimbursements() {
  if (!reimbursements_) {
    reimbursements_ = reimbursements_of(dossier(), on_);
    // The dossier of a parent holds those of the children too.
    std::erase_if(*reimbursements_,
                  [&](const Reimbursement& one) { return !dossier().names(one.child); });
  }
  return *reimbursements_;
}

const SubsidyJudgment& Inspection::subsidy(Year year) {
  return made(subsidies_, year, [&] {
    const auto asked_on = std::min(on_, ledger::last_day(year));
    return judge_subsidy(knowledge_, {person(), jurisdiction(), year, asked_on}, timeline());
  });
}

const ReimbursementJudgment& Inspection::reimbursement(Year year) {
  return made(reimbursement_judgments_, year, [&] {
    return judge_reimbursement(knowledge_, {person(), jurisdiction(), year, on_});
  });
}

const Rule* Inspection::rule_of(RuleKind kind, Year year) {
  return rules().first_rule(kind, jurisdiction(), ledger::last_day(year));
}

std::vector<Year> Inspection::fund_years() {
  std::vector<Year> years;
  for (const auto type : {EventType::channel_fund_allocated, EventType::subsidy_reimbursed,
                          EventType::reimbursement_reversed, EventType::fiscal_top_up_granted,
                          EventType::surplus_recovered}) {
    for (const auto* fact : acts(type)) {
      auto year = fact->event.year(ledger::Field::fund_year);
      const auto reading = rules().reading(Convention::fund_year, jurisdiction(), act_date(*fact));
      if (!year && reading.choice == "settlement_year")
        year = fact->event.year(ledger::Field::settlement_year);
      years.push_back(year.value_or(ledger::year_of(act_date(*fact))));
    }
  }
  keep_each_once(years);
  return years;
}

const ChannelAccount& Inspection::channel_account(Year year) {
  return made(accounts_, year, [&] {
    return judge_channel_account(knowledge_, {unit(), jurisdiction(), year, on_});
  });
}

const AgentRoster& Inspection::roster(Year year, ledger::Date stood_on) {
  return made(rosters_, std::pair(year, stood_on), [&] {
    return judge_roster(knowledge_, {unit(), jurisdiction(), year, stood_on});
  });
}

void Inspection::report(Irregularity found) {
  if (found.rule != nullptr && !found.backing_is_whole) found.backing.apply(*found.rule);
  findings_.irregularities.push_back(std::move(found));
}

void Inspection::undecided(Undecided what) { findings_.undecided.push_back(std::move(what)); }

void Inspection::undecided(const Ruling& ruling, std::vector<ledger::Sequence> facts) {
  undecided({undetermined_by(ruling, rules(), jurisdiction()), std::move(facts)});
}

}  // namespace kinledger::projections
