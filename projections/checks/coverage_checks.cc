// Memberships that cannot stand beside each other or at all: CHK-04 and 51.
#include <algorithm>
#include <iterator>
#include <utility>

#include "projections/checks/cells.h"
#include "projections/checks/covers.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/judgments/not_recorded.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Interval;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- covers at the same time

constexpr Heading overlap_columns[] = {
    {"schemeA", "险种甲", "one scheme", "code", {}, "of scheme"},
    {"schemeB", "险种乙", "the other scheme", "code", {}, "of scheme"},
    {"overlapFrom", "重叠自", "overlap from", "date"},
    {"overlapTo", "重叠至（含）", "overlap to (inclusive)", "date"},
    {"days", "天数", "days", "count"},
};

/// The regions in which acts of membership of the person are recorded.
std::vector<Area> regions_of_memberships(Inspection& inspection) {
  std::vector<Area> regions;
  const auto& dossier = inspection.dossier();
  for (const auto type : {EventType::legacy_membership_recorded, EventType::legacy_member_converted,
                          EventType::enrollment_registered}) {
    for (const auto& fact : dossier.of(type)) {
      const auto region = fact.event.envelope().jurisdiction;
      if (is_about(fact, dossier, region) && std::ranges::find(regions, region) == regions.end())
        regions.push_back(region);
    }
  }
  return regions;
}

/// An end that the record of a legacy membership states counts here, also one that lies behind the
/// last day of the pooling: as recorded, it stands beside the new scheme.
void restore_stated_end(const Dossier& person, Cover& cover) {
  for (const auto& fact : person.of(EventType::legacy_membership_recorded)) {
    if (fact.sequence != cover.facts.front()) continue;
    if (const auto until = fact.event.date(Field::until)) cover.period.until = until;
  }
}

std::vector<Cover> covers_everywhere(Inspection& inspection) {
  std::vector<Cover> covers;
  for (const auto region : regions_of_memberships(inspection)) {
    const CoverQuestion question{inspection.person(), region, inspection.on()};
    auto& knowledge = inspection.knowledge();
    auto here =
        region == inspection.jurisdiction()
            ? covers_of(knowledge, question, inspection.timeline())
            : covers_of(knowledge, question, coverage_timeline(knowledge, question.person, region));
    std::ranges::move(here, std::back_inserter(covers));
  }
  std::erase_if(covers,
                [](const Cover& cover) { return cover.standing == Cover::Standing::pending; });
  for (auto& cover : covers) {
    if (cover.is_legacy) restore_stated_end(inspection.dossier(), cover);
    // What is not settled is looked for from the act on; a newborn's that reaches back to birth
    // goes on after it.
    if (cover.standing == Cover::Standing::undetermined)
      cover.period.from = std::max(cover.period.from, cover.begun_on);
  }
  return covers;
}

void report_overlap(Inspection& inspection, const Cover& one, const Cover& other) {
  // Nothing that comes after the date has happened.
  const Interval so_far{ledger::date_min, ledger::add_days(inspection.on(), 1)};
  auto common = ledger::overlap(one.period, other.period);
  if (common) common = ledger::overlap(*common, so_far);
  if (!common) return;
  auto facts = one.facts;
  facts.insert(facts.end(), other.facts.begin(), other.facts.end());
  for (const auto* cover : {&one, &other}) {
    if (cover->standing == Cover::Standing::certain) continue;
    inspection.undecided({*cover->why, std::move(facts)});
    return;
  }
  // The one rule that forbids it is the one that ends the pooling.
  const Rule* rule = nullptr;
  for (const auto* cover : {&one, &other})
    if (cover->is_legacy && cover->rule != nullptr &&
        common->from > cover->rule->as<SchemeEnd>().last_day)
      rule = cover->rule;
  Backing backing = one.backing;
  backing.add(other.backing);
  backing.weaken(ledger::Certainty::derived);
  inspection.report({.rule = rule,
                     .facts = std::move(facts),
                     .backing = std::move(backing),
                     .cells = {{word_of_code(inspection.rules(), "scheme", one.scheme)},
                               {word_of_code(inspection.rules(), "scheme", other.scheme)},
                               {common->from},
                               {ledger::add_days(*common->until, -1)},
                               count_cell(*ledger::day_count(*common))}});
}

void overlapping_covers(Inspection& inspection) {
  const auto& dossier = inspection.dossier();
  const auto acts = dossier.of(EventType::legacy_member_converted).size() +
                    dossier.of(EventType::enrollment_registered).size();
  // A rule can convert a legacy member without any further act.
  if (acts < 2 && dossier.of(EventType::legacy_membership_recorded).empty()) return;
  const auto covers = covers_everywhere(inspection);
  for (std::size_t i = 0; i < covers.size(); ++i) {
    for (std::size_t j = i + 1; j < covers.size(); ++j) {
      const bool is_same =
          covers[i].jurisdiction == covers[j].jurisdiction && covers[i].scheme == covers[j].scheme;
      if (!is_same) report_overlap(inspection, covers[i], covers[j]);
    }
  }
}

// ---------------------------------------------------------------- schemes that are no more

constexpr Heading abolished_columns[] = {
    {"scheme", "险种", "scheme", "code", {}, "of scheme"},
};

/// The rule that made something else of the scheme, or null.
const Rule* succession_of(Inspection& inspection, std::string_view scheme) {
  for (const Rule* rule :
       inspection.rules().rules_of(RuleKind::scheme_succession, inspection.jurisdiction())) {
    for (const auto& entry : rule->as<SchemeSuccession>().entries)
      if (std::ranges::find(entry.schemes, scheme) != entry.schemes.end()) return rule;
  }
  return nullptr;
}

/// Whether the member went on in another scheme afterwards.
bool went_on(Inspection& inspection, Date first_day_without) {
  return std::ranges::any_of(inspection.timeline().years, [&](const CoverageYear& year) {
    return year.membership.handled_on <= inspection.on() &&
           ledger::first_day_after(year.year) > first_day_without &&
           succession_of(inspection, year.membership.scheme) == nullptr;
  });
}

/// A record that states no year is valid until an end is recorded; whether it was ended without a
/// record, the ledger cannot tell.
void judge_yearless(Inspection& inspection, const Membership& membership, const Rule& rule) {
  const Date from = rule.from.value_or(ledger::date_min);
  if (membership.ended_on && *membership.ended_on <= from) return;
  const bool is_valid = membership.handled_on >= from || membership.ended_on;
  if (is_valid) {
    inspection.report({.rule = &rule,
                       .facts = membership.facts,
                       .cells = {{word_of_code(inspection.rules(), "scheme", membership.scheme)}}});
  } else if (!went_on(inspection, from)) {
    inspection.undecided(
        {not_recorded("该参保关系的终止", "the end of this enrollment"), membership.facts});
  }
}

void abolished_schemes(Inspection& inspection) {
  const auto enrollments = inspection.acts(EventType::enrollment_registered);
  const bool concerns = std::ranges::any_of(enrollments, [&](const Fact* enrollment) {
    return succession_of(inspection, enrollment->event.text(Field::scheme)) != nullptr;
  });
  if (!concerns) return;
  for (const auto& year : inspection.timeline().years) {
    const auto& membership = year.membership;
    const Rule* rule = succession_of(inspection, membership.scheme);
    const Date from = rule == nullptr ? Date{} : rule->from.value_or(ledger::date_min);
    if (rule == nullptr || inspection.on() < from || membership.handled_on > inspection.on())
      continue;
    const auto* enrollment =
        membership.fact ? inspection.dossier().find(*membership.fact) : nullptr;
    const bool states_year =
        membership.origin == Membership::Origin::renewal ||
        membership.origin == Membership::Origin::resumption ||
        (enrollment != nullptr && enrollment->event.year(Field::insurance_year).has_value());
    if (!states_year) {
      judge_yearless(inspection, membership, *rule);
      continue;
    }
    const Date begins = std::max(ledger::first_day(year.year), membership.handled_on);
    const Date ends = ledger::first_day_after(year.year);
    const Date until = std::min(membership.ended_on.value_or(ends), ends);
    if (std::max(begins, from) >= until || std::max(begins, from) > inspection.on()) continue;
    inspection.report({.rule = rule,
                       .facts = membership.facts,
                       .cells = {{word_of_code(inspection.rules(), "scheme", membership.scheme)}}});
  }
}

}  // namespace

std::vector<Check> coverage_checks() {
  return {
      {.id = "CHK-04",
       .zh = "同一人的两段待遇期间重叠",
       .en = "two covers of one person at the same time",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::coverage, RuleKind::scheme_end},
       .columns = overlap_columns,
       .judge = overlapping_covers},
      {.id = "CHK-51",
       .zh = "已取消的险种仍有有效参保",
       .en = "enrollment in a scheme that was abolished",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::scheme_succession},
       .columns = abolished_columns,
       .judge = abolished_schemes},
  };
}

}  // namespace kinledger::projections
