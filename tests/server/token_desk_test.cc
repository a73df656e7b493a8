// People who come through a gateway, and how often anyone may ask for identities.
#include "server/token_desk.h"

#include "server/rate_limit.h"
#include "tests/made_up_number.h"
#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

using Gateway = AccessTest;

TEST_F(Gateway, PeopleComeThroughTheGatewayOfTheirInstitution) {
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
  const auto may = [&](const ledger::ActorId& who, int seconds) {
    return !limit.take(who, now + std::chrono::seconds(seconds));
  };
  EXPECT_TRUE(may(one, 0) && may(one, 0));
  EXPECT_FALSE(may(one, 0) || may(one, 58));
  EXPECT_TRUE(may(other, 0));
  EXPECT_TRUE(may(one, 61)) << "what was refused is not held against anybody";
}

TEST(RateLimit, WhatWasTooMuchIsHeldAgainstTheNextMinutes) {
  RateLimit limit(2);
  const auto now = RateLimit::Clock::now();
  const auto after = [&](int seconds) { return now + std::chrono::seconds(seconds); };
  const ledger::ActorId one;
  limit.charge(one, 5, now);
  EXPECT_GT(limit.must_wait(one, now), std::chrono::seconds(118));
  EXPECT_LE(limit.must_wait(one, now), std::chrono::seconds(120));
  EXPECT_TRUE(limit.take(one, after(61)));
  EXPECT_FALSE(limit.take(one, after(121))) << "one of five is left, and this is the second";
  EXPECT_TRUE(limit.must_wait(one, after(122)));
  EXPECT_FALSE(limit.must_wait(one, after(181)));
}

TEST_F(Gateway, AskingForIdentitiesTooOftenIsRefused) {
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

/// A long list is told all that is wrong with it; what it found out is held against the next ones.
TEST_F(Gateway, TryingNumbersOutByHandingThemInIsRefused) {
  const auto payments = [](std::size_t count, const std::string& person) {
    std::string events;
    for (std::size_t i = 0; i < count; ++i)
      events += std::string(i == 0 ? "" : ",") +
                R"({"type": "PremiumPaid", "validOn": "2021-03-01", "insuranceYear": 2021,
                    "amount": ")" +
                std::to_string(1 + i) + R"(.00", "person": {"idNumber": ")" +
                (person.empty() ? made_up_number("20150601", 100 + static_cast<int>(i)) : person) +
                "\"}}";
    return R"({"key": "tried )" + std::to_string(count) + R"(", "events": [)" + events + "]}";
  };
  for (const auto* target : {"/v1/submissions?dryRun=true", "/v1/submissions"}) {
    const auto trier = with(Role::submitter), other = with(Role::submitter);
    const auto tried = [&](const ledger::Hash& as, const std::string& body) {
      return office_.ask(as, "POST", target, body);
    };
    EXPECT_EQ(tried(trier, payments(500, {})).status, 422U);
    EXPECT_EQ(tried(trier, payments(800, {})).status, 422U) << "told in full";
    const auto refused = tried(trier, payments(1, {}));
    EXPECT_EQ(refused.status, 429U);
    EXPECT_NE(refused.body.find("TOO_OFTEN"), std::string::npos);
    EXPECT_EQ(office_.ask(trier, "POST", "/v1/submissions/preview", payments(1, {})).status, 429U);
    EXPECT_EQ(tried(other, payments(1, {})).status, 422U);
    const auto known = tried(other, payments(700, AccessOffice::own_number));
    EXPECT_EQ(known.status / 100, 2U) << known.body;
    EXPECT_EQ(tried(other, payments(1, {})).status, 422U) << "who is known was not looked up";
  }
}

}  // namespace
}  // namespace kinledger::server
