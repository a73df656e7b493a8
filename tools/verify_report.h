// verify of a report: its rows against its manifest, and against a ledger where one is given.
#pragma once

#include <string>
#include <vector>

#include "tools/command.h"
#include "tools/open_ledger.h"

namespace kinledger::tools {

struct ReportToVerify {
  std::string path;
  LedgerArguments ledger;         ///< no directory: the file alone
  std::vector<std::string> keys;  ///< as read_keys() takes them: must have signed the checkpoint
  bool json = false;
};

/// Exit::not_verified whatever is wrong with the file, and where the ledger has another row.
Exit verify_report(const ReportToVerify& request, Terminal& terminal);

}  // namespace kinledger::tools
