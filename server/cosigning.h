// Cosigning (征集共同签名): asks the witnesses of a policy for cosignatures of a checkpoint, all at
// once. The log's own note is sent to each as it is and is never changed; what comes back is
// believed only when it verifies, and added behind it.
//
// A witness that is down, slow or lies costs its own cosignature and nothing else. A witness that
// holds a checkpoint which the log did sign and which the ledger does not continue proves that the
// ledger lost or rewrote events: that is what witnesses are for.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/stated_keys.h"
#include "ledger/witness_policy.h"
#include "server/tls.h"

namespace kinledger::server {

enum class Cosigning : std::uint8_t {
  cosigned,
  unreachable,  ///< no whole answer in time, or no URL
  refused,      ///< answered that it does not cosign
  lied,         ///< said that it cosigned, with a signature that is none of its own
  contradicts,  ///< holds a checkpoint of this log that the one sent does not continue
};

/// What a witness holds of the log: the log signed it.
struct HeldCheckpoint {
  ledger::SignedNote note;
  ledger::TreeHead head;
};

struct WitnessReport {
  std::string name;  ///< in the policy
  Cosigning outcome = Cosigning::unreachable;
  std::string words;  ///< why: one line, without control characters; empty when cosigned
  /// Of `contradicts`: what the witness holds.
  std::optional<HeldCheckpoint> contradicting = {};
};

struct Cosigned {
  ledger::SignedNote note;  ///< the log's lines, then those of witnesses in the policy's order
  std::vector<WitnessReport> reports;  ///< in the policy's order
};

/// The consistency proof from the first `size` events to the checkpoint's. Called from several
/// threads. Precondition of a call: 0 < size < that of the checkpoint.
using ProveFrom = std::function<ledger::Result<std::vector<ledger::Hash>>(ledger::TreeSize size)>;

/// Thread rule: one thread at a time.
class CosignatureCollector {
 public:
  struct Options {
    std::chrono::milliseconds deadline{};  ///< for each request; a witness is sent three at most
    /// PEM: who signs the certificates of witnesses that are asked by https; empty: whom the system
    /// trusts.
    std::filesystem::path authorities = {};
    std::function<ledger::CosignedAt()> now = ledger::cosigned_now;
  };
  /// `invalid` when a URL of the policy cannot be asked, or the authorities cannot be read.
  static ledger::Result<CosignatureCollector> make(ledger::WitnessPolicy policy,
                                                   ledger::StatedKeys log, Options options);

  /// Asks every witness what it holds, in the policy's order; nothing where it does not answer, or
  /// holds nothing of this log. To be done before anything is signed: a ledger that was restored
  /// from a backup learns here what it signed since.
  std::vector<std::optional<HeldCheckpoint>> look();

  /// Asks every witness. Precondition: the log signed the note, which is the checkpoint of `head`.
  /// Cosignatures that are on it already stay when no newer one comes.
  Cosigned collect(const ledger::SignedNote& note, const ledger::TreeHead& head,
                   const ProveFrom& prove);

  const ledger::WitnessPolicy& policy() const { return policy_; }

 private:
  CosignatureCollector(ledger::WitnessPolicy policy, ledger::StatedKeys log, Options options)
      : policy_(std::move(policy)),
        log_(std::move(log)),
        options_(std::move(options)),
        last_(policy_.witnesses().size()) {}

  ledger::WitnessPolicy policy_;
  ledger::StatedKeys log_;
  Options options_;
  std::shared_ptr<Tls> tls_;  ///< null where no witness is asked by https
  /// What each witness cosigned last, as far as is known; 0 asks it.
  std::vector<ledger::TreeSize> last_;
};

}  // namespace kinledger::server
