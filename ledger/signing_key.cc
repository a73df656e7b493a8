#include "ledger/signing_key.h"

#include <openssl/evp.h>

#include <memory>
#include <tuple>

namespace kinledger::ledger {

namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeKey>;

Key private_key(const Key256& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes().data(),
                                       seed.bytes().size()));
  invariant(key != nullptr);
  return key;
}

}  // namespace

PublicKey ed25519_public_key(const Key256& seed) {
  PublicKey out;
  auto size = out.size();
  const int got = EVP_PKEY_get_raw_public_key(private_key(seed).get(), out.data(), &size);
  invariant(got == 1 && size == out.size());
  return out;
}

Ed25519Signature ed25519_sign(const Key256& seed, ByteView message) {
  const auto key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  Ed25519Signature out;
  auto size = out.size();
  invariant(context != nullptr &&
            EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  const int made = EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size());
  invariant(made == 1 && size == out.size());
  return out;
}

bool ed25519_verify(const PublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != std::tuple_size_v<Ed25519Signature>) return false;
  const Key verifier(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  if (verifier == nullptr || context == nullptr ||
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, verifier.get()) != 1)
    return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace kinledger::ledger
