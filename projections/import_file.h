// Importing one file (导入): what the user asked for, what came of it, and the two kinds of file
// there are, tables and lines of JSON. For every front end.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake/refusal_list.h"
#include "ledger/result.h"
#include "ledger/submission.h"
#include "projections/answer.h"
#include "projections/archive.h"

namespace kinledger::projections {

struct ImportRequest {
  std::string format;  ///< of a table; empty: recognised by its header
  std::string sheet;
  std::string key;                        ///< of a table; empty: taken from its content
  std::string unit;                       ///< of a registration form without one
  std::optional<ledger::Date> form_date;  ///< of a registration form without one
  ledger::Date today;
  ledger::ActorId actor;  ///< zero: lines name their own
  bool dry_run = false;
  bool keep_previews = false;  ///< of a dry run: Imported::previews is filled
  bool skip_invalid = false;
  std::string rejects;               ///< file for the refused rows; empty: none
  std::string annotate;              ///< workbook with the rows and their errors; empty: none
  Language language = Language::zh;  ///< of the errors in `rejects`

  /// Sees every submission before anything is recorded; what it refuses, the file is refused for.
  std::function<ledger::Result<ledger::Parsed<void>>(const ledger::Submission&)> permits = nullptr;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = nullptr;
  std::function<void(std::string_view)> warn = nullptr;
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
  /// Of a dry run that is to keep them: what would be recorded, in order.
  std::vector<ledger::Preview> previews;
  /// Rows of a table that are left out because they are recorded already; those of registrations of
  /// known persons have no sequence. Ascending.
  std::vector<RecordedBefore> recorded;
  ledger::intake::RefusalList refusals;
  bool refused = false;  ///< nothing, or in a file of lines nothing further, was recorded
};

/// A CSV file or workbook: whole or not at all, unless rows are to be skipped. Also writes the
/// files that were asked for.
ledger::Result<Imported> import_table(Archive& archive, const std::string& path,
                                      const ImportRequest& request);

/// A file of JSON lines, one submission each. All lines are read before the first is recorded; then
/// the ledger takes or refuses each by itself, in order, and the first that it refuses is the last
/// unless they are to be skipped.
ledger::Result<Imported> import_lines(Archive& archive, const std::string& path,
                                      const ImportRequest& request);

/// Whether a file of that name holds lines of JSON.
bool holds_lines(std::string_view name);

/// {"format", "key", "rows", "dryRun", "refused", "receipts", "alreadyRecorded",
///  "rowsAlreadyRecorded", "refusals", "refusalCount"}; the receipts as they are given.
boost::json::object to_json(const Imported& imported, bool dry_run, boost::json::array receipts);
/// What to_json() wrote, perhaps another process and among other members; nothing when it is
/// something else.
std::optional<Imported> read_imported(const boost::json::object& json);

}  // namespace kinledger::projections
