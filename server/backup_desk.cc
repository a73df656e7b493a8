#include "server/backup_desk.h"

#include <utility>

#include "ledger/directory.h"

namespace kinledger::server {

BackupDesk::BackupDesk(ledger::Ledger& ledger, ledger::Ledger& access, BackupSettings settings,
                       std::function<void(std::string_view)> warn)
    : ledger_(ledger), access_(access), settings_(std::move(settings)), warn_(std::move(warn)) {}

BackupDesk::~BackupDesk() = default;

bool BackupDesk::start() {
  const std::lock_guard lock(mutex_);
  if (state_.is_running) return false;
  if (maker_.joinable()) maker_.join();       // it is done, but for its last step
  maker_ = std::jthread([this] { make(); });  // what it does first of all is to wait for the lock
  state_.is_running = true;
  state_.bytes_done = state_.bytes_total = 0;
  state_.failed.reset();
  return true;
}

void BackupDesk::make() {
  { const std::lock_guard begun(mutex_); }
  ledger::SystemRandom random;
  const auto progress = [this](std::uint64_t done, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    state_.bytes_done = done;
    state_.bytes_total = total;
  };
  const auto made =
      ledger::back_up({ledger_, &access_, settings_.places, settings_.keep, progress}, random);
  if (!made) warn_("backup: " + made.error().what);
  const std::lock_guard lock(mutex_);
  state_.is_running = false;
  if (made)
    state_.last = *made;
  else
    state_.failed = made.error();
}

BackupDesk::State BackupDesk::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

ledger::Result<std::vector<ledger::Backup>> BackupDesk::all() const {
  // Also held against a backup that begins meanwhile.
  const std::lock_guard lock(mutex_);
  if (state_.is_running || ledger::holds_nothing(settings_.places.journal))
    return std::vector<ledger::Backup>{};
  const auto backups = ledger::Backups::open(settings_.places);
  if (!backups) return backups.error();
  return backups->all();
}

}  // namespace kinledger::server
