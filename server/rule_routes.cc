// The rules with their sources: the same lines as on the command line.
#include <boost/json/serialize.hpp>
#include <string>

#include "projections/rule_listing.h"
#include "server/media_types.h"
#include "server/question_call.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

std::optional<HttpResponse> prepare_rules(Desk& desk, Call& call) {
  if (is_set(call, "all") && call.target.find(on_parameter.name))
    return problem(
        400, Reason("ARGUMENT_FORMAT", "all 与 on 不能同时使用", "all and on exclude each other"));
  return take_dates(desk, call);
}

HttpResponse list_rules(Desk& desk, const Call& call) {
  const auto tag = entity_tag(desk, call.inquiry);
  if (!tag) return tag.error();
  if (has_answer(call.request, *tag)) return not_changed(lines_type, *tag);
  const auto rulebook = desk.archive.rulebook(*call.inquiry.basis);
  if (!rulebook) return problem(rulebook.error(), desk.warn);
  std::string body;
  for (const auto& line :
       projections::list_rules(**rulebook, is_set(call, "all") ? std::nullopt : call.inquiry.on))
    body += boost::json::serialize(line) + "\n";
  return {200, std::string(lines_type), {{"ETag", *tag}, {"Cache-Control", "no-store"}}, body};
}

}  // namespace

std::vector<Route> rule_routes() {
  return {
      {.method = "GET",
       .path = "/v1/rules",
       .name = "listRules",
       .zh = "适用的规则及其出处，每行一条",
       .en = "the rules in force with their sources, a line each",
       .query = {on_parameter,
                 known_parameter,
                 {"all", "true：曾经采用的全部规则", "true: all rules ever adopted",
                  ParameterForm::flag}},
       .gives = {lines_type},
       .needs_projections = true,
       .request_fields = {"If-None-Match"},
       .response_fields = {"ETag"},
       .operation = Operation::ask_rules,
       .prepare = prepare_rules,
       .handle = list_rules},
  };
}

}  // namespace kinledger::server
