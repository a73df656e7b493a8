#include "projections/difference/preview_difference.h"

namespace kinledger::projections {

using ledger::Parsed;

ledger::Result<Parsed<Difference>> preview_difference(Archive& archive,
                                                      std::span<const ledger::Preview> previews,
                                                      ledger::TreeSize known, ledger::Date on) {
  std::size_t events = 0;
  for (const auto& preview : previews) events += preview.ends.size();
  if (events > preview_events_max)
    return Parsed<Difference>(
        ledger::Reason("PREVIEW_TOO_LARGE", "预览最多 200000 条，请拆分文件",
                       "a preview takes at most 200,000 events: split the file"));
  const auto overlay = Overlay::of(previews, known, archive.ledger().now());
  if (!overlay) return overlay.error();
  const auto from = Side::of(archive, known, on);
  if (!from) return from.error();
  const auto to = Side::of(archive, known, on, &*overlay);
  if (!to) return to.error();
  auto difference =
      difference_between(archive, *from, *to, {.with_checks = true, .progress = nullptr});
  if (!difference) return difference.error();
  return Parsed<Difference>(std::move(*difference));
}

}  // namespace kinledger::projections
