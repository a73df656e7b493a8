// The service of one ledger (账本服务): finds the route of a request and has it answered. What is
// wrong with a request is told as problem+json.
//
// Whoever comes by TLS is asked who they are, and may do what the roles of their grants say;
// whoever comes over the loopback address without TLS works on the ledger's own machine and may do
// everything. An answer about persons leaves when its record in the access journal is durable.
#pragma once

#include <cstddef>
#include <string_view>

#include "server/http_message.h"
#include "server/route.h"

namespace kinledger::server {

/// Thread rule: any thread, several at a time.
class LedgerService {
 public:
  explicit LedgerService(Desk desk) : desk_(std::move(desk)) {}

  /// 404 where nothing has that path, 405 with Allow, 400 for a query that the route does not take.
  HttpResponse respond(const HttpRequest& request);
  /// How long the body of such a request may be; 0 where no body belongs.
  static std::size_t body_bytes_max(std::string_view method, std::string_view target);
  /// For HttpOptions: a lane for each Lane of the routes, and which one is a request's.
  static std::vector<HttpLaneOptions> lanes();
  static std::size_t lane_of(std::string_view method, std::string_view target);

 private:
  HttpResponse answer(const HttpRequest& request, const Target& target, Matched matched);
  HttpResponse answer_caller(const Route& route, Call& call);
  /// Of a person whose identity was erased or is restricted: why it is not told.
  std::optional<HttpResponse> withhold(const Call& call);
  /// These leave a record.
  HttpResponse allow(const Route& route, const Call& call, HttpResponse response);
  HttpResponse deny(const Route& route, const Call& call, HttpResponse response);
  Access access_of(const Route& route, const Call& call, AccessOutcome outcome) const;

  Desk desk_;
};

}  // namespace kinledger::server
