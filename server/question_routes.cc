// Questions at a date and a basis: the same JSON as the command line prints.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "ledger/intake/schema_parts.h"
#include "ledger/json.h"
#include "ledger/log_lines.h"
#include "projections/history.h"
#include "projections/naming.h"
#include "projections/questions/question_format.h"
#include "server/long_answer.h"
#include "server/media_types.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

constexpr std::size_t lookup_bytes_max = 4 * 1024;

const RouteParameter person_word{"person", "人员编号，32 位十六进制",
                                 "pseudonym of the person, 32 hexadecimal digits",
                                 ParameterForm::person};
const RouteParameter unit_word{"unit", "单位编号", "unit number or id", ParameterForm::unit};

/// Whether the answer has to keep within what the caller may see without having been asked to.
bool is_confined(const Call& call) {
  return call.operation == Operation::list_within && call.inquiry.within->is_empty() &&
         !call.admission.within.empty();
}

/// The arguments of the call, and where it has to keep within.
Or<projections::Arguments> arguments_of(const Call& call) {
  auto arguments = call.arguments;
  if (!is_confined(call)) return arguments;
  projections::Within within;
  for (const auto& scope : call.admission.within) {
    if (scope.unit)
      within.units.push_back(*scope.unit);
    else
      within.areas.push_back(*scope.area);
  }
  auto text = projections::to_text(within);
  if (text.size() > projections::argument_characters_max)
    return problem(400, Reason("SCOPES_MANY", "您的范围较多，请用 within= 写明其中的区划或单位",
                               "your scopes are many: name divisions or units of them in within="));
  arguments.named.emplace_back(projections::within_argument, std::move(text));
  return arguments;
}

HttpResponse answer(Desk& desk, const Call& call) {
  const auto tag = entity_tag(desk, call.inquiry);
  if (!tag) return tag.error();
  // Of one that is confined the target does not say all: it has no tag.
  if (!is_confined(call) && has_answer(call.request, *tag)) return not_changed(json_type, *tag);
  Or<std::unique_ptr<Turns::Turn>> turn(nullptr);
  if (call.operation == Operation::ask_everyone || call.operation == Operation::list_within)
    turn = take_turn(desk);
  if (!turn) return turn.error();
  const auto arguments = arguments_of(call);
  if (!arguments) return arguments.error();
  const auto answered = value_or_problem(
      desk.archive.ask(*call.question, *arguments, *call.inquiry.basis), desk.warn);
  if (!answered) return answered.error();
  const bool as_text = asks_for(call.request, text_type);
  auto response =
      as_text ? private_answer(utf8_text_type,
                               projections::to_table(*answered, language_of(call.request),
                                                     is_set(call, "explain")))
              : private_answer(json_type,
                               boost::json::serialize(projections::to_json(*answered)) + "\n");
  if (!as_text && !is_confined(call)) response.fields.push_back({"ETag", *tag});
  return response;
}

/// A POST: the root of the subject map is recorded unless it is already.
HttpResponse prove_answer(Desk& desk, const Call& call) {
  const auto turn = take_turn(desk);
  if (!turn) return turn.error();
  const auto bundle = value_or_problem(
      desk.archive.prove(*call.question, call.arguments, *call.inquiry.basis), desk.warn);
  if (!bundle) return bundle.error();
  desk.recorded();
  return private_answer(json_type, bundle->to_text());
}

std::optional<HttpResponse> prepare_about(Desk& desk, Call& call, std::string_view question,
                                          std::string_view argument) {
  const std::pair<std::string_view, std::string_view> preset[] = {{argument, call.words[0]}};
  return prepare_question(desk, call, *projections::find_question(question), preset);
}

std::optional<HttpResponse> prepare_status(Desk& desk, Call& call) {
  return prepare_about(desk, call, "status", "person");
}
std::optional<HttpResponse> prepare_timeline(Desk& desk, Call& call) {
  return prepare_about(desk, call, "timeline", "person");
}
std::optional<HttpResponse> prepare_roster(Desk& desk, Call& call) {
  return prepare_about(desk, call, "roster", "unit");
}
std::optional<HttpResponse> prepare_balance(Desk& desk, Call& call) {
  return prepare_about(desk, call, "balance", "unit");
}

std::optional<HttpResponse> prepare_named(Desk& desk, Call& call) {
  const auto* question = projections::find_question(call.words[0]);
  if (question == nullptr)
    return problem(404, Reason("QUESTION_UNKNOWN", "没有这个查询；全部查询见 /v1/questions",
                               "there is no such question; /v1/questions lists them"));
  return prepare_question(desk, call, *question, {});
}

/// What can keep within a scope is asked by whoever has one.
std::optional<HttpResponse> prepare_asked(Desk& desk, Call& call) {
  if (auto refused = prepare_named(desk, call)) return refused;
  if (call.operation != Operation::ask_everyone ||
      call.question->find_argument(projections::within_argument) == nullptr)
    return std::nullopt;
  const auto within = projections::read_within(call.arguments.text(projections::within_argument));
  if (!within) return problem(400, within.error());
  call.inquiry.within = *within;
  call.operation = Operation::list_within;
  return std::nullopt;
}

std::optional<HttpResponse> prepare_proof(Desk& desk, Call& call) {
  call.inquiry.gives_region = true;
  return prepare_named(desk, call);
}

HttpResponse list_questions(Desk&, const Call&) {
  boost::json::array list;
  for (const auto& question : projections::questions())
    list.push_back(projections::question_json(question));
  return {200, std::string(json_type), {}, boost::json::serialize(list) + "\n"};
}

/// A number of entries, or nothing when it is none from 1 to the most.
std::optional<std::uint64_t> limit_of(const Call& call) {
  const auto text = call.target.find("limit");
  if (!text) return page_entries_default;
  const auto limit = ledger::read_decimal(*text);
  return limit && *limit >= 1 && *limit <= page_entries_max ? limit : std::nullopt;
}

HttpResponse write_history(Desk& desk, const Call& call) {
  const auto known = *call.inquiry.basis;
  const auto subject = call.inquiry.person ? projections::SubjectId(*call.inquiry.person)
                                           : projections::SubjectId(*call.inquiry.unit);
  const auto limit = limit_of(call);
  const auto from = ledger::read_decimal(call.target.find("from").value_or("0"));
  if (!limit || !from)
    return problem(400, Reason("ARGUMENT_FORMAT", "limit 为 1 至 10000，from 为序号",
                               "limit is from 1 to 10000, from is a sequence"));
  std::string body;
  std::uint64_t count = 0;
  std::optional<std::uint64_t> next;
  const auto read = projections::read_history(desk.archive, subject, known, {*from},
                                              [&](const projections::HistoryEntry& entry) {
                                                if (count == *limit) {
                                                  next = entry.sequence.value;
                                                  return false;
                                                }
                                                ++count;
                                                body += boost::json::serialize(entry.json) + "\n";
                                                return true;
                                              });
  if (!read) return problem(read.error(), desk.warn);
  auto response = private_answer(lines_type, std::move(body));
  if (next)
    response.fields.push_back({"Link", "<?known=" + std::to_string(known.value) +
                                           "&from=" + std::to_string(*next) +
                                           "&limit=" + std::to_string(*limit) + ">; rel=\"next\""});
  return response;
}

std::optional<HttpResponse> prepare_person(Desk& desk, Call& call) {
  if (!is_pseudonym(call.words[0])) return number_in_address();
  const auto person =
      value_or_problem(projections::find_person(desk.archive, call.words[0]), desk.warn);
  if (!person) return person.error();
  call.inquiry.person = *person;
  return take_known(desk, call);
}

std::optional<HttpResponse> prepare_unit(Desk& desk, Call& call) {
  const auto unit = unit_in_address(desk, call.words[0]);
  if (!unit) return unit.error();
  call.inquiry.unit = *unit;
  return take_known(desk, call);
}

boost::json::object look_up_schema() {
  return ledger::intake::object_schema(
      {{"idType", ledger::intake::id_type_schema()}, {"idNumber", {{"type", "string"}}}},
      {"idNumber"});
}

/// {"idType", "idNumber"}: type is residentId where it is left out.
std::optional<HttpResponse> prepare_look_up(Desk& desk, Call& call) {
  const auto body = ledger::parse_json(call.request.body, lookup_bytes_max);
  if (!body) return problem(400, body.error());
  const Reason shape("JSON_TYPE", "须为 {\"idType\": …, \"idNumber\": …}",
                     "send {\"idType\": …, \"idNumber\": …}");
  const auto* object = body->if_object();
  const auto* number = object == nullptr ? nullptr : object->if_contains("idNumber");
  const auto* type = object == nullptr ? nullptr : object->if_contains("idType");
  const bool is_whole = number != nullptr && number->is_string() &&
                        (type == nullptr || type->is_string()) &&
                        object->size() == (type == nullptr ? 1U : 2U);
  if (!is_whole) return problem(400, shape);
  std::string text(number->get_string().c_str());
  if (type != nullptr) text.insert(0, std::string(type->get_string().c_str()) + ":");
  if (is_pseudonym(text)) return problem(400, shape);
  const auto person = value_or_problem(projections::find_person(desk.archive, text), desk.warn);
  if (!person) return person.error();
  call.inquiry.person = *person;
  return std::nullopt;
}

HttpResponse look_up(Desk&, const Call& call) {
  return private_answer(json_type, boost::json::serialize(boost::json::object{
                                       {"person", ledger::to_text(*call.inquiry.person)}}) +
                                       "\n");
}

}  // namespace

std::vector<Route> question_routes() {
  const std::vector<RouteParameter> dated{on_parameter, known_parameter, explain_parameter};
  const std::vector<RouteParameter> paged{known_parameter, from_parameter, limit_parameter};
  const std::vector<std::string_view> answers{json_type, text_type};
  auto balance_query = dated;
  balance_query.push_back({"year", "资金年度", "fund year", ParameterForm::year});
  return {
      {.method = "GET",
       .path = "/v1/questions",
       .name = "listQuestions",
       .zh = "全部查询及其参数",
       .en = "all questions with their arguments",
       .gives = {json_type},
       .lane = Lane::service,
       .operation = Operation::see_service,
       .handle = list_questions},
      {.method = "GET",
       .path = "/v1/questions/{question}",
       .name = "ask",
       .zh = "提出任一查询；其余参数见 /v1/questions",
       .en = "ask any question; its further parameters: /v1/questions",
       .words = {{"question", "查询名称", "name of the question"}},
       .query = dated,
       .takes_arguments = true,
       .gives = answers,
       .needs_projections = true,
       .statuses = {404},
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag"},
       .answers = "*",
       .operation = Operation::ask_rules,
       .becomes = {Operation::ask_person, Operation::ask_unit, Operation::ask_everyone,
                   Operation::list_within},
       .prepare = prepare_asked,
       .handle = answer},
      {.method = "POST",
       .path = "/v1/questions/{question}/proof",
       .name = "proveAnswer",
       .zh = "答复连同可离线校验的证据包；账本可能为此登记人员索引的根",
       .en = "the answer as a bundle that proves itself; the root of the subject map may be "
             "recorded for it",
       .words = {{"question", "查询名称", "name of the question"}},
       .query = {on_parameter, known_parameter},
       .takes_arguments = true,
       .gives = {json_type},
       .needs_projections = true,
       .statuses = {404},
       .lane = Lane::records,
       .operation = Operation::ask_rules,
       .becomes = {Operation::ask_person, Operation::ask_unit, Operation::ask_everyone},
       .prepare = prepare_proof,
       .handle = prove_answer},
      {.method = "POST",
       .path = "/v1/persons/lookup",
       .name = "lookUpPerson",
       .zh = "由证件号码查人员编号",
       .en = "the pseudonym for an ID number",
       .takes = {json_type},
       .gives = {json_type},
       .body_bytes_max = lookup_bytes_max,
       .body = look_up_schema,
       .needs_projections = true,
       .statuses = {404, 410},
       .operation = Operation::look_up,
       .prepare = prepare_look_up,
       .handle = look_up},
      {.method = "GET",
       .path = "/v1/persons/{person}/status",
       .name = "personStatus",
       .zh = "某人某日的状态",
       .en = "a person's status on a date",
       .words = {person_word},
       .query = dated,
       .gives = answers,
       .needs_projections = true,
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag"},
       .answers = "status",
       .operation = Operation::ask_person,
       .prepare = prepare_status,
       .handle = answer},
      {.method = "GET",
       .path = "/v1/persons/{person}/timeline",
       .name = "personTimeline",
       .zh = "某人的全部期间",
       .en = "all intervals of a person",
       .words = {person_word},
       .query = dated,
       .gives = answers,
       .needs_projections = true,
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag"},
       .answers = "timeline",
       .operation = Operation::ask_person,
       .prepare = prepare_timeline,
       .handle = answer},
      {.method = "GET",
       .path = "/v1/persons/{person}/history",
       .name = "personHistory",
       .zh = "提到某人的全部记录",
       .en = "every event that names a person",
       .words = {person_word},
       .query = paged,
       .gives = {lines_type},
       .needs_projections = true,
       .response_fields = {"Link"},
       .operation = Operation::ask_person,
       .prepare = prepare_person,
       .handle = write_history},
      {.method = "GET",
       .path = "/v1/units/{unit}/roster",
       .name = "unitRoster",
       .zh = "单位的人员及其状态",
       .en = "a unit's persons with their status",
       .words = {unit_word},
       .query = dated,
       .gives = answers,
       .needs_projections = true,
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag"},
       .answers = "roster",
       .operation = Operation::ask_unit,
       .prepare = prepare_roster,
       .handle = answer},
      {.method = "GET",
       .path = "/v1/units/{unit}/balance",
       .name = "unitBalance",
       .zh = "单位某年度的医疗补助资金",
       .en = "a unit's subsidy account for a year",
       .words = {unit_word},
       .query = balance_query,
       .gives = answers,
       .needs_projections = true,
       .request_fields = {"If-None-Match", "Accept-Language"},
       .response_fields = {"ETag"},
       .answers = "balance",
       .operation = Operation::ask_unit,
       .prepare = prepare_balance,
       .handle = answer},
      {.method = "GET",
       .path = "/v1/units/{unit}/history",
       .name = "unitHistory",
       .zh = "提到某单位的全部记录",
       .en = "every event that names a unit",
       .words = {unit_word},
       .query = paged,
       .gives = {lines_type},
       .needs_projections = true,
       .response_fields = {"Link"},
       .operation = Operation::ask_unit,
       .prepare = prepare_unit,
       .handle = write_history},
  };
}

}  // namespace kinledger::server
