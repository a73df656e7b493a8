// Publication (公布): the log as a directory of files that any web server may hand out, and that
// anyone can check without this program: tools/verifiers has two ways.
//
//   checkpoint      the signed note that the tiles belong to; replaced last
//   tile/...        ledger/tile.h; a full one is written once
//
// Events carry no identity, but what they say of pseudonymous persons is not for everyone: see
// docs/OPERATIONS.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "ledger/journal.h"
#include "ledger/stated_keys.h"

namespace kinledger::ledger {

struct Publication {
  TreeHead head;
  TreeSize before;  ///< of the checkpoint that was there; 0 when there was none
  std::uint64_t tiles_written = 0;
};

struct PublishOptions {
  std::filesystem::path directory;  ///< made when it is not there
  /// Called now and then with events done and in all.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

/// Brings the directory up to the signed checkpoint `note` of the journal, durably. What it held
/// stays: an interrupted run is finished by the next. `conflict` when the directory holds something
/// else, `corrupt` when what was published is not how this log began.
Result<Publication> publish(const Journal& journal, const std::string& note, const StatedKeys& log,
                            const PublishOptions& options);

}  // namespace kinledger::ledger
