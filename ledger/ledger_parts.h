// What a ledger is made of while it is open; for ledger/ledger.cc and ledger/ledger_opening.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "ledger/ledger.h"
#include "ledger/log_signer.h"
#include "ledger/mark.h"
#include "ledger/paths.h"
#include "ledger/resolution.h"
#include "ledger/sequencer.h"
#include "ledger/stated_keys.h"

namespace kinledger::ledger {

/// Of what is written below the ledger's directory; in its first event.
inline constexpr std::uint16_t format_version = 1;

struct Ledger::Parts {
  explicit Parts(const LedgerOptions& options, Random& random_is)
      : paths(options.directory, options.state),
        clock(options.clock),
        free_space({paths.directory, paths.state}, options.room),
        random(random_is) {}

  Paths paths;
  Clock clock;
  FreeSpace free_space;
  SharedRandom random;
  LedgerIdentity identity;
  std::unique_ptr<DirectoryLock> lock;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<Mark> mark;
  std::unique_ptr<Resolver> resolver;
  std::uint64_t erased_at_start = 0;
  std::mutex signing;
  // Guarded by `signing`.
  StatedKeys keys;
  std::unique_ptr<LogSigner> signer;  // opened when it is first needed
  std::optional<Error> read_only;
  TreeHead held;                         // what a ledger that is read only has
  std::unique_ptr<Sequencer> sequencer;  // last: stops before the parts that it uses

  Result<void> record_creation(const LedgerId& id, const PublicKey& key);
  Result<void> check_format() const;
  Result<void> check_id() const;
  Result<void> check_mark(const TreeHead& acknowledged) const;
  Result<void> check_state() const;
  Result<bool> open_to_read(rocksdb::Env* env);
  Result<void> be_read_only(Error why, rocksdb::Env* env);
  Result<std::unique_ptr<Vault>> open_vault_to_read(rocksdb::Env* env);
  Result<void> compare_with_mark();
  Result<RecordedAt> read_identity();
  Result<void> start();
  Result<LogSigner*> open_signer();
  Result<void> take_up_key();
};

}  // namespace kinledger::ledger
