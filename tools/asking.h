// What the commands that ask have in common: --on, --known, --explain, --json, and the way an
// answer is printed.
#pragma once

#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/types.h"
#include "projections/questions.h"
#include "tools/command.h"
#include "tools/open_ledger.h"
#include "tools/remote.h"

namespace kinledger::tools {

struct AskingArguments {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string on;
  std::string known;
  bool explain = false;
  bool json = false;
  bool prove = false;
  bool open = false;  ///< the identity too
  std::string out;    ///< file of the bundle; empty: standard output
};

Parameter on_option(std::string& into);
Parameter known_option(std::string& into);
/// LEDGER, --state, then `words`, then --on, --known, --explain, --json, --prove, --open, --out and
/// those of a remote ledger.
std::vector<Parameter> asking_parameters(AskingArguments& arguments, std::vector<Parameter> words);

/// The date of --on; without it the civil date of the ledger's clock.
Told<ledger::Date> read_on(const std::string& text, const OpenLedger& opened, Terminal& terminal);
/// The basis of --known; without it the latest.
Told<ledger::TreeSize> read_known(const std::string& text, OpenLedger& opened, Terminal& terminal);
/// A year of four digits.
Told<ledger::Year> read_year(const std::string& text, Terminal& terminal);

/// An open ledger with the dates that a question is asked at.
struct Inquiry {
  OpenLedger opened;
  ledger::Date on;
  ledger::TreeSize known;
};
Told<Inquiry> begin_inquiry(const AskingArguments& arguments, Terminal& terminal);

/// Asks the server of --url and prints what it says. A person's argument is their pseudonym.
Exit ask_server(Remote& remote, std::string_view question,
                std::vector<std::pair<std::string, std::string>> arguments,
                const AskingArguments& how, Terminal& terminal);

/// Asks; a refusal or fault is told.
Told<projections::Answer> ask(Inquiry& inquiry, std::string_view question,
                              const projections::Arguments& arguments, Terminal& terminal);
/// Asks and prints: one JSON object, a table, or the answer as a bundle.
Exit ask_and_print(Inquiry& inquiry, std::string_view question,
                   const projections::Arguments& arguments, const AskingArguments& how,
                   Terminal& terminal);

}  // namespace kinledger::tools
