// The service of a ledger whose projections are behind.
#include "server/ledger_service.h"

#include "tests/temporary_directory.h"

namespace kinledger::server {
namespace {

TEST(LedgerService, KeepsNobodyWaitingWhileItCatchesUp) {
  const TemporaryDirectory directory;
  ledger::SystemRandom random;
  ledger::LedgerOptions options;
  options.directory = directory.path() / "ledger";
  const auto archive =
      projections::Archive::create(options, "test.invalid", ledger::Area{330100}, random).value();
  Metrics metrics;
  const auto log = AccessLog::open(options, archive->ledger().identity()).value();
  AccessControl access(*archive, *log, [](std::string_view) {});
  LedgerService service({*archive, [](std::string_view) {}, [] {}, metrics, access, 0});
  const auto status_of = [&](const std::string& method, const std::string& target) {
    HttpRequest request{method, target, {{"content-type", "application/json"}}, "{}"};
    return service.respond(request).status;
  };
  const std::string person = "/v1/persons/" + std::string(32, '0') + "/status";
  ASSERT_EQ(archive->projector().position().value, 0U);
  for (const auto& route : routes())
    if (route.needs_projections) {
      std::string target(route.path);
      for (auto at = target.find('{'); at != std::string::npos; at = target.find('{'))
        target.replace(at, target.find('}') - at + 1, "migration");
      EXPECT_EQ(status_of(std::string(route.method), target), 503U) << target;
    }
  EXPECT_EQ(archive->projector().position().value, 0U) << "nothing waited for it";
  EXPECT_EQ(status_of("GET", "/readyz"), 503U);
  EXPECT_EQ(status_of("GET", "/healthz"), 200U);
  EXPECT_EQ(status_of("GET", "/checkpoint"), 200U);
  EXPECT_EQ(status_of("GET", "/v1/events?follow=false"), 200U);
  ASSERT_TRUE(archive->reach(archive->ledger().durable().size));
  EXPECT_EQ(status_of("GET", "/readyz"), 200U);
  EXPECT_EQ(status_of("GET", person), 404U);
  EXPECT_EQ(status_of("POST", "/v1/submissions"), 422U);
}

}  // namespace
}  // namespace kinledger::server
