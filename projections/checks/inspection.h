// An inspection (检查对象): one subject on one date, as all checks look at it. What several checks
// need is judged once.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "projections/checks/check.h"
#include "projections/judgments/agents.h"
#include "projections/judgments/bindings.h"
#include "projections/judgments/channel_account.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/legacy_pooling.h"
#include "projections/judgments/payments.h"
#include "projections/judgments/reimbursement.h"
#include "projections/judgments/subsidy.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// What a check found.
struct Irregularity {
  /// The rule that is broken; null where records contradict each other and no rule speaks of it.
  const Rule* rule = nullptr;
  std::vector<ledger::Sequence> facts;
  Backing backing = {};  ///< of what is asserted; the rule's own is added
  /// Not added: the backing holds already what the assertion takes from the rule.
  bool backing_is_whole = false;
  /// Cells of the check's own columns, in their order.
  Row cells = {};
  /// Absent: the subject, and the unit that the child is bound to on the date.
  std::optional<ledger::PersonId> person = {};
  std::optional<ledger::UnitId> unit = {};
  /// Absent: that of the check. A check that finds more than one thing can say how grave each is.
  std::optional<Severity> severity = {};
};

/// What a check could not tell.
struct Undecided {
  Undetermined why;
  std::vector<ledger::Sequence> facts = {};
  std::optional<ledger::UnitId> unit = {};
};

/// Thread rule: one thread. References end with the inspection, and where a judgment lets go of
/// dossiers (judge_channel_account), with that.
class Inspection {
 public:
  /// Receives what is found, with the subject and unit filled in.
  struct Findings {
    std::vector<Irregularity> irregularities;
    std::vector<Undecided> undecided;
  };

  Inspection(Knowledge& knowledge, const Subject& subject, ledger::Date on);

  Knowledge& knowledge() { return knowledge_; }
  const Rulebook& rules() const { return knowledge_.rules(); }
  const Subject& subject() const { return subject_; }
  ledger::PersonId person() const { return ledger::PersonId{subject_.id}; }  ///< of a person
  ledger::UnitId unit() const { return ledger::UnitId{subject_.id}; }        ///< of a unit
  /// Facts of later days have not happened yet.
  ledger::Date on() const { return on_; }
  ledger::Area jurisdiction();
  /// The first in force on the year's last day; null without one.
  const Rule* rule_of(RuleKind kind, ledger::Year year);
  const Dossier& dossier();

  /// Acts of a type up to the date, by sequence; of a person those about the person itself.
  std::vector<const Fact*> acts(ledger::EventType type);

  // Of a person:
  const Timeline& timeline();
  const std::vector<Payment>& payments();
  const std::vector<Binding>& bindings();
  const std::vector<LegacyMembership>& legacy();
  /// Where a legacy member went; see judge_migration, which knows no date.
  const std::optional<Migration>& migration();
  /// Reimbursements for the person's settlement years, paid up to the date.
  const std::vector<Reimbursement>& reimbursements();
  const SubsidyJudgment& subsidy(ledger::Year year);
  const ReimbursementJudgment& reimbursement(ledger::Year year);

  // Of a unit:
  /// Fund years that something was recorded for up to the date, ascending.
  std::vector<ledger::Year> fund_years();
  const ChannelAccount& channel_account(ledger::Year year);
  /// Of an agent unit: its roster for an insurance year and how everybody on it stood on a day.
  const AgentRoster& roster(ledger::Year year, ledger::Date stood_on);

  void report(Irregularity found);
  void undecided(Undecided what);
  /// By an unknown ruling.
  void undecided(const Ruling& ruling, std::vector<ledger::Sequence> facts = {});
  /// What was found since the last call.
  Findings take() { return std::exchange(findings_, {}); }

 private:
  /// Judgments that were made; further ones do not move them.
  template <class Judgment, class Key = ledger::Year>
  using Made = std::deque<std::pair<Key, Judgment>>;

  Knowledge& knowledge_;
  const Subject subject_;
  const ledger::Date on_;
  std::optional<ledger::Area> jurisdiction_;
  std::optional<Timeline> timeline_;
  std::optional<std::vector<Payment>> payments_;
  std::optional<std::vector<Binding>> bindings_;
  std::optional<std::vector<LegacyMembership>> legacy_;
  std::optional<std::optional<Migration>> migration_;
  std::optional<std::vector<Reimbursement>> reimbursements_;
  Made<SubsidyJudgment> subsidies_;
  Made<ReimbursementJudgment> reimbursement_judgments_;
  Made<ChannelAccount> accounts_;
  Made<AgentRoster, std::pair<ledger::Year, ledger::Date>> rosters_;
  Findings findings_;
};

}  // namespace kinledger::projections
