// Cells (单元格) of the columns of checks.
#pragma once

#include <cstdint>
#include <optional>

#include "projections/answer.h"

namespace kinledger::projections {

inline Value count_cell(std::int64_t number) { return {number}; }

template <class T>
Value cell_or_none(const std::optional<T>& value) {
  return value ? Value{*value} : none();
}

}  // namespace kinledger::projections
