// verify of a bundle: an answer, judged again from the file alone.
#pragma once

#include <string>
#include <vector>

#include "tools/command.h"
#include "tools/policy_argument.h"

namespace kinledger::tools {

struct BundleToVerify {
  /// As read_keys() takes them, all of which must have signed; empty: the one that the bundle
  /// states itself, and the user is told that this is all the trust there is.
  std::vector<std::string> keys;
  PolicyArguments policy;
  bool json = false;
};

Exit verify_bundle(const std::string& text, const BundleToVerify& request, Terminal& terminal);

}  // namespace kinledger::tools
