// Parameters of the rules about how things are handled: when, by which steps, on what evidence
// somebody pays nothing, and what an agent unit declares. One struct per kind of rule; meaning and
// format of every parameter: projections/kinds/handling.cc and docs/RULES.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/amount.h"
#include "projections/condition.h"

namespace kinledger::projections {

/// When an act is handled: in a period, on some days of each month, or both.
struct Window {
  enum class Act : std::uint8_t { enrollment, payment, declaration, adjustment, points, task };
  std::vector<Act> acts;
  Codes schemes;  ///< empty: any
  std::optional<Condition> population;
  std::optional<ledger::Date> from;                    ///< inclusive
  std::optional<ledger::Date> to;                      ///< inclusive
  std::optional<std::int32_t> day_from;                ///< of each month, inclusive
  std::optional<std::int32_t> day_to;                  ///< of each month, inclusive
  std::optional<std::int32_t> within_months_of_birth;  ///< only for the person asked about
};

/// The words of Window::Act, and the act that a word names; it was checked to be one of them.
inline constexpr std::string_view window_act_words =
    "enrollment|payment|declaration|adjustment|points|task";
Window::Act window_act_of(std::string_view word);

/// In which category of a scheme somebody is enrolled. The first option that fits holds.
struct Category {
  struct Option {
    Codes categories;        ///< one; several: the documents leave open which
    std::string open_point;  ///< set with several
    Condition condition;
  };
  ledger::Year insurance_year;
  std::string scheme;
  std::vector<Option> options;
};

/// Who pays no personal share, and who pays it for them. Tested on the payment date (I-09).
struct Exemption {
  Codes schemes;  ///< empty: any
  Condition condition;
  ledger::PayerKind payer{};
  /// A standing that is shown otherwise than the condition asks: what it leads to is open.
  std::optional<Condition> unproven;
  std::string open_point;  ///< set with unproven
};

/// Steps with a day by which each is done.
struct Milestones {
  enum class Step : std::uint8_t {
    enrollment,
    payment,
    card_materials,
    card,
    card_at_unit,
    card_activated,
    debit_agreement,
  };
  struct Milestone {
    Step step{};
    std::optional<ledger::Date> from;  ///< inclusive
    ledger::Date to;                   ///< inclusive
  };
  ledger::Year insurance_year;
  std::optional<Condition> population;
  bool obligatory = true;  ///< false: the documents recommend it
  std::vector<Milestone> milestones;
};

/// The points procedure (积分入医) that some go through before they may enrol.
struct PointsProcedure {
  Condition population;
  std::optional<Condition> outside;  ///< who of them does not go through it
  std::string open_point;            ///< what becomes of those; set with `outside`
  ledger::Date from;                 ///< inclusive
  ledger::Date to;                   ///< inclusive; later is a waiver
};

/// What an agent unit (代办单位) declares for its payers.
struct AgentDeclaration {
  ledger::Year insurance_year;
  std::string scheme;
  Amount per_payer;
  ledger::Date declared_to;  ///< inclusive; the premiums are paid by then too
  std::string missed_rule;   ///< id of the rule that nobody may be left out; may be empty
};

/// One step needs another before it.
struct StepOrder {
  std::vector<Milestones::Step> steps;  ///< in their order
};

/// What a payment on these channels states.
struct PaymentForm {
  Codes channels;
  std::string mode;  ///< code of list paymentMode
  std::string period;
};

/// Where to pay after a failure; the documents advise it.
struct PaymentFallback {
  Codes causes;  ///< of list paymentFailure
  Codes failed;  ///< channels on which it failed; empty: any
  Codes channels;
  bool list_open = false;  ///< the documents name further ones in general terms
};

}  // namespace kinledger::projections
