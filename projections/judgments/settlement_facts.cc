// What settlements record (结算).
#include <utility>

#include "projections/judgments/settlement.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;

}  // namespace

std::vector<const Fact*> settlements_of(const Dossier& person, const SettlementYear& asked) {
  std::vector<const Fact*> settlements;
  for (const auto& fact : person.of(EventType::medical_settlement_recorded)) {
    const auto scheme = fact.event.text(Field::scheme);
    if (settlement_year_of(fact) != asked.year || act_date(fact) > asked.on) continue;
    if (!asked.scheme.empty() && !scheme.empty() && scheme != asked.scheme) continue;
    settlements.push_back(&fact);
  }
  return settlements;
}

Undetermined not_recorded_by_settlement(Field field, const Rulebook& rules,
                                        ledger::Area jurisdiction) {
  const auto& info = *ledger::type_info(EventType::medical_settlement_recorded).find(field);
  return missing({std::string(info.name), "未登记：结算的" + std::string(info.zh),
                  "not recorded: " + std::string(info.name) + " of a settlement"},
                 rules, jurisdiction);
}

std::optional<Undetermined> add_recorded(const Fact& settlement, Field field, Fen& sum,
                                         const Rulebook& rules, ledger::Area jurisdiction) {
  const auto amount = settlement.event.money(field);
  if (!amount) return not_recorded_by_settlement(field, rules, jurisdiction);
  add_up(sum, *amount);
  return std::nullopt;
}

ledger::Year settlement_year_of(const Fact& fact) {
  return fact.event.year(Field::settlement_year).value_or(ledger::year_of(act_date(fact)));
}

std::string percent_text(BasisPoints share) {
  auto text = std::to_string(share / 100);
  if (const auto rest = share % 100; rest != 0) {
    text += rest % 10 == 0 ? "." + std::to_string(rest / 10)
                           : (rest < 10 ? ".0" : ".") + std::to_string(rest);
  }
  return text + "%";
}

}  // namespace kinledger::projections
