// What a submission that is only tried would change (预览): answers, money, and how many
// irregularities the checks find.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/submission.h"
#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

/// --preview and --on.
struct PreviewArguments {
  bool preview = false;
  std::string on;
};
void add_preview_parameters(PreviewArguments& arguments, std::vector<Parameter>& parameters);

/// The ledger as it is against the ledger with these events: one JSON object, or tables. Leaves a
/// record in the access journal.
Exit print_preview(OpenLedger& opened, std::span<const ledger::Preview> previews,
                   const PreviewArguments& arguments, bool json, Terminal& terminal);

}  // namespace kinledger::tools
