// Answers as a person reads them: one line per field, rows as tables, columns aligned by the width
// that a terminal gives the characters.
#include <algorithm>
#include <string>

#include "ledger/result.h"
#include "ledger/text.h"
#include "projections/answer.h"

namespace kinledger::projections {
namespace {

using TableLines = std::vector<std::vector<std::string>>;

std::string_view pick(Language language, std::string_view zh, std::string_view en) {
  return language == Language::zh ? zh : en;
}

std::string_view title_of(const Heading& heading, Language language) {
  return pick(language, heading.zh, heading.en);
}

struct ToWords {
  const Answer& answer;
  Language language;

  std::string operator()(bool value) const {
    return std::string(value ? pick(language, "是", "yes") : pick(language, "否", "no"));
  }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(ledger::Date value) const { return to_text(value); }
  std::string operator()(ledger::Month value) const { return to_text(value); }
  std::string operator()(ledger::Year value) const { return std::to_string(value.value); }
  std::string operator()(ledger::Fen value) const { return ledger::format_yuan_grouped(value); }
  std::string operator()(const Word& value) const {
    const auto label = text_of(value.label, language);
    return label.empty() ? value.code : std::string(label);
  }
  std::string operator()(const Label& value) const { return std::string(text_of(value, language)); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const ledger::PersonId& value) const { return to_text(value); }
  std::string operator()(const ledger::UnitId& value) const {
    const auto at = std::ranges::find(answer.unit_numbers, value,
                                      &std::pair<ledger::UnitId, std::string>::first);
    return at == answer.unit_numbers.end() ? to_text(value) : at->second;
  }
  std::string operator()(ledger::Sequence value) const { return std::to_string(value.value); }
  std::string operator()(const Undetermined& value) const {
    std::string words(pick(language, "未确定", "undetermined"));
    if (!value.open_point.empty()) words += " " + value.open_point;
    const auto why = text_of(value.why, language);
    if (!why.empty()) words += std::string(pick(language, "：", ": ")) + std::string(why);
    return words;
  }
  std::string operator()(const std::vector<Word>& value) const {
    if (value.empty()) return std::string(pick(language, "无", "none"));
    std::string words;
    for (const auto& word : value) {
      if (!words.empty()) words += pick(language, "、", ", ");
      words += (*this)(word);
    }
    return words;
  }
  std::string operator()(const std::vector<ledger::Sequence>& value) const {
    std::string words;
    for (const auto sequence : value)
      words += (words.empty() ? "" : " ") + std::to_string(sequence.value);
    return words;
  }
  std::string operator()(const std::vector<Row>& value) const {
    return std::to_string(value.size());
  }
};

/// A wider cell does not push the others of its column away.
constexpr std::size_t aligned_width_max = 60;

std::string to_words(const Value& value, const Answer& answer, Language language) {
  return std::visit(ToWords{answer, language}, value.held);
}

/// Columns as wide as their widest cell, two spaces between them, none at the end of a line.
void append_aligned(const TableLines& lines, std::string_view indent, std::string& out) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::size_t width = ledger::display_width(line[i]);
      if (width <= aligned_width_max) widths[i] = std::max(widths[i], width);
    }
  }
  for (const auto& line : lines) {
    std::string text;
    std::size_t column_begins = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (ledger::display_width(text) > column_begins) text += "  ";
      ledger::pad_to_width(text, column_begins);
      text += line[i];
      column_begins += widths[i] + 2;
    }
    out += indent;
    out += text;
    out += '\n';
  }
}

void append_rows(const AnswerField& field, const Answer& answer, Language language,
                 std::string& out) {
  out += '\n';
  out += title_of(*field.heading, language);
  out += '\n';
  TableLines lines(1);
  for (const auto& column : field.heading->columns) {
    lines.front().emplace_back(title_of(column, language));
  }
  for (const auto& row : std::get<std::vector<Row>>(field.value.held)) {
    auto& line = lines.emplace_back();
    for (const auto& cell : row) line.push_back(to_words(cell, answer, language));
  }
  append_aligned(lines, "  ", out);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) {
    if (!all.empty()) all += ", ";
    all += text;
  }
  return all;
}

std::string grounds_words(const AnswerField& field, const Answer& answer, Language language) {
  std::string words = "[" + std::string(text_of(word_of(field.certainty).label, language));
  if (!field.relies_on.empty()) words += " " + joined(field.relies_on);
  words += "]";
  for (const auto& [choice, value] : field.alternatives) {
    words += "  " + std::string(pick(language, "另解 ", "or ")) + choice + ": " +
             to_words(value, answer, language);
  }
  return words;
}

void append_reason(const StatedReason& reason, Language language, std::string& out) {
  const auto title = text_of(reason.title, language);
  out += "  " + reason.rule + "  " + reason.document;
  if (!title.empty())
    out += std::string(pick(language, "《", " \"")) + std::string(title) +
           std::string(pick(language, "》", "\""));
  out += " " + reason.section + "  " + std::string(text_of(reason.says, language)) + "\n";
  std::vector<std::string> facts;
  for (const auto sequence : reason.facts) facts.push_back(std::to_string(sequence.value));
  if (!facts.empty()) {
    out += "    " + std::string(pick(language, "事实 ", "facts ")) + joined(facts) + "\n";
  }
  if (!reason.interpretations.empty()) {
    out += "    " + std::string(pick(language, "解释 ", "interpretations ")) +
           joined(reason.interpretations) + "\n";
  }
  if (!reason.open_point.empty()) {
    out +=
        "    " + std::string(pick(language, "未明确 ", "open point ")) + reason.open_point + "\n";
  }
}

void append_explanation(const Answer& answer, Language language, std::string& out) {
  if (answer.failing) {
    out += "\n" + std::string(pick(language, "不满足的条件：", "failing condition: ")) +
           std::string(text_of(answer.failing->says, language)) + "\n";
  }
  if (answer.would_change_on) {
    out += std::string(pick(language, "最早改变日期：", "would change on: ")) +
           to_text(*answer.would_change_on) + "\n";
  }
  if (!answer.reasons.empty()) {
    out += "\n" + std::string(pick(language, "依据", "reasons")) + "\n";
    for (const auto& reason : answer.reasons) append_reason(reason, language, out);
  }
}

/// For which date it was answered, and from what was known: without them a printed answer says
/// nothing.
void append_basis(const Answer& answer, bool with_root, Language language, std::string& out) {
  const auto on = to_text(answer.on);
  const auto size = std::to_string(answer.basis.size.value);
  const auto& origin = answer.basis.origin;
  out += language == Language::zh
             ? "\n状态日期 " + on + "，按账本 " + origin + " 前 " + size + " 条记录所知"
             : "\non " + on + ", as known from the first " + size + " events of " + origin;
  if (with_root)
    out += std::string(pick(language, "，根 ", ", root ")) + to_text(answer.basis.root);
  out += "\n";
}

}  // namespace

std::string_view text_of(const Label& label, Language language) {
  return pick(language, label.zh, label.en);
}

std::string to_table(const Answer& answer, Language language, bool explain) {
  std::string out;
  const auto is_list = [](const AnswerField& field) {
    const auto* rows = std::get_if<std::vector<Row>>(&field.value.held);
    return rows != nullptr && !rows->empty();
  };
  TableLines lines;
  for (const auto& field : answer.fields) {
    // A list follows as a table of its own; what is certain of it is said here.
    if (is_list(field) && !explain) continue;
    auto& line = lines.emplace_back();
    line.emplace_back(title_of(*field.heading, language));
    line.push_back(to_words(field.value, answer, language));
    if (explain) line.push_back(grounds_words(field, answer, language));
  }
  append_aligned(lines, "", out);
  for (const auto& field : answer.fields)
    if (is_list(field)) append_rows(field, answer, language, out);
  if (explain) append_explanation(answer, language, out);
  // Lists that answer no question are put into words here too.
  if (!answer.question.empty()) append_basis(answer, explain, language, out);
  return out;
}

}  // namespace kinledger::projections
