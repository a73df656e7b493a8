#include "projections/judgments/designation.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/units.h"
#include "projections/kinds/benefits.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;

bool is_later(const Fact& one, const Fact& other) {
  return std::pair(act_date(one), one.sequence) > std::pair(act_date(other), other.sequence);
}

/// The institution has no designation at all.
bool denies_all(const Fact& fact) {
  return fact.event.text(Field::designation).empty() && fact.event.flag(Field::designated) == false;
}

/// The latest record of the designation by the day, or null.
const Fact* latest_of(const Dossier& institution, std::string_view designation, ledger::Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : institution.of(EventType::organisation_recorded)) {
    const bool is_about = fact.event.text(Field::designation) == designation || denies_all(fact);
    if (act_date(fact) > on || !is_about) continue;
    if (latest == nullptr || is_later(fact, *latest)) latest = &fact;
  }
  return latest;
}

/// Said by the record of a designation to be had on the day.
bool is_designated(const Fact& fact, ledger::Date on) {
  const auto until = fact.event.date(Field::until);
  return fact.event.flag(Field::designated) != false && (!until || on < *until);
}

bool is_for(const DesignatedCare& care, std::string_view scheme) {
  return scheme.empty() || std::ranges::find(care.schemes, scheme) != care.schemes.end();
}

/// By the first entry that fits its area; of an institution without one, as far as all agree.
Ruling judge_entries(Knowledge& knowledge, const PlaceOfCare& place, const DesignatedCare& care) {
  const auto state = organisation_state(knowledge.unit_itself(place.institution), place.on);
  const auto area = state ? state->area : ledger::Area{};
  std::optional<Ruling> found;
  for (const auto& entry : care.entries) {
    const auto fits = entry.area ? contains(*entry.area, area) : Truth::yes;
    if (fits == Truth::no) continue;
    auto ruling = has_designation(knowledge, place.institution, entry.designations, place.on);
    if (found && found->truth != ruling.truth) {
      return {
          .truth = Truth::unknown,
          .causes = {{"area", "未登记：机构所在区域", "not recorded: area of the institution"}}};
    }
    found = std::move(ruling);
    if (fits == Truth::yes) return *std::move(found);
  }
  return found ? *std::move(found)
               : no_rule_ruling("没有已采用的规则涉及该地的机构",
                                "no adopted rule speaks of institutions there");
}

}  // namespace

Ruling has_designation(Knowledge& knowledge, const ledger::UnitId& institution,
                       std::span<const std::string> wanted, ledger::Date on) {
  Ruling ruling{.truth = Truth::unknown,
                .causes = {{"designation", "未登记：机构的定点情况",
                            "not recorded: designations of the institution"}}};
  const auto& itself = knowledge.unit_itself(institution);
  for (const auto& fact : itself.of(EventType::organisation_recorded)) {
    const bool tells = !fact.event.text(Field::designation).empty() || denies_all(fact);
    if (act_date(fact) <= on && tells) ruling.truth = Truth::no;
  }
  for (const auto& designation : wanted) {
    const auto* latest = latest_of(itself, designation, on);
    if (latest != nullptr && is_designated(*latest, on)) ruling.truth = Truth::yes;
  }
  if (ruling.truth == Truth::no) {
    ruling.causes = {
        {"designation", "机构不具备该定点资格", "the institution does not have the designation"}};
  } else if (ruling.truth == Truth::yes) {
    ruling.causes.clear();
  }
  return ruling;
}

Ruling settles_at(Knowledge& knowledge, const PlaceOfCare& place) {
  for (const Rule* rule :
       knowledge.rules().rules_of(RuleKind::designated_care, place.jurisdiction, place.on)) {
    const auto& care = rule->as<DesignatedCare>();
    if (!is_for(care, place.scheme)) continue;
    auto ruling = judge_entries(knowledge, place, care);
    ruling.backing.apply(*rule);
    // The text says where costs are settled; that they are not elsewhere follows from it.
    if (ruling.truth == Truth::no) ruling.backing.weaken(ledger::Certainty::derived);
    Step step{.rule = rule};
    for (const auto& fact :
         knowledge.unit_itself(place.institution).of(EventType::organisation_recorded))
      if (act_date(fact) <= place.on) step.facts.push_back(fact.sequence);
    ruling.steps.push_back(std::move(step));
    return ruling;
  }
  return no_rule_ruling("没有已采用的规则规定该险种可在何处结算",
                        "no adopted rule says where costs of the scheme are settled");
}

}  // namespace kinledger::projections
