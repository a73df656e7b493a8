// What a submission conflicts with, as a reason to refuse it.
#pragma once

#include "ledger/refusal.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {

/// Precondition: Failure::conflict.
inline Reason reason_of_conflict(const Error& error) {
  return {"CONFLICT", "与已有内容冲突：" + error.what, error.what};
}

}  // namespace kinledger::ledger::intake
