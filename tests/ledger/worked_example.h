// The worked example of the log's formats: leaves "record 0", "record 1" and so on, and the note
// over the first 300 that a log signed and a witness cosigned.
#pragma once

#include "ledger/merkle.h"

namespace kinledger::ledger {

inline constexpr std::string_view note_of_300 =
    "kinledger.example/330100\n300\ngw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=\n\n"
    "— kinledger.example/330100 "
    "VVVuAITDjT+4SarbUpTbvkBKLh4KCRkHyCdIvQRzmkcJhQM70IvQ6E74R/ExoQjSbiK6jhPu9yVUeFKmjamwoJLxFgQ=\n"
    "— witness.example/audit-office "
    "+8iOBAAAAABqsTuAOcGENE4xIEdRntSGJR4ah871+FxB5MRSGPJMVhDdjy28HLO6mlCraPMG8T4qYgtjzSI4eNkSyR07xP"
    "XB6mFACA==\n";

inline std::vector<Hash> example_leaves(std::size_t size) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < size; ++i)
    leaves.push_back(leaf_hash(as_bytes("record " + std::to_string(i))));
  return leaves;
}

/// Hashes of subtrees of these leaves, which must outlive it.
inline HashReader reader_of(const std::vector<Hash>& leaves) {
  return [&leaves](Subtree subtree) -> Result<Hash> {
    const auto first = leaves.begin() + static_cast<std::ptrdiff_t>(subtree.index << subtree.level);
    return fold({first, first + (std::ptrdiff_t{1} << subtree.level)});
  };
}

}  // namespace kinledger::ledger
