// What is handed in over HTTP: submissions, tables, workbooks and lines.
#include "ledger/checkpoint.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

TEST_F(ServeCommand, RecordsASubmissionOncePerKey) {
  serve();
  const auto premium = [&](const std::string& amount) { return this->premium("late", amount); };
  const auto dry = post("/v1/submissions?dryRun=true", premium("250.00"));
  EXPECT_EQ(server::status_of(dry), 200) << dry;
  const auto first = post("/v1/submissions", premium("250.00"));
  ASSERT_EQ(server::status_of(first), 201) << first;
  const auto receipt = object_of(body_of(first)).at("receipt").get_object();
  EXPECT_EQ(number(receipt, "count"), 1U);
  EXPECT_TRUE(ledger::read_inclusion_proof(text(receipt, "proof")).has_value());
  const auto again = post("/v1/submissions", premium("250.00"),
                          "Content-Type: application/json\r\nIdempotency-Key: \"late\"\r\n");
  EXPECT_EQ(server::status_of(again), 200) << again;
  EXPECT_EQ(number(object_of(body_of(again)).at("receipt").get_object(), "firstSequence"),
            number(receipt, "firstSequence"));
  EXPECT_EQ(server::status_of(post("/v1/submissions", premium("260.00"))), 409);
  const auto refused = post("/v1/submissions", premium("250.123"));
  EXPECT_EQ(server::status_of(refused), 422) << refused;
  EXPECT_EQ(number(object_of(body_of(refused)), "refusalCount"), 1U);
  EXPECT_EQ(code_of(post("/v1/submissions", premium("250.00"),
                         "Content-Type: application/json\r\nIdempotency-Key: other\r\n")),
            "KEY_DIFFERS");
  // It counts at once.
  const auto person = post("/v1/persons/lookup", R"({"idNumber": ")" + office_.sister + R"("})");
  const auto sister = std::string(text(object_of(body_of(person)), "person"));
  const auto history = get("/v1/persons/" + sister + "/history");
  EXPECT_NE(history.find("PremiumPaid"), std::string::npos) << history;
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

TEST_F(ServeCommand, TakesTablesWorkbooksAndLinesAsTheImportDoes) {
  const std::string header = "缴费日期,参保人身份证号,险种,医保年度,金额\n";
  const auto csv = header + office_.premium_row("2021-04-01", office_.sister);
  serve();
  const std::string csv_type = "Content-Type: text/csv; charset=utf-8\r\n";
  const auto tried = post("/v1/submissions?dryRun=true", csv, csv_type);
  EXPECT_EQ(server::status_of(tried), 200) << tried;
  const auto recorded = post("/v1/submissions", csv, csv_type + "Idempotency-Key: april\r\n");
  ASSERT_EQ(server::status_of(recorded), 201) << recorded;
  const auto object = object_of(body_of(recorded));
  EXPECT_EQ(text(object, "format"), "premiums");
  EXPECT_EQ(text(object, "key"), "april");
  EXPECT_EQ(number(object, "rows"), 1U);
  EXPECT_TRUE(object.at("receipts").as_array().at(0).as_object().contains("checkpoint"));
  const auto again = post("/v1/submissions", csv, csv_type + "Idempotency-Key: april\r\n");
  EXPECT_EQ(server::status_of(again), 200) << again;
  const auto other = header + office_.premium_row("2021-04-02", office_.sister, "260.00");
  EXPECT_EQ(
      server::status_of(post("/v1/submissions", other, csv_type + "Idempotency-Key: april\r\n")),
      409);
  // Refused rows by row, and none of it recorded; or left out.
  const auto mixed = header + office_.premium_row("2021-04-03", office_.sister, "x") +
                     office_.premium_row("2021-04-04", office_.sister);
  const auto refused = post("/v1/submissions", mixed, csv_type);
  EXPECT_EQ(server::status_of(refused), 422) << refused;
  EXPECT_NE(refused.find("\"row\":2"), std::string::npos) << refused;
  const auto skipped = post("/v1/submissions?skipInvalid=true", mixed, csv_type);
  EXPECT_EQ(server::status_of(skipped), 201) << skipped;
  EXPECT_EQ(number(object_of(body_of(skipped)), "refusalCount"), 1U);
  // A workbook, as the template is filled in.
  const auto template_made = shell_.run({"template", "premiums", "--out", "empty.xlsx"});
  EXPECT_EQ(template_made.exit, 0) << template_made.told();
  const auto workbook =
      post("/v1/submissions", shell_.read("empty.xlsx"),
           "Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\r\n");
  EXPECT_EQ(server::status_of(workbook), 422) << workbook;
  EXPECT_NE(workbook.find("TABLE_EMPTY"), std::string::npos) << workbook;
  // Lines, of which the second is refused: the first is recorded and says so.
  const auto line = [&](const std::string& key, const std::string& person) {
    return R"({"key": ")" + key +
           R"(", "events": [{"type": "PremiumPaid", "validOn": "2021-05-01", "person": )" + person +
           R"(, "insuranceYear": 2021, "amount": "1.00"}]})" + "\n";
  };
  const std::string lines_type = "Content-Type: application/x-ndjson\r\n";
  const auto one = line("one", "\"" + child_ + "\"");
  const auto lines = post("/v1/submissions", one, lines_type);
  EXPECT_EQ(server::status_of(lines), 201) << lines;
  const auto partly =
      post("/v1/submissions",
           line("two", "\"" + child_ + "\"") + line("three", "\"" + std::string(32, '7') + "\""),
           lines_type);
  EXPECT_EQ(server::status_of(partly), 422) << partly;
  EXPECT_EQ(code_of(partly), "REFUSED_PARTLY");
  EXPECT_EQ(object_of(body_of(partly)).at("receipts").as_array().size(), 1U);
  EXPECT_EQ(number(object_of(body_of(partly)), "refusalCount"), 1U);
  EXPECT_EQ(server::status_of(post("/v1/submissions", "x", "Content-Type: text/plain\r\n")), 415);
  EXPECT_EQ(server::status_of(post("/v1/submissions?date=x", csv, csv_type)), 400);
}

}  // namespace
}  // namespace kinledger::tools
