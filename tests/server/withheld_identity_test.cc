// Identities that were erased or are restricted: told to nobody over HTTP, and a record of who
// asked.
#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

class WithheldIdentity : public AccessTest {
 protected:
  void record(ledger::EventType type, std::optional<ledger::Date> until = std::nullopt) {
    ledger::PersonId person;
    ASSERT_TRUE(ledger::from_hex(office_.own_person, person.bytes));
    ledger::Submission submission;
    submission.key = "withheld " + std::to_string(++keys_);
    auto& event = submission.events.emplace_back();
    event.draft.type = type;
    event.draft.set(ledger::Field::legal_basis, "consentWithdrawn");
    if (until) event.draft.set(ledger::Field::until, *until);
    event.persons.emplace_back(ledger::Field::person, ledger::PersonReference{person, {}, {}});
    const auto outcome = office_.archive->submit(submission);
    ASSERT_TRUE(outcome.has_value() && outcome->receipt);
  }
  ledger::Date today() const { return ledger::civil_date_of(office_.archive->ledger().now()); }

  HttpResponse identity(const std::optional<ledger::Hash>& as, const std::string& purpose = "") {
    return office_.ask(
        as, "POST", "/v1/persons/" + office_.own_person + "/identity",
        purpose.empty() ? "{}" : R"({"purpose": ")" + purpose + R"(", "case": "JB-2026-7"})");
  }
  HttpResponse look_up(const std::optional<ledger::Hash>& as) {
    return office_.ask(as, "POST", "/v1/persons/lookup",
                       std::string(R"({"idNumber": ")") + AccessOffice::own_number + "\"}");
  }

  int keys_ = 0;
};

TEST_F(WithheldIdentity, ARestrictedOneIsToldForSupervisionOnly) {
  const auto agency = with(Role::agency), auditor = with(Role::auditor);
  EXPECT_EQ(identity(agency, "handling").status, 200U);
  record(ledger::EventType::person_restricted);
  for (const auto* purpose : {"", "handling", "rectification", "complaint"}) {
    const auto refused = identity(agency, purpose);
    EXPECT_EQ(refused.status, 403U) << purpose;
    EXPECT_EQ(code_of(refused), "IDENTITY_RESTRICTED");
    EXPECT_EQ(refused.body.find("林"), std::string::npos);
  }
  EXPECT_EQ(code_of(identity(std::nullopt)), "IDENTITY_RESTRICTED") << "on the machine itself too";
  EXPECT_EQ(code_of(look_up(agency)), "IDENTITY_RESTRICTED");
  for (const auto* purpose : {"audit", "enforcement"}) {
    const auto told = identity(auditor, purpose);
    EXPECT_EQ(told.status, 200U);
    EXPECT_NE(told.body.find(AccessOffice::own_number), std::string::npos);
  }
  EXPECT_EQ(office_.ask(agency, "GET", status_target(office_.own_person)).status, 200U)
      << "answers name nobody";
  const auto all = records();
  const auto of = [&](std::string_view outcome) {
    return std::ranges::count_if(all, [&](const boost::json::object& each) {
      return each.at("operation").as_string() == "readIdentity" &&
             each.at("outcome").as_string() == outcome;
    });
  };
  EXPECT_EQ(of("denied"), 5);
  EXPECT_EQ(of("allowed"), 3);
}

TEST_F(WithheldIdentity, ARestrictionHoldsUpToTheDayBeforeItsEndAndCanBeLifted) {
  const auto agency = with(Role::agency);
  record(ledger::EventType::person_restricted, ledger::add_days(today(), 1));
  EXPECT_EQ(identity(agency, "handling").status, 403U);
  record(ledger::EventType::person_restricted);
  EXPECT_EQ(look_up(agency).status, 403U);
  record(ledger::EventType::person_restricted, today());
  EXPECT_EQ(identity(agency, "handling").status, 200U);
  EXPECT_EQ(look_up(agency).status, 200U);
}

TEST_F(WithheldIdentity, OfOneWhoIsOutOfReachNothingIsSaid) {
  record(ledger::EventType::person_restricted);
  const auto elsewhere = with(Role::agency, nullptr, 330108);
  EXPECT_EQ(code_of(identity(elsewhere, "handling")), "PERSON_UNKNOWN");
  EXPECT_EQ(code_of(look_up(elsewhere)), "PERSON_UNKNOWN");
}

TEST_F(WithheldIdentity, AnErasedOneIsGone) {
  const auto agency = with(Role::agency), auditor = with(Role::auditor);
  record(ledger::EventType::person_erased);
  for (const auto& refused :
       {identity(agency, "handling"), identity(auditor, "enforcement"), identity(std::nullopt)}) {
    EXPECT_EQ(refused.status, 410U);
    EXPECT_EQ(code_of(refused), "IDENTITY_ERASED");
    EXPECT_NE(refused.body.find("已删除"), std::string::npos);
  }
  EXPECT_EQ(code_of(look_up(agency)), "PERSON_UNKNOWN");
  EXPECT_EQ(office_.ask(agency, "GET", status_target(office_.own_person)).status, 200U);
}

}  // namespace
}  // namespace kinledger::server
