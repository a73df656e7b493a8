// What Prometheus is told of a server (指标): requests, streams, and how far the ledger, its
// projections and its signatures reach. Never who asked, or about whom.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/commit_figures.h"
#include "ledger/free_space.h"
#include "server/cosigning_figures.h"
#include "server/lane_figures.h"

namespace kinledger::server {

/// How far a ledger reaches, and how what is recorded gets there.
struct LedgerFigures {
  std::uint64_t events = 0;         ///< acknowledged
  std::uint64_t projected = 0;      ///< of them
  std::uint64_t journal_bytes = 0;  ///< on disk
  ledger::CommitFigures commits = {};
  ledger::CommitFigures access_commits = {};                 ///< of the access journal
  std::size_t access_waiting = 0;                            ///< records that hold answers back
  std::optional<CosigningFigures> cosigning = std::nullopt;  ///< none without a policy
  ledger::FreeSpace::Figures free_space = {};
  std::vector<LaneFigures> lanes = {};
};

/// Thread rule: any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `route` is its name, never a path that a client wrote. Of a stream: until it began.
  void count_request(std::string_view route, unsigned status, std::chrono::nanoseconds took);
  /// What was refused before its route was known.
  void count_refused(unsigned status);
  void count_recorded(std::uint64_t events);
  void stream_began();
  void stream_ended(std::uint64_t events);

  /// The text format of Prometheus.
  std::string to_text(const LedgerFigures& figures);

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace kinledger::server
