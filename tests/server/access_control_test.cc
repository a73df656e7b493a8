// Access control by what it keeps from people and what it writes down.
#include "server/access_control.h"

#include <future>
#include <thread>

#include "ledger/intake/event_json.h"
#include "server/grant_json.h"
#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

class Access : public testing::Test {
 protected:
  ledger::Hash with(Role role, const char* institution = nullptr, std::uint32_t area = 0) {
    Grant made;
    made.role = role;
    if (institution != nullptr) made.institution = institution;
    if (area != 0) made.area = ledger::Area{area};
    return *office_.grant(made).certificate;
  }
  std::string status_target(const std::string& person) const {
    return "/v1/persons/" + person + "/status";
  }
  static std::string code_of(const HttpResponse& response) {
    const auto parsed = ledger::parse_json(response.body, response.body.size());
    if (!parsed || !parsed->is_object()) return response.body;
    return std::string(parsed->get_object().at("code").get_string().c_str());
  }
  /// The records from `from` on, as JSON.
  std::vector<boost::json::object> records(AccessLog::Wanted wanted = {}) {
    std::vector<boost::json::object> all;
    EXPECT_TRUE(
        office_.log->read(wanted, [&](ledger::Sequence sequence, const ledger::EventView& event) {
          all.push_back(ledger::intake::event_to_json(event, sequence));
          return true;
        }));
    return all;
  }
  static std::string stream_of(const HttpResponse& response) {
    std::string all;
    if (!response.stream) return all;
    while (const auto piece = response.stream->next()) all += *piece;
    return all;
  }

  AccessOffice office_;
};

TEST_F(Access, ACertificateThatNobodyRegisteredMayNothing) {
  ledger::Hash stranger;
  stranger.bytes[5] = 9;
  EXPECT_EQ(code_of(office_.ask(stranger, "GET", "/checkpoint")), "CALLER_UNKNOWN");
  EXPECT_EQ(office_.ask(stranger, "GET", "/healthz").status, 200U);
}

TEST_F(Access, APersonOutOfReachIsAsOneThatIsNotThere) {
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

TEST_F(Access, AStreamHoldsOnlyWhatLiesWithinTheScope) {
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

TEST_F(Access, AStreamEndsWhenItsGrantIsTakenAway) {
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

TEST_F(Access, WhatIsTakenAwayIsGoneAtOnce) {
  Grant made;
  made.role = Role::agency;
  made = office_.grant(made);
  EXPECT_EQ(office_.ask(made.certificate, "GET", status_target(office_.own_person)).status, 200U);
  EXPECT_TRUE(office_.change({made}, false));
  EXPECT_EQ(code_of(office_.ask(made.certificate, "GET", status_target(office_.own_person))),
            "CALLER_UNKNOWN");
}

TEST_F(Access, AGrantHoldsUpToTheDayBeforeItsEnd) {
  const auto today = ledger::civil_date_of(office_.archive->ledger().now());
  for (const auto& [until, status] : {std::pair(1, 200U), std::pair(0, 403U), {-1, 403U}}) {
    Grant made;
    made.role = Role::agency;
    made.until = ledger::add_days(today, until);
    made = office_.grant(made);
    EXPECT_EQ(office_.ask(made.certificate, "GET", status_target(office_.own_person)).status,
              status)
        << until;
  }
}

TEST_F(Access, AdministratorsAreKeptApart) {
  constexpr Role alone[] = {Role::security_administrator, Role::system_administrator,
                            Role::audit_administrator, Role::gateway};
  for (const auto first : alone)
    for (std::size_t i = 0; i < role_count; ++i) {
      const auto second = static_cast<Role>(i);
      if (second == first) continue;
      Grant made;
      made.role = first;
      made.institution = AccessOffice::own_unit;
      made = office_.grant(made);
      made.role = second;
      const auto refused = office_.change({made}, true);
      ASSERT_FALSE(refused.has_value()) << to_text(first) << " and " << to_text(second);
      EXPECT_EQ(refused.error().code, "ROLES_APART");
    }
  Grant agency;
  agency.role = Role::agency;
  agency = office_.grant(agency);
  agency.role = Role::auditor;
  EXPECT_TRUE(office_.change({agency}, true)) << "the others go together";
}

TEST_F(Access, RefusesGrantsThatCannotBe) {
  Grant first;
  first.role = Role::agency;
  first = office_.grant(first);
  const auto code_of_change = [&](Grant grant, ledger::ActorId by = {}) {
    const auto changed = office_.change({grant}, true, by);
    return changed ? std::string() : std::string(changed.error().code);
  };
  auto other = first;
  other.principal.bytes[7] = 1;
  EXPECT_EQ(code_of_change(other), "CERTIFICATE_TAKEN");
  other.certificate.reset();
  EXPECT_EQ(code_of_change(other), "CERTIFICATE_MISSING");
  other.institution = AccessOffice::own_unit;
  EXPECT_EQ(code_of_change(other), "") << "comes through the gateway";
  other.principal = {};
  EXPECT_EQ(code_of_change(other), "PRINCIPAL_FORMAT");
  EXPECT_EQ(code_of_change(first, first.principal), "ADMINISTRATOR_OWN");
  Grant gateway;
  gateway.principal.bytes[7] = 2;
  gateway.role = Role::gateway;
  gateway.certificate.emplace().bytes[7] = 2;
  EXPECT_EQ(code_of_change(gateway), "INSTITUTION_MISSING");
}

TEST_F(Access, ASecurityAdministratorGrantsOverHttp) {
  const auto administrator = with(Role::security_administrator);
  const std::string body =
      R"({"granted": true, "grants": [{"role": "agency", "area": "330106", "label": "西湖区经办",
          "certificate": ")" +
      std::string(64, 'a') + "\"}]}";
  const auto made =
      office_.ask(administrator, "POST", "/v1/principals", body, {{"idempotency-key", "one"}});
  ASSERT_EQ(made.status, 201U) << made.body;
  ledger::Hash certificate;
  certificate.bytes.fill(0xaa);
  EXPECT_EQ(office_.ask(certificate, "GET", status_target(office_.own_person)).status, 200U);
  const auto listed = office_.ask(administrator, "GET", "/v1/principals");
  EXPECT_NE(listed.body.find("西湖区经办"), std::string::npos);
  for (const auto* wrong : {"{}", R"({"granted": true, "grants": []})",
                            R"({"granted": true, "grants": [{"role": "king"}]})",
                            R"({"granted": true, "grants": [{"role": "agency", "crown": "1"}]})",
                            R"({"granted": 1, "grants": [{"role": "agency"}]})"})
    EXPECT_EQ(office_.ask(administrator, "POST", "/v1/principals", wrong).status, 400U) << wrong;
}

TEST_F(Access, SubmissionsStayWithinTheScopeAndCarryTheirPrincipal) {
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

TEST_F(Access, EveryRowOfAFileStaysWithinTheScope) {
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
  EXPECT_EQ(upload(with(Role::agency), "text/csv", header).status, 403U);
  EXPECT_EQ(upload(of_unit, "application/x-ndjson", line("one", office_.own_person)).status, 201U);
  const auto last = office_.archive->ledger().durable().size.value - 1;
  const auto located = office_.archive->ledger().journal().locate({last}).value();
  EXPECT_EQ(ledger::EventView::read(located.event({last})).value().envelope().actor,
            office_.access.principals().now().value()->owner_of(of_unit));
}

TEST_F(Access, PeopleComeThroughTheGatewayOfTheirInstitution) {
  Grant gateway_grant;
  gateway_grant.role = Role::gateway;
  gateway_grant.institution = AccessOffice::own_unit;
  gateway_grant = office_.grant(gateway_grant);
  const auto gateway = *gateway_grant.certificate;
  Grant clerk;
  clerk.principal.bytes[9] = 7;
  clerk.role = Role::submitter;
  clerk.institution = AccessOffice::own_unit;
  EXPECT_TRUE(office_.change({clerk}, true));
  const auto token_for = [&](const ledger::Hash& certificate, const ledger::ActorId& principal) {
    return office_.ask(certificate, "POST", "/v1/tokens",
                       R"({"principal": ")" + ledger::to_text(principal) + "\"}");
  };
  const auto issued = token_for(gateway, clerk.principal);
  ASSERT_EQ(issued.status, 201U) << issued.body;
  const auto object = ledger::parse_json(issued.body, issued.body.size()).value().get_object();
  const std::vector<HttpField> bearer{
      {"authorization", "Bearer " + std::string(object.at("token").get_string().c_str())}};
  const auto target = status_target(office_.own_person);
  EXPECT_EQ(office_.ask(gateway, "GET", target, "", bearer).status, 200U);
  EXPECT_EQ(records().back().at("actor").get_string(), ledger::to_text(clerk.principal))
      << "by the person, not by the gateway";
  EXPECT_EQ(office_.ask(gateway, "GET", target).status, 403U) << "the gateway itself";
  EXPECT_EQ(code_of(office_.ask(with(Role::agency), "GET", target, "", bearer)), "TOKEN_INVALID")
      << "with another certificate";
  EXPECT_EQ(code_of(office_.ask(gateway, "GET", target, "", {{"authorization", "Bearer 00"}})),
            "TOKEN_INVALID");
  EXPECT_EQ(code_of(office_.ask(gateway, "GET", target, "", {{"authorization", "Basic QQ=="}})),
            "TOKEN_INVALID");
  // Nobody of another institution, and nobody with a certificate of their own.
  Grant elsewhere = clerk;
  elsewhere.principal.bytes[9] = 8;
  elsewhere.institution = AccessOffice::other_unit;
  EXPECT_TRUE(office_.change({elsewhere}, true));
  EXPECT_EQ(code_of(token_for(gateway, elsewhere.principal)), "PRINCIPAL_NOT_YOURS");
  Grant security;
  security.role = Role::security_administrator;
  security.institution = AccessOffice::own_unit;
  security = office_.grant(security);
  EXPECT_EQ(code_of(token_for(gateway, security.principal)), "PRINCIPAL_NOT_YOURS");
  // With the gateway its tokens go.
  EXPECT_TRUE(office_.change({gateway_grant}, false));
  EXPECT_EQ(code_of(office_.ask(gateway, "GET", target, "", bearer)), "TOKEN_INVALID");
}

TEST(Tokens, LiveForFifteenMinutesOnOneCertificate) {
  TokenDesk desk;
  const auto begin = TokenDesk::Clock::now();
  ledger::Hash certificate, other;
  other.bytes[0] = 1;
  const auto text = desk.issue({{}, "330199001", certificate}, begin).value();
  EXPECT_EQ(text.size(), 64U);
  const auto just_before = begin + token_life - std::chrono::seconds(1);
  EXPECT_TRUE(desk.find(text, certificate, just_before));
  EXPECT_FALSE(desk.find(text, certificate, begin + token_life));
  EXPECT_FALSE(desk.find(text, other, begin));
  EXPECT_FALSE(desk.find(text.substr(1), certificate, begin));
  desk.revoke(text);
  EXPECT_FALSE(desk.find(text, certificate, begin));
  for (std::size_t i = 0; i < tokens_max; ++i)
    ASSERT_TRUE(desk.issue({{}, "330199001", certificate}, begin));
  EXPECT_FALSE(desk.issue({{}, "330199001", certificate}, begin)) << "memory is bounded";
  EXPECT_TRUE(desk.issue({{}, "330199001", certificate}, begin + token_life));
}

TEST(Rates, AreCountedByTheMinuteAndByThePrincipal) {
  RateLimit limit(2);
  const auto now = RateLimit::Clock::now();
  ledger::ActorId one, other;
  other.bytes[0] = 1;
  EXPECT_TRUE(limit.take(one, now) && limit.take(one, now));
  EXPECT_FALSE(limit.take(one, now));
  EXPECT_TRUE(limit.take(other, now));
  EXPECT_TRUE(limit.take(one, now + std::chrono::seconds(61)));
}

TEST_F(Access, EveryReadingOfAPersonLeavesARecord) {
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
    if (i < 6) EXPECT_EQ(text(i, "actor"), owner) << i;
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

TEST_F(Access, TheSameQuestionAtTheSameMomentIsTwoRecords) {
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

TEST_F(Access, ThreadsAskRecordReadAndGrantAtOnce) {
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

TEST_F(Access, TheJournalIsALedgerThatProvesItself) {
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

TEST_F(Access, AJournalThatLostItsStateIsNotMadeAnew) {
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

TEST_F(Access, AJournalWhoseMakingWasInterruptedIsMadeAgain) {
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

TEST_F(Access, AskingForIdentitiesTooOftenIsRefused) {
  const auto agency = with(Role::agency);
  const auto once = [&] {
    return office_
        .ask(agency, "POST", "/v1/persons/lookup",
             std::string(R"({"idNumber": ")") + AccessOffice::own_number + "\"}")
        .status;
  };
  std::size_t answered = 0;
  while (answered <= identities_per_minute_max && once() == 200U) ++answered;
  EXPECT_EQ(answered, identities_per_minute_max);
  EXPECT_EQ(once(), 429U);
}

}  // namespace
}  // namespace kinledger::server
