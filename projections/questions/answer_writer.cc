#include "projections/questions/answer_writer.h"

#include <algorithm>

#include "ledger/result.h"

namespace kinledger::projections {
namespace {

template <class Item>
void add_once(std::vector<Item>& items, const Item& item) {
  const auto at = std::ranges::lower_bound(items, item);
  if (at == items.end() || *at != item) items.insert(at, item);
}

std::string citation(const Rule& rule, const Rulebook& rules) {
  const auto* document = rules.document(rule.jurisdiction, rule.document);
  if (document == nullptr || document->number.empty()) return rule.document;
  return rule.document + " " + document->number;
}

}  // namespace

Word word_of_code(const Rulebook& rules, std::string_view list, std::string_view code) {
  if (code.empty()) return std::get<Word>(none().held);
  const auto* declared = rules.code(list, code);
  return {std::string(code), declared == nullptr ? Label{} : declared->label};
}

Label joined(const std::vector<Cause>& causes) {
  Label all;
  for (const auto& cause : causes) {
    if (!all.zh.empty()) {
      all.zh += "；";
      all.en += "; ";
    }
    all.zh += cause.zh;
    all.en += cause.en;
  }
  return all;
}

void AnswerWriter::put(std::string_view field, Value value, const Backing& backing) {
  const auto* heading = question_.find_field(field);
  invariant(heading != nullptr, field);
  invariant(answer_.find(field) == nullptr, field);
  answer_.fields.push_back({.heading = heading,
                            .value = std::move(value),
                            .certainty = backing.certainty,
                            .relies_on = backing.relies_on,
                            .alternatives = {}});
}

void AnswerWriter::add_alternative(std::string choice, Value value) {
  invariant(!answer_.fields.empty());
  answer_.fields.back().alternatives.emplace_back(std::move(choice), std::move(value));
}

void AnswerWriter::apply(const Steps& steps) { append(steps_, steps); }

void AnswerWriter::fail(std::string code, Label says) {
  answer_.failing = Failing{std::move(code), std::move(says)};
}

void AnswerWriter::fail(const Ruling& ruling) {
  if (ruling.truth != Truth::no || ruling.causes.empty()) return;
  fail(ruling.causes.front().code, joined(ruling.causes));
}

Word AnswerWriter::code(std::string_view list, std::string_view code) const {
  return word_of_code(rules_, list, code);
}

std::vector<Word> AnswerWriter::codes(std::string_view list,
                                      const std::vector<std::string>& codes) const {
  std::vector<Word> words;
  words.reserve(codes.size());
  for (const auto& each : codes) words.push_back(code(list, each));
  return words;
}

Value AnswerWriter::value_of(const Ruling& ruling) const {
  if (ruling.truth == Truth::unknown) {
    return {undetermined_by(ruling, rules_, jurisdiction_)};
  }
  return {ruling.truth == Truth::yes};
}

void AnswerWriter::finish() {
  std::vector<std::string> relied_on;
  for (const auto& field : answer_.fields) {
    for (const auto& point : field.relies_on) add_once(relied_on, point);
  }
  const auto is_relied_on = [&](const std::string& point) {
    return std::ranges::binary_search(relied_on, point);
  };
  for (const auto& step : steps_) {
    const Rule& rule = *step.rule;
    const auto known = std::ranges::find_if(answer_.reasons, [&](const StatedReason& reason) {
      return reason.rule == rule.id && reason.says == rule.says;
    });
    const bool is_new = known == answer_.reasons.end();
    StatedReason* reason = is_new ? &answer_.reasons.emplace_back() : &*known;
    if (is_new) {
      reason->rule = rule.id;
      reason->document = citation(rule, rules_);
      if (const auto* document = rules_.document(rule.jurisdiction, rule.document))
        reason->title = document->title;
      reason->section = rule.section;
      reason->says = rule.says;
    }
    for (const auto sequence : step.facts) add_once(reason->facts, sequence);
    for (const auto* points : {&rule.interpretations, &step.interpretations}) {
      for (const auto& point : *points) {
        if (is_relied_on(point)) add_once(reason->interpretations, point);
      }
    }
    if (reason->open_point.empty()) reason->open_point = step.open_point;
  }
}

}  // namespace kinledger::projections
