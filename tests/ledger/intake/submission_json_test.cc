// Submissions as JSON, from authors who make mistakes and from those who mean to.
#include "ledger/intake/submission_json.h"

#include <gtest/gtest.h>

#include "ledger/intake/fields.h"
#include "tests/ledger/intake/form_tables.h"

namespace kinledger::ledger::intake {
namespace {

using Told = std::vector<std::string>;

const JsonOptions json_options{today, sealed};

ParsedSubmission read(const std::string& json) { return parse_submission(json, json_options); }

std::string with_events(const std::string& events) {
  return R"({"key":"k-1","events":[)" + events + "]}";
}

std::string person(const std::string& number) { return R"({"idNumber":")" + number + R"("})"; }

/// A premium, with one member replaced or added.
std::string premium(const std::string& member = {}) {
  std::vector<std::pair<std::string, std::string>> members = {{"type", R"("PremiumPaid")"},
                                                              {"validOn", R"("2021-03-31")"},
                                                              {"person", person(child)},
                                                              {"insuranceYear", "2021"},
                                                              {"amount", R"("250.00")"}};
  const auto colon = member.find(':');
  if (colon != std::string::npos) {
    const std::string name = member.substr(1, colon - 2);
    std::erase_if(members, [&](const auto& m) { return m.first == name; });
    members.emplace_back(name, member.substr(colon + 1));
  }
  std::string out;
  for (const auto& [name, value] : members) {
    out += (out.empty() ? "{\"" : ",\"") + name + "\":" + value;
  }
  return out + "}";
}

Told told_of_event(const std::string& event) {
  return told(read(with_events(event)).refusals.shown);
}
Told told_of_member(const std::string& member) { return told_of_event(premium(member)); }

TEST(SubmissionJson, ReadsAPremiumWithAllItsParts) {
  const auto parsed =
      read(R"({"key":"bank-2021-0331","submitter":"00112233445566778899AABBCCDDEEFF",
      "source":{"name":"银行回单.csv","sha256":")" +
           std::string(64, 'a') + R"("},
      "jurisdiction":"330100","registersPersons":true,
      "events":[)" +
           premium(R"("enrollment":118)") + R"(,
      {"type":"PremiumPaid","validOn":"2021-03-31","insuranceYear":2021,"amount":"250",
       "person":{"idType":"residentId","idNumber":")" +
           sibling + R"(","name":"阿依古丽·买买提"},
       "payerKind":"guardian","payerUnit":{"unitNumber":"330199001"},"enrollment":"#1",
       "correction":{"replaces":97,"cause":"wrongAmount","authority":"agency",
                     "authorityDocument":"〔2021〕77号"}}]})");
  ASSERT_TRUE(parsed.submission) << told(parsed.refusals.shown).front();
  const Submission& submission = *parsed.submission;
  EXPECT_EQ(submission.key, "bank-2021-0331");
  EXPECT_EQ(to_text(submission.actor), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(submission.jurisdiction, Area{330100});
  EXPECT_TRUE(submission.registers_persons);
  EXPECT_EQ(submission.source->name, "银行回单.csv");
  EXPECT_NE(submission.source->digest.bytes[0], 0xAA) << "a plain digest could be guessed";
  ASSERT_EQ(submission.events.size(), 2u);

  const SubmittedEvent& first = submission.events[0];
  EXPECT_EQ(first.draft.type, EventType::premium_paid);
  EXPECT_EQ(first.draft.envelope.valid_on, make_date(2021, 3, 31));
  EXPECT_EQ(number_of(first, Field::amount), 25'000);
  EXPECT_EQ(number_of(first, Field::insurance_year), 2021);
  EXPECT_EQ(first.persons[0].second.birth_date, make_date(2015, 3, 7));
  EXPECT_EQ(first.facts[0].second.number, 118u);
  EXPECT_FALSE(first.facts[0].second.in_submission);

  const SubmittedEvent& second = submission.events[1];
  EXPECT_EQ(second.persons[0].second.name, "阿依古丽·买买提");
  EXPECT_EQ(std::get<std::string>(second.units[0].second), "330199001");
  EXPECT_TRUE(second.facts[0].second.in_submission);
  EXPECT_EQ(second.facts[0].second.number, 1u);
  EXPECT_EQ(second.correction->replaces, Sequence{97});
  EXPECT_EQ(second.correction->cause, CorrectionCause::wrong_amount);
  EXPECT_EQ(second.correction->authority_document, "〔2021〕77号");
}

TEST(SubmissionJson, ReadsIdsInsteadOfDocumentsAndNumbers) {
  const std::string hex = "0123456789abcdef0123456789abcdef";
  const auto parsed = read(with_events(premium(R"("person":")" + hex + "\"")));
  ASSERT_TRUE(parsed.submission);
  EXPECT_EQ(to_text(std::get<PersonId>(parsed.submission->events[0].persons[0].second.who)), hex);
}

TEST(SubmissionJson, ReadsAVoid) {
  const auto parsed = read(with_events(
      R"({"type":"EventVoided","correction":{"replaces":5,"cause":"duplicate","authority":"unit"}})"));
  ASSERT_TRUE(parsed.submission);
  EXPECT_EQ(parsed.submission->events[0].draft.type, EventType::event_voided);
  EXPECT_EQ(told_of_event(R"({"type":"EventVoided"})"),
            Told{"0 events[0].correction FIELD_MISSING"});
  EXPECT_EQ(told_of_event(R"({"type":"EventVoided","validOn":"2021-01-01",
                              "correction":{"replaces":5,"cause":"duplicate","authority":"unit"}})"),
            Told{"0 events[0].validOn FIELD_UNKNOWN"});
}

TEST(SubmissionJson, TellsEverythingThatIsWrongAtOnce) {
  const auto parsed = read(R"({"events":[{"type":"PremiumPaid","amount":250,"person":"x",
      "insuranceYear":"2021"},{"type":"PremiumPiad"},7]})");
  EXPECT_FALSE(parsed.submission);
  EXPECT_EQ(
      told(parsed.refusals.shown),
      (Told{"0 key FIELD_MISSING", "0 events[0].amount JSON_TYPE", "0 events[0].person JSON_TYPE",
            "0 events[0].insuranceYear JSON_TYPE", "0 events[0].validOn FIELD_MISSING",
            "0 events[1].type TYPE_UNKNOWN", "0 events[2] JSON_TYPE"}));
}

TEST(SubmissionJson, AdvisesTheNearestName) {
  auto parsed = read(with_events(R"({"type":"PremiumPiad"})"));
  EXPECT_NE(parsed.refusals.shown[0].reason.en.find("PremiumPaid"), std::string::npos);
  parsed = read(with_events(premium(R"("amout":"250.00")")));
  EXPECT_NE(parsed.refusals.shown[0].reason.en.find("amount"), std::string::npos);
  EXPECT_EQ(told_of_member(R"("amout":"1")"), Told{"0 events[0].amout FIELD_UNKNOWN"});
  EXPECT_EQ(told(read(R"({"key":"k","evnets":[]})").refusals.shown),
            (Told{"0 evnets FIELD_UNKNOWN", "0 events FIELD_MISSING"}));
}

TEST(SubmissionJson, RefusesWhatOnlyTheLedgerRecords) {
  for (const auto& type : catalogue()) {
    if (type.family != "ledger" && type.name != "RuleVersionPublished") continue;
    EXPECT_EQ(told_of_event(R"({"type":")" + std::string(type.name) + "\"}"),
              Told{"0 events[0].type TYPE_BY_LEDGER"});
  }
  EXPECT_EQ(told_of_event(R"({"type":"PersonRegistered","validOn":"2021-01-04","person":
      {"idNumber":")" + child +
                          R"(","name":"示例"},"identityCommitment":"00"})"),
            Told{"0 events[0].identityCommitment FIELD_BY_LEDGER"});
}

TEST(SubmissionJson, ReadsOnlyExactDatesAndAmounts) {
  EXPECT_EQ(told_of_member(R"("validOn":"2021/3/31")"), Told{"0 events[0].validOn DATE_FORMAT"});
  EXPECT_EQ(told_of_member(R"("validOn":"2021-02-31")"),
            Told{"0 events[0].validOn DATE_NOT_ON_CALENDAR"});
  EXPECT_EQ(told_of_member(R"("validOn":"1899-12-31")"),
            Told{"0 events[0].validOn DATE_OUT_OF_RANGE"});
  EXPECT_EQ(told_of_member(R"("amount":"250.001")"),
            Told{"0 events[0].amount MONEY_TOO_MANY_DECIMALS"});
  EXPECT_EQ(told_of_member(R"("amount":"-250")"), Told{"0 events[0].amount MONEY_NEGATIVE"});
  EXPECT_EQ(told_of_member(R"("amount":"1000000000000000000")"),
            Told{"0 events[0].amount MONEY_TOO_LARGE"});
  EXPECT_EQ(told_of_member(R"("amount":"1,920.00")"), Told{"0 events[0].amount MONEY_FORMAT"});
  EXPECT_EQ(told_of_member(R"("amount":250.00)"), Told{"0 events[0].amount JSON_TYPE"});
  EXPECT_EQ(told_of_member(R"("amount":null)"), Told{"0 events[0].amount JSON_TYPE"});
  EXPECT_EQ(told_of_member(R"("insuranceYear":1899)"),
            Told{"0 events[0].insuranceYear YEAR_RANGE"});
  EXPECT_EQ(told_of_member(R"("insuranceYear":2021.0)"),
            Told{"0 events[0].insuranceYear JSON_TYPE"});
}

TEST(SubmissionJson, RefusesNumbersThatIdentifyNobody) {
  std::string wrong = child;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(told_of_member(R"("person":)" + person(wrong)),
            Told{"0 events[0].person.idNumber ID_CHECK_DIGIT"});
  EXPECT_EQ(told_of_member(R"("person":)" + person(made_up_number("20210406", 1))),
            Told{"0 events[0].person.idNumber ID_BIRTH_DATE"})
      << "born after today";
  EXPECT_EQ(told_of_member(R"("person":)" + person("３３０１９９２０１５０３０７００１Ｘ")),
            Told{"0 events[0].person.idNumber ID_FULL_WIDTH"});
  EXPECT_EQ(told_of_member(R"("person":{"name":"示例"})"),
            Told{"0 events[0].person.idNumber FIELD_MISSING"});
  EXPECT_EQ(told_of_member(R"("person":{"idType":"driver","idNumber":"1"})"),
            Told{"0 events[0].person.idType ID_TYPE_UNKNOWN"});
  EXPECT_EQ(told_of_member(R"("person":{"idNumber":")" + child + R"(","birthDate":"2015-03-08"})"),
            Told{"0 events[0].person.birthDate BIRTH_DATE_DIFFERS"});
  EXPECT_EQ(told_of_member(R"("person":{"idNumber":")" + child + R"(","phone":"1"})"),
            Told{"0 events[0].person.phone FIELD_UNKNOWN"});
}

TEST(SubmissionJson, NeverRepeatsANumberOrAName) {
  std::string wrong = child;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  const auto parsed = read(with_events(
      premium(R"("person":{"idNumber":")" + wrong + R"(","name":"示\u200b例","birthDate":"x"})") +
      "," + premium(R"("orderNumber":"单号)" + child + "\"") + "," +
      premium("\"" + child + "\":1")));
  EXPECT_EQ(
      told(parsed.refusals.shown),
      (Told{"0 events[0].person.idNumber ID_CHECK_DIGIT", "0 events[0].person.name TEXT_ZERO_WIDTH",
            "0 events[0].person.birthDate DATE_FORMAT",
            "0 events[1].orderNumber TEXT_LOOKS_LIKE_ID", "0 events[2].? FIELD_UNKNOWN"}));
  EXPECT_FALSE(repeat(parsed.refusals.shown, wrong));
  EXPECT_FALSE(repeat(parsed.refusals.shown, child));
  EXPECT_FALSE(repeat(parsed.refusals.shown, "例"));
}

TEST(SubmissionJson, RefusesTextThatDeceivesOrHidesANumber) {
  EXPECT_EQ(told_of_member("\"period\":\"2021\\u0000\""), Told{"0 events[0].period TEXT_CONTROL"});
  EXPECT_EQ(told_of_member("\"period\":\"\\u202e2021\""), Told{"0 events[0].period TEXT_BIDI"});
  EXPECT_EQ(told_of_member("\"period\":\"20\\u200b21\""),
            Told{"0 events[0].period TEXT_ZERO_WIDTH"});
  EXPECT_EQ(told_of_member(R"("period":"")"), Told{"0 events[0].period TEXT_EMPTY"});
  EXPECT_EQ(told_of_member(R"("period":")" + std::string(200, 'x') + "\""), Told{});
  EXPECT_EQ(told_of_member(R"("period":")" + std::string(201, 'x') + "\""),
            Told{"0 events[0].period TEXT_TOO_LONG"});
  EXPECT_EQ(told_of_member(R"("payerUnit":{"unitNumber":")" + child + "\"}"),
            Told{"0 events[0].payerUnit.unitNumber TEXT_LOOKS_LIKE_ID"});
  EXPECT_EQ(told_of_member(R"("orderNumber":"202103310000000018")"), Told{})
      << "an order number of 18 digits is none";
}

TEST(SubmissionJson, NamesTheEnumerantsThatThereAre) {
  const auto parsed = read(with_events(premium(R"("payerKind":"mother")")));
  ASSERT_EQ(told(parsed.refusals.shown), Told{"0 events[0].payerKind ENUMERATION_UNKNOWN"});
  EXPECT_NE(parsed.refusals.shown[0].reason.en.find("guardian, employee"), std::string::npos);
  EXPECT_EQ(told_of_member(R"("payerKind":"unspecified")"),
            Told{"0 events[0].payerKind ENUMERATION_UNKNOWN"});
  EXPECT_EQ(told_of_member(R"("payerKind":true)"), Told{"0 events[0].payerKind JSON_TYPE"});
}

TEST(SubmissionJson, ReadsListsOfEnumerantsOnce) {
  const auto binding = [](const std::string& parts) {
    return R"({"type":"BindingRegistered","validOn":"2021-03-05","person":)" + person(child) +
           R"(,"parent":)" + person(parent) + R"(,"unit":{"unitNumber":"330199001"},)" +
           R"("sealed":"no","missingParts":)" + parts + "}";
  };
  const auto parsed = read(with_events(binding(R"(["unitSeal","childName"])")));
  ASSERT_TRUE(parsed.submission);
  EXPECT_EQ(std::get<std::vector<std::uint16_t>>(
                *parsed.submission->events[0].draft.find(Field::missing_parts)),
            (std::vector<std::uint16_t>{1, 4}));
  EXPECT_EQ(told_of_event(binding(R"(["unitSeal","unitSeal"])")),
            Told{"0 events[0].missingParts LIST_ENTRY_TWICE"});
  EXPECT_EQ(told_of_event(binding(R"("unitSeal")")), Told{"0 events[0].missingParts JSON_TYPE"});
}

TEST(SubmissionJson, RefusesAChildOlderThanItsParent) {
  const auto kinship = [](const std::string& younger, const std::string& elder) {
    return R"({"type":"KinshipRecorded","validOn":"2021-03-05","person":)" + person(younger) +
           R"(,"parent":)" + person(elder) + "}";
  };
  EXPECT_EQ(told_of_event(kinship(child, parent)), Told{});
  EXPECT_EQ(told_of_event(kinship(parent, child)),
            Told{"0 events[0].parent CHILD_OLDER_THAN_PARENT"});
  EXPECT_EQ(told_of_event(kinship(child, made_up_number("20150307", 4))),
            Told{"0 events[0].parent CHILD_OLDER_THAN_PARENT"});
}

TEST(SubmissionJson, RefusesAnEndBeforeTheBeginning) {
  const auto employment = [](const std::string& until) {
    return R"({"type":"EmploymentRecorded","validOn":"2021-03-05","person":)" + person(parent) +
           R"(,"unit":{"unitNumber":"330199001"},"until":")" + until + "\"}";
  };
  EXPECT_EQ(told_of_event(employment("2021-03-05")), Told{});
  EXPECT_EQ(told_of_event(employment("2021-03-04")),
            Told{"0 events[0].until UNTIL_BEFORE_VALID_ON"});
}

TEST(SubmissionJson, TakesABirthDateFromTheNumberOrAsksForOne) {
  const auto registration = [](const std::string& of_person, const std::string& birth_date) {
    return R"({"type":"PersonRegistered","validOn":"2021-01-04","person":)" + of_person +
           (birth_date.empty() ? "" : R"(,"birthDate":")" + birth_date + "\"") + "}";
  };
  const std::string resident = R"({"idNumber":")" + child + R"(","name":"示例"})";
  const std::string passport = R"({"idType":"passport","idNumber":"E12345678","name":"SAMPLE"})";
  const auto parsed = read(with_events(registration(resident, "")));
  ASSERT_TRUE(parsed.submission);
  EXPECT_NE(parsed.submission->events[0].draft.find(Field::birth_date), nullptr);
  EXPECT_EQ(told_of_event(registration(resident, "2015-03-08")),
            Told{"0 events[0].birthDate BIRTH_DATE_DIFFERS"});
  EXPECT_EQ(told_of_event(registration(passport, "")), Told{"0 events[0].birthDate FIELD_MISSING"});
  EXPECT_EQ(told_of_event(registration(passport, "2015-03-08")), Told{});
  EXPECT_EQ(told_of_event(registration(person(child), "")),
            Told{"0 events[0].person.name FIELD_MISSING"});
}

TEST(SubmissionJson, TakesTheNumberOfARecordedUnitFromEitherPlace) {
  const auto unit = [](const std::string& members) {
    return R"({"type":"UnitRecorded","validOn":"2021-01-01",)" + members + "}";
  };
  EXPECT_EQ(told_of_event(unit(R"("unit":{"unitNumber":"1001"})")), Told{});
  EXPECT_EQ(told_of_event(unit(R"("unitNumber":"1001")")), Told{});
  EXPECT_EQ(told_of_event(unit(R"("unit":{"unitNumber":"1001"},"unitNumber":"1002")")),
            Told{"0 events[0].unitNumber UNIT_NUMBER_DIFFERS"});
  EXPECT_EQ(told_of_event(unit(R"("name":"示例单位")")),
            (Told{"0 events[0].unit FIELD_MISSING", "0 events[0].unitNumber FIELD_MISSING"}));
  EXPECT_EQ(told_of_event(unit(R"("unitNumber":"1001","creditCode":"91330100MA27XXXX0A")")),
            Told{"0 events[0].creditCode USCC_CHECK"});
}

TEST(SubmissionJson, RefusesReferencesAndCorrectionsThatAreNone) {
  for (const char* fact : {"\"#0\"", "\"#\"", "-1", "\"eleven\"", "\"\"", "1.5", "2000000000000",
                           "\"99999999999999999999\""}) {
    const auto refusals = told_of_member(std::string(R"("enrollment":)") + fact);
    ASSERT_EQ(refusals.size(), 1u) << fact;
    EXPECT_TRUE(refusals[0].ends_with("FACT_FORMAT") || refusals[0].ends_with("JSON_TYPE")) << fact;
  }
  EXPECT_EQ(told_of_member(R"("correction":{"replaces":-1,"cause":"typo","becouse":"x"})"),
            (Told{"0 events[0].correction.becouse FIELD_UNKNOWN",
                  "0 events[0].correction.replaces JSON_TYPE",
                  "0 events[0].correction.cause ENUMERATION_UNKNOWN",
                  "0 events[0].correction.authority FIELD_MISSING"}));
  EXPECT_EQ(told_of_member(R"("correction":{"replaces":1,"cause":"duplicate","authority":"unit",
                              "authorityDocument":"张三的申请"})"),
            Told{"0 events[0].correction.authorityDocument DOCUMENT_NUMBER_CHARACTERS"});
}

TEST(SubmissionJson, HasLimits) {
  const std::string key(201, 'k');
  EXPECT_EQ(told(read(R"({"key":")" + key + R"(","events":[)" + premium() + "]}").refusals.shown),
            Told{"0 key KEY_TOO_LONG"});
  EXPECT_EQ(told(read(R"({"key":" ","events":[]})").refusals.shown),
            (Told{"0 key KEY_EMPTY", "0 events EVENTS_EMPTY"}));
  std::string many;
  for (std::size_t i = 0; i <= submission_events_max; ++i) many += many.empty() ? "1" : ",1";
  EXPECT_EQ(told(read(with_events(many)).refusals.shown), Told{"0 events EVENTS_TOO_MANY"});
}

TEST(SubmissionJson, EndsLookingBeyondTheRefusalsThatItShows) {
  const auto ends = [](const std::string& json) {
    const auto parsed = read(json);
    EXPECT_FALSE(parsed.submission);
    EXPECT_EQ(parsed.refusals.shown.size(), refusals_shown_max);
    // One more tells that there are more.
    EXPECT_EQ(parsed.refusals.count, refusals_shown_max + 1);
  };
  std::string events = "1", members = "\"m\":1";
  for (std::size_t i = 0; i < 2 * refusals_shown_max; ++i) {
    events += ",1";
    members += ",\"m" + std::to_string(i) + "\":1";
  }
  ends(with_events(events));
  ends("{" + members + "}");
  ends(with_events(R"({"type":"PremiumPaid",)" + members + "}"));
  ends(with_events(premium(R"("person":{)" + members + "}")));
}

TEST(SubmissionJson, RefusesMoreValuesThanEventsCanHave) {
  std::string zeros = "0";
  while (zeros.size() < 2 * submission_values_max) zeros += ",0";
  EXPECT_EQ(told(read(with_events(zeros)).refusals.shown), Told{"0  JSON_VALUES"});
}

TEST(SubmissionJson, RefusesWhatIsNoSubmission) {
  EXPECT_EQ(told(read("").refusals.shown), Told{"0  JSON_SYNTAX"});
  EXPECT_EQ(told(read("[]").refusals.shown), Told{"0  JSON_TYPE"});
  EXPECT_EQ(told(read(R"({"key":"a","key":"b"})").refusals.shown), Told{"0  JSON_DUPLICATE_KEY"});
  EXPECT_EQ(told(read("{\"key\":\"\xFF\"}").refusals.shown), Told{"0  JSON_SYNTAX"});
  EXPECT_EQ(told(read(std::string(50'000, '[')).refusals.shown), Told{"0  JSON_DEPTH"});
  EXPECT_EQ(told(read(R"({"key":"k","submitter":"me","source":{"sha256":"12"},"jurisdiction":330100,
                          "registersPersons":"yes","events":{}})")
                     .refusals.shown),
            (Told{"0 submitter HEX_FORMAT", "0 jurisdiction JSON_TYPE", "0 events JSON_TYPE",
                  "0 source.name FIELD_MISSING", "0 source.sha256 HEX_FORMAT",
                  "0 registersPersons JSON_TYPE"}));
}

TEST(SubmissionJson, SurvivesEveryCutAndEveryChangedByte) {
  const std::string whole = with_events(premium(R"("correction":{"replaces":1,"cause":"duplicate",
                                                   "authority":"unit"})"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(read(whole.substr(0, i)).submission) << i;
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x15);
    const auto parsed = read(changed);
    EXPECT_EQ(parsed.submission.has_value(), parsed.refusals.empty()) << i;
  }
}

std::vector<std::string> lines_told(const std::filesystem::path& path) {
  auto lines = SubmissionLines::open(path, json_options);
  if (lines.has_error()) return {lines.error().code};
  std::vector<std::string> out;
  ParsedSubmission parsed;
  for (;;) {
    const auto more = (*lines)->next(parsed);
    if (more.has_error()) out.push_back(more.error().code);
    if (more.has_error() || !*more) return out;
    for (const auto& line : told(parsed.refusals.shown)) out.push_back(line);
    if (parsed.submission) {
      out.push_back(std::to_string((*lines)->line()) + " " + parsed.submission->key + " row " +
                    std::to_string(parsed.submission->events[0].draft.envelope.source_row));
    }
  }
}

TEST(SubmissionLines, AreReadOneByOneWithTheirNumbers) {
  const TestDirectory directory;
  const std::string line = with_events(premium());
  put_file(directory.file("a.ndjson"),
           "\xEF\xBB\xBF" + line + "\r\n\n  \n" + line + "\n{\"key\":1}\n" + line);
  EXPECT_EQ(lines_told(directory.file("a.ndjson")),
            (Told{"1 k-1 row 1", "4 k-1 row 4", "5 key JSON_TYPE", "5 events FIELD_MISSING",
                  "6 k-1 row 6"}));
}

TEST(SubmissionLines, CrossTheStepsOfReading) {
  const TestDirectory directory;
  const std::string line = with_events(premium());
  std::string all;
  Told expected;
  for (int i = 1; all.size() < 600'000; ++i) {
    all += line + "\n";
    expected.push_back(std::to_string(i) + " k-1 row " + std::to_string(i));
  }
  put_file(directory.file("a.ndjson"), all);
  EXPECT_EQ(lines_told(directory.file("a.ndjson")), expected);
}

TEST(SubmissionLines, RefuseFilesThatAreNone) {
  const TestDirectory directory;
  put_file(directory.file("empty"), "");
  EXPECT_EQ(lines_told(directory.file("empty")), Told{"FILE_EMPTY"});
  EXPECT_EQ(lines_told(directory.file("nowhere")), Told{"FILE_UNREADABLE"});
  put_file(directory.file("long"), "");
  std::filesystem::resize_file(directory.file("long"), submission_bytes_max + 2);
  EXPECT_EQ(lines_told(directory.file("long")), Told{"LINE_TOO_LONG"});
  put_file(directory.file("blank"), "\n\n");
  EXPECT_EQ(lines_told(directory.file("blank")), Told{});
}

}  // namespace
}  // namespace kinledger::ledger::intake
