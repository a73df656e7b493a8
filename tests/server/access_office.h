// A ledger with two units in two districts and a child of each, served without a socket to callers
// with whatever grants.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ledger/intake/event_json.h"
#include "ledger/intake/submission_json.h"
#include "ledger/json.h"
#include "server/ledger_service.h"
#include "tests/server/declared.h"
#include "tests/test_directory.h"

namespace kinledger::server {

class AccessOffice {
 public:
  static constexpr const char* own_unit = "330199001";    // in 330106
  static constexpr const char* other_unit = "330199002";  // in 330108
  static constexpr const char* own_number = "330199201506010025";
  static constexpr const char* other_number = "330199201506010068";

  AccessOffice() {
    submit(R"({"key": "office", "registersPersons": true, "events": [
      {"type": "UnitRecorded", "validOn": "2020-01-01", "unit": {"unitNumber": "330199001"},
       "name": "甲单位", "area": "330106"},
      {"type": "UnitRecorded", "validOn": "2020-01-01", "unit": {"unitNumber": "330199002"},
       "name": "乙单位", "area": "330108"},
      {"type": "LegacyMembershipRecorded", "validOn": "2018-01-01",
       "person": {"idType": "residentId", "idNumber": "330199201506010025", "name": "林知夏"},
       "unit": {"unitNumber": "330199001"}},
      {"type": "LegacyMembershipRecorded", "validOn": "2018-01-01",
       "person": {"idType": "residentId", "idNumber": "330199201506010068", "name": "江小满"},
       "unit": {"unitNumber": "330199002"}}]})");
    own_person = person_of(own_number);
    other_person = person_of(other_number);
  }

  void submit(const std::string& json) {
    auto parsed = ledger::intake::parse_submission(
        json, {ledger::parse_date("2026-01-01").value(), [&](ledger::ByteView bytes) {
                 return archive->ledger().vault().sealed_digest(bytes);
               }});
    ASSERT_TRUE(parsed.submission) << parsed.refusals.shown.front().reason.en;
    const auto outcome = archive->submit(*parsed.submission);
    ASSERT_TRUE(outcome.has_value() && outcome->receipt)
        << (outcome ? outcome->refusals.front().reason.en : outcome.error().what);
  }
  std::string person_of(const char* number) const {
    const auto found =
        archive->ledger().vault().find({ledger::IdType::resident_id, number}).value();
    EXPECT_TRUE(found.has_value());
    return ledger::to_text(found.value_or(ledger::PersonId{}));
  }

  /// Records the grant, of a principal and a certificate of its own unless it has one.
  Grant grant(Grant made) {
    ++granted_;
    if (made.principal.is_zero()) made.principal.bytes[0] = static_cast<std::uint8_t>(granted_);
    if (made.principal.bytes[1] == 0)
      made.principal.bytes[1] = static_cast<std::uint8_t>(1 + granted_ / 256);
    if (!made.certificate) {
      made.certificate.emplace();
      made.certificate->bytes[0] = made.principal.bytes[0];
      made.certificate->bytes[1] = made.principal.bytes[1];
    }
    const auto receipt = change({made}, true);
    EXPECT_TRUE(receipt.has_value()) << receipt.error().en;
    return made;
  }
  ledger::Parsed<ledger::Receipt> change(std::vector<Grant> grants, bool is_granted,
                                         const ledger::ActorId& by = {}) {
    auto changed = access.principals().change(std::move(grants), is_granted, by,
                                              "g" + std::to_string(++keys_));
    EXPECT_TRUE(changed.has_value()) << changed.error().what;
    return *changed;
  }

  /// The answer, after it was let go. A body is JSON where no field says otherwise.
  HttpResponse ask(const std::optional<ledger::Hash>& certificate, const std::string& method,
                   const std::string& target, const std::string& body = "",
                   std::vector<HttpField> fields = {}) {
    const bool says_type =
        std::ranges::find(fields, "content-type", &HttpField::name) != fields.end();
    if (!body.empty() && !says_type) fields.push_back({"content-type", "application/json"});
    auto response = service.respond({method, target, std::move(fields), body, certificate});
    if (response.held_back) {
      std::promise<bool> left;
      response.held_back([&](bool may_leave) { left.set_value(may_leave); });
      EXPECT_TRUE(left.get_future().get());
    }
    expect_declared(method, target, response.status, response.content_type);
    return response;
  }

  const TestDirectory directory;
  ledger::SystemRandom random;
  ledger::LedgerOptions options = [this] {
    ledger::LedgerOptions made;
    made.directory = directory.path() / "ledger";
    return made;
  }();
  std::unique_ptr<projections::Archive> archive =
      projections::Archive::create(options, "test.invalid", ledger::Area{330100}, random).value();
  std::unique_ptr<AccessLog> log = AccessLog::open(options, archive->ledger().identity()).value();
  AccessControl access{*archive, *log, [](std::string_view) {}};
  Metrics metrics;
  LedgerService service{{*archive, [](std::string_view) {}, [] {}, metrics, access}};
  std::string own_person, other_person;

 private:
  int granted_ = 0;
  int keys_ = 0;
};

/// What the tests of access control ask that office.
class AccessTest : public testing::Test {
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

}  // namespace kinledger::server
