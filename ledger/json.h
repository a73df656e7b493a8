// JSON (RFC 8259) as the ledger reads and writes it.
//
// Canonical form: UTF-8, object keys sorted by their bytes and each once, no white space, integers
// only, the escapes of RFC 8785 (\" \\ \b \f \n \r \t, other controls \u00xx, nothing else). Equal
// values are equal bytes; it is what goes into an event.
//
// Pure functions; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/refusal.h"

namespace kinledger::ledger {

/// Arrays and objects inside each other.
inline constexpr std::size_t json_depth_max = 32;

/// Whether a number of the value, however deep, is a fraction.
bool has_fraction(const boost::json::value& value);

/// Precondition: has_fraction() is false, and no object has a key twice.
std::string canonical_json(const boost::json::value& value);

/// Strict: exactly one value, UTF-8, no key twice in an object, no comments, at most `bytes_max`
/// bytes, json_depth_max levels and `values_max` values, those inside of others counted: a value
/// takes far more memory than the two bytes in which it can be written. Numbers without fraction
/// and exponent stay integers. Refused:
///   JSON_SIZE           more than `bytes_max` bytes
///   JSON_SYNTAX         not JSON; the text says at which byte
///   JSON_DEPTH          too many levels
///   JSON_VALUES         more than `values_max` values
///   JSON_DUPLICATE_KEY  a key twice in one object; the text says at which byte
Parsed<boost::json::value> parse_json(
    std::string_view text, std::size_t bytes_max,
    std::size_t values_max = std::numeric_limits<std::size_t>::max());

/// Nothing for null, and for what is no number, negative, a fraction or too large.
std::optional<std::uint64_t> whole_number(const boost::json::value* value);

}  // namespace kinledger::ledger
