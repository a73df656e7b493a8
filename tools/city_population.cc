#include "tools/city_population.h"

#include <algorithm>

#include "ledger/identity_number.h"
#include "ledger/result.h"
#include "tools/city_codes.h"
#include "tools/city_draw.h"

namespace kinledger::tools {
namespace {

using ledger::Area;
using ledger::Date;

constexpr std::string_view never_issued_division = "330199";

// Births of the children: from those who are 18 when the legacy pooling ends to those who are born
// in the year after.
constexpr Date first_birth{11'869};  // 2002-07-01
constexpr Date last_birth{18'992};   // 2021-12-31
constexpr std::uint64_t birth_days = last_birth.days - first_birth.days + 1;

// A parent is at least 21 years older than the first child: so no parent is born on a day on which
// a child may be.
constexpr std::int32_t parent_older_days_min = 21 * 366;
constexpr std::uint32_t parent_older_days_spread = 17 * 365;

constexpr std::array<Area, 10> districts{{{330102},
                                          {330103},
                                          {330104},
                                          {330105},
                                          {330106},
                                          {330108},
                                          {330109},
                                          {330110},
                                          {330111},
                                          {330112}}};
constexpr std::array<Area, 3> counties{{{330122}, {330127}, {330182}}};
// Provinces: a hukou elsewhere in the country.
constexpr std::array<Area, 4> elsewhere{{{320000}, {340000}, {360000}, {410000}}};

// Children of the six units of a group, in thousandths.
constexpr std::array<std::uint32_t, units_per_group> unit_sizes{40, 70, 110, 160, 250, 370};

constexpr std::array<std::string_view, 4> surnames{"虚构", "样本", "示例", "假想"};
constexpr std::array<std::string_view, 22> syllables{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛",
                                                     "壬", "癸", "子", "丑", "寅", "卯", "辰", "巳",
                                                     "午", "未", "申", "酉", "戌", "亥"};
// CJK Extensions B, C, E and G: four bytes in UTF-8, two code units in UTF-16.
constexpr std::array<std::string_view, 6> rare_syllables{"𠮷", "𠀀", "𤭢", "𪜶", "𬀩", "𰻝"};

constexpr std::uint64_t children_per_institution = 2'000;
constexpr std::uint64_t institutions_min = 12;

template <class Array>
const auto& pick(Draw& draw, const Array& array) {
  return array[draw.below(static_cast<std::uint32_t>(array.size()))];
}

std::array<char, 18> resident_number(Date birth, std::uint32_t serial) {
  std::array<char, 18> out;
  const auto put = [&](std::size_t at, std::uint32_t value, std::size_t digits) {
    for (std::size_t i = digits; i-- > 0; value /= 10)
      out[at + i] = static_cast<char>('0' + value % 10);
  };
  std::ranges::copy(never_issued_division, out.begin());
  put(6, static_cast<std::uint32_t>(ledger::year_of(birth).value), 4);
  put(10, static_cast<std::uint32_t>(ledger::month_of_year(birth)), 2);
  put(12, static_cast<std::uint32_t>(ledger::day_of_month(birth)), 2);
  put(14, serial, 3);
  out[17] = ledger::resident_check_digit({out.data(), 17});
  return out;
}

/// What is out of scope is so in one way each: its type, its guarantee, or its level.
void decide_scope(CityUnit& unit, Draw& draw) {
  constexpr std::uint64_t out_of_scope_every = 12;
  const auto kind = draw.below(3);
  if (unit.index % out_of_scope_every != units_per_group - 1) return;
  unit.in_scope = false;
  if (kind == 0) {
    unit.type = city_codes::enterprise;
  } else if (kind == 1) {
    unit.fully_guaranteed = false;
  } else {
    unit.fiscal_level = city_codes::county;
    unit.area = pick(draw, counties);
  }
}

CityUnit make_unit(std::uint64_t seed, std::uint64_t index) {
  constexpr std::array types{city_codes::administrative_organ,
                             city_codes::civil_service_institution,
                             city_codes::subsidised_institution};
  // A rate is documented for municipal units alone; those of the districts are made up.
  constexpr std::array<ledger::Fen, 3> district_rates{{{120'00}, {140'00}, {160'00}}};
  Draw draw(seed, Drawn::unit, index);
  CityUnit unit;
  unit.index = index;
  unit.number = numbered("CITY", index + 1, 7);
  unit.type = pick(draw, types);
  unit.area = pick(draw, districts);
  const bool municipal = draw.chance(400);
  unit.fiscal_level = municipal ? city_codes::municipal : city_codes::district;
  const auto district_rate = pick(draw, district_rates);
  unit.channel_rate = municipal ? ledger::Fen{160'00} : district_rate;
  decide_scope(unit, draw);
  return unit;
}

}  // namespace

std::string numbered(std::string_view prefix, std::uint64_t number, std::size_t digits) {
  std::string out(prefix);
  out.append(digits, '0');
  for (std::size_t at = out.size(); number != 0 && at > prefix.size(); number /= 10)
    out[--at] = static_cast<char>('0' + number % 10);
  return out;
}

Population::Population(const CityPlan& plan)
    : plan_(plan), groups_((plan.children + children_per_group - 1) / children_per_group) {
  invariant(plan.children >= 1 && plan.children <= city_children_max);
  invariant(plan.years >= 1 && plan.years <= city_years_max);
  Draw draw(plan.seed, Drawn::layout, 0);
  for (auto& key : keys_) key = draw.next();
  for (auto* older : {&parent_older_, &second_parent_older_})
    for (auto& days : *older)
      days =
          parent_older_days_min + static_cast<std::int32_t>(draw.below(parent_older_days_spread));
}

/// A permutation of the numbers below `slots`: of all numbers of 21 bits by steps that can each be
/// undone, repeated until the result is below it.
Population::Slot Population::slot(std::uint64_t child) const {
  constexpr auto slots = birth_days * quarters;
  constexpr unsigned bits = 21;
  constexpr auto mask = (std::uint64_t{1} << bits) - 1;
  static_assert(slots <= mask && slots >= city_children_max);
  auto place = child;
  do {
    for (const auto key : keys_) {
      place = ((place ^ (key & mask)) * (key >> bits | 1)) & mask;
      place ^= place >> (bits / 2);
    }
  } while (place >= slots);
  return {{first_birth.days + static_cast<std::int32_t>(place / quarters)},
          static_cast<std::uint32_t>(place % quarters)};
}

std::array<CityUnit, units_per_group> Population::units_of(std::uint64_t group) const {
  const auto first = group * children_per_group;
  const auto count = std::min(children_per_group, plan_.children - first);
  auto sizes = unit_sizes;
  Draw draw(plan_.seed, Drawn::layout, group + 1);
  for (std::uint32_t i = units_per_group; i-- > 1;) std::swap(sizes[i], sizes[draw.below(i + 1)]);
  std::array<CityUnit, units_per_group> out;
  std::uint64_t thousandths = 0;
  for (std::size_t i = 0; i < units_per_group; ++i) {
    out[i] = make_unit(plan_.seed, group * units_per_group + i);
    const auto begins = count * thousandths / 1'000;
    thousandths += sizes[i];
    out[i].first_child = first + begins;
    out[i].children = count * thousandths / 1'000 - begins;
  }
  return out;
}

CityUnit Population::unit_of(std::uint64_t child) const {
  for (auto& unit : units_of(child / children_per_group))
    if (child - unit.first_child < unit.children) return unit;
  ledger::invariant_failed("a child has a unit", __FILE__, __LINE__);
}

std::uint64_t Population::household_of(std::uint64_t child, const CityUnit& unit) const {
  constexpr std::int32_t days_between_min = 400;
  constexpr std::int32_t days_between_max = 12 * 365;
  if ((child - unit.first_child) % 2 == 0) return child;
  const auto days = slot(child).birth.days - slot(child - 1).birth.days;
  if (days < days_between_min || days > days_between_max) return child;
  return Draw(plan_.seed, Drawn::household, child).chance(600) ? child - 1 : child;
}

Child Population::child(std::uint64_t index, const CityUnit& unit) const {
  Draw draw(plan_.seed, Drawn::child, index);
  const auto [birth, quarter] = slot(index);
  Child out;
  out.index = index;
  out.household = household_of(index, unit);
  out.person = {resident_number(birth, quarter * 4 + draw.below(4)), birth};
  out.home_area = pick(draw, districts);
  out.hukou_area = out.home_area;
  const auto origin = draw.below(1'000);
  out.hukou = origin < 780 ? Hukou::urban : origin < 830 ? Hukou::county : Hukou::elsewhere;
  if (out.hukou == Hukou::county) out.hukou_area = pick(draw, counties);
  if (out.hukou == Hukou::elsewhere) out.hukou_area = pick(draw, elsewhere);

  const auto year = ledger::first_day(city_first_year);
  const auto last = Date{ledger::first_day_after(city_first_year).days - 1};
  const bool born_in_time = ledger::add_days(birth, 40) < year;
  out.legacy = draw.chance(850) && born_in_time && unit.type != city_codes::enterprise;
  if (out.legacy)
    out.joined_on =
        draw.between(ledger::add_days(birth, 20),
                     std::min(ledger::add_days(birth, 700), ledger::add_days(year, -20)));
  else if (birth < year)
    out.joined_on = draw.between(ledger::add_days(year, 3), ledger::add_days(last, -30));
  else
    out.joined_on =
        std::min(last, ledger::add_days(birth, 3 + static_cast<std::int32_t>(draw.below(25))));
  return out;
}

bool Population::parent_is_female(std::uint64_t household) const {
  return Draw(plan_.seed, Drawn::household, household).next() % 2 == 0;
}

CityPerson Population::parent(const Child& child) const {
  const auto [birth, quarter] = slot(child.household);
  const Date born{birth.days - parent_older_[quarter]};
  return {resident_number(born, quarter * 4 + (parent_is_female(child.household) ? 0 : 1)), born};
}

bool Population::has_second_parent(const Child& child) const {
  return Draw(plan_.seed, Drawn::household, child.household).below(1'000) % 20 < 9;
}

CityPerson Population::second_parent(const Child& child) const {
  const auto [birth, quarter] = slot(child.household);
  const Date born{birth.days - second_parent_older_[quarter]};
  return {resident_number(born, quarter * 4 + (parent_is_female(child.household) ? 3 : 2)), born};
}

std::string Population::name(const Child& child, Role role) const {
  // A child has the family name of the parent who is employed by the unit.
  Draw family(plan_.seed, Drawn::name, child.household * 4 + 3);
  Draw given(
      plan_.seed, Drawn::name,
      (role == Role::child ? child.index : child.household) * 4 + static_cast<std::uint64_t>(role));
  std::string out(role == Role::second_parent ? pick(given, surnames) : pick(family, surnames));
  out += pick(given, syllables);
  out += given.chance(15) ? pick(given, rare_syllables) : pick(given, syllables);
  return out;
}

std::uint64_t Population::institutions() const {
  return institutions_min + plan_.children / children_per_institution;
}

std::string Population::institution_number(std::uint64_t index) {
  return numbered("CLINIC", index + 1, 6);
}

}  // namespace kinledger::tools
