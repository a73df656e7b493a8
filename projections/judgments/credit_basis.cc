#include "projections/judgments/credit_basis.h"

#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;

}  // namespace

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
