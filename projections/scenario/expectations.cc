#include "projections/scenario/expectations.h"

#include <algorithm>
#include <charconv>

#include "ledger/money.h"
#include "ledger/text.h"

namespace kinledger::projections {
namespace {

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find_first_of(separators);
    const auto part = ledger::trimmed(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return parts;
}

/// The first part of a path, and what follows its dot: "coveredFrom" and "certainty".
struct Path {
  std::string_view field;
  std::string_view key;   ///< between brackets
  std::string_view part;  ///< after the dot
};

Path path_of(std::string_view text) {
  Path path;
  const auto end = text.find_first_of("[.");
  path.field = text.substr(0, end);
  if (end == std::string_view::npos) return path;
  text = text.substr(end);
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return {};
    path.key = text.substr(1, close - 1);
    text = text.substr(close + 1);
  }
  if (text.starts_with('.')) path.part = text.substr(1);
  return path;
}

constexpr std::string_view alternative_prefix = "alternative.";

const Heading* column_of(const Heading& field, std::string_view name) {
  const auto at = std::ranges::find(field.columns, name, &Heading::name);
  return at == field.columns.end() ? nullptr : &*at;
}

struct ToWritten {
  const Names& names;

  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(ledger::Date value) const { return to_text(value); }
  std::string operator()(ledger::Month value) const { return to_text(value); }
  std::string operator()(ledger::Year value) const { return std::to_string(value.value); }
  std::string operator()(ledger::Fen value) const { return ledger::format_yuan(value); }
  std::string operator()(const Word& value) const { return value.code; }
  std::string operator()(const Label& value) const {
    return value.zh.empty() && value.en.empty() ? "none" : value.zh;
  }
  std::string operator()(const std::string& value) const { return value.empty() ? "none" : value; }
  std::string operator()(const ledger::PersonId& value) const { return names.of(value); }
  std::string operator()(const ledger::UnitId& value) const { return names.of(value); }
  std::string operator()(ledger::Sequence value) const { return std::to_string(value.value); }
  std::string operator()(const Undetermined& value) const {
    return value.open_point.empty() ? "undetermined" : "undetermined " + value.open_point;
  }
  std::string operator()(const std::vector<Word>& value) const {
    std::string all;
    for (const auto& word : value) {
      if (!all.empty()) all += ", ";
      all += word.code;
    }
    return all.empty() ? "none" : all;
  }
  std::string operator()(const std::vector<ledger::Sequence>& value) const {
    std::string all;
    for (const auto sequence : value)
      all += (all.empty() ? "" : ", ") + std::to_string(sequence.value);
    return all.empty() ? "none" : all;
  }
  std::string operator()(const std::vector<Row>& value) const {
    return std::to_string(value.size()) + " rows";
  }
};

/// Whether what is expected says the same as the value, in any of the forms it may be written in.
bool agrees(const Value& value, const std::string& expected, const Names& names) {
  if (written(value, names) == expected) return true;
  if (const auto* amount = std::get_if<ledger::Fen>(&value.held)) {
    const bool is_negative = expected.starts_with('-');
    const auto stated =
        ledger::parse_yuan_loosely(std::string_view(expected).substr(is_negative ? 1 : 0));
    return stated && (is_negative ? -stated->value : stated->value) == amount->value;
  }
  if (const auto* label = std::get_if<Label>(&value.held)) return label->en == expected;
  if (std::holds_alternative<Undetermined>(value.held)) return expected == "undetermined";
  if (const auto* words = std::get_if<std::vector<Word>>(&value.held)) {
    auto listed = split(expected, ",");
    std::vector<std::string> codes;
    for (const auto& word : *words) codes.push_back(word.code);
    std::ranges::sort(listed);
    std::ranges::sort(codes);
    return listed == codes;
  }
  return false;
}

/// Compares one answer. Not reused.
class Comparison {
 public:
  Comparison(const Answer& answer, const Names& names, std::vector<ScenarioDifference>& differences)
      : answer_(answer), names_(names), differences_(differences) {}

  void compare(const Expectation& expectation) {
    expectation_ = &expectation;
    const auto path = path_of(expectation.path);
    if (path.field == "certainty") {
      compare_certainty(answer_.certainty(), all_points());
    } else if (path.field == "failing") {
      compare_text(answer_.failing ? answer_.failing->code : "none");
    } else if (path.field == "wouldChangeOn") {
      compare_text(answer_.would_change_on ? to_text(*answer_.would_change_on) : "none");
    } else if (path.field == "reasons") {
      compare_reasons();
    } else {
      compare_field(path);
    }
  }

 private:
  void differ(const std::string& found) {
    const auto& wanted = *expectation_;
    differences_.push_back({wanted.line,
                            {wanted.path + "：应为 " + wanted.value + "，实为 " + found,
                             wanted.path + ": expected " + wanted.value + ", found " + found}});
  }

  void compare_text(const std::string& found) {
    if (found != expectation_->value) differ(found);
  }

  void compare_value(const Value& value) {
    if (!agrees(value, expectation_->value, names_)) differ(written(value, names_));
  }

  std::vector<std::string> all_points() const {
    std::vector<std::string> points;
    for (const auto& field : answer_.fields) {
      points.insert(points.end(), field.relies_on.begin(), field.relies_on.end());
    }
    return points;
  }

  /// "interpretation I-06 O-01": so certain, and at least these points are relied on.
  void compare_certainty(ledger::Certainty certainty, const std::vector<std::string>& points) {
    const auto wanted = split(expectation_->value, " ,");
    bool agrees = !wanted.empty() && wanted.front() == to_text(certainty);
    for (std::size_t i = 1; i < wanted.size(); ++i) {
      agrees = agrees && std::ranges::find(points, wanted[i]) != points.end();
    }
    if (agrees) return;
    std::string found(to_text(certainty));
    for (const auto& point : points) found += " " + point;
    differ(found);
  }

  void compare_reasons() {
    std::string found;
    for (const auto& reason : answer_.reasons) {
      if (!found.empty()) found += ", ";
      found += reason.rule;
    }
    for (const auto& rule : split(expectation_->value, ",")) {
      if (std::ranges::find(answer_.reasons, rule, &StatedReason::rule) != answer_.reasons.end()) {
        continue;
      }
      return differ(found.empty() ? "none" : found);
    }
  }

  void compare_field(const Path& path) {
    const auto* field = answer_.find(path.field);
    if (field == nullptr) return differ("no such field in this answer");
    if (!path.key.empty()) return compare_row(*field, path);
    if (path.part.empty()) return compare_value(field->value);
    if (path.part == "certainty") return compare_certainty(field->certainty, field->relies_on);
    if (path.part == "rows") {
      const auto* rows = std::get_if<std::vector<Row>>(&field->value.held);
      return compare_text(std::to_string(rows == nullptr ? 0 : rows->size()));
    }
    const auto choice = path.part.substr(alternative_prefix.size());
    for (const auto& [name, value] : field->alternatives) {
      if (name == choice) return compare_value(value);
    }
    if (expectation_->value != "none") differ("none");
  }

  /// A row by its number from 1, or by what one of its cells holds.
  const Row* row_of(const std::vector<Row>& rows, std::string_view key) const {
    if (const auto number = ledger::digits_value(key)) {
      const auto index = static_cast<std::size_t>(*number);
      return index >= 1 && index <= rows.size() ? &rows[index - 1] : nullptr;
    }
    for (const auto& row : rows) {
      for (const auto& cell : row) {
        if (written(cell, names_) == key) return &row;
      }
    }
    return nullptr;
  }

  void compare_row(const AnswerField& field, const Path& path) {
    const auto* rows = std::get_if<std::vector<Row>>(&field.value.held);
    const auto* row = rows == nullptr ? nullptr : row_of(*rows, path.key);
    if (row == nullptr) {
      if (expectation_->value != "none") differ("no such row");
      return;
    }
    const auto* column = column_of(*field.heading, path.part);
    compare_value((*row)[static_cast<std::size_t>(column - field.heading->columns.data())]);
  }

  const Answer& answer_;
  const Names& names_;
  std::vector<ScenarioDifference>& differences_;
  const Expectation* expectation_ = nullptr;
};

}  // namespace

bool is_path_of(const Question& question, std::string_view text) {
  const auto path = path_of(text);
  for (const auto* reserved : {"certainty", "failing", "wouldChangeOn", "reasons"}) {
    if (text == reserved) return true;
  }
  const auto* field = question.find_field(path.field);
  if (field == nullptr) return false;
  if (!path.key.empty()) return column_of(*field, path.part) != nullptr;
  const bool has_choice =
      path.part.starts_with(alternative_prefix) && path.part.size() > alternative_prefix.size();
  const bool counts_rows = path.part == "rows" && !field->columns.empty();
  return path.part.empty() || path.part == "certainty" || counts_rows || has_choice;
}

std::string written(const Value& value, const Names& names) {
  return std::visit(ToWritten{names}, value.held);
}

void compare(const Answer& answer, const std::vector<Expectation>& expectations, const Names& names,
             std::vector<ScenarioDifference>& differences) {
  Comparison comparison(answer, names, differences);
  for (const auto& expectation : expectations) comparison.compare(expectation);
}

}  // namespace kinledger::projections
