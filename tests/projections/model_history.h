// A ledger and the reference model, kept side by side: what happens is recorded in both, and what
// the ledger answers is compared with the model.
#pragma once

#include <gtest/gtest.h>
// rapidcheck after gtest: both define FAIL.
#include <rapidcheck.h>

#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/archive.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/projections/reference_model.h"

namespace kinledger::projections {

inline constexpr int children = 3;
inline constexpr int actions = 20;

/// What happens next; the numbers are taken modulo what there is.
struct Happening {
  int action = 0;  ///< below actions
  int child = 0;
  int day = 0;     ///< of 2021, from 0
  int amount = 0;  ///< below 5
  int target = 0;
};
std::ostream& operator<<(std::ostream& out, const Happening& next);

/// A question and what it was answered, to be asked again.
struct Inquiry {
  Day on;
  std::uint64_t basis = 0;
};

class History {
 public:
  History();

  void take(const Happening& next);
  /// Eight answers and checks about each child, and three about the unit, are those of the model.
  void compare(const Inquiry& asked);
  /// Status changes that the difference tells are those of the model, no more and no less.
  void compare_difference(std::uint64_t from, std::uint64_t to, Day on);

  void reopen();
  /// As `kinledger compact` does.
  void compact();
  void rebuild();

  /// Tree sizes between submissions, from the first one on that there is something to ask about.
  const std::vector<std::uint64_t>& sizes() const { return sizes_; }

 private:
  /// Registered with the number, local, at school and in the pooling.
  void register_child(int child);
  void adopt(const Terms& terms);
  void add(const Act& act);
  void correct(const Happening& next);
  void void_one(const Happening& next);

  ledger::Receipt submit(std::vector<ledger::SubmittedEvent> events);
  ledger::PersonId person_of(ledger::Sequence registration);
  Answer ask(std::string_view question, const Arguments& arguments, std::uint64_t basis);
  std::int64_t found(std::string_view check, const Arguments& arguments, std::uint64_t basis);

  void compare_status(int child, const Inquiry& asked);
  void compare_binding(int child, const Inquiry& asked);
  void compare_reimbursement(int child, std::uint64_t basis);
  void compare_checks(int child, const Inquiry& asked);
  int left_of_2021(std::uint64_t basis);
  void compare_unit(std::uint64_t basis);

  TestDirectory directory_{place_of_simulated_disks()};
  ledger::SeededRandom random_{20210101};
  ledger::LedgerOptions options_;
  std::unique_ptr<Archive> archive_;
  ReferenceModel model_;
  std::vector<ledger::PersonId> children_;  ///< those registered so far
  std::vector<ledger::PersonId> parents_;
  std::set<int> settled_;
  std::vector<std::pair<std::uint64_t, Act>> latest_;  ///< acts in force by their last version
  std::vector<std::uint64_t> sizes_;
  int keys_ = 0;
  int versions_ = 1;  ///< of the pack
};

}  // namespace kinledger::projections
