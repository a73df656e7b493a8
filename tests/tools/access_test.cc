// Access control as people meet it: the program, grants on its command line, TLS with real
// certificates, and the access journal afterwards.
#include <csignal>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

#include "server/http_client.h"
#include "tests/server/scripted_server.h"
#include "tests/server/tls_client.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

using server::TlsClient;

class AccessCommand : public ServeCommand {
 protected:
  AccessCommand() {
    for (const auto* name : {"server", "agency", "auditor", "security", "audit", "stranger"})
      certificates_.issue(name);
  }

  std::string grant(std::vector<std::string> words) {
    words.insert(words.begin(), {"access", "grant", "city", "--json"});
    const auto ran = shell_.run(words);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return std::string(text(object_of(ran.out), "principal"));
  }
  std::string pem(const std::string& name) const {
    return certificates_.certificate(name).string();
  }
  std::vector<std::string> secured() const {
    return {"serve",       "city",
            "--listen",    "127.0.0.1:0",
            "--tls",       pem("server"),
            "--tls-key",   certificates_.key("server").string(),
            "--client-ca", certificates_.authority().string()};
  }
  void serve_secured() {
    running_ = shell_.run_behind(secured(), "serve.err");
    const auto url = running_->read_line();
    ASSERT_TRUE(url.starts_with("https://127.0.0.1:")) << shell_.read("serve.err");
    port_ = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  }
  /// Whose answers have to be ones that the description of the interface has.
  class Client : public TlsClient {
   public:
    using TlsClient::TlsClient;
    std::string ask(const std::string& first_line, const std::string& fields = "",
                    const std::string& body = "") const {
      auto response = TlsClient::ask(first_line, fields, body);
      expect_described(first_line, response);
      return response;
    }
  };
  Client client(const std::string& name) const { return Client(port_, certificates_, name); }
  std::vector<boost::json::object> records(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"access", "log", "city", "--json"});
    const auto ran = shell_.run(more);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return objects_of(ran.out);
  }
  std::string status_line() const { return "GET /v1/persons/" + child_ + "/status"; }

  server::Certificates certificates_{shell_.path("")};
};

TEST_F(AccessCommand, GivesEveryOneWhatWasGranted) {
  const auto agency_principal =
      grant({"--role", "agency", "--area", "330106", "--certificate", pem("agency")});
  grant({"--role", "securityAdministrator", "--certificate", pem("security")});
  grant({"--role", "auditAdministrator", "--certificate", pem("audit")});
  serve_secured();
  const auto agency = client("agency");
  EXPECT_EQ(server::status_of(agency.ask(status_line())), 200);
  EXPECT_EQ(code_of(agency.ask("GET /v1/questions/migration")), "NOT_PERMITTED");
  const auto identity =
      agency.ask("POST /v1/persons/" + child_ + "/identity", "Content-Type: application/json\r\n",
                 R"({"purpose": "handling", "case": "JB-1"})");
  EXPECT_NE(identity.find(office_.child), std::string::npos) << identity;
  EXPECT_EQ(code_of(client("stranger").ask(status_line())), "CALLER_UNKNOWN");
  EXPECT_EQ(code_of(client("security").ask(status_line())), "NOT_PERMITTED");
  const auto audit = client("audit").ask("GET /v1/access-log?person=" + child_);
  EXPECT_NE(audit.find("\"JB-1\""), std::string::npos) << audit;
  // Taken away while it runs.
  const auto taken =
      client("security")
          .ask(
              "POST /v1/principals", "Content-Type: application/json\r\n",
              R"({"granted": false, "grants": [{"role": "agency", "area": "330106", "principal": ")" +
                  agency_principal + R"(", "certificate": ")" +
                  ledger::to_text(server::read_fingerprint(pem("agency")).value()) + "\"}]}");
  EXPECT_EQ(server::status_of(taken), 201) << taken;
  EXPECT_EQ(code_of(agency.ask(status_line())), "CALLER_UNKNOWN") << "the connection stands";
  EXPECT_EQ(stop(), 0);
  const auto said = shell_.read("serve.err");
  EXPECT_EQ(said, "");
}

TEST_F(AccessCommand, AuditorsFollowByHttps) {
  grant({"--role", "auditor", "--certificate", pem("auditor")});
  const auto key = shell_.run({"checkpoint", "city", "--key"});
  shell_.write("city.keys", key.out);
  serve_secured();
  const auto url = "https://127.0.0.1:" + std::to_string(port_);
  const std::vector<std::string> words{"tail",          url,
                                       "--verify",      "--key",
                                       "@city.keys",    "--no-follow",
                                       "--ca",          certificates_.authority().string(),
                                       "--client-cert", pem("auditor"),
                                       "--client-key",  certificates_.key("auditor").string()};
  const auto followed = shell_.run(words);
  EXPECT_EQ(followed.exit, 0) << followed.told();
  EXPECT_NE(followed.out.find("PremiumPaid"), std::string::npos) << followed.out;
  auto as_stranger = words;
  as_stranger[9] = pem("stranger");
  as_stranger[11] = certificates_.key("stranger").string();
  const auto refused = shell_.run(as_stranger);
  EXPECT_EQ(refused.exit, 3) << refused.told();
  EXPECT_NE(refused.err.find("CALLER_UNKNOWN"), std::string::npos) << refused.err;
}

TEST_F(AccessCommand, TheCommandLineRecordsWhatItTells) {
  const auto before = records().size();
  shell_.run({"status", "city", child_});
  shell_.run({"roster", "city", "330199001"});
  shell_.run({"history", "city", child_});
  shell_.run({"ask", "city", "migration"});
  shell_.run({"publish", "city", "published"});
  const auto all = records();
  ASSERT_EQ(all.size(), before + 6);
  const char* const operations[] = {"status", "roster", "history", "migration", "publish"};
  for (std::size_t i = 0; i < 5; ++i) {
    const auto& record = all[before + i];
    EXPECT_EQ(text(record, "operation"), operations[i]);
    EXPECT_EQ(text(record, "channel"), "command");
    // Root is 0, which is not stated.
    EXPECT_EQ(record.contains("account") ? number(record, "account") : 0, ::getuid());
  }
  EXPECT_EQ(text(all[before], "person"), child_);
  EXPECT_EQ(records({"--person", "@child.txt"}).size(), 4U) << "two readings, and this one too";
  // It is a ledger: whoever takes a record out is found out.
  EXPECT_EQ(shell_.run({"verify", "city/access", "--state", "city.state/access"}).exit, 0);
}

TEST_F(AccessCommand, NothingIsToldThatCannotBeRecorded) {
  shell_.run({"status", "city", child_});
  std::filesystem::remove(shell_.path("city.state/access/mark"));
  const auto refused = shell_.run({"status", "city", child_});
  EXPECT_NE(refused.exit, 0);
  EXPECT_EQ(refused.out, "") << "no answer without a record";
}

TEST_F(AccessCommand, NoAnswerWithoutARecordHoweverItIsKilled) {
  // The server is killed while answers leave; whatever came out has its record.
  const auto* const campaign = std::getenv("KINLEDGER_TRIALS");
  const int trials = campaign == nullptr ? 200 : std::atoi(campaign);
  // Each question is about another day, which its record holds.
  std::atomic<std::int32_t> asked = 0;
  const auto day = [](std::int32_t number) {
    return ledger::to_text(ledger::add_days(ledger::parse_date("2000-01-01").value(), number));
  };
  std::mutex answering;
  std::set<std::string> answered;
  for (int trial = 0; trial < trials; ++trial) {
    serve();
    std::atomic<std::size_t> got = 0, ended = 0;
    std::vector<std::thread> askers;
    for (int i = 0; i < 4; ++i)
      askers.emplace_back([&] {
        while (true) {
          const auto on = day(asked++);
          const server::HttpCall call{
              server::read_http_url("http://127.0.0.1:" + std::to_string(port_)).value(),
              "/v1/persons/" + child_ + "/status?on=" + on};
          const auto reply = server::call(call);
          if (!reply || reply->status != 200) break;
          const std::lock_guard lock(answering);
          answered.insert(on);
          ++got;
        }
        ++ended;
      });
    while (got < static_cast<std::size_t>(trial % 7 + 1) && ended == 0) std::this_thread::yield();
    EXPECT_EQ(ended, 0U) << shell_.read("serve.err");
    running_->end(SIGKILL);
    for (auto& asker : askers) asker.join();
  }
  std::set<std::string> recorded;
  for (const auto& record : records())
    if (text(record, "operation") == "status" && text(record, "channel") == "http")
      recorded.emplace(text(record, "on"));
  for (const auto& on : answered) EXPECT_TRUE(recorded.contains(on)) << on;
  EXPECT_GT(answered.size(), static_cast<std::size_t>(trials));
  std::cout << trials << " kills, " << answered.size() << " answers, each with its record\n";
}

TEST_F(AccessCommand, SaysWhatIsWrongWithAGrant) {
  const auto told = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"access", "grant", "city"});
    const auto ran = shell_.run(words);
    EXPECT_NE(ran.exit, 0);
    return ran.err;
  };
  EXPECT_NE(told({"--role", "king"}).find("securityAdministrator"), std::string::npos);
  EXPECT_NE(told({"--role", "agency"}).find("CERTIFICATE_MISSING"), std::string::npos);
  EXPECT_NE(told({"--role", "agency", "--certificate", "absent.pem"}).find("absent.pem"),
            std::string::npos);
  EXPECT_NE(told({"--role", "agency", "--area", "3301", "--certificate", pem("agency")})
                .find("AREA_FORMAT"),
            std::string::npos);
  EXPECT_NE(shell_.run({"access", "revoke", "city", "--certificate", pem("agency")})
                .err.find("GRANT_UNKNOWN"),
            std::string::npos);
  EXPECT_EQ(shell_.run({"access", "revoke", "city"}).exit, 2);
}

TEST_F(AccessCommand, ListsAndTakesAway) {
  const auto agency = grant({"--role", "agency", "--area", "330106", "--certificate", pem("agency"),
                             "--label", "西湖区经办", "--until", "2027-01-01"});
  EXPECT_EQ(grant({"--role", "auditor", "--certificate", pem("agency")}), agency)
      << "whose certificate it is";
  const auto listed = objects_of(shell_.run({"access", "list", "city", "--json"}).out);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(text(listed[0], "label"), "西湖区经办");
  EXPECT_EQ(text(listed[0], "until"), "2027-01-01");
  EXPECT_EQ(
      shell_.run({"access", "revoke", "city", "--principal", agency, "--role", "auditor"}).exit, 0);
  EXPECT_EQ(objects_of(shell_.run({"access", "list", "city", "--json"}).out).size(), 1U);
  EXPECT_EQ(shell_.run({"access", "revoke", "city", "--certificate", pem("agency")}).exit, 0);
  EXPECT_EQ(shell_.run({"access", "list", "city", "--json"}).out, "");
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

TEST_F(AccessCommand, TakesAwayGrantsOfWhichOneIsWithinAnother) {
  const std::vector<std::string> wide{"--role", "agency", "--certificate", pem("agency")};
  auto narrow = wide;
  narrow.insert(narrow.end(), {"--area", "330106"});
  std::vector<std::string> revoke{"access", "revoke", "--certificate", pem("agency")};
  const auto expect_none_left = [&] {
    EXPECT_EQ(shell_.run({"access", "list", "city", "--json"}).out, "");
  };
  grant(wide);
  grant(narrow);
  auto near = revoke;
  near.insert(near.begin() + 2, "city");
  const auto taken = shell_.run(near);
  EXPECT_EQ(taken.exit, 0) << taken.told();
  expect_none_left();
  grant(wide);
  grant(narrow);
  serve();
  revoke.insert(revoke.end(), {"--url", "http://127.0.0.1:" + std::to_string(port_)});
  const auto taken_far = shell_.run(revoke);
  EXPECT_EQ(taken_far.exit, 0) << taken_far.told();
  EXPECT_EQ(stop(), 0);
  expect_none_left();
}

TEST_F(AccessCommand, AGrantWithoutAnAnswerIsLookedForFirst) {
  const server::Serving losing({}, [](const server::HttpRequest&) {
    return server::HttpResponse{504, "text/plain", {}, "the answer was lost\n"};
  });
  const auto lost = shell_.run({"access", "grant", "--role", "submitter", "--institution",
                                "330199001", "--lang", "en", "--url", server::url_of(losing)});
  EXPECT_EQ(lost.exit, 5) << lost.told();
  EXPECT_TRUE(holds(lost.err, "access list")) << lost.told();
  EXPECT_FALSE(holds(lost.err, "recorded twice")) << "each would be another principal";
}

/// Whatever is asked, and whatever it is that cannot be read.
TEST_F(AccessCommand, AnAnswerThatIsNoneEndsAsUnavailable) {
  for (const std::string body : {"{}", "nonsense", R"({"sequence": -1})",
                                 R"({"refusals": [],)"
                                 R"("refusalCount": -1})"}) {
    const server::Serving serving({}, [&](const server::HttpRequest& request) {
      return server::HttpResponse{
          request.target == "/v1/submissions" ? 422U : 200U, "application/json", {}, body};
    });
    const auto told = [&](std::vector<std::string> words, const std::string& input = "") {
      words.insert(words.end(), {"--lang", "en", "--url", server::url_of(serving)});
      const auto ran = shell_.run(words, input);
      EXPECT_EQ(ran.exit, 5) << body << ran.told();
      EXPECT_TRUE(holds(ran.err, "the server's answer is none to this")) << body << ran.told();
    };
    told({"access", "list"});
    told({"submit"}, premium("k", "1.00"));
    told({"import", "premium.csv"});
    told({"check"});
    if (body == "{}") continue;
    told({"access", "log"});
    told({"history", "330199001"});
  }
}

TEST_F(AccessCommand, TlsNeedsAllItsFiles) {
  auto words = secured();
  words.resize(words.size() - 2);
  EXPECT_EQ(shell_.run(words).exit, 2);
  EXPECT_EQ(shell_.run({"serve", "city", "--listen", "0.0.0.0:0"}).exit, 2);
}

TEST_F(AccessCommand, ReadsARenewedCertificateOnSighup) {
  grant({"--role", "agency", "--area", "330106", "--certificate", pem("agency")});
  serve_secured();
  const auto staying = client("agency");
  EXPECT_EQ(server::status_of(staying.ask(status_line())), 200);
  certificates_.issue("server");
  const auto renewed = server::read_fingerprint(pem("server")).value();
  EXPECT_NE(client("agency").server_fingerprint(), renewed);
  running_->signal(SIGHUP);
  while (client("agency").server_fingerprint() != renewed) std::this_thread::yield();
  EXPECT_EQ(server::status_of(staying.ask(status_line())), 200) << "nobody was cut off";
  shell_.write("server.pem", "half a certificate");
  running_->signal(SIGHUP);
  while (shell_.read("serve.err").find("still using the certificate") == std::string::npos)
    std::this_thread::yield();
  EXPECT_EQ(client("agency").server_fingerprint(), renewed);
  EXPECT_EQ(server::status_of(staying.ask(status_line())), 200);
  EXPECT_EQ(stop(), 0);
}

TEST_F(AccessCommand, AnAuditorOfADistrictListsItsFindings) {
  const auto submitted = shell_.run({"submit", "city"}, R"({"key": "findings", "events": [
    {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "A-1", "area": "330106"},
    {"type": "FindingOpened", "validOn": "2021-04-10", "finding": "A-2", "area": "330108"}]})");
  ASSERT_EQ(submitted.exit, 0) << submitted.told();
  grant({"--role", "auditor", "--area", "330106", "--certificate", pem("auditor")});
  const auto near =
      shell_.run({"ask", "city", "findings", "within=330106", "--on", "2021-05-01", "--json"});
  EXPECT_EQ(near.exit, 0) << near.told();
  serve_secured();
  const auto far = shell_.run({"ask", "findings", "--on", "2021-05-01", "--json", "--url",
                               "https://127.0.0.1:" + std::to_string(port_), "--ca",
                               certificates_.authority().string(), "--client-cert", pem("auditor"),
                               "--client-key", certificates_.key("auditor").string()});
  EXPECT_EQ(far.exit, 0) << far.told();
  EXPECT_NE(far.out.find("A-1"), std::string::npos) << far.out;
  EXPECT_EQ(far.out.find("A-2"), std::string::npos) << far.out;
  EXPECT_EQ(far.out, near.out) << "the same as is said on the directory";
  EXPECT_EQ(stop(), 0);
}

TEST_F(AccessCommand, ProvesToThoseWhoMayAsk) {
  grant({"--role", "agency", "--certificate", pem("agency")});
  grant({"--role", "exporter", "--certificate", pem("auditor")});
  serve_secured();
  const auto proof = "POST /v1/questions/status/proof?person=" + child_;
  const auto proven = client("agency").ask(proof, "Content-Length: 0\r\n");
  EXPECT_EQ(server::status_of(proven), 200) << proven;
  EXPECT_EQ(proven.find(office_.child), std::string::npos);
  EXPECT_EQ(code_of(client("auditor").ask(proof, "Content-Length: 0\r\n")), "PERSON_UNKNOWN");
  EXPECT_EQ(stop(), 0);
  std::vector<std::string> outcomes;
  for (const auto& record : records())
    if (text(record, "channel") == "https") outcomes.emplace_back(text(record, "outcome"));
  EXPECT_EQ(outcomes, (std::vector<std::string>{"allowed", "denied"}));
}

}  // namespace
}  // namespace kinledger::tools
