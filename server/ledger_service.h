// The service of one ledger (账本服务): finds the route of a request and has it answered. What is
// wrong with a request is told as problem+json.
//
// Limitations: nobody is asked who they are; it is for the loopback address (docs/OPERATIONS.md).
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

 private:
  HttpResponse answer(const HttpRequest& request, const Target& target, Matched matched);

  Desk desk_;
};

}  // namespace kinledger::server
