// Parameters of the rules about units, their medical subsidy (单位医疗补助), bindings, and the
// rectification. One struct per kind of rule; meaning and format of every parameter:
// projections/kinds/subsidy.cc and docs/RULES.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/amount.h"
#include "projections/condition.h"
#include "projections/declarations.h"

namespace kinledger::projections {

/// States something that the program does not compute with.
struct Informative {};

/// An audit finding must be rectified by a day.
struct RectificationDeadline {
  ledger::Date due_to;    ///< inclusive
  std::string statement;  ///< code of list findingStatement
};

/// Whose employees' children the programme is for; a condition on the unit.
struct UnitScope {
  Condition condition;
};

/// Who has the unit medical subsidy (单位医疗补助) for a settlement year.
struct Subsidy {
  /// As of when the conditions are tested; the result holds for the year.
  enum class TestedOn : std::uint8_t { enrollment, year_end };
  std::string scheme;                ///< enrolled in it and paid for it
  bool eligibility_required = true;  ///< meets a rule of kind eligibility for the scheme
  bool payment_required = true;
  bool unit_in_scope_required = true;  ///< a rule of kind unit_scope, for the bound unit
  std::optional<Condition> condition;  ///< further conditions
  TestedOn tested_on = TestedOn::enrollment;
};

/// Members of these schemes have the scheme's own benefits and no subsidy.
struct SubsidyExclusion {
  Codes schemes;
};

/// The calendar year in which the subsidy of a settlement year is paid.
struct ReimbursementWindow {
  std::int32_t years_after = 1;
};

/// That the subsidy reaches the personal expense without the deductible. The share is never
/// computed: the settlement states the eligible amount (O-03).
struct ReimbursableBase {};

/// The unit's former channel pays first: rate x months x children; finance pays the shortfall.
struct ChannelFund {
  struct Rate {
    Codes fiscal_levels;
    Amount monthly;
  };
  std::vector<Rate> rates;
};

/// The channel's surplus at the end of the fund year goes back to finance.
struct SurplusRecovery {
  /// Months after the end of the fund year by which it is back; absent: see open_point.
  std::optional<std::int32_t> months_after_year;
  std::string open_point;  ///< where the documents state no date
};

/// Until when the child of an employee is bound to parent and unit: the end of a year counted by
/// the convention binding_year.
struct BindingDeadline {
  Codes schemes;
  std::optional<Condition> population;
};

/// What a late binding leads to.
struct LateBinding {
  bool denies_subsidy = false;
  std::string open_point;  ///< where the documents do not say whether it does
};

/// Which agency office serves a unit. The first entry that fits serves it.
struct Office {
  struct Entry {
    Codes fiscal_levels;          ///< empty: any
    std::optional<AreaSet> area;  ///< absent: any
    std::string block;            ///< code of list block; empty: any
    Label name;
    std::string address;
    std::string open_point;  ///< set instead of the name where the documents list none
  };
  std::vector<Entry> entries;
};

struct RequiredForm {
  Label title;
  std::vector<ledger::FormPart> parts;
  bool enrolled_required = false;  ///< the form must answer "enrolled" with yes
};

/// What must be neither stored nor shown.
struct ConfidentialItems {
  Codes items;  ///< of list confidentialItem
};

}  // namespace kinledger::projections
