// The Ed25519 key (RFC 8032) with which the ledger signs its checkpoints. The seed is kept in a
// private file of the state directory; the public key stands in LedgerCreated.
#pragma once

#include <array>

#include "ledger/crypto.h"
#include "ledger/result.h"

namespace kinledger::ledger {

using PublicKey = std::array<std::uint8_t, 32>;

using Ed25519Signature = std::array<std::uint8_t, 64>;

PublicKey ed25519_public_key(const Key256& seed);
Ed25519Signature ed25519_sign(const Key256& seed, ByteView message);
/// False also for a signature of another length.
bool ed25519_verify(const PublicKey& key, ByteView message, ByteView signature);

}  // namespace kinledger::ledger
