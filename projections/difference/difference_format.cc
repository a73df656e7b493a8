// Differences as JSON and as tables.
#include <boost/json.hpp>

#include "projections/difference/difference.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

constexpr Heading change_columns[] = {
    {"subject", "对象", "subject", "person"},
    {"year", "年度", "year", "year"},
    {"field", "项目", "field", "text"},
    {"from", "原", "from", "text"},
    {"to", "现", "to", "text"},
    {"effect", "金额影响", "effect", "money"},
    {"facts", "引起变动的记录", "records that caused it", "sequences"},
    {"factsMayBe", "仅为可能", "may have", "yesNo"},
    {"rules", "变动的规则", "rules", "list"},
};
constexpr Heading total_columns[] = {
    {"field", "项目", "field", "text"},
    {"changes", "变动数", "changes", "count"},
    {"from", "原", "from", "money"},
    {"to", "现", "to", "money"},
    {"effect", "金额影响", "effect", "money"},
    {"undetermined", "无法计算", "undetermined", "count"},
};
constexpr Heading check_columns[] = {
    {"subject", "对象", "subject", "person"},
    {"check", "检查", "check", "text"},
    {"from", "原疑点", "found before", "count"},
    {"to", "现疑点", "found now", "count"},
};
constexpr Heading changes_heading{"changes", "变动", "changes", "rows", change_columns};
constexpr Heading totals_heading{"totals", "金额合计", "totals", "rows", total_columns};
constexpr Heading checks_heading{"checks", "检查结果的变动", "checks", "rows", check_columns};

json::value or_null(const std::optional<ledger::Fen>& amount) {
  return amount ? json::value(ledger::format_yuan(*amount)) : json::value(nullptr);
}

void add_subject(const Subject& subject, json::object& object) {
  if (subject.kind == Subject::Kind::person)
    object.emplace("person", to_text(ledger::PersonId{subject.id}));
  else
    object.emplace("unit", to_text(ledger::UnitId{subject.id}));
}

json::object heading_json(const Heading& heading) {
  return {{"zh", heading.zh}, {"en", heading.en}};
}

json::object change_json(const Change& change) {
  json::object object;
  add_subject(change.subject, object);
  object.emplace("question", change.question->name);
  if (change.year) object.emplace("year", change.year->value);
  object.emplace("field", change.field->name);
  object.emplace("label", heading_json(*change.field));
  object.emplace("from", to_json(change.from, *change.field));
  object.emplace("to", to_json(change.to, *change.field));
  object.emplace("effect", or_null(change.effect));
  json::array facts;
  for (const auto sequence : change.facts) facts.emplace_back(sequence.value);
  object.emplace("facts", std::move(facts));
  object.emplace("factsMayBe", change.facts_may_be);
  json::array rules;
  for (const auto& rule : change.rules) rules.emplace_back(rule);
  object.emplace("rules", std::move(rules));
  return object;
}

json::object total_json(const ChangeTotal& total) {
  return {{"question", total.question->name},
          {"field", total.field->name},
          {"label", heading_json(*total.field)},
          {"changes", total.changes},
          {"from", ledger::format_yuan(total.from)},
          {"to", ledger::format_yuan(total.to)},
          {"effect", ledger::format_yuan(total.effect)},
          {"undetermined", total.undetermined}};
}

json::object check_json(const CheckChange& change) {
  json::object object;
  add_subject(change.subject, object);
  object.emplace("check", change.check);
  object.emplace("from", change.from);
  object.emplace("to", change.to);
  return object;
}

template <class Items, class ToJson>
json::array array_of(const Items& items, const ToJson& to_object) {
  json::array array;
  for (const auto& item : items) array.emplace_back(to_object(item));
  return array;
}

Value name_of(const Subject& subject) {
  if (subject.kind == Subject::Kind::person) return {ledger::PersonId{subject.id}};
  return {ledger::UnitId{subject.id}};
}

Value label_of(const Heading& heading) {
  return {Label{std::string(heading.zh), std::string(heading.en)}};
}

Row row_of(const Change& change) {
  std::vector<Word> rules;
  for (const auto& rule : change.rules) rules.push_back({rule, {}});
  return {name_of(change.subject),
          change.year ? Value{*change.year} : Value{std::string()},
          label_of(*change.field),
          change.from,
          change.to,
          change.effect ? Value{*change.effect} : Value{std::string()},
          {change.facts},
          {change.facts_may_be},
          {std::move(rules)}};
}

Row row_of(const ChangeTotal& total) {
  return {label_of(*total.field), {static_cast<std::int64_t>(total.changes)},
          {total.from},           {total.to},
          {total.effect},         {static_cast<std::int64_t>(total.undetermined)}};
}

Row row_of(const CheckChange& change) {
  return {name_of(change.subject),
          {change.check},
          {static_cast<std::int64_t>(change.from)},
          {static_cast<std::int64_t>(change.to)}};
}

template <class Items>
void add_rows(const Heading& heading, const Items& items, Answer& answer) {
  if (items.empty()) return;
  std::vector<Row> rows;
  rows.reserve(items.size());
  for (const auto& item : items) rows.push_back(row_of(item));
  auto& field = answer.fields.emplace_back();
  field.heading = &heading;
  field.value = {std::move(rows)};
}

std::string counts(const Difference& difference, Language language) {
  const auto persons = std::to_string(difference.persons);
  const auto units = std::to_string(difference.units);
  const auto compared = std::to_string(difference.compared);
  return language == Language::zh
             ? "对比 " + compared + " 个对象：" + persons + " 人、" + units + " 个单位有变动\n"
             : compared + " subjects compared: " + persons + " persons and " + units +
                   " units changed\n";
}

}  // namespace

json::object to_json(const Difference& difference) {
  json::object numbers;
  for (const auto& [unit, number] : difference.unit_numbers) numbers.emplace(to_text(unit), number);
  return {{"from", to_json(difference.from)},
          {"to", to_json(difference.to)},
          {"onFrom", to_text(difference.on_from)},
          {"onTo", to_text(difference.on_to)},
          {"program", difference.program},
          {"compared", difference.compared},
          {"persons", difference.persons},
          {"units", difference.units},
          {"totals", array_of(difference.totals, total_json)},
          {"changes", array_of(difference.changes, change_json)},
          {"changesLeftOut", difference.changes_left_out},
          {"checks", array_of(difference.checks, check_json)},
          {"unitNumbers", std::move(numbers)}};
}

std::string to_table(const Difference& difference, Language language) {
  Answer answer;
  answer.unit_numbers = difference.unit_numbers;
  add_rows(changes_heading, difference.changes, answer);
  add_rows(checks_heading, difference.checks, answer);
  add_rows(totals_heading, difference.totals, answer);
  auto out = counts(difference, language);
  if (!answer.fields.empty()) out += to_table(answer, language, false);
  if (difference.changes_left_out)
    out += language == Language::zh ? "（其余变动未列出，合计包括全部）\n"
                                    : "(further changes are left out; the totals hold all)\n";
  return out;
}

}  // namespace kinledger::projections
