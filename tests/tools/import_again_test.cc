// Importing what is recorded already, in whole or in part: what is left out, what a key gives, what
// conflicts.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

TEST(ImportAgain, RecordsAListOnceHoweverOftenItIsHandedIn) {
  Office office;
  office.on("2021-04-08");
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child));
  const auto first = office.shell.run({"import", "city", "premiums.csv"});
  EXPECT_EQ(first.exit, 0) << first.told();
  EXPECT_TRUE(holds(first.out, "recorded 2 events")) << first.out;
  const auto size = office.tree_size();
  const auto again = office.shell.run({"import", "city", "premiums.csv"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_TRUE(holds(again.out, "already recorded at")) << again.out;
  EXPECT_EQ(office.tree_size(), size);
}

TEST(ImportAgain, AKeyOfTheUsersIsUsedOnce) {
  Office office;
  office.write_premiums("a.csv", office.premium_row("2021-03-30", office.child));
  office.write_premiums("b.csv", office.premium_row("2021-03-31", office.child));
  EXPECT_EQ(office.shell.run({"import", "city", "a.csv", "--key", "march"}).exit, 0);
  const auto ran = office.shell.run({"import", "city", "b.csv", "--key", "march"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
}

TEST(ImportAgain, LeavesOutRowsThatAreRecordedAlready) {
  Office office;
  const auto first = office.premium_row("2021-03-30", office.child);
  office.write_premiums("march.csv", first);
  EXPECT_EQ(office.shell.run({"import", "city", "march.csv"}).exit, 0);
  const auto size = office.tree_size();
  // The list of April holds the row of March again.
  const auto second = office.premium_row("2021-04-02", office.sister);
  office.write_premiums("april.csv", first + second);
  const auto ran = office.shell.run({"import", "city", "april.csv", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  const auto told = object_of(ran.out);
  EXPECT_EQ(number(told, "rows"), 1U);
  const auto& recorded = told.at("rowsAlreadyRecorded").as_array();
  ASSERT_EQ(recorded.size(), 1U);
  EXPECT_EQ(number(recorded[0].as_object(), "row"), 2U);
  EXPECT_EQ(number(recorded[0].as_object(), "sequence"), size - 1);
  EXPECT_EQ(office.tree_size(), size + 2) << "the source and one payment";
  office.write_premiums("again.csv", second + first);
  const auto again = office.shell.run({"import", "city", "again.csv"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_TRUE(holds(again.out, "again.csv:2: already recorded at")) << again.out;
  EXPECT_TRUE(holds(again.out, "2 rows were recorded already and left out")) << again.out;
  EXPECT_EQ(office.tree_size(), size + 2);
}

TEST(ImportAgain, KnowsARowThatWasCorrectedSinceAndRecordsAVoidedOneAnew) {
  Office office;
  office.write_premiums("premiums.csv", office.premium_row("2021-04-02", office.child) +
                                            office.premium_row("2021-03-30", office.sister));
  EXPECT_EQ(office.shell.run({"import", "city", "premiums.csv"}).exit, 0);
  const auto size = office.tree_size();
  const auto sequence = [&](std::uint64_t back) { return std::to_string(size - back); };
  const auto submit = [&](const std::string& event) {
    const auto ran = office.shell.run(
        {"submit", "city"}, R"({"key":")" + sequence(0) + event.substr(9, 5) +
                                R"(","submitter":"00000000000000000000000000000001","events":[)" +
                                event + "]}");
    EXPECT_EQ(ran.exit, 0) << ran.told();
  };
  submit(
      R"({"type":"PremiumPaid","validOn":"2021-03-29","person":{"idType":"residentId","idNumber":")" +
      office.child +
      R"("},"scheme":"children","insuranceYear":2021,"amount":"250.00","correction":{"replaces":)" +
      sequence(2) + R"(,"cause":"wrongDate","authority":"taxAuthority"}})");
  submit(R"({"type":"EventVoided","correction":{"replaces":)" + sequence(1) +
         R"(,"cause":"duplicate","authority":"agency"}})");
  office.write_premiums("later.csv", office.premium_row("2021-03-30", office.sister) +
                                         office.premium_row("2021-04-02", office.child));
  const auto ran = office.shell.run({"import", "city", "later.csv"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.out, "later.csv:3: already recorded at " + sequence(2))) << ran.out;
  EXPECT_TRUE(holds(ran.out, "later.csv: Premiums paid, 1 rows")) << ran.out;
}

TEST(ImportAgain, TheSameListRecordsAnewWhatWasVoidedOfIt) {
  Office office;
  office.write_premiums("premiums.csv", office.premium_row("2021-04-02", office.child) +
                                            office.premium_row("2021-03-30", office.sister));
  const std::vector<std::string> words{"import", "city", "premiums.csv"};
  ASSERT_EQ(office.shell.run(words).exit, 0);
  const auto avoid = [&](std::uint64_t sequence) {
    const auto number = std::to_string(sequence);
    const auto ran = office.shell.run(
        {"submit", "city"}, R"({"key":"v)" + number +
                                R"(","events":[{"type":"EventVoided","correction":{"replaces":)" +
                                number + R"(,"cause":"neverHappened","authority":"agency"}}]})");
    EXPECT_EQ(ran.exit, 0) << ran.told();
  };
  for (int round = 0; round < 2; ++round) {
    avoid(office.tree_size() - (round == 0 ? 2 : 1));
    const auto size = office.tree_size();
    const auto dry = office.shell.run({"import", "city", "premiums.csv", "--dry-run"});
    EXPECT_TRUE(holds(dry.out, "nothing was recorded")) << dry.told();
    const auto anew = office.shell.run(words);
    EXPECT_EQ(anew.exit, 0) << anew.told();
    EXPECT_TRUE(holds(anew.out, "premiums.csv:3: already recorded at")) << anew.out;
    EXPECT_EQ(office.tree_size(), size + 2) << "the source and the payment: " << anew.told();
    EXPECT_EQ(office.shell.run(words).exit, 0);
    EXPECT_EQ(office.tree_size(), size + 2) << "once";
  }
}

TEST(ImportAgain, LeavesOutPersonsThatAreRegisteredAlready) {
  Office office;
  office.shell.write("more.csv", "登记日期,人员姓名,人员身份证号\n2021-01-05,林知夏," +
                                     office.child + "\n2021-01-06,林知春," +
                                     resident("20180301", 9) + "\n");
  const auto ran = office.shell.run({"import", "city", "more.csv"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.out, "more.csv:2: this person is registered already")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "recorded 2 events")) << ran.out;
}

TEST(ImportAgain, TheSameKeyForTheSameListGivesItsReceiptAlsoWhereRowsWereLeftOut) {
  Office office;
  const auto first = office.premium_row("2021-03-30", office.child);
  office.write_premiums("march.csv", first);
  EXPECT_EQ(office.shell.run({"import", "city", "march.csv"}).exit, 0);
  office.write_premiums("april.csv", first + office.premium_row("2021-04-02", office.sister));
  const std::vector<std::string> words{"import", "city", "april.csv", "--key", "april", "--json"};
  const auto recorded = office.shell.run(words);
  ASSERT_EQ(recorded.exit, 0) << recorded.told();
  const auto size = office.tree_size();
  const auto again = office.shell.run(words);
  ASSERT_EQ(again.exit, 0) << again.told();
  EXPECT_EQ(office.tree_size(), size);
  const auto receipt = [](const Ran& ran) {
    return object_of(ran.out).at("receipts").as_array().at(0).as_object();
  };
  EXPECT_EQ(number(receipt(again), "firstSequence"), number(receipt(recorded), "firstSequence"));
  // Another list under that key is another thing.
  office.write_premiums("april.csv", office.premium_row("2021-04-03", office.sister));
  const auto other = office.shell.run(words);
  EXPECT_EQ(other.exit, 3) << other.told();
  EXPECT_TRUE(holds(other.told(), "the key was used before for other content")) << other.told();
}

TEST(ImportAgain, TheSameKeyForTheSamePersonsGivesItsReceiptToo) {
  Office office;
  office.shell.write("more.csv", "登记日期,人员姓名,人员身份证号\n2021-01-05,林知夏," +
                                     office.child + "\n2021-01-06,林知春," +
                                     resident("20180301", 9) + "\n");
  const std::vector<std::string> words{"import", "city", "more.csv", "--key", "more"};
  ASSERT_EQ(office.shell.run(words).exit, 0);
  const auto size = office.tree_size();
  const auto again = office.shell.run(words);
  EXPECT_EQ(again.exit, 0) << again.told();
  EXPECT_TRUE(holds(again.out, "more.csv:2: this person is registered already")) << again.out;
  EXPECT_EQ(office.tree_size(), size);
}

TEST(ImportAgain, APersonUnderAnotherNameIsNotTakenForRegistered) {
  const Office office;
  office.shell.write("again.csv",
                     "登记日期,人员姓名,人员身份证号\n2021-01-05,林夏," + office.child + "\n");
  const auto ran = office.shell.run({"import", "city", "again.csv", "--lang", "en"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_TRUE(holds(ran.err, "NAME_DIFFERS")) << ran.told();
}

TEST(ImportAgain, WhatWasReplacedAlreadyIsRefusedAtItsRow) {
  const Office office;
  office.write_premiums("p.csv", office.premium_row("2021-02-01", office.child));
  ASSERT_EQ(office.shell.run({"import", "city", "p.csv"}).exit, 0);
  const auto events = objects_of(office.shell.run({"history", "city", "@child.txt", "--json"}).out);
  const auto paid = std::to_string(number(events.back(), "sequence"));
  const auto voids = [&](const std::string& reason) {
    return "作废 / event voided (EventVoided)\n更正事件序号,更正原因,更正依据机关\n" + paid + "," +
           reason + ",单位\n";
  };
  office.shell.write("v1.csv", voids("重复记录"));
  office.shell.write("v2.csv", voids("wrongAmount"));
  ASSERT_EQ(office.shell.run({"import", "city", "v1.csv"}).exit, 0);
  EXPECT_EQ(office.shell.run({"import", "city", "v1.csv"}).exit, 0) << "the same again";
  for (const auto& how : {std::vector<std::string>{}, {"--dry-run"}, {"--preview"}}) {
    std::vector<std::string> words{"import", "city", "v2.csv", "--lang", "en"};
    words.insert(words.end(), how.begin(), how.end());
    const auto ran = office.shell.run(words);
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, "v2.csv:3")) << ran.told();
    EXPECT_TRUE(holds(ran.err, "ALREADY_REPLACED")) << ran.told();
  }
}

TEST(ImportAgain, ALineInConflictIsNamedWithTheReceiptsOfThoseBefore) {
  const Office office;
  const auto line = [&](const std::string& key, const std::string& amount) {
    return R"({"key":")" + key + R"(","events":[{"type":"PremiumPaid","validOn":"2021-02-01",)" +
           R"("person":{"idNumber":")" + office.child +
           R"("},"scheme":"children","insuranceYear":2021,"amount":")" + amount + "\"}]}\n";
  };
  office.shell.write("earlier.ndjson", line("z", "9.00"));
  EXPECT_EQ(office.shell.run({"import", "city", "earlier.ndjson"}).exit, 0);
  office.shell.write("l.ndjson",
                     line("a", "1.00") + line("b", "2.00") + line("z", "3.00") + line("c", "4.00"));
  const auto stopped = office.shell.run({"import", "city", "l.ndjson", "--lang", "en"});
  EXPECT_EQ(stopped.exit, 3) << stopped.told();
  EXPECT_TRUE(holds(stopped.err, "l.ndjson:3: the key was used before for other content"))
      << stopped.told();
  EXPECT_TRUE(holds(stopped.out, "nothing further was recorded")) << stopped.out;
  EXPECT_TRUE(holds(stopped.out, "recorded 1 event")) << stopped.out;

  const auto told = object_of(office.shell.run({"import", "city", "l.ndjson", "--json"}).out);
  EXPECT_EQ(told.at("receipts").as_array().size(), 2U) << "those before, as they were given";
  const auto skipped =
      office.shell.run({"import", "city", "l.ndjson", "--skip-invalid", "--lang", "zh"});
  EXPECT_EQ(skipped.exit, 1) << skipped.told();
  EXPECT_TRUE(holds(skipped.err, "l.ndjson:3: 与已有内容冲突")) << skipped.told();
  EXPECT_TRUE(holds(skipped.out, "4")) << "the line behind it was recorded";
}

/// One row more than fits into a submission: the last one is a submission of its own.
constexpr int rows_of_two_submissions = 100'001;

std::string premiums_of_two_submissions(const Office& office) {
  std::string rows;
  for (int i = 0; i < rows_of_two_submissions; ++i)
    rows += office.premium_row("2021-02-01", office.child, std::to_string(i + 1) + ".00");
  return rows;
}

TEST(ImportAgain, AKeyUsedForALaterPartOfATableIsToldWithItsRow) {
  const Office office;
  office.write_premiums("other.csv", office.premium_row("2021-02-02", office.sister));
  ASSERT_EQ(office.shell.run({"import", "city", "other.csv", "--key", "list/2"}).exit, 0);
  office.write_premiums("long.csv", premiums_of_two_submissions(office));
  const auto before = office.tree_size();
  for (const auto& how : {std::vector<std::string>{}, {"--dry-run"}, {"--skip-invalid"}}) {
    std::vector<std::string> words{"import", "city", "long.csv", "--key", "list", "--lang", "en"};
    words.insert(words.end(), how.begin(), how.end());
    const auto ran = office.shell.run(words);
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, "long.csv:100002: the key was used before for other content"))
        << ran.told();
    EXPECT_TRUE(holds(ran.err + ran.out, "nothing was recorded")) << ran.told();
  }
  EXPECT_EQ(office.tree_size(), before);
}

TEST(ImportAgain, AVersionReplacedByAnEarlierPartOfATableIsToldWithItsRowAndTheReceipt) {
  const Office office;
  office.write_premiums("long.csv", premiums_of_two_submissions(office));
  const auto recorded = object_of(office.shell.run({"import", "city", "long.csv", "--json"}).out);
  const auto& receipts = recorded.at("receipts").as_array();
  ASSERT_EQ(receipts.size(), 2U);
  const auto first =
      number(receipts[0].as_object(), "firstSequence") + 1;  // behind the list's own event
  std::string voids = "作废 / event voided (EventVoided)\n更正事件序号,更正原因,更正依据机关\n";
  for (int i = 0; i + 1 < rows_of_two_submissions; ++i)
    voids += std::to_string(first + static_cast<std::uint64_t>(i)) + ",重复记录,单位\n";
  office.shell.write("voids.csv", voids + std::to_string(first) + ",wrongAmount,单位\n");

  const auto stopped = office.shell.run({"import", "city", "voids.csv", "--lang", "en"});
  EXPECT_EQ(stopped.exit, 3) << stopped.told();
  EXPECT_TRUE(holds(stopped.err, "voids.csv:100003")) << stopped.told();
  EXPECT_TRUE(holds(stopped.err, "was already replaced by event")) << stopped.told();
  EXPECT_TRUE(holds(stopped.out, "nothing further was recorded")) << stopped.told();
  EXPECT_TRUE(holds(stopped.out, "recorded 100001 events")) << stopped.told();

  const auto again = object_of(office.shell.run({"import", "city", "voids.csv", "--json"}).out);
  EXPECT_EQ(again.at("alreadyRecorded").as_array().size(), 1U) << "the part before";
  EXPECT_EQ(number(again.at("refusals").as_array()[0].as_object(), "row"), 100'003U);
}

}  // namespace
}  // namespace kinledger::tools
