#include "projections/reports/words.h"

#include <boost/json.hpp>
#include <set>
#include <utility>

#include "ledger/json.h"

namespace kinledger::projections {

namespace json = boost::json;

void Words::add(std::string_view column, std::string canonical, const Label& shown) {
  auto at = columns_.find(column);
  if (at == columns_.end()) at = columns_.emplace(std::string(column), Texts{}).first;
  at->second.try_emplace(std::move(canonical), shown);
}

void Words::add(Words&& more) {
  for (auto& [column, texts] : more.columns_) columns_[column].merge(texts);
}

void Words::settle() {
  for (auto& [column, texts] : columns_) {
    std::map<std::string_view, std::set<std::string_view>> values;  // by what is shown
    for (const auto& [canonical, shown] : texts)
      for (const auto* text : {&shown.zh, &shown.en}) values[*text].insert(canonical);
    std::set<std::string> ambiguous;
    for (const auto& [text, shown_by] : values)
      if (shown_by.size() > 1) ambiguous.insert(shown_by.begin(), shown_by.end());
    std::size_t number = 0;
    for (auto& [canonical, shown] : texts) {
      if (!ambiguous.contains(canonical)) continue;
      const auto mark = " [" + std::to_string(++number) + "]";
      shown.zh += mark;
      shown.en += mark;
    }
  }
  index();
}

void Words::index() {
  values_.clear();
  for (const auto& [column, texts] : columns_)
    for (const auto& [canonical, shown] : texts)
      for (const auto* text : {&shown.zh, &shown.en}) values_[column].emplace(*text, canonical);
}

const Label* Words::shown(std::string_view column, std::string_view canonical) const {
  const auto texts = columns_.find(column);
  if (texts == columns_.end()) return nullptr;
  const auto at = texts->second.find(canonical);
  return at == texts->second.end() ? nullptr : &at->second;
}

const std::string* Words::value(std::string_view column, std::string_view shown) const {
  const auto values = values_.find(column);
  if (values == values_.end()) return nullptr;
  const auto at = values->second.find(shown);
  return at == values->second.end() ? nullptr : &at->second;
}

json::object Words::to_json() const {
  json::object object;
  for (const auto& [column, texts] : columns_) {
    json::array list;
    for (const auto& [canonical, shown] : texts)
      list.push_back(
          json::object{{"value", json::parse(canonical)}, {"zh", shown.zh}, {"en", shown.en}});
    object.emplace(column, std::move(list));
  }
  return object;
}

std::optional<Words> Words::read(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  Words words;
  for (const auto& column : *object) {
    const auto* list = column.value().if_array();
    if (list == nullptr) return std::nullopt;
    for (const auto& element : *list) {
      const auto* one = element.if_object();
      if (one == nullptr || one->size() != 3) return std::nullopt;
      const auto* of = one->if_contains("value");
      const auto* zh = one->if_contains("zh");
      const auto* en = one->if_contains("en");
      if (of == nullptr || zh == nullptr || en == nullptr || !zh->is_string() || !en->is_string())
        return std::nullopt;
      words.add(column.key(), ledger::canonical_json(*of),
                {std::string(zh->get_string()), std::string(en->get_string())});
    }
  }
  words.index();
  return words;
}

}  // namespace kinledger::projections
