// verify of a file of bundles: one alone, or the three of a finding's dossier (卷宗), a line each.
#pragma once

#include <string>

#include "tools/verify_bundle.h"

namespace kinledger::tools {

/// Several bundles must be a whole dossier: the finding, its check when it was opened, and its
/// check now. Otherwise a part could be taken out and nobody would see.
Exit verify_bundles(const std::string& text, const BundleToVerify& request, Terminal& terminal);

}  // namespace kinledger::tools
