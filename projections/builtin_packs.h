// The policy packs that the program carries: projections/packs/*.toml, embedded when it is built.
#pragma once

#include <span>
#include <string_view>

namespace kinledger::projections {

struct BuiltinPack {
  std::string_view name;  ///< "hangzhou-2021"
  std::string_view text;  ///< of the TOML file
};

/// By name.
std::span<const BuiltinPack> builtin_packs();
/// Null when there is none of that name.
const BuiltinPack* find_builtin_pack(std::string_view name);

}  // namespace kinledger::projections
