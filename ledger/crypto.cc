#include "ledger/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "ledger/result.h"

namespace kinledger::ledger {

namespace {

constexpr std::size_t hash_block_bytes = 64;  // SHA-256's block, which is also HMAC's pad length

}  // namespace

// OpenSSL 3 marks its SHA256_* functions as deprecated in favour of EVP. They run the same assembly
// (SHA extensions where the processor has them) without EVP's dispatch and allocation, and most of
// what the ledger hashes is short. Measured with 3.0.22, one core, ns per hash of 65 / 200 / 300
// bytes: SHA256_* 79 / 161 / 188, EVP on a reused context 165 / 230 / 226, SHA256() 343 / 597 /
// 653.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace {

SHA256_CTX* context_in(std::array<std::byte, 112>& state) {
  static_assert(sizeof(SHA256_CTX) == 112 && alignof(SHA256_CTX) <= 8);
  return reinterpret_cast<SHA256_CTX*>(state.data());
}

}  // namespace

Hash sha256(ByteView bytes) { return sha256({bytes}); }

Hash sha256(std::initializer_list<ByteView> parts) {
  SHA256_CTX context;
  Hash digest;
  bool hashed = SHA256_Init(&context) == 1;
  for (const ByteView part : parts) {
    hashed = hashed && SHA256_Update(&context, part.data(), part.size()) == 1;
  }
  hashed = hashed && SHA256_Final(digest.bytes.data(), &context) == 1;
  invariant(hashed);
  return digest;
}

Sha256::Sha256() { invariant(SHA256_Init(context_in(state_)) == 1); }

Sha256::~Sha256() { OPENSSL_cleanse(state_.data(), state_.size()); }

Sha256& Sha256::update(ByteView bytes) {
  invariant(SHA256_Update(context_in(state_), bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash Sha256::finish() {
  Hash digest;
  invariant(SHA256_Final(digest.bytes.data(), context_in(state_)) == 1);
  return digest;
}

#pragma GCC diagnostic pop

void wipe(std::span<std::uint8_t> secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

bool constant_time_equal(ByteView left, ByteView right) {
  return left.size() == right.size() &&
         (left.empty() || CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0);
}

namespace {

void draw_from_kernel(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t drawn = ::getrandom(out.data(), out.size(), 0);
    if (drawn < 0 && errno == EINTR) continue;
    invariant(drawn > 0, "the kernel gives no random bytes");
    out = out.subspan(static_cast<std::size_t>(drawn));
  }
}

}  // namespace

SystemRandom::~SystemRandom() { wipe(drawn_); }

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (used_ == drawn_.size()) {
      draw_from_kernel(drawn_);
      used_ = 0;
    }
    const std::size_t count = std::min(out.size(), drawn_.size() - used_);
    const std::span<std::uint8_t> given = std::span(drawn_).subspan(used_, count);
    std::copy(given.begin(), given.end(), out.begin());
    wipe(given);
    used_ += count;
    out = out.subspan(count);
  }
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  constexpr std::string_view domain{"kinledger/simulated/v1\0", 23};
  for (std::uint8_t& byte : out) {
    if (used_ == sizeof(Hash)) {
      std::array<std::uint8_t, 16> position;
      for (unsigned i = 0; i < 8; ++i) {
        position[i] = static_cast<std::uint8_t>(seed_ >> (8 * i));
        position[8 + i] = static_cast<std::uint8_t>(blocks_ >> (8 * i));
      }
      block_ = Sha256().update(as_bytes(domain)).update(position).finish();
      ++blocks_;
      used_ = 0;
    }
    byte = block_.bytes[used_++];
  }
}

Key256::Key256(std::span<const std::uint8_t, size_bytes> bytes) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

Key256 Key256::random(Random& random) {
  Key256 key;
  random.fill(key.bytes_);
  return key;
}

Key256::Key256(Key256&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }

Key256& Key256::operator=(Key256&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    wipe(other.bytes_);
  }
  return *this;
}

HmacSha256::HmacSha256(ByteView key) {
  // RFC 2104: H(K xor opad, H(K xor ipad, text)), K padded with zeros to the block.
  std::array<std::uint8_t, hash_block_bytes> pad{};
  if (key.size() > pad.size()) {
    const Hash shortened = sha256(key);
    std::copy(shortened.bytes.begin(), shortened.bytes.end(), pad.begin());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  for (std::uint8_t& byte : pad) byte ^= 0x36;
  inner_.update(pad);
  for (std::uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
  outer_.update(pad);
  wipe(pad);
}

Hash HmacSha256::operator()(std::initializer_list<ByteView> parts) const {
  Sha256 inner = inner_;
  for (const ByteView part : parts) inner.update(part);
  return Sha256(outer_).update(inner.finish().bytes).finish();
}

HkdfSha256::HkdfSha256(ByteView key_material, ByteView salt)
    : expand_(HmacSha256(salt)(key_material).bytes) {}

Key256 HkdfSha256::derive(ByteView info) const {
  // One 32-byte output is the first block of the expansion: T(1) = HMAC(PRK, info || 0x01).
  constexpr std::array<std::uint8_t, 1> first_block{1};
  Hash block = expand_({info, first_block});
  Key256 key(block.bytes);
  wipe(block.bytes);
  return key;
}

namespace {

struct FreeCipherContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
// A context for each call: measured no dearer than a kept one, and it keeps no key.
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext>;

const EVP_CIPHER* aes_256_gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  invariant(cipher != nullptr);
  return cipher;
}

}  // namespace

Bytes seal(const Key256& key, ByteView context, ByteView plain, Random& random) {
  invariant(plain.size() <= seal_plain_bytes_max && context.size() <= seal_plain_bytes_max);
  Bytes sealed(plain.size() + seal_overhead_bytes);
  std::uint8_t* const nonce = sealed.data();
  std::uint8_t* const text = nonce + seal_nonce_bytes;
  random.fill({nonce, seal_nonce_bytes});

  const CipherContext cipher(EVP_CIPHER_CTX_new());
  invariant(cipher != nullptr);
  int written = 0;
  int total = 0;
  const bool encrypted =
      EVP_EncryptInit_ex2(cipher.get(), aes_256_gcm(), key.bytes().data(), nonce, nullptr) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &written, context.data(),
                        static_cast<int>(context.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), text, &total, plain.data(), static_cast<int>(plain.size())) ==
          1 &&
      EVP_EncryptFinal_ex(cipher.get(), text + total, &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, seal_tag_bytes,
                          text + plain.size()) == 1;
  invariant(encrypted && static_cast<std::size_t>(total) == plain.size());
  return sealed;
}

std::optional<Bytes> open_sealed(const Key256& key, ByteView context, ByteView sealed) {
  if (sealed.size() < seal_overhead_bytes ||
      sealed.size() > seal_plain_bytes_max + seal_overhead_bytes ||
      context.size() > seal_plain_bytes_max) {
    return std::nullopt;
  }
  const ByteView nonce = sealed.first(seal_nonce_bytes);
  const ByteView text = sealed.subspan(seal_nonce_bytes, sealed.size() - seal_overhead_bytes);
  std::array<std::uint8_t, seal_tag_bytes> tag;
  std::copy_n(sealed.end() - seal_tag_bytes, seal_tag_bytes, tag.begin());

  const CipherContext cipher(EVP_CIPHER_CTX_new());
  invariant(cipher != nullptr);
  // One byte more than the text: OpenSSL takes a null output for additional data.
  Bytes plain(text.size() + 1);
  int written = 0;
  int total = 0;
  const bool decrypted =
      EVP_DecryptInit_ex2(cipher.get(), aes_256_gcm(), key.bytes().data(), nonce.data(), nullptr) ==
          1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &written, context.data(),
                        static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), plain.data(), &total, text.data(),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, seal_tag_bytes, tag.data()) == 1;
  invariant(decrypted && static_cast<std::size_t>(total) == text.size());
  if (EVP_DecryptFinal_ex(cipher.get(), plain.data() + total, &written) != 1) {
    wipe(plain);
    return std::nullopt;
  }
  plain.pop_back();
  return plain;
}

}  // namespace kinledger::ledger
