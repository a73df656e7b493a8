// Cosignatures by a worked example: seeds are tests 1 and 2 of RFC 8032.
#include "ledger/cosignature.h"

#include <gtest/gtest.h>

#include "tests/ledger/worked_example.h"
#include "tests/vectors.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view witness_text =
    "witness.example/audit-office+fbc88e04+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";
constexpr CosignedAt golden_time{1'790'000'000};

Key256 seed_in(std::string_view hex) {
  std::array<std::uint8_t, 32> bytes{};
  invariant(from_hex(hex, bytes));
  return Key256(bytes);
}

Key256 witness_seed() {
  return seed_in("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
}

TEST(Cosignature, IsThatOfTheWorkedExample) {
  const auto witness = read_witness_verifier(witness_text);
  ASSERT_TRUE(witness.has_value());
  EXPECT_EQ(witness->to_text(), witness_text);
  EXPECT_EQ(witness->key_id(), 0xfbc88e04U);
  const auto note = read_note(note_of_300).value();
  EXPECT_EQ(cosigned_at(note, *witness), golden_time);
  const auto made = cosign_note(note.text, witness->name, witness_seed(), golden_time);
  EXPECT_EQ(made.bytes, note.signatures.back().bytes);
  EXPECT_EQ(made.key_id, note.signatures.back().key_id);
}

TEST(Cosignature, IsThatOfTheSharedVectors) {
  const auto vectors = shared_vectors("kinledger-own.json");
  if (!vectors) GTEST_SKIP() << "there are no shared vectors";
  const auto text = [&](std::string_view name) {
    return std::string(vectors->at(name).as_string());
  };
  const auto& log = vectors->at("log");
  const auto witness = read_witness_verifier(log.at("witness_vkey").as_string());
  ASSERT_TRUE(witness.has_value());
  for (const auto* name : {"checkpoint_300", "checkpoint_300_with_sm2"}) {
    const auto note = read_note(text(name)).value();
    const auto at = cosigned_at(note, *witness);
    ASSERT_TRUE(at.has_value()) << name;
    EXPECT_EQ("cosignature/v1\ntime " + std::to_string(at->seconds) + "\n" + note.text,
              text("cosignature_message_300"));
    const auto made =
        cosign_note(note.text, witness->name, seed_in(log.at("witness_seed_hex").as_string()), *at);
    EXPECT_EQ(made.bytes, note.signatures[1].bytes);
  }
}

TEST(Cosignature, WithAnyOneBitChangedIsNone) {
  const auto witness = read_witness_verifier(witness_text).value();
  for (std::size_t byte = 0; byte < note_of_300.size(); ++byte) {
    // The log's own line is not what the witness signed.
    if (byte >= note_of_300.find("— kin") && byte < note_of_300.find("— witness")) continue;
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed(note_of_300);
      changed[byte] = static_cast<char>(changed[byte] ^ 1 << bit);
      const auto note = read_note(changed);
      EXPECT_FALSE(note && cosigned_at(*note, witness)) << "byte " << byte << " bit " << bit;
    }
  }
}

TEST(Cosignature, OfSeveralTimesIsOfTheLatestAndAllMustVerify) {
  const auto witness = read_witness_verifier(witness_text).value();
  auto note = read_note(note_of_300).value();
  note.signatures.push_back(
      cosign_note(note.text, witness.name, witness_seed(), {golden_time.seconds + 9}));
  note.signatures.push_back(
      cosign_note(note.text, witness.name, witness_seed(), {golden_time.seconds + 4}));
  EXPECT_EQ(cosigned_at(note, witness), CosignedAt{golden_time.seconds + 9});
  note.signatures.push_back(cosign_note("another\n", witness.name, witness_seed(), golden_time));
  EXPECT_FALSE(cosigned_at(note, witness).has_value());
}

TEST(Cosignature, OfAnotherKindOrLengthIsNone) {
  const auto witness = read_witness_verifier(witness_text).value();
  auto note = read_note(note_of_300).value();
  const auto good = note.signatures.back();
  const auto with = [&](Bytes bytes) {
    note.signatures.back().bytes = std::move(bytes);
    return cosigned_at(note, witness);
  };
  EXPECT_TRUE(with(good.bytes).has_value());
  auto longer = good.bytes;
  longer.push_back(0);
  EXPECT_FALSE(with(longer).has_value());
  EXPECT_FALSE(with({good.bytes.begin(), good.bytes.end() - 1}).has_value());
  const auto plain = ed25519_sign(witness_seed(), as_bytes(note.text));
  EXPECT_FALSE(with({plain.begin(), plain.end()}).has_value()) << "a note signature is none";
  const auto at_zero =
      ed25519_sign(witness_seed(), as_bytes("cosignature/v1\ntime 0\n" + note.text));
  Bytes zero(8);
  zero.insert(zero.end(), at_zero.begin(), at_zero.end());
  EXPECT_FALSE(with(zero).has_value());
}

TEST(Cosignature, OfAVerifierIsReadInOneSpellingOnly) {
  for (const std::string_view text :
       {"", "a", "a+b+c",
        "witness.example/audit-office+fbc88e05+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNV"
        "fEq9GYM",
        "kinledger.example/330100+55556e00+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"})
    EXPECT_FALSE(read_witness_verifier(text).has_value()) << text;
  EXPECT_FALSE(read_verifier(witness_text).has_value()) << "a log's key is of another type";
}

}  // namespace
}  // namespace kinledger::ledger
