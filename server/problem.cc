#include "server/problem.h"

#include <boost/beast/http/status.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "ledger/intake/conflict.h"
#include "ledger/intake/outcome_json.h"

namespace kinledger::server {
namespace {

using ledger::Failure;
using ledger::Reason;

boost::json::object object_of(unsigned status, const Reason& reason) {
  const auto title = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  return {{"type", "about:blank"}, {"title", std::string(title)},
          {"status", status},      {"code", reason.code},
          {"zh", reason.zh},       {"en", reason.en}};
}

HttpResponse response_of(unsigned status, const boost::json::object& object) {
  return {status,
          "application/problem+json",
          {{"Cache-Control", "no-store"}},
          boost::json::serialize(object) + "\n"};
}

HttpResponse unavailable() {
  return not_now(Reason("UNAVAILABLE", "暂时无法办理，请稍后用同样的内容重试",
                        "not now: try again with the same content and the same key"));
}

}  // namespace

unsigned status_of(const Reason& reason) {
  return reason.code == "PERSON_UNKNOWN" || reason.code == "UNIT_UNKNOWN" ? 404 : 400;
}

HttpResponse problem(unsigned status, const Reason& reason) {
  return response_of(status, object_of(status, reason));
}

HttpResponse not_now(const Reason& reason) {
  auto response = problem(503, reason);
  response.fields.push_back({"Retry-After", "5"});
  return response;
}

HttpResponse problem(unsigned status, const Reason& reason, const boost::json::object& more) {
  auto object = object_of(status, reason);
  for (const auto& [name, value] : more) object[name] = value;
  return response_of(status, object);
}

Reason refused_whole() {
  return {"REFUSED", "申报有误，未登记任何内容",
          "the submission was refused; nothing was recorded"};
}

HttpResponse problem(std::span<const ledger::Refusal> refusals, std::uint64_t count,
                     const ledger::Reason& reason) {
  auto outcome = ledger::intake::outcome_to_json(nullptr, refusals, count);
  outcome.erase("receipt");
  return problem(422, reason, outcome);
}

HttpResponse problem(const ledger::Error& error,
                     const std::function<void(std::string_view)>& warn) {
  switch (error.failure) {
    case Failure::invalid:
      return problem(400, Reason("INVALID", "输入有误：" + error.what, error.what));
    case Failure::conflict:
      return problem(409, ledger::intake::reason_of_conflict(error));
    case Failure::unavailable:
      warn(error.what);
      return error.zh.empty() ? unavailable()
                              : not_now(Reason("UNAVAILABLE", error.zh, error.what));
    case Failure::corrupt:
      break;
  }
  warn(error.what);
  return problem(500, Reason("CORRUPT", "已存数据相互矛盾，请通知账本运维人员",
                             "stored data contradict each other: tell the ledger's operator"));
}

HttpResponse problem_of_server(const ledger::Error& error,
                               const std::function<void(std::string_view)>& warn) {
  if (error.failure != Failure::invalid) return problem(error, warn);
  warn(error.what);
  return unavailable();
}

}  // namespace kinledger::server
