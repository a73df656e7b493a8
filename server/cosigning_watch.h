// Cosigning while a ledger is served (定期征集共同签名): signs what has been recorded since, asks
// the witnesses of a policy for it from time to time, and keeps what came back. Nothing that is
// recorded or asked meanwhile waits for a witness.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "ledger/paths.h"
#include "ledger/types.h"
#include "ledger/witness_policy.h"
#include "projections/archive.h"
#include "server/cosigning.h"
#include "server/cosigning_figures.h"

namespace kinledger::server {

/// Thread rule: figures() from any thread. Has a thread of its own.
class CosigningWatch {
 public:
  struct Options {
    ledger::Paths paths;                ///< of the archive's ledger
    std::chrono::milliseconds every{};  ///< from the end of one round to the next; above 0
    /// Told, from the watch's thread, what witnesses do, when that changes; and of contradictions.
    std::function<void(std::string_view)> warn;
    /// Called when something was recorded: the root of the subject map.
    std::function<void()> recorded;
  };
  /// Asks for the first time when `every` is over. Precondition: this process holds the lock of the
  /// ledger; the archive outlives the watch.
  CosigningWatch(projections::Archive& archive, CosignatureCollector collector, Options options);
  /// Waits for the witnesses that are being asked.
  ~CosigningWatch();
  CosigningWatch(const CosigningWatch&) = delete;
  CosigningWatch& operator=(const CosigningWatch&) = delete;

  CosigningFigures figures() const;

 private:
  void run(const std::stop_token& stop);
  ledger::Result<void> ask();
  ledger::Result<void> take(const Cosigned& cosigned, const ledger::TreeHead& head);
  ledger::Result<void> give_up(const WitnessReport& report);
  bool is_continued(const ledger::TreeHead& earlier) const;
  void tell(const WitnessReport& report);

  projections::Archive& archive_;
  CosignatureCollector collector_;
  const Options options_;
  std::map<std::string, Cosigning> outcomes_;  ///< of each witness, the last one that was told
  mutable std::mutex mutex_;                   // guards figures_, and the waiting
  CosigningFigures figures_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // last: ends before the parts that it uses
};

}  // namespace kinledger::server
