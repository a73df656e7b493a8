// erase, restrict and compact as an office uses them: when they are refused, what they leave, and
// what is refused afterwards.
#include <set>

#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

class Erasure : public testing::Test {
 protected:
  Erasure() {
    office_.write_premiums("premiums.csv", office_.premium_row("2021-03-30", office_.child));
    office_.on("2021-04-05");
    EXPECT_EQ(shell_.run({"import", "city", "premiums.csv"}).exit, 0);
    first_ = approver("agency");
    second_ = approver("auditor");
    clerk_ = approver("submitter");
    shell_.write("sister.txt", office_.sister + "\n");
    child_ = text_of_person(office_.status("2021-06-30"));
  }

  std::string approver(const std::string& role) {
    const auto ran = shell_.run(
        {"access", "grant", "city", "--json", "--role", role, "--institution", "330199001"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return std::string(text(object_of(ran.out), "principal"));
  }
  static std::string text_of_person(const boost::json::object& answer) {
    return std::string(text(answer, "person"));
  }

  Ran run(const std::string& command, std::vector<std::string> words) {
    words.insert(words.begin(), {command, "city"});
    words.insert(words.end(), {"--basis", "retentionExpired", "--approved-by", first_,
                               "--approved-by", second_});
    return shell_.run(words);
  }
  Ran erase(std::vector<std::string> words) { return run("erase", std::move(words)); }
  Ran restrict(std::vector<std::string> words) { return run("restrict", std::move(words)); }

  Office office_;
  Shell& shell_ = office_.shell;
  std::string first_, second_, clerk_, child_;
};

TEST_F(Erasure, IsRefusedOnTheDayBeforeTheRetentionEnds) {
  const auto size = office_.tree_size();
  for (const auto* day : {"2021-04-06", "2030-01-01", "2051-12-31"}) {
    office_.on(day);
    const auto refused = erase({"@child.txt"});
    EXPECT_EQ(refused.exit, 3) << refused.told();
    EXPECT_TRUE(holds(refused.err, "RETENTION_NOT_OVER")) << refused.err;
    EXPECT_TRUE(holds(refused.err, "2052-01-01")) << refused.err;
    EXPECT_TRUE(holds(refused.err, "kinledger restrict")) << refused.err;
    EXPECT_FALSE(holds(refused.told(), office_.child)) << "a number is never repeated";
  }
  EXPECT_EQ(office_.tree_size(), size);
  EXPECT_EQ(shell_.run({"status", "city", "@child.txt", "--prove", "--open"}).exit, 0);
}

TEST_F(Erasure, IsDoneOnTheDayOnWhichTheRetentionIsOver) {
  office_.on("2052-01-01");
  const auto tried = erase({"@child.txt", "--dry-run"});
  EXPECT_EQ(tried.exit, 0) << tried.told();
  EXPECT_EQ(shell_.run({"status", "city", "@child.txt"}).exit, 0) << "a trial changes nothing";
  const auto erased = erase({"@child.txt", "--json"});
  ASSERT_EQ(erased.exit, 0) << erased.told();
  const auto said = object_of(erased.out);
  EXPECT_EQ(said.at("persons").as_array().at(0).as_string(), child_);
  EXPECT_TRUE(said.at("receipt").is_object());
  const auto again = object_of(erase({child_, "--json"}).out);
  EXPECT_EQ(number(again, "already"), 1U);
  EXPECT_TRUE(again.at("receipt").is_null());
  const auto by_number = erase({"@child.txt"});
  EXPECT_EQ(by_number.exit, 3);
  EXPECT_TRUE(holds(by_number.err, "PERSON_UNKNOWN")) << by_number.err;
}

TEST_F(Erasure, WhatTheLedgerStatesAndLaterRecordsKeepAPersonLonger) {
  // The code is declared by a pack of the office's own.
  shell_.write("retention.toml", R"([pack]
id = "retention"
version = "1"
title = { zh = "保存期限", en = "Retention" }
jurisdiction = 330100
[[document]]
tag = "R"
title = { zh = "本市规定", en = "Rule of the city" }
precedence = 1
[codes.parameter]
identityRetentionYears = { zh = "身份信息保存年数", en = "years for which identities are kept" }
[[rule]]
id = "R-1"
kind = "informative"
document = "R"
section = "1"
certainty = "document"
says = { zh = "身份信息保存四十年", en = "Identities are kept for forty years" }
)");
  const auto announce = [&](const char* year, const char* years) {
    return shell_
        .run({"submit", "city"},
             std::string(R"({"key": "retention )") + year + years +
                 R"(", "events": [{"type": "ParameterAnnounced", "validOn": "2021-04-05", "name":
                 "identityRetentionYears", "year": )" +
                 year + R"(, "number": )" + years + "}]}")
        .exit;
  };
  EXPECT_EQ(announce("2021", "40"), 3) << "no pack declares the code";
  const auto adopted = shell_.run({"pack", "adopt", "city", "retention.toml"});
  ASSERT_EQ(adopted.exit, 0) << adopted.told();
  ASSERT_EQ(announce("2021", "40"), 0);
  ASSERT_EQ(announce("2022", "10"), 0) << "recorded, but nothing is lowered";
  ASSERT_EQ(announce("2070", "90"), 0) << "not yet";
  office_.on("2052-01-01");
  EXPECT_TRUE(holds(erase({"@child.txt"}).err, "2062-01-01"));
  office_.on("2061-12-31");
  EXPECT_EQ(erase({"@child.txt"}).exit, 3);
  office_.write_premiums("late.csv", office_.premium_row("2021-03-31", office_.sister));
  ASSERT_EQ(shell_.run({"import", "city", "late.csv"}).exit, 0);
  office_.on("2062-01-01");
  const auto sister = erase({"@sister.txt"});
  EXPECT_TRUE(holds(sister.err, "2102-01-01")) << "recorded in 2061: " << sister.told();
  EXPECT_EQ(erase({"@child.txt"}).exit, 0);
}

TEST_F(Erasure, NeedsTwoApproversWhoMay) {
  office_.on("2052-01-01");
  const auto with = [&](std::vector<std::string> approvers, const std::string& basis) {
    std::vector<std::string> words{"erase", "city", "@child.txt", "--basis", basis};
    for (auto& approver : approvers) {
      words.emplace_back("--approved-by");
      words.push_back(std::move(approver));
    }
    return shell_.run(words);
  };
  const auto basis = "retentionExpired";
  EXPECT_EQ(with({}, basis).exit, 2);
  EXPECT_EQ(with({first_}, basis).exit, 2);
  EXPECT_EQ(with({first_, second_, clerk_}, basis).exit, 2);
  const auto refused = [&](std::vector<std::string> approvers, std::string_view code) {
    const auto ran = with(std::move(approvers), basis);
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, code)) << ran.err;
  };
  refused({first_, first_}, "APPROVERS_SAME");
  refused({first_, clerk_}, "APPROVER_ROLE");
  refused({first_, std::string(32, '7')}, "APPROVER_UNKNOWN");
  EXPECT_EQ(with({first_, "somebody"}, basis).exit, 3);
  EXPECT_TRUE(holds(with({first_, second_}, "noSuchBasis").err, "CODE_UNKNOWN"));
  EXPECT_TRUE(holds(with({first_, second_}, "林知夏").err, "BASIS_CODE"));
  ASSERT_EQ(shell_.run({"access", "revoke", "city", "--principal", second_}).exit, 0);
  refused({first_, second_}, "APPROVER_UNKNOWN");
  EXPECT_EQ(shell_.run({"status", "city", "@child.txt"}).exit, 0);
}

TEST_F(Erasure, LeavesAnswersProofsAndBundlesAndRefusesTheIdentity) {
  const auto bundle_words = [&](const char* out, bool open) {
    std::vector<std::string> words{"status",     "city",    child_,  "--on",
                                   "2021-06-30", "--prove", "--out", out};
    if (open) words.emplace_back("--open");
    return words;
  };
  const auto key = std::string("@city.keys");
  shell_.write("city.keys", shell_.run({"checkpoint", "city", "--key"}).out);
  ASSERT_EQ(shell_.run(bundle_words("before.bundle", true)).exit, 0);
  const auto known = std::to_string(office_.tree_size());
  const auto ask = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--known", known, "--json"});
    const auto ran = shell_.run(words);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return ran.out;
  };
  const auto answers = [&] {
    return ask({"status", "city", child_, "--on", "2021-06-30"}) +
           ask({"balance", "city", "330199001", "--year", "2021", "--on", "2021-12-31"}) +
           ask({"roster", "city", "330199001", "--on", "2021-06-30"}) +
           ask({"history", "city", child_});
  };
  const auto before = answers();
  office_.on("2052-01-01");
  ASSERT_EQ(erase({child_}).exit, 0);
  EXPECT_EQ(answers(), before);
  EXPECT_EQ(shell_.run({"verify", "before.bundle", "--key", key}).exit, 0)
      << "what was handed out is not reached";
  ASSERT_EQ(shell_.run(bundle_words("after.bundle", false)).exit, 0);
  EXPECT_EQ(shell_.run({"verify", "after.bundle", "--key", key}).exit, 0);
  const auto refused = shell_.run(bundle_words("no.bundle", true));
  EXPECT_EQ(refused.exit, 3);
  EXPECT_TRUE(holds(refused.err, "IDENTITY_ERASED")) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(shell_.path("no.bundle")));
  const auto history = shell_.run({"history", "city", child_});
  EXPECT_TRUE(holds(history.out, "PersonErased")) << history.told();
  const auto verified = object_of(shell_.run({"verify", "city", "--json"}).out);
  EXPECT_TRUE(verified.at("verified").as_bool());
  EXPECT_EQ(number(verified, "erased"), 1U);
  EXPECT_TRUE(holds(shell_.run({"verify", "city"}).out, "erased: 1"));
  // Handed in again, the number is a new person.
  shell_.write("again.csv",
               "登记日期,人员姓名,人员身份证号\n2052-01-01,林知夏," + office_.child + "\n");
  ASSERT_EQ(shell_.run({"import", "city", "again.csv"}).exit, 0);
  EXPECT_NE(text_of_person(office_.status("2052-01-01")), child_);
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

TEST_F(Erasure, OfAFileIsWholeOrNot) {
  office_.on("2052-01-01");
  shell_.write("persons.txt",
               office_.child + "\r\n\n" + office_.sister + "\n" + office_.child + "\n");
  shell_.write("wrong.txt", office_.sister + "\n" + resident("20110101", 77) + "\n330199\n");
  const auto wrong = erase({"--file", "wrong.txt"});
  EXPECT_EQ(wrong.exit, 3);
  EXPECT_TRUE(holds(wrong.err, "wrong.txt:2: ")) << wrong.err;
  EXPECT_TRUE(holds(wrong.err, "wrong.txt:3: ")) << wrong.err;
  EXPECT_EQ(erase({"--file", "persons.txt", "@child.txt"}).exit, 2);
  EXPECT_EQ(erase({}).exit, 2);
  const auto erased = erase({"--file", "persons.txt", "--json"});
  ASSERT_EQ(erased.exit, 0) << erased.told();
  EXPECT_EQ(object_of(erased.out).at("persons").as_array().size(), 2U);
  const auto records = shell_.run({"access", "log", "city", "--person", child_, "--json"});
  EXPECT_TRUE(holds(records.out, "\"operation\":\"erase\"")) << records.told();
}

TEST_F(Erasure, CompactRemovesWhatInterruptedBackupsAndRestorationsLeft) {
  namespace fs = std::filesystem;
  for (const auto* left : {"city/backup.new", "city.restoring"}) {
    fs::create_directory(shell_.path(left));
    fs::copy(shell_.path("city/vault"), shell_.path(left) / "vault", fs::copy_options::recursive);
  }
  office_.on("2052-01-01");
  ASSERT_EQ(erase({"@child.txt"}).exit, 0);
  const auto compacted = shell_.run({"compact", "city"});
  EXPECT_EQ(compacted.exit, 0) << compacted.told();
  for (const auto* left : {"city/backup.new", "city.restoring"})
    EXPECT_FALSE(fs::exists(shell_.path(left))) << left;
}

TEST_F(Erasure, OfManyLeavesARecordAboutEachOfThem) {
  constexpr int persons = 300;
  std::string table = "登记日期,人员姓名,人员身份证号\n";
  std::string numbers;
  for (int i = 0; i < persons; ++i) {
    const auto number = resident("20110101", i + 1);
    table += "2021-01-05,林知夏," + number + "\n";
    numbers += number + "\n";
  }
  shell_.write("many.csv", table);
  shell_.write("many.txt", numbers);
  ASSERT_EQ(shell_.run({"import", "city", "many.csv"}).exit, 0);
  const auto tried = restrict({"--file", "many.txt", "--dry-run", "--json"});
  ASSERT_EQ(tried.exit, 0) << tried.told();
  std::multiset<std::string> asked;
  const auto told = object_of(tried.out);
  for (const auto& person : told.at("persons").as_array()) asked.emplace(person.as_string());
  ASSERT_EQ(asked.size(), std::size_t{persons});
  std::multiset<std::string> recorded;
  for (const auto& record : objects_of(shell_.run({"access", "log", "city", "--json"}).out))
    if (text(record, "operation") == "restrict") recorded.emplace(text(record, "person"));
  EXPECT_EQ(recorded, asked) << "each once, though nothing was restricted";
}

TEST_F(Erasure, ARestrictionKeepsTheIdentityFromBeingTold) {
  const auto opening = [&] { return shell_.run({"status", "city", child_, "--prove", "--open"}); };
  const auto before = office_.tree_size();
  ASSERT_EQ(restrict({child_, "--dry-run"}).exit, 0);
  EXPECT_EQ(office_.tree_size(), before);
  const auto restricted = restrict({"@child.txt", "--json"});
  ASSERT_EQ(restricted.exit, 0) << restricted.told();
  EXPECT_TRUE(holds(opening().err, "IDENTITY_RESTRICTED")) << opening().told();
  EXPECT_EQ(number(object_of(restrict({child_, "--json"}).out), "already"), 1U);
  EXPECT_EQ(shell_.run({"status", "city", "@child.txt"}).exit, 0) << "facts are known as before";
  office_.write_premiums("more.csv", office_.premium_row("2021-03-31", office_.child));
  EXPECT_EQ(shell_.run({"import", "city", "more.csv"}).exit, 0) << "and recorded";
  EXPECT_EQ(restrict({child_, "--lift"}).exit, 0);
  EXPECT_EQ(opening().exit, 0);
  EXPECT_EQ(number(object_of(restrict({child_, "--lift", "--json"}).out), "already"), 1U);
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

TEST_F(Erasure, ARestrictionEndsOnItsDay) {
  const auto exit_on = [&](const char* day) {
    office_.on(day);
    return shell_.run({"status", "city", child_, "--prove", "--open"}).exit;
  };
  EXPECT_TRUE(holds(restrict({child_, "--until", "2021-04-05"}).err, "UNTIL_PAST"));
  EXPECT_EQ(restrict({child_, "--until", "2021-05-01", "--lift"}).exit, 2);
  ASSERT_EQ(restrict({child_, "--until", "2021-05-01"}).exit, 0);
  EXPECT_EQ(exit_on("2021-04-30"), 3);
  EXPECT_EQ(exit_on("2021-05-01"), 0);
  EXPECT_EQ(exit_on("2021-05-02"), 0);
  ASSERT_EQ(restrict({child_}).exit, 0) << "it does not extend the retention";
  office_.on("2052-01-01");
  EXPECT_EQ(erase({child_}).exit, 0);
  EXPECT_TRUE(holds(restrict({child_}).err, "IDENTITY_ERASED"));
}

}  // namespace
}  // namespace kinledger::tools
