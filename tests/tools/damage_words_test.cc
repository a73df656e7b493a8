// What an operator reads on the day that a file of the ledger is damaged or gone: in either
// language which file it is, and what is to be done.
#include <gtest/gtest.h>

#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

namespace fs = std::filesystem;

class DamageWords : public testing::Test {
 protected:
  /// The only table of a database, or one of them.
  fs::path table_of(const std::string& database) {
    for (const auto& entry : fs::directory_iterator(office_.shell.path("city/" + database)))
      if (entry.path().extension() == ".sst") return entry.path();
    ADD_FAILURE() << "no table in " << database;
    return {};
  }

  /// `verify` ends with 4, names the file, and says what to do.
  void expect_told(const fs::path& file, std::string_view zh, std::string_view en) {
    for (const auto& [language, advice] : {std::pair("zh", zh), std::pair("en", en)}) {
      const auto ran = office_.shell.run({"verify", "city", "--lang", language});
      EXPECT_EQ(ran.exit, 4) << ran.told();
      EXPECT_NE(ran.err.find(file.filename().string()), std::string::npos) << ran.err;
      EXPECT_NE(ran.err.find(advice), std::string::npos) << ran.err;
    }
  }

  Office office_;
};

TEST_F(DamageWords, OfATableThatIsGone) {
  for (const std::string database : {"journal", "vault"}) {
    const auto table = table_of(database), aside = office_.shell.path("aside");
    fs::rename(table, aside);
    expect_told(table, "请恢复备份", "restore a backup");
    fs::rename(aside, table);
  }
}

TEST_F(DamageWords, OfATableWithABadEnd) {
  for (const std::string database : {"journal", "vault"}) {
    const auto table = table_of(database), aside = office_.shell.path("aside");
    fs::copy_file(table, aside);
    fs::resize_file(table, fs::file_size(table) - 1);
    expect_told(table, "kinledger salvage", "kinledger salvage");
    fs::rename(aside, table);
  }
}

TEST_F(DamageWords, OfAListOfFilesThatIsGone) {
  for (const std::string database : {"journal", "vault"}) {
    const auto list = office_.shell.path("city/" + database + "/CURRENT");
    const auto aside = office_.shell.path("aside");
    fs::rename(list, aside);
    expect_told(list, "请恢复备份", "restore");
    fs::rename(aside, list);
  }
}

TEST_F(DamageWords, OfEventsThatAreLost) {
  const auto older = office_.shell.path("older");
  fs::copy(office_.shell.path("city/journal"), older, fs::copy_options::recursive);
  office_.shell.write("units.csv",
                      "起始日期,单位编号,单位名称,单位类型,财政级次,财政全额保障,区域\n"
                      "2020-01-01,330199002,示例区属机关,行政机关,市级,是,330106\n");
  ASSERT_EQ(office_.shell.run({"import", "city", "units.csv"}).exit, 0);
  fs::remove_all(office_.shell.path("city/journal"));
  fs::rename(older, office_.shell.path("city/journal"));
  for (const auto& [language, words] :
       {std::pair("zh", "记录已丢失，请恢复备份"), std::pair("en", "restore a backup")}) {
    const auto ran = office_.shell.run({"import", "city", "units.csv", "--lang", language});
    EXPECT_EQ(ran.exit, 4) << ran.told();
    EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace kinledger::tools
