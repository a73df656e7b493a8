#include "projections/judgments/debits.h"

#include <algorithm>
#include <utility>

namespace kinledger::projections {

using ledger::Area;
using ledger::Date;
using ledger::Field;

DesignatedBankList designated_banks(const Rulebook& rules, Area jurisdiction,
                                    const PayerPlace& payer, Date on) {
  DesignatedBankList result;
  Codes banks;
  Backing backing;
  Truth is_listed = Truth::no;
  for (const Rule* rule : rules.rules_of(RuleKind::designated_banks, jurisdiction, on)) {
    backing.apply(*rule);
    result.steps.push_back({.rule = rule});
    for (const auto& designation : rule->as<DesignatedBanks>().designations) {
      if (!designation.block.empty() && designation.block != payer.block) continue;
      const Truth inside = contains(designation.area, payer.area);
      is_listed = any_of(is_listed, inside);
      if (inside != Truth::yes) continue;
      for (const auto& bank : designation.banks) {
        if (std::ranges::find(banks, bank) == banks.end()) banks.push_back(bank);
      }
    }
  }
  if (is_listed == Truth::yes) {
    result.banks = Judged<Codes>::of(std::move(banks), std::move(backing));
  } else if (is_listed == Truth::unknown) {
    const Cause cause{"area", "未登记：缴费人所在区域", "not recorded: the payer's district"};
    result.banks = Judged<Codes>::open(missing(cause, rules, jurisdiction), std::move(backing));
  } else {
    result.banks = Judged<Codes>::open(
        no_rule("文件未列出该区域的代扣银行", "the documents list no banks for this area"),
        std::move(backing));
  }
  return result;
}

std::optional<DebitAgreement> debit_agreement(const Dossier& payer, Date on) {
  std::optional<DebitAgreement> found;
  for (const auto& fact : payer.of(ledger::EventType::debit_agreement_recorded)) {
    const auto& event = fact.event;
    const auto signed_on = event.envelope().valid_on;
    const auto until = event.date(Field::until);
    if (!signed_on || *signed_on > on || (until && *until <= on)) continue;
    if (found && *signed_on < found->signed_on) continue;
    found = {.sequence = fact.sequence,
             .bank = std::string(event.text(Field::bank)),
             .area = event.area(Field::area).value_or(Area{}),
             .block = std::string(event.text(Field::block)),
             .signed_on = *signed_on};
  }
  return found;
}

Ruling bank_designated(const DesignatedBankList& list, std::string_view bank) {
  Ruling ruling;
  ruling.backing = list.banks.backing;
  ruling.steps = list.steps;
  if (!list.banks.value) {
    ruling.causes.push_back(
        {"area", list.banks.undetermined->why.zh, list.banks.undetermined->why.en});
    return ruling;
  }
  const auto& banks = *list.banks.value;
  ruling.truth = truth_of(std::ranges::find(banks, bank) != banks.end());
  if (ruling.truth == Truth::no) {
    ruling.causes.push_back({"bank", "该银行不是该区域的指定代扣银行",
                             "the bank is not designated for the payer's area"});
  }
  return ruling;
}

}  // namespace kinledger::projections
