// The readers of what comes from outside, each as a function of any bytes. A target must come back,
// and what the reader promises must hold: an invariant that does not stops the process.
//
// Run by replay.cc in every build, over the seeds and a fixed number of changes to them, and by
// libfuzzer.cc in `./dev campaign fuzz`. The seeds are made by seeds.py.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "ledger/types.h"

namespace kinledger::fuzz {

using ledger::ByteView;

void answer(ByteView input);
void bundle(ByteView input);
void csv(ByteView input);
void date(ByteView input);
void event(ByteView input);
void head(ByteView input);
void identity(ByteView input);
void leaves(ByteView input);
void mark(ByteView input);
void note(ByteView input);
void pack(ByteView input);
void page(ByteView input);
void proof(ByteView input);
void scenario(ByteView input);
void stream(ByteView input);
void submission(ByteView input);
void tile(ByteView input);
void witness(ByteView input);
void xlsx(ByteView input);

struct Target {
  std::string_view name;
  void (*run)(ByteView input);
  std::uint64_t trials;  ///< changed inputs in a replay: about two seconds
};

inline constexpr std::array<Target, 19> targets{{
    {"answer", answer, 300},
    {"bundle", bundle, 2'000},
    {"csv", csv, 4'000},
    {"date", date, 100'000},
    {"event", event, 40'000},
    {"head", head, 40'000},
    {"identity", identity, 100'000},
    {"leaves", leaves, 4'000},
    {"mark", mark, 10'000},
    {"note", note, 20'000},
    {"pack", pack, 1'000},
    {"page", page, 40'000},
    {"proof", proof, 20'000},
    {"scenario", scenario, 1'000},
    {"stream", stream, 10'000},
    {"submission", submission, 10'000},
    {"tile", tile, 100'000},
    {"witness", witness, 10'000},
    {"xlsx", xlsx, 2'000},
}};

/// Null when there is none of that name.
inline const Target* find_target(std::string_view name) {
  const auto* const found = std::ranges::find(targets, name, &Target::name);
  return found == targets.end() ? nullptr : found;
}

}  // namespace kinledger::fuzz
