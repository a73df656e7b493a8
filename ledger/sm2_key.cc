#include "ledger/sm2_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <tuple>

#include "ledger/result.h"

namespace kinledger::ledger {
namespace {

struct FreeSm2 {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
  void operator()(EC_POINT* point) const { EC_POINT_free(point); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeSm2>;

constexpr std::string_view distinguishing_id = "1234567812345678";
constexpr std::size_t number_bytes = 32;
constexpr std::size_t der_bytes_max = 72;

/// The number of points, n of GB/T 32918.5, big endian.
constexpr std::array<std::uint8_t, number_bytes> order = {
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23};

/// 1 to the number below `end`, both big endian.
bool is_below(ByteView number, ByteView end) {
  return std::ranges::any_of(number, [](std::uint8_t byte) { return byte != 0; }) &&
         std::ranges::lexicographical_compare(number, end);
}

Owned<BIGNUM> number_of(ByteView bytes) {
  Owned<BIGNUM> number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  invariant(number != nullptr);
  return number;
}

/// Cleared when it is freed, and so are the copies that OpenSSL makes of it.
Owned<BIGNUM> secret_number(const Key256& key) {
  Owned<BIGNUM> number(BN_bin2bn(key.bytes().data(), Key256::size_bytes, BN_secure_new()));
  invariant(number != nullptr);
  return number;
}

/// A key for OpenSSL; null when the point is not one of the curve. Without a private half it can
/// verify.
Owned<EVP_PKEY> key_of(const Sm2PublicKey& point, const BIGNUM* secret) {
  // OpenSSL takes the hybrid form too, which spells the same point another way.
  if (point.front() != POINT_CONVERSION_UNCOMPRESSED) return nullptr;
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  invariant(builder != nullptr &&
            OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_sm2, 0) ==
                1 &&
            OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                             point.size()) == 1);
  if (secret != nullptr)
    invariant(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1);
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, SN_sm2, nullptr));
  invariant(parameters != nullptr && context != nullptr &&
            EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  const int selection = secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) return nullptr;
  return Owned<EVP_PKEY>(key);
}

/// OpenSSL takes the empty id where none is set, which nobody else does.
bool set_id(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set1_id(context, distinguishing_id.data(),
                              static_cast<int>(distinguishing_id.size())) == 1;
}

/// The form of signature that OpenSSL reads.
Bytes to_der(ByteView signature) {
  const Owned<ECDSA_SIG> pair(ECDSA_SIG_new());
  auto r = number_of(signature.first(number_bytes));
  auto s = number_of(signature.subspan(number_bytes));
  invariant(pair != nullptr && ECDSA_SIG_set0(pair.get(), r.release(), s.release()) == 1);
  std::uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  invariant(size > 0);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Sm2Signature from_der(ByteView der) {
  const auto* begin = der.data();
  const Owned<ECDSA_SIG> pair(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size())));
  invariant(pair != nullptr);
  Sm2Signature out;
  const int size = static_cast<int>(number_bytes);
  invariant(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out.data(), size) == size &&
            BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out.data() + number_bytes, size) == size);
  return out;
}

}  // namespace

bool is_sm2_key(const Key256& key) {
  auto end = order;
  --end.back();  // n - 1 is none
  return is_below(key.bytes(), end);
}

bool is_sm2_public_key(const Sm2PublicKey& key) { return key_of(key, nullptr) != nullptr; }

Key256 random_sm2_key(Random& random) {
  auto key = Key256::random(random);
  while (!is_sm2_key(key)) key = Key256::random(random);
  return key;
}

Sm2PublicKey sm2_public_key(const Key256& key) {
  invariant(is_sm2_key(key), "an SM2 key is from 1 to n - 2");
  const Owned<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_sm2));
  const auto secret = secret_number(key);
  invariant(group != nullptr);
  BN_set_flags(secret.get(), BN_FLG_CONSTTIME);
  const Owned<EC_POINT> point(EC_POINT_new(group.get()));
  invariant(point != nullptr &&
            EC_POINT_mul(group.get(), point.get(), secret.get(), nullptr, nullptr, nullptr) == 1);
  Sm2PublicKey out;
  const auto size = EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                       out.data(), out.size(), nullptr);
  invariant(size == out.size());
  return out;
}

Sm2Signature sm2_sign(const Key256& key, ByteView message) {
  const auto secret = secret_number(key);
  const auto signer = key_of(sm2_public_key(key), secret.get());
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  invariant(signer != nullptr && context != nullptr &&
            EVP_DigestSignInit(context.get(), &key_context, EVP_sm3(), nullptr, signer.get()) ==
                1 &&
            set_id(key_context));
  std::array<std::uint8_t, der_bytes_max> der;
  auto size = der.size();
  const int made = EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size());
  invariant(made == 1);
  return from_der(ByteView(der).first(size));
}

bool sm2_verify(const Sm2PublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != std::tuple_size_v<Sm2Signature> ||
      !is_below(signature.first(number_bytes), order) ||
      !is_below(signature.subspan(number_bytes), order))
    return false;
  const auto verifier = key_of(key, nullptr);
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  if (verifier == nullptr || context == nullptr ||
      EVP_DigestVerifyInit(context.get(), &key_context, EVP_sm3(), nullptr, verifier.get()) != 1 ||
      !set_id(key_context))
    return false;
  const auto der = to_der(signature);
  return EVP_DigestVerify(context.get(), der.data(), der.size(), message.data(), message.size()) ==
         1;
}

}  // namespace kinledger::ledger
