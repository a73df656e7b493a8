// Made-up people and the refusals that tests of the intake look at.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/crypto.h"
#include "ledger/identity_number.h"
#include "ledger/refusal.h"
#include "ledger/types.h"
#include "tests/made_up_number.h"

namespace kinledger::ledger::intake {

inline const Date today = make_date(2021, 4, 5).value();

inline const std::string child = made_up_number("20150307", 1);
inline const std::string sibling = made_up_number("20170907", 3);
inline const std::string parent = made_up_number("19880512", 2);

/// Stands for the vault's keyed digest.
inline Hash sealed(ByteView bytes) {
  static const HmacSha256 key(as_bytes("test"));
  return key(bytes);
}

/// "row field code" of each refusal, in order.
inline std::vector<std::string> told(std::span<const Refusal> refusals) {
  std::vector<std::string> out;
  for (const Refusal& refusal : refusals) {
    out.push_back(std::to_string(refusal.row) + " " + refusal.field + " " + refusal.reason.code);
  }
  return out;
}

/// True when a text of the refusals holds the value, which none may.
inline bool repeat(std::span<const Refusal> refusals, std::string_view value) {
  for (const Refusal& refusal : refusals) {
    for (const auto& text : {refusal.field, refusal.reason.zh, refusal.reason.en}) {
      if (text.find(value) != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace kinledger::ledger::intake
