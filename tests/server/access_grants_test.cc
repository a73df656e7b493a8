// Grants: how they are given and taken away, and which there cannot be.
#include "server/access_control.h"
#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

using AccessGrants = AccessTest;

TEST_F(AccessGrants, WhatIsTakenAwayIsGoneAtOnce) {
  Grant made;
  made.role = Role::agency;
  made = office_.grant(made);
  EXPECT_EQ(office_.ask(made.certificate, "GET", status_target(office_.own_person)).status, 200U);
  EXPECT_TRUE(office_.change({made}, false));
  EXPECT_EQ(code_of(office_.ask(made.certificate, "GET", status_target(office_.own_person))),
            "CALLER_UNKNOWN");
}

TEST_F(AccessGrants, AGrantHoldsUpToTheDayBeforeItsEnd) {
  const auto today = ledger::civil_date_of(office_.archive->ledger().now());
  Grant made;
  made.role = Role::agency;
  made.until = ledger::add_days(today, 1);
  made = office_.grant(made);
  EXPECT_EQ(office_.ask(made.certificate, "GET", status_target(office_.own_person)).status, 200U);
  EXPECT_TRUE(made.is_live(today));
  EXPECT_FALSE(made.is_live(*made.until));
  for (const int ended : {0, -1}) {
    made.until = ledger::add_days(today, ended);
    const auto refused = office_.change({made}, true);
    ASSERT_TRUE(refused.has_error()) << ended;
    EXPECT_EQ(refused.error().code, "UNTIL_PAST");
  }
}

TEST_F(AccessGrants, AdministratorsAreKeptApart) {
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

TEST_F(AccessGrants, RefusesGrantsThatCannotBe) {
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

TEST_F(AccessGrants, ASecurityAdministratorGrantsOverHttp) {
  const auto administrator = with(Role::security_administrator);
  const std::string body =
      R"({"granted": true, "grants": [{"role": "agency", "area": "330106", "label": "西湖区经办",
          "certificate": ")" +
      std::string(64, 'a') + "\"}]}";
  const auto made =
      office_.ask(administrator, "POST", "/v1/principals", body, {{"idempotency-key", "one"}});
  ASSERT_EQ(made.status, 201U) << made.body;
  const auto again =
      office_.ask(administrator, "POST", "/v1/principals", body, {{"idempotency-key", "one"}});
  EXPECT_EQ(again.status, 200U) << again.body;
  const auto grants_of = [](const HttpResponse& response) {
    const auto parsed = ledger::parse_json(response.body, response.body.size());
    return boost::json::serialize(parsed->at("grants"));
  };
  EXPECT_EQ(grants_of(again), grants_of(made)) << "the same newcomer";
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

TEST_F(AccessGrants, WhatIsTakenAwayIsTakenAwayOrRefused) {
  const auto administrator = with(Role::security_administrator);
  const auto auditor = with(Role::auditor);
  const auto owner = ledger::to_text(*office_.access.principals().now().value()->owner_of(auditor));
  ASSERT_EQ(office_.ask(auditor, "GET", status_target(office_.own_person)).status, 200U);
  const auto take = [&](const std::string& principal, const std::string& role) {
    return office_.ask(administrator, "POST", "/v1/principals",
                       R"({"granted": false, "grants": [{"principal": ")" + principal +
                           R"(", "role": ")" + role + R"("}]})");
  };
  for (const auto& unknown : {take(std::string(32, 'f'), "auditor"), take(owner, "exporter")}) {
    EXPECT_EQ(unknown.status, 422U);
    EXPECT_NE(unknown.body.find("GRANT_UNKNOWN"), std::string::npos) << unknown.body;
  }
  // The certificate need not be stated.
  EXPECT_EQ(take(owner, "auditor").status, 201U);
  EXPECT_EQ(office_.ask(auditor, "GET", status_target(office_.own_person)).status, 401U);
}

TEST_F(AccessGrants, GrantsHoldNoIdentities) {
  const auto administrator = with(Role::security_administrator);
  for (const auto* part :
       {R"("label": "330199201206150245")", R"("institution": "330199201206150245")"}) {
    const auto refused =
        office_.ask(administrator, "POST", "/v1/principals",
                    R"({"granted": true, "grants": [{"role": "agency", "certificate": ")" +
                        std::string(64, 'b') + R"(", )" + part + "}]}");
    EXPECT_EQ(refused.status, 400U);
    EXPECT_NE(refused.body.find("TEXT_LOOKS_LIKE_ID"), std::string::npos) << refused.body;
  }
}

}  // namespace
}  // namespace kinledger::server
