// The service of a ledger whose projections are behind, or whose disk is nearly full.
#include "server/ledger_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/server/socket_client.h"
#include "tests/test_directory.h"

namespace kinledger::server {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

/// A ledger on a disk whose room the test decides.
class LedgerServiceTest : public testing::Test {
 protected:
  const TestDirectory directory_;
  std::atomic<std::uint64_t> free_bytes_{1'000 * mebibyte};
  ledger::SystemRandom random_;
  ledger::LedgerOptions options_ = [this] {
    ledger::LedgerOptions options;
    options.directory = directory_.path() / "ledger";
    options.room.looked_every = {};
    options.room.probe = [this](const auto&) {
      return std::optional(ledger::Room{free_bytes_, 100'000 * mebibyte});
    };
    return options;
  }();
  const std::unique_ptr<projections::Archive> archive_ =
      projections::Archive::create(options_, "test.invalid", ledger::Area{330100}, random_).value();
  Metrics metrics_;
  const std::unique_ptr<AccessLog> log_ =
      AccessLog::open(options_, archive_->ledger().identity()).value();
  AccessControl access_{*archive_, *log_, [](std::string_view) {}};
  Desk desk_{*archive_, [](std::string_view) {}, [] {}, metrics_, access_};
};

TEST_F(LedgerServiceTest, KeepsNobodyWaitingWhileItCatchesUp) {
  desk_.unprojected_max = 0;
  LedgerService service(desk_);
  const auto status_of = [&](const std::string& method, const std::string& target,
                             std::string_view type = "application/json") {
    HttpRequest request{method, target, {{"content-type", std::string(type)}}, "{}"};
    return service.respond(request).status;
  };
  const std::string person = "/v1/persons/" + std::string(32, '0') + "/status";
  ASSERT_EQ(archive_->projector().position().value, 0U);
  for (const auto& route : routes())
    if (route.needs_projections) {
      std::string target(route.path);
      for (auto at = target.find('{'); at != std::string::npos; at = target.find('{'))
        target.replace(at, target.find('}') - at + 1, "migration");
      const auto type = route.takes.empty() ? "" : route.takes.front();
      EXPECT_EQ(status_of(std::string(route.method), target, type), 503U) << target;
    }
  EXPECT_EQ(archive_->projector().position().value, 0U) << "nothing waited for it";
  EXPECT_EQ(status_of("GET", "/readyz"), 503U);
  EXPECT_EQ(status_of("GET", "/healthz"), 200U);
  EXPECT_EQ(status_of("GET", "/checkpoint"), 200U);
  EXPECT_EQ(status_of("GET", "/v1/events?follow=false"), 200U);
  // Whose a certificate is, the projections tell.
  const auto by_certificate = service.respond({"GET", "/checkpoint", {}, "", ledger::Hash{}});
  EXPECT_EQ(by_certificate.status, 503U);
  EXPECT_NE(by_certificate.body.find("CATCHING_UP"), std::string::npos) << by_certificate.body;
  EXPECT_EQ(service.respond({"GET", "/healthz", {}, "", ledger::Hash{}}).status, 200U);
  EXPECT_EQ(archive_->projector().position().value, 0U) << "nor for the grants";
  ASSERT_TRUE(archive_->reach(archive_->ledger().durable().size));
  EXPECT_EQ(status_of("GET", "/readyz"), 200U);
  EXPECT_EQ(status_of("GET", person), 404U);
  EXPECT_EQ(status_of("POST", "/v1/submissions"), 422U);
}

/// The access journal does with less room: reads go on, and are recorded.
TEST_F(LedgerServiceTest, AnswersAndRecordsNothingWhileTheDiskIsShort) {
  LedgerService service(desk_);
  const auto ask = [&](const std::string& method, const std::string& target,
                       const std::string& body = "") {
    auto response = service.respond({method, target, {{"content-type", "application/json"}}, body});
    if (response.held_back) {
      std::promise<bool> left;
      response.held_back([&](bool may_leave) { left.set_value(may_leave); });
      EXPECT_TRUE(left.get_future().get()) << target << " was not recorded";
    }
    return response;
  };
  const auto submit = [&](const std::string& key) {
    return ask("POST", "/v1/submissions",
               R"({"key": ")" + key +
                   R"(", "events": [{"type": "UnitRecorded", "validOn": "2020-01-01",
                   "unit": {"unitNumber": "330199001"}, "name": "甲单位", "area": "330106"}]})");
  };
  ASSERT_EQ(submit("before").status, 201U);
  free_bytes_ = 100 * mebibyte;
  const auto refused = submit("meanwhile");
  EXPECT_EQ(refused.status, 503U);
  for (const auto* words : {"账本所在磁盘仅剩 100 MiB", "only 100 MiB left"})
    EXPECT_NE(refused.body.find(words), std::string::npos) << refused.body;
  EXPECT_EQ(submit("before").status, 200U) << "it is recorded already";
  const auto recorded_before = log_->ledger().durable().size;
  EXPECT_EQ(ask("GET", "/v1/units/330199001/history").status, 200U);
  EXPECT_GT(log_->ledger().durable().size, recorded_before) << "the reading left no record";
  EXPECT_EQ(ask("GET", "/checkpoint").status, 200U);
  const auto ready = ask("GET", "/readyz");
  EXPECT_EQ(ready.status, 200U);
  EXPECT_NE(ready.body.find(R"("diskShort":true)"), std::string::npos) << ready.body;
  EXPECT_NE(ask("GET", "/metrics").body.find("kinledger_disk_short 1\n"), std::string::npos);
  free_bytes_ = 1'000 * mebibyte;
  EXPECT_EQ(submit("meanwhile").status, 201U);
}

/// Served over a socket, since it is the listener that knows what a client is told.
class CountedAnswers : public LedgerServiceTest {
 protected:
  int status_of_get(const Serving& serving, const std::string& target) {
    const SocketClient client(serving.port());
    client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    return status_of(client.read_all());
  }
  HttpHandler handler() {
    return [this](const HttpRequest& request) { return service_.respond(request); };
  }
  /// How many answers of the route with that status the figures have.
  std::string counted(const std::string& route, int status) {
    const auto figures = service_.respond({"GET", "/metrics", {}, ""}).body;
    const auto line = "kinledger_http_requests_total{route=\"" + route + "\",status=\"" +
                      std::to_string(status) + "\"} ";
    const auto at = figures.find(line);
    if (at == std::string::npos) return "0";
    return figures.substr(at + line.size(), figures.find('\n', at) - at - line.size());
  }

  LedgerService service_{desk_};
};

TEST_F(CountedAnswers, AreNotWhatWasKeptBack) {
  const Serving serving({}, handler());
  free_bytes_ = 0;
  EXPECT_EQ(status_of_get(serving, "/v1/questions/migration"), 503);
  EXPECT_EQ(counted("ask", 503), "1");
  EXPECT_EQ(counted("ask", 200), "0");
}

TEST_F(CountedAnswers, AreToldApartFromWhatWasRefusedBeforeItsRouteWasKnown) {
  HttpOptions options;
  options.refused = [this](unsigned status) { metrics_.count_refused(status); };
  const Serving serving(options, handler());
  const SocketClient client(serving.port());
  client.send("nonsense\r\n\r\n");
  EXPECT_EQ(status_of(client.read_all()), 400);
  EXPECT_EQ(counted("none", 400), "0");
  const auto figures = service_.respond({"GET", "/metrics", {}, ""}).body;
  EXPECT_NE(figures.find("kinledger_http_refused_total{status=\"400\"} 1\n"), std::string::npos)
      << figures;
}

// Whether or not they wait for their record to be durable.
TEST_F(CountedAnswers, AreNotWhatThereWasNoRoomToSend) {
  HttpOptions narrow;
  narrow.answers_bytes_max = 1;
  const Serving serving(narrow, handler());
  std::string events;
  for (int i = 0; i < 300; ++i)
    events += std::string(i == 0 ? "" : ",") +
              R"({"type": "UnitRecorded", "validOn": "2020-01-01", "area": "330106",
                  "unit": {"unitNumber": "330199001"}, "name": "甲单位)" +
              std::to_string(i) + R"("})";
  const auto submitted = service_.respond({"POST",
                                           "/v1/submissions",
                                           {{"content-type", "application/json"}},
                                           R"({"key": "k", "events": [)" + events + "]}"});
  ASSERT_EQ(submitted.status, 201U) << submitted.body;
  for (const auto& [route, target] : {std::pair("openapi", "/openapi.json"),
                                      std::pair("unitHistory", "/v1/units/330199001/history")}) {
    EXPECT_EQ(status_of_get(serving, target), 503) << target;
    EXPECT_EQ(counted(route, 503), "1") << target;
    EXPECT_EQ(counted(route, 200), "0") << target;
  }
  EXPECT_EQ(status_of_get(serving, "/healthz"), 200);
  EXPECT_EQ(counted("health", 200), "1");
}

TEST(Lanes, FiguresAndHealthWaitForNothingThatOthersWaitFor) {
  const auto lanes = LedgerService::lanes();
  const auto lane_of = [&](const char* target) {
    return lanes.at(LedgerService::lane_of("GET", target)).name;
  };
  EXPECT_EQ(lane_of("/metrics"), "figures");
  EXPECT_EQ(lane_of("/healthz"), "service");
  EXPECT_EQ(lane_of("/v1/questions/status"), "questions");
  EXPECT_EQ(lane_of("/v1/events"), "streams");
}

}  // namespace
}  // namespace kinledger::server
