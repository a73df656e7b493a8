#include "ledger/vault_keys.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <numeric>
#include <string>

namespace kinledger::ledger {
namespace {

KeyEncryptionKey counting_kek() {
  std::array<std::uint8_t, Key256::size_bytes> bytes;
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return {Key256(bytes)};
}

class KeyFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "key-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = directory_ / "vault.key";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void write(const std::string& text) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
  }
  Error refusal() { return read_key_file(path_).error(); }

  std::filesystem::path directory_;
  std::filesystem::path path_;
  SeededRandom random_{1};
};

TEST_F(KeyFile, GivesTheKeyThatWasDrawn) {
  ASSERT_TRUE(create_key_file(path_, random_));
  const auto read = read_key_file(path_);
  ASSERT_TRUE(read);
  const Key256 drawn = [] {
    SeededRandom same(1);
    return Key256::random(same);
  }();
  EXPECT_EQ(to_hex(read->key.bytes()), to_hex(drawn.bytes()));
  EXPECT_EQ(std::filesystem::status(path_).permissions() & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ifstream file(path_);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, to_hex(drawn.bytes()) + "\n");
}

TEST_F(KeyFile, IsNeverReplaced) {
  ASSERT_TRUE(create_key_file(path_, random_));
  EXPECT_EQ(create_key_file(path_, random_).error().failure, Failure::conflict);
}

TEST_F(KeyFile, IsRefusedWhenOthersMayReadOrWriteIt) {
  using std::filesystem::perms;
  ASSERT_TRUE(create_key_file(path_, random_));
  for (const perms open_to_others : {perms::group_read, perms::group_write, perms::others_read,
                                     perms::others_write, perms::others_exec}) {
    std::filesystem::permissions(path_, perms::owner_read | perms::owner_write | open_to_others);
    EXPECT_EQ(refusal().failure, Failure::invalid);
    EXPECT_NE(refusal().what.find("chmod 600"), std::string::npos);
  }
  std::filesystem::permissions(path_, perms::owner_read);
  EXPECT_TRUE(read_key_file(path_));
}

TEST_F(KeyFile, IsRefusedWhenItIsNotOfItsForm) {
  const std::string digits(64, 'a');
  for (const std::string& text :
       {std::string(), std::string("\n"), digits, digits + "\n\n", digits + "\r\n", digits + "aa\n",
        std::string(63, 'a') + "\n", std::string(63, 'a') + "g\n",
        " " + std::string(63, 'a') + "\n", std::string(65, '\0'), std::string(100'000, 'a')}) {
    std::filesystem::remove(path_);
    write(text);
    EXPECT_EQ(refusal().failure, Failure::invalid);
    EXPECT_EQ(refusal().what.find("aaaa"), std::string::npos) << "repeats the key";
  }
  std::filesystem::remove(path_);
  write(digits + "\n");
  EXPECT_TRUE(read_key_file(path_));
}

TEST_F(KeyFile, IsRefusedWhenItIsMissingOrADirectory) {
  EXPECT_EQ(refusal().failure, Failure::invalid);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(refusal().failure, Failure::invalid);
  EXPECT_EQ(create_key_file(directory_ / "missing" / "key", random_).error().failure,
            Failure::unavailable);
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
