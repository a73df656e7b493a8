// Records of the legacy pooling (子女统筹) that go on after its end.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "projections/checks/inspection.h"

namespace kinledger::projections {

/// The rule that ends a scheme which somebody was a legacy member of, or null.
const Rule* end_of_pooling(Inspection& inspection);

/// A later act that takes the member out of the pooling, although its record states no end.
bool left_the_pooling(Inspection& inspection, std::string_view scheme);

struct LegacyBeyond {
  const Rule* end = nullptr;
  const Fact* record = nullptr;
  std::optional<ledger::Date> last;  ///< last day by the record; absent: it states no end
  std::int32_t days = 0;             ///< after the end of the pooling, up to the inspection
};
/// Memberships that are recorded for days after the last one of the pooling.
std::vector<LegacyBeyond> legacy_beyond_end(Inspection& inspection);

}  // namespace kinledger::projections
