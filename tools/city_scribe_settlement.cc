// What a unit does with a settlement year in the year after it: it retrieves the annual
// settlements, reimburses, and accounts for its channel fund (原筹资渠道), from which the
// reimbursements of that calendar year are paid.
#include <algorithm>

#include "tools/city_codes.h"
#include "tools/city_scribe.h"

namespace kinledger::tools {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Year;

void CityScribe::settlements(const CityUnit& unit, Year year, CityPage& page) const {
  const Year fund_year{year.value + 1};
  if (year == city_first_year) close_fund(unit, year, channel_of(unit, year), {0}, page);
  const auto channel = channel_of(unit, fund_year);
  channel_fund(unit, fund_year, channel, page);
  const auto dates = life_.unit_year(unit, year);
  Fen used;
  each_child(unit, [&](const Child& child) {
    const auto care_of_year = life_.care(child, year);
    if (care_of_year.count == 0) return;
    const auto story = life_.settlement(child, year);
    const bool wrong = story.slip == Slip::wrong_amount && care_of_year.subsidy_eligible.value > 0;
    annual_settlement(child, unit, year, {care_of_year, wrong}, page);
    if (wrong) page.amend_later(Mistake::settlement_amount, child.index);
    auto amount = care_of_year.subsidy_eligible;
    if (story.too_much) amount.value += care_of_year.deductible.value;
    // A unit that is out of scope reimburses nobody, but for a few children.
    const bool entitled = life_.has_subsidy(child, unit, year) || child.index % 200 == 199;
    if (!entitled || !story.reimbursed || amount.value == 0) return;
    const Fen left{std::max<std::int64_t>(0, channel.amount.value - used.value)};
    const auto paid_on =
        story.early ? ledger::add_days(ledger::first_day_after(year), -12) : dates.pays_on;
    reimbursement(child, unit, {year, paid_on, amount, std::min(amount, left)}, page);
    if (story.paid_back)
      paid_back(child, unit, {year, ledger::add_days(dates.pays_on, 15), amount, {}}, page);
    else
      used.value += amount.value;
  });
  close_fund(unit, fund_year, channel, used, page);
}

void CityScribe::annual_settlement(const Child& child, const CityUnit& unit, Year year,
                                   const SettlementText& text, CityPage& page) const {
  const Fen eligible{text.care.subsidy_eligible.value / (text.understated ? 2 : 1)};
  page.add(EventType::annual_settlement_received, life_.unit_year(unit, year).retrieved_on)
      .person(Field::person, child.person)
      .unit(Field::unit, unit.number)
      .set(Field::settlement_year, year)
      .set(Field::deductible_total, text.care.deductible)
      .set(Field::subsidy_eligible_amount, eligible);
}

void CityScribe::reimbursement(const Child& child, const CityUnit& unit, const Payout& payout,
                               CityPage& page) const {
  page.add(EventType::subsidy_reimbursed, payout.on)
      .person(Field::person, child.person)
      .person(Field::parent, population_.parent(child))
      .unit(Field::unit, unit.number)
      .set(Field::settlement_year, payout.year)
      .set(Field::fund_year, Year{payout.year.value + 1})
      .set(Field::amount, payout.amount)
      .set(Field::from_channel, payout.from_channel)
      .set(Field::from_fiscal, Fen{payout.amount.value - payout.from_channel.value});
}

/// The reimbursement on the line written last.
void CityScribe::paid_back(const Child& child, const CityUnit& unit, const Payout& payout,
                           CityPage& page) const {
  const auto reimbursed = page.lines();
  page.add(EventType::reimbursement_reversed, payout.on)
      .person(Field::person, child.person)
      .unit(Field::unit, unit.number)
      .fact(Field::reimbursement, reimbursed)
      .set(Field::settlement_year, payout.year)
      .set(Field::fund_year, Year{payout.year.value + 1})
      .set(Field::amount, payout.amount)
      .set(Field::cause, city_codes::duplicate);
}

CityScribe::Channel CityScribe::channel_of(const CityUnit& unit, Year fund_year) const {
  Channel channel;
  if (!unit.in_scope) return channel;
  each_child(unit, [&](const Child& child) {
    if (!life_.has_subsidy(child, unit, fund_year)) return;
    const bool newly = CityLife::joins(child, fund_year);
    channel.child_months += newly ? 13 - ledger::month_of_year(child.joined_on) : 12;
  });
  channel.amount = {unit.channel_rate.value * channel.child_months};
  return channel;
}

void CityScribe::channel_fund(const CityUnit& unit, Year fund_year, const Channel& channel,
                              CityPage& page) const {
  if (channel.child_months == 0) return;
  page.add(EventType::channel_fund_allocated, ledger::add_days(ledger::first_day(fund_year), 14))
      .unit(Field::unit, unit.number)
      .set(Field::fund_year, fund_year)
      .set(Field::rate, unit.channel_rate)
      .set(Field::child_months, channel.child_months)
      .set(Field::amount, channel.amount);
}

void CityScribe::close_fund(const CityUnit& unit, Year fund_year, const Channel& channel, Fen used,
                            CityPage& page) const {
  const auto year_end = ledger::last_day(fund_year);
  if (used > channel.amount)
    page.add(EventType::fiscal_top_up_granted, ledger::add_days(year_end, -16))
        .unit(Field::unit, unit.number)
        .set(Field::fund_year, fund_year)
        .set(Field::fiscal_level, unit.fiscal_level)
        .set(Field::amount, Fen{used.value - channel.amount.value});
  const auto dates = life_.unit_year(unit, {fund_year.value - 1});
  const Fen returned{(channel.amount.value - used.value) * dates.returned_per_mille / 1'000};
  if (returned.value <= 0) return;
  page.add(EventType::surplus_recovered, dates.returns_on)
      .unit(Field::unit, unit.number)
      .set(Field::fund_year, fund_year)
      .set(Field::amount, returned);
}

}  // namespace kinledger::tools
