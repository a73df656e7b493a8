#include "projections/judgments/shares.h"

#include <cstdint>
#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Fen;

constexpr std::int64_t whole_basis_points = 10'000;

// How shares are rounded: an open point of every pack that declares it by this number.
constexpr std::string_view point_rounding = "O-34";

}  // namespace

Rounded share_of(Fen amount, BasisPoints share) {
  invariant(amount.value >= 0);
  const __int128 product = static_cast<__int128>(amount.value) * share;
  const Fen down{static_cast<std::int64_t>(product / whole_basis_points)};
  return {down, {down.value + (product % whole_basis_points == 0 ? 0 : 1)}};
}

Undetermined no_whole_fen(std::string zh, std::string en, const Rulebook& rules,
                          ledger::Area jurisdiction) {
  auto why = no_rule(std::move(zh), std::move(en));
  if (rules.point(jurisdiction, point_rounding) != nullptr) why.open_point = point_rounding;
  return why;
}

}  // namespace kinledger::projections
