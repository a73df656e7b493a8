// Who there is: institutions, units, households, and the legacy pooling up to its end.
#include "tools/city_scribe.h"

#include <algorithm>
#include <vector>

#include "tools/city_codes.h"
#include "tools/city_draw.h"

namespace kinledger::tools {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;

namespace {

constexpr Date units_since{16'436};         // 2015-01-01
constexpr Date institutions_since{16'071};  // 2014-01-01
constexpr Date legacy_end{18'628};          // 2021-01-01: first day without the legacy pooling

/// What a clerk writes who is one level off.
std::string_view one_level_off(std::string_view schooling) {
  return schooling == city_codes::primary_school ? city_codes::junior_secondary
                                                 : city_codes::primary_school;
}

void insurance(const CityPerson& parent, ledger::Area area, Date since, CityPage& page) {
  const auto months = ledger::month_of(legacy_end).index - ledger::month_of(since).index;
  page.add(EventType::person_status_recorded, since)
      .person(Field::person, parent)
      .set(Field::kind, city_codes::employee_insurance)
      .set(Field::area, area)
      .set(Field::months, std::int64_t{std::max(0, months)})
      .set_yes(Field::flag, true);
}

void kinship(const Child& child, const CityPerson& parent, std::string_view proof, CityPage& page) {
  page.add(EventType::kinship_recorded, child.person.birth)
      .person(Field::person, child.person)
      .person(Field::parent, parent)
      .set(Field::relation, parent.is_female() ? city_codes::mother : city_codes::father)
      .set(Field::proof, proof);
}

}  // namespace

void CityScribe::institutions(CityPage& page) const {
  constexpr std::array<ledger::Area, 4> areas{{{330102}, {330106}, {330109}, {330111}}};
  for (std::uint64_t i = 0; i < population_.institutions(); ++i)
    page.add(EventType::organisation_recorded, institutions_since)
        .unit(Field::unit, Population::institution_number(i))
        .set(Field::name, "虚构医院" + std::to_string(i + 1))
        .set(Field::kind, city_codes::medical_institution)
        .set(Field::area, areas[i % areas.size()])
        .set_yes(Field::designated, true)
        .set(Field::designation, city_codes::designated_medical);
}

void CityScribe::households(const CityUnit& unit, CityPage& page) const {
  page.add(EventType::unit_recorded, units_since)
      .unit(Field::unit, unit.number)
      .set(Field::name, "虚构单位" + std::to_string(unit.index + 1))
      .set(Field::unit_type, unit.type)
      .set(Field::fiscal_level, unit.fiscal_level)
      .set_yes(Field::full_guarantee, unit.fully_guaranteed)
      .set(Field::area, unit.area);
  each_child(unit, [&](const Child& child) { household(child, unit, page); });
}

void CityScribe::household(const Child& child, const CityUnit& unit, CityPage& page) const {
  const auto parent = population_.parent(child);
  const auto story = life_.registration(child, parent);
  page.add(EventType::person_registered, child.joined_on)
      .person(Field::person, child.person, population_.name(child, Population::Role::child));
  if (child.is_first_of_household()) parents(child, unit, story, page);
  kinship(child, parent, city_codes::household_book, page);
  if (population_.has_second_parent(child))
    kinship(child, population_.second_parent(child), city_codes::birth_certificate, page);
  statuses(child, story, page);
}

void CityScribe::parents(const Child& child, const CityUnit& unit, const RegistrationStory& story,
                         CityPage& page) const {
  using Role = Population::Role;
  const auto parent = population_.parent(child);
  page.add(EventType::person_registered, child.joined_on)
      .person(Field::person, parent, population_.name(child, Role::parent));
  page.add(EventType::employment_recorded, story.parent_employed_on)
      .person(Field::person, parent)
      .unit(Field::unit, unit.number);
  insurance(parent, unit.area, story.parent_employed_on, page);
  if (!population_.has_second_parent(child)) return;
  const auto other = population_.second_parent(child);
  page.add(EventType::person_registered, child.joined_on)
      .person(Field::person, other, population_.name(child, Role::second_parent));
  if (story.second_parent_insured)
    insurance(other, child.home_area, ledger::add_months_clipped(other.birth, 264), page);
}

void CityScribe::statuses(const Child& child, const RegistrationStory& story,
                          CityPage& page) const {
  page.add(EventType::person_status_recorded, child.person.birth)
      .person(Field::person, child.person)
      .set(Field::kind, city_codes::hukou)
      .set(Field::area, child.hukou_area);
  if (child.hukou != Hukou::urban)
    page.add(EventType::person_status_recorded, child.person.birth)
        .person(Field::person, child.person)
        .set(Field::kind, city_codes::residence)
        .set(Field::area, child.home_area);
  const bool wrong = story.slip == Slip::wrong_value;
  schooling(child, wrong, page);
  if (wrong) page.amend_later(Mistake::schooling, child.index);
}

void CityScribe::schooling(const Child& child, bool wrong, CityPage& page) const {
  // Born after the last day of the legacy pooling: of preschool age from birth.
  const auto now = life_.schooling(child, std::max(legacy_end, child.person.birth));
  page.add(EventType::person_status_recorded, now.since)
      .person(Field::person, child.person)
      .set(Field::kind, city_codes::school)
      .set(Field::value, wrong ? one_level_off(now.value) : now.value)
      .set(Field::area, child.home_area);
}

void CityScribe::legacy(const CityUnit& unit, CityPage& page) const {
  std::vector<Date> joined;
  each_child(unit, [&](const Child& child) {
    if (!child.legacy) return;
    joined.push_back(child.joined_on);
    auto line = page.add(EventType::legacy_membership_recorded, child.joined_on)
                    .person(Field::person, child.person)
                    .person(Field::parent, population_.parent(child))
                    .unit(Field::unit, unit.number)
                    .set(Field::fiscal_level, unit.fiscal_level);
    // Of a few the end was never entered.
    if (child.index % 400 != 399) line.set(Field::until, legacy_end);
  });
  legacy_premiums(unit, joined, page);
}

void CityScribe::legacy_premiums(const CityUnit& unit, std::span<const Date> joined,
                                 CityPage& page) const {
  constexpr Fen personal_rate{10'00};
  constexpr std::int32_t months = 12;
  const auto end = ledger::month_of(legacy_end).index;
  const bool municipal = unit.fiscal_level == city_codes::municipal;
  for (auto month = end - months; month < end; ++month) {
    const auto last = ledger::last_day(ledger::Month{month});
    const auto headcount = std::ranges::count_if(joined, [&](Date day) { return day <= last; });
    if (headcount == 0) continue;
    // Municipal premiums are collected in the month after; of a few units too late.
    const bool late = municipal && month == end - 1 && unit.index % 25 == 24;
    const auto collected =
        municipal ? ledger::add_days(last, late ? 70 : 12) : ledger::add_days(last, -6);
    page.add(EventType::legacy_premium_collected, collected)
        .unit(Field::unit, unit.number)
        .set(Field::premium_month, ledger::Month{month})
        .set(Field::headcount, std::int64_t{headcount})
        .set(Field::unit_amount, Fen{unit.channel_rate.value * headcount})
        .set(Field::personal_amount, Fen{personal_rate.value * headcount});
  }
}

}  // namespace kinledger::tools
