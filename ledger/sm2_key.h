// SM2 signatures with SM3 (商用密码: GB/T 32918.2, GB/T 32905) on the curve of GB/T 32918.5: a
// second signature for those who must check with commercial cryptography. The signer's
// distinguishing id is the standard's default, 1234567812345678.
#pragma once

#include <array>

#include "ledger/crypto.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// The uncompressed point: 04 x y, 32 bytes each.
using Sm2PublicKey = std::array<std::uint8_t, 65>;
/// r s, 32 bytes each, big endian.
using Sm2Signature = std::array<std::uint8_t, 64>;

/// Whether the number, big endian, is a private key: 1 to n - 2.
bool is_sm2_key(const Key256& key);
/// Whether the bytes are a point of the curve in the form above.
bool is_sm2_public_key(const Sm2PublicKey& key);

Key256 random_sm2_key(Random& random);
/// Precondition: is_sm2_key().
Sm2PublicKey sm2_public_key(const Key256& key);
/// Another one each time: OpenSSL draws the nonce itself. Precondition: is_sm2_key().
Sm2Signature sm2_sign(const Key256& key, ByteView message);
/// False also for a signature of another length or with numbers out of range, and for a key that
/// is none.
bool sm2_verify(const Sm2PublicKey& key, ByteView message, ByteView signature);

}  // namespace kinledger::ledger
