#include "ledger/signing_key.h"

#include <openssl/evp.h>

#include "ledger/private_file.h"

namespace kinledger::ledger {

PublicKey ed25519_public_key(const Key256& seed) {
  PublicKey out;
  auto size = out.size();
  EVP_PKEY* const key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes().data(),
                                                     seed.bytes().size());
  invariant(key != nullptr);
  const int got = EVP_PKEY_get_raw_public_key(key, out.data(), &size);
  EVP_PKEY_free(key);
  invariant(got == 1 && size == out.size());
  return out;
}

Result<PublicKey> create_signing_key(const std::filesystem::path& path, Random& random) {
  const auto seed = Key256::random(random);
  auto text = to_hex(seed.bytes()) + "\n";
  const auto written = create_private_file(path, as_bytes(text));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (!written) return written.error();
  return ed25519_public_key(seed);
}

}  // namespace kinledger::ledger
