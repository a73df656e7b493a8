// How subcommands name a ledger and get hold of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/crypto.h"
#include "projections/archive.h"
#include "tools/command.h"

namespace kinledger::tools {

struct LedgerArguments {
  std::string directory;
  std::string state;
};

/// --state
Parameter state_option(LedgerArguments& arguments);
/// LEDGER and --state.
std::vector<Parameter> ledger_parameters(LedgerArguments& arguments);

/// An archive with what it borrows. Movable; one process has a ledger open at a time.
struct OpenLedger {
  LedgerArguments where;
  std::unique_ptr<ledger::Random> random;
  ledger::Clock clock;
  std::unique_ptr<projections::Archive> archive;

  ledger::RecordedAt now() const { return clock(); }
  /// The civil date at UTC+8.
  ledger::Date today() const { return ledger::civil_date_of(clock()); }
};

/// The time: $KINLEDGER_NOW where it is set, else the system's. Only a simulated ledger may take it
/// from the environment; the caller sees to that.
Told<ledger::Clock> clock_of(Terminal& terminal);

/// Waits for another process to close the ledger, up to ten seconds. Tells why it cannot be opened.
Told<OpenLedger> open_ledger(const LedgerArguments& arguments, Terminal& terminal);
/// For commands that record and sign nothing: also where the state directory is missing or
/// disagrees (ledger::Ledger::read_only), which is told.
Told<OpenLedger> open_ledger_to_read(const LedgerArguments& arguments, Terminal& terminal);

}  // namespace kinledger::tools
