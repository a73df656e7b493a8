// verify of a file of bundles: one alone, or those of a finding's dossier (卷宗), a line each.
#pragma once

#include <string>

#include "tools/verify_bundle.h"

namespace kinledger::tools {

/// Several bundles must be a whole dossier (projections/checks/finding_dossier.h): the checks and
/// histories that the finding and its steps ask for. Otherwise a part could be taken out and nobody
/// would see. Nobody does where a finding names no unit and the part is that of a unit which took
/// steps, with what hangs on it: nothing signed says which units did, and that is told.
Exit verify_bundles(const std::string& text, const BundleToVerify& request, Terminal& terminal);

}  // namespace kinledger::tools
