// SM2 with SM3 by the published example, and the signature line that the ledger makes of it.
#include <algorithm>

#include "ledger/sm2_note.h"
#include "tests/ledger/golden.h"

namespace kinledger::ledger {
namespace {

Sm2PublicKey published_key() {
  const Golden log("log.json");
  Sm2PublicKey key;
  std::ranges::copy(log.bytes("/sm2/public_key_hex"), key.begin());
  return key;
}

Bytes published_signature() {
  const Golden gm("gm.json");
  auto signature = gm.bytes("/sm2/r");
  const auto s = gm.bytes("/sm2/s");
  signature.insert(signature.end(), s.begin(), s.end());
  return signature;
}

Key256 key_of(std::string_view hex) {
  std::array<std::uint8_t, 32> bytes{};
  invariant(from_hex(hex, bytes));
  return Key256(bytes);
}

TEST(Sm2, GivesAndVerifiesThePublishedExample) {
  const Golden gm("gm.json");
  EXPECT_EQ(sm2_public_key(gm.key("/sm2/private_key")), published_key());
  const auto message = gm.text("/sm2/msg_ascii");
  EXPECT_TRUE(sm2_verify(published_key(), as_bytes(message), published_signature()));
  EXPECT_FALSE(sm2_verify(published_key(), as_bytes(message + "."), published_signature()));
}

TEST(Sm2, SignsSoThatItsKeyAloneVerifies) {
  SeededRandom random(5);
  const auto key = random_sm2_key(random);
  const auto other = sm2_public_key(random_sm2_key(random));
  for (const std::string message : {"", "a", "message digest"}) {
    const auto signature = sm2_sign(key, as_bytes(message));
    EXPECT_TRUE(sm2_verify(sm2_public_key(key), as_bytes(message), signature));
    EXPECT_FALSE(sm2_verify(other, as_bytes(message), signature));
    EXPECT_NE(sm2_sign(key, as_bytes(message)), signature) << "the nonce is drawn each time";
  }
}

TEST(Sm2, RefusesEverySignatureWithOneBitChanged) {
  const Golden gm("gm.json");
  const auto message = gm.text("/sm2/msg_ascii");
  const auto good = published_signature();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto changed = good;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(sm2_verify(published_key(), as_bytes(message), changed)) << bit;
  }
}

TEST(Sm2, RefusesNumbersOutOfRangeAndOtherLengths) {
  const Golden gm("gm.json");
  const auto message = gm.text("/sm2/msg_ascii");
  const auto good = published_signature();
  const auto with = [&](std::size_t at, const std::string& hex) {
    auto changed = good;
    const auto half = changed.begin() + static_cast<std::ptrdiff_t>(at);
    invariant(from_hex(hex, std::span(&*half, 32)));
    return sm2_verify(published_key(), as_bytes(message), changed);
  };
  for (const std::size_t at : {std::size_t{0}, std::size_t{32}}) {
    EXPECT_TRUE(with(at, gm.text(at == 0 ? "/sm2/r" : "/sm2/s")));
    EXPECT_FALSE(with(at, std::string(64, '0')));
    EXPECT_FALSE(with(at, gm.text("/sm2/curve/n")));
    EXPECT_FALSE(with(at, std::string(64, 'f')));
  }
  for (const std::size_t size : {0, 63})
    EXPECT_FALSE(sm2_verify(published_key(), as_bytes(message), ByteView(good).first(size)));
  auto longer = good;
  longer.push_back(0);
  EXPECT_FALSE(sm2_verify(published_key(), as_bytes(message), longer));
  EXPECT_FALSE(sm2_verify(published_key(), as_bytes(message), gm.bytes("/sm2/der_signature")));
}

TEST(Sm2, APublicKeyIsAnUncompressedPointOfTheCurve) {
  EXPECT_TRUE(is_sm2_public_key(published_key()));
  auto off = published_key();
  off.back() ^= 1;
  EXPECT_FALSE(is_sm2_public_key(off));
  for (const int form : {0x00, 0x02, 0x03, 0x06, 0x07}) {
    auto other = published_key();
    other.front() = static_cast<std::uint8_t>(form);
    EXPECT_FALSE(is_sm2_public_key(other)) << form;
    EXPECT_FALSE(sm2_verify(other, as_bytes("message digest"), published_signature()));
  }
  EXPECT_FALSE(is_sm2_public_key(Sm2PublicKey{}));
}

TEST(Sm2, APrivateKeyIsFromOneToTheOrderLessTwo) {
  const auto n = Golden("gm.json").text("/sm2/curve/n").substr(0, 62);
  EXPECT_FALSE(is_sm2_key(key_of(std::string(64, '0'))));
  EXPECT_TRUE(is_sm2_key(key_of(std::string(63, '0') + "1")));
  EXPECT_TRUE(is_sm2_key(key_of(n + "21")));
  EXPECT_FALSE(is_sm2_key(key_of(n + "22")));
  EXPECT_FALSE(is_sm2_key(key_of(n + "23")));
  EXPECT_FALSE(is_sm2_key(key_of(std::string(64, 'f'))));
}

TEST(Sm2Note, IsThatOfTheWorkedExample) {
  const Golden log("log.json");
  const auto verifier = read_sm2_verifier(log.text("/sm2/vkey"));
  ASSERT_TRUE(verifier.has_value());
  EXPECT_EQ(verifier->key, published_key());
  EXPECT_EQ(verifier->key_id(), 0x69613ca5U);
  EXPECT_EQ(verifier->to_text(), log.text("/sm2/vkey"));
  EXPECT_EQ(to_hex(as_bytes(note_sm2)), log.text("/sm2/sig_type_hex"));
  const auto note = read_note(log.text("/checkpoint_300_with_sm2")).value();
  ASSERT_EQ(note.signatures.size(), 3U);
  EXPECT_EQ(note.signatures.back().bytes, log.bytes("/sm2/sig_raw_r_s"));
  EXPECT_TRUE(is_signed_by(note, *verifier));
  EXPECT_TRUE(is_signed_by(note, read_verifier(log.text("/log/vkey")).value()))
      << "the line of a type that is not its own is passed over";
  EXPECT_FALSE(is_signed_by(read_note(log.text("/checkpoint_300")).value(), *verifier));
}

TEST(Sm2Note, AllLinesOfTheKeyMustVerify) {
  const Golden log("log.json");
  const auto verifier = read_sm2_verifier(log.text("/sm2/vkey")).value();
  const auto key = Golden("gm.json").key("/sm2/private_key");
  auto note = read_note(log.text("/checkpoint_300")).value();
  note.signatures.push_back(sm2_sign_note(note.text, verifier.name, key));
  EXPECT_TRUE(is_signed_by(note, verifier));
  note.signatures.push_back(sm2_sign_note("another\n", verifier.name, key));
  EXPECT_FALSE(is_signed_by(note, verifier));
}

TEST(Sm2Note, OfAVerifierIsReadInOneSpellingOnly) {
  const Golden log("log.json");
  const auto good = log.text("/sm2/vkey");
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto changed = good;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(read_sm2_verifier(changed).has_value()) << changed;
  }
  Sm2Verifier off{"a", published_key()};
  off.key.back() ^= 1;
  EXPECT_FALSE(read_sm2_verifier(off.to_text()).has_value()) << "no point of the curve";
  EXPECT_FALSE(read_sm2_verifier(log.text("/log/vkey")).has_value());
  EXPECT_FALSE(read_verifier(good).has_value());
}

}  // namespace
}  // namespace kinledger::ledger
