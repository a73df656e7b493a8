// What a unit's channel account (projections/judgments/channel_account.h) is judged from, apart
// from the rules: what is recorded for the fund year, and what each child adds to the headcount.
// Two accounts that have these and the rules in common are the same.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "projections/judgments/channel_account.h"
#include "projections/truth.h"

namespace kinledger::projections {

struct ChannelRecords {
  std::string fiscal_level;
  std::optional<ledger::Fen> allocated;
  ledger::Fen reimbursed;
  ledger::Fen paid_back;
  ledger::Fen stated_from_channel;
  ledger::Fen stated_from_fiscal;
  ledger::Fen topped_up;
  ledger::Fen recovered;

  bool operator==(const ChannelRecords&) const = default;
};
ChannelRecords channel_records(Knowledge& knowledge, const ChannelCase& asked);

/// What one child adds to the headcount.
struct ChildShare {
  std::array<bool, 12> bound{};  ///< on the last day of each month
  Ruling subsidy = {};           ///< of the year; only where it is bound in a month

  bool is_bound() const;
};
ChildShare child_share(Knowledge& knowledge, const ledger::PersonId& child,
                       const ChannelCase& asked);
/// Whether it adds the same.
bool is_same(const ChildShare& left, const ChildShare& right);

}  // namespace kinledger::projections
