// status, balance, roster, ask, history and rules, as an agency and an auditor use them.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

/// The child's payment of 30 March, handed in on 5 April.
void pay(Office& office) {
  office.on("2021-04-05");
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child));
  const auto ran = office.shell.run({"import", "city", "premiums.csv"});
  ASSERT_EQ(ran.exit, 0) << ran.told();
  office.on("2021-06-01");
}

const boost::json::object& fields(const boost::json::object& answer) {
  return answer.at("answer").as_object();
}

TEST(Status, DependsOnWhatWasKnown) {
  Office office;
  pay(office);
  const auto before = office.status("2021-04-06", "2021-04-01");
  const auto after = office.status("2021-04-06", "2021-04-06");
  EXPECT_NE(fields(before), fields(after));
  EXPECT_EQ(text(fields(after), "coveredFrom"), "2021-01-01");
  EXPECT_EQ(text(after.at("basis").as_object(), "origin"), "test.invalid");
  EXPECT_EQ(office.status("2021-04-06", "2021-04-01"), before) << "asked again";
}

TEST(Status, TakesThePersonHoweverItIsNamed) {
  Office office;
  const auto known = office.status("2021-06-01");
  const std::string pseudonym(text(known, "person"));
  ASSERT_EQ(pseudonym.size(), 32U);
  const auto& shell = office.shell;
  const auto ask = [&](const std::string& person, const std::string& input = "") {
    return shell.run({"status", "city", person, "--on", "2021-06-01", "--json"}, input);
  };
  const auto by_pseudonym = ask(pseudonym);
  EXPECT_EQ(by_pseudonym.exit, 0);
  EXPECT_EQ(ask(office.child).out, by_pseudonym.out);
  EXPECT_EQ(ask("residentId:" + office.child).out, by_pseudonym.out);
  EXPECT_EQ(ask("-", office.child + "\r\n").out, by_pseudonym.out);
  EXPECT_EQ(ask("-", "  " + pseudonym + "\n").out, by_pseudonym.out);
}

TEST(Status, RefusesWhomItDoesNotKnowWithoutRepeatingTheNumber) {
  const Office office;
  const auto stranger = resident("20090101", 77);
  for (const auto& person :
       {stranger, std::string(32, 'a'), std::string("passport:E1234567"), std::string("330199"),
        std::string("licence:1"), std::string("@missing.txt"), std::string("-")}) {
    const auto ran = office.shell.run({"status", "city", person});
    EXPECT_EQ(ran.exit, 3) << person << ran.told();
    EXPECT_FALSE(holds(ran.out + ran.err, stranger));
  }
}

TEST(Status, HasATimelineAndReasons) {
  Office office;
  pay(office);
  const auto& shell = office.shell;
  const auto timeline =
      object_of(shell.run({"status", "city", "@child.txt", "--timeline", "--json"}).out);
  EXPECT_GE(fields(timeline).at("intervals").as_array().size(), 2U);
  const auto brief = shell.run({"status", "city", "@child.txt", "--on", "2021-06-01"});
  const auto explained =
      shell.run({"status", "city", "@child.txt", "--on", "2021-06-01", "--explain"});
  EXPECT_TRUE(holds(explained.out, "HZ21-10")) << explained.out;
  EXPECT_FALSE(holds(brief.out, "HZ21-10")) << brief.out;
  EXPECT_TRUE(holds(explained.out, "000 \"Questions and answers on")) << explained.out;
  EXPECT_TRUE(holds(shell.run({"status", "city", "@child.txt", "--lang", "zh"}).out, "状态"));
}

TEST(Asking, RefusesDatesAndBasesThatAreNone) {
  const Office office;
  const auto run = [&](const std::string& option, const std::string& value) {
    return office.shell.run({"status", "city", "@child.txt", option, value}).exit;
  };
  EXPECT_EQ(run("--on", "2021-02-29"), 3);
  EXPECT_EQ(run("--on", "yesterday"), 3);
  EXPECT_EQ(run("--known", "2020-01-01"), 3) << "before the ledger";
  EXPECT_EQ(run("--known", "999999"), 3) << "ahead of it";
  EXPECT_EQ(run("--known", "then"), 3);
  EXPECT_EQ(run("--known", "latest"), 0);
  EXPECT_EQ(run("--known", "1"), 0);
}

TEST(Asking, RefusesAMomentThatIsStillToCome) {
  Office office;
  const auto asked = [&](const std::string& known) {
    return office.shell.run({"status", "city", "@child.txt", "--known", known});
  };
  EXPECT_EQ(asked("2021-01-11").exit, 0) << "today, up to now";
  EXPECT_EQ(asked("2021-01-11T09:00:00+08:00").exit, 0);
  for (const auto* known : {"2021-01-12", "2099-01-01", "2021-01-11T09:00:01+08:00"}) {
    const auto ran = asked(known);
    EXPECT_EQ(ran.exit, 3) << known << ran.told();
    EXPECT_TRUE(holds(ran.err, "[BASIS_FUTURE]")) << ran.err;
  }
  // A clock that ran ahead left an event of a moment to come: what was known then is recorded.
  office.on("2021-03-01");
  office.write_premiums("premium.csv", office.premium_row("2021-02-28", office.child));
  EXPECT_EQ(office.shell.run({"import", "city", "premium.csv"}).exit, 0);
  office.on("2021-02-01");
  EXPECT_EQ(asked("2021-03-01").exit, 0);
  EXPECT_EQ(asked("2021-03-02").exit, 3);
}

TEST(Asking, PrintsTheDateAndTheBasisBelowTheAnswer) {
  const Office office;
  const auto size =
      std::to_string(number(office.status("2021-06-01").at("basis").as_object(), "size"));
  const auto printed = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"status", "city", "@child.txt", "--on", "2021-06-01"});
    return office.shell.run(more).out;
  };
  EXPECT_TRUE(printed({}).ends_with("\non 2021-06-01, as known from the first " + size +
                                    " events of test.invalid\n"))
      << printed({});
  EXPECT_TRUE(
      printed({"--lang", "zh"})
          .ends_with("\n状态日期 2021-06-01，按账本 test.invalid 前 " + size + " 条记录所知\n"));
  EXPECT_TRUE(holds(printed({"--explain"}), " events of test.invalid, root "));
}

TEST(Balance, AnswersForAUnitAndYear) {
  Office office;
  const auto ran = office.shell.run({"balance", "city", "330199001", "--year", "2021", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(number(object_of(ran.out), "year"), 2021U);
  EXPECT_EQ(office.shell.run({"balance", "city", "999"}).exit, 3);
  EXPECT_EQ(office.shell.run({"balance", "city", "330199001", "--year", "21"}).exit, 3);
}

TEST(Roster, ListsAUnitsPersonsByPseudonym) {
  Office office;
  const auto ran = office.shell.run({"roster", "city", "330199001", "--on", "2021-06-01"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_FALSE(holds(ran.out, office.child));
  EXPECT_FALSE(holds(ran.out, "林"));
  const auto json = object_of(
      office.shell.run({"roster", "city", "330199001", "--on", "2021-06-01", "--json"}).out);
  EXPECT_EQ(fields(json).at("persons").as_array().size(), 2U);
}

TEST(Ask, ListsEveryQuestionAndSuggestsTheOneThatWasMeant) {
  const Office office;
  const auto list = office.shell.run({"ask", "--list"});
  EXPECT_EQ(list.exit, 0);
  for (const auto* name : {"coverage", "status", "balance", "roster"})
    EXPECT_TRUE(holds(list.out, name)) << name;
  EXPECT_GE(objects_of(office.shell.run({"ask", "--list", "--json"}).out).size(), 20U);
  const auto wrong = office.shell.run({"ask", "city", "coverige"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_TRUE(holds(wrong.err, "did you mean 'coverage'?")) << wrong.err;
  const auto number = office.shell.run({"ask", "city", "Q-01"});
  EXPECT_EQ(number.exit, 2);
  EXPECT_TRUE(holds(number.err, "Q-01 names several questions: status, timeline")) << number.err;
}

TEST(Ask, TellsWhichQuestionsShareANumber) {
  const Office office;
  const auto ran = office.shell.run({"ask", "city", "Q-24"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(holds(ran.err, "Q-24 names several questions: ")) << ran.err;
  std::size_t names = 0;
  for (const auto& question : objects_of(office.shell.run({"ask", "--list", "--json"}).out))
    if (text(question, "id") == "Q-24") {
      ++names;
      EXPECT_TRUE(holds(ran.err, text(question, "name"))) << ran.err;
    }
  EXPECT_GT(names, 1U);
  EXPECT_TRUE(holds(office.shell.run({"ask", "city", "Q-24", "--lang", "zh"}).err,
                    "Q-24 对应多个查询，请用名称："));
}

TEST(Ask, TakesArgumentsByName) {
  Office office;
  pay(office);
  const auto& shell = office.shell;
  const auto ran = shell.run({"ask", "city", "coverage", "person=@child.txt", "year=2021", "--on",
                              "2021-12-31", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(text(fields(object_of(ran.out)), "coveredFrom"), "2021-01-01");
  EXPECT_EQ(text(fields(object_of(ran.out)), "flagged"), "none");
  EXPECT_EQ(shell.run({"ask", "city", "coverage"}).exit, 3) << "a required argument";
  EXPECT_EQ(shell.run({"ask", "city", "coverage", "person=@child.txt", "colour=blue"}).exit, 3);
  EXPECT_EQ(shell.run({"ask", "city", "coverage", "child"}).exit, 2);
}

TEST(History, KeepsWhatWasCorrectedAndMarksIt) {
  Office office;
  pay(office);
  const auto& shell = office.shell;
  const auto events = objects_of(shell.run({"history", "city", "@child.txt", "--json"}).out);
  ASSERT_FALSE(events.empty());
  const auto paid = events.back();
  EXPECT_EQ(text(paid, "type"), "PremiumPaid");
  EXPECT_EQ(text(paid, "leafHash").size(), 64U);
  EXPECT_EQ(text(paid, "sourceDigest").size(), 64U) << "it came from a file";
  const auto sequence = std::to_string(number(paid, "sequence"));
  const auto corrected =
      shell.run({"submit", "city"},
                R"({"key":"c","events":[{"type":"EventVoided","correction":{"replaces":)" +
                    sequence + R"(,"cause":"duplicate","authority":"agency"}}]})");
  ASSERT_EQ(corrected.exit, 0) << corrected.told();
  const auto after = objects_of(shell.run({"history", "city", "@child.txt", "--json"}).out);
  ASSERT_EQ(after.size(), events.size() + 1);
  EXPECT_EQ(text(after.back(), "type"), "EventVoided");
  EXPECT_EQ(number(after[after.size() - 2], "replacedBy"), number(after.back(), "sequence"));
  EXPECT_EQ(
      objects_of(
          shell.run({"history", "city", "@child.txt", "--known", "2021-05-01", "--json"}).out),
      events)
      << "as known before";
  const auto table = shell.run({"history", "city", "@child.txt"});
  EXPECT_TRUE(holds(table.out, "voids " + sequence + " (duplicate, agency)")) << table.out;
  EXPECT_TRUE(holds(table.out, "replaced by")) << table.out;
  EXPECT_FALSE(holds(table.out, office.child));
}

TEST(History, NamesTheSourceThatRegisteredAPerson) {
  const Office office;
  const auto events = objects_of(office.shell.run({"history", "city", "@child.txt", "--json"}).out);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(text(events.front(), "type"), "PersonRegistered");
  for (const auto& event : events) EXPECT_EQ(text(event, "sourceDigest").size(), 64U);
  const auto registered =
      object_of(office.shell
                    .run({"history", "city", "@child.txt", "--json", "--known",
                          std::to_string(number(events.front(), "sequence") + 1)})
                    .out);
  EXPECT_TRUE(registered.at("sourceDigest").is_null()) << "not known yet";
}

TEST(History, FindsUnits) {
  const Office office;
  const auto ran = office.shell.run({"history", "city", "330199001", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(text(objects_of(ran.out).front(), "type"), "UnitRecorded");
}

TEST(Rules, AreThoseInForceOnTheDate) {
  Office office;
  const auto& shell = office.shell;
  const auto rules = [&](const std::string& on) {
    return objects_of(shell.run({"rules", "city", "--on", on, "--json"}).out).size();
  };
  EXPECT_GT(rules("2021-06-01"), 10U);
  EXPECT_GT(rules("2021-06-01"), rules("2019-06-01"));
  EXPECT_GE(objects_of(shell.run({"rules", "city", "--all", "--json"}).out).size(), 31U);
  const auto table = shell.run({"rules", "city", "--on", "2021-06-01"});
  EXPECT_TRUE(holds(table.out, "HZ21-10")) << table.out;
  // A document without a number is told by its title.
  const std::string_view title = "Questions and answers on the medical insurance of the children";
  EXPECT_TRUE(holds(table.out, title)) << table.out;
  EXPECT_TRUE(holds(shell.run({"rules", "city", "--on", "2021-06-01", "--json"}).out, title));
  const auto rule = shell.run({"ask", "city", "rule", "rule=HZ21-10", "--explain"});
  EXPECT_TRUE(holds(rule.out, "000 \"Questions and answers on")) << rule.out;
  EXPECT_TRUE(objects_of(shell.run({"rules", "city", "--known", "1", "--json"}).out).empty());
}

TEST(Streams, NeverCarryANameOrANumber) {
  Office office;
  pay(office);
  const std::vector<std::vector<std::string>> commands = {
      {"status", "city", "@child.txt", "--explain"},
      {"status", "city", "@child.txt", "--explain", "--json", "--log-level", "debug"},
      {"roster", "city", "330199001", "--explain"},
      {"history", "city", "@child.txt"},
      {"history", "city", "@child.txt", "--json"},
      {"history", "city", "330199001", "--json"},
      {"ask", "city", "coverage", "person=" + office.child},
      {"import", "city", "premiums.csv", "--json", "--log-level", "debug"},
      {"import", "city", "persons.csv", "--dry-run"},
  };
  for (const auto& words : commands) {
    const auto ran = office.shell.run(words);
    for (const auto& secret : {office.child, office.parent, office.sister, std::string("林")})
      EXPECT_FALSE(holds(ran.out + ran.err, secret)) << words.front() << ran.told();
  }
}

}  // namespace
}  // namespace kinledger::tools
