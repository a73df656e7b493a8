// What holds for every refusal, whatever was refused.
#pragma once

#include "ledger/intake/advice.h"
#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::fuzz {

/// A code, and a text in each language, that a terminal can show.
inline void check(const ledger::Reason& reason) {
  invariant(!reason.code.empty() && !reason.zh.empty() && !reason.en.empty(), reason.code);
  invariant(ledger::is_utf8(reason.zh) && ledger::is_utf8(reason.en), reason.code);
}

/// Of input with identities in it: none is told again.
inline void check_private(const ledger::Reason& reason) {
  check(reason);
  using ledger::intake::holds_resident_id;
  invariant(!holds_resident_id(reason.zh) && !holds_resident_id(reason.en), reason.code);
}

}  // namespace kinledger::fuzz
