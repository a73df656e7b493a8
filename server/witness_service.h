// A witness over HTTP, C2SP tlog-witness v1.0.0:
//
//   POST /add-checkpoint       what ledger::Witness answers, under its status
//   GET /HEX/checkpoint        the last checkpoint of the log whose origin has this SHA-256
//   GET /healthz               "ok"
#pragma once

#include <functional>
#include <string_view>

#include "ledger/witness.h"
#include "server/http_message.h"

namespace kinledger::server {

/// Thread rule: any thread.
class WitnessService {
 public:
  /// `alarm` is told, from any thread, when a trusted log sends a checkpoint that does not continue
  /// its last one, and when the witness's storage fails. Precondition: the witness outlives the
  /// service.
  WitnessService(ledger::Witness& witness, std::function<void(std::string_view)> alarm)
      : witness_(witness), alarm_(std::move(alarm)) {}

  HttpResponse respond(const HttpRequest& request);

 private:
  HttpResponse add_checkpoint(const HttpRequest& request);

  ledger::Witness& witness_;
  std::function<void(std::string_view)> alarm_;
};

}  // namespace kinledger::server
