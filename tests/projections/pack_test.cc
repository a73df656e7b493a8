#include "projections/pack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "ledger/json.h"
#include "projections/condition_format.h"
#include "projections/contact_data.h"
#include "projections/declaration_format.h"
#include "projections/pack_check.h"
#include "projections/pack_notes.h"
#include "projections/rule_format.h"
#include "tests/documented.h"
#include "tests/projections/recorded_facts.h"
#include "tests/projections/small_pack.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;

std::uint32_t line_of(const std::string& text, std::string_view what) {
  const auto at = text.find(what);
  return static_cast<std::uint32_t>(
             std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
         1;
}

TEST(Pack, OfHangzhou2021HasEveryRuleOfItsDocument) {
  const auto reading = read_pack(hangzhou_2021());
  ASSERT_EQ(codes_of(reading), CodesFound{});
  std::set<std::string> ids;
  for (const auto& rule : reading.pack->rules) ids.insert(rule.id);
  EXPECT_EQ(ids.size(), 31u);
  EXPECT_EQ(*ids.begin(), "HZ21-01");
  EXPECT_EQ(*ids.rbegin(), "HZ21-31");
  EXPECT_EQ(reading.pack->declarations.jurisdiction, hangzhou);
}

TEST(Pack, OfHangzhou2021HoldsNoContactData) {
  std::istringstream lines(hangzhou_2021());
  for (std::string line; std::getline(lines, line);) EXPECT_FALSE(holds_contact_data(line)) << line;
}

TEST(Pack, BecomesOneEventPerRuleBehindItsAdoption) {
  const auto reading = read_pack(small_pack);
  ASSERT_TRUE(reading.pack);
  const auto drafts = compile(*reading.pack, day("2029-12-01"));
  ASSERT_TRUE(drafts);
  ASSERT_EQ(drafts->size(), 3u);
  const auto& adoption = drafts->at(0);
  EXPECT_EQ(adoption.type, EventType::pack_adopted);
  EXPECT_EQ(adoption.envelope.valid_on, day("2029-12-01"));
  EXPECT_EQ(adoption.envelope.jurisdiction, ledger::Area{339900});
  EXPECT_EQ(std::get<std::int64_t>(*adoption.find(Field::rules)), 2);
  const auto& premium = drafts->at(2);
  EXPECT_EQ(premium.type, EventType::rule_version_published);
  EXPECT_EQ(premium.envelope.valid_on, day("2030-01-01"));
  EXPECT_EQ(std::get<std::string>(*premium.find(Field::kind)), "premium");
  EXPECT_EQ(std::get<std::string>(*premium.find(Field::parameters)),
            R"({"due":[{"personal":"90.00","scheme":"pupils"}],"insurance_year":2030})");
}

TEST(Pack, RecordsItsDeclarationsAsCanonicalJson) {
  const auto reading = read_pack(hangzhou_2021());
  ASSERT_TRUE(reading.pack);
  const auto& text = reading.pack->declarations_json;
  const auto parsed = ledger::parse_json(text, ledger::event_bytes_max);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(ledger::canonical_json(*parsed), text);
  EXPECT_FALSE(parsed->get_object().contains("rule"));
}

TEST(Pack, IsTheSameWhateverTheOrderOfItsKeys) {
  const auto reordered =
      changed("id = \"yunzhou-2030\"\nversion = \"1\"", "version = \"1\"\nid = \"yunzhou-2030\"");
  EXPECT_EQ(read_pack(reordered).pack->declarations_json,
            read_pack(small_pack).pack->declarations_json);
  EXPECT_NE(read_pack(reordered).pack->digest, read_pack(small_pack).pack->digest);
}

struct Fault {
  std::string_view from;
  std::string_view to;
  std::string_view code;
  std::string_view at;  ///< text in whose line it is reported
};

TEST(Pack, NamesEachFaultAndItsLine) {
  const Fault faults[] = {
      {"version = \"1\"", "versoin = \"1\"", "PACK_UNKNOWN_KEY", "versoin"},
      {"kind = \"premium\"", "kind = \"premiums\"", "PACK_UNKNOWN_KIND", "premiums"},
      {"[areas]\n", "[places]\nx = 1\n[areas]\n", "PACK_UNKNOWN_KEY", "[places]"},
      {"jurisdiction = 339900", "jurisdiction = 3399", "PACK_NUMBER", "jurisdiction"},
      {"due = [{ scheme = \"pupils\", personal = \"90.00\" }]", "", "PACK_MISSING",
       "[rule.parameters]\ninsurance_year"},
      {"insurance_year = 2030", "insurance_year = \"2030\"", "PACK_NUMBER", "insurance_year"},
      {"personal = \"90.00\"", "personal = 90.5", "PACK_AMOUNT", "personal"},
      {"personal = \"90.00\"", "personal = \"90.005\"", "PACK_AMOUNT", "personal"},
      {"personal = \"90.00\"", "personal = { open_point = \"Y-O2\" }", "PACK_UNDECLARED",
       "personal"},
      {"personal = \"90.00\"", "personal = { }", "PACK_MISSING", "personal"},
      {"due = [{ scheme = \"pupils\", personal = \"90.00\" }]", "due = []", "PACK_LIST", "due"},
      {"{ scheme = \"pupils\", personal", "{ scheme = \"adults\", personal", "PACK_UNDECLARED",
       "adults"},
      {"document = \"Y1\"\nsection = \"2\"", "document = \"Y9\"\nsection = \"2\"",
       "PACK_UNDECLARED", "Y9"},
      {"area = \"centre\"", "area = \"center\"", "PACK_UNDECLARED", "center"},
      {"status = \"hukou\", area", "status = \"hukuo\", area", "PACK_UNDECLARED", "hukuo"},
      {"age_below = 15", "age_below = 151", "PACK_NUMBER", "age_below"},
      {"age_below = 15", "age_bellow = 15", "PACK_CONDITION", "age_bellow"},
      {"age_below = 15", "unit_type = \"organ\"", "PACK_CONDITION", "unit_type"},
      {"{ age_below = 15 }", "{ age_below = 15, legacy_member = true }", "PACK_CONDITION",
       "legacy_member"},
      {"{ age_below = 15 }", "{ legacy_member = false }", "PACK_CONDITION", "legacy_member"},
      {"{ age_below = 15 }", "{ legacy_member = \"yes\" }", "PACK_TYPE", "legacy_member"},
      {"{ age_below = 15 }", "{ points_qualified = 1.5 }", "PACK_TYPE", "points_qualified"},
      {"{ status = \"hukou\", area = \"centre\" }", "{ status = \"hukou\", months_at_least = 3 }",
       "PACK_STATUS", "months_at_least"},
      {"{ age_below = 15 }", "{ age_below = 15, relies_on = \"Y-I9\" }", "PACK_UNDECLARED", "Y-I9"},
      {"until = 2031-01-01", "until = 2030-01-01", "PACK_DATES", "until = 2030"},
      {"from = 2030-01-01\nuntil", "from = 2030-01-01T08:00:00\nuntil", "PACK_TYPE", "T08"},
      {"from = 2030-01-01\nuntil", "from = 1830-01-01\nuntil", "PACK_DATE", "1830"},
      {"insurance_year = 2030",
       "insurance_year = 2030\npaid_from = 2030-05-01\npaid_to = 2030-04-30", "PACK_DATES",
       "paid_to"},
      {"tag = \"Y1\"", "tag = \"Y 1\"", "PACK_NAME", "tag"},
      {"says = { zh = \"未明确\", en = \"open\" }", "says = { zh = \"未明确\", en = \"\" }",
       "PACK_TEXT", "未明确"},
      {"en = \"90 yuan a year\"",
       "en = \"call 0571 8765\x20"
       "4321\"",
       "PACK_CONTACT_DATA", "call"},
      {"certainty = \"document\"\nsays = { zh = \"每年",
       "certainty = \"sure\"\nsays = { zh = \"每年", "PACK_WORD", "\"sure\""},
      {"certainty = \"document\"\nsays = { zh = \"每年",
       "certainty = \"open\"\nsays = { zh = \"每年", "PACK_CERTAINTY", "certainty = \"open\""},
      {"choice = \"birthday\"", "choice = \"eve\"", "PACK_WORD", "[[interpretation]]"},
      {"convention = \"age_day\"", "convention = \"moon\"", "PACK_WORD", "moon"},
      {"id = \"Y-I1\"", "id = \"Y-O1\"", "PACK_DUPLICATE", "[[interpretation]]"},
      {"id = \"Y-2\"\nkind = \"premium\"", "id = Y-2\nkind = \"premium\"", "PACK_TOML", "id = Y-2"},
  };
  for (const auto& fault : faults) {
    const auto text = changed(fault.from, fault.to);
    const auto reading = read_pack(text);
    ASSERT_FALSE(reading.errors.empty()) << fault.to;
    EXPECT_FALSE(reading.pack) << fault.to;
    const auto line = line_of(text, fault.at);
    EXPECT_TRUE(std::ranges::any_of(reading.errors,
                                    [&](const PackError& error) {
                                      return error.reason.code == fault.code &&
                                             error.line == line && error.column > 0 &&
                                             !error.reason.zh.empty() && !error.reason.en.empty();
                                    }))
        << fault.to << ": " << reading.errors.front().reason.code << " in line "
        << reading.errors.front().line;
  }
}

TEST(Pack, ReportsAllFaultsAtOnceInTheOrderOfTheFile) {
  auto text = changed("version = \"1\"", "version = 1");
  text += "[[rule]]\nid = \"Y-3\"\nkind = \"examination\"\ndocument = \"Y1\"\n";
  const auto reading = read_pack(text);
  EXPECT_EQ(codes_of(reading),
            (CodesFound{"PACK_NAME", "PACK_MISSING", "PACK_MISSING", "PACK_MISSING", "PACK_MISSING",
                        "PACK_MISSING", "PACK_MISSING"}));
  EXPECT_TRUE(std::ranges::is_sorted(reading.errors, {}, &PackError::line));
}

TEST(Pack, LetsARuleReferToADeclarationThatIsAtFaultItself) {
  const auto reading = read_pack(changed("codes = [339902]", "codes = [7]"));
  EXPECT_EQ(codes_of(reading), CodesFound{"PACK_NUMBER"});
}

std::string third_rule(std::string_view id, std::string_view kind, std::string_view period) {
  return std::string(small_pack) + "[[rule]]\nid = \"" + std::string(id) + "\"\nkind = \"" +
         std::string(kind) + "\"\n" + std::string(period) +
         "\ndocument = \"Y1\"\nsection = \"3\"\ncertainty = \"document\"\n"
         "says = { zh = \"三\", en = \"three\" }\n[rule.parameters]\n" +
         (kind == "premium" ? "insurance_year = 2031\ndue = [{ scheme = \"pupils\", personal = "
                              "\"95.00\" }]\n"
                            : "schemes = \"pupils\"\n");
}

TEST(Pack, RefusesTwoVersionsOfARuleThatOverlap) {
  const auto codes = [](std::string_view period) {
    return codes_of(read_pack(third_rule("Y-2", "premium", period)));
  };
  EXPECT_EQ(codes("from = 2031-01-01"), CodesFound{});
  EXPECT_EQ(codes("from = 2030-12-31"), CodesFound{"PACK_OVERLAP"});
  EXPECT_EQ(codes("until = 2030-01-01"), CodesFound{});
  EXPECT_EQ(codes("until = 2030-01-02"), CodesFound{"PACK_OVERLAP"});
  EXPECT_EQ(codes(""), CodesFound{"PACK_OVERLAP"});
}

TEST(Pack, TellsOfDaysBetweenTwoVersionsOfARule) {
  const auto notes = [](std::string_view period) {
    return notes_on(*read_pack(third_rule("Y-2", "premium", period)).pack);
  };
  EXPECT_TRUE(notes("from = 2031-01-01").empty());
  const auto gap = notes("from = 2031-01-03");
  ASSERT_EQ(gap.size(), 1u);
  EXPECT_EQ(gap.front().rule, "Y-2");
  EXPECT_EQ(gap.front().reason.code, "PACK_GAP");
  EXPECT_NE(gap.front().reason.en.find("from 2031-01-01 to 2031-01-02"), std::string::npos);
  EXPECT_TRUE(notes_on(*read_pack(third_rule("Y-2", "subsidy_exclusion", "from = 2032-01-01")).pack)
                  .empty())
      << "of another kind";
}

TEST(Pack, LetsARuleHaveOnePartOfEachKind) {
  EXPECT_EQ(codes_of(read_pack(third_rule("Y-2", "subsidy_exclusion", ""))), CodesFound{});
}

TEST(Pack, KnowsEveryConventionAndItsChoices) {
  for (std::size_t i = 0; i < convention_count; ++i) {
    const auto convention = static_cast<Convention>(i);
    EXPECT_EQ(convention_named(to_text(convention)), convention);
    for (const auto choice : choices_of(convention)) {
      const auto reading = read_pack(changed("convention = \"age_day\"\nchoice = \"birthday\"",
                                             "convention = \"" + std::string(to_text(convention)) +
                                                 "\"\nchoice = \"" + std::string(choice) + "\""));
      EXPECT_EQ(codes_of(reading), CodesFound{}) << choice;
    }
  }
  EXPECT_EQ(convention_named("moon"), std::nullopt);
}

/// Names of the enumerants of a field, without "unspecified", as a TOML list.
std::string enumerants(EventType type, Field field) {
  std::string list;
  for (const auto& enumerant : ledger::type_info(type).find(field)->enumerants.subspan(1)) {
    list += (list.empty() ? "\"" : ", \"") + std::string(enumerant.name) + "\"";
  }
  return "[" + list + "]";
}

TEST(Pack, UsesTheWordsOfTheEventCatalogue) {
  const auto text =
      std::string(small_pack) +
      "[codes.channel]\nnet = { zh = \"网\", en = \"net\" }\n"
      "[[rule]]\nid = \"Y-4\"\nkind = \"enrollment_channel\"\ndocument = \"Y1\"\nsection = "
      "\"4\"\ncertainty = \"document\"\nsays = { zh = \"四\", en = \"four\" }\n"
      "parameters = { schemes = \"pupils\", entries = [{ channels = \"net\", kinds = " +
      enumerants(EventType::enrollment_registered, Field::kind) +
      " }] }\n"
      "[[rule]]\nid = \"Y-5\"\nkind = \"required_form\"\ndocument = \"Y1\"\nsection = "
      "\"5\"\ncertainty = \"document\"\nsays = { zh = \"五\", en = \"five\" }\n"
      "parameters = { title = { zh = \"表\", en = \"form\" }, enrolled_required = false, parts = " +
      enumerants(EventType::binding_registered, Field::missing_parts) +
      " }\n"
      "[[rule]]\nid = \"Y-6\"\nkind = \"account_transfer\"\ndocument = \"Y1\"\nsection = "
      "\"6\"\ncertainty = \"document\"\nsays = { zh = \"六\", en = \"six\" }\n"
      "parameters = { year_classes = " +
      enumerants(EventType::account_transferred, Field::year_class) + " }\n";
  const auto reading = read_pack(text);
  ASSERT_EQ(codes_of(reading), CodesFound{});
  const auto& rules = reading.pack->rules;
  using ledger::EnrollmentKind;
  EXPECT_EQ(rules[2].as<EnrollmentChannel>().entries.at(0).kinds.back(), EnrollmentKind::newborn);
  EXPECT_EQ(rules[3].as<RequiredForm>().parts.front(), ledger::FormPart::unit_seal);
  EXPECT_EQ(rules[4].as<AccountTransfer>().year_classes.back(), ledger::AccountYear::past);
}

TEST(Pack, RefusesAStartThatIsNone) {
  const auto with_start = [](const std::string& start) {
    return codes_of(read_pack(
        std::string(small_pack) +
        "[[rule]]\nid = \"Y-7\"\nkind = \"coverage\"\ndocument = \"Y1\"\nsection = \"7\"\n"
        "certainty = \"document\"\nsays = { zh = \"七\", en = \"seven\" }\n"
        "[rule.parameters]\nschemes = \"pupils\"\nstart = " +
        start + "\n"));
  };
  EXPECT_EQ(with_start("{ birth = true }"), CodesFound{});
  EXPECT_EQ(with_start("{ never = true }"), CodesFound{});
  EXPECT_EQ(with_start("{ birth = false }"), CodesFound{"PACK_TYPE"});
  EXPECT_EQ(with_start("{ never = false }"), CodesFound{"PACK_TYPE"});
}

TEST(Pack, FormatIsDocumentedAsTheProgramChecksIt) {
  const std::string heads = "| key | holds | needed | meaning |\n| --- | --- | --- | --- |\n";
  expect_documented("RULES.md", declarations_markdown(), "Every key:", "## Rules of a pack");
  expect_documented("RULES.md", heads + condition_markdown(),
                    "All tests:", "## How rules are applied");
  EXPECT_NE(file_text(repository() / "docs/RULES.md").find(rule_table_markdown()),
            std::string::npos);
  expect_documented("RULES.md", rule_kinds_markdown(),
                    "Every kind and its parameters:", "## Faults of a pack");
}

}  // namespace
}  // namespace kinledger::projections
