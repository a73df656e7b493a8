// Grounds (依据) of a judged value: how certain it is, on which interpretations and open points it
// relies, and which rules were applied to which facts. Every judgment is built from these, so that
// an answer can state them without judging again.
//
// Values; any thread. A Step borrows its rule from the rulebook.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/event_names.h"
#include "ledger/types.h"
#include "projections/answer.h"
#include "projections/condition.h"
#include "projections/rule.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// Interpretations of the program itself: every pack that follows them declares them by these
/// numbers, and they are cited only where one does. They have no alternative to switch to.
inline constexpr std::string_view point_calendar_year = "I-07";
inline constexpr std::string_view point_transaction_date = "I-08";
inline constexpr std::string_view point_incomplete_facts = "I-10";

/// How certain one value is.
struct Backing {
  ledger::Certainty certainty = ledger::Certainty::document;
  std::vector<std::string> relies_on = {};  ///< ascending, each once

  /// Of what one rule says.
  static Backing of(const Rule& rule) {
    Backing backing;
    backing.apply(rule);
    return backing;
  }

  /// Makes it no more certain than this.
  void weaken(ledger::Certainty to);
  /// Names a point that the value relies on: no more certain than an interpretation. An empty one
  /// changes nothing.
  void rely_on(std::string_view point);
  void rely_on(const Reading& reading);  ///< the point, and the one with its other readings
  /// A rule, and what it says it always relies on.
  void apply(const Rule& rule);
  void add(const Backing& other);
};

/// A value, or why there is none.
template <class T>
struct Judged {
  std::optional<T> value;
  std::optional<Undetermined> undetermined;  ///< set: `value` is absent and certainty is open
  Backing backing;

  static Judged of(T value, Backing backing) {
    return {std::move(value), std::nullopt, std::move(backing)};
  }
  /// Neither a value nor a question: there is none.
  static Judged nothing(Backing backing = {}) {
    return {std::nullopt, std::nullopt, std::move(backing)};
  }
  static Judged open(Undetermined why, Backing backing = {}) {
    backing.rely_on(why.open_point);
    backing.weaken(ledger::Certainty::open);
    return {std::nullopt, std::move(why), std::move(backing)};
  }
};

/// One rule applied to facts.
struct Step {
  const Rule* rule = nullptr;
  std::vector<ledger::Sequence> facts = {};
  std::vector<std::string> interpretations = {};  ///< beside those of the rule
  std::string open_point = {};
};
using Steps = std::vector<Step>;

void append(Steps& steps, const Steps& more);
/// The facts that the rules were applied to, behind what is there.
void add_facts(std::vector<ledger::Sequence>& facts, const Steps& steps);

/// A yes-no judgment with what it fails on.
struct Ruling {
  Truth truth = Truth::unknown;
  Backing backing = {};
  std::vector<Cause> causes = {};  ///< no: what failed; unknown: what is missing
  std::string open_point = {};     ///< unknown because the documents do not say
  std::optional<ledger::Date> may_change_on = {};
  Steps steps = {};
};

/// A condition of a rule, judged: as certain as the rule, less where the verdict hangs on a point.
Ruling ruling_of(const Rule& rule, Verdict verdict, const Rulebook& rules);
/// Whether a rule with a population (适用对象) is for a person; one without is for everybody.
Ruling population_ruling(const Rule& rule, const std::optional<Condition>& population,
                         const ledger::PersonId& person, ledger::Date on, Knowledge& knowledge);
/// Two rules that each suffice: the one that says yes decides, the surer of two; else both are
/// told, and an unknown hides a no. True when `part` took the place of `whole`.
bool merge(Ruling& whole, Ruling part);
/// The rule with the id in force on the day, whose text says what `main` computes; `main` itself
/// where there is none.
const Rule* rule_saying(const Rulebook& rules, std::string_view id, const Rule& main,
                        ledger::Date on);

/// No adopted rule speaks about it.
Ruling no_rule_ruling(std::string zh, std::string en);

/// Why an unknown ruling is unknown: the open point, or what is missing by the causes.
Undetermined undetermined_by(const Ruling& ruling, const Rulebook& rules,
                             ledger::Area jurisdiction);
/// The undetermined value of one missing fact.
Undetermined missing(const Cause& cause, const Rulebook& rules, ledger::Area jurisdiction);
/// The undetermined value of a point; says what the pack says of it.
Undetermined open_point(std::string_view point, const Rulebook& rules, ledger::Area jurisdiction);
/// No adopted rule speaks about this.
Undetermined no_rule(std::string zh, std::string en);

/// A point of the program is relied on where a pack declares it.
void rely_on_declared(Backing& backing, std::string_view point, const Rulebook& rules,
                      ledger::Area jurisdiction);

/// The pooling region whose rules govern a subject: that of its latest fact; of a subject without
/// facts the first region with a pack, else none (code 0).
ledger::Area jurisdiction_of(const Dossier& dossier, const Rulebook& rules);

/// A fact of the region whose field `person` names the dossier's person: the dossier of a parent
/// holds facts about the children too.
bool is_about(const Fact& fact, const Dossier& dossier, ledger::Area jurisdiction);

/// Nearest date after `on` on which `judge(date)` is yes, followed along the dates on which it may
/// change by the calendar alone; nothing if there is none within changes_looked_at_max steps.
inline constexpr int changes_looked_at_max = 16;
template <class Judge>
std::optional<ledger::Date> nearest_yes(const Ruling& now, const Judge& judge) {
  std::optional<ledger::Date> next = now.may_change_on;
  for (int looked = 0; next && looked < changes_looked_at_max; ++looked) {
    const Ruling then = judge(*next);
    if (then.truth == Truth::yes) return next;
    invariant(!then.may_change_on || *then.may_change_on > *next);
    next = then.may_change_on;
  }
  return std::nullopt;
}

}  // namespace kinledger::projections
