// The manifest (清单) of a report: from what it was made, and what must come out again. It is
// canonical JSON and knows no instant of making: the same report at the same basis has the same
// manifest, byte for byte. docs/FORMAT.md, "Reports".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "projections/questions.h"
#include "projections/reports/totals.h"
#include "projections/reports/words.h"

namespace kinledger::projections {

/// Longest text of a manifest; most of it is words.
inline constexpr std::size_t manifest_bytes_max = std::size_t{64} << 20;

/// The state of the access journal (server/access_log.h) that a report about accesses is made from.
struct JournalState {
  ledger::TreeSize size;
  ledger::Hash root;

  bool operator==(const JournalState&) const = default;
};

struct Manifest {
  struct Pack {
    std::string pack, version;
    ledger::Hash digest;  ///< SHA-256 of the file as adopted

    bool operator==(const Pack&) const = default;
  };

  std::string report;
  std::uint32_t version = 1;
  Label title;
  Arguments arguments;  ///< the date on which, too
  Basis basis;
  std::optional<JournalState> journal;
  std::vector<Pack> packs;  ///< in force at the basis, in the order of their adoption
  std::vector<ReportColumn> columns;
  std::uint64_t rows = 0;
  std::string totals;  ///< canonical JSON: Totals::to_json()
  /// SHA-256 of the rows (projections/reports/row_book.h), each with a line feed behind it.
  ledger::Hash digest;
  std::string program;
  /// A signed note of the log whose tree holds the basis; empty: none was given.
  std::string checkpoint;
  /// Columns of persons whose names and numbers stand beside the rows, outside the digest.
  std::vector<std::string> identities;
  Words words;

  /// One line, without its line feed.
  std::string to_text() const;
};

/// Strict: exactly what to_text() writes. Refused: REPORT_MANIFEST and those of ledger::parse_json.
ledger::Parsed<Manifest> read_manifest(std::string_view text);

}  // namespace kinledger::projections
