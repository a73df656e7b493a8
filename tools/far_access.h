// Grants and access journal of a ledger that is asked through its server (远程授权).
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/principal.h"
#include "tools/remote.h"

namespace kinledger::tools {

Told<std::vector<server::Grant>> far_grants(Remote& remote);
/// Makes them or takes them away; gives them as they were recorded. One without a principal is a
/// new one's.
Told<std::vector<server::Grant>> change_far_grants(Remote& remote,
                                                   const std::vector<server::Grant>& grants,
                                                   bool is_granted);
/// Calls `show` with every record of the access journal that the query lets through, ascending.
/// `query` has neither "from" nor "limit".
Told<void> each_far_record(Remote& remote, std::vector<std::pair<std::string, std::string>> query,
                           std::uint64_t from,
                           const std::function<void(const boost::json::object&)>& show);

}  // namespace kinledger::tools
