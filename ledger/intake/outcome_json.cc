#include "ledger/intake/outcome_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

namespace kinledger::ledger::intake {
namespace {

std::optional<std::string> text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string().data(), value->get_string().size());
}

std::optional<std::uint64_t> number_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_uint64()) return value->get_uint64();
  if (!value->is_int64() || value->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value->get_int64());
}

}  // namespace

boost::json::object to_json(const Refusal& refusal) {
  return {{"row", refusal.row},
          {"field", refusal.field},
          {"code", refusal.reason.code},
          {"zh", refusal.reason.zh},
          {"en", refusal.reason.en}};
}

boost::json::object to_json(const Receipt& receipt, const Result<InclusionProof>& proof) {
  boost::json::object out{{"key", receipt.key},
                          {"firstSequence", receipt.first.value},
                          {"count", receipt.count},
                          {"recordedAt", to_text(receipt.recorded_at)},
                          {"treeSize", receipt.head.size.value},
                          {"root", to_text(receipt.head.root)},
                          {"already", receipt.already},
                          {"checkpoint", nullptr},
                          {"proof", nullptr}};
  if (!proof) return out;
  out["checkpoint"] = proof->checkpoint;
  out["proof"] = proof->to_text();
  return out;
}

std::optional<Refusal> read_refusal(const boost::json::value& json) {
  const auto* object = json.if_object();
  if (object == nullptr) return std::nullopt;
  const auto row = number_of(*object, "row");
  auto field = text_of(*object, "field"), code = text_of(*object, "code");
  auto zh = text_of(*object, "zh"), en = text_of(*object, "en");
  if (!row || !field || !code || !zh || !en) return std::nullopt;
  return Refusal{*row, std::move(*field), {std::move(*code), std::move(*zh), std::move(*en)}};
}

std::optional<Receipt> read_receipt(const boost::json::value& json) {
  const auto* object = json.if_object();
  if (object == nullptr) return std::nullopt;
  Receipt receipt;
  auto key = text_of(*object, "key");
  const auto first = number_of(*object, "firstSequence"), count = number_of(*object, "count"),
             size = number_of(*object, "treeSize");
  const auto recorded_at = parse_recorded_at(text_of(*object, "recordedAt").value_or(""));
  const auto* already = object->if_contains("already");
  const bool is_whole = key && first && count && *count > 0 && *count <= UINT32_MAX && size &&
                        recorded_at && already != nullptr && already->is_bool() &&
                        from_hex(text_of(*object, "root").value_or(""), receipt.head.root.bytes);
  if (!is_whole) return std::nullopt;
  receipt.key = std::move(*key);
  receipt.first = {*first};
  receipt.count = static_cast<std::uint32_t>(*count);
  receipt.recorded_at = *recorded_at;
  receipt.head.size = {*size};
  receipt.already = already->get_bool();
  return receipt;
}

boost::json::object outcome_to_json(boost::json::value receipt, std::span<const Refusal> refusals,
                                    std::uint64_t count) {
  boost::json::array list;
  for (const auto& refusal : refusals) list.push_back(to_json(refusal));
  return {{"receipt", std::move(receipt)}, {"refusals", std::move(list)}, {"refusalCount", count}};
}

}  // namespace kinledger::ledger::intake
