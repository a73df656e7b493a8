// Who may do what, who asked what, tokens, and who a person is.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "ledger/identity_number.h"
#include "ledger/intake/event_json.h"
#include "ledger/intake/outcome_json.h"
#include "ledger/intake/schema_parts.h"
#include "ledger/json.h"
#include "ledger/log_lines.h"
#include "projections/identity_access.h"
#include "projections/naming.h"
#include "server/grant_json.h"
#include "server/media_types.h"
#include "server/question_call.h"

namespace kinledger::server {
namespace {

using ledger::Reason;
namespace json = boost::json;

constexpr std::size_t small_body_bytes_max = 4 * 1024;
constexpr std::size_t grants_body_bytes_max = 64 * 1024;
constexpr std::size_t grants_per_change_max = 100;

HttpResponse wrong_shape(std::string_view shape) {
  return problem(400,
                 Reason("JSON_TYPE", "须为 " + std::string(shape), "send " + std::string(shape)));
}

std::optional<std::string> text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string().data(), value->get_string().size());
}

Or<json::object> object_of(const Call& call, std::size_t bytes_max) {
  auto body = ledger::parse_json(call.request.body, bytes_max);
  if (!body) return problem(400, body.error());
  if (!body->is_object()) return wrong_shape("{…}");
  return std::move(body->get_object());
}

/// By key; a header that is not there gives a key that nobody else has.
std::string key_of(const Call& call) {
  const auto given = idempotency_key(call.request);
  if (!given.empty()) return "access/" + std::string(given);
  ledger::SystemRandom random;
  return "access/" + ledger::to_text(ledger::random_id<ledger::SubmissionId>(random));
}

HttpResponse list_grants(Desk& desk, const Call&) {
  const auto known = desk.access.principals().now();
  if (!known) return problem(known.error(), desk.warn);
  json::array list;
  for (const auto& grant : (*known)->grants()) list.push_back(to_json(grant));
  return private_json(200, list);
}

/// `newcomer`: who is granted something without having a number yet.
Or<std::vector<Grant>> grants_of(const json::object& object, const ledger::ActorId& newcomer) {
  const auto* list = object.if_contains("grants");
  const bool is_whole = object.size() == 2 && list != nullptr && list->is_array() &&
                        !list->get_array().empty() &&
                        list->get_array().size() <= grants_per_change_max;
  if (!is_whole) return wrong_shape("{\"granted\": true|false, \"grants\": [{…}, …]}");
  std::vector<Grant> grants;
  for (const auto& item : list->get_array()) {
    if (!item.is_object()) return wrong_shape("grants: [{…}, …]");
    auto grant = read_grant(item.get_object());
    if (!grant) return problem(400, grant.error());
    if (grant->principal.is_zero()) grant->principal = newcomer;
    grants.push_back(std::move(*grant));
  }
  return grants;
}

json::object grants_schema() {
  return ledger::intake::object_schema({{"granted", {{"type", "boolean"}}},
                                        {"grants",
                                         {{"type", "array"},
                                          {"minItems", 1},
                                          {"maxItems", grants_per_change_max},
                                          {"items", grant_schema()}}}},
                                       {"granted", "grants"});
}

HttpResponse change_grants(Desk& desk, const Call& call) {
  const auto object = object_of(call, grants_body_bytes_max);
  if (!object) return object.error();
  const auto* granted = object->if_contains("granted");
  if (granted == nullptr || !granted->is_bool())
    return wrong_shape("{\"granted\": true|false, \"grants\": [{…}, …]}");
  const auto key = key_of(call);
  // By the key, so that the same request again means the same newcomer.
  const auto newcomer = desk.archive.ledger().vault().submission_id(key);
  auto grants = grants_of(*object, ledger::ActorId{newcomer.bytes});
  if (!grants) return grants.error();
  json::array list;
  for (const auto& grant : *grants) list.push_back(to_json(grant));
  const auto receipt =
      desk.access.principals().change(*grants, granted->get_bool(), call.caller.principal, key);
  if (!receipt) return problem(receipt.error(), desk.warn);
  if (!*receipt) return problem(422, receipt->error());
  desk.recorded();
  const auto proof = desk.archive.ledger().prove({(*receipt)->first.value + (*receipt)->count - 1});
  if (!proof) desk.warn(proof.error().what);
  return private_json((*receipt)->already ? 200 : 201,
                      json::object{{"grants", std::move(list)},
                                   {"receipt", ledger::intake::to_json(**receipt, proof)}});
}

Or<AccessLog::Wanted> wanted_of(Desk& desk, const Call& call) {
  AccessLog::Wanted wanted;
  const auto hex = [](std::string_view name) {
    return problem(400, Reason("HEX_FORMAT", std::string(name) + " 应为 32 位十六进制数",
                               std::string(name) + " is 32 hexadecimal digits"));
  };
  if (const auto text = call.target.find("person")) {
    wanted.person.emplace();
    if (!ledger::from_hex(*text, wanted.person->bytes)) return hex("person");
  }
  if (const auto text = call.target.find("principal")) {
    wanted.principal.emplace();
    if (!ledger::from_hex(*text, wanted.principal->bytes)) return hex("principal");
  }
  if (const auto text = call.target.find("unit")) {
    const auto unit = unit_in_address(desk, *text);
    if (!unit) return unit.error();
    wanted.unit = *unit;
  }
  const auto from = ledger::read_decimal(call.target.find("from").value_or("0"));
  if (!from) return problem(400, Reason("ARGUMENT_FORMAT", "from 为序号", "from is a sequence"));
  wanted.from = {*from};
  return wanted;
}

std::optional<HttpResponse> prepare_access_log(Desk& desk, Call& call) {
  const auto wanted = wanted_of(desk, call);
  if (!wanted) return wanted.error();
  call.inquiry.person = wanted->person;
  call.inquiry.unit = wanted->unit;
  return std::nullopt;
}

HttpResponse read_access_log(Desk& desk, const Call& call) {
  const auto wanted = wanted_of(desk, call);
  if (!wanted) return wanted.error();
  const auto limit = ledger::read_decimal(
      call.target.find("limit").value_or(std::to_string(page_entries_default)));
  if (!limit || *limit == 0 || *limit > page_entries_max)
    return problem(400,
                   Reason("ARGUMENT_FORMAT", "limit 为 1 至 10000", "limit is from 1 to 10000"));
  std::string body;
  std::uint64_t count = 0;
  std::optional<std::uint64_t> next;
  const auto read = desk.access.log().read(
      *wanted, [&](ledger::Sequence sequence, const ledger::EventView& event) {
        if (count == *limit) {
          next = sequence.value;
          return false;
        }
        ++count;
        body += json::serialize(ledger::intake::event_to_json(event, sequence)) + "\n";
        return true;
      });
  if (!read) return problem(read.error(), desk.warn);
  HttpResponse response{
      200, std::string(lines_type), {{"Cache-Control", "no-store"}}, std::move(body)};
  if (next) {
    std::string query = "?from=" + std::to_string(*next) + "&limit=" + std::to_string(*limit);
    for (const auto& [name, text] : call.target.query)
      if (name != "from" && name != "limit") query += "&" + name + "=" + encode_component(text);
    response.fields.push_back({"Link", "<" + query + ">; rel=\"next\""});
  }
  return response;
}

/// The gateway's institution, from the grant that it came by.
std::optional<std::string> institution_of(const Caller& caller) {
  for (const auto& grant : caller.grants)
    if (grant.role == Role::gateway) return grant.institution;
  return std::nullopt;
}

json::object principal_schema() {
  return ledger::intake::object_schema(
      {{"principal", ledger::intake::hex_schema(2 * sizeof(ledger::ActorId::bytes))}},
      {"principal"});
}

HttpResponse issue_token(Desk& desk, const Call& call) {
  constexpr std::string_view shape = "{\"principal\": \"…\"}";
  const auto object = object_of(call, small_body_bytes_max);
  if (!object) return object.error();
  const auto text = text_of(*object, "principal");
  ledger::ActorId principal;
  if (!text || object->size() != 1 || !ledger::from_hex(*text, principal.bytes))
    return wrong_shape(shape);
  const auto institution = institution_of(call.caller);
  if (!institution || !call.request.certificate) return not_permitted();
  const auto known = desk.access.principals().now();
  if (!known) return problem(known.error(), desk.warn);
  const auto today = ledger::civil_date_of(desk.archive.ledger().now());
  const auto held = (*known)->of(principal);
  const bool is_its = std::ranges::any_of(held, [&](const Grant* grant) {
    return !grant->certificate && grant->institution == institution && grant->is_live(today);
  });
  if (!is_its)
    return problem(422, Reason("PRINCIPAL_NOT_YOURS", "此主体不是贵机构经接入的工作人员",
                               "this principal is nobody who comes through your gateway"));
  auto token = desk.access.tokens().issue({principal, *institution, *call.request.certificate});
  if (!token)
    return problem(503, Reason("TOKENS_TOO_MANY", "令牌过多，请稍后重试",
                               "there are too many tokens: try again later"));
  return private_json(201,
                      json::object{{"token", *token},
                                   {"expiresInSeconds", std::chrono::seconds(token_life).count()}});
}

json::object token_schema() {
  return ledger::intake::object_schema({{"token", {{"type", "string"}}}}, {"token"});
}

HttpResponse revoke_token(Desk& desk, const Call& call) {
  const auto object = object_of(call, small_body_bytes_max);
  if (!object) return object.error();
  const auto text = text_of(*object, "token");
  if (!text || object->size() != 1 || !call.request.certificate)
    return wrong_shape("{\"token\": \"…\"}");
  // Only its own: whoever does not have the certificate is not told whether it was one.
  if (desk.access.tokens().find(*text, *call.request.certificate))
    desk.access.tokens().revoke(*text);
  return private_json(200, json::object{});
}

json::object purpose_schema() {
  json::array codes;
  for (const auto code : purpose_codes()) codes.emplace_back(code);
  auto schema = ledger::intake::object_schema(
      {{"purpose", {{"enum", std::move(codes)}}}, {"case", {{"type", "string"}, {"minLength", 1}}}},
      {});
  schema["dependentRequired"] = {{"purpose", {"case"}}, {"case", {"purpose"}}};
  return schema;
}

/// {"purpose", "case"}, both or none.
std::optional<HttpResponse> prepare_identity(Desk& desk, Call& call) {
  constexpr std::string_view shape = "{\"purpose\": \"…\", \"case\": \"…\"} 或/or {}";
  if (!is_pseudonym(call.words[0])) return number_in_address();
  const auto object = object_of(call, small_body_bytes_max);
  if (!object) return object.error();
  if (!object->empty()) {
    const auto purpose = text_of(*object, "purpose"), number = text_of(*object, "case");
    if (!purpose || !number || object->size() != 2) return wrong_shape(shape);
    if (!is_purpose(*purpose))
      return problem(400, Reason("PURPOSE_UNKNOWN", "purpose 可用：" + purposes(),
                                 "purpose is one of: " + purposes()));
    if (!is_case_number(*number))
      return problem(
          400,
          Reason("CASE_FORMAT",
                 "case 为案号，例如 〔2026〕1号、A-2026/1：只含半角字母、数字、符号、中文括号和"
                 "“第”“号”，不超过 64 字节，不含证件号码",
                 "case is the number of the case, for example 〔2026〕1号 or A-2026/1: ASCII "
                 "without spaces, Chinese brackets, 第 and 号, at most 64 bytes, no ID number"));
    call.inquiry.purpose = *purpose;
    call.inquiry.case_number = *number;
  }
  const auto person =
      value_or_problem(projections::find_person(desk.archive, call.words[0]), desk.warn);
  if (!person) return person.error();
  call.inquiry.person = *person;
  return std::nullopt;
}

json::value shown(Visibility visibility, const std::string& clear, const std::string& masked) {
  if (visibility == Visibility::hidden) return nullptr;
  return json::value(visibility == Visibility::clear ? clear : masked);
}

HttpResponse read_identity(Desk& desk, const Call& call) {
  const auto opened = desk.archive.ledger().vault().identity_of(*call.inquiry.person);
  if (!opened) return problem(opened.error(), desk.warn);
  if (!*opened) return problem(410, projections::identity_erased());
  const auto visible = [&](IdentityPart part) {
    return visibility_of(call.admission.role, part, !call.inquiry.case_number.empty());
  };
  json::array documents;
  for (const auto& record : (*opened)->identities) {
    json::object document{{"idType", std::string(ledger::to_text(record.identity.type))}};
    document["idNumber"] = shown(visible(IdentityPart::number), record.identity.number,
                                 ledger::masked(record.identity));
    document["name"] = shown(visible(IdentityPart::name), record.name, masked_name(record.name));
    document["birthDate"] =
        shown(visible(IdentityPart::birth_date), ledger::to_text(record.birth_date), "");
    documents.push_back(std::move(document));
  }
  return private_json(200, json::object{{"person", ledger::to_text(*call.inquiry.person)},
                                        {"documents", std::move(documents)}});
}

}  // namespace

std::vector<Route> access_routes() {
  return {
      {.method = "GET",
       .path = "/v1/principals",
       .name = "listPrincipals",
       .zh = "全部授权",
       .en = "all grants",
       .gives = {json_type},
       .needs_projections = true,
       .operation = Operation::read_access,
       .handle = list_grants},
      {.method = "POST",
       .path = "/v1/principals",
       .name = "changePrincipals",
       .zh = "授予或收回授权",
       .en = "make grants, or take them away",
       .takes = {json_type},
       .gives = {json_type},
       .body_bytes_max = grants_body_bytes_max,
       .body = grants_schema,
       .needs_projections = true,
       .statuses = {200, 201, 409, 422},
       .request_fields = {"Idempotency-Key"},
       .lane = Lane::records,
       .operation = Operation::manage_access,
       .handle = change_grants},
      {.method = "GET",
       .path = "/v1/access-log",
       .name = "readAccessLog",
       .zh = "查阅登记：谁查阅了什么",
       .en = "the access journal: who asked what",
       .query = {{"person", "只要查阅此人的", "only about this person, a pseudonym",
                  ParameterForm::person},
                 {"unit", "只要查阅此单位的", "only about this unit", ParameterForm::unit},
                 {"principal", "只要此主体的", "only by this principal", ParameterForm::person},
                 from_parameter,
                 limit_parameter},
       .gives = {lines_type},
       .statuses = {404},
       .response_fields = {"Link"},
       .operation = Operation::read_access_log,
       .prepare = prepare_access_log,
       .handle = read_access_log},
      {.method = "POST",
       .path = "/v1/tokens",
       .name = "issueToken",
       .zh = "接入机构为本机构工作人员取得令牌，15 分钟有效",
       .en = "a gateway gets a token for a person of its institution; good for 15 minutes",
       .takes = {json_type},
       .gives = {json_type},
       .body_bytes_max = small_body_bytes_max,
       .body = principal_schema,
       .statuses = {201, 422},
       .operation = Operation::issue_token,
       .handle = issue_token},
      {.method = "POST",
       .path = "/v1/tokens/revoke",
       .name = "revokeToken",
       .zh = "作废令牌",
       .en = "ends a token",
       .takes = {json_type},
       .gives = {json_type},
       .body_bytes_max = small_body_bytes_max,
       .body = token_schema,
       .operation = Operation::issue_token,
       .handle = revoke_token},
      {.method = "POST",
       .path = "/v1/persons/{person}/identity",
       .name = "readIdentity",
       .zh = "此人的姓名和证件；写明用途和案号才不遮盖",
       .en = "name and documents of a person; masked unless purpose and case number are given",
       .words = {{"person", "人员编号，32 位十六进制",
                  "pseudonym of the person, 32 hexadecimal digits", ParameterForm::person}},
       .takes = {json_type},
       .gives = {json_type},
       .body_bytes_max = small_body_bytes_max,
       .body = purpose_schema,
       .needs_projections = true,
       .statuses = {410},
       .operation = Operation::read_identity,
       .prepare = prepare_identity,
       .handle = read_identity},
  };
}

}  // namespace kinledger::server
