// The kinds of rule and their parameters: the one table from which packs are checked, parameters
// are read, and docs/RULES.md is generated.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "projections/declarations.h"
#include "projections/rule.h"
#include "projections/shape.h"

namespace kinledger::projections {

class RuleReader;

struct RuleKindInfo {
  RuleKind kind{};
  std::string_view name;  ///< as packs and RuleVersionPublished.kind write it
  std::string_view zh;
  std::string_view en;
  std::span<const Member> parameters;
  /// Precondition: check_parameters found no fault.
  RuleParameters (*read)(const RuleReader& reader) = nullptr;
};

/// By RuleKind.
std::span<const RuleKindInfo> rule_kinds();
std::string_view to_text(RuleKind kind);
std::optional<RuleKind> rule_kind_named(std::string_view name);

/// Adds the faults of the parameters of a rule of that kind. Beside those of ShapeCheck:
/// PACK_DATES (a period that ends before it begins).
void check_parameters(RuleKind kind, const boost::json::value& parameters, const std::string& path,
                      ShapeCheck& check);

/// Precondition: check_parameters found no fault against the same declarations.
RuleParameters read_parameters(RuleKind kind, const boost::json::value& parameters,
                               const Declarations& declared);

/// The section "Kinds of rule" of docs/RULES.md.
std::string rule_kinds_markdown();

}  // namespace kinledger::projections
