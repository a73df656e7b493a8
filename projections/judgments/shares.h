// Shares of amounts (按比例计算的金额). The documents leave open how a fraction of a fen is rounded
// (O-34), and no more than that: a share is known to be the whole fen below it or the one above.
//
// Pure functions; any thread.
#pragma once

#include <string>

#include "ledger/money.h"
#include "projections/judgments/grounds.h"
#include "projections/judgments/sums.h"
#include "projections/kinds/benefits.h"

namespace kinledger::projections {

/// An amount, rounded down and rounded up: the same where it is whole fen. Of a sum of shares, what
/// it comes to at the least and at the most.
struct Rounded {
  ledger::Fen down;
  ledger::Fen up;

  static Rounded exactly(ledger::Fen amount) { return {amount, amount}; }
  bool is_whole() const { return down == up; }
  /// False: the amount is wrong however the share is rounded.
  bool may_be(ledger::Fen amount) const { return down <= amount && amount <= up; }
  /// Right if it is rounded one way, wrong if it is rounded the other.
  bool is_open_whether(ledger::Fen amount) const { return !is_whole() && may_be(amount); }
  bool operator==(const Rounded&) const = default;
};

inline void add_up(Rounded& sum, const Rounded& share) {
  add_up(sum.down, share.down);
  add_up(sum.up, share.up);
}

/// Precondition: the amount is not negative.
Rounded share_of(ledger::Fen amount, BasisPoints share);

/// That a share is no whole fen.
Undetermined no_whole_fen(std::string zh, std::string en, const Rulebook& rules,
                          ledger::Area jurisdiction);

/// The share as answers tell it: open, for the reason that `why()` gives, where it is no whole fen.
template <class Why>
Judged<ledger::Fen> in_whole_fen(const Judged<Rounded>& share, const Why& why) {
  if (share.undetermined) return Judged<ledger::Fen>::open(*share.undetermined, share.backing);
  if (!share.value) return Judged<ledger::Fen>::nothing(share.backing);
  if (!share.value->is_whole()) return Judged<ledger::Fen>::open(why(), share.backing);
  return Judged<ledger::Fen>::of(share.value->down, share.backing);
}

}  // namespace kinledger::projections
