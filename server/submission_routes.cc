// Submissions: recorded whole or not at all, once per key, with the same receipt as on the command
// line.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "ledger/intake/json_schema.h"
#include "ledger/intake/outcome_json.h"
#include "ledger/intake/submission_json.h"
#include "ledger/text.h"
#include "server/problem.h"
#include "server/route.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

constexpr std::string_view json_type = "application/json";

HttpResponse json(unsigned status, const boost::json::object& object) {
  return {status,
          std::string(json_type),
          {{"Cache-Control", "no-store"}},
          boost::json::serialize(object) + "\n"};
}

/// The value of Idempotency-Key: a string of RFC 8941, with or without its quotes.
std::string_view key_of(const HttpRequest& request) {
  auto key = ledger::trimmed(field_of(request, "idempotency-key"));
  if (key.size() >= 2 && key.starts_with('"') && key.ends_with('"')) {
    key.remove_prefix(1);
    key.remove_suffix(1);
  }
  return key;
}

HttpResponse receipt_of(Desk& desk, const ledger::Receipt& receipt) {
  const auto proof = desk.archive.ledger().prove({receipt.first.value + receipt.count - 1});
  // What was recorded stays recorded, also when the ledger cannot sign.
  if (!proof) desk.warn(proof.error().what);
  return json(receipt.already ? 200 : 201,
              ledger::intake::outcome_to_json(ledger::intake::to_json(receipt, proof), {}, 0));
}

std::optional<HttpResponse> prepare_submission(Desk& desk, Call& call) {
  const auto& vault = desk.archive.ledger().vault();
  auto parsed = ledger::intake::parse_submission(
      call.request.body, {ledger::civil_date_of(desk.archive.ledger().now()),
                          [&](ledger::ByteView bytes) { return vault.sealed_digest(bytes); }});
  if (!parsed.submission) return problem(parsed.refusals.shown, parsed.refusals.count);
  if (const auto key = key_of(call.request); !key.empty() && key != parsed.submission->key)
    return problem(400, Reason("KEY_DIFFERS", "Idempotency-Key 与申报的 key 不同",
                               "Idempotency-Key is not the key of the submission"));
  auto& actor = parsed.submission->actor;
  if (!call.caller.is_local) {
    if (!actor.is_zero() && actor != call.caller.principal)
      return problem(403, Reason("SUBMITTER_DIFFERS", "submitter 应为您自己的主体编号，或不填",
                                 "submitter is your own principal, or is left out"));
    actor = call.caller.principal;
  }
  call.submission = std::move(*parsed.submission);
  call.inquiry.submission = &*call.submission;
  return std::nullopt;
}

HttpResponse submit(Desk& desk, const Call& call) {
  const auto& submission = *call.submission;
  if (call.target.find("dryRun") == "true") {
    const auto preview = desk.archive.preview(submission);
    if (!preview) return problem(preview.error(), desk.warn);
    if (!preview->refusals.empty()) return problem(preview->refusals, preview->refusals.size());
    return json(200, ledger::intake::outcome_to_json(nullptr, {}, 0));
  }
  const auto outcome = desk.archive.submit(submission);
  if (!outcome) return problem(outcome.error(), desk.warn);
  if (!outcome->receipt) return problem(outcome->refusals, outcome->refusals.size());
  if (!outcome->receipt->already) {
    desk.metrics.count_recorded(outcome->receipt->count);
    desk.recorded();
  }
  return receipt_of(desk, *outcome->receipt);
}

HttpResponse schema(Desk&, const Call&) {
  return {200,
          "application/schema+json",
          {},
          boost::json::serialize(ledger::intake::json_schema()) + "\n"};
}

}  // namespace

std::vector<Route> submission_routes() {
  return {
      {.method = "POST",
       .path = "/v1/submissions",
       .name = "submit",
       .zh = "登记一份申报；同一 key 重复提交不会重复登记",
       .en = "record a submission; the same key and content again change nothing",
       .query = {{"dryRun", "true：只检查，不登记", "true: check, record nothing"}},
       .takes = {json_type},
       .gives = {json_type},
       .body_bytes_max = ledger::submission_bytes_max,
       .needs_projections = true,
       .operation = Operation::submit,
       .prepare = prepare_submission,
       .handle = submit},
      {.method = "GET",
       .path = "/v1/schema",
       .name = "schema",
       .zh = "申报的 JSON Schema",
       .en = "JSON Schema of submissions",
       .gives = {"application/schema+json"},
       .operation = Operation::see_service,
       .handle = schema},
  };
}

}  // namespace kinledger::server
