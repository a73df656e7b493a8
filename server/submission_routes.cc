// Submissions: recorded whole or not at all, once per key, with the same receipt as on the command
// line.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <span>
#include <string>

#include "ledger/intake/json_schema.h"
#include "ledger/intake/outcome_json.h"
#include "ledger/intake/submission_json.h"
#include "ledger/text.h"
#include "projections/difference/preview_difference.h"
#include "projections/import_file.h"
#include "server/long_answer.h"
#include "server/media_types.h"
#include "server/memory_file.h"
#include "server/problem.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

constexpr std::string_view csv_type = "text/csv";
constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

HttpResponse receipt_of(Desk& desk, const ledger::Receipt& receipt) {
  const auto proof = desk.archive.ledger().prove({receipt.first.value + receipt.count - 1});
  // What was recorded stays recorded, also when the ledger cannot sign.
  if (!proof) desk.warn(proof.error().what);
  return private_json(
      receipt.already ? 200 : 201,
      ledger::intake::outcome_to_json(ledger::intake::to_json(receipt, proof), {}, 0));
}

/// Files are read, and each of their submissions held against the scope, when they are imported.
std::optional<HttpResponse> prepare_submission(Desk& desk, Call& call) {
  call.inquiry.is_checked_later = media_type_of(call.request) != json_type;
  if (call.inquiry.is_checked_later) return std::nullopt;
  const auto& vault = desk.archive.ledger().vault();
  auto parsed = ledger::intake::parse_submission(
      call.request.body, {ledger::civil_date_of(desk.archive.ledger().now()),
                          [&](ledger::ByteView bytes) { return vault.sealed_digest(bytes); }});
  if (!parsed.submission) return problem(parsed.refusals.shown, parsed.refusals.count);
  if (const auto key = idempotency_key(call.request); !key.empty() && key != parsed.submission->key)
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

std::string text_of(const Call& call, std::string_view name) {
  return std::string(call.target.find(name).value_or(""));
}

/// What the query and the head say of a file.
Or<projections::ImportRequest> request_of(Desk& desk, const Call& call) {
  projections::ImportRequest request;
  request.today = ledger::civil_date_of(desk.archive.ledger().now());
  request.format = text_of(call, "format");
  request.sheet = text_of(call, "sheet");
  request.unit = text_of(call, "unit");
  request.key = idempotency_key(call.request);
  if (const auto text = call.target.find("date")) {
    const auto date = ledger::parse_date(*text);
    if (!date) return problem(400, date.error());
    request.form_date = *date;
  }
  request.actor = call.caller.principal;
  request.dry_run = is_set(call, "dryRun");
  request.skip_invalid = is_set(call, "skipInvalid");
  request.permits =
      [&](const ledger::Submission& submission) -> ledger::Result<ledger::Parsed<void>> {
    Inquiry inquiry;
    inquiry.submission = &submission;
    const auto admitted = desk.access.admit(call.caller, call.operation, inquiry);
    if (!admitted) return admitted.error();
    if (*admitted) return ledger::Parsed<void>();
    return ledger::Parsed<void>(beyond_scope());
  };
  return request;
}

bool is_forbidden(const projections::Imported& imported) {
  return std::ranges::any_of(imported.refusals.shown, [](const ledger::Refusal& refusal) {
    return refusal.reason.code == beyond_scope().code;
  });
}

/// Of lines, those in front of a refused one are recorded. That is no success: whoever looks at the
/// status alone must not take the file for recorded.
Reason refused_partly() {
  return {"REFUSED_PARTLY",
          "被拒的行之前的内容已登记，其后的未登记；更正后整份重新提交即可，不会重复登记",
          "what stands in front of the refused line is recorded, and nothing behind it: put it "
          "right and send all of it again, nothing is recorded twice"};
}

/// Of which nothing was recorded.
HttpResponse refused_file(const projections::Imported& imported,
                          const projections::ImportRequest& request) {
  if (is_forbidden(imported)) return not_permitted();
  return problem(422, refused_whole(), projections::to_json(imported, request.dry_run, {}));
}

/// Whoever tries numbers out by handing them in does so no faster than by looking them up.
HttpResponse refused(Desk& desk, const Call& call, std::span<const ledger::Refusal> refusals) {
  desk.access.count_misses(call.caller, refusals);
  return problem(refusals, refusals.size());
}

Or<projections::Imported> read_file(Desk& desk, const Call& call,
                                    const projections::ImportRequest& request) {
  const auto file = MemoryFile::holding(call.request.body);
  if (!file) return problem(file.error(), desk.warn);
  const bool holds_lines = media_type_of(call.request) == lines_type;
  auto imported = holds_lines ? projections::import_lines(desk.archive, file->path(), request)
                              : projections::import_table(desk.archive, file->path(), request);
  if (!imported) return problem(imported.error(), desk.warn);
  desk.access.count_misses(call.caller, imported->refusals.shown);
  return std::move(*imported);
}

/// A table or lines of JSON, as `kinledger import` takes them.
HttpResponse import(Desk& desk, const Call& call) {
  const auto request = request_of(desk, call);
  if (!request) return request.error();
  const auto imported = read_file(desk, call, *request);
  if (!imported) return imported.error();
  boost::json::array receipts;
  std::uint64_t recorded = 0;
  for (const auto& receipt : imported->receipts) {
    const auto proof = desk.archive.ledger().prove({receipt.first.value + receipt.count - 1});
    if (!proof) desk.warn(proof.error().what);
    receipts.push_back(ledger::intake::to_json(receipt, proof));
    if (!receipt.already) recorded += receipt.count;
  }
  if (recorded > 0) {
    desk.metrics.count_recorded(recorded);
    desk.recorded();
  }
  const bool is_partly = !receipts.empty();
  if (imported->refused && !is_partly) return refused_file(*imported, *request);
  auto told = projections::to_json(*imported, request->dry_run, std::move(receipts));
  if (imported->refused) return problem(422, refused_partly(), told);
  return private_json(recorded > 0 ? 201 : 200, told);
}

HttpResponse submit(Desk& desk, const Call& call) {
  if (media_type_of(call.request) != json_type) return import(desk, call);
  const auto& submission = *call.submission;
  if (is_set(call, "dryRun")) {
    const auto preview = desk.archive.preview(submission);
    if (!preview) return problem(preview.error(), desk.warn);
    if (!preview->refusals.empty()) return refused(desk, call, preview->refusals);
    return private_json(200, ledger::intake::outcome_to_json(nullptr, {}, 0));
  }
  const auto outcome = desk.archive.submit(submission);
  if (!outcome) return problem(outcome.error(), desk.warn);
  if (!outcome->receipt) return refused(desk, call, outcome->refusals);
  if (!outcome->receipt->already) {
    desk.metrics.count_recorded(outcome->receipt->count);
    desk.recorded();
  }
  return receipt_of(desk, *outcome->receipt);
}

std::optional<HttpResponse> prepare_preview(Desk& desk, Call& call) {
  if (auto refused = take_dates(desk, call)) return refused;
  return prepare_submission(desk, call);
}

/// What would be recorded, in order.
Or<std::vector<ledger::Preview>> try_out(Desk& desk, const Call& call) {
  if (media_type_of(call.request) != json_type) {
    auto request = request_of(desk, call);
    if (!request) return request.error();
    request->dry_run = request->keep_previews = true;
    auto imported = read_file(desk, call, *request);
    if (!imported) return imported.error();
    if (imported->refused) return refused_file(*imported, *request);
    return std::move(imported->previews);
  }
  auto preview = desk.archive.preview(*call.submission);
  if (!preview) return problem(preview.error(), desk.warn);
  if (!preview->refusals.empty()) return refused(desk, call, preview->refusals);
  std::vector<ledger::Preview> previews;
  previews.push_back(std::move(*preview));
  return previews;
}

/// Of everyone whose answers it would change, so it takes a grant for the whole ledger.
HttpResponse preview(Desk& desk, const Call& call) {
  const auto turn = take_turn(desk);
  if (!turn) return turn.error();
  const auto tried = try_out(desk, call);
  if (!tried) return tried.error();
  const auto difference = value_or_problem(
      projections::preview_difference(desk.archive, *tried, *call.inquiry.basis, *call.inquiry.on),
      desk.warn);
  if (!difference) return difference.error();
  if (asks_for(call.request, text_type))
    return private_answer(utf8_text_type,
                          projections::to_table(*difference, language_of(call.request)));
  return private_json(200, projections::to_json(*difference));
}

HttpResponse schema(Desk&, const Call&) {
  return {200,
          "application/schema+json",
          {},
          boost::json::serialize(ledger::intake::json_schema()) + "\n"};
}

}  // namespace

std::vector<Route> submission_routes() {
  const std::vector<std::string_view> bodies{json_type, lines_type, csv_type, workbook_type};
  // Of files, which are either a table or lines.
  const std::vector<RouteParameter> files{
      {"skipInvalid", "true：略过被拒的行，登记其余的行（表格和 NDJSON）",
       "true: leave refused rows out and record the others; of tables and lines",
       ParameterForm::flag},
      {"format", "表格格式；默认按表头识别",
       "format of a table; by default recognised by its header"},
      {"sheet", "工作表名；默认第一张可见工作表",
       "sheet of a workbook; by default the first visible one"},
      {"unit", "登记表漏填的单位编号", "unit number that a registration form lacks"},
      {"date", "登记表漏填的日期", "date that a registration form lacks", ParameterForm::date}};
  auto recorded = files;
  recorded.push_back(
      {"dryRun", "true：只检查，不登记", "true: check, record nothing", ParameterForm::flag});
  auto tried = files;
  tried.push_back(on_parameter);
  return {
      {.method = "POST",
       .path = "/v1/submissions",
       .name = "submit",
       .zh = "登记一份申报；同一 key 重复提交不会重复登记",
       .en = "record a submission; the same key and content again change nothing",
       .query = recorded,
       .takes = bodies,
       .gives = {json_type},
       .body_bytes_max = ledger::submission_bytes_max,
       .body = ledger::intake::json_schema,
       .needs_projections = true,
       .statuses = {200, 201, 409, 422},
       .request_fields = {"Idempotency-Key"},
       .lane = Lane::records,
       .operation = Operation::submit,
       .denies_late = true,
       .prepare = prepare_submission,
       .handle = submit},
      {.method = "POST",
       .path = "/v1/submissions/preview",
       .name = "previewSubmission",
       .zh = "试算一份申报：答复、金额和检查结果会有哪些变动；不登记",
       .en = "what a submission would change in answers, money and checks; nothing is recorded",
       .query = tried,
       .takes = bodies,
       .gives = {json_type, text_type},
       .body_bytes_max = ledger::submission_bytes_max,
       .body = ledger::intake::json_schema,
       .needs_projections = true,
       .statuses = {422},
       .request_fields = {"Idempotency-Key", "Accept-Language"},
       .operation = Operation::preview,
       .denies_late = true,
       .prepare = prepare_preview,
       .handle = preview},
      {.method = "GET",
       .path = "/v1/schema",
       .name = "schema",
       .zh = "申报的 JSON Schema",
       .en = "JSON Schema of submissions",
       .gives = {"application/schema+json"},
       .lane = Lane::service,
       .operation = Operation::see_service,
       .handle = schema},
  };
}

}  // namespace kinledger::server
