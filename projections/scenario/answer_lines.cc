#include "projections/scenario/answer_lines.h"

#include <algorithm>
#include <utility>

#include "projections/scenario/expectations.h"

namespace kinledger::projections {
namespace {

/// Puts the lines of one answer together. Not reused.
class Lines {
 public:
  Lines(const Answer& answer, const Names& names) : answer_(answer), names_(names) {}

  std::vector<AnswerLine> all() {
    for (const auto& field : answer_.fields) add_field(field);
    add("failing", answer_.failing ? answer_.failing->code : "none",
        answer_.failing ? answer_.failing->says : Label{});
    add("wouldChangeOn", answer_.would_change_on ? to_text(*answer_.would_change_on) : "none");
    std::vector<std::string> rules;
    for (const auto& reason : answer_.reasons) {
      if (std::ranges::find(rules, reason.rule) == rules.end()) rules.push_back(reason.rule);
    }
    std::string reasons;
    for (const auto& rule : rules) reasons += (reasons.empty() ? "" : ", ") + rule;
    // "reasons = none" cannot be expected: it would be the name of a rule.
    if (!reasons.empty()) add("reasons", reasons);
    return std::move(lines_);
  }

 private:
  void add(const std::string& path, const std::string& value, Label comment = {}) {
    lines_.push_back({path + " = " + value, std::move(comment)});
  }

  void add_value(const std::string& path, const Value& value) {
    const auto* undetermined = std::get_if<Undetermined>(&value.held);
    add(path, written(value, names_), undetermined == nullptr ? Label{} : undetermined->why);
  }

  void add_field(const AnswerField& field) {
    const std::string name(field.heading->name);
    if (const auto* rows = std::get_if<std::vector<Row>>(&field.value.held)) {
      add(name + ".rows", std::to_string(rows->size()));
      for (std::size_t i = 0; i < rows->size(); ++i) add_row(*field.heading, i, (*rows)[i]);
    } else {
      add_value(name, field.value);
    }
    add(name + ".certainty", written(field.certainty, field.relies_on));
    const auto alternative = name + ".alternative.";
    for (const auto& [choice, value] : field.alternatives) add_value(alternative + choice, value);
  }

  void add_row(const Heading& heading, std::size_t index, const Row& row) {
    const auto number = std::to_string(index + 1);
    const auto path = std::string(heading.name) + "[" + number + "].";
    for (std::size_t i = 0; i < row.size(); ++i) {
      add_value(path + std::string(heading.columns[i].name), row[i]);
    }
  }

  const Answer& answer_;
  const Names& names_;
  std::vector<AnswerLine> lines_;
};

}  // namespace

std::vector<AnswerLine> lines_of(const Answer& answer, const Names& names) {
  return Lines(answer, names).all();
}

}  // namespace kinledger::projections
