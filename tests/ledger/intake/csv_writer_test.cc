#include "ledger/intake/csv_writer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/ledger/intake/table_files.h"

namespace kinledger::ledger::intake {
namespace {

using Written = std::vector<std::string_view>;

std::string record(const Written& cells, bool guard_formulas = true) {
  std::string text;
  append_csv_record(text, cells, {.guard_formulas = guard_formulas});
  return text;
}

TEST(CsvWriter, QuotesWhatNeedsQuotes) {
  EXPECT_EQ(record({"a", "", "测试 人"}), "a,,测试 人\r\n");
  EXPECT_EQ(record({"a,b", "say \"hi\"", "two\nlines", "x;y"}),
            "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"x;y\"\r\n");
  EXPECT_EQ(record({""}), "\"\"\r\n");
}

TEST(CsvWriter, KeepsSpreadsheetsFromRunningCells) {
  EXPECT_EQ(record({"=1+1", "+A1", "-A1", "@SUM(A1)"}), "'=1+1,'+A1,'-A1,'@SUM(A1)\r\n");
  EXPECT_EQ(record({"\t=1", "\r=1"}), "\"'\t=1\",\"'\r=1\"\r\n");
  EXPECT_EQ(record({"=\"a,b\""}), "\"'=\"\"a,b\"\"\"\r\n");
  EXPECT_EQ(record({"=1+1"}, false), "=1+1\r\n");
}

TEST(CsvWriter, LeavesPlainNumbersAlone) {
  EXPECT_EQ(record({"-250.00", "+5", "-0"}), "-250.00,+5,-0\r\n");
  EXPECT_EQ(record({"-", "-.5", "-5.", "-1-1", "+1E9", "--1"}),
            "'-,'-.5,'-5.,'-1-1,'+1E9,'--1\r\n");
}

class CsvWriterTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.file("rejects.csv"); }

  TestDirectory directory_;
};

TEST_F(CsvWriterTest, WritesWhatTheReaderReads) {
  auto writer = CsvWriter::create(path());
  ASSERT_TRUE(writer.has_value());
  const Written rare(rare_texts.begin(), rare_texts.end());
  ASSERT_TRUE((*writer)->write(rare).has_value());
  ASSERT_TRUE((*writer)->write(Written{"a\r\nb", "\"", "", "c"}).has_value());
  ASSERT_TRUE((*writer)->finish().has_value());
  EXPECT_TRUE(file_bytes(path()).starts_with("\xEF\xBB\xBF"));
  const ReadTable table = read_table(path());
  ASSERT_EQ(row_numbers(table), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(texts(table.rows[0]), rare_texts);
  EXPECT_EQ(texts(table.rows[1]), (std::vector<std::string>{"a\r\nb", "\"", "", "c"}));
}

TEST_F(CsvWriterTest, WritesTheByteOrderMarkOnlyIfAsked) {
  auto writer = CsvWriter::create(path(), {.byte_order_mark = false});
  ASSERT_TRUE((*writer)->write(Written{"a"}).has_value());
  ASSERT_TRUE((*writer)->finish().has_value());
  EXPECT_EQ(file_bytes(path()), "a\r\n");
}

TEST_F(CsvWriterTest, RefusesTextThatIsNotUtf8) {
  using namespace std::string_view_literals;
  auto writer = CsvWriter::create(path());
  EXPECT_EQ((*writer)->write(Written{"\xB2\xE2"}).error().failure, Failure::invalid);
  EXPECT_EQ((*writer)->write(Written{"a\0"sv}).error().failure, Failure::invalid);
}

TEST_F(CsvWriterTest, LeavesTheOldFileUntilItIsFinished) {
  put_file(path(), "old");
  {
    auto writer = CsvWriter::create(path());
    const std::string long_cell(200'000, 'x');
    ASSERT_TRUE((*writer)->write(Written{long_cell}).has_value());
    EXPECT_EQ(file_bytes(path()), "old");
  }
  EXPECT_EQ(file_bytes(path()), "old");
  EXPECT_EQ(directory_.file_count(), 1u);
  auto writer = CsvWriter::create(path());
  ASSERT_TRUE((*writer)->write(Written{"new"}).has_value());
  ASSERT_TRUE((*writer)->finish().has_value());
  EXPECT_EQ(file_bytes(path()), "\xEF\xBB\xBFnew\r\n");
  EXPECT_EQ(directory_.file_count(), 1u);
}

TEST_F(CsvWriterTest, WritesThroughASymbolicLink) {
  std::filesystem::create_directory(directory_.file("elsewhere"));
  put_file(directory_.file("elsewhere/real.csv"), "old");
  std::filesystem::create_symlink("elsewhere/real.csv", path());
  auto writer = CsvWriter::create(path(), {.byte_order_mark = false});
  ASSERT_TRUE((*writer)->write(Written{"new"}).has_value());
  ASSERT_TRUE((*writer)->finish().has_value());
  EXPECT_TRUE(std::filesystem::is_symlink(path()));
  EXPECT_EQ(file_bytes(directory_.file("elsewhere/real.csv")), "new\r\n");
}

TEST_F(CsvWriterTest, RefusesPathsThatAreNotUsable) {
  for (const std::filesystem::path& wrong :
       {directory_.file("no/such/directory.csv"), directory_.file(""),
        std::filesystem::path("/dev/null"), directory_.file(std::string(300, 'x'))}) {
    auto writer = CsvWriter::create(wrong);
    const bool refused = writer.has_error()
                             ? writer.error().failure == Failure::invalid
                             : (*writer)->finish().error().failure == Failure::invalid;
    EXPECT_TRUE(refused) << wrong;
  }
  EXPECT_EQ(directory_.file_count(), 0u);
}

TEST_F(CsvWriterTest, FailsWithoutAFileWhenTheDiskTakesNoMore) {
  // Stands for a full disk: writes beyond the limit fail.
  const auto previous_handler = signal(SIGXFSZ, SIG_IGN);
  rlimit previous{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &previous), 0);
  const rlimit small{100'000, previous.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  {
    auto writer = CsvWriter::create(path());
    const std::string cell(70'000, 'x');
    Result<void> written;
    for (int i = 0; i < 3 && written.has_value(); ++i) written = (*writer)->write(Written{cell});
    EXPECT_TRUE(written.has_error() && written.error().failure == Failure::unavailable);
  }
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &previous), 0);
  signal(SIGXFSZ, previous_handler);
  EXPECT_EQ(directory_.file_count(), 0u);
}

}  // namespace
}  // namespace kinledger::ledger::intake
