#include "projections/rule_listing.h"

#include <boost/json/array.hpp>
#include <string>

#include "ledger/calendar.h"
#include "ledger/catalogue.h"
#include "projections/label_json.h"
#include "projections/rule_format.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

std::string_view certainty_of(const Rule& rule) {
  const auto& type = ledger::type_info(ledger::EventType::rule_version_published);
  return type.find(ledger::Field::certainty)
      ->enumerants[static_cast<std::size_t>(rule.certainty)]
      .name;
}

json::value date_json(const std::optional<ledger::Date>& date) {
  return date ? json::value(ledger::to_text(*date)) : json::value(nullptr);
}

json::array list_json(const std::vector<std::string>& list) {
  json::array array;
  for (const auto& item : list) array.emplace_back(item);
  return array;
}

json::object rule_json(const Rule& rule, const Rulebook& rulebook, bool counts) {
  const auto* document = rulebook.document(rule.jurisdiction, rule.document);
  return {{"rule", rule.id},
          {"kind", to_text(rule.kind())},
          {"from", date_json(rule.from)},
          {"until", date_json(rule.until)},
          {"document", rule.document},
          {"number", document == nullptr ? std::string() : document->number},
          {"title", label_json(document == nullptr ? Label{} : document->title)},
          {"section", rule.section},
          {"certainty", certainty_of(rule)},
          {"says", label_json(rule.says)},
          {"interpretations", list_json(rule.interpretations)},
          {"openPoints", list_json(rule.open_points)},
          {"replaces", list_json(rule.replaces)},
          {"pack", rule.pack},
          {"jurisdiction", std::to_string(rule.jurisdiction.code)},
          {"published", rule.published.value},
          {"counts", counts}};
}

json::object defect_json(const PolicyDefect& defect) {
  return {{"defect",
           {{"sequence", defect.sequence.value},
            {"code", defect.reason.code},
            {"zh", defect.reason.zh},
            {"en", defect.reason.en}}}};
}

}  // namespace

std::vector<json::object> list_rules(const Rulebook& rulebook,
                                     const std::optional<ledger::Date>& on) {
  std::vector<json::object> list;
  for (const auto& rule : rulebook.rules())
    if (!on || rule.governs(*on)) list.push_back(rule_json(rule, rulebook, true));
  if (!on)
    for (const auto& rule : rulebook.superseded()) list.push_back(rule_json(rule, rulebook, false));
  for (const auto& defect : rulebook.defects()) list.push_back(defect_json(defect));
  return list;
}

}  // namespace kinledger::projections
