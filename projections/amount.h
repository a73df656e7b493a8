// An amount as a policy document gives it: stated, left to an announcement, or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/money.h"

namespace kinledger::projections {

/// A list of codes; in most places an empty one means "any".
using Codes = std::vector<std::string>;

/// An amount as far as the documents give it. Exactly one way holds:
///   fixed                       stated
///   announced (+ open_point)    given by a ParameterAnnounced of that name; undetermined, by the
///                               open point, until it is announced
///   open_point alone            undetermined
struct Amount {
  std::optional<ledger::Fen> fixed;
  std::string announced;
  std::string open_point;
};

/// False of an optional amount that a pack leaves out.
inline bool is_stated(const Amount& amount) {
  return amount.fixed || !amount.announced.empty() || !amount.open_point.empty();
}

}  // namespace kinledger::projections
