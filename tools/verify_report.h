// verify of a report: its rows against its manifest, and made again from a ledger, or from the
// events of one, where they are given.
#pragma once

#include <string>
#include <vector>

#include "tools/command.h"
#include "tools/open_ledger.h"
#include "tools/policy_argument.h"

namespace kinledger::tools {

struct ReportToVerify {
  std::string path;
  LedgerArguments ledger;         ///< no directory: without a ledger
  std::string events;             ///< file of events; empty: the one beside it, if there is one
  std::vector<std::string> keys;  ///< as read_keys() takes them: must have signed the checkpoint
  PolicyArguments policy;         ///< for the file of events
  bool json = false;
};

/// Exit::not_verified whatever is wrong with the file, and where the ledger gives another row.
Exit verify_report(const ReportToVerify& request, Terminal& terminal);

}  // namespace kinledger::tools
