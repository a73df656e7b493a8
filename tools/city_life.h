// What becomes of the people of a made-up city, year by year: in which scheme a child is, when the
// premium is paid, when the binding is registered, what is spent on care. Most do everything in
// time; some are late, pay twice or the wrong amount, or forget, so that the checks have something
// to find.
//
// Pure functions of the seed, the person and the year: every stage of the submissions that asks
// gets the same answer. These are facts; what they mean is for the judgments to say.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "ledger/money.h"
#include "tools/city_population.h"

namespace kinledger::tools {

enum class CityScheme : std::uint8_t { none, children, university, resident };
std::string_view code_of(CityScheme scheme);
/// The personal share of a year, as of 2021.
ledger::Fen premium_of(CityScheme scheme);
/// Last day on which the premium of a year is paid in time.
ledger::Date premium_due_on(ledger::Year year);

/// How a fact gets wrong into the ledger at first.
enum class Slip : std::uint8_t { none, wrong_date, wrong_amount, wrong_unit, wrong_value, twice };

/// How the registration of a child goes.
struct RegistrationStory {
  ledger::Date parent_employed_on;
  bool second_parent_insured = false;
  Slip slip = Slip::none;  ///< in the schooling
};

struct Schooling {
  std::string_view value;  ///< code of list schooling
  ledger::Date since;
};

struct PremiumStory {
  ledger::Date paid_on;
  ledger::Fen amount;
  std::string_view channel;
  bool receipted = false;
  bool agreed_to_debit = false;  ///< signs a debit agreement after the first payment
  /// Paid back, and maybe paid again.
  std::optional<ledger::Date> reversed_on;
  std::optional<ledger::Date> paid_again_on;
  Slip slip = Slip::none;
};

struct BindingStory {
  ledger::Date handled_on;
  bool with_enrollment = false;
  bool sealed = true;
  bool by_employee = false;
  Slip slip = Slip::none;
};

struct Visit {
  ledger::Date on;
  ledger::CareClass care{};
  std::uint32_t institution = 0;
  ledger::Fen total, in_scope, deductible, basic_paid, personal_in_scope, out_of_scope,
      subsidy_eligible;
};

struct CareYear {
  static constexpr std::size_t visits_max = 8;
  std::array<Visit, visits_max> visits;
  std::uint32_t count = 0;
  ledger::Fen deductible;
  ledger::Fen subsidy_eligible;
  bool second_recorded_twice = false;  ///< the second visit reaches the ledger twice
  bool examined = false;
  ledger::Date examined_on;
  /// Moved from the parent's account to the child's; nothing for most.
  ledger::Fen moved;
  bool moved_from_current_year = false;  ///< which is not allowed

  std::span<const Visit> all() const { return {visits.data(), count}; }
};

/// Of the annual settlement that a unit retrieves, and what it makes of it.
struct SettlementStory {
  bool reimbursed = false;
  bool early = false;     ///< paid before the window of the following year
  bool too_much = false;  ///< the deductible is paid too
  bool paid_back = false;
  Slip slip = Slip::none;
};

/// Days on which a unit acts on the settlement year, in the year after it.
struct UnitYear {
  ledger::Date retrieved_on;
  ledger::Date pays_on;
  ledger::Date returns_on;           ///< of the surplus, early in the year after that
  std::uint32_t returned_per_mille;  ///< of the surplus
};

/// Immutable; any thread.
class CityLife {
 public:
  CityLife(std::uint64_t seed, std::uint64_t institutions)
      : seed_(seed), institutions_(static_cast<std::uint32_t>(institutions)) {}

  RegistrationStory registration(const Child& child, const CityPerson& parent) const;
  /// Primary school begins in the September after the sixth birthday.
  Schooling schooling(const Child& child, ledger::Date on) const;
  CityScheme scheme(const Child& child, ledger::Year year) const;
  /// First enrolled in the year, and not by conversion.
  static bool joins(const Child& child, ledger::Year year) {
    return !child.legacy && year == city_first_year;
  }
  /// Nothing when nothing is ever paid for the year.
  std::optional<PremiumStory> premium(const Child& child, ledger::Year year) const;
  /// Of a child who was no legacy member; nothing when it is never registered.
  std::optional<BindingStory> binding(const Child& child) const;
  CareYear care(const Child& child, ledger::Year year) const;
  SettlementStory settlement(const Child& child, ledger::Year year) const;
  UnitYear unit_year(const CityUnit& unit, ledger::Year year) const;
  /// Whether the unit has the child's subsidy on its books: in scope, bound or a legacy link, in
  /// children's insurance.
  bool has_subsidy(const Child& child, const CityUnit& unit, ledger::Year year) const;

 private:
  /// The scheme of those who have left school.
  CityScheme grown_up(const Child& child) const;
  /// First day of the year with benefits, nearly as the rules have it.
  std::optional<ledger::Date> covered_from(const Child& child, ledger::Year year) const;

  const std::uint64_t seed_;
  const std::uint32_t institutions_;
};

}  // namespace kinledger::tools
