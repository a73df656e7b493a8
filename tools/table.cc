#include "tools/table.h"

#include <algorithm>

#include "ledger/text.h"

namespace kinledger::tools {

std::string Table::to_text(std::string_view indent) const {
  std::vector<std::size_t> widths;
  const auto measure = [&](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], ledger::display_width(row[i]));
  };
  measure(headings_);
  for (const auto& row : rows_) measure(row);
  std::string text;
  const auto append = [&](const std::vector<std::string>& row) {
    text.append(indent);
    std::size_t spaces = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty()) {
        spaces += widths[i] + 2;  // not at the end of a line
        continue;
      }
      text.append(spaces, ' ').append(row[i]);
      spaces = widths[i] - ledger::display_width(row[i]) + 2;
    }
    text += "\n";
  };
  if (!headings_.empty()) append(headings_);
  for (const auto& row : rows_) append(row);
  return text;
}

}  // namespace kinledger::tools
