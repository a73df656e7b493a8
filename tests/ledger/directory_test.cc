// Directories that only their owner may enter, and what is taken for empty.
#include "ledger/directory.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/test_directory.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

fs::perms rights(const fs::path& path) { return fs::status(path).permissions(); }

TEST(Directory, IsTheOwnersWithThoseMadeAboveIt) {
  const TestDirectory directory;
  const auto there = directory.path() / "there", above = there / "above", made = above / "made";
  ASSERT_TRUE(fs::create_directory(there));
  const auto before = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec;
  fs::permissions(there, before);
  ASSERT_TRUE(make_private_directory(made));
  EXPECT_EQ(rights(made), fs::perms::owner_all);
  EXPECT_EQ(rights(above), fs::perms::owner_all);
  EXPECT_EQ(rights(there), before) << "it is another's";
  ASSERT_TRUE(make_private_directory(there));
  EXPECT_EQ(rights(there), fs::perms::owner_all);
}

TEST(Directory, IsNotMadeBelowAFile) {
  const TestDirectory directory;
  std::ofstream(directory.path() / "file") << "1";
  const auto refused = make_private_directory(directory.path() / "file/above/made");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::unavailable);
}

TEST(Directory, HoldsSomethingWhenItCannotBeLookedAt) {
  const TestDirectory directory;
  EXPECT_TRUE(holds_nothing(directory.path() / "absent"));
  EXPECT_TRUE(holds_nothing(directory.path()));
  fs::create_symlink("loop", directory.path() / "loop");
  EXPECT_FALSE(holds_nothing(directory.path()));
  EXPECT_FALSE(holds_nothing(directory.path() / "loop"));
}

}  // namespace
}  // namespace kinledger::ledger
