#include "projections/rule_format.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "projections/json_read.h"
#include "projections/kinds/topics.h"
#include "projections/rule_reader.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

/// The kinds of all topics, by RuleKind.
std::vector<RuleKindInfo> all_kinds() {
  std::vector<RuleKindInfo> all;
  for (const auto topic :
       {kinds::subsidy_kinds(), kinds::enrollment_kinds(), kinds::handling_kinds(),
        kinds::card_kinds(), kinds::benefit_kinds(), kinds::retirement_kinds(),
        kinds::employer_kinds(), kinds::policy_kinds()})
    all.insert(all.end(), topic.begin(), topic.end());
  std::ranges::sort(all, {}, &RuleKindInfo::kind);
  invariant(all.size() == rule_kind_count);
  for (std::size_t i = 0; i < all.size(); ++i)
    invariant(static_cast<std::size_t>(all[i].kind) == i, "every kind has its description");
  return all;
}

const RuleKindInfo& info_of(RuleKind kind) { return rule_kinds()[static_cast<std::size_t>(kind)]; }

void check_period(const json::object& table, std::string_view from_key, std::string_view to_key,
                  const std::string& path, ShapeCheck& check) {
  const auto* from = table.if_contains(from_key);
  const auto* to = table.if_contains(to_key);
  if (from == nullptr || to == nullptr) return;
  // Dates are in ISO form by now, which sorts as text.
  const bool in_order =
      from->is_string() ? as_view(*from) <= as_view(*to) : from->get_int64() <= to->get_int64();
  if (in_order) return;
  check.fault(path_of(path, to_key), "PACK_DATES", "止期早于起期。请改正。",
              "The period ends before it begins. Correct it.");
}

}  // namespace

std::span<const RuleKindInfo> rule_kinds() {
  static const std::vector<RuleKindInfo> all = all_kinds();
  return all;
}

std::string_view to_text(RuleKind kind) { return info_of(kind).name; }

std::optional<RuleKind> rule_kind_named(std::string_view name) {
  const auto all = rule_kinds();
  const auto found = std::ranges::find(all, name, &RuleKindInfo::name);
  if (found == all.end()) return std::nullopt;
  return found->kind;
}

void check_parameters(RuleKind kind, const json::value& parameters, const std::string& path,
                      ShapeCheck& check) {
  const auto faults_before = check.fault_count();
  check.table(parameters, info_of(kind).parameters, path);
  if (check.fault_count() != faults_before) return;
  const auto& table = parameters.get_object();
  check_period(table, "paid_from", "paid_to", path, check);
  check_period(table, "from", "to", path, check);
  check_period(table, "day_from", "day_to", path, check);
  // What is stated or left open, one of the two, where the table alone cannot say so.
  const auto one_of_each = [&](std::string_view list, std::string_view stated) {
    const auto* elements = table.if_contains(list);
    if (elements == nullptr) return;
    std::size_t index = 0;
    for (const auto* element : read_elements(table, list)) {
      const auto at = path_of(path, list);
      check.exactly_one(*element, {stated, "open_point"},
                        elements->is_array() ? path_of(at, index) : at);
      ++index;
    }
  };
  if (kind == RuleKind::legacy_collection) one_of_each("timings", "months_after");
  if (kind == RuleKind::office) one_of_each("entries", "name");
  if (kind == RuleKind::policy_in_force) one_of_each("entries", "policy");
  if (kind == RuleKind::payment_bands) one_of_each("bands", "ratio");
  if (kind == RuleKind::above_ceiling) check.exactly_one(parameters, {"ratio", "open_point"}, path);
  if (kind == RuleKind::surplus_recovery) {
    check.exactly_one(parameters, {"months_after_year", "open_point"}, path);
  }
}

RuleParameters read_parameters(RuleKind kind, const json::value& parameters,
                               const Declarations& declared) {
  auto read = info_of(kind).read(RuleReader(parameters.get_object(), declared));
  invariant(read.index() == static_cast<std::size_t>(kind));
  return read;
}

std::string rule_kinds_markdown() {
  std::string text;
  for (const auto& info : rule_kinds()) {
    text += "### `" + std::string(info.name) + "` " + std::string(info.zh) + "\n\n" +
            std::string(info.en) + "\n\n";
    if (info.parameters.empty()) continue;
    text += "| parameter | holds | needed | meaning |\n| --- | --- | --- | --- |\n" +
            markdown_rows(info.parameters) + "\n";
  }
  return text;
}

}  // namespace kinledger::projections
