// What clerks call the lists that they keep, and the columns in them, where that differs from the
// terms of the catalogue. Names are added here, never changed.
#pragma once

#include <span>
#include <string_view>

#include "ledger/event_names.h"

namespace kinledger::ledger::intake {

/// A list with a name of its own.
struct NamedForm {
  EventType type{};
  std::string_view name;
  std::string_view zh;
  std::string_view en;
  std::string_view date_zh;  ///< heading of the business date
  std::string_view date_en;
  std::string_view more_dates;  ///< further headings of it, separated by |
};

/// Further headings of one field in the form of a type.
struct FieldHeadings {
  EventType type{};
  Field field{};
  std::string_view headings;  ///< separated by |
};

std::span<const NamedForm> named_forms();
/// Null when the form has no name of its own.
const NamedForm* named_form(EventType type);
/// Empty when there are none.
std::string_view further_headings(EventType type, Field field);

/// How an administration would fill in a text field, for examples; empty when nothing is generally
/// right, as with codes, which are declared by policy packs.
std::string_view example_text(Field field);

}  // namespace kinledger::ledger::intake
