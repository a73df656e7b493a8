// Checks (整改检查): what an auditor looks for, each a named predicate over facts and rules on a
// date. What a check finds is an irregularity (疑点): a row with the rule it breaks, the records
// that show it, and how certain that is. What it cannot tell is said too, with the reason, and
// counted.
//
// The program knows kinds of rules, not cities: a check looks at the rules of its kinds that govern
// the subject's region, and where none does it does not apply. docs/CHECKS.md lists them all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "projections/answer.h"
#include "projections/dossier.h"
#include "projections/questions.h"
#include "projections/rule.h"

namespace kinledger::projections {

class Inspection;

/// How much hangs on it: a record to look at, a right or a sum in doubt, a right or a sum wrong.
enum class Severity : std::uint8_t { notice, warning, serious };
Word word_of(Severity severity);

struct Check {
  std::string_view id;  ///< "CHK-07"
  std::string_view zh;
  std::string_view en;
  Severity severity = Severity::warning;
  std::vector<Subject::Kind> about;
  /// Rules that it judges by. Without one of these in a region it does not apply there; empty: it
  /// looks at the records alone.
  std::vector<RuleKind> kinds;
  std::span<const Heading> columns;  ///< beside the common ones
  void (*judge)(Inspection& inspection) = nullptr;

  bool looks_at(Subject::Kind kind) const {
    return std::find(about.begin(), about.end(), kind) != about.end();
  }
};

/// By number. Built once at first use, constant afterwards.
std::span<const Check> checks();
/// Null when there is none.
const Check* find_check(std::string_view id);

/// Each check as a question of its own: about one person, one unit, a division, or everyone. Named
/// by its number.
std::span<const Question> check_questions();

}  // namespace kinledger::projections
