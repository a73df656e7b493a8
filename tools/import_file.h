// Importing one file (导入): what the user asked for, what came of it, and the two kinds of file
// there are, tables and lines of JSON. Neither prints; tools/import.cc does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/intake/refusal_list.h"
#include "ledger/result.h"
#include "ledger/submission.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

struct ImportArguments {
  LedgerArguments ledger;
  std::vector<std::string> files;
  std::string format;
  std::string sheet;
  std::string key;
  std::string unit;  ///< of a registration form without one
  std::string date;  ///< of a registration form without one
  std::string rejects;
  std::string annotate;
  bool dry_run = false;
  bool skip_invalid = false;
  bool json = false;
};

struct RecordedBefore {
  std::uint64_t row = 0;
  std::optional<ledger::Sequence> sequence;
};

/// What came of one file.
struct Imported {
  std::string format;
  std::string key;         ///< of tables
  std::uint64_t rows = 0;  ///< that were recorded, or would be
  std::vector<ledger::Receipt> receipts;
  std::vector<std::string> already;  ///< of a dry run: keys that are recorded
  /// Rows of a table that are left out because they are recorded already; those of registrations of
  /// known persons have no sequence. Ascending.
  std::vector<RecordedBefore> recorded;
  ledger::intake::RefusalList refusals;
  bool refused = false;  ///< nothing, or in a file of lines nothing further, was recorded
};

/// A CSV file or workbook: whole or not at all, unless rows are to be skipped. Also writes the
/// files that --rejects and --annotate ask for.
ledger::Result<Imported> import_table(const std::string& path, const ImportArguments& arguments,
                                      OpenLedger& opened, Terminal& terminal);

/// A file of JSON lines, one submission each. All lines are read before the first is recorded; then
/// the ledger takes or refuses each by itself, in order, and the first that it refuses is the last
/// unless they are to be skipped.
ledger::Result<Imported> import_lines(const std::string& path, const ImportArguments& arguments,
                                      OpenLedger& opened, Terminal& terminal);

}  // namespace kinledger::tools
