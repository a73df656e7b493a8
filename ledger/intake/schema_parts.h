// Parts of JSON Schemas (2020-12) of what is handed in.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace kinledger::ledger::intake {

/// Text that is not empty.
boost::json::object text_schema(std::size_t characters_max);
/// Text of that form.
boost::json::object pattern_schema(std::string_view regular_expression);
/// So many hexadecimal digits.
boost::json::object hex_schema(std::size_t digits);
/// The types of documents.
boost::json::object id_type_schema();
/// An object with these members and no others.
boost::json::object object_schema(boost::json::object properties,
                                  std::initializer_list<const char*> required);

}  // namespace kinledger::ledger::intake
