// A second opinion: what the rules of 2021 come to for converted children of two units, written
// from the documents alone (000 §三, §五, §六, §八, §九) and sharing no code with the projections.
// Amounts in fen, dates as days of std::chrono.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kinledger::projections {

using Day = std::chrono::sys_days;

inline Day day_of(int year, unsigned month, unsigned day) {
  return Day(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

/// How "after six full months" is counted (O-01), in the order of the choices' codes.
enum class FullMonths { same_day, next_day, next_month };

/// What a version of the policy says that is not the same in all of them.
struct Terms {
  Day deadline = day_of(2021, 3, 31);  ///< including the day
  std::int64_t premium = 250'00;       ///< due until the deadline
  int months = 6;                      ///< that who pays later waits
};

/// The unit that is in the scope of the subsidy, and the one that is not.
inline constexpr int unit_in_scope = 0;
inline constexpr int unit_out_of_scope = 1;

/// One act: about a child, about the fund of the unit in scope, or about the policy.
struct Act {
  enum class Kind {
    membership,  ///< in the legacy pooling, through the unit in scope and the first parent
    premium,
    settlement,
    reimbursement,
    allocation,
    binding,
    binding_end,   ///< of the child to the unit
    announcement,  ///< the premium of late payers
    reading,       ///< of the full months of who pays on the day or later
    terms
  };
  Kind kind = Kind::premium;
  int child = 0;
  Day on = {};
  std::int64_t fen = 0;
  int unit = unit_in_scope;
  int parent = 0;
  FullMonths full_months = FullMonths::same_day;
  Terms terms = {};
};

/// The history as a list of what was recorded: a new act, another version of one, or its end.
class ReferenceModel {
 public:
  struct Record {
    std::uint64_t sequence = 0;
    std::uint64_t replaces = 0;  ///< sequence of the version before; itself for a new act
    std::optional<Act> act;      ///< nothing: voided
  };

  void record(const Record& record) { records_.push_back(record); }

  // Of a child, as known at a tree size.
  std::optional<Day> paid_on(int child, std::uint64_t basis) const;
  std::optional<Day> covered_from(int child, std::uint64_t basis) const;  ///< in 2021
  std::string status(int child, Day on, std::uint64_t basis) const;       ///< of a day up to 2021
  bool is_overdue(int child, Day on, std::uint64_t basis) const;  ///< unpaid after the deadline

  struct Bound {
    int unit = 0;
    int parent = 0;
  };
  std::optional<Bound> bound(int child, Day on, std::uint64_t basis) const;

  /// Whether the subsidy of 2021 is the child's; nothing where no one unit is known.
  std::optional<bool> has_subsidy(int child, std::uint64_t basis) const;
  /// What the annual settlement of 2021 says; nothing where none was received.
  std::optional<std::int64_t> settlement(int child, std::uint64_t basis) const;
  /// What may be reimbursed of 2021; nothing where that is not known.
  std::optional<std::int64_t> eligible(int child, std::uint64_t basis) const;
  std::int64_t reimbursed(int child, std::uint64_t basis) const;
  std::int64_t reimbursements(int child, std::uint64_t basis) const;  ///< their number

  // Of the fund year 2022 of the unit in scope.
  std::int64_t channel(std::uint64_t basis) const;
  std::int64_t used(std::uint64_t basis) const;

 private:
  struct Link {
    Day from;
    std::optional<Day> until;  ///< exclusive
    int unit = 0;
    int parent = 0;
    std::uint64_t sequence = 0;

    bool holds(Day day) const { return from <= day && (!until || day < *until); }
  };

  /// In force below a tree size, by the sequences of the versions in force.
  std::map<std::uint64_t, Act> acts(std::uint64_t basis) const;
  std::vector<Act> acts(Act::Kind kind, int child, std::uint64_t basis) const;
  std::vector<Link> links(int child, std::uint64_t basis) const;  ///< by day, then by sequence
  bool is_member(int child, std::uint64_t basis) const;
  Terms terms(std::uint64_t basis) const;
  std::optional<std::int64_t> late_premium(std::uint64_t basis) const;
  FullMonths full_months(Day paid_on, std::uint64_t basis) const;

  std::vector<Record> records_;
};

}  // namespace kinledger::projections
