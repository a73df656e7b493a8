// The parts of an event that are objects in JSON: persons, units, corrections; and how the readers
// of JSON say what is wrong. The codes are those of ledger/intake/submission_json.h.
//
// Pure functions; any thread.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/catalogue.h"
#include "ledger/intake/submitted_event.h"
#include "ledger/refusal.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

inline std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }
inline std::string_view name_of(const boost::json::key_value_pair& member) {
  return {member.key().data(), member.key().size()};
}

/// JSON_TYPE: what belongs here, for example "a string".
Reason wrong_json_type(std::string_view zh, std::string_view en);
/// JSON_TYPE: what belongs into a field of that kind.
Reason wrong_json_type(FieldKind kind);
/// FIELD_UNKNOWN, with the nearest of the members that there are.
Reason unknown_member(std::string_view name, std::span<const std::string_view> members);
/// FIELD_MISSING
Reason missing_member(std::string_view name);
/// HEX_FORMAT
Reason not_hexadecimal(std::size_t digits);

/// Reads one part. Faults are appended, each under its path below `path`; then there is no part.
std::optional<PersonReference> read_person(const boost::json::value& json, const std::string& path,
                                           Date today, std::vector<FieldFault>& faults);
std::optional<UnitReference> read_unit(const boost::json::value& json, const std::string& path,
                                       std::vector<FieldFault>& faults);
std::optional<CorrectionRequest> read_correction(const boost::json::value& json,
                                                 const std::string& path,
                                                 std::vector<FieldFault>& faults);

}  // namespace kinledger::ledger::intake
