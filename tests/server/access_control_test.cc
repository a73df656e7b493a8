// Who may do what, and what is kept from them: scopes, streams, submissions, findings.
#include "server/access_control.h"

#include <atomic>
#include <thread>

#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

using AccessRights = AccessTest;

TEST_F(AccessRights, ACertificateThatNobodyRegisteredMayNothing) {
  ledger::Hash stranger;
  stranger.bytes[5] = 9;
  EXPECT_EQ(code_of(office_.ask(stranger, "GET", "/checkpoint")), "CALLER_UNKNOWN");
  EXPECT_EQ(office_.ask(stranger, "GET", "/healthz").status, 200U);
}

TEST_F(AccessRights, APersonOutOfReachIsAsOneThatIsNotThere) {
  const auto agency = with(Role::agency, nullptr, 330106);
  const auto hidden = office_.ask(agency, "GET", status_target(office_.other_person));
  const auto absent = office_.ask(agency, "GET", status_target(std::string(32, '7')));
  EXPECT_EQ(hidden.status, 404U);
  EXPECT_EQ(hidden.body, absent.body);
  const auto by_number = [&](const char* number) {
    return office_.ask(agency, "POST", "/v1/persons/lookup",
                       std::string(R"({"idNumber": ")") + number + "\"}");
  };
  EXPECT_EQ(by_number(AccessOffice::own_number).status, 200U);
  EXPECT_EQ(by_number(AccessOffice::other_number).body, hidden.body);
}

TEST_F(AccessRights, AStreamHoldsOnlyWhatLiesWithinTheScope) {
  const auto district = with(Role::auditor, nullptr, 330106);
  const auto whole = with(Role::auditor);
  const auto within = stream_of(office_.ask(district, "GET", "/v1/events?follow=false"));
  EXPECT_NE(within.find(office_.own_person), std::string::npos) << "by the place of the unit";
  EXPECT_EQ(within.find(office_.other_person), std::string::npos) << within;
  EXPECT_NE(within.find("\"leftOut\""), std::string::npos);
  const auto all = stream_of(office_.ask(whole, "GET", "/v1/events?follow=false"));
  EXPECT_NE(all.find(office_.other_person), std::string::npos);
  const auto filtered = stream_of(
      office_.ask(district, "GET", "/v1/events?follow=false&person=" + office_.other_person));
  EXPECT_EQ(filtered.find("\"event\""), std::string::npos) << filtered;
}

TEST_F(AccessRights, AStreamThatDoesNotFollowIsSignedWhateverIsRecordedMeanwhile) {
  const auto auditor = with(Role::auditor);
  std::atomic<bool> is_over = false;
  std::thread records([&] {
    for (int i = 0; !is_over; ++i)
      office_.submit(R"({"key": "m)" + std::to_string(i) +
                     R"(", "events": [{"type": "LegacyMembershipRecorded",
        "validOn": "2019-01-01", "person": ")" +
                     office_.own_person + R"(", "unit": {"unitNumber": "330199001"}}]})");
  });
  for (int i = 0; i < 20; ++i) {
    const auto stream = stream_of(office_.ask(auditor, "GET", "/v1/events?follow=false"));
    EXPECT_NE(stream.find("\"signed\""), std::string::npos) << i;
  }
  is_over = true;
  records.join();
}

TEST_F(AccessRights, AStreamEndsWhenItsGrantIsTakenAway) {
  Grant made;
  made.role = Role::auditor;
  made = office_.grant(made);
  const auto response = office_.ask(made.certificate, "GET", "/v1/events");
  ASSERT_TRUE(response.stream);
  EXPECT_NE(response.stream->next().value().find("\"start\""), std::string::npos);
  EXPECT_TRUE(office_.change({made}, false));
  EXPECT_NE(response.stream->next().value().find("\"revoked\""), std::string::npos);
  EXPECT_FALSE(response.stream->next().has_value());
}

TEST_F(AccessRights, SubmissionsStayWithinTheScopeAndCarryTheirPrincipal) {
  const auto event = [&](const char* unit, const std::string& person) {
    return R"({"type": "LegacyMembershipRecorded", "validOn": "2019-01-01", "person": ")" + person +
           R"(", "unit": {"unitNumber": ")" + unit + "\"}}";
  };
  const auto payment = [&](const std::string& person) {
    return R"({"type": "PremiumPaid", "validOn": "2021-03-01", "person": ")" + person +
           R"(", "insuranceYear": 2021, "amount": "250.00"})";
  };
  const auto new_unit = [](const char* area) {
    return std::string(R"({"type": "UnitRecorded", "validOn": "2021-01-01", "unit":
        {"unitNumber": "330199777"}, "name": "丙", "area": ")") +
           area + "\"}";
  };
  const auto of_unit = with(Role::submitter, AccessOffice::own_unit);
  const auto of_district = with(Role::submitter, nullptr, 330106);
  const auto status_of = [&](const ledger::Hash& as, const std::string& events) {
    return office_
        .ask(as, "POST", "/v1/submissions?dryRun=true",
             R"({"key": "k", "events": [)" + events + "]}")
        .status;
  };
  const auto own = office_.own_person, other = office_.other_person;
  for (const auto& as : {of_unit, of_district}) {
    EXPECT_EQ(status_of(as, event(AccessOffice::own_unit, own)), 200U);
    EXPECT_EQ(status_of(as, event(AccessOffice::other_unit, own)), 403U);
    EXPECT_EQ(status_of(as, payment(own)), 200U);
    EXPECT_EQ(status_of(as, payment(other)), 403U);
    EXPECT_EQ(status_of(as, payment(own) + "," + payment(other)), 403U) << "one is enough";
  }
  EXPECT_EQ(status_of(of_district, new_unit("330106")), 200U);
  EXPECT_EQ(status_of(of_district, new_unit("330108")), 403U);
  EXPECT_EQ(status_of(of_unit, new_unit("330106")), 403U);
  // Voids and corrections go by what they replace.
  const auto voided = [](int sequence) {
    return R"({"type": "EventVoided", "correction": {"replaces": )" + std::to_string(sequence) +
           R"(, "cause": "wrongPerson", "authority": "agency"}})";
  };
  std::map<std::string, int> memberships;
  const auto size = office_.archive->ledger().durable().size.value;
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto located = office_.archive->ledger().journal().locate({i}).value();
    const auto read = ledger::EventView::read(located.event({i})).value();
    if (read.type() == ledger::EventType::legacy_membership_recorded)
      memberships[ledger::to_text(*read.person(ledger::Field::person))] = static_cast<int>(i);
  }
  EXPECT_NE(status_of(of_unit, voided(memberships.at(own))), 403U);
  EXPECT_EQ(status_of(of_unit, voided(memberships.at(other))), 403U);
  EXPECT_EQ(status_of(of_unit, voided(100'000)), 403U);
  // That something of the person is recorded here too makes the other unit's record nobody's else.
  office_.submit(R"({"key": "moved", "events": [)" + event(AccessOffice::own_unit, other) + "]}");
  EXPECT_EQ(status_of(of_unit, payment(other)), 200U);
  for (const auto& as : {of_unit, of_district})
    EXPECT_EQ(status_of(as, voided(memberships.at(other))), 403U);
  // The pooling region is the ledger's.
  const auto elsewhere = [&](const ledger::Hash& as, const char* region) {
    return office_
        .ask(as, "POST", "/v1/submissions?dryRun=true",
             std::string(R"({"key": "k", "jurisdiction": ")") + region + R"(", "events": [)" +
                 event(AccessOffice::own_unit, own) + "]}")
        .status;
  };
  EXPECT_EQ(elsewhere(of_unit, "330106"), 403U);
  EXPECT_EQ(elsewhere(of_district, "330106"), 403U);
  EXPECT_EQ(elsewhere(of_unit, "330100"), 200U);
  EXPECT_EQ(elsewhere(with(Role::submitter), "330106"), 200U);
  // Who submitted is who came.
  const auto recorded = office_.ask(of_unit, "POST", "/v1/submissions",
                                    R"({"key": "actor", "events": [)" + payment(own) + "]}");
  EXPECT_EQ(recorded.status, 201U) << recorded.body;
  const auto last = office_.archive->ledger().durable().size.value - 1;
  const auto located = office_.archive->ledger().journal().locate({last}).value();
  const auto owner = office_.access.principals().now().value()->owner_of(of_unit);
  EXPECT_EQ(ledger::EventView::read(located.event({last})).value().envelope().actor, owner);
  const auto differs =
      office_.ask(of_unit, "POST", "/v1/submissions",
                  R"({"key": "d", "submitter": "00000000000000000000000000000009", "events": [)" +
                      payment(own) + "]}");
  EXPECT_EQ(code_of(differs), "SUBMITTER_DIFFERS");
}

// Python writes True: somebody who means to try must not record.
TEST_F(AccessRights, AFlagIsTrueOrFalseAndNothingElse) {
  const auto before = office_.archive->ledger().durable().size;
  const std::string submission = R"({"key": "k", "events": [{"type": "PremiumPaid",
      "validOn": "2021-03-01", "person": ")" +
                                 office_.own_person +
                                 R"(", "insuranceYear": 2021, "amount": "250.00"}]})";
  for (const auto* value : {"True", "TRUE", "1", "yes", ""}) {
    const auto refused = office_.ask(std::nullopt, "POST",
                                     std::string("/v1/submissions?dryRun=") + value, submission);
    EXPECT_EQ(refused.status, 400U) << value;
    EXPECT_EQ(code_of(refused), "ARGUMENT_FORMAT") << value;
  }
  EXPECT_EQ(office_.ask(std::nullopt, "POST", "/v1/submissions?dryRun=true", submission).status,
            200U);
  EXPECT_EQ(office_.archive->ledger().durable().size, before) << "nothing was recorded";
  EXPECT_EQ(office_.ask(std::nullopt, "GET", "/v1/checks?summary=1").status, 400U);
  EXPECT_EQ(office_.ask(std::nullopt, "GET", "/v1/events?follow=no").status, 400U);
  EXPECT_EQ(office_.ask(std::nullopt, "POST", "/v1/submissions?dryRun=false", submission).status,
            201U);
}

TEST_F(AccessRights, WhoWasToldOfARecordIsToldThatItWasVoided) {
  const auto district = with(Role::auditor, nullptr, 330106);
  const auto recorded = office_.archive->ledger().durable().size.value;
  office_.submit(R"({"key": "m", "events": [{"type": "LegacyMembershipRecorded",
    "validOn": "2019-01-01", "person": ")" +
                 office_.own_person + R"(", "unit": {"unitNumber": "330199001"}}]})");
  office_.submit(R"({"key": "v", "events": [{"type": "EventVoided", "correction": {"replaces": )" +
                 std::to_string(recorded) + R"(, "cause": "duplicate", "authority": "agency"}}]})");
  const auto told = stream_of(
      office_.ask(district, "GET", "/v1/events?follow=false&from=" + std::to_string(recorded)));
  EXPECT_NE(told.find("LegacyMembershipRecorded"), std::string::npos) << told;
  EXPECT_NE(told.find("EventVoided"), std::string::npos) << told;
}

TEST_F(AccessRights, ARoleThatSeesMoreCountsWhicheverWasGrantedFirst) {
  Grant made;
  made.role = Role::submitter;
  made = office_.grant(made);
  made.role = Role::agency;
  ASSERT_TRUE(office_.change({made}, true));
  const auto shown =
      office_.ask(made.certificate, "POST", "/v1/persons/" + office_.own_person + "/identity",
                  R"({"purpose": "audit", "case": "ZG-2021-7"})");
  EXPECT_NE(shown.body.find(AccessOffice::own_number), std::string::npos) << shown.body;
}

TEST_F(AccessRights, WhatIsWrongOnTheServerIsNotTheCallersFault) {
  const auto key = office_.directory.path() / "ledger.state/signing.key";
  std::filesystem::permissions(key, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto refused = office_.ask(std::nullopt, "GET", "/checkpoint");
  EXPECT_EQ(refused.status, 503U) << refused.body;
  EXPECT_EQ(refused.body.find(office_.directory.path().string()), std::string::npos);
}

TEST_F(AccessRights, OnTheLedgersOwnMachineAnIdentityIsMaskedWithoutACase) {
  const auto target = "/v1/persons/" + office_.own_person + "/identity";
  const auto masked = office_.ask(std::nullopt, "POST", target, "{}");
  EXPECT_EQ(masked.body.find(AccessOffice::own_number), std::string::npos) << masked.body;
  EXPECT_EQ(records().back().at("outcome").as_string(), "masked");
  const auto clear =
      office_.ask(std::nullopt, "POST", target, R"({"purpose": "audit", "case": "ZG-2021-7"})");
  EXPECT_NE(clear.body.find(AccessOffice::own_number), std::string::npos) << clear.body;
}

TEST_F(AccessRights, AFindingOutOfReachIsAsOneThatIsNotThere) {
  office_.submit(R"({"key": "f", "events": [{"type": "FindingOpened", "validOn": "2021-04-10",
                     "finding": "A-1", "unit": {"unitNumber": "330199001"}}]})");
  const auto ask = [&](const ledger::Hash& as, const std::string& number) {
    auto response = office_.ask(as, "POST", "/v1/findings/" + number + "/dossier");
    for (auto at = response.body.find(number); at != std::string::npos;
         at = response.body.find(number))
      response.body.erase(at, number.size());
    return response;
  };
  const auto outside = with(Role::auditor, AccessOffice::other_unit);
  const auto hidden = ask(outside, "A-1"), absent = ask(outside, "B-1");
  EXPECT_EQ(hidden.status, 404U);
  EXPECT_EQ(hidden.body, absent.body);
  EXPECT_EQ(ask(with(Role::agency, AccessOffice::own_unit), "A-1").body, absent.body)
      << "it would hold the region's records too";
  EXPECT_EQ(ask(with(Role::agency), "A-1").status, 200U);
  EXPECT_EQ(ask(with(Role::auditor, AccessOffice::own_unit), "A-1").status, 200U);
  // Whose role has nothing to do with findings learns nothing, and has nothing looked up.
  const auto administrator = with(Role::system_administrator);
  EXPECT_EQ(ask(administrator, "A-1").status, 403U);
  EXPECT_EQ(ask(administrator, "A-1").body, ask(administrator, "B-1").body);
}

// A proof may record the root of the subject map: nothing is proven to whoever may not see it.
TEST_F(AccessRights, ADossierIsNotBegunForWhomItIsNot) {
  auto& ledger = office_.archive->ledger();
  const auto first_record_of = [&](ledger::EventType type, const auto& is_wanted) {
    const auto size = ledger.durable().size.value;
    for (std::uint64_t at = 0; at < size; ++at) {
      const auto located = ledger.journal().locate({at}).value();
      const auto event = ledger::EventView::read(located.event({at})).value();
      if (event.type() == type && is_wanted(event)) return std::to_string(at);
    }
    return std::string();
  };
  const auto membership_of = [&](const std::string& person) {
    return first_record_of(ledger::EventType::legacy_membership_recorded,
                           [&](const ledger::EventView& event) {
                             return ledger::to_text(event.persons().front()) == person;
                           });
  };
  const auto finding = [&](const std::string& number, const std::string& corrected) {
    office_.submit(R"({"key": ")" + number + R"(", "events": [
      {"type": "FindingOpened", "validOn": "2021-04-10", "finding": ")" +
                   number +
                   R"(", "unit": {"unitNumber": "330199001"}},
      {"type": "RectificationStepRecorded", "validOn": "2021-04-11", "finding": ")" +
                   number + R"(", "action": "other", "corrected": )" + corrected + "}]}");
  };
  finding("A-1", membership_of(office_.own_person));
  finding("A-2", membership_of(office_.other_person));
  finding("A-3", first_record_of(ledger::EventType::unit_recorded, [](const auto& event) {
            return event.units().front() == ledger::unit_id(AccessOffice::other_unit);
          }));
  const auto of_unit = with(Role::auditor, AccessOffice::own_unit);
  const auto size = [&] { return ledger.durable().size; };
  const auto ask = [&](const std::string& number) {
    return office_.ask(of_unit, "POST", "/v1/findings/" + number + "/dossier").status;
  };
  const auto before = size();
  EXPECT_EQ(ask("A-2"), 403U);
  EXPECT_EQ(records().back().at("outcome").as_string(), "denied");
  EXPECT_EQ(ask("A-3"), 403U) << "the history of another unit";
  EXPECT_EQ(size(), before);
  EXPECT_EQ(ask("A-1"), 200U);
  EXPECT_GT(size().value, before.value) << "it is by a proof that something would be recorded";
}

TEST_F(AccessRights, EveryRowOfAFileStaysWithinTheScope) {
  const auto of_unit = with(Role::submitter, AccessOffice::own_unit);
  const auto line = [&](const char* key, const std::string& person) {
    return std::string(R"({"key": ")") + key +
           R"(", "events": [{"type": "PremiumPaid", "validOn": "2021-03-01", "person": ")" +
           person + R"(", "insuranceYear": 2021, "amount": "250.00"}]})" + "\n";
  };
  const auto upload = [&](const ledger::Hash& as, const char* type, const std::string& body) {
    HttpRequest request{"POST", "/v1/submissions", {{"content-type", type}}, body, as};
    return office_.service.respond(request);
  };
  const auto before = office_.archive->ledger().durable().size;
  const auto lines = line("one", office_.own_person) + line("two", office_.other_person);
  EXPECT_EQ(upload(of_unit, "application/x-ndjson", lines).status, 403U);
  const std::string header = "缴费日期,参保人身份证号,险种,医保年度,金额\n";
  const auto row = [](const char* number) {
    return std::string("2021-03-02,") + number + ",,2021,250.00\n";
  };
  EXPECT_EQ(upload(of_unit, "text/csv",
                   header + row(AccessOffice::own_number) + row(AccessOffice::other_number))
                .status,
            403U);
  EXPECT_EQ(office_.archive->ledger().durable().size, before) << "nothing of it was recorded";
  const auto denied = office_.ask(of_unit, "POST", "/v1/submissions", lines,
                                  {{"content-type", "application/x-ndjson"}});
  EXPECT_EQ(denied.status, 403U);
  EXPECT_EQ(records().back().at("outcome").as_string(), "denied");
  EXPECT_EQ(upload(with(Role::agency), "text/csv", header).status, 403U);
  EXPECT_EQ(upload(of_unit, "application/x-ndjson", line("one", office_.own_person)).status, 201U);
  const auto last = office_.archive->ledger().durable().size.value - 1;
  const auto located = office_.archive->ledger().journal().locate({last}).value();
  EXPECT_EQ(ledger::EventView::read(located.event({last})).value().envelope().actor,
            office_.access.principals().now().value()->owner_of(of_unit));
}

}  // namespace
}  // namespace kinledger::server
