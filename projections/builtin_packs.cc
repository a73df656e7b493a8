#include "projections/builtin_packs.h"

namespace kinledger::projections {

const BuiltinPack* find_builtin_pack(std::string_view name) {
  for (const auto& pack : builtin_packs())
    if (pack.name == name) return &pack;
  return nullptr;
}

}  // namespace kinledger::projections
