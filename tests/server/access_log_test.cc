// The access journal: who asked what is written down, durably, and stays.
#include "server/access_log.h"

#include <atomic>
#include <future>
#include <thread>

#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

using AccessJournal = AccessTest;

TEST_F(AccessJournal, NamesTheChecksThatThereAreAndNothingElse) {
  const auto agency = with(Role::agency, nullptr, 330106);
  const auto submitter = with(Role::submitter, nullptr, 330106);
  const auto target = "/v1/checks?person=" + office_.own_person + "&check=";
  EXPECT_EQ(office_.ask(agency, "GET", target + "CHK-12,CHK-13").status, 200U);
  EXPECT_EQ(records().back().at("operation").get_string(), "runChecks CHK-12 CHK-13");
  std::string far_too_much;
  for (int i = 0; i < 70; ++i) far_too_much += "%E4%B8%AD";
  for (const auto& words : {far_too_much, "CHK-12," + far_too_much})
    office_.ask(submitter, "GET", target + words);
  for (const auto& record : records()) EXPECT_TRUE(record.contains("operation"));
}

TEST_F(AccessJournal, EveryReadingOfAPersonLeavesARecord) {
  const auto agency = with(Role::agency, nullptr, 330106);
  const auto owner = ledger::to_text(*office_.access.principals().now().value()->owner_of(agency));
  office_.ask(agency, "GET", status_target(office_.own_person) + "?on=2021-05-01&known=4");
  office_.ask(agency, "GET", "/v1/units/330199001/roster");
  office_.ask(agency, "POST", "/v1/persons/" + office_.own_person + "/identity",
              R"({"purpose": "complaint", "case": "XF-7"})");
  office_.ask(agency, "POST", "/v1/persons/" + office_.own_person + "/identity", "{}");
  office_.ask(agency, "GET", status_target(office_.other_person));
  office_.ask(agency, "GET", "/v1/events");
  office_.ask(std::nullopt, "GET", status_target(office_.own_person));
  office_.ask(agency, "GET", "/checkpoint");
  const auto all = records();
  ASSERT_EQ(all.size(), 7U);
  const auto text = [&](std::size_t i, const char* name) {
    const auto* value = all[i].if_contains(name);
    return value == nullptr ? std::string("-") : std::string(value->get_string().c_str());
  };
  const char* const expected[][5] = {
      {"status", "allowed", "agency", "-", "https"},
      {"roster", "allowed", "agency", "-", "https"},
      {"readIdentity", "allowed", "agency", "complaint", "https"},
      {"readIdentity", "masked", "agency", "-", "https"},
      {"status", "denied", "-", "-", "https"},
      {"streamEvents", "denied", "-", "-", "https"},
      {"status", "allowed", "-", "-", "http"},
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(text(i, "operation"), expected[i][0]) << i;
    EXPECT_EQ(text(i, "outcome"), expected[i][1]) << i;
    EXPECT_EQ(text(i, "role"), expected[i][2]) << i;
    EXPECT_EQ(text(i, "purpose"), expected[i][3]) << i;
    EXPECT_EQ(text(i, "channel"), expected[i][4]) << i;
    if (i < 6) {
      EXPECT_EQ(text(i, "actor"), owner) << i;
    }
  }
  EXPECT_EQ(text(0, "person"), office_.own_person);
  EXPECT_EQ(text(0, "on"), "2021-05-01");
  EXPECT_EQ(all[0].at("basis").to_number<int>(), 4);
  EXPECT_EQ(text(2, "caseNumber"), "XF-7");
  EXPECT_EQ(text(4, "person"), office_.other_person) << "who was looked for in vain";
  // Whom an administrator asked about in vain is known too.
  const auto auditor = with(Role::audit_administrator);
  EXPECT_EQ(office_.ask(auditor, "GET", status_target(office_.own_person)).status, 403U);
  EXPECT_EQ(records().back().at("person").get_string(), office_.own_person);
  EXPECT_EQ(records().back().at("outcome").get_string(), "denied");
  // By person, and that in turn leaves a record.
  const auto read = office_.ask(auditor, "GET", "/v1/access-log?person=" + office_.other_person);
  EXPECT_NE(read.body.find("\"denied\""), std::string::npos) << read.body;
  EXPECT_EQ(read.body.find(office_.own_person), std::string::npos) << read.body;
  EXPECT_EQ(records().back().at("operation").get_string(), "readAccessLog");
  // In pages.
  const auto page = office_.ask(auditor, "GET", "/v1/access-log?limit=2&principal=" + owner);
  EXPECT_EQ(std::count(page.body.begin(), page.body.end(), '\n'), 2);
  ASSERT_FALSE(page.fields.empty());
  EXPECT_EQ(page.fields.back().name, "Link");
  EXPECT_NE(page.fields.back().value.find("principal=" + owner), std::string::npos);
}

// Whoever tries numbers out leaves a trace.
TEST_F(AccessJournal, LookingForSomebodyWhoIsNotThereLeavesARecord) {
  const auto agency = with(Role::agency);
  const auto before = records().size();
  const auto answer =
      office_.ask(agency, "POST", "/v1/persons/lookup", R"({"idNumber": "330199201506010033"})");
  EXPECT_EQ(answer.status, 404U) << answer.body;
  const auto all = records();
  ASSERT_EQ(all.size(), before + 1);
  EXPECT_EQ(all.back().at("operation").as_string(), "lookUpPerson");
  EXPECT_EQ(all.back().at("outcome").as_string(), "denied");
  EXPECT_EQ(boost::json::serialize(all.back()).find("330199201506010033"), std::string::npos);
}

TEST_F(AccessJournal, AReportLeavesARecordOfItsName) {
  const auto exporter = with(Role::exporter);
  const auto made = office_.ask(exporter, "GET", "/v1/reports/migration?on=2021-05-01");
  EXPECT_EQ(made.status, 200U) << made.body;
  EXPECT_EQ(records().back().at("operation").get_string(), "report migration");
  EXPECT_EQ(records().back().at("outcome").get_string(), "allowed");
  EXPECT_EQ(code_of(office_.ask(exporter, "GET", "/v1/reports/minorsAccess")), "NOT_PERMITTED");
  EXPECT_EQ(records().back().at("operation").get_string(), "report minorsAccess");
  EXPECT_EQ(records().back().at("outcome").get_string(), "denied");
}

TEST_F(AccessJournal, TellsItsAdministratorWhoLookedAtMinors) {
  const auto agency = with(Role::agency);
  EXPECT_EQ(office_.ask(agency, "GET", status_target(office_.own_person)).status, 200U);
  const auto made = office_.ask(with(Role::audit_administrator), "GET", "/v1/reports/minorsAccess");
  ASSERT_EQ(made.status, 200U) << made.body;
  EXPECT_NE(made.body.find(office_.own_person), std::string::npos) << made.body;
  EXPECT_NE(made.body.find("\"journal\":{"), std::string::npos) << made.body;
  const auto before =
      office_.ask(with(Role::audit_administrator), "GET", "/v1/reports/minorsAccess?on=2021-01-01");
  ASSERT_EQ(before.status, 200U) << before.body;
  EXPECT_EQ(before.body.find(office_.own_person), std::string::npos) << before.body;
  for (const auto& field : made.fields) EXPECT_NE(field.name, "ETag") << "it changes as it is read";
}

TEST_F(AccessJournal, TextThatIsNotUtf8IsRefusedAndKeepsNoOtherRecordOut) {
  Access access;
  access.operation = "status";
  access.purpose = "\xE4\xB8";
  EXPECT_FALSE(office_.log->record(access));
  const auto before = records().size();
  std::vector<std::promise<bool>> written(3);
  for (std::size_t i = 0; i < written.size(); ++i) {
    access.purpose = i == 1 ? "\xFF" : "complaint";
    office_.log->record(access,
                        [&, i](const auto& result) { written[i].set_value(result.has_value()); });
  }
  for (std::size_t i = 0; i < written.size(); ++i)
    EXPECT_EQ(written[i].get_future().get(), i != 1) << i;
  EXPECT_EQ(records().size(), before + 2);
}

TEST_F(AccessJournal, TheSameQuestionAtTheSameMomentIsTwoRecords) {
  kinledger::server::Access access;
  access.operation = "status";
  std::promise<void> both;
  std::atomic<int> durable = 0;
  // The first one keeps the writer busy; the others wait together.
  for (int i = 0; i < 9; ++i)
    office_.log->record(access, [&](const ledger::Result<void>& recorded) {
      EXPECT_TRUE(recorded.has_value());
      if (++durable == 9) both.set_value();
    });
  both.get_future().wait();
  EXPECT_EQ(records().size(), 9U);
}

TEST_F(AccessJournal, ThreadsAskRecordReadAndGrantAtOnce) {
  const auto agency = with(Role::agency, nullptr, 330106);
  const auto audit = with(Role::audit_administrator);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round)
        EXPECT_EQ(office_.ask(agency, "GET", status_target(office_.own_person)).status, 200U);
    });
  threads.emplace_back([&] {
    for (int round = 0; round < 20; ++round)
      EXPECT_EQ(office_.ask(audit, "GET", "/v1/access-log?person=" + office_.own_person).status,
                200U);
  });
  for (int round = 0; round < 10; ++round) with(Role::exporter);
  for (auto& thread : threads) thread.join();
  AccessLog::Wanted wanted;
  wanted.person.emplace();
  ASSERT_TRUE(ledger::from_hex(office_.own_person, wanted.person->bytes));
  EXPECT_EQ(records(wanted).size(), 3U * 20U + 20U);
}

TEST_F(AccessJournal, TheJournalIsALedgerThatProvesItself) {
  office_.ask(std::nullopt, "GET", status_target(office_.own_person));
  auto& ledger = office_.log->ledger();
  EXPECT_EQ(ledger.identity().origin, "access.test.invalid");
  const auto proof = ledger.prove({1});
  ASSERT_TRUE(proof.has_value()) << proof.error().what;
  // It goes on where it was.
  office_.log.reset();
  const auto again = AccessLog::open(office_.options, office_.archive->ledger().identity()).value();
  EXPECT_EQ(again->ledger().durable().size.value, 2U);
}

TEST_F(AccessJournal, AJournalThatLostItsStateIsNotMadeAnew) {
  office_.ask(std::nullopt, "GET", status_target(office_.own_person));
  office_.log.reset();
  const auto state = office_.options.directory.string() + ".state/access";
  const auto open = [&] {
    return AccessLog::open(office_.options, office_.archive->ledger().identity());
  };
  std::filesystem::rename(state, state + ".away");
  EXPECT_FALSE(open().has_value());
  std::filesystem::rename(state + ".away", state);
  std::filesystem::rename(office_.options.directory / "access", office_.options.directory / "away");
  EXPECT_FALSE(open().has_value());
  std::filesystem::rename(office_.options.directory / "away", office_.options.directory / "access");
  EXPECT_EQ(open().value()->ledger().durable().size.value, 2U);
}

TEST_F(AccessJournal, AJournalThatIsGoneIsNotMadeAnewInSilence) {
  office_.ask(std::nullopt, "GET", status_target(office_.own_person));
  office_.log.reset();
  const std::filesystem::path state = office_.options.directory.string() + ".state";
  std::filesystem::remove_all(state / "access");
  std::filesystem::remove_all(office_.options.directory / "access");
  const auto open = [&] {
    return AccessLog::open(office_.options, office_.archive->ledger().identity());
  };
  const auto refused = open();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().failure, ledger::Failure::corrupt);
  EXPECT_NE(refused.error().what.find("access.begun"), std::string::npos);
  std::filesystem::remove(state / "access.begun");
  EXPECT_EQ(open().value()->ledger().durable().size.value, 1U);
}

TEST_F(AccessJournal, IsNamedWhereItHasLostSomething) {
  office_.ask(std::nullopt, "GET", status_target(office_.own_person));
  office_.log.reset();
  const std::filesystem::path state = office_.options.directory.string() + ".state";
  std::filesystem::remove(state / "access/mark");
  const auto refused = AccessLog::open(office_.options, office_.archive->ledger().identity());
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().what.starts_with("the access journal: ")) << refused.error().what;
}

TEST_F(AccessJournal, AJournalWhoseMakingWasInterruptedIsMadeAgain) {
  namespace files = std::filesystem;
  office_.log.reset();
  const auto directory = office_.options.directory;
  const files::path state = directory.string() + ".state";
  const auto open = [&] {
    return AccessLog::open(office_.options, office_.archive->ledger().identity());
  };
  // Before anything was moved, and between the two moves.
  files::rename(directory / "access", directory / "access.new");
  files::rename(state / "access", state / "access.new");
  files::remove(state / "access.new" / "ledger.id");
  EXPECT_TRUE(open().has_value());
  files::rename(directory / "access", directory / "access.new");
  EXPECT_TRUE(open().has_value());
  EXPECT_FALSE(files::exists(directory / "access.new") || files::exists(state / "access.new"));
}

}  // namespace
}  // namespace kinledger::server
