// Every template, filled in with its own example, imports without a fault.
#include "ledger/intake/template.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/ledger/intake/form_tables.h"

namespace kinledger::ledger::intake {
namespace {

using Told = std::vector<std::string>;

/// Stands for the packs: every list has a label.
std::vector<std::string> labels(std::string_view code_list) {
  return {"标签 " + std::string(code_list), "另一个"};
}

/// The data sheet of a template with one more row in it, as CSV.
void fill_in(const std::filesystem::path& path, const Cells& cells,
             const std::filesystem::path& filled) {
  Table table;
  for (const Row& row : read_table(path).rows) table.push_back(texts(row));
  table.push_back(cells);
  put_csv(filled, table);
}

TEST(Template, ImportsWhatIsFilledInOfEveryForm) {
  const TestDirectory directory;
  for (const Form& form : forms()) {
    const auto path = directory.file(form.name + ".xlsx");
    ASSERT_TRUE(write_template(form, path, labels).has_value()) << form.name;
    const auto filled = directory.file("filled.csv");
    fill_in(path, example_of(form, labels), filled);
    auto options = import_options();
    options.form.unit_number = "330199001";
    options.form.form_date = make_date(2021, 3, 5);
    const auto imported = import(filled, options);
    EXPECT_EQ(imported.told(), Told{}) << form.name;
    EXPECT_EQ(imported.form, form.name);
    std::filesystem::remove(path);
  }
}

TEST(Template, HasAnExampleSheetThatImportsToo) {
  const TestDirectory directory;
  for (const char* name : {"registration-form", "premiums", "EventVoided"}) {
    const auto path = directory.file(std::string(name) + ".xlsx");
    ASSERT_TRUE(write_template(*find_form(name), path, labels).has_value());
    auto options = import_options();
    options.form.sheet = "示例 example";
    const auto imported = import(path, options);
    EXPECT_EQ(imported.told(), Told{}) << name;
    EXPECT_EQ(imported.form, name);
  }
}

TEST(Template, IsEmptyUntilItIsFilledIn) {
  const TestDirectory directory;
  const auto path = directory.file("a.xlsx");
  ASSERT_TRUE(write_template(*find_form("premiums"), path, labels).has_value());
  EXPECT_EQ(import(path).told(), Told{"2  TABLE_EMPTY"});
}

TEST(Template, AsksForABlockOnTheRegistrationForm) {
  const TestDirectory directory;
  const auto path = directory.file("a.xlsx");
  const Form& form = *find_form("registration-form");
  ASSERT_TRUE(write_template(form, path).has_value());
  fill_in(path, example_of(form), directory.file("b.csv"));
  EXPECT_EQ(import(directory.file("b.csv")).told(),
            (Told{"3 单位编号 FORM_UNIT_MISSING", "3 日期 FORM_DATE_MISSING"}));
  EXPECT_EQ(part_of(path, "xl/worksheets/sheet1.xml").find("电话"), std::string::npos);
}

TEST(Template, KeepsIdNumbersAsTextAndOffersTheChoices) {
  const TestDirectory directory;
  const auto path = directory.file("a.xlsx");
  ASSERT_TRUE(write_template(*find_form("premiums"), path, labels).has_value());
  const auto sheet = part_of(path, "xl/worksheets/sheet1.xml");
  EXPECT_NE(sheet.find("dataValidation "), std::string::npos);
  ReadTable choices = read_table(path, {std::string(choices_sheet_name)});
  ASSERT_FALSE(choices.rows.empty());
  const auto first = texts(choices.rows[0]);
  EXPECT_NE(std::ranges::find(first, "监护人"), first.end());
  EXPECT_NE(std::ranges::find(first, "标签 channel"), first.end());
}

TEST(Template, ExplainsEveryColumn) {
  const TestDirectory directory;
  const auto path = directory.file("a.xlsx");
  const Form& form = *find_form("premiums");
  ASSERT_TRUE(write_template(form, path, labels).has_value());
  const auto lines = read_table(path, {"说明 explanation"}).rows;
  EXPECT_GT(lines.size(), form.columns.size());
  for (std::size_t i = 0; i < form.columns.size(); ++i) {
    EXPECT_EQ(lines[i + 1].at(0).text, form.columns[i].zh + " / " + form.columns[i].en);
    EXPECT_FALSE(lines[i + 1].at(2).text.empty());
    EXPECT_FALSE(lines[i + 1].at(3).text.empty());
  }
}

TEST(Template, IsTheSameEveryTime) {
  const TestDirectory directory;
  const Form& form = *find_form("registration-form");
  ASSERT_TRUE(write_template(form, directory.file("a.xlsx")).has_value());
  ASSERT_TRUE(write_template(form, directory.file("b.xlsx")).has_value());
  EXPECT_EQ(file_bytes(directory.file("a.xlsx")), file_bytes(directory.file("b.xlsx")));
}

TEST(Template, FailsWhereNothingCanBeWritten) {
  const auto written = write_template(*find_form("premiums"), "/nowhere/a.xlsx");
  ASSERT_TRUE(written.has_error());
  EXPECT_EQ(written.error().failure, Failure::invalid);
}

}  // namespace
}  // namespace kinledger::ledger::intake
