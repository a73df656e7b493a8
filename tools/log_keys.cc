#include "tools/log_keys.h"

#include "tools/complaint.h"

namespace kinledger::tools {

Exit print_log_keys(ledger::Ledger& ledger, Terminal& terminal) {
  const auto verifier = ledger.verifier();
  if (!verifier) return complain(terminal, verifier.error());
  const auto sm2 = ledger.sm2_verifier();
  if (!sm2) return complain(terminal, sm2.error());
  terminal.print_line(verifier->to_text());
  if (*sm2) terminal.print_line((*sm2)->to_text());
  return Exit::done;
}

}  // namespace kinledger::tools
