// What a condition asks for: the tests that it is made of.
#pragma once

#include <vector>

#include "projections/condition.h"

namespace kinledger::projections {

/// The tests of a kind that are parts of "all of" and "any of", at whatever depth. They live as
/// long as the condition.
template <class Test>
std::vector<const Test*> tests_of(const Condition& condition) {
  std::vector<const Test*> found;
  const auto add_parts = [&](const std::vector<Condition>& parts) {
    for (const auto& part : parts) {
      const auto in_part = tests_of<Test>(part);
      found.insert(found.end(), in_part.begin(), in_part.end());
    }
  };
  if (const auto* all = std::get_if<AllOf>(&condition.test)) add_parts(all->parts);
  if (const auto* any = std::get_if<AnyOf>(&condition.test)) add_parts(any->parts);
  if (const auto* test = std::get_if<Test>(&condition.test)) found.push_back(test);
  return found;
}

}  // namespace kinledger::projections
