// Whole tables: what is refused of their rows, what they become, and which of them are the same.
#include "ledger/intake/form_reader.h"

#include <gtest/gtest.h>

#include "tests/ledger/intake/form_tables.h"

namespace kinledger::ledger::intake {
namespace {

using Told = std::vector<std::string>;

const Cells full_header{"姓名",     "身份证号", "医保年度", "缴费金额",
                        "缴费日期", "缴费主体", "缴费渠道", "订单号"};
const Cells full_row{"示例子女", child, "2021", "250.00", "2021-03-31", "监护人", "alipay", "A-1"};

/// One row with one cell replaced.
Told told_with(std::size_t column, const std::string& text) {
  auto row = full_row;
  row[column] = text;
  return import(Table{full_header, row}).told();
}

/// The same in a workbook, with a cell of another kind.
Told told_with_cell(std::size_t column, const Cell& cell) {
  const TestDirectory directory;
  auto row = text_row(2, full_row);
  row.cells[column] = cell;
  put_workbook(directory.file("a.xlsx"), {text_row(1, full_header), row});
  return import(directory.file("a.xlsx")).told();
}

TEST(FormReader, ReadsAListOfPremiums) {
  const auto imported = import(Table{full_header, full_row});
  ASSERT_EQ(imported.told(), Told{});
  const SubmittedEvent& event = imported.event(0);
  EXPECT_EQ(event.draft.type, EventType::premium_paid);
  EXPECT_EQ(event.draft.envelope.valid_on, make_date(2021, 3, 31));
  EXPECT_EQ(id_of(event, Field::person), child);
  EXPECT_EQ(number_of(event, Field::amount), 25'000);
  EXPECT_EQ(number_of(event, Field::insurance_year), 2021);
  EXPECT_EQ(number_of(event, Field::payer_kind), static_cast<int>(PayerKind::guardian));
  EXPECT_EQ(text_of(event, Field::channel), "alipay");
  EXPECT_EQ(text_of(event, Field::order_number), "A-1");
  EXPECT_FALSE(imported.submissions[0].registers_persons);
}

TEST(FormReader, ReadsWhatPeopleType) {
  auto row = full_row;
  row[1] = "　" + child + " ";
  row[2] = "2021年度";
  row[3] = "¥ 1,920.00元";
  row[4] = "2021年3月31日";
  row[5] = " Guardian";
  const auto imported = import(Table{full_header, row});
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(number_of(imported.event(0), Field::amount), 192'000);
  EXPECT_EQ(number_of(imported.event(0), Field::payer_kind), 1);
}

TEST(FormReader, RefusesWhatIsNoAmountOrDate) {
  EXPECT_EQ(told_with(3, "250.001"), Told{"2 缴费金额 MONEY_TOO_MANY_DECIMALS"});
  EXPECT_EQ(told_with(3, "-250"), Told{"2 缴费金额 MONEY_NEGATIVE"});
  EXPECT_EQ(told_with(3, "1000000000000000000"), Told{"2 缴费金额 MONEY_TOO_LARGE"});
  EXPECT_EQ(told_with(3, "２５０"), Told{"2 缴费金额 MONEY_FORMAT"});
  EXPECT_EQ(told_with(3, ""), Told{"2 缴费金额 FIELD_MISSING"});
  EXPECT_EQ(told_with(4, "2021-02-31"), Told{"2 缴费日期 DATE_NOT_ON_CALENDAR"});
  EXPECT_EQ(told_with(4, "31.3.21"), Told{"2 缴费日期 DATE_FORMAT"});
  EXPECT_EQ(told_with(4, ""), Told{"2 缴费日期 FIELD_MISSING"});
  EXPECT_EQ(told_with(2, "21"), Told{"2 医保年度 YEAR_FORMAT"});
  EXPECT_EQ(told_with(2, "1821"), Told{"2 医保年度 YEAR_RANGE"});
  EXPECT_EQ(told_with(5, "妈妈"), Told{"2 缴费主体 ENUMERATION_UNKNOWN"});
}

TEST(FormReader, RefusesTextThatDeceives) {
  EXPECT_EQ(told_with(0, "示\xE2\x80\x8B例"), Told{"2 姓名 TEXT_ZERO_WIDTH"});
  EXPECT_EQ(told_with(0, "\xE2\x80\xAE示例"), Told{"2 姓名 TEXT_BIDI"});
  EXPECT_EQ(told_with(0, "示\n例"), Told{"2 姓名 TEXT_CONTROL"});
  EXPECT_EQ(told_with(0, std::string("示\0例", 7)), Told{"2  CSV_NUL"});
  EXPECT_EQ(told_with(0, "示\xFF例"), Told{"2  TEXT_ENCODING"});
  EXPECT_EQ(told_with(0, std::string(201, 'x')), Told{"2 姓名 TEXT_TOO_LONG"});
  EXPECT_EQ(told_with(7, parent), Told{"2 订单号 TEXT_LOOKS_LIKE_ID"});
}

TEST(FormReader, RefusesNumbersThatIdentifyNobody) {
  std::string wrong = child;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(told_with(1, wrong), Told{"2 身份证号 ID_CHECK_DIGIT"});
  EXPECT_EQ(told_with(1, ""), Told{"2 身份证号 ID_MISSING"});
  EXPECT_EQ(told_with(1, "3.30199E+17"), Told{"2 身份证号 ID_TURNED_INTO_NUMBER"});
  EXPECT_EQ(told_with(1, "330199150307001"), Told{"2 身份证号 ID_FIFTEEN_DIGITS"});
  EXPECT_EQ(told_with(1, "３" + child.substr(1)), Told{"2 身份证号 ID_FULL_WIDTH"});
  EXPECT_EQ(told_with(1, made_up_number("20210406", 1)), Told{"2 身份证号 ID_BIRTH_DATE"});
}

TEST(FormReader, RefusesIdNumbersInCellsThatAreNotText) {
  EXPECT_EQ(told_with_cell(1, {CellKind::number, "330199201503070000"}),
            Told{"2 身份证号 ID_TURNED_INTO_NUMBER"});
  EXPECT_EQ(told_with_cell(1, {CellKind::number, "12345678"}),
            Told{"2 身份证号 ID_TURNED_INTO_NUMBER"});
  EXPECT_EQ(told_with_cell(1, {CellKind::date, "2015-03-07"}),
            Told{"2 身份证号 ID_TURNED_INTO_NUMBER"});
}

TEST(FormReader, ReadsNumericAndDateCellsWhereTheyBelong) {
  EXPECT_EQ(told_with_cell(3, {CellKind::number, "250"}), Told{});
  EXPECT_EQ(told_with_cell(3, {CellKind::number, "1E+21"}), Told{"2 缴费金额 MONEY_FORMAT"});
  EXPECT_EQ(told_with_cell(2, {CellKind::number, "2021"}), Told{});
  EXPECT_EQ(told_with_cell(4, {CellKind::date, "2021-03-31"}), Told{});
  EXPECT_EQ(told_with_cell(7, {CellKind::number, "118"}), Told{});
  EXPECT_EQ(told_with_cell(7, {CellKind::number, "20210331000000000"}),
            Told{"2 订单号 NUMBER_LOST_DIGITS"});
  EXPECT_EQ(told_with_cell(7, {CellKind::date, "2021-03-31"}),
            Told{"2 订单号 TEXT_TURNED_INTO_DATE"});
}

TEST(FormReader, RefusesCellsThatAreMergedOverSeveralRows) {
  const auto cell = [](const std::string& text) {
    return "<c t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
  };
  const auto row = [&](const std::string& unit) {
    return "<row>" + cell(unit) + cell("2021") + cell("19200.00") + cell("2022-01-20") + "</row>";
  };
  HandmadeWorkbook workbook;
  workbook.rows = "<row>" + cell("原渠道资金收回名单") + "</row><row>" + cell("单位编号") +
                  cell("资金年度") + cell("收回金额") + cell("收回日期") + "</row>" +
                  row("330199001") + row("330199002");
  const auto told = [&](const std::string& merged) {
    const TestDirectory directory;
    workbook.sheet = "<worksheet><sheetData>{}</sheetData><mergeCells>";
    for (const auto& range : {std::string("A1:D1"), merged})
      workbook.sheet += "<mergeCell ref=\"" + range + "\"/>";
    workbook.sheet += "</mergeCells></worksheet>";
    workbook.put(directory.file("a.xlsx"));
    return import(directory.file("a.xlsx")).told();
  };
  EXPECT_EQ(told("E3:E4"), Told{"3  XLSX_MERGED"});
  EXPECT_EQ(told("B4:C9"), Told{"4  XLSX_MERGED"});
  EXPECT_EQ(told("E3:F3"), Told{});
  EXPECT_EQ(told("A1:D2"), Told{});
  for (const auto* damaged : {"E3", "E4:E3", "E3:", "3:4"})
    EXPECT_EQ(told(damaged), Told{"4  XLSX_DAMAGED"}) << damaged;
}

TEST(FormReader, RefusesTheErrorsOfFormulas) {
  const TestDirectory directory;
  HandmadeWorkbook workbook;
  workbook.rows =
      "<row r=\"1\"><c t=\"inlineStr\"><is><t>单位编号</t></is></c><c "
      "t=\"inlineStr\"><is><t>资金年度"
      "</t></is></c><c t=\"inlineStr\"><is><t>收回金额</t></is></c><c "
      "t=\"inlineStr\"><is><t>收回日期"
      "</t></is></c></row><row r=\"2\"><c t=\"e\"><v>#N/A</v></c><c><v>2021</v></c>"
      "<c><f>A1</f></c><c t=\"inlineStr\"><is><t>2022-01-20</t></is></c></row>";
  workbook.put(directory.file("a.xlsx"));
  EXPECT_EQ(import(directory.file("a.xlsx")).told(),
            (Told{"2 单位编号 CELL_ERROR", "2 收回金额 CELL_ERROR"}));
}

TEST(FormReader, KeepsRareCharactersByteForByte) {
  for (const std::string name : {"𠮷", "𬀩", "\U0002F800", "王\U000E0100", "阿依古丽·买买提"}) {
    auto row = full_row;
    row[0] = name;
    const auto imported = import(Table{full_header, row});
    ASSERT_EQ(imported.told(), Told{});
    EXPECT_EQ(person_of(imported.event(0), Field::person)->name, name);
  }
}

TEST(FormReader, TellsEverythingThatIsWrongAtOnce) {
  const auto imported = import(Table{full_header,
                                     {"", "", "", "", "", "谁", "", ""},
                                     full_row,
                                     {"示例", child, "x", "y", "z", "", "", ""}});
  EXPECT_EQ(imported.told(), (Told{"2 身份证号 ID_MISSING", "2 缴费主体 ENUMERATION_UNKNOWN",
                                   "2 缴费日期 FIELD_MISSING", "2 医保年度 FIELD_MISSING",
                                   "2 缴费金额 FIELD_MISSING", "4 缴费日期 DATE_FORMAT",
                                   "4 医保年度 YEAR_FORMAT", "4 缴费金额 MONEY_FORMAT"}));
  EXPECT_TRUE(imported.submissions.empty());
  EXPECT_FALSE(repeat(imported.refusals.shown, child));
}

TEST(FormReader, RefusesARowThatSaysTheSameAsAnother) {
  auto other = full_row;
  other[4] = "2021/3/31";
  other[3] = "250";
  auto different = full_row;
  different[7] = "A-2";
  const auto imported = import(Table{full_header, full_row, different, other});
  EXPECT_EQ(imported.told(), Told{"4  ROW_TWICE"});
  EXPECT_NE(imported.refusals.shown[0].reason.en.find("row 2"), std::string::npos);
}

TEST(FormReader, HasOneKeyForOneContent) {
  const TestDirectory directory;
  put_csv(directory.file("a.csv"), {full_header, full_row});
  put_workbook(directory.file("a.xlsx"),
               {text_row(1, {"保费缴纳名单"}), text_row(4, full_header), text_row(7, full_row)});
  auto loosely = full_row;
  loosely[4] = "2021.3.31";
  loosely[3] = "￥250";
  put_csv(directory.file("b.csv"), {full_header, loosely});
  auto other = full_row;
  other[3] = "250.01";
  put_csv(directory.file("c.csv"), {full_header, other});
  const std::string key = import(directory.file("a.csv")).key;
  EXPECT_EQ(key.substr(0, 16), "import:premiums:");
  EXPECT_EQ(key.size(), 16u + 32u);
  EXPECT_EQ(import(directory.file("a.xlsx")).key, key);
  EXPECT_EQ(import(directory.file("b.csv")).key, key);
  EXPECT_NE(import(directory.file("c.csv")).key, key);
}

TEST(FormReader, SaysWhatFileItCameFrom) {
  const TestDirectory directory;
  put_csv(directory.file("保费.csv"), {full_header, full_row});
  const auto imported = import(directory.file("保费.csv"));
  const Source& source = *imported.submissions.at(0).source;
  EXPECT_EQ(source.name, "保费.csv");
  EXPECT_EQ(source.format, "premiums");
  EXPECT_EQ(source.rows, 1u);
  const auto bytes = file_bytes(directory.file("保费.csv"));
  EXPECT_EQ(source.digest, sealed(sha256(as_bytes(bytes)).bytes));
}

TEST(FormReader, LeavesRefusedRowsOutWhenToldTo) {
  auto options = import_options();
  options.skip_invalid = true;
  Told rejected;
  options.on_refused_row = [&](const Row& row, std::span<const Refusal> refusals) {
    rejected.push_back(std::to_string(row.number) + ": " + std::to_string(refusals.size()));
  };
  auto second = full_row;
  second[7] = "A-2";
  const Table table{full_header, full_row, {"示例", "", "x", "250", "2021-03-31"}, second, second};
  const auto imported = import(table, options);
  ASSERT_EQ(imported.submissions.size(), 1u);
  EXPECT_EQ(imported.submissions[0].events.size(), 2u);
  EXPECT_EQ(imported.told(),
            (Told{"3 身份证号 ID_MISSING", "3 医保年度 YEAR_FORMAT", "5  ROW_TWICE"}));
  EXPECT_EQ(rejected, (Told{"3: 2", "5: 1"}));
  EXPECT_EQ(imported.key, import(Table{full_header, full_row, second}).key);
}

TEST(FormReader, LeavesOutWhatTheLedgerRefused) {
  auto options = import_options();
  options.skip_invalid = true;
  options.refused_by_ledger = {{3, "person", {"PERSON_UNKNOWN", "没有此人", "nobody"}}};
  auto second = full_row;
  second[7] = "A-2";
  const auto imported = import(Table{full_header, full_row, second}, options);
  EXPECT_EQ(imported.told(), Told{"3 身份证号 PERSON_UNKNOWN"});
  ASSERT_EQ(imported.submissions.size(), 1u);
  EXPECT_EQ(imported.key, import(Table{full_header, full_row}).key);
}

TEST(FormReader, DoesNotSkipWhatIsWrongWithTheWholeTable) {
  auto options = import_options();
  options.skip_invalid = true;
  auto wide = full_header;
  wide.push_back("备注");
  auto row = full_row;
  row.push_back("x");
  const auto imported = import(Table{wide, row, full_row}, options);
  EXPECT_EQ(imported.told(), Told{"1 备注 COLUMN_UNKNOWN"});
  EXPECT_TRUE(imported.submissions.empty());
}

TEST(FormReader, RefusesTablesWithoutRows) {
  EXPECT_EQ(import(Table{full_header}).told(), Told{"1  TABLE_EMPTY"});
  EXPECT_EQ(import(Table{full_header, {"填表须知：不得留空"}}).told(), Told{"1  TABLE_EMPTY"});
  const TestDirectory directory;
  put_file(directory.file("empty.csv"), "");
  EXPECT_EQ(import(directory.file("empty.csv")).told(), Told{"0  FILE_EMPTY"});
  EXPECT_EQ(import(directory.file("nowhere.csv")).told(), Told{"0  FILE_UNREADABLE"});
}

TEST(FormReader, ReadsRowsBehindTheNotesRatherThanLoseThem) {
  auto second = full_row;
  second[7] = "A-2";
  const auto imported =
      import(Table{full_header, full_row, {"填表须知：一行一笔"}, {"某某中心制"}, second});
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(imported.submissions[0].events.size(), 2u);
}

TEST(FormReader, TellsTheSheetsWhenTheWantedOneIsMissing) {
  const TestDirectory directory;
  put_workbook(directory.file("a.xlsx"), {text_row(1, full_header), text_row(2, full_row)});
  auto options = import_options();
  options.form.sheet = "三月";
  EXPECT_EQ(import(directory.file("a.xlsx"), options).told(), Told{"0  SHEET_MISSING"});
  options.form.sheet = "名单";
  EXPECT_EQ(import(directory.file("a.xlsx"), options).told(), Told{});
}

TEST(FormReader, KnowsCodesByTheirLabels) {
  auto options = import_options();
  options.form.code_of = [](std::string_view list,
                            std::string_view label) -> std::optional<std::string> {
    if (list == "channel" && label == "支付宝") return "alipay";
    return std::nullopt;
  };
  auto row = full_row;
  row[6] = "支付宝";
  EXPECT_EQ(text_of(import(Table{full_header, row}, options).event(0), Field::channel), "alipay");
  row[6] = "别的";
  EXPECT_EQ(text_of(import(Table{full_header, row}, options).event(0), Field::channel), "别的")
      << "the ledger refuses it, and tells the codes";
}

TEST(FormReader, ReadsCorrectionsOfManyEvents) {
  auto wide = full_header;
  for (const char* heading : {"更正事件序号", "更正原因", "更正依据机关", "更正依据文号"}) {
    wide.emplace_back(heading);
  }
  const auto with = [](const Cells& correction) {
    auto row = full_row;
    row.insert(row.end(), correction.begin(), correction.end());
    return row;
  };
  const auto imported = import(Table{wide, with({"118", "金额错误", "审计机关", "〔2021〕5号"})});
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(imported.form, "premiums");
  EXPECT_EQ(imported.event(0).correction->replaces, Sequence{118});
  EXPECT_EQ(imported.event(0).correction->authority, CorrectionAuthority::audit_office);
  EXPECT_EQ(import(Table{wide, full_row}).event(0).correction.has_value(), false);
  EXPECT_EQ(import(Table{wide, with({"118", "typo", "", ""})}).told(),
            (Told{"2 更正原因 ENUMERATION_UNKNOWN", "2 更正依据机关 FIELD_MISSING"}));
  EXPECT_EQ(import(Table{wide, with({"", "金额错误", "审计机关", ""})}).told(),
            Told{"2 更正事件序号 FIELD_MISSING"});
}

TEST(FormReader, ReadsVoids) {
  const auto imported = import(Table{{"作废 (EventVoided)"},
                                     {"更正事件序号", "更正原因", "更正依据机关"},
                                     {"118", "重复记录", "单位"},
                                     {"119", "重复记录", "单位"}});
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(imported.form, "EventVoided");
  EXPECT_EQ(imported.event(1).correction->replaces, Sequence{119});
}

TEST(FormReader, ReadsPersonsWithForeignDocuments) {
  const Cells persons{"人员姓名", "证件号码", "证件类型", "出生日期", "登记日期"};
  const auto imported =
      import(Table{persons,
                   {"示例子女", child, "", "", "2021-01-04"},
                   {"SAMPLE CHILD", "E12345678", "护照", "2015-03-07", "2021-01-04"}});
  ASSERT_EQ(imported.told(), Told{});
  EXPECT_EQ(imported.form, "persons");
  EXPECT_EQ(person_of(imported.event(1), Field::person)->birth_date, make_date(2015, 3, 7));
  EXPECT_EQ(import(Table{persons,
                         {"SAMPLE CHILD", "E12345678", "护照", "", "2021-01-04"},
                         {"示例子女", child, "", "2015-03-08", "2021-01-04"},
                         {"", sibling, "身份证", "", "2021-01-04"}})
                .told(),
            (Told{"2 出生日期 FIELD_MISSING", "3 出生日期 BIRTH_DATE_DIFFERS",
                  "4 证件类型 ID_TYPE_UNKNOWN"}));
}

TEST(FormReader, ReadsMonthsHoweverTheyAreWritten) {
  const Cells title{"征收子女统筹保费"};
  const Cells fund{"单位编号", "费款所属月", "人数", "单位缴纳", "业务日期"};
  for (const char* month : {"2020-12", "2020/12", "2020.12", "202012", "2020年12月"}) {
    const auto imported =
        import(Table{title, fund, {"330199001", month, "10", "1600", "2021-01-15"}});
    ASSERT_EQ(imported.told(), Told{}) << month;
    EXPECT_EQ(imported.form, "LegacyPremiumCollected");
    EventDraft expected;
    expected.set(Field::premium_month, parse_month("2020-12").value());
    EXPECT_EQ(*imported.event(0).draft.find(Field::premium_month), expected.fields[0].second);
  }
  for (const char* month : {"2020-13", "20-12", "12月", "2020", "十二月"}) {
    EXPECT_EQ(
        import(Table{title, fund, {"330199001", month, "10", "1600", "2021-01-15"}}).told().size(),
        1u)
        << month;
  }
}

TEST(FormReader, DividesLargeTablesAndGivesThemOnceMore) {
  const TestDirectory directory;
  const std::size_t rows = submission_events_max + 10;
  std::string text = "单位编号,资金年度,收回金额,收回日期\n";
  for (std::size_t i = 0; i < rows; ++i) {
    text += "330199001,2021," + std::to_string(i) + ",2022-01-20\n";
  }
  put_file(directory.file("a.csv"), text);
  auto checked = FormReader::check(directory.file("a.csv"), import_options());
  ASSERT_NE(checked.reader, nullptr) << told(checked.refusals.shown).front();
  EXPECT_EQ(checked.reader->submissions(), 2u);
  EXPECT_EQ(checked.reader->rows(), rows);
  const auto first = *checked.reader->next();
  const auto second = *checked.reader->next();
  EXPECT_FALSE(*checked.reader->next());
  EXPECT_EQ(first->key, checked.reader->key() + "/1");
  EXPECT_EQ(first->events.size(), submission_events_max);
  EXPECT_EQ(second->key, checked.reader->key() + "/2");
  ASSERT_EQ(second->events.size(), 10u);
  EXPECT_EQ(second->events[9].draft.envelope.source_row, rows + 1);
  EXPECT_EQ(number_of(second->events[9], Field::amount), static_cast<int>((rows - 1) * 100));
  checked.reader->rewind();
  text[text.size() - 15] = '9';
  put_file(directory.file("a.csv"), text);
  EXPECT_TRUE(checked.reader->next().has_value()) << "the first part is as it was";
  EXPECT_EQ(checked.reader->next().error().reason.code, "FILE_CHANGED");
}

TEST(FormReader, GivesASmallTableOnceMore) {
  const TestDirectory directory;
  put_csv(directory.file("a.csv"), {full_header, full_row});
  auto checked = FormReader::check(directory.file("a.csv"), import_options());
  for (int reading = 0; reading < 3; ++reading) {
    EXPECT_EQ((*checked.reader->next())->events.size(), 1u);
    EXPECT_FALSE(*checked.reader->next());
    checked.reader->rewind();
  }
}

TEST(FormReader, NamesTheColumnOfWhatTheLedgerRefuses) {
  const TestDirectory directory;
  put_csv(directory.file("a.csv"), {full_header, full_row});
  const auto checked = FormReader::check(directory.file("a.csv"), import_options());
  const auto in_table = [&](const char* field) {
    return checked.reader->in_table({2, field, {"X", "", ""}}).field;
  };
  EXPECT_EQ(in_table("person"), "身份证号");
  EXPECT_EQ(in_table("person.name"), "姓名");
  EXPECT_EQ(in_table("channel"), "缴费渠道");
  EXPECT_EQ(in_table("validOn"), "缴费日期");
  EXPECT_EQ(in_table("correction.replaces"), "correction.replaces") << "no such column";
  EXPECT_EQ(in_table(""), "");
}

}  // namespace
}  // namespace kinledger::ledger::intake
