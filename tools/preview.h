// What a submission that is only tried would change (预览): answers, money, and checks that appear
// or vanish.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>

#include "ledger/submission.h"
#include "projections/difference/difference.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// --preview and --on.
struct PreviewArguments {
  bool preview = false;
  std::string on;
};
void add_preview_parameters(PreviewArguments& arguments, std::vector<Parameter>& parameters);

/// With --url there is none.
Exit refuse_far_preview(Terminal& terminal);

/// Events that a preview takes at most.
inline constexpr std::size_t preview_events_max = 200'000;

/// The ledger as it is against the ledger with these events. Leaves a record in the access journal.
Told<projections::Difference> preview(OpenLedger& opened, std::span<const ledger::Preview> previews,
                                      const PreviewArguments& arguments, Terminal& terminal);

}  // namespace kinledger::tools
