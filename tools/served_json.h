// Members of JSON that may come from a server: what is not there, or not of the kind, is empty.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace kinledger::tools {

inline std::string served_text(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

}  // namespace kinledger::tools
