// The registration form of annex 2 as it is handed in: in one cell or in many, complete or not.
#include <gtest/gtest.h>

#include "ledger/content.h"
#include "ledger/intake/form_block.h"
#include "tests/ledger/intake/form_tables.h"

namespace kinledger::ledger::intake {
namespace {

using Told = std::vector<std::string>;

const Cells form_title{"杭州市机关事业单位职工子女登记表（少儿医保）"};
const Cells block{
    "申请单位（盖章）：示例单位（已盖章）     单位编号：330199001     联系电话：-    "
    "2021年 3月 5日"};
const Cells form_header{"序号",     "子女姓名", "身份证号",
                        "父母姓名", "身份证号", "是否参保\n（少儿医保）"};
const Cells how_to_fill_in{"          填表须知：\n对于单位新增的机关事业职工子女……"};
const Cells maker{"         某某医疗保障事务受理中心制"};

Table form_with(const Table& rows) {
  Table table{form_title, block, form_header};
  table.insert(table.end(), rows.begin(), rows.end());
  return table;
}

std::vector<std::uint16_t> missing_parts(const SubmittedEvent& event) {
  const auto* value = event.draft.find(Field::missing_parts);
  return value != nullptr ? std::get<std::vector<std::uint16_t>>(*value)
                          : std::vector<std::uint16_t>();
}

std::uint16_t part(FormPart missing) { return static_cast<std::uint16_t>(missing); }

TEST(RegistrationForm, YieldsABindingForEachRow) {
  const auto imported = import(form_with({{"1", "示例子女", child, "示例父母", parent, "是"},
                                          {"2", "示例次子", sibling, "示例父母", parent, "√"},
                                          {"3"},
                                          {"4"},
                                          how_to_fill_in,
                                          maker}));
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(imported.form, "registration-form");
  ASSERT_EQ(imported.submissions.size(), 1u);
  const Submission& submission = imported.submissions[0];
  EXPECT_TRUE(submission.registers_persons);
  EXPECT_EQ(submission.source->format, "registration-form");
  EXPECT_EQ(submission.source->rows, 2u);
  ASSERT_EQ(submission.events.size(), 2u);
  const SubmittedEvent& event = submission.events[0];
  EXPECT_EQ(event.draft.type, EventType::binding_registered);
  EXPECT_EQ(event.draft.envelope.source_row, 4u + 1) << "the header takes two lines of the file";
  EXPECT_EQ(event.draft.envelope.valid_on, make_date(2021, 3, 5));
  EXPECT_EQ(id_of(event, Field::person), child);
  EXPECT_EQ(id_of(event, Field::parent), parent);
  EXPECT_EQ(person_of(event, Field::person)->name, "示例子女");
  EXPECT_EQ(person_of(event, Field::person)->birth_date, make_date(2015, 3, 7));
  EXPECT_EQ(std::get<std::string>(event.units.at(0).second), "330199001");
  EXPECT_EQ(number_of(event, Field::sealed), static_cast<int>(YesNo::yes));
  EXPECT_EQ(number_of(event, Field::origin), static_cast<int>(BindingOrigin::form));
  EXPECT_EQ(number_of(event, Field::enrolled_in_scheme), static_cast<int>(YesNo::yes));
  EXPECT_EQ(missing_parts(event), std::vector<std::uint16_t>{});
}

TEST(RegistrationForm, IsReadFromAWorkbookWithItsBlockInSeveralCells) {
  const TestDirectory directory;
  const auto path = directory.file("登记表.xlsx");
  put_workbook(path, {text_row(1, form_title),
                      text_row(3, {"申请单位（盖章）：", "示例单位", "单位编号：", "330199001",
                                   "联系电话：", "", "日期："}),
                      {4, {{CellKind::text, "盖章：是"}, {CellKind::date, "2021-03-05"}}},
                      text_row(6, form_header),
                      text_row(8, {"1", "示例子女", child, "示例父母", parent, "否"}),
                      text_row(30, how_to_fill_in)});
  const auto imported = import(path);
  ASSERT_EQ(imported.told(), Told{});
  const SubmittedEvent& event = imported.event(0);
  EXPECT_EQ(event.draft.envelope.source_row, 8u);
  EXPECT_EQ(event.draft.envelope.valid_on, make_date(2021, 3, 5));
  EXPECT_EQ(std::get<std::string>(event.units.at(0).second), "330199001");
  EXPECT_EQ(number_of(event, Field::sealed), static_cast<int>(YesNo::yes));
  EXPECT_EQ(number_of(event, Field::enrolled_in_scheme), static_cast<int>(YesNo::no));
}

TEST(RegistrationForm, RecordsWhichPartsAreMissing) {
  auto table = form_with({{"1", "", child, "示例父母", parent, ""}});
  table[1] = {"申请单位（盖章）：示例单位   单位编号：330199001   2021年3月5日"};
  const auto imported = import(table);
  ASSERT_EQ(imported.told(), Told{});
  const SubmittedEvent& event = imported.event(0);
  EXPECT_EQ(number_of(event, Field::sealed), static_cast<int>(YesNo::no));
  EXPECT_EQ(event.draft.find(Field::enrolled_in_scheme), nullptr);
  EXPECT_EQ(missing_parts(event),
            (std::vector<std::uint16_t>{part(FormPart::unit_seal), part(FormPart::child_name),
                                        part(FormPart::enrolled_flag)}));
}

TEST(RegistrationForm, NeedsAUnitAndADateFromSomewhere) {
  auto table = form_with({{"1", "示例子女", child, "示例父母", parent, "是"}});
  table[1] = {
      "   申请单位（盖章）：                  单位编号：               联系电话 :           "
      "      年   月   日"};
  EXPECT_EQ(import(table).told(),
            (Told{"3 单位编号 FORM_UNIT_MISSING", "3 日期 FORM_DATE_MISSING"}));
  auto options = import_options();
  options.form.unit_number = "330199001";
  options.form.form_date = make_date(2021, 3, 5);
  const auto imported = import(table, options);
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(missing_parts(imported.event(0)),
            (std::vector<std::uint16_t>{part(FormPart::unit_seal), part(FormPart::unit_number),
                                        part(FormPart::form_date)}));
}

TEST(RegistrationForm, RefusesPeopleWithoutANumber) {
  EXPECT_EQ(import(form_with({{"1", "示例子女", "", "示例父母", parent, "是"},
                              {"2", "示例次子", sibling, "示例父母", "", "是"}}))
                .told(),
            (Told{"5 身份证号 (C) ID_MISSING", "6 身份证号 (E) ID_MISSING"}));
}

TEST(RegistrationForm, RefusesAChildTwice) {
  const auto imported = import(form_with({{"1", "示例子女", child, "示例父母", parent, "是"},
                                          {"2", "示例次子", sibling, "示例父母", parent, "是"},
                                          {"3", "示例子女", child, "示例父母", parent, "否"}}));
  EXPECT_EQ(imported.told(), Told{"7 身份证号 (C) FORM_CHILD_TWICE"});
  EXPECT_NE(imported.refusals.shown[0].reason.en.find("row 5"), std::string::npos);
}

TEST(RegistrationForm, RefusesAChildOlderThanItsParent) {
  EXPECT_EQ(import(form_with({{"1", "示例父母", parent, "示例子女", child, "是"}})).told(),
            Told{"5 身份证号 (E) CHILD_OLDER_THAN_PARENT"});
}

TEST(RegistrationForm, ReadsColumnsInAnyOrder) {
  Table table{block,
              {"父母姓名", "身份证号", "是否参保", "子女姓名", "身份证号"},
              {"示例父母", parent, "是", "示例子女", child}};
  auto imported = import(table);
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(id_of(imported.event(0), Field::person), child);
  EXPECT_EQ(id_of(imported.event(0), Field::parent), parent);
  table[1] = {"parent name", "Parent ID number", "enrolled in scheme", "子女姓名", "子女身份证号"};
  imported = import(table);
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(id_of(imported.event(0), Field::parent), parent);
}

TEST(RegistrationForm, TakesTheLabelOfTheSealForNoStatement) {
  const auto sealed_by = [](const std::string& line) {
    std::vector<Refusal> refusals;
    return read_block(std::vector<Row>{text_row(1, {line})}, refusals).sealed;
  };
  EXPECT_TRUE(sealed_by("申请单位（盖章）：示例单位（已盖章）"));
  EXPECT_TRUE(sealed_by("盖章：是"));
  EXPECT_TRUE(sealed_by("Sealed: Yes"));
  EXPECT_FALSE(sealed_by("申请单位（盖章）：是非单位"));
  EXPECT_FALSE(sealed_by("盖章：否"));
  EXPECT_FALSE(sealed_by("Sealed: no"));
  EXPECT_FALSE(sealed_by(""));
}

FormBlock block_of(const std::vector<Row>& rows, std::vector<Refusal>* out = nullptr) {
  std::vector<Refusal> refusals;
  FormBlock read = read_block(rows, refusals);
  if (out != nullptr) *out = refusals;
  return read;
}

TEST(FormBlock, FindsTheDateHoweverItIsWritten) {
  for (const char* line : {"2021年3月5日", "日期： 2021年 3 月 5 日", "日期：2021-03-05",
                           "Date: 2021/3/5", "填表日期:2021.3.5", "２０２１年３月５日"}) {
    EXPECT_EQ(block_of({text_row(1, {line})}).date, make_date(2021, 3, 5)) << line;
  }
  EXPECT_EQ(block_of({text_row(1, {"2021年", "3月", "5日"})}).date, make_date(2021, 3, 5));
  for (const char* line :
       {"2021年度登记表", "    年   月   日", "2021年3月", "联系电话：20210305"}) {
    EXPECT_EQ(block_of({text_row(1, {line})}).date, std::nullopt) << line;
  }
}

TEST(FormBlock, RefusesADateThatIsNone) {
  std::vector<Refusal> refusals;
  block_of({text_row(7, {"2021年2月31日"})}, &refusals);
  EXPECT_EQ(told(refusals), Told{"7 日期 DATE_NOT_ON_CALENDAR"});
}

TEST(FormBlock, TakesNothingElseForTheUnitNumber) {
  EXPECT_EQ(block_of({text_row(1, {"单位编号：A-1001联系电话："})}).unit_number, "A-1001");
  EXPECT_EQ(block_of({text_row(1, {"单位编号", "", "A-1001"})}).unit_number, "A-1001");
  EXPECT_EQ(block_of({text_row(1, {"Unit Number : 1001  Date: 2021-03-05"})}).unit_number, "1001");
  EXPECT_EQ(block_of({{1, {{CellKind::text, "单位编号："}, {CellKind::number, "330199001"}}}})
                .unit_number,
            "330199001");
  for (const char* line :
       {"单位编号：     2021年3月5日", "单位编号：  2021 年 3 月 5 日", "单位编号：   2021-03-05",
        "Unit number:   Date: 2021-03-05", "单位编号：   联系电话：12345"}) {
    EXPECT_EQ(block_of({text_row(1, {line})}).unit_number, std::nullopt) << line;
  }
}

TEST(FormBlock, RefusesAnIdNumberAsTheUnitNumber) {
  std::vector<Refusal> refusals;
  block_of({text_row(2, {"单位编号：" + parent})}, &refusals);
  EXPECT_EQ(told(refusals), Told{"2 单位编号 TEXT_LOOKS_LIKE_ID"});
  EXPECT_FALSE(repeat(refusals, parent));
}

TEST(RegistrationForm, NeverKeepsATelephone) {
  auto table = form_with({{"1", "示例子女", child, "示例父母", parent, "是"}});
  table[1] = {
      "申请单位（盖章）：示例单位  单位编号：330199001  联系电话：000-11112222  2021年3月5日"};
  const auto imported = import(table);
  ASSERT_EQ(imported.told(), Told{});
  std::string bytes;
  append_content(imported.event(0), bytes);
  EXPECT_EQ(bytes.find("11112222"), std::string::npos);
}

}  // namespace
}  // namespace kinledger::ledger::intake
