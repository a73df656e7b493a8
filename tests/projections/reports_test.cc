// Reports: what is in them, that they add up, and that they are the same again.
#include "projections/checks/check.h"
#include "projections/reports/cells.h"
#include "projections/reports/report.h"
#include "projections/reports/report_format.h"
#include "projections/reports/supervision_reports.h"
#include "tests/documented.h"
#include "tests/projections/reports_fixture.h"

namespace kinledger::projections {
namespace {

TEST(Reports, AreDocumentedAsTheProgramMakesThem) {
  expect_documented("REPORTS.md", reports_markdown(), "# The reports by name");
}

TEST(Reports, SumAndGroupColumnsThatTheyHave) {
  std::set<std::string_view> names;
  for (const auto& report : reports()) {
    EXPECT_TRUE(names.insert(report.name()).second) << report.name();
    EXPECT_EQ(find_report(report.name()), &report);
    const auto column = [&](std::string_view name) {
      const auto at = std::ranges::find(report.columns, name, &Heading::name);
      return at == report.columns.end() ? std::string_view() : at->holds;
    };
    for (const auto name : report.summed)
      EXPECT_TRUE(column(name) == "money" || column(name) == "count") << report.name() << name;
    for (const auto name : report.grouped_by)
      EXPECT_FALSE(column(name).empty()) << report.name() << name;
    std::set<std::string_view> columns;
    for (const auto& heading : report.columns) {
      EXPECT_TRUE(columns.insert(heading.name).second) << report.name() << heading.name;
      EXPECT_NE(heading.holds, "rows");
    }
  }
  EXPECT_GE(names.size(), 10U);
}

TEST(Reports, AreOfferedWhereTheChecksAreThatTheyNeed) {
  EXPECT_EQ(find_report("lateRecording") != nullptr, find_check("CHK-49") != nullptr);
  EXPECT_EQ(find_report("nothing"), nullptr);
}

TEST_F(ReportsTest, HaveRowsAndTotalsThatAreTheirSums) {
  for (const auto& report : reports()) {
    if (report.make == nullptr) continue;
    const auto made = try_make(report, arguments_for(report)).value();
    EXPECT_TRUE(!made.rows.empty() || report.name() == "lateRecording") << report.name();
    EXPECT_EQ(fault_of(made), std::nullopt) << report.name();
    const auto stated = totals(made);
    EXPECT_EQ(stated.at("rows").as_int64(), static_cast<std::int64_t>(made.rows.size()));
    for (const auto name : report.summed) {
      // By hand, in fen.
      std::int64_t sum = 0;
      bool is_money = false;
      for (std::size_t i = 0; i < made.rows.size(); ++i) {
        const auto cell = row(made, i).at(name);
        if (cell.is_int64()) sum += cell.get_int64();
        if (!cell.is_string() || cell.get_string() == "none") continue;
        is_money = true;
        std::string digits(cell.get_string());
        std::erase(digits, '.');
        sum += std::stoll(digits);
      }
      auto total = text(stated.at("sums").as_object(), name);
      std::erase(total, '.');
      EXPECT_EQ(std::stoll(total), sum) << report.name() << " " << name << is_money;
    }
    for (const auto& [column, groups] : stated.at("by").as_object()) {
      std::int64_t rows = 0;
      for (const auto& group : groups.as_object()) rows += group.value().at("rows").as_int64();
      EXPECT_EQ(rows, static_cast<std::int64_t>(made.rows.size())) << report.name() << column;
    }
  }
}

TEST_F(ReportsTest, SayWhatTheQuestionsSay) {
  const auto settlement = make("unitSettlement");
  ASSERT_EQ(settlement.rows.size(), 2U);
  const auto sums = totals(settlement).at("sums").as_object();
  EXPECT_EQ(text(sums, "eligibleAmount"), "1234.50") << settlement.rows[0] << settlement.rows[1];
  EXPECT_EQ(text(sums, "paidByUnit"), "1000.50");
  const auto finance = make("finance");
  ASSERT_EQ(finance.rows.size(), 2U) << "the school has no account";
  EXPECT_EQ(text(totals(finance).at("sums").as_object(), "used"), "1000.50")
      << "what the statement says was paid, in the year in which it was";
  EXPECT_EQ(text(row(finance, 0), "unit"), to_text(ledger::unit_id("330199001"))) << "by number";
  const auto migration = make("migration");
  EXPECT_EQ(migration.rows.size(), 2U);
  const auto by = totals(migration).at("by").as_object().at("state").as_object();
  EXPECT_EQ(by.at("converted").at("rows").as_int64(), 1);
  const auto missed = make("missedEnrollment");
  ASSERT_EQ(missed.rows.size(), 1U);
  EXPECT_EQ(text(row(missed, 0), "schoolClass"), "三（2）班");
  const auto premiums = make("premiums");
  ASSERT_EQ(premiums.rows.size(), 1U);
  EXPECT_EQ(text(row(premiums, 0), "paid"), "250.00");
  EXPECT_EQ(text(row(premiums, 0), "receipts"), "1");
  EXPECT_EQ(text(row(premiums, 0), "receiptsMissing"), "0");
  const auto bindings = make("bindings");
  ASSERT_EQ(bindings.rows.size(), 1U);
  EXPECT_EQ(text(row(bindings, 0), "timing"), "undetermined")
      << "no employer of a parent is recorded";
  const auto exemptions = make("exemptions");
  ASSERT_EQ(exemptions.rows.size(), 1U);
  EXPECT_EQ(text(row(exemptions, 0), "subsidised"), "250.00");
  const auto arrears = make("arrears");
  ASSERT_EQ(arrears.rows.size(), 1U);
  EXPECT_EQ(text(row(arrears, 0), "assessed"), "10000.00");
  const auto rectification = make("rectification");
  ASSERT_EQ(rectification.rows.size(), 1U);
  EXPECT_EQ(text(row(rectification, 0), "state"), "overdue");
}

TEST_F(ReportsTest, TellOfArrearsKnownOnlyFromAnOrder) {
  auto ordered = of_unit(EventType::arrears_order_issued, "2022-04-10", "330199002");
  ordered.draft.set(Field::first_month, ledger::parse_month("2022-03").value());
  ordered.draft.set(Field::last_month, ledger::parse_month("2022-03").value());
  ordered.draft.set(Field::limit_to, ledger::date("2022-05-31"));
  hand_in({ordered});
  const auto arrears = make("arrears");
  ASSERT_EQ(arrears.rows.size(), 2U);
  EXPECT_EQ(text(row(arrears, 1), "unit"), to_text(ledger::unit_id("330199002")));
  EXPECT_EQ(text(row(arrears, 1), "month"), "2022-03");
  EXPECT_EQ(text(row(arrears, 1), "state"), "overdue");
}

TEST_F(ReportsTest, HoldNoNameAndNoNumberOfAPerson) {
  for (const auto& report : reports()) {
    if (report.make == nullptr) continue;
    const auto made = try_make(report, arguments_for(report)).value();
    auto all = made.manifest.to_text();
    for (const auto& line : made.rows) all += line;
    for (const auto& secret : {child_.number, sister_.number, std::string("名字")})
      EXPECT_EQ(all.find(secret), std::string::npos) << report.name();
  }
}

TEST_F(ReportsTest, AreTheSameAgainWhenTheProjectionsAreMadeAnew) {
  const auto before = make("finance");
  archive_.reset();
  std::filesystem::remove_all(options_.directory / "projections");
  archive_ = Archive::open(options_, random_).value();
  const auto after = make("finance");
  EXPECT_EQ(after.rows, before.rows);
  EXPECT_EQ(after.manifest.to_text(), before.manifest.to_text());
}

TEST_F(ReportsTest, AreOfTheBasisAndNotOfWhatCameAfter) {
  const auto size = archive_->ledger().durable().size;
  const auto before = make("migration");
  hand_in({ledger::premium_paid(sister_, "2021-03-30", ledger::Fen{25'000})});
  const auto view = archive_->view(size).value();
  auto asking = archive_->asking(view);
  const auto* report = find_report("migration");
  const auto then = make_report(*report, arguments_for(*report), asking).value().value();
  EXPECT_EQ(then.manifest.to_text(), before.manifest.to_text());
  EXPECT_NE(make("migration").manifest.digest, before.manifest.digest);
}

TEST_F(ReportsTest, RefuseArgumentsThatTheyDoNotTake) {
  const auto code = [&](std::string_view name, const Arguments& arguments) {
    const auto made = try_make(*find_report(name), arguments);
    return made ? std::string() : made.error().code;
  };
  Arguments arguments;
  arguments.on = ledger::date("2022-06-30");
  EXPECT_EQ(code("unitSettlement", arguments), "ARGUMENT_MISSING");
  arguments.year = ledger::Year{2021};
  EXPECT_EQ(code("migration", arguments), "ARGUMENT_UNKNOWN");
  arguments.named = {{"area", "33"}};
  EXPECT_EQ(code("finance", arguments), "ARGUMENT_FORMAT");
  arguments.named = {{"area", "330106"}};
  EXPECT_EQ(code("finance", arguments), "");
  EXPECT_EQ(try_make(*find_report("finance"), arguments)->rows.size(), 2U);
  arguments.named = {{"area", "330105"}};
  EXPECT_TRUE(try_make(*find_report("finance"), arguments)->rows.empty());
}

TEST_F(ReportsTest, CanBeMadeOfWhatACheckFinds) {
  const auto view = archive_->view(archive_->ledger().durable().size).value();
  auto asking = archive_->asking(view);
  const auto columns = columns_of_check("CHK-07");
  RowBook rows(columns);
  Arguments arguments;
  arguments.on = ledger::date("2022-06-30");
  ASSERT_TRUE(rows_of_check("CHK-07", asking, arguments, rows));
  const auto lines = rows.take_rows();
  ASSERT_EQ(lines.size(), 1U) << "the sister did not pay";
  EXPECT_NE(lines.front().find("\"amountDue\":\"250.00\""), std::string::npos) << lines.front();
}

TEST(Words, ShowUnlikeValuesUnlikeAndAreReadBack) {
  Words words;
  words.add("state", "\"a\"", {"未缴费", "unpaid"});
  words.add("state", "\"b\"", {"未缴费", "not paid"});
  words.add("state", "\"c\"", {"已缴费", "unpaid"});
  words.add("state", "\"d\"", {"其他", "other"});
  words.settle();
  std::set<std::string> shown;
  for (const auto* value : {"\"a\"", "\"b\"", "\"c\"", "\"d\""}) {
    const auto* label = words.shown("state", value);
    ASSERT_NE(label, nullptr);
    for (const auto& text : {label->zh, label->en}) {
      EXPECT_TRUE(shown.insert(text).second) << text;
      ASSERT_NE(words.value("state", text), nullptr);
      EXPECT_EQ(*words.value("state", text), value);
    }
  }
  EXPECT_EQ(words.shown("state", "\"d\"")->zh, "其他");
  EXPECT_EQ(words.shown("other", "\"a\""), nullptr);
  const auto again = Words::read(words.to_json());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, words);
  for (const auto* bad : {"[]", "{\"state\":1}", "{\"state\":[{\"value\":1}]}",
                          "{\"state\":[{\"value\":1,\"zh\":2,\"en\":\"\"}]}"})
    EXPECT_FALSE(Words::read(boost::json::parse(bad)).has_value()) << bad;
}

TEST(Cells, ComeBackAsTheyWereInBothLanguages) {
  static constexpr Heading headings[] = {
      {"yes", "是否", "yes or no", "yesNo"},    {"amount", "金额", "amount", "money"},
      {"count", "数", "count", "count"},        {"on", "日期", "on", "date"},
      {"month", "月", "month", "month"},        {"year", "年", "year", "year"},
      {"code", "代码", "code", "code"},         {"text", "文字", "text", "text"},
      {"person", "人员", "person", "person"},   {"facts", "记录", "records", "sequences"},
      {"record", "记录", "record", "sequence"}, {"points", "要点", "points", "list"},
  };
  const Undetermined open{"O-08", {"文件未载明", "not stated"}};
  const std::vector<Row> rows{
      {{true},
       {ledger::Fen{-5}},
       {std::int64_t{-3}},
       {ledger::date("2021-03-31")},
       {ledger::parse_month("2021-03").value()},
       {ledger::Year{2021}},
       {Word{"unpaid", {"未缴费", "unpaid"}}},
       {std::string("=1+1, \"引号\" 与\t制表")},
       {ledger::PersonId{}},
       {std::vector<ledger::Sequence>{{3}, {17}}},
       {ledger::Sequence{0}},
       {std::vector<Word>{{"I-07", {}}, {"O-01", {"甲", "A"}}}}},
      {{false},
       {open},
       none(),
       none(),
       none(),
       none(),
       {Word{"plain", {}}},
       {Label{"中文", "English"}},
       none(),
       {std::vector<ledger::Sequence>{}},
       {open},
       {std::vector<Word>{}}},
      {{open},
       {ledger::Fen{99'999'999'999'999}},
       {std::int64_t{0}},
       {open},
       {open},
       {open},
       none(),
       {std::string()},
       {open},
       {std::vector<ledger::Sequence>{{9}}},
       none(),
       {open}},
  };
  RowBook book(headings);
  for (const auto& row : rows) book.add(row);
  Manifest manifest;
  for (const auto& heading : headings)
    manifest.columns.push_back({std::string(heading.name), std::string(heading.holds), {}});
  const auto lines = book.take_rows();
  book.words().settle();
  manifest.words = book.words();
  ASSERT_EQ(lines.size(), rows.size());
  for (const auto& line : lines)
    for (const auto language : {Language::zh, Language::en})
      EXPECT_EQ(row_of(cells_of(line, manifest, language), manifest), line);
}

TEST_F(ReportsTest, OfPeopleAreOfAUnitOrDivisionToo) {
  auto certificate = about(EventType::certificate_recorded, "2021-01-01", child_);
  certificate.draft.set(Field::kind, std::string_view("lowIncomeEdge"));
  hand_in({certificate});
  const auto rows = [&](std::string_view name, std::optional<std::string> unit,
                        std::string_view area) {
    const auto& report = *find_report(name);
    auto arguments = arguments_for(report);
    if (unit) arguments.unit = ledger::unit_id(*unit);
    if (!area.empty()) arguments.named.emplace_back("area", area);
    return try_make(report, arguments).value().rows.size();
  };
  EXPECT_EQ(rows("exemptions", {}, ""), 2U);
  EXPECT_EQ(rows("exemptions", "330199001", ""), 1U) << "the child of its employee";
  EXPECT_EQ(rows("exemptions", "330199002", ""), 0U);
  EXPECT_EQ(rows("exemptions", {}, "330106"), 1U) << "of the other no place is recorded";
  EXPECT_EQ(rows("exemptions", {}, "330109"), 0U);

  EXPECT_EQ(rows("migration", {}, ""), 2U);
  EXPECT_EQ(rows("migration", {}, "330106"), 2U);
  EXPECT_EQ(rows("migration", {}, "330109"), 0U);
  EXPECT_EQ(rows("migration", "330199001", "330109"), 0U);
  EXPECT_EQ(rows("migration", "330199001", "330106"), rows("migration", "330199001", ""));

  // Enrolled in 2021, bound in 2022.
  const auto parent = ledger::resident("19850401", 11);
  hand_in({ledger::person_registered(parent, "家长")});
  auto bound = about(EventType::binding_registered, "2022-02-15", newborn_);
  bound.persons.emplace_back(Field::parent, ledger::person(parent));
  bound.units.emplace_back(Field::unit, "330199001");
  hand_in({bound});
  EXPECT_EQ(rows("bindings", {}, ""), 1U);
  EXPECT_EQ(rows("bindings", "330199001", ""), 1U);
  EXPECT_EQ(rows("bindings", "330199002", ""), 0U);
  EXPECT_EQ(rows("bindings", {}, "330106"), 1U) << "where the unit is";
  EXPECT_EQ(rows("bindings", {}, "330109"), 0U);
}

}  // namespace
}  // namespace kinledger::projections
