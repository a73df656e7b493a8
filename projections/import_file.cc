#include "projections/import_file.h"

#include <algorithm>
#include <boost/json/value_to.hpp>

#include "ledger/intake/outcome_json.h"
#include "ledger/json.h"

namespace kinledger::projections {

namespace {

namespace json = boost::json;

std::optional<std::string> text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return json::value_to<std::string>(*value);
}

std::optional<std::uint64_t> number_of(const json::object& object, std::string_view name) {
  return ledger::whole_number(object.if_contains(name));
}

/// False when the member is no list, or `take` one of its elements not.
template <class Take>
bool read_list(const json::object& object, std::string_view name, const Take& take) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_array() && std::ranges::all_of(value->get_array(), take);
}

bool take_recorded(const json::value& value, std::vector<RecordedBefore>& recorded) {
  const auto* object = value.if_object();
  const auto row = object == nullptr ? std::nullopt : number_of(*object, "row");
  if (!row) return false;
  recorded.push_back({*row, std::nullopt});
  if (const auto sequence = number_of(*object, "sequence"))
    recorded.back().sequence = ledger::Sequence{*sequence};
  return true;
}

}  // namespace

bool holds_lines(std::string_view name) {
  return name.ends_with(".ndjson") || name.ends_with(".jsonl");
}

boost::json::object to_json(const Imported& imported, bool dry_run, boost::json::array receipts) {
  boost::json::array refusals;
  for (const auto& refusal : imported.refusals.shown)
    refusals.push_back(ledger::intake::to_json(refusal));
  boost::json::array recorded;
  for (const auto& one : imported.recorded) {
    boost::json::object row{{"row", one.row}, {"sequence", nullptr}};
    if (one.sequence) row["sequence"] = one.sequence->value;
    recorded.push_back(std::move(row));
  }
  boost::json::array already;
  for (const auto& key : imported.already) already.emplace_back(key);
  return {{"format", imported.format},
          {"key", imported.key},
          {"rows", imported.rows},
          {"dryRun", dry_run},
          {"refused", imported.refused},
          {"receipts", std::move(receipts)},
          {"alreadyRecorded", std::move(already)},
          {"rowsAlreadyRecorded", std::move(recorded)},
          {"refusals", std::move(refusals)},
          {"refusalCount", imported.refusals.count}};
}

std::optional<Imported> read_imported(const json::object& object) {
  Imported imported;
  auto format = text_of(object, "format"), key = text_of(object, "key");
  const auto rows = number_of(object, "rows"), count = number_of(object, "refusalCount");
  const auto* refused = object.if_contains("refused");
  if (!format || !key || !rows || !count || refused == nullptr || !refused->is_bool())
    return std::nullopt;
  const auto take_receipt = [&](const json::value& value) {
    auto receipt = ledger::intake::read_receipt(value);
    if (receipt) imported.receipts.push_back(std::move(*receipt));
    return receipt.has_value();
  };
  const auto take_refusal = [&](const json::value& value) {
    auto refusal = ledger::intake::read_refusal(value);
    if (refusal) imported.refusals.add(std::move(*refusal));
    return refusal.has_value();
  };
  const auto take_key = [&](const json::value& value) {
    if (value.is_string()) imported.already.push_back(json::value_to<std::string>(value));
    return value.is_string();
  };
  const bool is_whole =
      read_list(object, "receipts", take_receipt) && read_list(object, "refusals", take_refusal) &&
      read_list(object, "alreadyRecorded", take_key) &&
      read_list(object, "rowsAlreadyRecorded",
                [&](const json::value& value) { return take_recorded(value, imported.recorded); });
  if (!is_whole) return std::nullopt;
  imported.format = std::move(*format);
  imported.key = std::move(*key);
  imported.rows = *rows;
  imported.refusals.count = *count;
  imported.refused = refused->get_bool();
  return imported;
}

}  // namespace kinledger::projections
