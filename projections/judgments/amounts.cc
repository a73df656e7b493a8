#include "projections/judgments/amounts.h"

#include <utility>

namespace kinledger::projections {

using ledger::Certainty;
using ledger::Fen;

Judged<Fen> amount_of(const Amount& amount, AnnouncementKey wanted, const Rulebook& rules,
                      Backing backing, Step& step) {
  if (amount.fixed) return Judged<Fen>::of(*amount.fixed, std::move(backing));
  if (!amount.announced.empty()) {
    wanted.name = amount.announced;
    const auto announced = rules.announced(wanted);
    if (announced && announced->amount) {
      step.facts.push_back(announced->sequence);
      if (backing.certainty == Certainty::open) backing.certainty = Certainty::document;
      return Judged<Fen>::of(*announced->amount, std::move(backing));
    }
  }
  if (amount.open_point.empty()) {
    return Judged<Fen>::open(no_rule("文件未载明该金额", "the documents do not state this amount"),
                             std::move(backing));
  }
  step.open_point = amount.open_point;
  return Judged<Fen>::open(open_point(amount.open_point, rules, wanted.jurisdiction),
                           std::move(backing));
}

}  // namespace kinledger::projections
