// What settlements record (结算), and shares of it.
#include <utility>

#include "projections/judgments/settlement.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;

constexpr std::int64_t whole_basis_points = 10'000;

// How shares are rounded: an open point of every pack that declares it by this number.
constexpr std::string_view point_rounding = "O-34";

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

Undetermined no_whole_fen(std::string zh, std::string en, const Rulebook& rules,
                          ledger::Area jurisdiction) {
  auto why = no_rule(std::move(zh), std::move(en));
  if (rules.point(jurisdiction, point_rounding) != nullptr) why.open_point = point_rounding;
  return why;
}

ledger::Year settlement_year_of(const Fact& fact) {
  return fact.event.year(Field::settlement_year).value_or(ledger::year_of(act_date(fact)));
}

std::optional<Fen> share_of(Fen amount, BasisPoints share) {
  const __int128 product = static_cast<__int128>(amount.value) * share;
  if (product % whole_basis_points != 0) return std::nullopt;
  return Fen{static_cast<std::int64_t>(product / whole_basis_points)};
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
