#include "projections/code_labels.h"

#include <algorithm>

namespace kinledger::projections {

ledger::intake::LabelsOfList labels_of(std::shared_ptr<const Rulebook> rules, Language language) {
  return [rules = std::move(rules), language](std::string_view code_list) {
    std::vector<std::string> labels;
    for (const auto* pack : rules->packs())
      if (const auto* list = pack->code_list(code_list))
        for (const auto& code : list->codes) {
          const std::string label(text_of(code.label, language));
          if (std::ranges::find(labels, label) == labels.end()) labels.push_back(label);
        }
    return labels;
  };
}

Label listed_codes(const Rulebook& rules, std::string_view code_list) {
  Label listed;
  std::vector<std::string_view> seen;
  for (const auto* pack : rules.packs())
    if (const auto* list = pack->code_list(code_list))
      for (const auto& code : list->codes) {
        if (std::ranges::find(seen, code.code) != seen.end()) continue;
        seen.push_back(code.code);
        listed.zh += (listed.zh.empty() ? "" : "、") + code.label.zh + "（" + code.code + "）";
        listed.en += (listed.en.empty() ? "" : ", ") + code.code;
      }
  return listed;
}

ledger::intake::CodeOfLabel code_of(std::shared_ptr<const Rulebook> rules) {
  return [rules = std::move(rules)](std::string_view code_list,
                                    std::string_view label) -> std::optional<std::string> {
    for (const auto* pack : rules->packs())
      if (const auto* list = pack->code_list(code_list))
        for (const auto& code : list->codes)
          if (code.label.zh == label || code.label.en == label) return code.code;
    return std::nullopt;
  };
}

}  // namespace kinledger::projections
