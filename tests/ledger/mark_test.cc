#include "ledger/mark.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <string>
#include <utility>

#include "ledger/crypto.h"
#include "tests/test_directory.h"

namespace kinledger::ledger {
namespace {

constexpr std::size_t slot_bytes = 4096;
constexpr std::size_t record_bytes = 64;

TreeHead head_at(std::uint64_t size) {
  return {TreeSize{size}, sha256(as_bytes("root of size " + std::to_string(size)))};
}

class MarkFile : public testing::Test {
 protected:
  void SetUp() override {
    path_ = directory_.file("mark");
    ledger_.bytes.fill(0x33);
  }

  void create() { ASSERT_TRUE(Mark::create(path_, ledger_)); }
  /// Makes the mark, advances it through `sizes` and closes it.
  void create_and_advance(std::initializer_list<std::uint64_t> sizes) {
    auto mark = Mark::create(path_, ledger_).value();
    for (const std::uint64_t size : sizes) ASSERT_TRUE(mark->advance(head_at(size)));
  }
  TreeHead reopened_head() { return Mark::open(path_, ledger_).value()->head(); }
  Failure open_failure() { return Mark::open(path_, ledger_).error().failure; }

  std::string contents() {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void overwrite(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  TestDirectory directory_;
  std::filesystem::path path_;
  LedgerId ledger_;
};

using MarkTest = MarkFile;

TEST_F(MarkTest, BeginsAtTheEmptyTree) {
  create();
  EXPECT_EQ(reopened_head(), (TreeHead{TreeSize{0}, empty_root()}));
  EXPECT_EQ(std::filesystem::file_size(path_), 8192u);
  EXPECT_EQ(std::filesystem::status(path_).permissions() & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(MarkTest, IsNeverReplaced) {
  create_and_advance({5});
  EXPECT_EQ(Mark::create(path_, ledger_).error().failure, Failure::conflict);
  EXPECT_EQ(reopened_head(), head_at(5));
}

TEST_F(MarkTest, IsOpenInOnePlaceOnly) {
  create_and_advance({5});
  auto mark = Mark::open(path_, ledger_).value();
  EXPECT_EQ(open_failure(), Failure::unavailable);
  EXPECT_EQ(Mark::read(path_, ledger_).value(), head_at(5));
  mark.reset();
  EXPECT_EQ(reopened_head(), head_at(5));
}

TEST_F(MarkTest, IsWhereItWasWhenReopened) {
  create();
  for (std::uint64_t size = 1; size < 10; ++size) {
    auto mark = Mark::open(path_, ledger_).value();
    ASSERT_TRUE(mark->advance(head_at(size * 100)));
    ASSERT_TRUE(mark->advance(head_at(size * 100)));
    EXPECT_EQ(mark->head(), head_at(size * 100));
    mark.reset();
    EXPECT_EQ(reopened_head(), head_at(size * 100));
  }
}

TEST_F(MarkTest, IsLaidOutAsDocumented) {
  create_and_advance({0x0102030405060708});
  const std::string bytes = contents();
  const std::string record = bytes.substr(0, record_bytes);
  const std::string rest = record.substr(8);
  const Hash digest = sha256(as_bytes("KLMK" + rest));
  EXPECT_EQ(record.substr(0, 4), "KLMK");
  EXPECT_EQ(record.substr(4, 4), as_text(ByteView(digest.bytes).first(4)));
  EXPECT_EQ(record.substr(8, 16), std::string(16, '\x33'));
  EXPECT_EQ(record.substr(24, 8), "\x08\x07\x06\x05\x04\x03\x02\x01");
  EXPECT_EQ(record.substr(32), as_text(head_at(0x0102030405060708).root.bytes));
  EXPECT_EQ(bytes.substr(slot_bytes + record_bytes), std::string(slot_bytes - record_bytes, '\0'));
}

TEST_F(MarkTest, WritesTheSlotThatDoesNotHoldTheHead) {
  auto mark = Mark::create(path_, ledger_).value();
  std::string before = contents();
  for (std::uint64_t size = 1; size < 6; ++size) {
    ASSERT_TRUE(mark->advance(head_at(size)));
    const std::string after = contents();
    const std::size_t written = size % 2 == 1 ? 0 : slot_bytes;
    const std::size_t kept = slot_bytes - written;
    EXPECT_EQ(after.substr(kept, slot_bytes), before.substr(kept, slot_bytes));
    EXPECT_NE(after.substr(written, slot_bytes), before.substr(written, slot_bytes));
    before = after;
  }
}

TEST_F(MarkTest, SurvivesAWriteTornAtAnyByte) {
  auto mark = Mark::create(path_, ledger_).value();
  ASSERT_TRUE(mark->advance(head_at(1)));
  ASSERT_TRUE(mark->advance(head_at(2)));
  const std::string before = contents();
  ASSERT_TRUE(mark->advance(head_at(3)));  // in the first slot, where 1 was
  const std::string after = contents();
  mark.reset();
  for (std::size_t torn = 0; torn <= record_bytes; ++torn) {
    std::string bytes = before;
    bytes.replace(0, torn, after, 0, torn);
    overwrite(bytes);
    EXPECT_EQ(reopened_head(), torn == record_bytes ? head_at(3) : head_at(2)) << torn;
  }
}

TEST_F(MarkTest, FallsBackWhenAnyByteOfOneSlotChanged) {
  create_and_advance({1, 2, 3});
  const std::string whole = contents();
  for (std::size_t at = 0; at < record_bytes; ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    overwrite(bytes);
    EXPECT_EQ(reopened_head(), head_at(2)) << at;
    EXPECT_EQ(contents().substr(0, record_bytes), whole.substr(slot_bytes, record_bytes))
        << "opening makes a torn slot whole";
  }
}

TEST_F(MarkTest, IsCorruptWhenBothSlotsAre) {
  create_and_advance({1, 2});
  const std::string whole = contents();
  std::string bytes = whole;
  bytes[40] = static_cast<char>(bytes[40] + 1);
  bytes[slot_bytes + 40] = static_cast<char>(bytes[slot_bytes + 40] + 1);
  for (const std::string& damaged :
       {bytes, std::string(), std::string(2 * slot_bytes, '\0'), whole.substr(0, record_bytes - 1),
        std::string(2 * slot_bytes, 'K')}) {
    overwrite(damaged);
    EXPECT_EQ(open_failure(), Failure::corrupt);
  }
}

TEST_F(MarkTest, OpensAFileThatWasCutInTheSecondSlot) {
  create_and_advance({1, 2, 3});
  overwrite(contents().substr(0, slot_bytes + 10));
  EXPECT_EQ(reopened_head(), head_at(3));
}

TEST_F(MarkTest, IsCorruptWhenTheSlotsStateTwoTreesOfOneSize) {
  create_and_advance({7});
  const std::string first = contents();
  std::filesystem::remove(path_);
  {
    auto mark = Mark::create(path_, ledger_).value();
    ASSERT_TRUE(mark->advance({TreeSize{7}, sha256(as_bytes("another tree"))}));
  }
  const std::string second = contents();
  overwrite(first.substr(0, slot_bytes) + second.substr(0, slot_bytes));
  EXPECT_EQ(open_failure(), Failure::corrupt);
}

TEST_F(MarkTest, BelongsToOneLedger) {
  create_and_advance({7});
  ledger_.bytes[0] ^= 1;
  EXPECT_EQ(open_failure(), Failure::conflict);
}

TEST_F(MarkTest, SaysWhenThereIsNone) {
  EXPECT_EQ(open_failure(), Failure::invalid);
  path_ = directory_.file("missing") / "mark";
  EXPECT_EQ(Mark::create(path_, ledger_).error().failure, Failure::unavailable);
}

TEST_F(MarkTest, StaysUnusableAfterAWriteFailed) {
  auto mark = Mark::create(path_, ledger_).value();
  ASSERT_TRUE(mark->advance(head_at(1)));
  // The kernel refuses writes past this file size, as a full or broken disk would.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit unlimited{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  rlimit none = unlimited;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  const auto refused = mark->advance(head_at(2));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &unlimited), 0);

  EXPECT_EQ(refused.error().failure, Failure::unavailable);
  EXPECT_EQ(mark->head(), head_at(1));
  EXPECT_EQ(mark->advance(head_at(3)).error().failure, Failure::unavailable)
      << "although the disk would take it again";
  mark.reset();
  EXPECT_EQ(reopened_head(), head_at(1));
}

using MarkDeathTest = MarkFile;

TEST_F(MarkDeathTest, NeverGoesBackNorToAnotherTreeOfItsSize) {
  auto mark = Mark::create(path_, ledger_).value();
  ASSERT_TRUE(mark->advance(head_at(7)));
  EXPECT_DEATH((void)mark->advance(head_at(6)), "never goes back");
  EXPECT_DEATH((void)mark->advance({TreeSize{7}, empty_root()}), "one size has one root");
}

}  // namespace
}  // namespace kinledger::ledger
