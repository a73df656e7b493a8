#include "projections/reports/cells.h"

#include <boost/json.hpp>
#include <charconv>

#include "ledger/json.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

using ledger::intake::Cell;
using ledger::intake::CellKind;

std::string_view view_of(const json::value& text) {
  return {text.get_string().data(), text.get_string().size()};
}

bool is_number(std::string_view holds) {
  return holds == "count" || holds == "sequence" || holds == "year";
}

Cell list_cell(const json::array& list) {
  std::string text;
  for (const auto& element : list) {
    if (!text.empty()) text += ' ';
    text += element.is_string() ? std::string(view_of(element)) : ledger::canonical_json(element);
  }
  return {CellKind::text, std::move(text)};
}

Cell text_cell(std::string_view text, std::string_view holds) {
  if (text == "none") return {};
  const auto kind = holds == "money"  ? CellKind::number
                    : holds == "date" ? CellKind::date
                                      : CellKind::text;
  return {kind, std::string(text)};
}

std::optional<std::int64_t> integer_in(std::string_view text) {
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<json::value> money_in(std::string_view text) {
  const auto amount = signed_yuan(text);
  if (!amount) return std::nullopt;
  return json::value(json::string(ledger::format_yuan(*amount)));
}

std::optional<json::value> sequences_in(std::string_view text) {
  json::array list;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto number = integer_in(text.substr(0, end));
    if (!number) return std::nullopt;
    list.emplace_back(*number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return json::value(std::move(list));
}

std::optional<json::value> yes_or_no(std::string_view text) {
  if (text == "是" || text == "yes") return json::value(true);
  if (text == "否" || text == "no") return json::value(false);
  return std::nullopt;
}

}  // namespace

std::optional<ledger::Fen> signed_yuan(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const auto amount = ledger::parse_yuan(text.substr(is_negative ? 1 : 0));
  if (!amount) return std::nullopt;
  return ledger::Fen{is_negative ? -amount->value : amount->value};
}

Cell shown(const json::value& value, const ReportColumn& column, const Words& words,
           Language language) {
  if (const auto* word = words.shown(column.name, ledger::canonical_json(value)))
    return {CellKind::text, std::string(text_of(*word, language))};
  if (value.is_bool()) {
    const Label label = value.get_bool() ? Label{"是", "yes"} : Label{"否", "no"};
    return {CellKind::text, std::string(text_of(label, language))};
  }
  if (value.is_int64() || value.is_uint64())
    return {CellKind::number, ledger::canonical_json(value)};
  if (value.is_array()) return list_cell(value.get_array());
  if (value.is_string()) return text_cell(view_of(value), column.holds);
  return {CellKind::text, ledger::canonical_json(value)};
}

json::value value_of(const Cell& cell, const ReportColumn& column, const Words& words) {
  const auto& text = cell.text;
  if (text.empty()) return json::string("none");
  if (const auto* value = words.value(column.name, text)) return json::parse(*value);
  std::optional<json::value> value;
  if (column.holds == "yesNo") value = yes_or_no(text);
  if (column.holds == "money") value = money_in(text);
  if (column.holds == "sequences") value = sequences_in(text);
  if (is_number(column.holds))
    if (const auto number = integer_in(text)) value = json::value(*number);
  return value ? *std::move(value) : json::value(json::string(text));
}

std::vector<Cell> cells_of(const std::string& row, const Manifest& manifest, Language language) {
  const auto value = json::parse(row);
  const auto& object = value.get_object();
  std::vector<Cell> cells;
  cells.reserve(manifest.columns.size());
  for (const auto& column : manifest.columns)
    cells.push_back(shown(object.at(column.name), column, manifest.words, language));
  return cells;
}

std::string row_of(const std::vector<Cell>& cells, const Manifest& manifest) {
  invariant(cells.size() == manifest.columns.size());
  json::object row;
  for (std::size_t i = 0; i < cells.size(); ++i)
    row.emplace(manifest.columns[i].name, value_of(cells[i], manifest.columns[i], manifest.words));
  return ledger::canonical_json(row);
}

}  // namespace kinledger::projections
