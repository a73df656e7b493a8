// A reader of what comes from outside, as a function of any bytes. It must come back, and what it
// promises must hold: an invariant that does not stops the process. ledger/, projections/ and
// server/ have a file for each reader of their layer, named after its target.
//
// Run by replay.cc in every build, over the seeds and a fixed number of changes to them, and by
// libfuzzer.cc in `./dev fuzz` and `./dev campaign fuzz`. The seeds are made by seeds.py.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ledger/types.h"

namespace kinledger::fuzz {

using ledger::ByteView;

struct Target {
  std::string_view name;
  void (*run)(ByteView input);
  std::uint64_t trials;  ///< changed inputs in a replay: about two seconds
};

inline std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

/// Makes a target known where the program begins.
struct Registered {
  explicit Registered(const Target& target) { targets().push_back(target); }
};

/// Null when there is none of that name.
inline const Target* find_target(std::string_view name) {
  const auto found = std::ranges::find(targets(), name, &Target::name);
  return found == targets().end() ? nullptr : &*found;
}

}  // namespace kinledger::fuzz
