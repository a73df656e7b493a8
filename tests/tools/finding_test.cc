// Findings of an audit that name a check: opened, corrected, and not closed before the check is
// silent.
#include <sstream>

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
  EXPECT_EQ(text(rows[0].as_object(), "authority"), "provincialAuditOffice");
  EXPECT_EQ(text(rows[0].as_object(), "dueTo"), "2021-06-30");
  const auto& steps = answer.at("answer").at("steps").as_array();
  ASSERT_EQ(steps.size(), 1U);
  const auto& step = steps[0].as_object();
  EXPECT_EQ(text(step, "finding"), "A-1");
  EXPECT_EQ(text(step, "on"), "2021-04-11");
  EXPECT_EQ(text(step, "action"), "other");
  EXPECT_EQ(step.at("done"), true);
  ASSERT_EQ(step.at("corrected").as_array().size(), 1U);
  EXPECT_EQ(std::to_string(step.at("corrected").at(0).to_number<std::uint64_t>()), paid);
}

/// The SHA-256 of nothing, and that of "abc".
constexpr const char* empty_file =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* abc_file =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string with_evidence(const std::string& type, const std::string& digests) {
  return R"({"type":")" + type + R"(","validOn":"2021-04-11","finding":"A-1",)" +
         (type == "FindingOpened" ? "" : R"("action":"other",)") + R"("evidence":[)" + digests +
         "]}";
}
std::string quoted(const std::string& text) { return "\"" + text + "\""; }

TEST(Finding, NamesThePapersThatShowItAndItsSteps) {
  const AuditedOffice office;
  const auto both = quoted(empty_file) + "," + quoted(abc_file);
  ASSERT_EQ(office.submit("open", with_evidence("FindingOpened", both)).exit, 0);
  ASSERT_EQ(
      office.submit("step", with_evidence("RectificationStepRecorded", quoted(abc_file))).exit, 0);
  const auto evidence_in = [&](std::vector<std::string> words) {
    const auto ran = office.shell.run(words);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return holds(ran.out, R"("evidence":[)" + both + "]") &&
           holds(ran.out, R"("evidence":[)" + quoted(abc_file) + "]");
  };
  EXPECT_TRUE(evidence_in({"ask", "city", "findings", "--on", "2021-04-12", "--json"}));
  const auto dossier = office.shell.run({"finding", "city", "A-1", "--on", "2021-04-12"});
  EXPECT_TRUE(holds(dossier.out, abc_file + 7)) << dossier.told();
  office.shell.write("a.bundles", dossier.out);
  EXPECT_EQ(office.shell.run({"verify", "a.bundles"}).exit, 0);
}

TEST(Finding, NamesPapersByDigestsOnly) {
  const AuditedOffice office;
  const auto refused = [&](const std::string& digests) {
    const auto ran = office.submit("wrong", with_evidence("FindingOpened", digests));
    EXPECT_EQ(ran.exit, 3) << ran.told();
    return ran.err;
  };
  const std::string hex = abc_file + 7;
  for (const auto& wrong : {hex, "sha256:" + hex.substr(1), "sm3:" + hex, std::string("a.pdf")})
    EXPECT_TRUE(holds(refused(quoted(wrong)), "DIGEST_FORMAT")) << wrong;
  EXPECT_TRUE(holds(refused(quoted(abc_file) + "," + quoted(abc_file)), "LIST_ENTRY_TWICE"));
  EXPECT_TRUE(holds(refused("7"), "JSON_TYPE"));
  std::string many;
  for (int i = 10; i < 10 + 33; ++i)
    many += (many.empty() ? "" : ",") + quoted("sha256:" + std::to_string(i) + hex.substr(2));
  EXPECT_TRUE(holds(refused(many), "LIST_TOO_LONG"));
  const auto at = many.rfind(',');
  EXPECT_EQ(office.submit("most", with_evidence("FindingOpened", many.substr(0, at))).exit, 0);
}

/// A list that the auditor's office fills in.
TEST(Finding, IsImportedWithItsEvidence) {
  const AuditedOffice office;
  office.shell.write("findings.csv", "业务日期,问题编号,证据摘要\n2021-04-10,A-1,\"" +
                                         std::string(abc_file) + "," + empty_file + "\"\n");
  const auto ran =
      office.shell.run({"import", "city", "findings.csv", "--format", "FindingOpened"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  const auto answer = office.shell.run({"ask", "city", "findings", "--json"});
  EXPECT_TRUE(holds(answer.out, R"("evidence":[)" + quoted(abc_file) + "," + quoted(empty_file)))
      << answer.told();
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
  says(office.submit("step", R"({"type":"RectificationStepRecorded","validOn":"2021-04-11",)"
                             R"("finding":"A-1","action":"other","done":"yes"})"),
       "FINDING_UNKNOWN");
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
  auto forged = whole;
  const auto record = forged.find(R"("record":)") + 9;
  forged.replace(record, forged.find_first_not_of("0123456789", record) - record, "-1");
  office.shell.write("forged.bundles", forged);
  const auto not_whole = office.shell.run({"verify", "forged.bundles"});
  EXPECT_EQ(not_whole.exit, 4) << not_whole.told();
}

/// The last record of the child, corrected and named in a step.
class CorrectingOffice : public AuditedOffice {
 public:
  void open_with(const std::string& more) const {
    ASSERT_EQ(submit("open", R"({"type":"FindingOpened","validOn":"2021-04-10","finding":"A-1",)"
                             R"("authority":"provincialAuditOffice","statement":"other")" +
                                 more + "}")
                  .exit,
              0);
  }
  void correct_with_step(const std::string& more = "") const {
    pay(child);
    const auto events = objects_of(shell.run({"history", "city", "@child.txt", "--json"}).out);
    const auto paid = std::to_string(number(events.back(), "sequence"));
    const auto ran = submit(
        "correct",
        R"({"type":"PremiumPaid","validOn":"2021-03-30","scheme":"children",)"
        R"("insuranceYear":2021,"amount":"250.00","person":{"idType":"residentId","idNumber":")" +
            child + R"("},"correction":{"replaces":)" + paid +
            R"(,"cause":"auditFinding","authority":"auditOffice"}},)"
            R"({"type":"RectificationStepRecorded","validOn":"2021-04-11","finding":"A-1",)"
            R"("action":"other","done":"yes","corrected":"#1")" +
            more + "}");
    ASSERT_EQ(ran.exit, 0) << ran.told();
  }
  std::vector<std::string> export_lines() const {
    const auto ran =
        shell.run({"finding", "city", "A-1", "--on", "2021-04-12", "--out", "finding.bundles"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    std::vector<std::string> lines;
    std::istringstream in(shell.read("finding.bundles"));
    for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
    return lines;
  }
  void expect_no_dossier_without(const std::vector<std::string>& lines, std::size_t part) const {
    std::string rest;
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (i != part) rest += lines[i];
    shell.write("parts.bundles", rest);
    const auto ran = shell.run({"verify", "parts.bundles"});
    EXPECT_EQ(ran.exit, 4) << part << " " << ran.told();
  }
  std::vector<boost::json::object> verified() const {
    const auto ran = shell.run({"verify", "finding.bundles", "--json"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    std::vector<boost::json::object> answers;
    for (const auto& line : objects_of(ran.out)) answers.push_back(line.at("answer").as_object());
    return answers;
  }
};

void expect_a_correction(const boost::json::object& history) {
  std::size_t replaced = 0, corrections = 0;
  for (const auto& event : history.at("answer").at("events").as_array()) {
    replaced += event.at("standing") == "replaced" ? 1 : 0;
    if (event.at("standing") != "correction") continue;
    ++corrections;
    EXPECT_EQ(event.at("cause").at("en"), "auditFinding");
  }
  EXPECT_EQ(replaced, 1U);
  EXPECT_EQ(corrections, 1U);
}

TEST(Finding, OpenedByHandHasADossierOfItsStepsAndCorrections) {
  const CorrectingOffice office;
  office.open_with("");
  office.correct_with_step();
  const auto lines = office.export_lines();
  ASSERT_EQ(lines.size(), 2U);
  const auto answers = office.verified();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].at("answer").at("steps").as_array().size(), 1U);
  expect_a_correction(answers[1]);
  office.shell.write("parts.bundles", lines[1] + lines[0]);
  EXPECT_EQ(office.shell.run({"verify", "parts.bundles"}).exit, 4) << "the other way round";
  office.shell.write("parts.bundles", lines[0] + lines[1] + lines[1]);
  EXPECT_EQ(office.shell.run({"verify", "parts.bundles"}).exit, 4) << "one part twice";
}

TEST(Finding, OfADivisionHasTheCheckOfWhomItsStepsConcern) {
  const CorrectingOffice office;
  office.open_with(R"(,"check":"CHK-07","area":"330106")");
  office.correct_with_step();
  const auto lines = office.export_lines();
  ASSERT_EQ(lines.size(), 4U) << "the finding, before, history, now";
  const auto answers = office.verified();
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[1].at("answer").at("found"), 1);
  expect_a_correction(answers[2]);
  EXPECT_EQ(answers[3].at("answer").at("found"), 0);
  for (std::size_t part = 0; part < lines.size(); ++part)
    office.expect_no_dossier_without(lines, part);
}

TEST(Finding, OfAUnitHasTheHistoriesThatItsStepsAskFor) {
  const CorrectingOffice office;
  office.open_with(R"(,"check":"CHK-07","unit":{"unitNumber":"330199001"})");
  office.correct_with_step();
  const auto lines = office.export_lines();
  ASSERT_EQ(lines.size(), 4U);
  const auto answers = office.verified();
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[1].at("answer").at("found"), 2);
  expect_a_correction(answers[2]);
  EXPECT_EQ(answers[3].at("answer").at("found"), 1) << "the sister is unpaid";
  for (std::size_t part = 0; part < lines.size(); ++part)
    office.expect_no_dossier_without(lines, part);
}

/// Nothing signed says which units took steps for it, so that nobody can miss that part.
TEST(Finding, WithoutAUnitIsVerifiedButForPartsOfUnits) {
  const CorrectingOffice office;
  office.open_with("");
  office.correct_with_step(R"(,"unit":{"unitNumber":"330199001"})");
  const auto lines = office.export_lines();
  ASSERT_EQ(lines.size(), 3U) << "the finding, the same of the unit, history";
  const auto told = [&](const std::string& text) {
    office.shell.write("parts.bundles", text);
    return office.shell.run({"verify", "parts.bundles", "--lang", "en"});
  };
  for (const auto& text : {lines[0] + lines[1] + lines[2], lines[0]}) {
    const auto ran = told(text);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    EXPECT_TRUE(holds(ran.err, "parts of units may be missing")) << ran.told();
  }
  const auto without_history = told(lines[0] + lines[1]);
  EXPECT_EQ(without_history.exit, 4) << without_history.told();
  // The unit took steps, but is not whom the finding is about.
  const auto without_region = told(lines[1] + lines[2]);
  EXPECT_EQ(without_region.exit, 4) << without_region.told();
  EXPECT_TRUE(holds(without_region.err, "DOSSIER_PARTS")) << without_region.told();
}

TEST(Finding, ThatThereIsNotHasNoDossier) {
  const AuditedOffice office;
  const auto ran = office.shell.run({"finding", "city", "A-9", "--lang", "en"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.err, "FINDING_UNKNOWN")) << ran.told();
}

}  // namespace
}  // namespace kinledger::tools
