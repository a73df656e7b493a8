// Submissions as JSON (docs/IMPORT.md, `kinledger schema`): one document, or a file of lines
// (NDJSON), one submission each.
//
//   {"key": "…", "submitter": "32 hex digits", "source": {"name": "…", "sha256": "64 hex digits"},
//    "jurisdiction": "330100", "registersPersons": false,
//    "events": [{"type": "PremiumPaid", "validOn": "2021-03-31",
//                "person": {"idType": "residentId", "idNumber": "…", "name": "…"},
//                "insuranceYear": 2021, "amount": "250.00", "enrollment": 118,
//                "correction": {"replaces": 118, "cause": "wrongAmount", "authority": "agency"}}]}
//
// Every field by the catalogue (ledger/catalogue.h); nothing is ignored, and everything that is
// wrong is refused at once, each under its path, "events[3].amount"; looking ends beyond
// refusals_shown_max. A void is
// {"type": "EventVoided", "correction": {...}}.
//
// Refusal codes: JSON_* of ledger/json.h, JSON_VALUES beyond submission_values_max; those of
// fields.h, submitted_event.h and identity_number.h; and
//   JSON_TYPE            another type of JSON value than belongs there
//   FIELD_UNKNOWN, TYPE_UNKNOWN          with the nearest name as advice
//   FIELD_BY_LEDGER, TYPE_BY_LEDGER      only the ledger itself records it
//   FIELD_MISSING        a member that must be there
//   EVENTS_EMPTY, EVENTS_TOO_MANY        none, or more than submission_events_max
//   KEY_TOO_LONG, KEY_EMPTY
//   HEX_FORMAT           not that many hexadecimal digits
//   LINE_TOO_LONG        of an NDJSON file: more than submission_bytes_max
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/calendar.h"
#include "ledger/intake/input_file.h"
#include "ledger/intake/refusal_list.h"
#include "ledger/submission.h"
#include "ledger/types.h"

namespace kinledger::ledger::intake {

struct JsonOptions {
  Date today;  ///< nobody is born later
  /// Vault::sealed_digest. Seals the SHA-256 that a submission states of its source: the plain one
  /// of a file with identities could be guessed.
  std::function<Hash(ByteView)> digest;
};

/// A submission, or all that was refused of it.
struct ParsedSubmission {
  std::optional<Submission> submission;  ///< there iff nothing was refused
  RefusalList refusals;
};

/// KEY_RESERVED: the program records under such keys itself, and anybody else's submission under
/// one of them would keep it from recording.
std::optional<Reason> fault_of_key(std::string_view key);

/// Reads one document of at most submission_bytes_max. Every refusal and every event gets `row`: 0,
/// or the line that the document stands on. Pure; any thread.
ParsedSubmission parse_submission(std::string_view json, const JsonOptions& options,
                                  std::uint32_t row = 0);

/// The submissions of an NDJSON file, one line at a time. Blank lines are passed over, and a byte
/// order mark. One thread at a time.
class SubmissionLines {
 public:
  /// Refused: FILE_UNREADABLE, FILE_EMPTY, FILE_TOO_LARGE (ledger/intake/row_source.h).
  static Parsed<std::unique_ptr<SubmissionLines>> open(const std::filesystem::path& path,
                                                       JsonOptions options);

  /// Puts the next submission into `parsed` and answers true, or false at the end. Refused, which
  /// ends the file: FILE_UNREADABLE, LINE_TOO_LONG.
  Parsed<bool> next(ParsedSubmission& parsed);

  /// Of the submission that was read last, 1-based.
  std::uint32_t line() const { return line_; }

 private:
  SubmissionLines(std::unique_ptr<InputFile> file, JsonOptions options)
      : file_(std::move(file)), options_(std::move(options)) {}

  Parsed<bool> next_line(std::string_view& line);

  std::unique_ptr<InputFile> file_;
  JsonOptions options_;
  std::string buffer_;
  std::size_t read_ = 0;  ///< bytes of `buffer_` that belong to earlier lines
  bool all_read_ = false;
  std::uint32_t line_ = 0;
};

}  // namespace kinledger::ledger::intake
