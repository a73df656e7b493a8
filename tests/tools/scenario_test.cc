// What `kinledger scenario` tells of a scenario that comes out otherwise, and of one that is shown.
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "tests/tools/shell.h"

namespace kinledger::tools {
namespace {

const std::string child_paid_late =
    "pack: hangzhou-2021\n"
    "scenario: paid on 1 April waits six months\n"
    "2021-01-05 PersonRegistered child birthDate=2012-06-15\n"
    "2021-01-05 LegacyMembershipRecorded child validOn=2018-09-01 until=2021-01-01\n"
    "2021-01-05 LegacyMemberConverted child validOn=2021-01-01 fromScheme=legacyChildPooling "
    "scheme=children\n"
    "2021-04-01 PremiumPaid child insuranceYear=2021 scheme=children amount=250\n";

Ran run_with(const std::string& more, const std::vector<std::string>& options = {}) {
  const Shell shell;
  shell.write("a.scenario", child_paid_late + more);
  std::vector<std::string> words{"scenario", "a.scenario"};
  words.insert(words.end(), options.begin(), options.end());
  return shell.run(words);
}

TEST(ScenarioCommand, SaysWhyAQuestionWasRefused) {
  const auto ran = run_with("ask coverage child scheme=childrn on 2021-12-31\n");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(holds(ran.out, "refusal: expected none, found ARGUMENT_CODE argument scheme "))
      << ran.out;
}

TEST(ScenarioCommand, SaysWhyAValueIsUndetermined) {
  const auto ran = run_with("ask coverage child on 2021-12-31\n  premium = 250.00\n");
  EXPECT_TRUE(holds(ran.out, "premium: expected 250.00, found undetermined O-08 (")) << ran.out;
}

TEST(ScenarioCommand, SaysOnWhichPointsAnAnswerRelies) {
  const auto ran = run_with(
      "ask coverage child on 2021-12-31\n"
      "  coveredFrom.certainty = interpretation O-99\n"
      "  scheme.certainty = document I-06\n");
  EXPECT_TRUE(holds(ran.out, "expected interpretation O-99, found interpretation I-06")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "found document (relying on no point)")) << ran.out;
}

TEST(ScenarioCommand, SaysThatThereIsNoSuchChoice) {
  const auto ran =
      run_with("ask coverage child on 2021-12-31\n  coveredFrom.alternative.nonsense = none\n");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(holds(ran.out, "expected none, found no such choice (one of: birthday")) << ran.out;
  const auto known =
      run_with("ask coverage child on 2021-12-31\n  coveredFrom.alternative.same_day = none\n");
  EXPECT_EQ(known.exit, 0) << known.told();
}

TEST(ScenarioCommand, SaysFromWhereARefusedLineKeptItFromRunning) {
  const auto ran = run_with(
      "2021-04-02 PremiumPaid child insuranceYear=2021 scheme=nothing amount=250\n"
      "ask coverage child on 2021-12-31\n  coveredFrom = 2021-10-01\n");
  EXPECT_TRUE(holds(ran.out, "a.scenario:7:   scheme: CODE_UNKNOWN")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "a.scenario:8:   not run from here on")) << ran.out;
}

TEST(ScenarioCommand, ShowsAnAnswerAsAScenarioThatHolds) {
  const auto question =
      std::string("ask coverage child on 2021-12-31\nask timeline child on 2021-12-31\n");
  const auto ran = run_with(question, {"--show"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.out, "a.scenario:7: ask coverage on 2021-12-31\n")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "  coveredFrom = 2021-10-01\n")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "  premium = undetermined O-08  # ")) << ran.out;

  // Copied below its question, what was shown is what is expected.
  std::string copied;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    const auto ask = line.find(": ask ");
    if (ask != std::string::npos) {
      auto words = line.substr(ask + 2);
      words.insert(words.find(" on "), " child");
      copied += words + "\n";
    } else if (line.starts_with("  ")) {
      copied += line + "\n";
    }
  }
  const auto again = run_with(copied);
  EXPECT_EQ(again.exit, 0) << again.told();
  EXPECT_FALSE(holds(again.out, " 0 expectations")) << again.told();

  const auto json = run_with(question, {"--show", "--json"});
  const auto answers = boost::json::parse(json.out).at("answers").as_array();
  ASSERT_EQ(answers.size(), 2U) << json.out;
  EXPECT_EQ(answers.at(0).at("line").as_int64(), 7);
  EXPECT_EQ(answers.at(0).at("answer").at("question").as_string(), "coverage");
}

}  // namespace
}  // namespace kinledger::tools
