#include "projections/declarations.h"

#include <algorithm>
#include <array>

#include "ledger/result.h"

namespace kinledger::projections {
namespace {

/// GB/T 2260 writes province, prefecture and county in two digits each.
constexpr std::uint32_t prefecture_unit = 100;
constexpr std::uint32_t province_unit = 10'000;

struct ConventionInfo {
  Convention convention;
  std::string_view name;
  std::vector<std::string_view> choices;
};

const std::array<ConventionInfo, convention_count>& conventions() {
  static const std::array<ConventionInfo, convention_count> all{{
      {Convention::age_day, "age_day", {"birthday", "day_after_birthday"}},
      {Convention::natural_month,
       "natural_month",
       {"trigger_month_counts", "trigger_month_not_counted"}},
      {Convention::full_months, "full_months", {"same_day", "next_day", "next_month"}},
      {Convention::fund_year, "fund_year", {"year_paid", "settlement_year"}},
      {Convention::headcount, "headcount", {"child_months", "year_start", "year_end"}},
      {Convention::reimbursing_unit, "reimbursing_unit", {"bound_at_year_end", "bound_at_payment"}},
      {Convention::binding_year, "binding_year", {"year_of_enrollment", "insurance_year"}},
      {Convention::examination_years,
       "examination_years",
       {"calendar_years", "since_last_examination"}},
      {Convention::category_date, "category_date", {"enrollment_date", "insurance_year_start"}},
  }};
  return all;
}

template <class Items, class Key, class Projection>
auto* find_in(const Items& items, const Key& key, Projection projection) {
  const auto at = std::ranges::find(items, key, projection);
  return at == items.end() ? nullptr : &*at;
}

}  // namespace

bool lies_in(ledger::Area area, ledger::Area other) {
  const std::uint32_t prefecture = area.code - area.code % prefecture_unit;
  const std::uint32_t province = area.code - area.code % province_unit;
  return area.code != 0 &&
         (other.code == area.code || other.code == prefecture || other.code == province);
}

Truth contains(const AreaSet& set, ledger::Area area) {
  if (area.code == 0) return Truth::unknown;
  bool holds_a_part = false;
  for (const auto code : set.codes) {
    if (lies_in(area, code)) return Truth::yes;
    if (lies_in(code, area)) holds_a_part = true;
  }
  return holds_a_part ? Truth::unknown : Truth::no;
}

std::string_view to_text(Convention convention) {
  return conventions()[static_cast<std::size_t>(convention)].name;
}

std::optional<Convention> convention_named(std::string_view name) {
  const auto* info = find_in(conventions(), name, &ConventionInfo::name);
  if (info == nullptr) return std::nullopt;
  return info->convention;
}

std::vector<std::string_view> choices_of(Convention convention) {
  return conventions()[static_cast<std::size_t>(convention)].choices;
}

const Code* CodeList::find(std::string_view code) const {
  return find_in(codes, code, &Code::code);
}
bool has_choice(const Point& point, std::string_view choice) {
  if (!point.convention) return std::ranges::find(point.choices, choice) != point.choices.end();
  const auto choices = choices_of(*point.convention);
  return std::ranges::find(choices, choice) != choices.end();
}

const Document* Declarations::document(std::string_view tag) const {
  return find_in(documents, tag, &Document::tag);
}
const AreaSet* Declarations::area(std::string_view name) const {
  return find_in(areas, name, &AreaSet::name);
}
const CodeList* Declarations::code_list(std::string_view name) const {
  return find_in(code_lists, name, &CodeList::name);
}
const Point* Declarations::point(std::string_view id) const {
  return find_in(points, id, &Point::id);
}

}  // namespace kinledger::projections
