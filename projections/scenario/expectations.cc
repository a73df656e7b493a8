#include "projections/scenario/expectations.h"

#include <algorithm>
#include <charconv>

#include "ledger/digits.h"
#include "ledger/money.h"
#include "ledger/text.h"
#include "projections/each_once.h"

namespace kinledger::projections {
namespace {

using ledger::Reason;

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
struct AnswerPath {
  std::string_view field;
  std::string_view key;   ///< between brackets
  std::string_view part;  ///< after the dot
};

AnswerPath answer_path(std::string_view text) {
  AnswerPath path;
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

std::vector<std::string_view> choices_of_conventions() {
  std::vector<std::string_view> all;
  for (std::size_t i = 0; i < convention_count; ++i) {
    const auto choices = choices_of(static_cast<Convention>(i));
    all.insert(all.end(), choices.begin(), choices.end());
  }
  return all;
}

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

/// The rule, or a part of it, which has its id with a suffix ("HZ22-14-residents").
bool is_part_of(const std::string& part, const std::string& rule) {
  if (part == rule) return true;
  if (!part.starts_with(rule) || part.size() < rule.size() + 2) return false;
  const char joint = part[rule.size()], next = part[rule.size() + 1];
  // "HZ22" is no rule.
  return (joint == '-' || joint == '.') && !ledger::is_digit(next);
}

/// Compares one answer. Not reused.
class AnswerComparison {
 public:
  AnswerComparison(const Answer& answer, const Names& names,
                   std::vector<ScenarioDifference>& differences)
      : answer_(answer), names_(names), differences_(differences) {}

  void compare(const Expectation& expectation) {
    expectation_ = &expectation;
    const auto path = answer_path(expectation.path);
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
  /// `why` says more of what was found; it may be empty.
  void differ(const std::string& found, const Label& why = {}) {
    const auto& wanted = *expectation_;
    Label says{wanted.path + "：应为 " + wanted.value + "，实为 " + found,
               wanted.path + ": expected " + wanted.value + ", found " + found};
    if (!why.zh.empty()) says.zh += "（" + why.zh + "）";
    if (!why.en.empty()) says.en += " (" + why.en + ")";
    differences_.push_back({wanted.line, std::move(says)});
  }

  void compare_text(const std::string& found) {
    if (found != expectation_->value) differ(found);
  }

  void compare_value(const Value& value) {
    if (agrees(value, expectation_->value, names_)) return;
    const auto* undetermined = std::get_if<Undetermined>(&value.held);
    differ(written(value, names_), undetermined == nullptr ? Label{} : undetermined->why);
  }

  std::vector<std::string> all_points() const {
    std::vector<std::string> points;
    for (const auto& field : answer_.fields) {
      points.insert(points.end(), field.relies_on.begin(), field.relies_on.end());
    }
    keep_each_once(points);
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
    const Label no_points{"不依据任何解释口径或未明确事项", "relying on no point"};
    differ(written(certainty, points), points.empty() ? no_points : Label{});
  }

  void compare_reasons() {
    std::string found;
    for (const auto& reason : answer_.reasons) {
      if (!found.empty()) found += ", ";
      found += reason.rule;
    }
    for (const auto& rule : split(expectation_->value, ",")) {
      const auto applied = [&](const StatedReason& reason) {
        return is_part_of(reason.rule, rule);
      };
      if (std::ranges::any_of(answer_.reasons, applied)) continue;
      return differ(found.empty() ? "none" : found);
    }
  }

  void compare_field(const AnswerPath& path) {
    const auto* field = answer_.find(path.field);
    if (field == nullptr) return differ("no such field in this answer");
    if (!path.key.empty()) return compare_row(*field, path);
    if (path.part.empty()) return compare_value(field->value);
    if (path.part == "certainty") return compare_certainty(field->certainty, field->relies_on);
    if (path.part == "rows") {
      const auto* rows = std::get_if<std::vector<Row>>(&field->value.held);
      return compare_text(std::to_string(rows == nullptr ? 0 : rows->size()));
    }
    compare_alternative(*field, path.part.substr(alternative_prefix.size()));
  }

  void compare_alternative(const AnswerField& field, std::string_view choice) {
    std::vector<std::string_view> choices;
    for (const auto& [name, value] : field.alternatives) {
      if (name == choice) return compare_value(value);
      choices.emplace_back(name);
    }
    const auto known = choices_of_conventions();
    const bool is_known = std::ranges::find(known, choice) != known.end();
    if (is_known && expectation_->value == "none") return;
    // A choice that there is nowhere could only ever be "none": a slip of the pen.
    if (!is_known) choices.insert(choices.end(), known.begin(), known.end());
    std::string all;
    for (const auto each : choices) all += (all.empty() ? "" : ", ") + std::string(each);
    if (all.empty()) return differ("none");
    differ(is_known ? "none" : "no such choice", {"可用：" + all, "one of: " + all});
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

  void compare_row(const AnswerField& field, const AnswerPath& path) {
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

std::optional<Reason> fault_of_path(const Question& question, std::string_view text) {
  for (const auto* reserved : {"certainty", "failing", "wouldChangeOn", "reasons"}) {
    if (text == reserved) return std::nullopt;
  }
  const auto no_field = [](std::string_view name) {
    return Reason("SCENARIO_FIELD", "没有字段 " + std::string(name),
                  "no field " + std::string(name));
  };
  const auto path = answer_path(text);
  const auto* field = question.find_field(path.field);
  if (field == nullptr) return no_field(text);
  if (!path.key.empty()) {
    return column_of(*field, path.part) == nullptr ? std::optional(no_field(text)) : std::nullopt;
  }
  const bool has_choice =
      path.part.starts_with(alternative_prefix) && path.part.size() > alternative_prefix.size();
  const bool counts_rows = path.part == "rows" && !field->columns.empty();
  if (path.part.empty() || path.part == "certainty" || counts_rows || has_choice) {
    return std::nullopt;
  }
  return no_field(text);
}

std::string written(const Value& value, const Names& names) {
  return std::visit(ToWritten{names}, value.held);
}

std::string written(ledger::Certainty certainty, const std::vector<std::string>& points) {
  std::string all(to_text(certainty));
  for (const auto& point : points) all += " " + point;
  return all;
}

void compare(const Answer& answer, const std::vector<Expectation>& expectations, const Names& names,
             std::vector<ScenarioDifference>& differences) {
  AnswerComparison comparison(answer, names, differences);
  for (const auto& expectation : expectations) comparison.compare(expectation);
}

}  // namespace kinledger::projections
