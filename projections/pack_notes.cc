#include "projections/pack_notes.h"

#include <utility>

#include "projections/rule_format.h"

namespace kinledger::projections {
namespace {

/// The version that begins next after the end of this one, if it does not begin there.
const Rule* next_after_gap(const std::vector<Rule>& rules, const Rule& ended) {
  const Rule* next = nullptr;
  for (const auto& rule : rules) {
    if (rule.id != ended.id || rule.kind() != ended.kind() || !rule.from) continue;
    if (*rule.from < *ended.until) continue;
    if (next == nullptr || *rule.from < *next->from) next = &rule;
  }
  return next != nullptr && *next->from != *ended.until ? next : nullptr;
}

ledger::Reason gap_of(const Rule& ended, const Rule& next) {
  const auto kind = std::string(to_text(ended.kind()));
  const auto first = ledger::to_text(*ended.until);
  const auto last = ledger::to_text(ledger::add_days(*next.from, -1));
  std::string zh = "规则 " + ended.id + "（" + kind + "）自 " + first;
  zh += " 至 " + last + " 没有有效版本；如文件并非如此，请调整。";
  std::string en = "rule " + ended.id + " (" + kind + ") has no version in force from " + first;
  en += " to " + last + ": adjust it unless the document says so";
  return {"PACK_GAP", std::move(zh), std::move(en)};
}

}  // namespace

std::vector<PackNote> notes_on(const Pack& pack) {
  std::vector<PackNote> notes;
  for (const auto& rule : pack.rules) {
    if (!rule.until) continue;
    const Rule* next = next_after_gap(pack.rules, rule);
    if (next == nullptr) continue;
    notes.push_back({rule.id, gap_of(rule, *next)});
  }
  return notes;
}

}  // namespace kinledger::projections
