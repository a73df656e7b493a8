// SHA-256 (FIPS 180-4), HMAC (RFC 2104), HKDF (RFC 5869), AES-256-GCM (NIST SP 800-38D) and
// randomness: with ledger/signing_key.h and ledger/sm2_key.h all that the rest of the ledger sees
// of OpenSSL.
//
// No function here fails for a reason that a caller could put right. OpenSSL or the kernel refusing
// to work is a broken machine and stops the process.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <span>

#include "ledger/types.h"

namespace kinledger::ledger {

Hash sha256(ByteView bytes);
/// Of the parts put end to end.
Hash sha256(std::initializer_list<ByteView> parts);

/// SHA-256 of bytes that come in pieces. A copy continues on its own from where it was taken.
/// Erased when destroyed, because it may hold the state of a keyed hash.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = default;
  Sha256& operator=(const Sha256&) = default;
  ~Sha256();

  Sha256& update(ByteView bytes);
  /// The digest. Called once, last.
  Hash finish();

 private:
  /// Holds an OpenSSL SHA256_CTX; crypto.cc asserts size and alignment.
  alignas(8) std::array<std::byte, 112> state_;
};

/// Overwrites secret bytes so that the compiler cannot leave the write out.
void wipe(std::span<std::uint8_t> secret);

/// Compares in a time that depends on the lengths alone.
bool constant_time_equal(ByteView left, ByteView right);

/// Source of unpredictable bytes, handed to whoever draws ids, keys and nonces.
/// Thread rule: one thread at a time, unless a class below says otherwise.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// getrandom(2), drawn 1 KiB at a time and erased as it is given out: a call of its own for each
/// key costs three times more. Not to be used on both sides of a fork. Waits at most for the
/// kernel's first seeding after boot.
class SystemRandom final : public Random {
 public:
  SystemRandom() = default;
  SystemRandom(const SystemRandom&) = delete;
  SystemRandom& operator=(const SystemRandom&) = delete;
  ~SystemRandom() override;
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::array<std::uint8_t, 1024> drawn_;
  std::size_t used_ = sizeof drawn_;
};

/// The same bytes for the same seed: block i is SHA-256("kinledger/simulated/v1" || 0x00 || seed ||
/// i), both numbers u64 little endian. For simulated ledgers and tests: anyone who guesses the seed
/// knows every key.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t seed_;
  std::uint64_t blocks_ = 0;
  Hash block_;
  std::size_t used_ = sizeof(Hash);
};

/// random_id<PersonId>(random)
template <class Id>
Id random_id(Random& random) {
  Id id;
  random.fill(id.bytes);
  return id;
}

/// Lets several threads draw from one source.
class SharedRandom final : public Random {
 public:
  explicit SharedRandom(Random& source) : source_(source) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    source_.fill(out);
  }

 private:
  std::mutex mutex_;
  Random& source_;
};

/// A 256-bit secret. Moves, never copies, and leaves nothing behind.
class Key256 {
 public:
  static constexpr std::size_t size_bytes = 32;

  explicit Key256(std::span<const std::uint8_t, size_bytes> bytes);
  static Key256 random(Random& random);
  Key256(Key256&& other) noexcept;
  Key256& operator=(Key256&& other) noexcept;
  Key256(const Key256&) = delete;
  Key256& operator=(const Key256&) = delete;
  ~Key256() { wipe(bytes_); }

  std::span<const std::uint8_t, size_bytes> bytes() const { return bytes_; }

 private:
  Key256() = default;
  std::array<std::uint8_t, size_bytes> bytes_{};
};

/// HMAC-SHA256 with the two key pads hashed once, so that a short message costs two compressions.
/// Keys longer than 64 bytes are hashed first, as RFC 2104 says. Any number of threads.
class HmacSha256 {
 public:
  explicit HmacSha256(ByteView key);
  explicit HmacSha256(const Key256& key) : HmacSha256(key.bytes()) {}

  Hash operator()(ByteView message) const { return operator()({message}); }
  /// Of the parts put end to end.
  Hash operator()(std::initializer_list<ByteView> parts) const;

 private:
  Sha256 inner_;
  Sha256 outer_;
};

/// HKDF-SHA256 (RFC 5869) with 32-byte outputs: extracted once, expanded per purpose.
class HkdfSha256 {
 public:
  HkdfSha256(ByteView key_material, ByteView salt);
  Key256 derive(ByteView info) const;

 private:
  HmacSha256 expand_;
};

/// What seal() adds to a text: a nonce of 12 random bytes before it, a tag of 16 behind it.
inline constexpr std::size_t seal_nonce_bytes = 12;
inline constexpr std::size_t seal_tag_bytes = 16;
inline constexpr std::size_t seal_overhead_bytes = seal_nonce_bytes + seal_tag_bytes;
/// Longest text that seal() takes: sealed bytes are whole rows, not streams.
inline constexpr std::size_t seal_plain_bytes_max = std::size_t{1} << 24;

/// nonce || AES-256-GCM ciphertext || tag. `context` is authenticated, not stored: the same bytes
/// must be given to open it. A random nonce bears 2^32 messages under one key (SP 800-38D 8.3).
Bytes seal(const Key256& key, ByteView context, ByteView plain, Random& random);

/// The text again, or nothing when key, context or any bit differs. The caller wipes it when it is
/// secret.
std::optional<Bytes> open_sealed(const Key256& key, ByteView context, ByteView sealed);

}  // namespace kinledger::ledger
