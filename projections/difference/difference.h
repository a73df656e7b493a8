// A difference (对比): every person and unit whose answer is another on one side than on the other,
// old and new, what caused it, and what it comes to in money. The sides are two bases, two dates,
// or the same with something that is not recorded: a submission that is tried, a pack that is not
// adopted.
#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "projections/difference/side.h"
#include "projections/pass_progress.h"

namespace kinledger::projections {

/// One field of one subject's answers that changed.
struct Change {
  Subject subject;
  const Question* question = nullptr;
  std::optional<ledger::Year> year;  ///< of questions about a year
  const Heading* field = nullptr;
  Value from;
  Value to;
  /// New less old, of money that is known on both sides.
  std::optional<ledger::Fen> effect;
  /// Records that one side knows and the other does not, and that caused the change
  /// (projections/difference/causes.h); ascending.
  std::vector<ledger::Sequence> facts;
  bool facts_may_be = false;       ///< it cannot be told which: all that may have caused it
  std::vector<std::string> rules;  ///< that apply on one side only; ascending
};

/// Of one money field over all subjects that changed: from + effect = to.
struct ChangeTotal {
  const Question* question = nullptr;
  const Heading* field = nullptr;
  std::uint64_t changes = 0;
  ledger::Fen from;
  ledger::Fen to;
  ledger::Fen effect;
  std::uint64_t undetermined = 0;  ///< changes without a number on a side: in none of the sums
};

/// A check that finds another number of irregularities on one side than on the other.
struct CheckChange {
  Subject subject;
  std::string check;
  std::uint64_t from = 0;  ///< irregularities; differs from `to`
  std::uint64_t to = 0;
};

inline constexpr std::size_t changes_max = 500'000;

struct Difference {
  Basis from;
  Basis to;
  ledger::Date on_from;
  ledger::Date on_to;
  std::string program;
  std::uint64_t compared = 0;  ///< subjects
  std::uint64_t persons = 0;   ///< that changed
  std::uint64_t units = 0;
  std::vector<Change> changes;    ///< by subject, persons first, then in the order of the fields
  bool changes_left_out = false;  ///< beyond changes_max; counts and totals go on
  std::vector<ChangeTotal> totals;
  std::vector<CheckChange> checks;  ///< only where they were asked for
  std::vector<std::pair<ledger::UnitId, std::string>> unit_numbers;

  /// Subjects that changed, and numbers of irregularities.
  std::uint64_t found() const { return persons + units + checks.size(); }
  bool is_none() const { return found() == 0; }
};

struct DifferenceRun {
  bool with_checks = false;
  PassProgress* progress = nullptr;  ///< for whoever shows it
};

/// The earlier basis is `from`. Fails only with a fault of the store.
ledger::Result<Difference> difference_between(Archive& archive, const Side& from, const Side& to,
                                              const DifferenceRun& run);

/// Same bytes for the same sides. Values are in the shape that they have in answers.
boost::json::object to_json(const Difference& difference);
std::string to_table(const Difference& difference, Language language);

}  // namespace kinledger::projections
