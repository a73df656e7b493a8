// checkpoint --policy: a checkpoint with the cosignatures of a policy's witnesses.
#pragma once

#include <chrono>
#include <string>

#include "server/cosigning.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// For each request to a witness.
inline constexpr std::chrono::milliseconds witness_deadline{10'000};

/// --policy and --witness-ca, for whoever asks witnesses.
struct WitnessArguments {
  std::string policy;       ///< its file
  std::string authorities;  ///< PEM, for those that are asked by https; empty: the system's

  server::CosignatureCollector::Options options() const { return {witness_deadline, authorities}; }
};
/// --witness-ca
Parameter witness_ca_option(WitnessArguments& arguments);

/// What print_cosigned_checkpoint() does, without printing the note; for a server that begins.
/// Exit::not_verified and Exit::unavailable as there.
Exit cosign_at_start(const LedgerArguments& arguments, const WitnessArguments& witnesses,
                     Terminal& terminal);

/// Signs as without witnesses, asks those of the policy file, and prints the note with what came
/// back. What each witness did goes to standard error. Exit::unavailable when the quorum is not
/// reached; Exit::not_verified, and nothing printed, when a witness proves that the ledger does not
/// continue what it signed.
///
/// The ledger is not held open while witnesses are waited for.
Exit print_cosigned_checkpoint(const LedgerArguments& arguments, const WitnessArguments& witnesses,
                               Terminal& terminal);

}  // namespace kinledger::tools
