#include "projections/scenario/lines.h"

#include <utility>

#include "ledger/text.h"

namespace kinledger::projections {
namespace {

bool is_space(char letter) { return letter == ' ' || letter == '\t'; }

}  // namespace

std::string_view without_comment(std::string_view line) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') is_quoted = !is_quoted;
    const bool begins_comment = line[i] == '#' && !is_quoted && (i == 0 || is_space(line[i - 1]));
    if (begins_comment) return ledger::trimmed(line.substr(0, i));
  }
  return ledger::trimmed(line);
}

ledger::Parsed<std::vector<std::string>> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool is_quoted = false;
  bool has_word = false;
  for (const char letter : line) {
    if (letter == '"') {
      is_quoted = !is_quoted;
      has_word = true;
    } else if (is_space(letter) && !is_quoted) {
      if (has_word) words.push_back(std::exchange(word, {}));
      has_word = false;
    } else {
      word += letter;
      has_word = true;
    }
  }
  if (is_quoted) {
    return ledger::Reason("SCENARIO_LINE", "引号没有成对，请补上另一半",
                          "a quote is not closed: write the other one");
  }
  if (has_word) words.push_back(std::move(word));
  return words;
}

std::optional<std::pair<std::string, std::string>> setting_of(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  return std::pair(std::string(word.substr(0, equals)), std::string(word.substr(equals + 1)));
}

}  // namespace kinledger::projections
