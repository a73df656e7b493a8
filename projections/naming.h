// Persons and units as users name them, on the command line and in requests:
//
//   person  a resident ID number, another document as type:number (passport:E1234567), or the 32
//           hexadecimal digits of a pseudonym
//   unit    a unit number, or the 32 hexadecimal digits of a unit id
//
// The outer results are faults of the store, the inner ones refusals. None repeats a number.
#pragma once

#include <string_view>
#include <variant>

#include "ledger/calendar.h"
#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/types.h"
#include "projections/archive.h"

namespace kinledger::projections {

/// Longest text that is read as a person or unit.
inline constexpr std::size_t name_bytes_max = 256;

/// The refusal of a person that the ledger does not know.
ledger::Reason person_unknown();

/// Refused: the reasons of parse_identity_number and parse_id_type, and PERSON_UNKNOWN when the
/// ledger does not know the person.
ledger::Result<ledger::Parsed<ledger::PersonId>> find_person(Archive& archive,
                                                             std::string_view text);
/// Refused: UNIT_UNKNOWN when the ledger has no unit of that number.
ledger::Result<ledger::Parsed<ledger::UnitId>> find_unit(Archive& archive, std::string_view text);

/// Whether the text is written like a document of identity: a resident ID number, or type:number.
/// Such a text has no business in the address of a request, or where a unit is named.
bool names_document(std::string_view text, ledger::Date today);
/// The refusal of such a text in the place of a unit.
ledger::Reason document_as_unit();

using SubjectId = std::variant<ledger::PersonId, ledger::UnitId>;
/// Whichever of the two it names: a unit number wins over what else it could be. Refused: those of
/// find_person.
ledger::Result<ledger::Parsed<SubjectId>> find_subject(Archive& archive, std::string_view text);

}  // namespace kinledger::projections
