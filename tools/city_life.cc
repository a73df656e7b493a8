#include "tools/city_life.h"

#include <algorithm>

#include "ledger/result.h"
#include "tools/city_codes.h"
#include "tools/city_draw.h"

namespace kinledger::tools {
namespace {

using ledger::CareClass;
using ledger::Date;
using ledger::Fen;
using ledger::Year;

constexpr std::int32_t of_age = 18;
constexpr std::int32_t leaves_at = 23;

Date day(Year year, std::int32_t month, std::int32_t day_of_month) {
  return *ledger::make_date(year.value, month, day_of_month);
}
Year after(Year year) { return {year.value + 1}; }

std::optional<std::int32_t> age_at_start(const Child& child, Year year) {
  return ledger::completed_years(child.person.birth, ledger::first_day(year));
}

/// An amount that is small most of the time: up to `most` in whole yuan.
Fen skewed(Draw& draw, std::uint32_t least_yuan, std::uint32_t most_yuan) {
  const std::uint64_t a = draw.below(most_yuan - least_yuan + 1);
  const std::uint64_t b = draw.below(most_yuan - least_yuan + 1);
  return {static_cast<std::int64_t>(least_yuan + a * b / (most_yuan - least_yuan)) * 100};
}

/// When an existing member pays: in the window for most.
std::optional<Date> payment_day(Draw& draw, Year year) {
  const auto fate = draw.below(1'000);
  const auto limit = premium_due_on(year);
  if (fate < 10) return limit;  // on the last day
  if (fate < 900) {
    // For the first year nobody could pay before it; later ones are collected in autumn.
    const bool first = year == city_first_year;
    const auto opens = first ? day(year, 1, 1) : day({year.value - 1}, 10, 1);
    return draw.between(opens, ledger::add_days(limit, -1));
  }
  if (fate < 905) return ledger::add_days(limit, 1);
  if (fate < 950) return draw.between(ledger::add_days(limit, 2), day(year, 6, 30));
  if (fate < 970) return draw.between(day(year, 7, 1), day(year, 12, 31));
  return std::nullopt;
}

std::string_view payment_channel(Draw& draw, Year year) {
  const auto way = draw.below(1'000);
  if (year != city_first_year && way < 350) return city_codes::bank_debit;
  return way < 750 ? city_codes::alipay : city_codes::we_chat;
}

Visit inpatient(Draw& draw) {
  constexpr Fen deductible{600'00};
  Visit visit;
  visit.care = CareClass::inpatient;
  visit.total = skewed(draw, 2'500, 60'000);
  visit.deductible = deductible;
  return visit;
}

Visit outpatient(Draw& draw, Fen deductible_left) {
  Visit visit;
  visit.care = draw.chance(60) ? CareClass::emergency : CareClass::outpatient;
  visit.total = skewed(draw, 40, 2'000);
  visit.deductible = deductible_left;
  return visit;
}

/// Splits the total: the deductible in it is a limit, not what was borne.
void settle(Visit& visit, std::uint32_t out_of_scope_per_mille) {
  constexpr std::int64_t basic_percent = 65;
  visit.out_of_scope = {visit.total.value * out_of_scope_per_mille / 1'000};
  visit.in_scope = {visit.total.value - visit.out_of_scope.value};
  visit.deductible = std::min(visit.deductible, visit.in_scope);
  const auto shared = visit.in_scope.value - visit.deductible.value;
  visit.basic_paid = {shared * basic_percent / 100};
  visit.personal_in_scope = {visit.in_scope.value - visit.basic_paid.value};
  visit.subsidy_eligible = {shared - visit.basic_paid.value};
}

}  // namespace

std::string_view code_of(CityScheme scheme) {
  switch (scheme) {
    case CityScheme::children:
      return city_codes::children;
    case CityScheme::university:
      return city_codes::university;
    case CityScheme::resident:
      return city_codes::resident_tier_2;
    case CityScheme::none:
      break;
  }
  ledger::invariant_failed("the child is in a scheme", __FILE__, __LINE__);
}

Fen premium_of(CityScheme scheme) {
  switch (scheme) {
    case CityScheme::children:
      return {250'00};
    case CityScheme::university:
      return {60'00};
    case CityScheme::resident:
      return {400'00};
    case CityScheme::none:
      break;
  }
  return {};
}

Date premium_due_on(Year year) { return day(year, 3, 31); }

RegistrationStory CityLife::registration(const Child& child, const CityPerson& parent) const {
  constexpr std::int32_t grown_up_days = 20 * 366;
  constexpr Date earliest{12'784};  // 2005-01-01
  // Drawn for the household, so that siblings agree on their parents.
  Draw household(seed_, Drawn::registration, child.household);
  RegistrationStory story;
  const auto some_day = household.between(earliest, ledger::add_days(earliest, 4'000));
  story.parent_employed_on = std::max(some_day, ledger::add_days(parent.birth, grown_up_days));
  story.second_parent_insured = household.chance(700);
  if (Draw(seed_, Drawn::schooling, child.index).chance(40)) story.slip = Slip::wrong_value;
  return story;
}

Schooling CityLife::schooling(const Child& child, Date on) const {
  constexpr std::array<std::pair<std::int32_t, std::string_view>, 4> levels{{
      {12, city_codes::undergraduate},
      {9, city_codes::senior_secondary},
      {6, city_codes::junior_secondary},
      {0, city_codes::primary_school},
  }};
  const auto born = ledger::year_of(child.person.birth);
  const bool before_september = ledger::month_of_year(child.person.birth) < 9;
  const Year enters{born.value + (before_september ? 6 : 7)};
  for (const auto& [grade, value] : levels) {
    const auto since = day({enters.value + grade}, 9, 1);
    if (since > on) continue;
    const bool left =
        value == city_codes::undergraduate && grown_up(child) != CityScheme::university;
    return {left ? city_codes::not_at_school : value, since};
  }
  return {city_codes::preschool, child.person.birth};
}

CityScheme CityLife::grown_up(const Child& child) const {
  const auto path = Draw(seed_, Drawn::standing, child.index).below(1'000);
  // A place at a university elsewhere, a job, or nothing: all leave the city's schemes.
  return path < 600 ? CityScheme::university : path < 750 ? CityScheme::resident : CityScheme::none;
}

CityScheme CityLife::scheme(const Child& child, Year year) const {
  const auto age = age_at_start(child, year);
  if (!age || *age < of_age) return CityScheme::children;
  if (*age >= leaves_at) return CityScheme::none;
  const auto begins = ledger::first_day(year);
  const bool at_school = schooling(child, begins).value == city_codes::senior_secondary;
  return at_school ? CityScheme::children : grown_up(child);
}

std::optional<PremiumStory> CityLife::premium(const Child& child, Year year) const {
  const auto scheme_now = scheme(child, year);
  if (scheme_now == CityScheme::none) return std::nullopt;
  Draw draw(seed_, Drawn::premium, child.index, year);
  PremiumStory story;
  const auto on = payment_day(draw, year);
  if (joins(child, year)) {
    const auto paid = ledger::add_days(child.joined_on, static_cast<std::int32_t>(draw.below(20)));
    story.paid_on = std::min(paid, last_day(year));
  } else {
    if (!on) return std::nullopt;
    story.paid_on = *on;
  }
  story.amount = premium_of(scheme_now);
  story.channel = payment_channel(draw, year);
  story.receipted = draw.chance(750);
  story.agreed_to_debit = draw.chance(350) && year == city_first_year;
  const auto mishap = draw.below(1'000);
  if (mishap < 6) {
    story.slip = Slip::wrong_date;
  } else if (mishap < 10) {
    story.slip = Slip::wrong_amount;
  } else if (mishap < 18) {
    story.slip = Slip::twice;
  } else if (mishap < 24 && ledger::add_days(story.paid_on, 60) <= last_day(year)) {
    story.reversed_on =
        ledger::add_days(story.paid_on, 20 + static_cast<std::int32_t>(draw.below(20)));
    if (draw.chance(500)) story.paid_again_on = ledger::add_days(*story.reversed_on, 7);
  }
  return story;
}

std::optional<BindingStory> CityLife::binding(const Child& child) const {
  Draw draw(seed_, Drawn::binding, child.index);
  const auto fate = draw.below(1'000);
  const auto year_end = last_day(city_first_year);
  BindingStory story;
  story.sealed = !draw.chance(30);
  story.by_employee = draw.chance(350);
  if (draw.chance(15)) story.slip = Slip::wrong_unit;
  if (fate < 250) {
    story.with_enrollment = true;
    story.handled_on = child.joined_on;
  } else if (fate < 840) {
    story.handled_on = draw.between(child.joined_on, year_end);
  } else if (fate < 850) {
    story.handled_on = year_end;
  } else if (fate < 940) {
    story.handled_on = draw.between(ledger::add_days(year_end, 1), ledger::add_days(year_end, 150));
  } else {
    return std::nullopt;
  }
  return story;
}

std::optional<Date> CityLife::covered_from(const Child& child, Year year) const {
  const auto paid = premium(child, year);
  if (!paid || (paid->reversed_on && !paid->paid_again_on)) return std::nullopt;
  const auto on = paid->paid_again_on.value_or(paid->paid_on);
  auto from = ledger::first_day(year);
  if (joins(child, year))
    from = on;
  else if (on > premium_due_on(year))
    from = year == city_first_year ? ledger::add_months_clipped(on, 6)
                                   : ledger::nth_natural_month(on, 3);
  if (from > last_day(year)) return std::nullopt;
  return from;
}

CareYear CityLife::care(const Child& child, Year year) const {
  constexpr Fen outpatient_deductible_max{300'00};
  constexpr std::uint32_t visits_spread = 9;
  CareYear out;
  auto from = covered_from(child, year);
  Draw draw(seed_, Drawn::care, child.index, year);
  // A few are treated before their benefits begin.
  if (draw.chance(4) && from) from = std::max(ledger::first_day(year), child.person.birth);
  if (!from) return out;
  const auto days = last_day(year).days - from->days + 1;
  // Never two on one day.
  out.count = std::min(draw.below(visits_spread), static_cast<std::uint32_t>(days));
  Fen left = outpatient_deductible_max;
  for (std::uint32_t i = 0; i < out.count; ++i) {
    auto& visit = out.visits[i];
    const bool in_hospital = draw.chance(60);
    visit = in_hospital ? inpatient(draw) : outpatient(draw, left);
    // One after the other over the covered part of the year.
    const auto begins =
        from->days + days * static_cast<std::int32_t>(i) / static_cast<std::int32_t>(out.count);
    const auto ends =
        from->days + days * static_cast<std::int32_t>(i + 1) / static_cast<std::int32_t>(out.count);
    visit.on = draw.between({begins}, {ends - 1});
    visit.institution = draw.below(institutions_);
    settle(visit, 20 + draw.below(150));
    if (!in_hospital) left = {left.value - visit.deductible.value};
    out.deductible.value += visit.deductible.value;
    out.subsidy_eligible.value += visit.subsidy_eligible.value;
  }
  out.second_recorded_twice = draw.chance(12) && out.count >= 2;
  // Every second year, for children of even and of odd number in turn; some go every year.
  const bool turn = (child.index + static_cast<std::uint64_t>(year.value)) % 2 == 0;
  out.examined = draw.chance(turn ? 700 : 5);
  out.examined_on = draw.between(*from, last_day(year));
  const auto amount = skewed(draw, 50, 3'000);
  if (draw.chance(120)) out.moved = amount;
  out.moved_from_current_year = draw.chance(10);
  return out;
}

SettlementStory CityLife::settlement(const Child& child, Year year) const {
  Draw draw(seed_, Drawn::settlement, child.index, year);
  SettlementStory story;
  story.reimbursed = draw.chance(950);
  story.early = draw.chance(4);
  story.too_much = draw.chance(4);
  story.paid_back = draw.chance(6);
  if (draw.chance(12)) story.slip = Slip::wrong_amount;
  return story;
}

UnitYear CityLife::unit_year(const CityUnit& unit, Year year) const {
  Draw draw(seed_, Drawn::unit_year, unit.index, year);
  const auto next = after(year);
  UnitYear out;
  out.retrieved_on = draw.between(day(next, 2, 1), day(next, 3, 31));
  out.pays_on = draw.between(day(next, 4, 6), day(next, 11, 30));
  out.returns_on = draw.between(day(after(next), 1, 4), day(after(next), 2, 28));
  const auto fate = draw.below(100);
  out.returned_per_mille = fate < 90 ? 1'000 : fate < 94 ? 600 : 0;
  return out;
}

bool CityLife::has_subsidy(const Child& child, const CityUnit& unit, Year year) const {
  return unit.in_scope && scheme(child, year) == CityScheme::children &&
         (child.legacy || binding(child).has_value());
}

}  // namespace kinledger::tools
