#include "ledger/vault_keys.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <string>

namespace kinledger::ledger {
namespace {

KeyEncryptionKey counting_kek() {
  std::array<std::uint8_t, Key256::size_bytes> bytes;
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return {Key256(bytes)};
}

TEST(VaultKeys, AreDerivedAsDocumented) {
  const KeyEncryptionKey kek = counting_kek();
  const VaultKeys keys(kek);
  const HkdfSha256 derivation(kek.key.bytes(), as_bytes("kinledger/v1"));
  const auto hex = [&](const char* info) {
    return to_hex(derivation.derive(as_bytes(info)).bytes());
  };
  EXPECT_EQ(to_hex(keys.wrap().bytes()), hex("vault/wrap"));
  EXPECT_EQ(to_hex(keys.note().bytes()), hex("vault/note"));
  EXPECT_EQ(to_text(keys.check_value()), hex("vault/check"));
  EXPECT_NE(hex("vault/wrap"), hex("vault/note"));

  const std::string_view blind{"kinledger/blind/v1\0birthCertificate\0T330199001", 46};
  EXPECT_EQ(to_text(keys.blind_index({IdType::birth_certificate, "T330199001"})),
            to_text(HmacSha256(derivation.derive(as_bytes("vault/blind-index")))(as_bytes(blind)))
                .substr(0, 32));
  const std::string_view source{"kinledger/source/v1\0file", 24};
  EXPECT_EQ(keys.source_digest(as_bytes("file")),
            HmacSha256(derivation.derive(as_bytes("vault/source-digest")))(as_bytes(source)));
  const std::string_view submission{"kinledger/submission/v1\0import-7", 32};
  EXPECT_EQ(
      to_text(keys.submission_id("import-7")),
      to_text(HmacSha256(derivation.derive(as_bytes("vault/submission")))(as_bytes(submission)))
          .substr(0, 32));
}

// Another value here means that no vault made before can be opened any more.
TEST(VaultKeys, NeverChange) {
  const VaultKeys keys(counting_kek());
  EXPECT_EQ(to_text(keys.check_value()),
            "4212742b31c81b13b625fe3dededa5376ae25f2f1246a97f8fe2bd64503c7fee");
  EXPECT_EQ(to_text(keys.blind_index({IdType::birth_certificate, "T330199001"})),
            "30f5ca3a0e8a6ea4939852b877395aa9");
  EXPECT_EQ(to_text(keys.submission_id("import-7")), "66ee0b3161ec688d2fe2e304edbf1240");
  EXPECT_EQ(to_text(keys.source_digest(as_bytes("file"))),
            "0c6b9971f51c15662d975861a6e0ede63ec741bcf3b78260426dad46c3a69a0a");
  const PersonKeys person = person_keys(counting_kek().key);
  EXPECT_EQ(to_hex(person.sealing.bytes()),
            "db55e18f9892c6c5d97939d4940730fa7a2b0ae7c9c78a5353b274527855d4cc");
  EXPECT_EQ(to_hex(person.commitment.bytes()),
            "1aed001ff19ec0f2cfa406459b1ab616e131f61365e1cf48e13be58c4dea4c38");
}

TEST(VaultKeys, TellIdTypesApart) {
  const VaultKeys keys(counting_kek());
  EXPECT_NE(keys.blind_index({IdType::passport, "33019901"}),
            keys.blind_index({IdType::taiwan_permit, "33019901"}));
}

}  // namespace
}  // namespace kinledger::ledger
