// What the rulebook answers; how it is made is in rulebook.cc.
#include <algorithm>
#include <iterator>

#include "projections/rulebook.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

/// Of two InterpretationAdopted or ParameterAnnounced: true when the second one is the later.
bool is_later(const Fact& fact, const Fact* than) {
  return than == nullptr || fact.event.envelope().valid_on >= than->event.envelope().valid_on;
}

/// A reading is turned by its own number, or by that of the open point with its other readings.
bool turns(std::string_view named, const Point& point) {
  return named == point.id || (!point.alternative.empty() && named == point.alternative);
}

}  // namespace

std::span<const Rule* const> Rulebook::rules_of(RuleKind kind, Area jurisdiction) const {
  const auto& rules = by_kind_[static_cast<std::size_t>(kind)];
  const auto first = std::ranges::lower_bound(rules, jurisdiction, {}, &Rule::jurisdiction);
  const auto last =
      std::ranges::upper_bound(first, rules.end(), jurisdiction, {}, &Rule::jurisdiction);
  return {first, last};
}

std::vector<const Rule*> Rulebook::rules_of(RuleKind kind, Area jurisdiction, Date on) const {
  std::vector<const Rule*> found;
  std::ranges::copy_if(rules_of(kind, jurisdiction), std::back_inserter(found),
                       [&](const Rule* rule) { return rule->governs(on); });
  return found;
}

const Rule* Rulebook::first_rule(RuleKind kind, ledger::Area jurisdiction, Date on) const {
  const auto rules = rules_of(kind, jurisdiction);
  const auto found =
      std::ranges::find_if(rules, [&](const Rule* rule) { return rule->governs(on); });
  return found == rules.end() ? nullptr : *found;
}

const Rule* Rulebook::rule(std::string_view id, RuleKind kind, Date on) const {
  for (const auto* rule : by_kind_[static_cast<std::size_t>(kind)]) {
    if (rule->id == id && rule->governs(on)) return rule;
  }
  return nullptr;
}

std::vector<const Rule*> Rulebook::rule(std::string_view id, Date on) const {
  std::vector<const Rule*> parts;
  for (const auto& rule : rules_) {
    if (rule.id == id && rule.governs(on)) parts.push_back(&rule);
  }
  return parts;
}

const Fact* Rulebook::adopted(const Point& point, Area jurisdiction, Date on) const {
  const Fact* found = nullptr;
  for (const auto& fact : region_.of(EventType::interpretation_adopted)) {
    const auto& event = fact.event;
    const auto until = event.date(Field::until);
    if (!turns(event.text(Field::point), point) || event.envelope().jurisdiction != jurisdiction)
      continue;
    if (!has_choice(point, event.text(Field::choice))) continue;  // a defect
    if (event.envelope().valid_on > on || (until && *until <= on)) continue;
    if (is_later(fact, found)) found = &fact;
  }
  return found;
}

Reading Rulebook::reading_of(const Point& point, Area jurisdiction, Date on) const {
  Reading reading{point.id, point.choice, point.alternative, {}};
  const auto* fact = adopted(point, jurisdiction, on);
  if (fact == nullptr) return reading;
  reading.choice = fact->event.text(Field::choice);
  reading.adopted = fact->sequence;
  return reading;
}

Reading Rulebook::reading(Convention convention, Area jurisdiction, Date on) const {
  for (auto pack = packs_.rbegin(); pack != packs_.rend(); ++pack) {
    if ((*pack)->jurisdiction != jurisdiction) continue;
    for (const auto& point : (*pack)->points) {
      if (point.convention == convention) return reading_of(point, jurisdiction, on);
    }
  }
  return {{}, choices_of(convention).front(), {}, {}};
}

Reading Rulebook::reading(std::string_view id, Area jurisdiction, Date on) const {
  const auto* declared = point(jurisdiction, id);
  return declared == nullptr ? Reading{} : reading_of(*declared, jurisdiction, on);
}

ledger::AgeDayRule Rulebook::age_day(Area jurisdiction, Date on) const {
  return reading(Convention::age_day, jurisdiction, on).choice == "day_after_birthday"
             ? ledger::AgeDayRule::day_after_birthday
             : ledger::AgeDayRule::birthday;
}

std::optional<Announcement> Rulebook::announced(const AnnouncementKey& key) const {
  const Fact* found = nullptr;
  int found_rank = -1;
  for (const auto& fact : region_.of(EventType::parameter_announced)) {
    const auto& event = fact.event;
    const auto level = event.text(Field::fiscal_level);
    const auto area = event.area(Field::area).value_or(Area{});
    if (event.text(Field::name) != key.name || event.year(Field::year) != key.year ||
        event.envelope().jurisdiction != key.jurisdiction ||
        (!level.empty() && level != key.fiscal_level) || (area.code != 0 && area != key.area)) {
      continue;
    }
    const int rank = (level.empty() ? 0 : 1) + (area.code == 0 ? 0 : 1);
    if (rank > found_rank || (rank == found_rank && is_later(fact, found))) {
      found = &fact;
      found_rank = rank;
    }
  }
  if (found == nullptr) return std::nullopt;
  return Announcement{found->sequence, found->event.money(Field::amount),
                      found->event.integer(Field::number)};
}

std::vector<Area> Rulebook::jurisdictions() const {
  std::vector<Area> areas;
  for (const auto* pack : packs_) {
    if (std::ranges::find(areas, pack->jurisdiction) == areas.end()) {
      areas.push_back(pack->jurisdiction);
    }
  }
  return areas;
}

const Document* Rulebook::document(Area jurisdiction, std::string_view tag) const {
  for (auto pack = packs_.rbegin(); pack != packs_.rend(); ++pack) {
    const auto* found = (*pack)->document(tag);
    if (found != nullptr && (*pack)->jurisdiction == jurisdiction) return found;
  }
  for (auto published = documents_.rbegin(); published != documents_.rend(); ++published) {
    if (published->jurisdiction == jurisdiction && published->document.tag == tag) {
      return &published->document;
    }
  }
  return nullptr;
}

const Point* Rulebook::point(Area jurisdiction, std::string_view id) const {
  for (auto pack = packs_.rbegin(); pack != packs_.rend(); ++pack) {
    const auto* found = (*pack)->point(id);
    if (found != nullptr && (*pack)->jurisdiction == jurisdiction) return found;
  }
  return nullptr;
}

const AreaSet* Rulebook::area(Area jurisdiction, std::string_view name) const {
  for (auto pack = packs_.rbegin(); pack != packs_.rend(); ++pack) {
    const auto* found = (*pack)->area(name);
    if (found != nullptr && (*pack)->jurisdiction == jurisdiction) return found;
  }
  return nullptr;
}

bool Rulebook::has_code_list(std::string_view list) const {
  return std::ranges::binary_search(vocabulary_, list, {}, &CodeList::name);
}

const Code* Rulebook::code(std::string_view list, std::string_view code) const {
  const auto held = std::ranges::lower_bound(vocabulary_, list, {}, &CodeList::name);
  if (held == vocabulary_.end() || held->name != list) return nullptr;
  const auto found = std::ranges::lower_bound(held->codes, code, {}, &Code::code);
  return found == held->codes.end() || found->code != code ? nullptr : &*found;
}

bool Rulebook::is_code(std::string_view list, std::string_view code) const {
  return this->code(list, code) != nullptr;
}

}  // namespace kinledger::projections
