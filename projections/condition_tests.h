// The single tests of a condition, each against the facts of one subject on one date.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/types.h"
#include "projections/condition.h"
#include "projections/dossier.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// What is asked: facts of a subject, a date, and whose conventions apply.
struct Asked {
  const Dossier& facts;
  ledger::Date on;
  ledger::Area jurisdiction;
  Knowledge& knowledge;
};

struct TestResult {
  Truth truth = Truth::unknown;
  std::vector<ledger::Sequence> evidence = {};
  std::optional<ledger::Date> may_change_on = {};
  /// unknown: what is not recorded, in the condition's words or the program's.
  const Label* missing = nullptr;
  /// unknown because the documents do not say: the open point.
  std::string_view open_point = {};
  /// The answer hangs on where exactly the limit lies.
  bool at_limit = true;
  /// Point of the convention that placed the limit; empty if none did.
  std::string_view convention = {};
};

TestResult judge(const AgeTest& test, const Asked& asked);
TestResult judge(const BirthTest& test, const Asked& asked);
TestResult judge(const StatusTest& test, const Asked& asked);
TestResult judge(const LegacyMemberTest& test, const Asked& asked);
TestResult judge(const EnrolledTest& test, const Asked& asked);
TestResult judge(const CertificateTest& test, const Asked& asked);
TestResult judge(const ExemptionListTest& test, const Asked& asked);
TestResult judge(const PersonCategoryTest& test, const Asked& asked);
TestResult judge(const PointsTest& test, const Asked& asked);
TestResult judge(const UnitTypeTest& test, const Asked& asked);
TestResult judge(const FiscalLevelTest& test, const Asked& asked);
TestResult judge(const FullGuaranteeTest& test, const Asked& asked);
TestResult judge(const UnitAreaTest& test, const Asked& asked);
TestResult judge(const OpenTest& test, const Asked& asked);
TestResult judge(const FirstTimeTest& test, const Asked& asked);

/// Moves `change` to `candidate` when that lies after `on` and is sooner.
void note_change(std::optional<ledger::Date>& change, std::optional<ledger::Date> candidate,
                 ledger::Date on);

/// The parents of a child on a date, each with the fact that says so.
struct Parent {
  ledger::PersonId person;
  ledger::Sequence fact;
};
std::vector<Parent> parents_of(const Asked& asked);

}  // namespace kinledger::projections
