// Policy packs as users name them on the command line: the name of a built-in one, or a file.
#pragma once

#include <string>
#include <string_view>

#include "projections/pack.h"
#include "tools/command.h"

namespace kinledger::tools {

/// A pack without faults, with its text as it is adopted.
struct NamedPack {
  std::string text;
  projections::Pack pack;
};

/// Reads and checks. Told: that there is no such pack or file, or every fault with its line.
Told<NamedPack> read_pack_argument(const std::string& argument, Terminal& terminal);

}  // namespace kinledger::tools
