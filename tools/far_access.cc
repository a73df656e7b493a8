#include "tools/far_access.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/json.h"
#include "server/grant_json.h"
#include "server/media_types.h"

namespace kinledger::tools {
namespace {

using server::Grant;

/// A grant has no key, and one without a certificate is a new principal's each time.
Label look_before_repeating() {
  return {"是否已登记未知：请先用 kinledger access list 查看，没有登记再运行",
          "whether it was recorded is unknown: look with kinledger access list before it is run "
          "again"};
}

Told<std::vector<Grant>> grants_in(const boost::json::value& list, Remote& remote) {
  if (!list.is_array()) return remote.complain_of_answer();
  std::vector<Grant> grants;
  for (const auto& item : list.get_array()) {
    auto grant = item.is_object() ? server::read_grant(item.get_object())
                                  : ledger::Reason("JSON_TYPE", "", "");
    if (!grant) return remote.complain_of_answer();
    grants.push_back(std::move(*grant));
  }
  return grants;
}

}  // namespace

Told<std::vector<Grant>> far_grants(Remote& remote) {
  const auto body = remote.get("/v1/principals", server::json_type);
  if (!body) return body.error();
  const auto parsed = ledger::parse_json(*body, body->size());
  return parsed ? grants_in(*parsed, remote) : remote.complain_of_answer();
}

Told<std::vector<Grant>> change_far_grants(Remote& remote, const std::vector<Grant>& grants,
                                           bool is_granted) {
  constexpr unsigned ok = 200, created = 201;
  boost::json::array list;
  for (const auto& grant : grants) list.push_back(server::to_json(grant));
  const auto body = boost::json::serialize(
      boost::json::object{{"granted", is_granted}, {"grants", std::move(list)}});
  const auto reply =
      remote.post({"/v1/principals", body, std::string(server::json_type), {}, {ok, created}},
                  look_before_repeating());
  if (!reply) return reply.error();
  const auto parsed = ledger::parse_json(reply->body, reply->body.size());
  const auto* object = parsed ? parsed->if_object() : nullptr;
  const auto* recorded = object == nullptr ? nullptr : object->if_contains("grants");
  return recorded == nullptr ? remote.complain_of_answer() : grants_in(*recorded, remote);
}

Told<void> each_far_record(Remote& remote, std::vector<std::pair<std::string, std::string>> query,
                           std::uint64_t from,
                           const std::function<void(const boost::json::object&)>& show) {
  constexpr std::uint64_t page_entries = 10'000;
  query.emplace_back("limit", std::to_string(page_entries));
  for (std::uint64_t count = page_entries; count == page_entries;) {
    auto asked = query;
    asked.emplace_back("from", std::to_string(from));
    const auto page = remote.get_lines("/v1/access-log" + query_of(asked));
    if (!page) return page.error();
    count = page->size();
    for (const auto& record : *page) {
      const auto sequence = ledger::whole_number(record.if_contains("sequence"));
      if (!sequence) return remote.complain_of_answer();
      from = *sequence + 1;
      show(record);
    }
  }
  return {};
}

}  // namespace kinledger::tools
