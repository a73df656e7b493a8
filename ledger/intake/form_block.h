// What stands once above the rows of a registration form (annex 2): unit, date and seal.
//
//   申请单位（盖章）：某某中心（已盖章）   单位编号：330199001   联系电话：…   2021年 3月 5日
//
// in one merged cell or in several, in any order, the value behind its label or in the next cell,
// in Chinese or English ("Unit number:", "Date:", "Sealed:"). The telephone is never looked at, and
// the unit's name is not needed: the number names it.
//
// Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/intake/row_source.h"
#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

struct FormBlock {
  std::optional<std::string> unit_number;
  std::optional<Date> date;
  bool sealed = false;  ///< 已盖章; without such a statement the seal is missing
};

/// Reads the rows above the header. What is not there is absent; what is there and wrong is
/// refused: the date (DATE_*), the unit number (TEXT_LOOKS_LIKE_ID, TEXT_TOO_LONG).
FormBlock read_block(std::span<const Row> rows, std::vector<Refusal>& refusals);

}  // namespace kinledger::ledger::intake
