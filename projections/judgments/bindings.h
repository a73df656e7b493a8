// Bindings (关系绑定) of a child to a parent and a unit: which hold on a date, and whether the one
// that a new member needs was registered in time and on a complete form.
//
// The link of a legacy member to parent and unit goes on as a binding when the legacy pooling ends
// (O-07). One unit per child and day: the binding that began last.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct Binding {
  ledger::Sequence sequence;
  std::vector<ledger::Sequence> facts;  ///< registration and end
  std::optional<ledger::PersonId> parent;
  ledger::UnitId unit;
  ledger::Interval period;
  ledger::BindingOrigin origin{};
  bool is_legacy_link = false;  ///< a LegacyMembershipRecorded, not a registration
  std::optional<bool> sealed;
  std::optional<bool> enrolled;
  std::vector<ledger::FormPart> missing_parts;
};

/// By first day, then by sequence.
std::vector<Binding> bindings_of(const Dossier& child, const Rulebook& rules,
                                 ledger::Area jurisdiction);
/// The one that holds on the date, or null.
const Binding* binding_on(const std::vector<Binding>& bindings, ledger::Date on);

enum class BindingTiming : std::uint8_t {
  in_time,
  late,
  missing,       ///< the deadline has passed
  pending,       ///< not registered, the deadline has not passed
  not_required,  ///< no rule asks for one: a converted member, no new enrollment, or no parent in
                 ///< a unit in scope
  undetermined,
};
std::string_view to_text(BindingTiming timing);
Word word_of(BindingTiming timing);

/// A new enrollment for which a rule asks for a binding.
struct BindingDemand {
  const Rule* rule = nullptr;
  Ruling population;  ///< yes or unknown
  ledger::Sequence enrollment;
  std::string scheme;
  ledger::Date handled_on;
  ledger::Year insurance_year;
};
/// Of enrollments handled on or before the date, by that day.
std::vector<BindingDemand> binding_demands(Knowledge& knowledge, const ledger::PersonId& child,
                                           ledger::Area jurisdiction, ledger::Date on);

/// The form (登记表) on which a binding was registered, by the rules of that day. Without a step no
/// form is asked for.
struct BindingForm {
  /// Without a defect: what is not recorded of the form, so that it may have one.
  std::optional<Undetermined> unknown;
  std::vector<ledger::FormPart> defects;
  bool enrolled_flag_is_no = false;  ///< the form itself says that the child is not enrolled
  Backing backing;
  Steps steps;
};
BindingForm judge_form(const Rulebook& rules, ledger::Area jurisdiction, const Binding& binding);
/// The missing parts, and "enrolledFlagNo".
std::vector<Word> words_of(const BindingForm& form);

struct BindingJudgment {
  std::vector<Binding> bindings;
  std::optional<std::size_t> current;       ///< index of the one that holds on the date
  std::optional<std::size_t> registration;  ///< index of the one that is judged
  BindingTiming timing = BindingTiming::undetermined;
  Backing timing_backing;
  std::optional<Undetermined> timing_open;  ///< why the timing is undetermined
  std::optional<ledger::Date> handled_on;   ///< of the registration judged
  Judged<ledger::Date> deadline;
  std::vector<std::pair<std::string, ledger::Date>> deadline_alternatives;
  std::int32_t days_late = 0;
  /// What a late or missing binding leads to, where the documents leave it open.
  std::optional<Undetermined> consequence;
  BindingForm form;  ///< of the registration judged
  Steps steps;
};

/// A child's binding, asked about on a day.
struct BindingCase {
  ledger::PersonId child;
  ledger::Area jurisdiction;
  ledger::Date on;
};
/// For the latest enrollment that asks for one.
BindingJudgment judge_binding(Knowledge& knowledge, const BindingCase& asked);
/// For one of them; null: for none.
BindingJudgment judge_binding(Knowledge& knowledge, const BindingCase& asked,
                              const BindingDemand* demand);

/// A child's settlement year (结算年度), asked about on a day.
struct SettlementCase {
  ledger::PersonId child;
  ledger::Area jurisdiction;
  ledger::Year year;
  ledger::Date on;
};

/// The unit that reimburses a settlement year, by convention reimbursing_unit. Without any binding
/// it is the unit that employs a parent, if that is one unit.
struct ReimbursingUnit {
  Judged<ledger::UnitId> unit;
  std::vector<std::pair<std::string, ledger::UnitId>> alternatives;
  std::vector<ledger::Sequence> facts;
};
ReimbursingUnit reimbursing_unit(Knowledge& knowledge, const SettlementCase& asked);

}  // namespace kinledger::projections
