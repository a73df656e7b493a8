// Reading JSON whose shape was checked before (projections/shape.h): a value that is not as the
// shape demands is a bug. Absent members give the type's empty value.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/result.h"

namespace kinledger::projections {

inline std::string_view as_view(const boost::json::value& value) {
  const auto* text = value.if_string();
  invariant(text != nullptr);
  return {text->data(), text->size()};
}
inline std::string read_text(const boost::json::object& table, std::string_view key) {
  const auto* value = table.if_contains(key);
  return value == nullptr ? std::string() : std::string(as_view(*value));
}
inline std::optional<std::int32_t> read_count(const boost::json::object& table,
                                              std::string_view key) {
  const auto* value = table.if_contains(key);
  if (value == nullptr) return std::nullopt;
  invariant(value->is_int64());
  return static_cast<std::int32_t>(value->get_int64());
}
inline std::optional<bool> read_flag(const boost::json::object& table, std::string_view key) {
  const auto* value = table.if_contains(key);
  if (value == nullptr) return std::nullopt;
  invariant(value->is_bool());
  return value->get_bool();
}
inline std::optional<ledger::Date> read_date(const boost::json::object& table,
                                             std::string_view key) {
  const auto* value = table.if_contains(key);
  if (value == nullptr) return std::nullopt;
  return ledger::parse_date(as_view(*value)).value();
}

/// The elements of a list, or the one element that was written without brackets.
inline std::vector<const boost::json::value*> read_elements(const boost::json::object& table,
                                                            std::string_view key) {
  std::vector<const boost::json::value*> elements;
  const auto* value = table.if_contains(key);
  if (value == nullptr) return elements;
  if (!value->is_array()) return {value};
  for (const auto& element : value->get_array()) elements.push_back(&element);
  return elements;
}
inline std::vector<std::string> read_texts(const boost::json::object& table, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto* element : read_elements(table, key)) texts.emplace_back(as_view(*element));
  return texts;
}

}  // namespace kinledger::projections
