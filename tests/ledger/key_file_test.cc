// The files that hold a key each: made once, for their owner alone, and refused when they are not
// so.
#include "ledger/key_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/test_directory.h"

namespace kinledger::ledger {
namespace {

class KeyFile : public testing::Test {
 protected:
  void write(const std::string& text) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
  }
  Error refusal() { return read_key_file(path_).error(); }

  TestDirectory directory_;
  const std::filesystem::path path_ = directory_.file("vault.key");
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
  EXPECT_EQ(to_hex(read->bytes()), to_hex(drawn.bytes()));
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
  EXPECT_EQ(create_key_file(directory_.file("missing") / "key", random_).error().failure,
            Failure::unavailable);
}

}  // namespace
}  // namespace kinledger::ledger
