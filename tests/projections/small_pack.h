// A small pack for tests of reading packs, and what was found wrong with one.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "projections/pack.h"

namespace kinledger::projections {

/// A city that does not exist, in the fewest lines that use every kind of table.
inline constexpr std::string_view small_pack = R"([pack]
id = "yunzhou-2030"
version = "1"
title = { zh = "云州", en = "Yunzhou" }
jurisdiction = 339900

[[document]]
tag = "Y1"
title = { zh = "云州办法", en = "Measures of Yunzhou" }
precedence = 1

[areas]
centre = { zh = "城区", en = "centre", codes = [339902] }

[codes.scheme]
pupils = { zh = "学生医保", en = "pupils' insurance" }
[codes.personStatus]
hukou = { zh = "户籍", en = "hukou", uses = ["area"] }

[[open_point]]
id = "Y-O1"
says = { zh = "未明确", en = "open" }

[[interpretation]]
id = "Y-I1"
says = { zh = "生日当天", en = "on the birthday" }
convention = "age_day"
choice = "birthday"
alternative = "Y-O1"

[[rule]]
id = "Y-1"
kind = "eligibility"
from = 2030-01-01
document = "Y1"
section = "1"
certainty = "document"
says = { zh = "城区学生", en = "pupils of the centre" }
[rule.parameters]
options = [{ scheme = "pupils", condition = { all = [{ age_below = 15 }, { status = "hukou", area = "centre" }] } }]

[[rule]]
id = "Y-2"
kind = "premium"
from = 2030-01-01
until = 2031-01-01
document = "Y1"
section = "2"
certainty = "document"
says = { zh = "每年90元", en = "90 yuan a year" }
[rule.parameters]
insurance_year = 2030
due = [{ scheme = "pupils", personal = "90.00" }]
)";

/// The small pack with one text replaced by another.
inline std::string changed(std::string_view from, std::string_view to) {
  std::string text(small_pack);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

using CodesFound = std::vector<std::string>;
inline CodesFound codes_of(const PackReading& reading) {
  CodesFound codes;
  for (const auto& error : reading.errors) codes.push_back(error.reason.code);
  return codes;
}

}  // namespace kinledger::projections
