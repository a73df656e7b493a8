// Lists put in order with each value once.
#pragma once

#include <algorithm>
#include <vector>

namespace kinledger::projections {

template <class T>
void keep_each_once(std::vector<T>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace kinledger::projections
