// Policy packs (规则包): a TOML file in which a policy officer writes down the rules of a pooling
// region, read with all faults at once, and turned into the events that adopt it.
//
// Format: docs/RULES.md, "The pack format".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event.h"
#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/types.h"
#include "projections/declarations.h"
#include "projections/rule.h"

namespace kinledger::projections {

inline constexpr std::size_t pack_bytes_max = 1024 * 1024;
/// Tables and lists inside each other, and parts of a key: leaves room for the levels of the
/// recorded JSON.
inline constexpr std::size_t pack_depth_max = 24;
inline constexpr std::size_t pack_rules_max = 1'000;

/// A fault in its place in the file; both 1-based, columns in code points; 0 when it is the file's.
struct PackError {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  ledger::Reason reason;
};

/// A pack without faults.
struct Pack {
  Declarations declarations;
  std::vector<Rule> rules;  ///< in the order of the file; not yet published
  ledger::Hash digest;      ///< SHA-256 of the file

  // As they are recorded, canonical JSON:
  std::string declarations_json;
  std::vector<std::string> parameters_json;  ///< of each rule
};

struct PackReading {
  std::optional<Pack> pack;       ///< present when there are no errors
  std::vector<PackError> errors;  ///< by line and column
};

/// Any bytes may be passed. A file that is too large, is no TOML, is too deep or has a key above
/// pack_name_bytes_max has that one error. Codes: PACK_SIZE, PACK_TOML, PACK_DEPTH,
/// PACK_UNKNOWN_KIND, PACK_DATES, PACK_OVERLAP, PACK_CERTAINTY, those of declaration_format.h,
/// rule_format.h and condition_format.h.
PackReading read_pack(std::string_view toml);

/// The events of one submission: PackAdopted, then one RuleVersionPublished per rule. The caller
/// gives them fact ids and hands them in. Fails with `invalid` when the declarations or a rule are
/// larger than an event may be.
ledger::Result<std::vector<ledger::EventDraft>> compile(const Pack& pack, ledger::Date adopted_on);

}  // namespace kinledger::projections
