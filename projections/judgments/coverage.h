// Coverage (参保待遇) of a person over time: in which state on which dates, by which rule.
//
//   none              not enrolled, or unpaid after the deadline, or past the insurance year
//   legacy            member of the legacy pooling (子女统筹)
//   converted_unpaid  moved to the new scheme by the agency, not paid yet, deadline not passed
//   enrolled_unpaid   enrolled by choice, not paid yet, deadline not passed
//   waiting           paid, benefits begin later
//   covered           benefits
//   suspended         interrupted, or the employer is in arrears
//   ended             enrollment ended
//   undetermined      the documents do not say
//
// The timeline is a function of the facts and rules known at the basis. It has no "today", but for
// one: what an employer may still pay in time suspends nobody (`asked_on`).
// Insurance year = calendar year (I-07). Spans are half-open, ascending, do not overlap; between
// and outside them the state is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/coverage_year.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Where memberships overlap, the later of this list counts.
enum class CoverageState : std::uint8_t {
  none,
  ended,
  suspended,
  converted_unpaid,
  enrolled_unpaid,
  undetermined,
  waiting,
  legacy,
  covered,
};
std::string_view to_text(CoverageState state);
Word word_of(CoverageState state);

struct CoverageSpan {
  ledger::Date from;
  std::optional<ledger::Date> until;
  CoverageState state = CoverageState::none;
  std::string scheme;
  std::size_t year = no_year;  ///< index into Timeline::years
  Backing backing;
  /// "unpaid", "deadline_passed", "waiting", ...; empty when covered.
  std::string cause = {};
  std::optional<Undetermined> open = {};  ///< set where the state is undetermined

  static constexpr std::size_t no_year = static_cast<std::size_t>(-1);
};

struct Timeline {
  std::vector<CoverageSpan> spans;
  std::vector<CoverageYear> years;  ///< by year, then by beginning of the membership
  Steps legacy_steps;               ///< why the legacy spans are what they are

  /// The span that holds the date, or null.
  const CoverageSpan* on(ledger::Date date) const;
  /// The membership that counts in a year, of those handled by the date: the covered one, else the
  /// last; null if there is none.
  const CoverageYear* of(ledger::Year year, ledger::Date handled_by = ledger::date_max) const;
  const CoverageYear* of(ledger::Year year, std::string_view scheme) const;
  /// The membership that an answer about a year describes, of one scheme or of all: whose state it
  /// is on the date, where that lies in the year, else the one that counts in the year.
  const CoverageYear* described(ledger::Year year, ledger::Date on,
                                std::string_view scheme = {}) const;
};

/// Employers' contributions that may still be paid in time on the date suspend nobody; by default
/// what is not known to be paid is not paid.
Timeline coverage_timeline(Knowledge& knowledge, const ledger::PersonId& person,
                           ledger::Area jurisdiction, ledger::Date asked_on = ledger::date_max);

}  // namespace kinledger::projections
