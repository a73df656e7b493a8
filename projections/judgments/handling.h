// How things are handled: whether somebody is exempt from the premium, in which category of a
// scheme he is enrolled, when an act is accepted, and the points procedure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct ExemptionQuestion {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  std::string_view scheme;  ///< empty: whichever
  ledger::Date on;          ///< the payment date
};
struct ExemptionJudgment {
  Ruling ruling;
  bool is_ruled = false;     ///< an adopted rule speaks about it
  bool is_unproven = false;  ///< unknown because the standing is shown otherwise than is asked
  ledger::PayerKind payer{};
};
ExemptionJudgment exemption_of(Knowledge& knowledge, const ExemptionQuestion& question);

struct CategoryQuestion {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  std::string_view scheme;
  ledger::Year year;
  ledger::Date enrolled_on;
};
/// No category where the rules have none for the person.
struct CategoryJudgment {
  bool is_ruled = false;  ///< an adopted rule puts members of the scheme into categories
  Judged<std::string> category;
  Codes candidates;  ///< where the documents leave it open
  std::vector<std::pair<std::string, std::string>> alternatives;  ///< by choice of category_date
  Steps steps;
};
CategoryJudgment category_of(Knowledge& knowledge, const CategoryQuestion& question);

struct WindowQuestion {
  Window::Act act{};
  ledger::Area jurisdiction;
  std::string_view scheme;                 ///< empty: whichever
  std::optional<ledger::PersonId> person;  ///< absent: windows for everybody
  ledger::Date on;
};
struct WindowJudgment {
  Ruling accepted;
  std::optional<ledger::Date> opens;   ///< next day on which it is accepted again
  std::optional<ledger::Date> closes;  ///< last day on which it still is
};
WindowJudgment window_of(Knowledge& knowledge, const WindowQuestion& question);

struct PointsJudgment {
  enum class State : std::uint8_t {
    undetermined,
    not_applicable,
    outside,
    qualified,
    waived,
    open,
    missed,
  };
  Ruling applicable;  ///< unknown: the state is undetermined for the same reason
  State state = State::undetermined;
  std::optional<ledger::Date> handled_on;
  std::optional<ledger::Date> last_day;
  /// What becomes of those outside the procedure, where the documents do not say.
  std::optional<Undetermined> consequence;
};
PointsJudgment judge_points(Knowledge& knowledge, const ledger::PersonId& person,
                            ledger::Area jurisdiction, ledger::Date on);
Word word_of(PointsJudgment::State state);  ///< not of `undetermined`

/// Completed years on the date.
std::optional<std::int32_t> age_of(const Dossier& person, const Rulebook& rules,
                                   ledger::Area jurisdiction, ledger::Date on);

}  // namespace kinledger::projections
