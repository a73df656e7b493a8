// Where the parts of a ledger lie (布局): docs/OPERATIONS.md, "Directories".
#pragma once

#include <filesystem>
#include <string_view>

#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// The directory's name with `ending` behind it, however it is written.
std::filesystem::path beside(const std::filesystem::path& directory, std::string_view ending);

struct Paths {
  /// An empty `state` is the directory's name with ".state" behind it, however it is written.
  Paths(const std::filesystem::path& directory, const std::filesystem::path& state);

  std::filesystem::path directory, state;

  std::filesystem::path lock() const { return directory / "lock"; }
  std::filesystem::path journal() const { return directory / "journal"; }
  std::filesystem::path vault() const { return directory / "vault"; }
  std::filesystem::path projections() const { return directory / "projections"; }
  /// Links to journal and vault while a backup is made: beside them, for links do not reach another
  /// file system.
  std::filesystem::path link_scratch() const { return directory / "backup.new"; }
  /// What becomes the ledger's directory when it is restored.
  std::filesystem::path restoring() const { return beside(directory, ".restoring"); }
  /// Says that there is an access journal; its name stays when all of that is gone.
  std::filesystem::path access_begun() const { return state / "access.begun"; }
  /// Those of the access journal.
  Paths access() const { return {directory / "access", state / "access"}; }
  std::filesystem::path id() const { return state / "ledger.id"; }
  std::filesystem::path mark() const { return state / "mark"; }
  std::filesystem::path checkpoint() const { return state / "checkpoint"; }
  std::filesystem::path cosigned() const { return state / "checkpoint.cosigned"; }
  std::filesystem::path vault_key() const { return state / "vault.key"; }
  std::filesystem::path signing_key() const { return state / "signing.key"; }
  std::filesystem::path next_signing_key() const { return state / "signing.key.next"; }
  std::filesystem::path former_signing_key() const { return state / "signing.key.former"; }
  std::filesystem::path sm2_key() const { return state / "sm2.key"; }
};

/// `invalid` where there is no ledger, `unavailable` where nobody may look.
Result<void> find_ledger(const Paths& paths);

/// Reads the file `ledger.id`. `invalid` when there is none.
Result<LedgerId> read_ledger_id(const std::filesystem::path& file);

}  // namespace kinledger::ledger
