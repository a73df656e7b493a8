#include "ledger/identity_record.h"

#include <gtest/gtest.h>

#include <string>

namespace kinledger::ledger {
namespace {

IdentityRecord newborn() {
  return {{IdType::birth_certificate, "T330199001"}, "陈样本", *make_date(2021, 3, 1), Sex::female};
}

TEST(CanonicalIdentity, IsLaidOutAsDocumented) {
  // 2021-03-01 is day 18,687 = 0x48ff.
  EXPECT_EQ(to_hex(canonical_identity(newborn())),
            "01"
            "07"
            "02"
            "ff480000"
            "0a00"
            "54333330313939303031"
            "0900"
            "e99988e6a0b7e69cac");
}

TEST(CanonicalIdentity, ComesBackAsItWas) {
  IdentityRecord record = newborn();
  EXPECT_EQ(read_canonical_identity(canonical_identity(record)), record);
  record.sex.reset();
  record.birth_date = date_min;
  record.name = "𠮷·" + std::string(790, 'a');
  EXPECT_EQ(read_canonical_identity(canonical_identity(record)), record);
}

TEST(CanonicalIdentity, IsNeverReadFromOtherBytes) {
  const Bytes canonical = canonical_identity(newborn());
  for (std::size_t size = 0; size < canonical.size(); ++size) {
    EXPECT_FALSE(read_canonical_identity(ByteView(canonical).first(size))) << size;
  }
  const auto changed = [&](std::size_t at, std::uint8_t value) {
    Bytes bytes = canonical;
    bytes[at] = value;
    return read_canonical_identity(bytes);
  };
  EXPECT_FALSE(changed(0, 2)) << "version";
  EXPECT_FALSE(changed(1, 0)) << "id type";
  EXPECT_FALSE(changed(1, 8)) << "id type";
  EXPECT_FALSE(changed(2, 3)) << "sex";
  EXPECT_FALSE(changed(6, 0x7f)) << "birth date";
  EXPECT_FALSE(changed(7, 200)) << "length of the number";
  EXPECT_FALSE(changed(8, 1)) << "length of the number";
  Bytes longer = canonical;
  longer.push_back(0);
  EXPECT_FALSE(read_canonical_identity(longer));
}

TEST(IdentityCommitment, DiffersByKeyAndByEveryByte) {
  SeededRandom random(1);
  const Key256 key = Key256::random(random);
  Bytes canonical = canonical_identity(newborn());
  const Hash commitment = identity_commitment(key, canonical);
  EXPECT_EQ(identity_commitment(key, canonical), commitment);
  EXPECT_NE(identity_commitment(Key256::random(random), canonical), commitment);
  for (std::uint8_t& byte : canonical) {
    ++byte;
    EXPECT_NE(identity_commitment(key, canonical), commitment);
    --byte;
  }
}

TEST(IdentityCommitment, IsTheDocumentedHmac) {
  SeededRandom random(1);
  const Key256 key = Key256::random(random);
  const Bytes canonical = canonical_identity(newborn());
  Bytes message;
  for (const char c : std::string("kinledger/identity/v1")) {
    message.push_back(static_cast<std::uint8_t>(c));
  }
  message.push_back(0);
  message.insert(message.end(), canonical.begin(), canonical.end());
  EXPECT_EQ(identity_commitment(key, canonical), HmacSha256(key)(message));
}

}  // namespace
}  // namespace kinledger::ledger
