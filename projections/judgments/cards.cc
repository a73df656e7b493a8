#include "projections/judgments/cards.h"

#include <algorithm>

#include "projections/judgments/payments.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::CardMaterial;
using ledger::CardState;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

std::vector<CardMaterial> handed_in(const Dossier& person, Date on) {
  std::vector<CardMaterial> materials;
  for (const auto& fact : person.of(EventType::card_material_submitted)) {
    if (fact.event.envelope().valid_on > on) continue;
    for (const auto number : fact.event.enumerants(Field::materials))
      materials.push_back(static_cast<CardMaterial>(number));
  }
  return materials;
}

std::optional<Date> last_photo(const Dossier& person, Date on) {
  std::optional<Date> last;
  for (const auto& fact : person.of(EventType::card_material_submitted)) {
    const auto valid_on = fact.event.envelope().valid_on;
    if (!valid_on || *valid_on > on) continue;
    for (const auto number : fact.event.enumerants(Field::materials))
      if (static_cast<CardMaterial>(number) == CardMaterial::photo) last = std::max(last, valid_on);
  }
  return last;
}

std::optional<Date> last_arrival(const CardHolder& holder, Date on) {
  std::optional<Date> last;
  for (const auto& payment : payments_of(holder.person, holder.jurisdiction)) {
    if (payment.paid_on > on || payment.net().value <= 0) continue;
    last = std::max(last, std::optional(payment.posted_on.value_or(payment.paid_on)));
  }
  return last;
}

void judge_guardian(const CardApplicant::Entry& entry, std::int32_t age, Ruling& ruling) {
  const bool guardian_may = !entry.guardian_below || age < *entry.guardian_below;
  const bool self_only = entry.self_from && age >= *entry.self_from;
  ruling.truth = truth_of(guardian_may && !self_only);
  if (ruling.truth == Truth::no) {
    ruling.causes = {{"in_person", "须本人办理", "the person must apply in person"}};
  }
}

/// Between the ages at which a guardian must act and at which the person must, the documents speak
/// of the guardian only.
void judge_self(const CardApplicant::Entry& entry, std::int32_t age, Ruling& ruling) {
  if (!entry.self_from || age >= *entry.self_from) {
    ruling.truth = Truth::yes;
  } else if (entry.guardian_only_below && age < *entry.guardian_only_below) {
    ruling.truth = Truth::no;
    ruling.causes = {{"by_guardian", "须由监护人办理", "a guardian must apply"}};
  } else {
    ruling.causes = {{"no_rule", "规则未规定该年龄可否由本人办理",
                      "the rule does not say whether the person may apply at this age"}};
    ruling.backing.weaken(ledger::Certainty::open);
  }
}

}  // namespace

const Fact* card_state(const Dossier& person, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : person.of(EventType::card_state_changed)) {
    const auto valid_on = fact.event.envelope().valid_on;
    if (!valid_on || *valid_on > on) continue;
    if (latest == nullptr || *valid_on >= *latest->event.envelope().valid_on) latest = &fact;
  }
  return latest;
}

bool has_card(const Fact* state) {
  return state != nullptr && state->event.as<CardState>(Field::state) >= CardState::issued;
}

const Rule* card_rule(const Rulebook& rules, RuleKind kind, Area jurisdiction, Date on) {
  const auto found = rules.rules_of(kind, jurisdiction, on);
  return found.empty() ? nullptr : found.front();
}

std::vector<Label> missing_materials(const Rule& rule, const Dossier& person, Date on) {
  const auto held = handed_in(person, on);
  const auto is_held = [&](CardMaterial material) {
    return std::ranges::find(held, material) != held.end();
  };
  std::vector<Label> missing;
  for (const auto& group : rule.as<CardMaterials>().groups) {
    const bool is_complete = std::ranges::any_of(group.alternatives, [&](const auto& alternative) {
      return std::ranges::all_of(alternative, is_held);
    });
    if (!is_complete) missing.push_back(group.name);
  }
  return missing;
}

CardRouteJudgment card_route_on(const Rulebook& rules, Area jurisdiction, Date on) {
  CardRouteJudgment result;
  auto& route = result.route;
  for (const Rule* rule : rules.rules_of(RuleKind::card_route, jurisdiction, on)) {
    const auto& part = rule->as<CardRoute>();
    if (part.batch_to) route.batch_to = part.batch_to;
    route.without_card_only = route.without_card_only || part.without_card_only;
    route.batch_ways.insert(route.batch_ways.end(), part.batch_ways.begin(), part.batch_ways.end());
    if (!part.individual.empty()) route.individual = part.individual;
    route.offices.insert(route.offices.end(), part.offices.begin(), part.offices.end());
    if (!part.open_point.empty()) route.open_point = part.open_point;
    result.backing.apply(*rule);
    result.steps.push_back({.rule = rule});
  }
  return result;
}

Ruling may_apply(const Rule& rule, const CardApplication& application) {
  Ruling ruling = no_rule_ruling("规则未列出该银行的申领条件",
                                 "the rule says nothing about applying at this bank");
  for (const auto& entry : rule.as<CardApplicant>().entries) {
    if (std::ranges::find(entry.banks, application.bank) == entry.banks.end()) continue;
    ruling = {.backing = Backing::of(rule), .steps = {{.rule = &rule}}};
    if (application.by_guardian) {
      judge_guardian(entry, application.age, ruling);
    } else {
      judge_self(entry, application.age, ruling);
    }
    if (entry.self_from == application.age) ruling.backing.rely_on(entry.open_point);
  }
  return ruling;
}

CardCollectionJudgment judge_collection(const Rule& rule, const CardHolder& holder,
                                        const Rulebook& rules, Date on) {
  const auto& collection = rule.as<CardCollection>();
  auto backing = Backing::of(rule);
  CardCollectionJudgment result{.needs_photo = holder.age >= collection.photo_from_age,
                                .paid_on = last_arrival(holder, on),
                                .photo_on = last_photo(holder.person, on),
                                .photo_backing = backing,
                                .collect_from = {}};
  const auto& [needs_photo, paid, photo, photo_backing, collect_from] = result;
  if (!needs_photo) backing.rely_on(collection.open_point);
  if (!paid || (needs_photo && !photo)) return result;
  // The text has the payment first and the photo after it; another order is a reading.
  if (photo && *photo < *paid) backing.rely_on(collection.open_point);
  const Date later = needs_photo ? std::max(*paid, *photo) : *paid;
  backing.rely_on(rules.reading(Convention::full_months, holder.jurisdiction, later).point);
  result.collect_from =
      Judged<Date>::of(ledger::add_months_clipped(later, collection.months_after), backing);
  return result;
}

}  // namespace kinledger::projections
