// Findings of an audit that name a check: opened, corrected, and not closed before the check is
// silent.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

class AuditedOffice : public Office {
 public:
  AuditedOffice() { on("2021-04-12"); }

  Ran submit(const std::string& key, const std::string& event) const {
    return shell.run({"submit", "city", "--lang", "en"},
                     R"({"key":")" + key + R"(","events":[)" + event + "]}");
  }
  Ran open(const std::string& key, const std::string& check) const {
    return submit(key, R"({"type":"FindingOpened","validOn":"2021-04-10","finding":"A-1",)"
                       R"("authority":"provincialAuditOffice","statement":"other",)"
                       R"("dueBy":"2021-06-30","unit":{"unitNumber":"330199001"},"check":")" +
                           check + R"("})");
  }
  Ran close(const std::string& key, const std::string& closed_on) const {
    return submit(key, R"({"type":"FindingClosed","finding":"A-1","result":"rectified",)"
                       R"("validOn":")" +
                           closed_on + R"("})");
  }
  void pay(const std::string& person) const {
    write_premiums("p.csv", premium_row("2021-04-11", person));
    EXPECT_EQ(shell.run({"import", "city", "p.csv"}).exit, 0);
  }
};

TEST(Finding, IsNotClosedWhileItsCheckStillReports) {
  const AuditedOffice office;
  ASSERT_EQ(office.open("open", "CHK-07").exit, 0);
  const auto refused = office.close("close", "2021-04-12");
  EXPECT_EQ(refused.exit, 3);
  EXPECT_TRUE(holds(refused.err, "FINDING_STILL_REPORTED")) << refused.told();
  EXPECT_TRUE(holds(refused.err, "CHK-07 still reports 2")) << refused.told();
  office.pay(office.child);
  EXPECT_EQ(office.close("close", "2021-04-12").exit, 3) << "the sister is unpaid";
  office.pay(office.sister);
  EXPECT_EQ(office.close("close", "2021-04-10").exit, 3) << "unpaid on that day";
  EXPECT_EQ(office.close("close", "2021-04-12").exit, 0);
  EXPECT_EQ(office.close("close", "2021-04-12").exit, 0) << "the same again is recorded already";
  const auto findings = office.shell.run(
      {"ask", "city", "findings", "finding=A-1", "unit=330199001", "--on", "2021-04-12", "--json"});
  EXPECT_TRUE(holds(findings.out, R"("state":"closed")")) << findings.told();
}

TEST(Finding, ADryRunOfClosingIsRefusedTheSame) {
  const AuditedOffice office;
  ASSERT_EQ(office.open("open", "CHK-07").exit, 0);
  const auto ran = office.shell.run(
      {"submit", "city", "--dry-run", "--lang", "en"},
      R"({"key":"x","events":[{"type":"FindingClosed","finding":"A-1","result":"rectified",)"
      R"("validOn":"2021-04-12"}]})");
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.err, "FINDING_STILL_REPORTED")) << ran.told();
}

TEST(Finding, WithoutACheckIsClosedAsTheAuditSays) {
  const AuditedOffice office;
  ASSERT_EQ(office
                .submit("open", R"({"type":"FindingOpened","validOn":"2021-04-10","finding":"A-1",)"
                                R"("authority":"provincialAuditOffice","statement":"other"})")
                .exit,
            0);
  EXPECT_EQ(office.close("close", "2021-04-12").exit, 0);
}

TEST(Finding, NamesACheckThatThereIs) {
  const AuditedOffice office;
  const auto refused = office.open("open", "CHK-99");
  EXPECT_EQ(refused.exit, 3);
  EXPECT_TRUE(holds(refused.err, "CHECK_UNKNOWN")) << refused.told();
}

TEST(Finding, HasTheCorrectionsThatItsStepsName) {
  const AuditedOffice office;
  ASSERT_EQ(office.open("open", "CHK-07").exit, 0);
  office.pay(office.child);
  const auto events = objects_of(office.shell.run({"history", "city", "@child.txt", "--json"}).out);
  const auto paid = std::to_string(number(events.back(), "sequence"));
  ASSERT_EQ(office
                .submit("step", R"({"type":"RectificationStepRecorded","validOn":"2021-04-11",)"
                                R"("finding":"A-1","action":"other","done":"yes","corrected":)" +
                                    paid + "}")
                .exit,
            0);
  const auto answer = object_of(
      office.shell
          .run({"ask", "city", "findings", "unit=330199001", "--on", "2021-04-12", "--json"})
          .out);
  const auto& rows = answer.at("answer").at("findings").as_array();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(number(rows[0].as_object(), "steps"), 1U);
  EXPECT_EQ(number(rows[0].as_object(), "corrections"), 1U);
  EXPECT_EQ(text(rows[0].as_object(), "check"), "CHK-07");
}

TEST(Finding, IsHandedOutAsBundlesThatProveItBeforeAndAfter) {
  const AuditedOffice office;
  ASSERT_EQ(office.open("open", "CHK-07").exit, 0);
  office.pay(office.child);
  office.pay(office.sister);
  ASSERT_EQ(office.close("close", "2021-04-12").exit, 0);
  const auto written = office.shell.run(
      {"finding", "city", "A-1", "--on", "2021-04-12", "--out", "finding.bundles"});
  ASSERT_EQ(written.exit, 0) << written.told();
  const auto verified = office.shell.run({"verify", "finding.bundles", "--json"});
  ASSERT_EQ(verified.exit, 0) << verified.told();
  const auto answers = objects_of(verified.out);
  ASSERT_EQ(answers.size(), 3U);
  const auto found = [&](std::size_t i) {
    return number(answers[i].at("answer").at("answer").as_object(), "found");
  };
  EXPECT_TRUE(holds(verified.out, R"("question":"findings")"));
  EXPECT_EQ(found(1), 2U) << "when it was opened";
  EXPECT_EQ(found(2), 0U) << "now";

  auto changed = office.shell.read("finding.bundles");
  changed[changed.rfind(R"("found":0)") + 8] = '1';
  office.shell.write("changed.bundles", changed);
  EXPECT_EQ(office.shell.run({"verify", "changed.bundles"}).exit, 4);
}

TEST(Finding, HasANumberOfItsOwnAndAnEndBehindItsBeginning) {
  const AuditedOffice office;
  const auto says = [](const Ran& ran, const char* code) {
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, code)) << ran.told();
  };
  says(office.close("early", "2021-04-12"), "FINDING_UNKNOWN");
  const std::string without_check =
      R"({"type":"FindingOpened","validOn":"2021-04-10","finding":"A-1",)"
      R"("authority":"provincialAuditOffice","statement":"other","dueBy":")";
  says(office.submit("due", without_check + R"(2021-04-09"})"), "FINDING_DUE_EARLY");
  says(office.submit("at once", without_check + R"(2021-06-30","check":"CHK-07"},)" +
                                    R"({"type":"FindingClosed","finding":"A-1",)"
                                    R"("result":"rectified","validOn":"2021-04-12"})"),
       "FINDING_CLOSED_AT_ONCE");
  ASSERT_EQ(office.open("open", "CHK-07").exit, 0);
  EXPECT_EQ(office.open("open", "CHK-07").exit, 0) << "the same again is recorded already";
  says(office.open("again", "CHK-07"), "FINDING_NUMBER_TAKEN");
  says(office.close("back", "2021-04-09"), "FINDING_CLOSED_EARLY");
}

TEST(Finding, IsNotClosedOnADayOfOnesChoice) {
  const AuditedOffice office;
  ASSERT_EQ(office.open("open", "CHK-07").exit, 0);
  office.pay(office.child);
  office.pay(office.sister);
  const auto reversal = [&](const std::string& person) {
    return R"({"type":"PaymentReversed","validOn":"2021-04-12","person":{"idNumber":")" + person +
           R"("},"insuranceYear":2021,"amount":"250.00","cause":"duplicate"})";
  };
  // Silent on the 11th, and reporting again today.
  ASSERT_EQ(office.submit("reverse", reversal(office.child)).exit, 0);
  const auto refused = office.close("close", "2021-04-11");
  EXPECT_EQ(refused.exit, 3) << refused.told();
  EXPECT_TRUE(holds(refused.err, "FINDING_STILL_REPORTED")) << refused.told();
}

TEST(Finding, WithAPartTakenOutIsNotVerified) {
  const AuditedOffice office;
  ASSERT_EQ(office.open("open", "CHK-07").exit, 0);
  ASSERT_EQ(
      office.shell.run({"finding", "city", "A-1", "--on", "2021-04-12", "--out", "finding.bundles"})
          .exit,
      0);
  const auto whole = office.shell.read("finding.bundles");
  const auto first = whole.find('\n') + 1, second = whole.find('\n', first) + 1;
  const auto one = whole.substr(0, first), two = whole.substr(first, second - first),
             three = whole.substr(second);
  for (const auto& parts : {one + three, one + two, two + three, one + one + three,
                            three + two + one, one + two + three + three}) {
    office.shell.write("parts.bundles", parts);
    const auto ran = office.shell.run({"verify", "parts.bundles", "--lang", "en"});
    EXPECT_EQ(ran.exit, 4) << ran.told();
    EXPECT_TRUE(holds(ran.told(), "DOSSIER_PARTS")) << ran.told();
  }
  const auto ran = office.shell.run({"verify", "finding.bundles", "--lang", "en"});
  EXPECT_TRUE(holds(ran.out, "part 2 of 3: its check when it was opened")) << ran.told();
}

TEST(Finding, WithoutACheckHasNoDossier) {
  const AuditedOffice office;
  const auto ran = office.shell.run({"finding", "city", "A-9", "--lang", "en"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.err, "FINDING_NOT_LINKED")) << ran.told();
}

}  // namespace
}  // namespace kinledger::tools
