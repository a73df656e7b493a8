// Sums of recorded amounts. Each amount is at most ledger::fen_max, so only amounts that no budget
// has can add up beyond it; the sum then stays at the limit instead of wrapping around.
#pragma once

#include "ledger/money.h"

namespace kinledger::projections {

inline void add_up(ledger::Fen& sum, ledger::Fen amount) {
  const auto total = ledger::add(sum, amount);
  sum = total.value_or(amount.value < 0 ? ledger::Fen{-ledger::fen_max.value} : ledger::fen_max);
}

inline ledger::Fen difference(ledger::Fen from, ledger::Fen take) {
  add_up(from, {-take.value});
  return from;
}

inline ledger::Fen not_below_zero(ledger::Fen amount) {
  return amount.value < 0 ? ledger::Fen{} : amount;
}

}  // namespace kinledger::projections
