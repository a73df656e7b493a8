// The access journal (查阅登记簿): who asked what about whom. It is a ledger of its own inside the
// one that it belongs to, with its own tree, mark and keys, so that whatever checks a ledger checks
// it too: LEDGER/access, and `access` in the state directory.
//
// An answer about a person leaves only after its record is durable. Records that wait at the same
// moment share one commit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ledger/ledger.h"
#include "projections/projector.h"

namespace kinledger::server {

enum class AccessOutcome : std::uint8_t { allowed, masked, denied };
enum class AccessChannel : std::uint8_t { https, http, command };

std::string_view to_text(AccessOutcome outcome);
std::string_view to_text(AccessChannel channel);

/// One thing that somebody asked.
struct Access {
  ledger::ActorId principal;  ///< zero: who works on the ledger's own machine
  std::string operation;      ///< name of the route or of the command
  AccessOutcome outcome{};
  AccessChannel channel{};
  std::optional<ledger::PersonId> person = std::nullopt;
  std::optional<ledger::UnitId> unit = std::nullopt;
  std::string role = {};
  std::string purpose = {};
  std::string case_number = {};
  std::optional<ledger::TreeSize> basis = std::nullopt;
  std::optional<ledger::Date> on = std::nullopt;
  std::uint64_t account = 0;  ///< of commands: the operating system's user; 0 is root
};

/// Thread rule: any thread.
class AccessLog {
 public:
  /// Opens that of the ledger with these options, or makes it when there is none yet.
  static ledger::Result<std::unique_ptr<AccessLog>> open(const ledger::LedgerOptions& of,
                                                         const ledger::LedgerIdentity& ledger);
  /// Waits for the records that are on their way, and for what is called when they are durable.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// Returns when the record is durable.
  ledger::Result<void> record(const Access& access);
  /// A record for each of the persons; returns when all are durable, or with what kept one from
  /// becoming so. They share commits.
  ledger::Result<void> record_to_each(const Access& of, std::span<const ledger::PersonId> persons);
  /// Returns at once; `done` is called when the record is durable, or with what kept it from
  /// becoming so, on another thread: the same one for all records.
  using Done = std::function<void(const ledger::Result<void>&)>;
  void record(Access access, Done done);

  /// Records that were handed in with `done` and have not been answered yet.
  std::size_t waiting() const { return under_way_; }

  /// Which records are wanted; what is empty lets everything through.
  struct Wanted {
    std::optional<ledger::PersonId> person;
    std::optional<ledger::UnitId> unit;
    std::optional<ledger::ActorId> principal;
    ledger::Sequence from;
  };
  /// Calls `show` with each record that is wanted, ascending, until it returns false.
  using Show = std::function<bool(ledger::Sequence, const ledger::EventView&)>;
  ledger::Result<void> read(const Wanted& wanted, const Show& show);
  /// The journal itself, to be proven and checked like any other.
  ledger::Ledger& ledger() { return *ledger_; }

 private:
  struct Waiting {
    Access access;
    Done done;
  };

  AccessLog(std::unique_ptr<ledger::SystemRandom> random, std::unique_ptr<ledger::Ledger> ledger);
  ledger::Result<void> read_all(const Wanted& wanted, const Show& show);
  ledger::Result<void> read_subject(const Wanted& wanted, const Show& show);
  ledger::Result<void> append(std::vector<ledger::EventDraft> records);
  void write_waiting(const std::stop_token& stop);

  const std::unique_ptr<ledger::SystemRandom> source_;
  ledger::SharedRandom random_;
  const std::unique_ptr<ledger::Ledger> ledger_;
  std::mutex projecting_;                              // guards projector_, and its catching up
  std::unique_ptr<projections::Projector> projector_;  ///< opened when it is first needed
  std::mutex mutex_;                                   // guards waiting_
  std::condition_variable_any has_waiting_;
  std::vector<Waiting> waiting_;
  std::atomic<std::size_t> under_way_ = 0;
  std::jthread writer_;  // last: ends before the parts that it uses
};

}  // namespace kinledger::server
