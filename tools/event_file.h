// The events of a ledger as a file (事件文件): the stream that its server gives, kept beside a
// report so that the report can be made again from it, by whoever has neither the ledger nor its
// server.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/intake/input_file.h"
#include "ledger/ledger.h"
#include "ledger/log_key.h"
#include "ledger/witness_policy.h"
#include "projections/event_copy.h"

namespace kinledger::tools {

/// report.events, beside report.xlsx.
std::filesystem::path event_file_beside(const std::filesystem::path& report);

/// Whether a checkpoint of every event that is recorded now is signed, or can be; `unavailable`.
ledger::Result<void> check_signed(ledger::Ledger& ledger);
/// Every event that is recorded now, and a signed checkpoint of them. Pseudonyms only: of persons
/// there is nothing else in events. As check_signed() and
/// ledger::intake::WholeFile.
ledger::Result<void> write_event_file(ledger::Ledger& ledger, const std::filesystem::path& path);

/// A log of more events than are recorded in a lifetime.
inline constexpr std::uint64_t event_file_bytes_max = std::uint64_t{1} << 40;

/// By whom the events must be signed.
struct EventSigners {
  std::vector<ledger::LogKey> keys;  ///< all of them; none: the key that the ledger states
  std::optional<ledger::WitnessPolicy> policy = {};
  /// When witnesses must have cosigned: see server::FollowOptions.
  std::function<ledger::CosignedWindow()> window = [] { return ledger::CosignedWindow(); };
};
struct CheckedEvents {
  std::unique_ptr<projections::EventCopy> copy;
  ledger::NoteVerifier stated;  ///< the key in force, by its own events
  std::string origin;
  ledger::TreeSize size;  ///< all of it signed
};
/// The outer result is a fault of this machine, the inner one says why the file is not what a log
/// signed: EVENTS_FORMAT, EVENTS_LEFT_OUT, EVENTS_NOT_SIGNED, those of server::Contradiction and of
/// reading the file.
ledger::Result<ledger::Parsed<CheckedEvents>> check_event_file(ledger::intake::InputFile& file,
                                                               EventSigners signers);

}  // namespace kinledger::tools
