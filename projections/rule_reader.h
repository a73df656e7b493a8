// Reading the parameters of one rule, from JSON that check_parameters accepted.
#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/catalogue.h"
#include "ledger/money.h"
#include "projections/amount.h"
#include "projections/condition_format.h"
#include "projections/declarations.h"
#include "projections/json_read.h"
#include "projections/rule.h"
#include "projections/shape.h"

namespace kinledger::projections {

/// One table of parameters. Borrows both; absent parameters give the type's empty value.
class RuleReader {
 public:
  RuleReader(const boost::json::object& table, const Declarations& declared)
      : table_(table), declared_(declared) {}

  std::string text(std::string_view key) const { return read_text(table_, key); }
  Codes codes(std::string_view key) const { return read_texts(table_, key); }
  std::optional<std::int32_t> count(std::string_view key) const { return read_count(table_, key); }
  bool flag(std::string_view key) const { return read_flag(table_, key).value_or(false); }
  std::optional<bool> given_flag(std::string_view key) const { return read_flag(table_, key); }
  /// In basis points.
  std::optional<std::int32_t> percent(std::string_view key) const { return percent_of(text(key)); }
  std::optional<ledger::Date> date(std::string_view key) const { return read_date(table_, key); }
  ledger::Year year(std::string_view key) const { return {count(key).value()}; }
  std::optional<ledger::Year> given_year(std::string_view key) const {
    const auto number = count(key);
    if (!number) return std::nullopt;
    return ledger::Year{*number};
  }
  std::optional<AreaSet> area(std::string_view key) const {
    const auto* found = declared_.area(text(key));
    if (found == nullptr) return std::nullopt;
    return *found;
  }
  std::vector<AreaSet> areas(std::string_view key) const {
    std::vector<AreaSet> sets;
    for (const auto& name : codes(key))
      if (const auto* found = declared_.area(name)) sets.push_back(*found);
    return sets;
  }
  std::optional<Condition> condition(std::string_view key) const {
    const auto* value = table_.if_contains(key);
    if (value == nullptr) return std::nullopt;
    return read_condition(*value, declared_);
  }
  Label label(std::string_view key) const {
    const auto* value = table_.if_contains(key);
    if (value == nullptr) return {};
    return {read_text(value->get_object(), "zh"), read_text(value->get_object(), "en")};
  }
  Amount amount(std::string_view key) const {
    const auto* value = table_.if_contains(key);
    if (value == nullptr) return {};
    if (value->is_string()) return {ledger::parse_yuan(as_view(*value)).value(), {}, {}};
    const auto& source = value->get_object();
    return {std::nullopt, read_text(source, "announced"), read_text(source, "open_point")};
  }
  CoverageStart start(std::string_view key) const {
    const RuleReader start(table_.at(key).get_object(), declared_);
    using Kind = CoverageStart::Kind;
    if (const auto date = start.date("date")) return {Kind::fixed_date, *date, 0, {}};
    if (const auto months = start.count("full_months")) {
      return {Kind::full_months, {}, *months, {}};
    }
    if (const auto months = start.count("natural_month")) {
      return {Kind::natural_month, {}, *months, {}};
    }
    if (start.flag("birth")) return {Kind::birth, {}, 0, {}};
    if (start.flag("never")) return {Kind::never, {}, 0, {}};
    return {Kind::undetermined, {}, 0, start.text("open_point")};
  }
  template <class Element>
  std::vector<Element> each(std::string_view key, Element (*read)(const RuleReader&)) const {
    std::vector<Element> elements;
    for (const auto* element : read_elements(table_, key)) {
      elements.push_back(read(RuleReader(element->get_object(), declared_)));
    }
    return elements;
  }

 private:
  const boost::json::object& table_;
  const Declarations& declared_;
};

/// The enumerant of that name of an event's field.
template <class Enum>
Enum enumerant_of(ledger::EventType type, ledger::Field field, std::string_view name) {
  const auto enumerants = ledger::type_info(type).find(field)->enumerants;
  const auto found = std::ranges::find(enumerants, name, &ledger::Enumerant::name);
  invariant(found != enumerants.end(), "the word was checked");
  return static_cast<Enum>(found - enumerants.begin());
}

/// Each word as what `number` makes of it.
template <class Enum>
std::vector<Enum> mapped(const Codes& words, Enum (*number)(std::string_view)) {
  std::vector<Enum> numbers;
  for (const auto& word : words) numbers.push_back(number(word));
  return numbers;
}

inline ledger::EnrollmentKind enrollment_kind_of(std::string_view word) {
  return enumerant_of<ledger::EnrollmentKind>(ledger::EventType::enrollment_registered,
                                              ledger::Field::kind, word);
}

inline ledger::AccountYear account_year_of(std::string_view word) {
  return enumerant_of<ledger::AccountYear>(ledger::EventType::account_spent,
                                           ledger::Field::year_class, word);
}

}  // namespace kinledger::projections
