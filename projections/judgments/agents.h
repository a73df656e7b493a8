// Agent units (代办单位): the roster that a school or another agent hands in, how the persons on it
// stand, and what the agent declared for them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// The agent's insurance year, asked about on a day.
struct AgentCase {
  ledger::UnitId unit;
  ledger::Area jurisdiction;
  ledger::Year year;
  ledger::Date on;
};

/// What a rule says of the declarations of an insurance year, or null.
const Rule* declaration_rule(const Rulebook& rules, ledger::Area jurisdiction, ledger::Year year);

enum class Standing : std::uint8_t {
  paid,
  exempt,
  missed,        ///< neither
  unproven,      ///< not paid, and the standing that would exempt is shown otherwise than is asked
  undetermined,  ///< not paid, and whether exempt is not known
};
inline constexpr std::size_t standing_count = 5;

struct RosterMember {
  ledger::PersonId person;
  std::string school_class;
  ledger::Sequence sequence;  ///< of the entry
  Standing standing = Standing::missed;
  Undetermined why;  ///< unproven, undetermined: why that is not known
};

/// Whom the latest roster up to the day calls eligible, by person, as they stand on the day; after
/// the agent's last day to declare and pay, as they stood on that one.
struct AgentRoster {
  std::vector<RosterMember> members;
  std::optional<std::int64_t> head_count;  ///< of the roster's header

  std::array<std::int64_t, standing_count> counts() const;  ///< by Standing
};
/// Reads the dossiers of everybody on the roster and lets go of them again: references to dossiers
/// that the caller holds are invalid afterwards.
AgentRoster judge_roster(Knowledge& knowledge, const AgentCase& asked);

/// The agent's latest declaration of the year up to the day.
struct AgentDeclared {
  ledger::Sequence sequence;
  std::optional<std::int64_t> payers;
  std::optional<std::int64_t> exempt;
  std::optional<ledger::Fen> amount;
  std::optional<ledger::Date> on;
};
std::optional<AgentDeclared> declared_by(const Dossier& agent, ledger::Year year, ledger::Date on);

/// The amount that is declared for one payer, by a declaration rule.
Judged<ledger::Fen> amount_per_payer(const Rule& rule, const Rulebook& rules, Step& step);

}  // namespace kinledger::projections
