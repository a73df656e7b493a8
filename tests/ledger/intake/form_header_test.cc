// Tables whose header must be found and told apart, from files as they lie about in offices.
#include "ledger/intake/form_header.h"

#include <gtest/gtest.h>

#include "tests/ledger/intake/form_tables.h"

namespace kinledger::ledger::intake {
namespace {

using Told = std::vector<std::string>;

const Cells premium_header{"姓名", "身份证号", "医保年度", "缴费金额", "缴费日期"};
const Cells premium_row{"示例子女", child, "2021", "250.00", "2021-03-31"};

TEST(FormHeader, IsFoundUnderTitlesAndBlankRows) {
  Table table(28, {"某某街道 2021 年资料"});
  table.push_back(premium_header);
  table.push_back(premium_row);
  const auto imported = import(table);
  EXPECT_EQ(imported.told(), Told{});
  EXPECT_EQ(imported.form, "premiums");
  EXPECT_EQ(imported.event(0).draft.envelope.source_row, 30u);
}

TEST(FormHeader, IsNotLookedForBelowTheThirtiethRow) {
  Table table(30, {"某某街道 2021 年资料"});
  table.push_back(premium_header);
  table.push_back(premium_row);
  EXPECT_EQ(import(table).told(), Told{"0  FORMAT_UNKNOWN"});
}

TEST(FormHeader, IsReadInChineseEnglishAndBoth) {
  for (const Cells& header :
       {Cells{"姓名", "公民身份号码", "参保年度", "实缴金额（元）", "交易日期"},
        Cells{"Name", "ID Number", "Insurance Year", "Amount", "Paid on"},
        Cells{" 参保人姓名 / person name", "参保人身份证号\n/ person ID number",
              "医保年度/insurance year", "金额 / amount", "缴费日期 / paid on"},
        Cells{"name", "idNumber", "insuranceYear", "amount", "paidOn"}}) {
    const auto imported = import({header, premium_row});
    EXPECT_EQ(imported.told(), Told{}) << header[0];
    EXPECT_EQ(imported.form, "premiums") << header[0];
  }
}

TEST(FormHeader, MayHaveItsColumnsInAnyOrder) {
  const auto imported = import({{"缴费日期", "缴费金额", "医保年度", "身份证号", "姓名"},
                                {"2021-03-31", "250.00", "2021", child, "示例子女"}});
  EXPECT_EQ(imported.told(), Told{});
  EXPECT_EQ(id_of(imported.event(0), Field::person), child);
  EXPECT_EQ(imported.key, import({premium_header, premium_row}).key);
}

TEST(FormHeader, TellsEachColumnThatIsMissing) {
  EXPECT_EQ(import({{"姓名", "医保年度", "缴费金额", "缴费日期", "缴费渠道"},
                    {"示例子女", "2021", "250.00", "2021-03-31", "alipay"}})
                .told(),
            Told{"1 参保人身份证号 COLUMN_MISSING"});
  auto options = import_options();
  options.form.format = "premiums";
  EXPECT_EQ(import({{"姓名", "身份证号", "年度"}, {"示例子女", child, "2021"}}, options).told(),
            (Told{"1 缴费日期 COLUMN_MISSING", "1 金额 COLUMN_MISSING"}));
}

TEST(FormHeader, RefusesTwoColumnsOfOneMeaning) {
  auto header = premium_header;
  header.push_back("金额（元）");
  auto row = premium_row;
  row.push_back("250.00");
  EXPECT_EQ(import({header, row}).told(), Told{"1 金额（元） COLUMN_TWICE"});
  header.back() = "缴费金额";
  EXPECT_EQ(import({header, row}).told(), Told{"1 缴费金额 (F) COLUMN_TWICE"});
}

TEST(FormHeader, RefusesUnknownColumnsWithValuesInThem) {
  auto header = premium_header;
  header.push_back("联系电话");
  EXPECT_EQ(import({header, premium_row}).told(), Told{}) << "empty, it does no harm";
  auto row = premium_row;
  row.push_back("000-11112222");
  EXPECT_EQ(import({header, row, row}).told(), Told{"1 联系电话 COLUMN_UNKNOWN"}) << "told once";
}

TEST(FormHeader, RefusesValuesBesideTheTable) {
  auto row = premium_row;
  row.push_back("");
  row.push_back("备注");
  EXPECT_EQ(import({premium_header, row}).told(), Told{"2 G COLUMN_WITHOUT_HEADING"});
}

TEST(FormHeader, PassesOverTheErrorsOfAnAnnotatedCopy) {
  auto header = premium_header;
  header.emplace_back(errors_heading);
  auto row = premium_row;
  row.push_back("身份证号：……");
  EXPECT_EQ(import({header, row}).told(), Told{});
}

TEST(FormHeader, AsksWhichFormItIsWhenSeveralFit) {
  const Table table{{"单位编号", "资金年度", "金额", "日期"},
                    {"330199001", "2021", "4200.00", "2022-01-20"}};
  const auto imported = import(table);
  EXPECT_EQ(imported.told(), Told{"1  FORMAT_AMBIGUOUS"});
  EXPECT_NE(imported.refusals.shown[0].reason.en.find("top-ups, surplus-recoveries"),
            std::string::npos);
  auto options = import_options();
  options.form.format = "surplus-recoveries";
  EXPECT_EQ(import(table, options).form, "surplus-recoveries");
}

TEST(FormHeader, IsToldApartByTheTitle) {
  for (const char* title : {"2021 年结余收回表", "Surpluses (surplus-recoveries)", "结余收回"}) {
    EXPECT_EQ(import({{title},
                      {"单位编号", "资金年度", "金额", "日期"},
                      {"330199001", "2021", "4200.00", "2022-01-20"}})
                  .form,
              "surplus-recoveries");
  }
}

TEST(FormHeader, DoesNotTakeAListForAnotherWithFewerColumns) {
  // Without an amount this is no list of premiums, and nobody said that these are notices.
  EXPECT_EQ(
      import({{"姓名", "身份证号", "医保年度", "日期"}, {"示例子女", child, "2021", "2021-03-31"}})
          .told(),
      Told{"0  FORMAT_UNKNOWN"});
}

TEST(FormHeader, OfAListWithoutANameOfItsOwnIsNamedByTitleOrSheet) {
  const Cells notice_header{"姓名", "身份证号", "医保年度", "日期"};
  const Cells notice{"示例子女", child, "2021", "2021-03-01"};
  EXPECT_EQ(import({{"2021 年缴费通知"}, notice_header, notice}).form, "PaymentNoticeIssued");
  const TestDirectory directory;
  auto writer = WorkbookWriter::create(directory.file("a.xlsx")).value();
  ASSERT_TRUE(writer->add_explanation({"缴费通知", {}, {}}).has_value());
  ASSERT_TRUE(writer->write_row(text_row(1, notice_header)).has_value());
  ASSERT_TRUE(writer->write_row(text_row(2, notice)).has_value());
  ASSERT_TRUE(writer->finish().has_value());
  EXPECT_EQ(import(directory.file("a.xlsx")).form, "PaymentNoticeIssued");
}

TEST(FormHeader, NamesTheClosestFormWhenNoneFits) {
  const auto imported = import({{"缴费金额", "颜色", "形状"}, {"250.00", "红", "圆"}});
  ASSERT_EQ(imported.told(), Told{"0  FORMAT_UNKNOWN"});
  EXPECT_NE(imported.refusals.shown[0].reason.en.find("The closest is premiums, which lacks: "),
            std::string::npos);
}

TEST(FormHeader, RefusesAFormThatThereIsNot) {
  auto options = import_options();
  options.form.format = "premium";
  const auto imported = import({premium_header, premium_row}, options);
  ASSERT_EQ(imported.told(), Told{"0  FORMAT_NAME"});
  EXPECT_NE(imported.refusals.shown[0].reason.en.find("premiums"), std::string::npos);
}

TEST(FormHeader, ShowsNoIdNumberThatStandsWhereAHeadingBelongs) {
  auto header = premium_header;
  header.push_back(parent);
  auto row = premium_row;
  row.push_back("x");
  const auto imported = import({header, row});
  EXPECT_EQ(imported.told(), Told{"1 ? COLUMN_UNKNOWN"});
}

TEST(ColumnLetters, AreThoseOfSpreadsheets) {
  EXPECT_EQ(column_letters(0), "A");
  EXPECT_EQ(column_letters(25), "Z");
  EXPECT_EQ(column_letters(26), "AA");
  EXPECT_EQ(column_letters(255), "IV");
}

}  // namespace
}  // namespace kinledger::ledger::intake
