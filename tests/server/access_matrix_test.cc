// Who may do what, completely: every role in every relation to a subject, on every route, and what
// of an identity it is shown. The tables here are written from docs/HTTP.md, not from the
// program's.
#include <algorithm>
#include <array>
#include <future>
#include <set>

#include "tests/server/access_office.h"

namespace kinledger::server {
namespace {

// Columns: submitter, agency, auditor, exporter; security, system and audit administrator; gateway.
// '-' never; 's' where the scope covers the subject; 'w' with a scope that holds the whole ledger;
// 'r' whatever the scope.
//
// What proves that nothing was left out holds the region's own records: only auditors get it within
// a scope.
struct RouteRow {
  const char* route;
  const char* roles;
};
constexpr RouteRow route_rows[] = {
    {"listQuestions", "rrrrrrrr"},
    {"ask", "rrrr----"},
    {"lookUpPerson", "sss-----"},
    {"personStatus", "sss-----"},
    {"personTimeline", "sss-----"},
    {"personHistory", "sss-----"},
    {"unitRoster", "ssss----"},
    {"unitBalance", "ssss----"},
    {"unitHistory", "ssss----"},
    {"submit", "s-------"},
    {"schema", "rrrrrrrr"},
    {"streamEvents", "--r-----"},
    {"listRules", "rrrr----"},
    {"proveAnswer", "wws-----"},
    {"checkpoint", "rrrrrrrr"},
    {"tile", "--w-----"},
    {"inclusionProof", "rrrrrrrr"},
    {"consistencyProof", "rrrrrrrr"},
    {"health", "rrrrrrrr"},
    {"readiness", "rrrrrrrr"},
    {"metrics", "-----r--"},
    {"openapi", "rrrrrrrr"},
    {"listPrincipals", "----r-r-"},
    {"changePrincipals", "----r---"},
    {"readAccessLog", "------r-"},
    {"issueToken", "-------r"},
    {"revokeToken", "-------r"},
    {"readIdentity", "sss-----"},
    {"listBackups", "-----r--"},
    {"makeBackup", "-----r--"},
    {"runChecks", "-www----"},
    {"compareBases", "-www----"},
    {"tryPack", "-www----"},
    {"listReports", "rrrrrrrr"},
    {"makeReport", "-www----"},
    {"findingDossier", "wwsw----"},
    {"unitSettlement", "ssss----"},
    {"areaSettlement", "-www----"},
    {"previewSubmission", "w-------"},
};

/// How a grant lies to the unit, the child and their district.
enum class Reached { whole, inside, outside };
struct Relation {
  const char* name;
  const char* institution;
  std::uint32_t area;
  Reached reached;
};
constexpr std::string_view district = "the district";
constexpr Relation relations[] = {
    {"everything", nullptr, 0, Reached::whole},
    {"the pooling region", nullptr, 330100, Reached::whole},
    {"the province", nullptr, 330000, Reached::whole},
    {"the unit", AccessOffice::own_unit, 0, Reached::inside},
    {"the district", nullptr, 330106, Reached::inside},
    {"the unit in the district", AccessOffice::own_unit, 330106, Reached::inside},
    {"another unit", AccessOffice::other_unit, 0, Reached::outside},
    {"another district", nullptr, 330108, Reached::outside},
    {"the unit in another district", AccessOffice::own_unit, 330108, Reached::outside},
    {"another pooling region", nullptr, 330200, Reached::outside},
};

constexpr Role tested_roles[] = {Role::submitter,
                                 Role::agency,
                                 Role::auditor,
                                 Role::exporter,
                                 Role::security_administrator,
                                 Role::system_administrator,
                                 Role::audit_administrator,
                                 Role::gateway};

class AccessMatrix : public testing::Test {
 protected:
  AccessMatrix() {
    office_.submit(R"({"key": "findings", "events": [
      {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "A-1", "check": "CHK-07",
       "unit": {"unitNumber": "330199001"}},
      {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "A-2"},
      {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "A-3",
       "unit": {"unitNumber": "330199001"}}]})");
    for (std::size_t role = 0; role < std::size(tested_roles); ++role)
      for (std::size_t relation = 0; relation < std::size(relations); ++relation) {
        Grant made;
        made.role = tested_roles[role];
        if (relations[relation].institution != nullptr)
          made.institution = relations[relation].institution;
        else if (tested_roles[role] == Role::gateway)
          made.institution = AccessOffice::own_unit;
        if (relations[relation].area != 0) made.area = ledger::Area{relations[relation].area};
        certificates_[role][relation] = *office_.grant(made).certificate;
      }
  }

  struct Request {
    std::string method, target, body, type = "application/json";
  };
  Request request_of(std::string_view route) const {
    const std::string person = "/v1/persons/" + office_.own_person;
    const std::string unit = std::string("/v1/units/") + AccessOffice::own_unit;
    const auto lookup = std::string(R"({"idNumber": ")") + AccessOffice::own_number + "\"}";
    const std::string submission =
        R"({"key": "k", "events": [{"type": "LegacyMembershipRecorded", "validOn": "2019-01-01",
            "person": ")" +
        office_.own_person + R"(", "unit": {"unitNumber": "330199001"}}]})";
    const std::map<std::string_view, Request> all{
        {"listQuestions", {"GET", "/v1/questions", ""}},
        {"ask", {"GET", "/v1/questions/policy", ""}},  // what others are about: below
        {"lookUpPerson", {"POST", "/v1/persons/lookup", lookup}},
        {"personStatus", {"GET", person + "/status", ""}},
        {"personTimeline", {"GET", person + "/timeline", ""}},
        {"personHistory", {"GET", person + "/history", ""}},
        {"unitRoster", {"GET", unit + "/roster", ""}},
        {"unitBalance", {"GET", unit + "/balance", ""}},
        {"unitHistory", {"GET", unit + "/history", ""}},
        {"listRules", {"GET", "/v1/rules", ""}},
        {"proveAnswer", {"POST", "/v1/questions/status/proof?person=" + office_.own_person, ""}},
        {"submit", {"POST", "/v1/submissions?dryRun=true", submission}},
        {"schema", {"GET", "/v1/schema", ""}},
        {"streamEvents", {"GET", "/v1/events?follow=false", ""}},
        {"checkpoint", {"GET", "/checkpoint", ""}},
        {"tile", {"GET", "/tile/entries/000.p/1", ""}},
        {"inclusionProof", {"GET", "/v1/proofs/inclusion/0", ""}},
        {"consistencyProof", {"GET", "/v1/proofs/consistency/1", ""}},
        {"health", {"GET", "/healthz", ""}},
        {"readiness", {"GET", "/readyz", ""}},
        {"metrics", {"GET", "/metrics", ""}},
        {"openapi", {"GET", "/openapi.json", ""}},
        {"listPrincipals", {"GET", "/v1/principals", ""}},
        {"changePrincipals", {"POST", "/v1/principals", "{}"}},
        {"readAccessLog", {"GET", "/v1/access-log?limit=1", ""}},
        {"issueToken", {"POST", "/v1/tokens", "{}"}},
        {"revokeToken", {"POST", "/v1/tokens/revoke", "{}"}},
        {"readIdentity", {"POST", person + "/identity", "{}"}},
        {"listBackups", {"GET", "/v1/backups", ""}},
        {"makeBackup", {"POST", "/v1/backups", ""}},
        {"runChecks", {"GET", "/v1/checks?check=CHK-02&summary=true", ""}},
        {"compareBases", {"GET", "/v1/diff?from=latest", ""}},
        {"tryPack", {"POST", "/v1/diff", "name = 1", "application/toml"}},
        {"listReports", {"GET", "/v1/reports", ""}},
        {"makeReport", {"GET", "/v1/reports/finance", ""}},
        {"findingDossier", {"POST", "/v1/findings/A-1/dossier", ""}},
        {"previewSubmission", {"POST", "/v1/submissions/preview", submission}},
        {"areaSettlement", {"GET", "/v1/areas/330106/settlement?year=2021", ""}},
        {"unitSettlement", {"GET", unit + "/settlement?year=2021", ""}},
    };
    const auto found = all.find(route);
    EXPECT_NE(found, all.end()) << route;
    return found == all.end() ? Request{} : found->second;
  }

  static bool may(char reach, Reached reached) {
    switch (reach) {
      case 'r':
        return true;
      case 's':
        return reached != Reached::outside;
      case 'w':
        return reached == Reached::whole;
      default:
        return false;
    }
  }
  /// Denied means: not permitted, or, of a person or finding, as if there were none.
  bool is_allowed(const Request& request, const ledger::Hash& certificate) {
    const auto response = office_.ask(certificate, request.method, request.target, request.body,
                                      {{"content-type", request.type}});
    const bool is_hidden =
        response.status == 404 && (response.body.find("PERSON_UNKNOWN") != std::string::npos ||
                                   response.body.find("FINDING_UNKNOWN") != std::string::npos);
    EXPECT_NE(response.status, 401U) << response.body;
    EXPECT_LT(response.status, 500U) << response.body;
    return response.status != 403 && !is_hidden;
  }

  AccessOffice office_;
  std::array<std::array<ledger::Hash, std::size(relations)>, std::size(tested_roles)> certificates_;
};

TEST_F(AccessMatrix, HasARowForEveryRoute) {
  std::set<std::string_view> known;
  for (const auto& row : route_rows) EXPECT_TRUE(known.insert(row.route).second) << row.route;
  for (const auto& route : routes()) {
    EXPECT_TRUE(known.contains(route.name)) << route.name;
    EXPECT_TRUE(route.operation.has_value()) << route.name << " is nobody's";
  }
  EXPECT_EQ(known.size(), routes().size());
}

TEST_F(AccessMatrix, EveryRoleInEveryRelationOnEveryRoute) {
  std::size_t cases = 0;
  for (const auto& row : route_rows) {
    const std::string_view name = row.route;
    const auto request = request_of(name);
    for (std::size_t role = 0; role < std::size(tested_roles); ++role)
      for (std::size_t i = 0; i < std::size(relations); ++i, ++cases)
        EXPECT_EQ(is_allowed(request, certificates_[role][i]),
                  may(row.roles[role], relations[i].reached))
            << to_text(tested_roles[role]) << " of " << relations[i].name << " on " << name;
  }
  EXPECT_EQ(cases, std::size(route_rows) * 8 * 10);
}

TEST_F(AccessMatrix, AQuestionIsAskedByWhatItIsAbout) {
  struct Asked {
    const char* query;
    const char* roles;
  };
  const std::string person = "status?person=" + office_.own_person;
  const Asked all[] = {
      {person.c_str(), "sss-----"}, {"roster?unit=330199001", "ssss----"},
      {"migration", "-www----"},    {"policy", "rrrr----"},
      {"handover", "-www----"},     {"fundLevel?fund=employeeFund", "-www----"},
  };
  for (const auto& asked : all)
    for (std::size_t role = 0; role < std::size(tested_roles); ++role)
      for (std::size_t i = 0; i < std::size(relations); ++i)
        EXPECT_EQ(is_allowed({"GET", std::string("/v1/questions/") + asked.query, ""},
                             certificates_[role][i]),
                  may(asked.roles[role], relations[i].reached))
            << to_text(tested_roles[role]) << " of " << relations[i].name << " on " << asked.query;
}

TEST_F(AccessMatrix, ChecksAreRunByWhatTheyAreAbout) {
  const std::pair<std::string, const char*> all[] = {
      {"&unit=330199001", "ssss----"},
      {"&person=" + office_.own_person, "sss-----"},
      {"&area=330106", "-www----"},
  };
  for (const auto& [about, letters] : all)
    for (std::size_t role = 0; role < std::size(tested_roles); ++role)
      for (std::size_t i = 0; i < std::size(relations); ++i)
        EXPECT_EQ(is_allowed({"GET", "/v1/checks?check=CHK-02&summary=true" + about, ""},
                             certificates_[role][i]),
                  may(letters[role], relations[i].reached))
            << to_text(tested_roles[role]) << " of " << relations[i].name << " on " << about;
}

// Auditors open, follow and close findings within their scope. Whom these may be about records the
// steps, and corrects; nobody closes what they were told to put right.
TEST_F(AccessMatrix, AnEventIsRecordedByTheRoleThatItIsFor) {
  struct Recorded {
    const char* event;
    const char* roles;
  };
  constexpr Recorded all[] = {
      {R"("FindingOpened", "finding": "B-1", "unit": {"unitNumber": "330199001"})", "--s-----"},
      {R"("FindingOpened", "finding": "B-2", "area": "330106")", "--a-----"},
      {R"("FindingOpened", "finding": "B-3")", "--w-----"},
      {R"("RectificationStepRecorded", "finding": "A-1", "action": "other")", "s-s-----"},
      {R"("FindingClosed", "finding": "A-1", "result": "rectified")", "--s-----"},
      {R"("FindingClosed", "finding": "A-2", "result": "rectified")", "--w-----"},
  };
  const auto is_reached = [](char reach, const Relation& relation) {
    // A division without a unit is within grants for that division alone.
    if (reach == 'a') return relation.reached == Reached::whole || relation.name == district;
    return may(reach, relation.reached);
  };
  for (const auto& recorded : all) {
    const auto submission = R"({"key": "k", "events": [{"validOn": "2021-04-10", "type": )" +
                            std::string(recorded.event) + "}]}";
    for (std::size_t role = 0; role < std::size(tested_roles); ++role)
      for (std::size_t i = 0; i < std::size(relations); ++i)
        EXPECT_EQ(
            is_allowed({"POST", "/v1/submissions?dryRun=true", submission}, certificates_[role][i]),
            is_reached(recorded.roles[role], relations[i]))
            << to_text(tested_roles[role]) << " of " << relations[i].name << " on "
            << recorded.event;
  }
}

// Whoever has a scope is told of the findings in it, as they are told of each of them, and of no
// others.
TEST_F(AccessMatrix, FindingsAreListedWithinTheScope) {
  office_.submit(R"({"key": "more findings", "events": [
    {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "B-1", "area": "330106"},
    {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "B-2", "area": "330108"},
    {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "B-3",
     "unit": {"unitNumber": "330199002"}}]})");
  struct Listed {
    std::string relation;
    const char* all;          ///< where nothing further is asked; null: not permitted
    const char* of_unit;      ///< within=330199001
    const char* of_district;  ///< within=330106
    const char* a_1;          ///< finding=A-1
  };
  const Listed listed[] = {
      {"everything", "A-1 A-2 A-3 B-1 B-2 B-3 ", "A-1 A-3 ", "A-1 A-3 B-1 ", "A-1 "},
      {"the pooling region", "A-1 A-2 A-3 B-1 B-2 B-3 ", "A-1 A-3 ", "A-1 A-3 B-1 ", "A-1 "},
      {"the province", "A-1 A-2 A-3 B-1 B-2 B-3 ", "A-1 A-3 ", "A-1 A-3 B-1 ", "A-1 "},
      {"the unit", "A-1 A-3 ", "A-1 A-3 ", nullptr, "A-1 "},
      {std::string(district), "A-1 A-3 B-1 ", "A-1 A-3 ", "A-1 A-3 B-1 ", "A-1 "},
      {"the unit in the district", "A-1 A-3 ", "A-1 A-3 ", nullptr, "A-1 "},
      {"another unit", "B-3 ", nullptr, nullptr, ""},
      {"another district", "B-2 B-3 ", nullptr, nullptr, ""},
      {"the unit in another district", nullptr, nullptr, nullptr, nullptr},
      {"another pooling region", "", nullptr, nullptr, ""},
  };
  const auto told = [&](const ledger::Hash& certificate, const std::string& query) {
    const auto response = office_.ask(certificate, "GET", "/v1/questions/findings" + query);
    if (response.status == 403) return std::string("not permitted");
    const auto answer = ledger::parse_json(response.body, response.body.size());
    std::string numbers;
    for (const auto& row : answer->at("answer").at("findings").get_array())
      numbers += std::string(row.at("finding").get_string()) + " ";
    return numbers;
  };
  for (std::size_t role = 0; role < std::size(tested_roles); ++role)
    for (std::size_t i = 0; i < std::size(relations); ++i) {
      const auto& row = listed[i];
      ASSERT_EQ(row.relation, relations[i].name);
      const bool lists = tested_roles[role] == Role::agency ||
                         tested_roles[role] == Role::auditor ||
                         tested_roles[role] == Role::exporter;
      const auto expect = [&](const std::string& query, const char* numbers) {
        EXPECT_EQ(told(certificates_[role][i], query),
                  lists && numbers != nullptr ? numbers : "not permitted")
            << to_text(tested_roles[role]) << " of " << row.relation << " on " << query;
      };
      expect("", row.all);
      expect("?within=330199001", row.of_unit);
      expect("?within=330106", row.of_district);
      expect("?finding=A-1", row.a_1);
    }
}

TEST_F(AccessMatrix, AListWithinTheScopeSaysSoAndIsProvenToNobody) {
  const auto ask = [&](std::size_t relation, const std::string& query,
                       std::vector<HttpField> fields = {}) {
    return office_.ask(certificates_[2][relation], "GET", "/v1/questions/findings" + query, "",
                       std::move(fields));
  };
  const auto tag_of = [](const HttpResponse& response) {
    const auto tag = std::ranges::find(response.fields, "ETag", &HttpField::name);
    return tag == response.fields.end() ? std::string() : tag->value;
  };
  const auto confined = ask(4, "");
  EXPECT_NE(confined.body.find(R"("within":"330106")"), std::string::npos) << confined.body;
  EXPECT_EQ(tag_of(confined), "") << "another caller is given another answer";
  const auto asked_for = ask(4, "?within=330106");
  EXPECT_EQ(confined.body, asked_for.body);
  const auto tag = tag_of(asked_for);
  EXPECT_EQ(ask(4, "?within=330106", {{"if-none-match", tag}}).status, 304U);
  EXPECT_EQ(ask(4, "", {{"if-none-match", tag}}).status, 200U);
  EXPECT_EQ(ask(4, "?within=3301").status, 403U) << "the number of a unit that is not there";
  EXPECT_EQ(ask(4, "?within=000000").status, 400U);
  EXPECT_FALSE(
      is_allowed({"POST", "/v1/questions/findings/proof?of=region", ""}, certificates_[2][4]));
}

// A file is read before it is held against the scope; what it would change is of everyone.
TEST_F(AccessMatrix, AFileIsPreviewedByWhoMayPreviewItsEvents) {
  const std::string line =
      R"({"key": "k", "events": [{"type": "LegacyMembershipRecorded", "validOn": "2019-01-01", "person": ")" +
      office_.own_person +
      R"(", "unit": {"unitNumber": "330199001"}}]})"
      "\n";
  for (std::size_t role = 0; role < std::size(tested_roles); ++role)
    for (std::size_t i = 0; i < std::size(relations); ++i)
      EXPECT_EQ(is_allowed({"POST", "/v1/submissions/preview", line, "application/x-ndjson"},
                           certificates_[role][i]),
                tested_roles[role] == Role::submitter && relations[i].reached == Reached::whole)
          << to_text(tested_roles[role]) << " of " << relations[i].name;
}

TEST_F(AccessMatrix, WhoMayNotCloseAFindingMayNotVoidItsClosing) {
  office_.submit(R"({"key": "c", "events": [{"type": "FindingClosed", "validOn": "2021-05-01",
                     "finding": "A-3", "result": "rectified"}]})");
  const auto closed = office_.archive->ledger().durable().size.value - 1;
  const auto voided =
      R"({"key": "v", "events": [{"type": "EventVoided", "correction": {"replaces": )" +
      std::to_string(closed) + R"(, "cause": "transcriptionError", "authority": "agency"}}]})";
  for (std::size_t role = 0; role < std::size(tested_roles); ++role)
    for (std::size_t i = 0; i < std::size(relations); ++i)
      EXPECT_EQ(is_allowed({"POST", "/v1/submissions?dryRun=true", voided}, certificates_[role][i]),
                tested_roles[role] == Role::auditor && relations[i].reached != Reached::outside)
          << to_text(tested_roles[role]) << " of " << relations[i].name;
}

TEST_F(AccessMatrix, AReportIsHadByWhatItIsAbout) {
  struct Asked {
    const char* query;
    const char* roles;
  };
  constexpr Asked all[] = {
      {"unitSettlement?unit=330199001", "-sss----"},
      {"migration?unit=330199001", "-sss----"},
      {"migration", "-www----"},
      {"finance?area=330106", "-www----"},
      {"bindings?unit=330199001", "-sss----"},
      {"bindings?area=330106", "-www----"},
      {"minorsAccess", "------r-"},
  };
  for (const auto& asked : all)
    for (std::size_t role = 0; role < std::size(tested_roles); ++role)
      for (std::size_t i = 0; i < std::size(relations); ++i)
        EXPECT_EQ(is_allowed({"GET", std::string("/v1/reports/") + asked.query, ""},
                             certificates_[role][i]),
                  may(asked.roles[role], relations[i].reached))
            << to_text(tested_roles[role]) << " of " << relations[i].name << " on " << asked.query;
}

TEST_F(AccessMatrix, EveryRoleSeesOfAnIdentityWhatItMay) {
  const std::string clear =
      R"("idNumber":"330199201506010025","name":"林知夏","birthDate":"2015-06-01")";
  const std::string masked = R"("idNumber":"330199********0025","name":"林**","birthDate":null)";
  const std::string* shown[][2] = {{&masked, &masked}, {&masked, &clear}, {&masked, &clear}};
  const std::string target = "/v1/persons/" + office_.own_person + "/identity";
  for (std::size_t role = 0; role < std::size(tested_roles); ++role)
    for (std::size_t i = 0; i < std::size(relations); ++i)
      for (const bool has_case : {false, true}) {
        const auto response =
            office_.ask(certificates_[role][i], "POST", target,
                        has_case ? R"({"purpose": "audit", "case": "ZG-2021-7"})" : "{}");
        const bool may_see = role < std::size(shown) && relations[i].reached != Reached::outside;
        if (may_see)
          EXPECT_NE(response.body.find(*shown[role][has_case]), std::string::npos)
              << to_text(tested_roles[role]) << " of " << relations[i].name << ": "
              << response.body;
        else
          EXPECT_NE(response.status, 200U);
        if (may_see && has_case && role != 0) continue;
        for (const auto* secret : {"201506010025", "2015-06-01", "知夏"})
          EXPECT_EQ(response.body.find(secret), std::string::npos) << to_text(tested_roles[role]);
      }
}

}  // namespace
}  // namespace kinledger::server
