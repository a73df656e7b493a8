// The tables that people hand in, as descriptions (表格格式): which columns a table has, what its
// headings may be called, and which event a row becomes. One form per type of event that may be
// submitted, made from the catalogue and named by its type, or by a name of its own where clerks
// know such lists ("premiums"); and the registration form of annex 2 (职工子女登记表), which says
// unit, date and seal once above its rows.
//
// Names of forms and headings are what people and their files rely on: add, never rename.
//
// Thread rule: constant after first use; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/catalogue.h"

namespace kinledger::ledger::intake {

/// Which part of an event a column says.
enum class Part : std::uint8_t {
  serial,              ///< 序号: passed over
  valid_on,            ///< the business date
  value,               ///< a plain field
  unit,                ///< a unit by its number
  fact,                ///< an event by its sequence
  id_number,           ///< of a person
  id_type,             ///< of a person; without it a resident ID
  name,                ///< of a person
  replaces,            ///< of a correction: the sequence that it corrects
  cause,               ///< of a correction
  authority,           ///< of a correction
  authority_document,  ///< of a correction
};

struct FormColumn {
  Part part{};
  const FieldInfo* field = nullptr;  ///< of the event; null for serial, valid_on and corrections
  std::string zh;
  std::string en;
  std::vector<std::string> headings;  ///< all that are accepted, as normalised_heading() gives them
  bool required = false;              ///< the table must have the column
  bool in_template = true;            ///< otherwise accepted, and explained, but not offered

  /// In templates and in refusals: "姓名 / Name".
  std::string heading() const { return zh + " / " + en; }
  /// Names the field in JSON: "amount", "person", "validOn", "correction.cause".
  std::string_view field_name() const;
  std::span<const Enumerant> enumerants() const;
};

struct Form {
  std::string name;  ///< "premiums", "PaymentReversed"
  std::string zh;
  std::string en;
  EventType type{};
  /// Unit, date and seal stand above the rows, and not in columns.
  bool has_block = false;
  /// Persons that are not known are registered from the rows.
  bool registers_persons = false;
  std::vector<FormColumn> columns;
};

/// The registration form first, then the named ones, then the others in the order of the catalogue.
std::span<const Form> forms();
/// By its name, or the form of that type of event; null when there is none.
const Form* find_form(std::string_view name);

/// Without white space, in half-width and lower case, without the colon or star that ends it: what
/// headings are compared by.
std::string normalised_heading(std::string_view heading);

}  // namespace kinledger::ledger::intake
