// Employers (用人单位): contribution bases, arrears with suspension and restoration, and who pays a
// visit meanwhile.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/judgments/shares.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct EmployerMonth {
  ledger::UnitId unit;
  ledger::Area jurisdiction;
  ledger::Month month;
  ledger::Date on;  ///< the day of asking: what is not assessed or paid by then is not
};

/// One employee's base as it is recorded and as the rule computes it.
struct EmployeeBase {
  ledger::PersonId person = {};
  ledger::Fen average_wage = {};
  ledger::Fen recorded = {};
  Judged<ledger::Fen> expected = {};
  Judged<Rounded> expected_share = {};  ///< the same where only the rounding of a bound is open
  ledger::Sequence sequence = {};
};
struct WageBases {
  std::vector<EmployeeBase> employees;
  Judged<ledger::Fen> total;    ///< sum of the expected bases
  Judged<Rounded> total_share;  ///< the same where only the rounding of bounds is open
  std::optional<ledger::Fen> recorded_total;
  Ruling conform;  ///< every recorded base and the total are as expected
  Steps steps;
};
WageBases judge_wage_bases(Knowledge& knowledge, const EmployerMonth& asked);

/// Months of an employer that were assessed or ordered to be paid, the only ones of which something
/// can be told. What an order names beyond 20 years is a slip of the pen, and not ordered.
std::set<ledger::Month> contribution_months(const Dossier& unit);

struct ArrearsJudgment {
  enum class State : std::uint8_t {
    not_assessed,
    paid,
    due,
    in_arrears,
    paid_late,
    restored,
    overdue,
  };
  State state = State::not_assessed;
  /// Set: neither the day on which it was due nor an order to pay is recorded, so that nothing says
  /// whether it was paid in time. The state and its dates are then open.
  std::optional<Undetermined> state_open;
  std::optional<ledger::Date> due_on;
  std::optional<ledger::Date> paid_in_full_on;
  Judged<ledger::Date> suspended_from;
  std::optional<ledger::Date> ordered_on;
  std::optional<ledger::Date> limit_to;
  std::optional<std::int32_t> limit_days;
  Ruling limit_ok;  ///< the limit is not longer than the documents say in general
  std::optional<bool> paid_in_time;
  Judged<ledger::Date> restored_from;
  Judged<ledger::Date> employer_liable_from;
  Backing backing;
  Steps steps;

  /// Paid late, but before the suspension could begin.
  bool suspends_nobody() const {
    return paid_in_full_on && suspended_from.value && *paid_in_full_on < *suspended_from.value;
  }
};
ArrearsJudgment judge_arrears(Knowledge& knowledge, const EmployerMonth& asked);
Word word_of(ArrearsJudgment::State state);

/// The limit that an order (ArrearsOrderIssued) sets, by the rule of the day of its decision.
struct OrderLimit {
  const Rule* rule = nullptr;  ///< null: no adopted rule speaks of it, and nothing else is set
  std::int32_t days = 0;
  std::int32_t days_max = 0;
  Ruling ok = {};
};
OrderLimit judge_order_limit(const Rulebook& rules, ledger::Area jurisdiction, const Fact& order);

/// Who pays for care on a day.
Judged<Word> payer_on(const ArrearsJudgment& arrears, ledger::Date visit);

}  // namespace kinledger::projections
