#include "projections/judgments/handover.h"

#include <utility>

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::EventType;
using ledger::Field;

bool has_part(const ledger::EventView& handover, FundHandover::Part part) {
  using enum FundHandover::Part;
  switch (part) {
    case audit:
      return !handover.text(Field::audit_reference).empty();
    case debts:
      return handover.money(Field::debts).has_value();
    case arrears:
      return handover.money(Field::arrears).has_value();
    case balance:
      return handover.money(Field::balance).has_value();
    case completion:
      return handover.flag(Field::complete) != false;
  }
  invariant(false);
}

/// The last handover of the area up to the date; of one day the one recorded last.
const Fact* handover_of(const Dossier& region, const AreaSet& area, ledger::Date on) {
  const Fact* found = nullptr;
  for (const auto& fact : region.of(EventType::fund_handover_recorded)) {
    const auto code = fact.event.area(Field::area).value_or(Area{});
    if (act_date(fact) > on || contains(area, code) != Truth::yes) continue;
    if (found == nullptr || act_date(fact) >= act_date(*found)) found = &fact;
  }
  return found;
}

}  // namespace

std::vector<AreaHandover> judge_handovers(const Dossier& region, const Rule& rule,
                                          ledger::Date on) {
  std::vector<AreaHandover> handovers;
  const auto& wanted = rule.as<FundHandover>();
  for (const auto& area : wanted.areas) {
    AreaHandover handover{&area, handover_of(region, area, on), {}};
    for (const auto part : wanted.parts) {
      if (handover.fact == nullptr || !has_part(handover.fact->event, part))
        handover.missing.push_back(part);
    }
    // Every part can be there and the whole still be stated as not complete.
    using enum FundHandover::Part;
    if (handover.fact != nullptr && !has_part(handover.fact->event, completion))
      handover.missing.push_back(completion);
    handovers.push_back(std::move(handover));
  }
  return handovers;
}

Word word_of(FundHandover::Part part) {
  using enum FundHandover::Part;
  switch (part) {
    case audit:
      return {"audit", {"专项审计", "special audit"}};
    case debts:
      return {"debts", {"历史债务", "historic debts"}};
    case arrears:
      return {"arrears", {"欠费", "arrears"}};
    case balance:
      return {"balance", {"基金结余", "fund balance"}};
    case completion:
      return {"completion", {"移交完成", "completion as stated"}};
  }
  invariant(false);
}

}  // namespace kinledger::projections
