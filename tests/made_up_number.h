// Resident ID numbers of nobody: of the division 330199, which was never issued.
#pragma once

#include <string>
#include <string_view>

#include "ledger/identity_number.h"

namespace kinledger {

/// A right number. The serial has at most three digits.
inline std::string made_up_number(std::string_view birth_yyyymmdd, int serial) {
  auto number = "330199" + std::string(birth_yyyymmdd) + std::to_string(serial + 1000).substr(1);
  number += ledger::resident_check_digit(number);
  return number;
}

}  // namespace kinledger
