#include "projections/settlement/proposal.h"

#include <algorithm>
#include <set>

#include "projections/judgments/reimbursement.h"
#include "projections/judgments/sums.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::PersonId;
using ledger::Result;
using ledger::Year;

/// Whom the unit may have something to pay for: bound to it, or settled or paid with it once.
std::set<PersonId> candidates(const Dossier& unit) {
  const auto bound = children_of(unit);
  std::set<PersonId> children(bound.begin(), bound.end());
  for (const auto type : {EventType::annual_settlement_received, EventType::subsidy_reimbursed})
    for (const auto& fact : unit.of(type))
      if (const auto child = fact.event.person(Field::person)) children.insert(*child);
  return children;
}

Year fund_year_of(const Rulebook& rules, const SettlementProposal& proposal) {
  const auto reading = rules.reading(Convention::fund_year, proposal.jurisdiction, proposal.on);
  return reading.choice == "settlement_year" ? proposal.settlement_year
                                             : ledger::year_of(proposal.on);
}

void propose_for(Knowledge& knowledge, const PersonId& child, SettlementProposal& proposal) {
  const auto judged = judge_reimbursement(
      knowledge, {child, proposal.jurisdiction, proposal.settlement_year, proposal.on});
  const auto& subsidy = judged.subsidy;
  if (subsidy.ruling.truth == Truth::no) return;
  if (subsidy.unit.unit.value && *subsidy.unit.unit.value != proposal.unit) return;
  if (subsidy.unit.unit.undetermined) {
    proposal.unsettled.push_back({child, *subsidy.unit.unit.undetermined});
    return;
  }
  if (judged.reimbursable.undetermined) {
    proposal.unsettled.push_back({child, *judged.reimbursable.undetermined});
    return;
  }
  if (!judged.reimbursable.value || judged.reimbursable.value->value == 0) return;
  auto backing = judged.reimbursable.backing;
  backing.add(subsidy.unit.unit.backing);
  proposal.payments.push_back({.child = child,
                               .amount = *judged.reimbursable.value,
                               .eligible = judged.eligible.value.value_or(Fen{}),
                               .reimbursed = judged.reimbursed,
                               .from_channel = {},
                               .from_fiscal = {},
                               .backing = std::move(backing)});
  add_up(proposal.total, *judged.reimbursable.value);
}

/// The channel pays as far as it reaches, in the order of the payments; finance pays the rest.
void split(const ChannelAccount& account, SettlementProposal& proposal) {
  if (!account.channel.value) {
    proposal.channel_left = account.channel;
    proposal.top_up = account.channel;
    return;
  }
  Fen left = not_below_zero(difference(*account.channel.value, account.used));
  auto backing = account.channel.backing;
  backing.add(account.used_backing);
  proposal.channel_left = Judged<Fen>::of(left, backing);
  Fen fiscal{};
  for (auto& payment : proposal.payments) {
    payment.from_channel = std::min(left, payment.amount);
    payment.from_fiscal = difference(payment.amount, *payment.from_channel);
    left = difference(left, *payment.from_channel);
    add_up(fiscal, *payment.from_fiscal);
  }
  // What finance granted beyond its use until now is there for these payments.
  const Fen needed = account.top_up_needed.value.value_or(Fen{});
  const Fen granted = not_below_zero(difference(account.topped_up, needed));
  backing.weaken(ledger::Certainty::derived);
  proposal.top_up =
      Judged<Fen>::of(not_below_zero(difference(fiscal, granted)), std::move(backing));
}

/// Of what was allocated: an amount that only should have been is nobody's to give back.
Judged<Fen> surplus_of(const ChannelAccount& account) {
  if (!account.allocated) return Judged<Fen>::nothing();
  if (!account.outstanding.value) return account.outstanding;
  return Judged<Fen>::of(not_below_zero(*account.outstanding.value), account.outstanding.backing);
}

}  // namespace

Result<SettlementProposal> propose_settlement(Asking& asking, const ledger::UnitId& unit,
                                              Year settlement_year, ledger::Date on) {
  auto& knowledge = asking.knowledge;
  const auto& rules = knowledge.rules();
  SettlementProposal proposal;
  proposal.basis = asking.basis;
  proposal.program = asking.program;
  proposal.unit = unit;
  proposal.settlement_year = settlement_year;
  proposal.on = on;
  proposal.jurisdiction = jurisdiction_of_unit(knowledge, unit);
  proposal.fund_year = fund_year_of(rules, proposal);
  proposal.surplus_year = Year{ledger::year_of(on).value - 1};
  if (const auto state = unit_state(knowledge.unit_itself(unit), on)) {
    proposal.unit_number = state->number;
    proposal.fiscal_level = state->fiscal_level;
  }
  Steps steps;
  proposal.window = reimbursement_window(rules, proposal.jurisdiction, settlement_year, steps);
  proposal.in_window = !proposal.window.value || contains(*proposal.window.value, on);
  for (const auto& child : candidates(knowledge.unit(unit))) {
    knowledge.stay_small();
    propose_for(knowledge, child, proposal);
  }
  const auto account_of = [&](Year fund_year) {
    return judge_channel_account(
        knowledge,
        {.unit = unit, .jurisdiction = proposal.jurisdiction, .fund_year = fund_year, .on = on});
  };
  split(account_of(proposal.fund_year), proposal);
  proposal.surplus = surplus_of(account_of(proposal.surplus_year));
  if (const auto& fault = knowledge.fault()) return *fault;
  return proposal;
}

}  // namespace kinledger::projections
