// The keys of tests/ledger/golden/log.json, whose notes and proofs are among the seeds.
#pragma once

#include "ledger/cosignature.h"
#include "ledger/signed_note.h"

namespace kinledger::fuzz {

inline const ledger::NoteVerifier& published_log() {
  static const auto log =
      ledger::read_verifier(
          "kinledger.example/330100+55556e00+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea")
          .value();
  return log;
}

inline const ledger::WitnessVerifier& published_witness() {
  static const auto witness =
      ledger::read_witness_verifier(
          "witness.example/audit-office+fbc88e04+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM")
          .value();
  return witness;
}

}  // namespace kinledger::fuzz
