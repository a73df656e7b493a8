// Whether somebody's scope covers a person, a unit, or all of a submission (范围检查).
#pragma once

#include <map>
#include <string>

#include "ledger/submission.h"
#include "projections/archive.h"
#include "projections/checks/finding_gate.h"
#include "projections/questions/within.h"
#include "server/scope.h"
#include "server/unit_places.h"

namespace kinledger::server {

/// For one scope and one request. Thread rule: one thread.
class ScopeCheck {
 public:
  ScopeCheck(projections::Archive& archive, const Scope& scope)
      : archive_(archive), scope_(scope), places_(archive) {}

  /// A person belongs to wherever something of them was recorded.
  ledger::Result<bool> covers(const ledger::PersonId& person);
  ledger::Result<bool> covers(const ledger::UnitId& unit);
  /// All of what a list keeps within; where that is empty, the scope itself must be one.
  ledger::Result<bool> covers(const projections::Within& within);
  /// What an event says of units, of divisions, of findings and of what it corrects must lie within
  /// the scope; where it says nothing of these, its persons must. Nobody may record what says
  /// nothing, nor under another pooling region than the ledger's.
  ledger::Result<bool> covers(const ledger::Submission& submission);

 private:
  /// Unknown: it says nothing of that kind.
  ledger::Result<projections::Truth> areas_of(const ledger::SubmittedEvent& event) const;
  ledger::Result<projections::Truth> units_of(const ledger::SubmittedEvent& event, bool is_placed);
  ledger::Result<projections::Truth> target_of(const ledger::SubmittedEvent& event);
  ledger::Result<projections::Truth> persons_of(const ledger::SubmittedEvent& event);
  /// Which findings the submission names or corrects something of, and whether they are covered:
  /// all units are looked through for all of them once.
  ledger::Result<void> know_findings(const ledger::Submission& submission);
  /// A finding lies where the event says that opened it; one that the submission opens is looked at
  /// by itself.
  ledger::Result<bool> covers(const projections::LinkedCheck& finding);
  projections::Truth finding_of(const ledger::SubmittedEvent& event) const;
  ledger::Result<bool> covers(const ledger::SubmittedEvent& event);

  projections::Archive& archive_;
  const Scope scope_;
  UnitPlaces places_;
  std::map<std::string, bool, std::less<>> findings_;  ///< those that there are: whether covered
};

}  // namespace kinledger::server
