#include "projections/reports/totals.h"

#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <utility>

#include "ledger/json.h"
#include "projections/reports/cells.h"

namespace kinledger::projections {

namespace json = boost::json;

namespace {

/// The number of a cell, in fen where it is money; nothing for a cell that holds none.
std::optional<std::int64_t> number_in(const json::value& cell, bool is_money) {
  if (!is_money) return cell.is_int64() ? std::optional(cell.get_int64()) : std::nullopt;
  const auto* text = cell.if_string();
  if (text == nullptr) return std::nullopt;
  const auto amount = signed_yuan({text->data(), text->size()});
  return amount ? std::optional(amount->value) : std::nullopt;
}

std::vector<std::string> keys_of(const json::object& object) {
  std::vector<std::string> keys;
  for (const auto& member : object) keys.emplace_back(member.key());
  return keys;
}

}  // namespace

Totals::Totals(std::span<const ReportColumn> columns, std::vector<std::string> summed,
               std::vector<std::string> grouped_by)
    : summed_(std::move(summed)), grouped_by_(std::move(grouped_by)) {
  std::ranges::sort(summed_);
  std::ranges::sort(grouped_by_);
  for (const auto& name : summed_) {
    const auto at = std::ranges::find(columns, name, &ReportColumn::name);
    is_money_.push_back(at != columns.end() && at->holds == "money");
  }
  groups_.resize(grouped_by_.size());
  all_ = blank();
}

Totals::Group Totals::blank() const {
  Group group;
  for (const bool is_money : is_money_) group.sums.push_back({is_money, 0, 0});
  return group;
}

void Totals::add(const json::object& row, Group& group) {
  ++group.rows;
  for (std::size_t i = 0; i < summed_.size(); ++i) {
    const auto* cell = row.if_contains(summed_[i]);
    if (cell == nullptr) continue;
    auto& sum = group.sums[i];
    if (cell->is_object()) ++sum.undetermined;
    const auto number = number_in(*cell, sum.is_money);
    if (!number) continue;
    if (__builtin_add_overflow(sum.value, *number, &sum.value) ||
        (sum.is_money && std::abs(sum.value) > ledger::fen_max.value))
      too_large_ = true;
    if (too_large_) sum.value = 0;
  }
}

void Totals::add(const json::object& row) {
  add(row, all_);
  for (std::size_t i = 0; i < grouped_by_.size(); ++i) {
    const auto* cell = row.if_contains(grouped_by_[i]);
    if (cell == nullptr) continue;
    const auto* text = cell->if_string();
    auto value = text != nullptr ? std::string(*text) : ledger::canonical_json(*cell);
    const auto at = groups_[i].try_emplace(std::move(value), blank()).first;
    add(row, at->second);
  }
}

json::object Totals::to_json(const Group& group) const {
  json::object sums, undetermined;
  for (std::size_t i = 0; i < summed_.size(); ++i) {
    const auto& sum = group.sums[i];
    if (sum.is_money)
      sums.emplace(summed_[i], ledger::format_yuan({sum.value}));
    else
      sums.emplace(summed_[i], sum.value);
    undetermined.emplace(summed_[i], sum.undetermined);
  }
  return {
      {"rows", group.rows}, {"sums", std::move(sums)}, {"undetermined", std::move(undetermined)}};
}

json::object Totals::to_json() const {
  auto object = to_json(all_);
  json::object by;
  for (std::size_t i = 0; i < grouped_by_.size(); ++i) {
    json::object values;
    for (const auto& [value, group] : groups_[i]) values.emplace(value, to_json(group));
    by.emplace(grouped_by_[i], std::move(values));
  }
  object.emplace("by", std::move(by));
  return object;
}

std::optional<Totals::Named> Totals::named_in(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const auto* sums = object->if_contains("sums");
  const auto* by = object->if_contains("by");
  if (sums == nullptr || by == nullptr || !sums->is_object() || !by->is_object())
    return std::nullopt;
  return Named{keys_of(sums->get_object()), keys_of(by->get_object())};
}

}  // namespace kinledger::projections
