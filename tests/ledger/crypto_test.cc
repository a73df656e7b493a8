#include "ledger/crypto.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <utility>

namespace kinledger::ledger {
namespace {

Bytes from_hex_text(std::string_view text) {
  Bytes bytes(text.size() / 2);
  EXPECT_TRUE(from_hex(text, bytes));
  return bytes;
}

Bytes counting(std::uint8_t first, std::size_t count) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

Key256 counting_key(std::uint8_t first) {
  const Bytes bytes = counting(first, Key256::size_bytes);
  return Key256(std::span<const std::uint8_t, Key256::size_bytes>(bytes));
}

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(to_text(sha256(as_bytes(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_text(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_text(sha256(as_bytes(std::string(1'000'000, 'a')))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha256(ByteView{}), sha256(as_bytes("")));
}

TEST(Sha256, IsTheSameHoweverTheBytesAreCut) {
  const Bytes bytes = counting(0, 200);
  const Hash whole = sha256(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const ByteView first = ByteView(bytes).first(cut);
    const ByteView second = ByteView(bytes).subspan(cut);
    EXPECT_EQ(sha256({first, second}), whole) << cut;
    EXPECT_EQ(Sha256().update(first).update(second).finish(), whole) << cut;
  }
}

TEST(Sha256, ACopyContinuesOnItsOwn) {
  Sha256 hasher;
  hasher.update(as_bytes("a"));
  Sha256 copy = hasher;
  EXPECT_EQ(copy.update(as_bytes("bc")).finish(), sha256(as_bytes("abc")));
  EXPECT_EQ(hasher.update(as_bytes("xy")).finish(), sha256(as_bytes("axy")));
}

TEST(HmacSha256, GivesTheResultsOfRfc4231) {
  EXPECT_EQ(to_text(HmacSha256(Bytes(20, 0x0b))(as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_text(HmacSha256(as_bytes("Jefe"))(as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_text(HmacSha256(Bytes(131, 0xaa))(
                as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, ServesAnyNumberOfMessagesInAnyPieces) {
  const HmacSha256 hmac(as_bytes("Jefe"));
  const Hash whole = hmac(as_bytes("what do ya want for nothing?"));
  EXPECT_EQ(hmac({as_bytes("what do ya "), {}, as_bytes("want for nothing?")}), whole);
  EXPECT_EQ(hmac(as_bytes("what do ya want for nothing?")), whole);
  EXPECT_NE(hmac(as_bytes("what do ya want for nothing!")), whole);
}

TEST(HkdfSha256, GivesTheFirstBlockOfRfc5869) {
  const HkdfSha256 basic(Bytes(22, 0x0b), counting(0, 13));
  EXPECT_EQ(to_hex(basic.derive(counting(0xf0, 10)).bytes()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  const HkdfSha256 without_salt(Bytes(22, 0x0b), {});
  EXPECT_EQ(to_hex(without_salt.derive({}).bytes()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(HkdfSha256, CommitsToAPayloadLikeTheWorkedExample) {
  Bytes info = from_hex_text("636f6d6d69740192f3c4d5e67a8b9c0d1e2f30415263");
  const Key256 commit = HkdfSha256(counting_key(0).bytes(), as_bytes("kinledger/v1")).derive(info);
  EXPECT_EQ(to_hex(commit.bytes()),
            "7371d38f097e90e45b6d459ed84136b22791e7ea6502aab3d4b820ad8000c974");
}

TEST(Seal, OpensOnlyWithItsKeyAndContext) {
  SeededRandom random(1);
  const Key256 key = counting_key(0);
  const Bytes sealed = seal(key, as_bytes("person"), as_bytes("a name"), random);
  EXPECT_EQ(sealed.size(), 6 + seal_overhead_bytes);
  const auto opened = open_sealed(key, as_bytes("person"), sealed);
  ASSERT_TRUE(opened);
  EXPECT_EQ(as_text(*opened), "a name");
  EXPECT_FALSE(open_sealed(counting_key(1), as_bytes("person"), sealed));
  EXPECT_FALSE(open_sealed(key, as_bytes("persom"), sealed));
  EXPECT_FALSE(open_sealed(key, {}, sealed));
}

TEST(Seal, RefusesEveryChangedBitAndEveryShorterText) {
  SeededRandom random(1);
  const Key256 key = counting_key(0);
  const Bytes sealed = seal(key, as_bytes("person"), as_bytes("a name"), random);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(open_sealed(key, as_bytes("person"), changed)) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(open_sealed(key, as_bytes("person"), ByteView(sealed).first(size))) << size;
  }
}

TEST(Seal, TakesEmptyTextsAndEmptyContexts) {
  SeededRandom random(1);
  const Key256 key = counting_key(0);
  const Bytes sealed = seal(key, {}, {}, random);
  EXPECT_EQ(sealed.size(), seal_overhead_bytes);
  const auto opened = open_sealed(key, {}, sealed);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->empty());
}

TEST(Seal, GivesThePublishedCiphertextForItsNonce) {
  // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14: all zero.
  class Zeros final : public Random {
    void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), 0); }
  } zeros;
  const Bytes sealed = seal(Key256::random(zeros), {}, Bytes(16, 0), zeros);
  EXPECT_EQ(to_hex(ByteView(sealed).subspan(seal_nonce_bytes)),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(Seal, DrawsANonceForEachText) {
  SystemRandom random;
  const Key256 key = Key256::random(random);
  std::set<Bytes> nonces;
  for (int i = 0; i < 1000; ++i) {
    Bytes sealed = seal(key, {}, as_bytes("a name"), random);
    sealed.resize(seal_nonce_bytes);
    nonces.insert(sealed);
  }
  EXPECT_EQ(nonces.size(), 1000u);
}

TEST(SeededRandom, RepeatsForItsSeedHoweverTheBytesAreDrawn) {
  Bytes whole(1000);
  SeededRandom(7).fill(whole);
  SeededRandom pieces(7);
  Bytes drawn;
  for (std::size_t size = 0; drawn.size() < whole.size(); ++size) {
    Bytes piece(std::min(size, whole.size() - drawn.size()));
    pieces.fill(piece);
    drawn.insert(drawn.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(drawn, whole);

  Bytes other(1000);
  SeededRandom(8).fill(other);
  EXPECT_NE(other, whole);
}

TEST(SeededRandom, IsTheHashOfDomainSeedAndBlockNumber) {
  Bytes drawn(64);
  SeededRandom(258).fill(drawn);
  Bytes block = from_hex_text("6b696e6c65646765722f73696d756c617465642f763100");
  block.insert(block.end(), {2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(to_hex(ByteView(drawn).subspan(32)), to_text(sha256(block)));
}

TEST(SystemRandom, FillsAnyLengthAndDiffersEachTime) {
  SystemRandom random;
  random.fill({});
  Bytes first(10'000);
  Bytes second(10'000);
  random.fill(first);
  random.fill(second);
  EXPECT_NE(first, second);
  EXPECT_NE(random_id<PersonId>(random), random_id<PersonId>(random));
}

TEST(Key256, LeavesNothingBehindWhenItMoves) {
  Key256 key = counting_key(1);
  const Key256 moved = std::move(key);
  EXPECT_EQ(Bytes(moved.bytes().begin(), moved.bytes().end()), counting(1, 32));
  EXPECT_EQ(Bytes(key.bytes().begin(), key.bytes().end()), Bytes(32, 0));
}

TEST(Secrets, CompareByLengthAndContent) {
  EXPECT_TRUE(constant_time_equal({}, {}));
  EXPECT_TRUE(constant_time_equal(as_bytes("same"), as_bytes("same")));
  EXPECT_FALSE(constant_time_equal(as_bytes("same"), as_bytes("some")));
  EXPECT_FALSE(constant_time_equal(as_bytes("same"), as_bytes("sam")));
}

}  // namespace
}  // namespace kinledger::ledger
