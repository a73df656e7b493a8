#include "projections/answer.h"

#include <algorithm>
#include <boost/json.hpp>

#include "ledger/result.h"
#include "projections/label_json.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;
using ledger::Certainty;

json::array json_of(const std::vector<std::string>& texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

json::value json_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::string(text);
}

/// Rows take the names of their cells from the columns of the heading.
struct ToJson {
  const Heading& heading;

  json::value operator()(bool value) const { return value; }
  json::value operator()(std::int64_t value) const { return value; }
  json::value operator()(ledger::Date value) const { return json::string(to_text(value)); }
  json::value operator()(ledger::Month value) const { return json::string(to_text(value)); }
  json::value operator()(ledger::Year value) const { return value.value; }
  json::value operator()(ledger::Fen value) const {
    return json::string(ledger::format_yuan(value));
  }
  json::value operator()(const Word& value) const { return json::string(value.code); }
  json::value operator()(const Label& value) const { return label_json(value); }
  json::value operator()(const std::string& value) const { return json::string(value); }
  json::value operator()(const ledger::PersonId& value) const {
    return json::string(to_text(value));
  }
  json::value operator()(const ledger::UnitId& value) const { return json::string(to_text(value)); }
  json::value operator()(ledger::Sequence value) const { return value.value; }
  json::value operator()(const Undetermined& value) const {
    return json::object{{"undetermined", json::object{{"openPoint", json_or_null(value.open_point)},
                                                      {"why", label_json(value.why)}}}};
  }
  json::value operator()(const std::vector<Word>& value) const {
    json::array codes;
    for (const auto& word : value) codes.emplace_back(word.code);
    return codes;
  }
  json::value operator()(const std::vector<ledger::Sequence>& value) const {
    json::array sequences;
    for (const auto sequence : value) sequences.emplace_back(sequence.value);
    return sequences;
  }
  json::value operator()(const std::vector<Row>& value) const {
    json::array rows;
    for (const auto& row : value) rows.emplace_back(to_json(row, heading.columns));
    return rows;
  }
};

json::object grounds_of(const AnswerField& field) {
  json::object grounds{{"certainty", to_text(field.certainty)},
                       {"reliesOn", json_of(field.relies_on)}};
  if (!field.alternatives.empty()) {
    json::object alternatives;
    for (const auto& [choice, value] : field.alternatives) {
      alternatives.emplace(choice, to_json(value, *field.heading));
    }
    grounds.emplace("alternatives", std::move(alternatives));
  }
  return grounds;
}

json::array json_of(const std::vector<StatedReason>& reasons) {
  json::array stated;
  for (const auto& reason : reasons) {
    json::array facts;
    for (const auto sequence : reason.facts) facts.emplace_back(sequence.value);
    stated.push_back(json::object{{"rule", reason.rule},
                                  {"document", reason.document},
                                  {"title", label_json(reason.title)},
                                  {"section", reason.section},
                                  {"says", label_json(reason.says)},
                                  {"facts", std::move(facts)},
                                  {"interpretation", json_of(reason.interpretations)},
                                  {"openPoint", json_or_null(reason.open_point)}});
  }
  return stated;
}

void add_subject(const Answer& answer, json::object& object) {
  if (answer.person) object.emplace("person", to_text(*answer.person));
  if (answer.unit) object.emplace("unit", to_text(*answer.unit));
  if (answer.year) object.emplace("year", answer.year->value);
  if (answer.arguments.empty()) return;
  json::object arguments;
  for (const auto& [name, value] : answer.arguments) arguments.emplace(name, value);
  object.emplace("arguments", std::move(arguments));
}

}  // namespace

std::string_view to_text(Certainty certainty) {
  switch (certainty) {
    case Certainty::document:
      return "document";
    case Certainty::derived:
      return "derived";
    case Certainty::interpretation:
      return "interpretation";
    case Certainty::open:
      return "open";
    case Certainty::unspecified:
      break;
  }
  invariant(false, "a value without certainty");
}

Word word_of(Certainty certainty) {
  const auto label = [certainty]() -> Label {
    switch (certainty) {
      case Certainty::document:
        return {"文件规定", "document"};
      case Certainty::derived:
        return {"推导", "derived"};
      case Certainty::interpretation:
        return {"解释", "interpretation"};
      case Certainty::open:
        return {"未明确", "open"};
      case Certainty::unspecified:
        break;
    }
    invariant(false, "a value without certainty");
  };
  return {std::string(to_text(certainty)), label()};
}

namespace {

bool is_among(std::string_view code, std::string_view codes) {
  while (!codes.empty()) {
    const auto end = std::min(codes.find('|'), codes.size());
    if (codes.substr(0, end) == code) return true;
    codes.remove_prefix(std::min(end + 1, codes.size()));
  }
  return false;
}

/// That a code is one of those that the question says the field can hold.
bool has_declared_codes(const Value& value, const Heading& heading) {
  if (const auto* rows = std::get_if<std::vector<Row>>(&value.held)) {
    return std::ranges::all_of(*rows, [&](const Row& row) {
      for (std::size_t i = 0; i < row.size(); ++i)
        if (!has_declared_codes(row[i], heading.columns[i])) return false;
      return true;
    });
  }
  const auto* word = std::get_if<Word>(&value.held);
  if (word == nullptr || heading.codes.empty() || heading.codes.starts_with("of ")) return true;
  return word->code == "none" || is_among(word->code, heading.codes);
}

}  // namespace

const Heading* undeclared_code(const Answer& answer) {
  for (const auto& field : answer.fields)
    if (!has_declared_codes(field.value, *field.heading)) return field.heading;
  return nullptr;
}

Value none() { return {Word{"none", {"无", "none"}}}; }

Certainty Answer::certainty() const {
  Certainty weakest = Certainty::document;
  for (const auto& field : fields) weakest = std::max(weakest, field.certainty);
  return weakest;
}

const AnswerField* Answer::find(std::string_view name) const {
  const auto at = std::ranges::find_if(
      fields, [&](const AnswerField& field) { return field.heading->name == name; });
  return at == fields.end() ? nullptr : &*at;
}

json::value to_json(const Value& value, const Heading& heading) {
  return std::visit(ToJson{heading}, value.held);
}

json::object to_json(const Basis& basis) {
  return {{"origin", basis.origin},
          {"size", basis.size.value},
          {"root", to_text(basis.root)},
          {"recordedAt", to_text(basis.recorded_at)}};
}

json::object to_json(const Row& row, std::span<const Heading> columns) {
  invariant(row.size() == columns.size(), "a row has a cell for each column");
  json::object cells;
  for (std::size_t i = 0; i < row.size(); ++i)
    cells.emplace(columns[i].name, to_json(row[i], columns[i]));
  return cells;
}

json::object to_json(const Answer& answer) {
  json::object object{{"question", answer.question},
                      {"basis", to_json(answer.basis)},
                      {"program", answer.program},
                      {"on", to_text(answer.on)}};
  add_subject(answer, object);
  json::object fields;
  json::object grounds;
  for (const auto& field : answer.fields) {
    fields.emplace(field.heading->name, to_json(field.value, *field.heading));
    grounds.emplace(field.heading->name, grounds_of(field));
  }
  object.emplace("answer", std::move(fields));
  object.emplace("certainty", to_text(answer.certainty()));
  object.emplace("fields", std::move(grounds));
  if (answer.failing) {
    object.emplace("failing", json::object{{"code", answer.failing->code},
                                           {"says", label_json(answer.failing->says)}});
  } else {
    object.emplace("failing", nullptr);
  }
  if (!answer.unit_numbers.empty()) {
    json::object numbers;
    for (const auto& [unit, number] : answer.unit_numbers) numbers.emplace(to_text(unit), number);
    object.emplace("unitNumbers", std::move(numbers));
  }
  object.emplace("reasons", json_of(answer.reasons));
  object.emplace("wouldChangeOn",
                 answer.would_change_on ? json::value(to_text(*answer.would_change_on)) : nullptr);
  return object;
}

}  // namespace kinledger::projections
