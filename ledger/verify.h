// Verification (校验): reads every stored page, hashes every event again, and compares leaf hashes,
// subtree hashes, the rows of the index and the root with what is stored and with the mark; the
// index may hold no row that no event accounts for. Trusts nothing but the mark.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ledger/journal.h"
#include "ledger/merkle.h"
#include "ledger/result.h"

namespace kinledger::ledger {

/// The first thing found wrong.
struct Damage {
  Sequence sequence;  ///< first event that cannot be trusted
  std::string what;   ///< one English sentence
};

struct Verification {
  TreeHead head;  ///< as computed from the events
  std::uint64_t events = 0;
  std::uint64_t event_bytes = 0;
  std::optional<Damage> damage;
};

struct VerifyOptions {
  unsigned threads = 2;
  /// Called now and then with events done and in all; may be called from several threads.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

/// Verifies the journal's events below `expected.size` against the root of `expected`. An Error
/// only when verification itself could not run; whatever is wrong with the data is a Damage.
Result<Verification> verify(const Journal& journal, const TreeHead& expected,
                            const VerifyOptions& options);

}  // namespace kinledger::ledger
