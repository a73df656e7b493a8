// Where the members of the legacy pooling went when it ended.
#include <algorithm>
#include <utility>

#include "projections/judgments/coverage.h"
#include "projections/judgments/eligibility.h"
#include "projections/judgments/legacy_pooling.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;

/// The membership that the end of the pooling cut off, or null.
const LegacyMembership* cut_off(const std::vector<LegacyMembership>& memberships) {
  const auto at = std::ranges::find_if(
      memberships, [](const LegacyMembership& held) { return held.ended_by != nullptr; });
  return at == memberships.end() ? nullptr : &*at;
}

void judge_destination(const Timeline& timeline, ledger::Year year, Migration& migration) {
  const CoverageYear* held = timeline.of(year);
  if (held == nullptr) return;
  migration.scheme = held->membership.scheme;
  migration.conversion_recorded = held->membership.origin == Membership::Origin::conversion;
  append(migration.steps, held->steps);
  migration.backing.add(held->membership.backing);
  if (held->membership.origin == Membership::Origin::conversion_due) {
    migration.state = MigrationState::not_migrated;
  } else if (!held->paid_on) {
    migration.state = MigrationState::unpaid;
  } else {
    migration.state = migration.conversion_recorded ? MigrationState::converted
                                                    : MigrationState::chose_other_scheme;
  }
}

/// Where the member went.
Migration migration_of(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                       const LegacyMembership& member, const Timeline& timeline) {
  Migration migration;
  const Date after = *member.period.until;
  migration.backing.apply(*member.ended_by);
  migration.steps.push_back({.rule = member.ended_by, .facts = {member.sequence}});
  migration.conversion = conversion_of(knowledge, person, jurisdiction);
  append(migration.steps, migration.conversion.ruling.steps);

  migration.state = MigrationState::not_migrated;
  judge_destination(timeline, ledger::year_of(after), migration);
  if (migration.conversion_recorded) {
    migration.meets_conditions =
        may_join(knowledge, {person, jurisdiction, after}, migration.scheme);
    return migration;
  }
  if (!migration.scheme.empty()) return migration;
  const auto options = scheme_options(knowledge, {person, jurisdiction, after});
  append(migration.steps, options.steps);
  migration.backing.add(options.backing);
  if (options.none_left) {
    migration.state = MigrationState::ineligible;
  } else if (migration.conversion.rule != nullptr &&
             migration.conversion.ruling.truth == Truth::unknown) {
    migration.state = MigrationState::undetermined;
  }
  return migration;
}

}  // namespace

std::string_view to_text(MigrationState state) {
  switch (state) {
    case MigrationState::converted:
      return "converted";
    case MigrationState::unpaid:
      return "unpaid";
    case MigrationState::chose_other_scheme:
      return "chose_other_scheme";
    case MigrationState::not_migrated:
      return "not_migrated";
    case MigrationState::ineligible:
      return "ineligible";
    case MigrationState::undetermined:
      return "undetermined";
  }
  invariant(false);
}

Word word_of(MigrationState state) {
  const auto label = [state]() -> Label {
    switch (state) {
      case MigrationState::converted:
        return {"已转换并缴费", "converted and paid"};
      case MigrationState::unpaid:
        return {"未缴费", "not paid"};
      case MigrationState::chose_other_scheme:
        return {"已自选险种并缴费", "chose a scheme and paid"};
      case MigrationState::not_migrated:
        return {"未转换", "not migrated"};
      case MigrationState::ineligible:
        return {"无可参加险种", "no scheme listed"};
      case MigrationState::undetermined:
        return {"未明确", "undetermined"};
    }
    invariant(false);
  };
  return {std::string(to_text(state)), label()};
}

std::optional<Migration> judge_migration(Knowledge& knowledge, const ledger::PersonId& person,
                                         Area jurisdiction) {
  const auto legacy = legacy_memberships(knowledge.person(person), knowledge.rules(), jurisdiction);
  const auto* member = cut_off(legacy);
  if (member == nullptr) return std::nullopt;  // most are none
  return migration_of(knowledge, person, jurisdiction, *member,
                      coverage_timeline(knowledge, person, jurisdiction));
}

std::optional<Migration> judge_migration(Knowledge& knowledge, const ledger::PersonId& person,
                                         Area jurisdiction, const Timeline& timeline) {
  const auto legacy = legacy_memberships(knowledge.person(person), knowledge.rules(), jurisdiction);
  const auto* member = cut_off(legacy);
  if (member == nullptr) return std::nullopt;
  return migration_of(knowledge, person, jurisdiction, *member, timeline);
}

}  // namespace kinledger::projections
