// Conditions (条件): who is meant by a rule, as data of a pack. A condition is a tree of "all of",
// "any of", "not" over single tests of the facts of a person or a unit on a date.
//
// The answer is yes, no or unknown. Two kinds of fact differ when nothing is recorded:
//   states  (birth date, hukou, school, insurance of a parent, type of a unit): unknown, and the
//           answer names the missing fact; never guessed
//   acts    (enrollment, legacy membership, certificate, list entry): not done as far as is known
//
// Format: docs/RULES.md, "Conditions".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/types.h"
#include "projections/declarations.h"
#include "projections/truth.h"

namespace kinledger::projections {

class Knowledge;
struct Condition;

struct AllOf {
  std::vector<Condition> parts;
};
struct AnyOf {
  std::vector<Condition> parts;
};
struct Not {
  std::vector<Condition> part;  ///< exactly one
};
/// At least one recorded parent (父母一方) meets the condition. Parents are those of
/// KinshipRecorded, BindingRegistered and LegacyMembershipRecorded.
struct AnyParent {
  std::vector<Condition> part;  ///< exactly one
};
/// Age in completed years (周岁); the day an age is attained follows the convention age_day.
struct AgeTest {
  std::optional<std::int32_t> at_least;
  std::optional<std::int32_t> below;
};
struct BirthTest {
  std::optional<ledger::Date> from;
  std::optional<ledger::Date> until;  ///< exclusive
};
/// The state of a kind (code list personStatus) in force on the date.
struct StatusTest {
  Code kind;
  std::vector<Code> values;       ///< any of them; empty: any value
  std::vector<Code> open_values;  ///< of which the documents do not say whether they count
  std::string open_point;         ///< set with open_values
  std::optional<AreaSet> area;
  std::optional<std::int32_t> months_at_least;
  std::optional<bool> flag;
};
/// Member of the legacy pooling (子女统筹) on the date.
struct LegacyMemberTest {};
/// Enrolled in one of the schemes for the year of the date, by enrollment or conversion, and not
/// ended.
struct EnrolledTest {
  std::vector<Code> schemes;
};
/// Holds one of the certificates, valid on the date.
struct CertificateTest {
  std::vector<Code> kinds;
  std::optional<std::int32_t> level_at_most;  ///< level 1 is the most severe
  std::vector<Code> issuers;                  ///< empty: any
};
/// Entered in the latest list of its provider received on or before the date.
struct ExemptionListTest {
  std::vector<Code> categories;
};
/// Category given at registration: local, foreign, ...
struct PersonCategoryTest {
  std::vector<Code> categories;
};
struct PointsTest {};  ///< qualified in the points procedure (积分入医) by the date
/// The four tests of units, against the UnitRecorded in force on the date.
struct UnitTypeTest {
  std::vector<Code> types;
};
struct FiscalLevelTest {
  std::vector<Code> levels;
};
struct FullGuaranteeTest {
  bool guaranteed = true;
};
struct UnitAreaTest {
  AreaSet area;
};

/// Both parents meet the condition. With fewer than two recorded it is unknown, unless one does
/// not.
struct BothParents {
  std::vector<Condition> part;  ///< exactly one
};
/// Registered for the first time (首次参保), as the registration states.
struct FirstTimeTest {
  bool first_time = true;
};
/// The documents leave it open, whoever asks.
struct OpenTest {
  std::string open_point;
};

struct Condition {
  std::variant<AllOf, AnyOf, Not, AnyParent, AgeTest, BirthTest, StatusTest, LegacyMemberTest,
               EnrolledTest, CertificateTest, ExemptionListTest, PersonCategoryTest, PointsTest,
               UnitTypeTest, FiscalLevelTest, FullGuaranteeTest, UnitAreaTest, OpenTest,
               BothParents, FirstTimeTest>
      test;
  /// Tested on this date instead of the date of the question (e.g. conversions on 2021-01-01).
  std::optional<ledger::Date> on;
  /// Points that this part of the condition relies on when its answer hangs on its limit.
  std::vector<std::string> relies_on;
  /// Whose conventions apply.
  ledger::Area jurisdiction;
};

/// Why a condition is not met, or what is missing to tell.
struct Cause {
  std::string code;  ///< the test: "age", "status", "unit_type", ...
  std::string zh;
  std::string en;

  bool operator==(const Cause&) const = default;
};

struct Verdict {
  Truth truth = Truth::unknown;
  /// The facts that decided, each once, ascending.
  std::vector<ledger::Sequence> evidence = {};
  /// no: the tests that failed; unknown: the facts that are missing, or the open points for which
  /// the documents do not say; yes: empty.
  std::vector<Cause> causes = {};
  /// First date after `on` on which the answer can differ by the calendar alone, the facts staying
  /// as they are: a birthday, the end of a state, a recorded state that begins later.
  std::optional<ledger::Date> may_change_on = {};
  /// Interpretations and open points without which the answer could be another one, each once. A
  /// reading of a limit is relied on only at that limit: of I-03 within a day of the birthday. An
  /// unknown names here the open points that are to blame for it.
  std::vector<std::string> interpretations = {};
};

/// Facts are taken from `knowledge` as they are known at its basis, and judged as of `on`. Loads
/// the dossiers of parents only when a test asks for them. Tests of units answer unknown about a
/// person and the other way round: pack check does not let such a condition pass.
Verdict evaluate(const Condition& condition, const ledger::PersonId& person, ledger::Date on,
                 Knowledge& knowledge);
Verdict evaluate(const Condition& condition, const ledger::UnitId& unit, ledger::Date on,
                 Knowledge& knowledge);

/// The condition in words: "市区户籍，且未满18周岁" / "hukou in urban area, and under 18".
Label describe(const Condition& condition);

}  // namespace kinledger::projections
