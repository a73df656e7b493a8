// Backups that a server makes of the ledger that it keeps open (备份): one at a time, behind the
// answers, into the places that its operator named at its start. Nobody who asks names a place.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ledger/backups.h"
#include "ledger/crypto.h"

namespace kinledger::server {

struct BackupSettings {
  ledger::BackupPlaces places;
  std::size_t keep = 0;  ///< 0: all are kept
};

/// Thread rule: any thread.
class BackupDesk {
 public:
  /// The ledgers outlive the desk. `warn` is told, from its own thread, what went wrong.
  BackupDesk(ledger::Ledger& ledger, ledger::Ledger& access, BackupSettings settings,
             std::function<void(std::string_view)> warn);
  /// Waits for the backup that is being made.
  ~BackupDesk();
  BackupDesk(const BackupDesk&) = delete;
  BackupDesk& operator=(const BackupDesk&) = delete;

  /// False when one is being made already.
  bool start();

  struct State {
    bool is_running = false;
    std::uint64_t bytes_done = 0, bytes_total = 0;  ///< of the database that is being copied
    std::optional<ledger::Backup> last;             ///< since the start of the server
    std::optional<ledger::Error> failed;            ///< why the last one was not made
  };
  State state() const;
  /// What there is. Nothing while one is being made.
  ledger::Result<std::vector<ledger::Backup>> all() const;

 private:
  void make();

  ledger::Ledger& ledger_;
  ledger::Ledger& access_;
  const BackupSettings settings_;
  const std::function<void(std::string_view)> warn_;
  mutable std::mutex mutex_;  // guards state_ and maker_
  State state_;
  std::jthread maker_;
};

}  // namespace kinledger::server
