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
      return {.truth = Truth::unknown,
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
  const Fact* latest = nullptr;
  for (const auto& fact :
       knowledge.unit_itself(institution).of(EventType::organisation_recorded)) {
    const auto designation = fact.event.text(Field::designation);
    const bool denies_all = designation.empty() && fact.event.flag(Field::designated) == false;
    if (act_date(fact) > on || (designation.empty() && !denies_all)) continue;
    ruling.truth = Truth::no;
    const bool is_wanted = std::ranges::find(wanted, designation) != wanted.end();
    if (!is_wanted && !denies_all) continue;
    if (latest == nullptr || is_later(fact, *latest)) latest = &fact;
  }
  if (latest != nullptr) {
    const auto until = latest->event.date(Field::until);
    const bool has_ended = until && *until <= on;
    ruling.truth = truth_of(!has_ended && latest->event.flag(Field::designated) != false);
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
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::designated_care,
                                                     place.jurisdiction, place.on)) {
    const auto& care = rule->as<DesignatedCare>();
    if (!is_for(care, place.scheme)) continue;
    auto ruling = judge_entries(knowledge, place, care);
    ruling.backing.apply(*rule);
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
