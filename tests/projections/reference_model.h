// A second opinion: what the rules of 2021 come to for converted children of one unit, written from
// the documents alone (000 §五, §六, §八, §九) and sharing no code with the projections. Amounts in
// fen, dates as days of std::chrono.
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

/// One act about one child, or about the unit's fund.
struct Act {
  enum class Kind { premium, settlement, reimbursement, allocation };
  Kind kind = Kind::premium;
  int child = 0;
  Day on;
  std::int64_t fen = 0;
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

  /// The acts in force below a tree size.
  std::vector<Act> acts(std::uint64_t basis) const;

  // Of a child, as known at a tree size.
  std::optional<Day> paid_on(int child, std::uint64_t basis) const;
  std::optional<Day> covered_from(int child, std::uint64_t basis) const;  ///< in 2021
  std::string status(int child, Day on, std::uint64_t basis) const;       ///< of a day up to 2021
  bool is_overdue(int child, Day on, std::uint64_t basis) const;  ///< unpaid after the deadline
  /// What the annual settlement of 2021 says; nothing where none was received.
  std::optional<std::int64_t> settlement(int child, std::uint64_t basis) const;
  /// What the unit may reimburse of 2021; nothing where no settlement was received.
  std::optional<std::int64_t> eligible(int child, std::uint64_t basis) const;
  std::int64_t reimbursed(int child, std::uint64_t basis) const;
  std::int64_t reimbursements(int child, std::uint64_t basis) const;  ///< their number

  // Of the unit's fund year 2022.
  std::int64_t channel(std::uint64_t basis) const;
  std::int64_t used(std::uint64_t basis) const;

 private:
  std::vector<Record> records_;
};

}  // namespace kinledger::projections
