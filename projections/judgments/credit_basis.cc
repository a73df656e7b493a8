#include "projections/judgments/credit_basis.h"

#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

/// Packs declare it in the list personStatus.
constexpr std::string_view retirement_status = "retirement";

}  // namespace

const Fact* state_of(const Dossier& person, std::string_view kind, Date on) {
  const Fact* latest = nullptr;
  for (const auto& fact : person.of(EventType::person_status_recorded)) {
    const auto from = fact.event.envelope().valid_on;
    if (fact.event.text(Field::kind) != kind || (from && *from > on)) continue;
    if (latest == nullptr || from >= latest->event.envelope().valid_on) latest = &fact;
  }
  return latest;
}

const Fact* retirement_of(const Dossier& person, Date on) {
  return state_of(person, retirement_status, on);
}

CreditBasis judge_credit_basis(Knowledge& knowledge, const ledger::PersonId& person,
                               Area jurisdiction, Date on) {
  CreditBasis result;
  const auto& rules = knowledge.rules();
  for (const Rule* rule : rules.rules_of(RuleKind::account_basis, jurisdiction, on)) {
    for (const auto& entry : rule->as<AccountBasis>().entries) {
      auto ruling = ruling_of(*rule, evaluate(entry.condition, person, on, knowledge), rules);
      if (ruling.truth == Truth::no) continue;
      result.steps = ruling.steps;
      if (ruling.truth == Truth::unknown) {
        result.basis =
            Judged<std::string>::open(undetermined_by(ruling, rules, jurisdiction), ruling.backing);
        return result;
      }
      result.basis = Judged<std::string>::of(entry.basis, std::move(ruling.backing));
      if (!entry.open_point.empty())
        result.amount_open = open_point(entry.open_point, rules, jurisdiction);
      return result;
    }
  }
  result.basis = Judged<std::string>::open(no_rule(
      "没有已采用的规则规定划账依据", "no adopted rule says by what the account is credited"));
  return result;
}

}  // namespace kinledger::projections
