// Numbers drawn for a made-up city: the same in every run, in every build, on every machine.
//
// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). Each
// decision has a stream of its own, chosen by the seed, by what is decided, and by about whom, so
// that nothing drawn earlier need be remembered and a new decision changes no other. The standard
// distributions are not used: their results differ between libraries.
#pragma once

#include <cstdint>

#include "ledger/calendar.h"

namespace kinledger::tools {

/// What is decided. A changed number is another city.
enum class Drawn : std::uint64_t {
  layout = 1,
  unit,
  unit_year,
  household,
  child,
  name,
  registration,
  schooling,
  standing,
  binding,
  premium,
  care,
  settlement,
};

class Draw {
 public:
  /// `index` is the person or unit, `year` the insurance year where the decision is a yearly one.
  Draw(std::uint64_t seed, Drawn what, std::uint64_t index, ledger::Year year = {0})
      : state_(mix(mix(seed + static_cast<std::uint64_t>(what) * step) ^
                   (index << 16 | static_cast<std::uint16_t>(year.value)))) {}

  std::uint64_t next() { return mix(state_ += step); }
  /// 0 .. bound - 1. Precondition: bound > 0. Its bias, below bound / 2^32, is of no consequence.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }
  /// True in `per_mille` of 1,000 cases.
  bool chance(std::uint32_t per_mille) { return below(1'000) < per_mille; }
  /// Both inclusive. Precondition: first <= last.
  ledger::Date between(ledger::Date first, ledger::Date last) {
    const auto days = static_cast<std::uint32_t>(last.days - first.days) + 1;
    return {first.days + static_cast<std::int32_t>(below(days))};
  }

 private:
  static constexpr std::uint64_t step = 0x9e3779b97f4a7c15;

  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace kinledger::tools
