#include "projections/difference/preview_difference.h"

namespace kinledger::projections {

ledger::Result<Difference> preview_difference(Archive& archive,
                                              std::span<const ledger::Preview> previews,
                                              ledger::TreeSize known, ledger::Date on) {
  const auto overlay = Overlay::of(previews, known, archive.ledger().now());
  if (!overlay) return overlay.error();
  const auto from = Side::of(archive, known, on);
  if (!from) return from.error();
  const auto to = Side::of(archive, known, on, &*overlay);
  if (!to) return to.error();
  return difference_between(archive, *from, *to, {.with_checks = true, .progress = nullptr});
}

}  // namespace kinledger::projections
