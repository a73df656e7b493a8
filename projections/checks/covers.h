// Covers (待遇期间): the stretches of time in which each membership of a person gives benefits, by
// itself, where the timeline tells which state counts. As of a date: what is paid or registered
// after it has not happened.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/coverage.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct Cover {
  enum class Standing : std::uint8_t {
    certain,
    undetermined,  ///< begun; the documents or the records do not settle from when it gives cover
    pending,       ///< not begun as far as is known, and it may still be, or need not be recorded
  };

  Standing standing = Standing::certain;
  /// Of one that is not certain the longest that it could be.
  ledger::Interval period = {};
  ledger::Date begun_on = {};  ///< day of the act that made the membership
  std::string scheme = {};     ///< may be empty of the legacy pooling
  ledger::Area jurisdiction = {};
  bool is_legacy = false;
  const Rule* rule = nullptr;  ///< that sets its start; of the legacy pooling that ends it
  std::optional<Undetermined> why = {};  ///< set unless it is certain
  std::vector<ledger::Sequence> facts = {};
  Backing backing = {};
};

/// A person of one pooling region, as of a date.
struct CoverQuestion {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  ledger::Date on;
};

/// In the order of the years; the legacy pooling first, cut off where its rule ends it. `timeline`
/// is that of the person in the region.
std::vector<Cover> covers_of(Knowledge& knowledge, const CoverQuestion& question,
                             const Timeline& timeline);

/// The coverage rule by which the start was computed, or null.
const Rule* start_rule(const CoverageYear& year);
/// The first day with benefits of a cover begun by the date, even past the insurance year; nothing
/// where there is none or it is not settled.
std::optional<ledger::Date> start_of_cover(const CoverageYear& year, ledger::Date on);
/// What the cover is counted from, the payment in full or the registration, is done by the date.
bool is_begun_by(const CoverageYear& year, ledger::Date on);

}  // namespace kinledger::projections
