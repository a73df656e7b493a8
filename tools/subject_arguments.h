// Persons and units as users name them on the command line.
//
//   PERSON  a resident ID number, another document as type:number (passport:E1234567), or the 32
//           hexadecimal digits of a pseudonym. "-" reads one of these from standard input, @FILE
//           from a file, and "?" asks at the terminal without showing it, so that a number need not
//           enter the shell's history
//   UNIT    a unit number, or the 32 hexadecimal digits of a unit id
//
// What is printed never repeats a number.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "ledger/identity_number.h"
#include "ledger/types.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// Longest text read for one PERSON.
inline constexpr std::size_t person_bytes_max = 256;

Parameter person_word(std::string& into);
Parameter unit_word(std::string& into);

/// The pseudonym. Refused: the reasons of parse_identity_number and parse_id_type, and
/// PERSON_UNKNOWN when the ledger does not know the person.
Told<ledger::PersonId> find_person(const std::string& argument, OpenLedger& opened,
                                   Terminal& terminal);
/// Refused: UNIT_UNKNOWN when the ledger has no unit of that number.
Told<ledger::UnitId> find_unit(const std::string& argument, OpenLedger& opened, Terminal& terminal);

using SubjectId = std::variant<ledger::PersonId, ledger::UnitId>;
/// Whichever of the two it names: a unit number wins over what else it could be. Refused:
///
/// those of find_person.
Told<SubjectId> find_subject(const std::string& argument, OpenLedger& opened, Terminal& terminal);

}  // namespace kinledger::tools
