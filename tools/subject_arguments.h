// Persons and units as the command line names them: what projections/naming.h reads and, for a
// person or subject, a way to it that keeps a number out of the shell's history. "-" reads it from
// standard input, @FILE from a file, and "?" asks at the terminal without showing it.
//
// What is printed never repeats a number.
#pragma once

#include <string>

#include "ledger/types.h"
#include "projections/naming.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

Parameter person_word(std::string& into);
Parameter unit_word(std::string& into);

/// The text itself, however the argument leads to it.
Told<std::string> read_person_argument(const std::string& argument, Terminal& terminal);

/// A refusal or fault is told.
Told<ledger::PersonId> find_person(const std::string& argument, OpenLedger& opened,
                                   Terminal& terminal);
Told<ledger::UnitId> find_unit(const std::string& argument, OpenLedger& opened, Terminal& terminal);
Told<projections::SubjectId> find_subject(const std::string& argument, OpenLedger& opened,
                                          Terminal& terminal);

}  // namespace kinledger::tools
