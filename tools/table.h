// A table for people: columns aligned by display width, so that Chinese and English line up.
//
// Values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kinledger::tools {

class Table {
 public:
  /// Without headings: an aligned list.
  explicit Table(std::vector<std::string> headings = {}) : headings_(std::move(headings)) {}

  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// One line per row, two spaces between columns, the last one not padded.
  std::string to_text(std::string_view indent = "") const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace kinledger::tools
