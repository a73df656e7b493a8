// The sample files of the demo: tools/samples/*, embedded when the program is built. Everybody in
// them is made up; the ID numbers are of a division that was never issued (330199).
#pragma once

#include <span>
#include <string_view>

namespace kinledger::tools {

struct Sample {
  std::string_view name;  ///< "premiums.csv"
  std::string_view text;
};

/// By name.
std::span<const Sample> samples();

}  // namespace kinledger::tools
