#include "tools/remote.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/json.h"
#include "ledger/log_lines.h"
#include "projections/naming.h"
#include "server/media_types.h"
#include "server/question_call.h"
#include "server/target.h"
#include "tools/complaint.h"
#include "tools/served_json.h"
#include "tools/subject_arguments.h"

namespace kinledger::tools {
namespace {

using ledger::Error;
using ledger::Failure;

constexpr std::size_t answer_bytes_max = std::size_t{256} << 20;
constexpr std::chrono::seconds answer_deadline{120};
/// Of what is handed in: that takes longer than any question.
constexpr std::chrono::minutes body_deadline{10};
constexpr unsigned http_ok = 200;
constexpr unsigned too_often = 429;
constexpr unsigned server_failed = 500;
constexpr unsigned not_now = 503;
/// Of a proxy that got no answer.
constexpr unsigned bad_gateway = 502;
constexpr unsigned gateway_timeout = 504;

std::string accepted(bool as_json) {
  return std::string(as_json ? server::json_type : server::text_type);
}

}  // namespace

void add_remote_parameters(RemoteArguments& arguments, std::vector<Parameter>& parameters) {
  parameters.front().replaced_by = &arguments.url;
  parameters.push_back(option("--url", "URL",
                              {"不读账本目录，而问其服务，如 https://ledger.example:8450",
                               "ask the ledger's server instead of a directory, such as "
                               "https://ledger.example:8450"},
                              arguments.url));
  for (auto& parameter : client_tls_parameters(arguments.tls))
    parameters.push_back(std::move(parameter));
}

Told<Remote> Remote::of(const RemoteArguments& arguments, Terminal& terminal) {
  auto url = server::read_http_url(arguments.url);
  if (!url) return complain(terminal, url.error());
  auto tls = make_client_tls(arguments.tls, terminal);
  if (!tls) return tls.error();
  if (url->is_secured && *tls == nullptr)
    return complain_of_usage(terminal, {"https 须给出 --ca、--client-cert 和 --client-key",
                                        "https needs --ca, --client-cert and --client-key"});
  return Remote(std::move(*url), std::move(*tls), terminal);
}

server::HttpCall Remote::prepared(server::HttpCall call) const {
  call.url = url_;
  call.tls = tls_.get();
  call.deadline = call.body.empty() ? std::chrono::milliseconds(answer_deadline) : body_deadline;
  call.body_bytes_max = answer_bytes_max;
  call.fields.push_back({"Accept-Language", terminal_.language() == Language::zh ? "zh" : "en"});
  return call;
}

Exit Remote::complain_of_answer() {
  return complain(terminal_,
                  Error{Failure::unavailable,
                        url_.to_text() + ": the server's answer is none to this: check "
                                         "--url, and the server's version",
                        url_.to_text() + "：服务的答复不是对此的答复：请核对 --url 和服务的版本"});
}

/// What a problem says; a line of text where it is none.
Exit Remote::tell(const server::HttpReply& reply) {
  const auto status = std::to_string(reply.status);
  const auto parsed = ledger::parse_json(reply.body, reply.body.size());
  if (reply.status >= server_failed || !parsed || !parsed->is_object() ||
      reply.content_type != "application/problem+json") {
    const bool is_unavailable =
        reply.status == not_now || reply.status == bad_gateway || reply.status == gateway_timeout;
    const auto failure = is_unavailable                  ? Failure::unavailable
                         : reply.status >= server_failed ? Failure::corrupt
                                                         : Failure::invalid;
    const auto words =
        parsed && parsed->is_object()
            ? served_text(parsed->get_object(), terminal_.language() == Language::zh ? "zh" : "en")
            : reply.body.substr(0, reply.body.find('\n'));
    return complain(terminal_,
                    Error{failure, url_.to_text() + ": status " + status + ": " + words});
  }
  const auto& problem = parsed->get_object();
  const auto exit =
      complain(terminal_, ledger::Reason(served_text(problem, "code"), served_text(problem, "zh"),
                                         served_text(problem, "en")));
  return reply.status == too_often ? Exit::unavailable : exit;
}

server::HttpCall Remote::posting(Sent sent) const {
  server::HttpCall request;
  request.path = std::move(sent.path);
  request.is_post = true;
  request.body = std::move(sent.body);
  request.content_type = std::move(sent.content_type);
  request.fields = std::move(sent.fields);
  return request;
}

Told<server::HttpReply> Remote::post(Sent sent, const Label& when_unknown) {
  const auto statuses = std::move(sent.statuses);
  auto reply = server::call(prepared(posting(std::move(sent))));
  if (reply && std::ranges::find(statuses, reply->status) != statuses.end())
    return std::move(*reply);
  const bool is_unknown = !reply || reply->status >= server_failed;
  const auto ended = reply ? tell(*reply) : complain(terminal_, reply.error());
  if (is_unknown) terminal_.complain("kinledger: " + std::string(terminal_.say(when_unknown)));
  return ended;
}

Told<server::HttpReply> Remote::show(Sent sent) {
  const auto statuses = std::move(sent.statuses);
  return reply_to(posting(std::move(sent)), statuses);
}

Told<server::HttpReply> Remote::reply_to(server::HttpCall call,
                                         const std::vector<unsigned>& statuses) {
  auto reply = server::call(prepared(std::move(call)));
  if (!reply) return complain(terminal_, reply.error());
  if (std::ranges::find(statuses, reply->status) == statuses.end()) return tell(*reply);
  return std::move(*reply);
}

Told<std::string> Remote::call(server::HttpCall call) {
  auto reply = reply_to(std::move(call), {http_ok});
  if (!reply) return reply.error();
  return std::move(reply->body);
}

Exit Remote::print_found(std::string path, bool as_json) {
  return end_by_found(ask(std::move(path), accepted(as_json), {http_ok}));
}

Exit Remote::print_found(Sent sent, bool as_json) {
  sent.fields.push_back({"Accept", accepted(as_json)});
  return end_by_found(show(std::move(sent)));
}

Exit Remote::end_by_found(const Told<server::HttpReply>& reply) {
  if (!reply) return reply.error();
  const auto found = ledger::read_decimal(server::field_of(*reply, server::found_field));
  if (!found) return complain_of_answer();
  terminal_.print(reply->body);
  return *found == 0 ? Exit::done : Exit::something_to_see;
}

Told<std::string> Remote::get(std::string path, std::string_view accept) {
  server::HttpCall request;
  request.path = std::move(path);
  request.fields = {{"Accept", std::string(accept)}};
  return call(std::move(request));
}

Told<server::HttpReply> Remote::ask(std::string path, std::string_view accept,
                                    const std::vector<unsigned>& statuses) {
  server::HttpCall request;
  request.path = std::move(path);
  request.fields = {{"Accept", std::string(accept)}};
  return reply_to(std::move(request), statuses);
}

Told<std::string> Remote::prove(std::string path) {
  server::HttpCall request;
  request.path = std::move(path);
  request.is_post = true;
  return call(std::move(request));
}

Told<std::string> Remote::unit(const std::string& argument) {
  if (projections::names_document(argument, ledger::civil_date_of(ledger::system_clock_now())))
    return complain(terminal_, projections::document_as_unit());
  return argument;
}

Told<std::vector<boost::json::object>> Remote::get_lines(std::string path) {
  const auto body = get(std::move(path), server::lines_type);
  if (!body) return body.error();
  std::vector<boost::json::object> lines;
  for (std::string_view rest = *body; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto parsed = ledger::parse_json(rest.substr(0, end), end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!parsed || !parsed->is_object()) return complain_of_answer();
    lines.push_back(std::move(parsed->get_object()));
  }
  return lines;
}

Told<std::string> Remote::person(const std::string& argument) {
  auto text = read_person_argument(argument, terminal_);
  if (!text) return text.error();
  ledger::PersonId id;
  if (ledger::from_hex(*text, id.bytes)) return text;
  boost::json::object body;
  const auto colon = text->find(':');
  if (colon != std::string::npos) body["idType"] = text->substr(0, colon);
  body["idNumber"] = colon == std::string::npos ? *text : text->substr(colon + 1);
  server::HttpCall request;
  request.path = "/v1/persons/lookup";
  request.is_post = true;
  request.body = boost::json::serialize(body);
  request.content_type = server::json_type;
  const auto found = call(std::move(request));
  if (!found) return found.error();
  const auto parsed = ledger::parse_json(*found, found->size());
  const auto person =
      parsed && parsed->is_object() ? served_text(parsed->get_object(), "person") : std::string();
  if (person.empty()) return complain_of_answer();
  return person;
}

Label repeat_with_the_same_key() {
  return {"是否已登记未知：请用同样的内容和同样的 key 再次运行，不会重复登记",
          "whether it was recorded is unknown: run the same again, with the same key; nothing is "
          "recorded twice"};
}

std::string query_of(const std::vector<std::pair<std::string, std::string>>& arguments) {
  std::string query;
  for (const auto& [name, text] : arguments)
    if (!text.empty())
      query += (query.empty() ? "?" : "&") + name + "=" + server::encode_component(text);
  return query;
}

}  // namespace kinledger::tools
