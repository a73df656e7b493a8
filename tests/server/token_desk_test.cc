// People who come through a gateway, and how often anyone may ask for identities.
#include "server/token_desk.h"

#include "server/rate_limit.h"
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
  EXPECT_TRUE(limit.take(one, now) && limit.take(one, now));
  EXPECT_FALSE(limit.take(one, now));
  EXPECT_TRUE(limit.take(other, now));
  EXPECT_TRUE(limit.take(one, now + std::chrono::seconds(61)));
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

}  // namespace
}  // namespace kinledger::server
