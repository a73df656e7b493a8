// Reports for a unit and for finance: the settlement statement of a unit, and the accounts of the
// units of a level or division.
#include <algorithm>

#include "projections/judgments/channel_account.h"
#include "projections/judgments/sums.h"
#include "projections/questions/topics.h"
#include "projections/reports/sources.h"
#include "projections/reports/topics.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::PersonId;
using ledger::Result;
using ledger::UnitId;

// ---------------------------------------------------------------- settlement of a unit

constexpr std::string_view settled_fields[] = {
    "subsidyEligible", "eligibleAmount", "excludedAmount", "deductible", "reimbursed",
    "reimbursable",    "excess",         "windowFrom",     "windowTo",   "inWindow"};

constexpr Heading paid_by_unit{"paidByUnit", "其中本单位已报销", "of it paid by this unit",
                               "money"};

/// What this unit reimbursed of the year, net.
Fen paid_by(const UnitId& unit, const Answer& reimbursement) {
  Fen sum;
  for (const auto& row : rows_of(reimbursement, "reimbursements")) {
    // paidOn, unit, amount, paidBack: as the question has them.
    if (row.at(1) != Value{unit}) continue;
    add_up(sum, difference(std::get<Fen>(row.at(2).held), std::get<Fen>(row.at(3).held)));
  }
  return sum;
}

Result<void> settlement_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  const auto& unit = *arguments.unit;
  for (const auto& child : children_of(asking.knowledge.unit(unit))) {
    asking.knowledge.stay_small();
    const auto answer =
        answer_to("reimbursement", {arguments.on, child, {}, arguments.year, {}}, asking);
    if (!answer) return answer.error();
    const Fen paid = paid_by(unit, *answer);
    if (field_of(*answer, "unit") != Value{unit} && paid == Fen{}) continue;
    auto row = cells_of(*answer, settled_fields);
    row.insert(row.begin(), Value{child});
    row.push_back({paid});
    rows.add(row);
  }
  return {};
}

std::vector<Heading> settlement_columns() {
  auto columns = fields_of("reimbursement", settled_fields);
  columns.insert(columns.begin(), {"person", "子女", "child", "person"});
  columns.push_back(paid_by_unit);
  return columns;
}

// ---------------------------------------------------------------- finance

constexpr std::string_view account_fields[] = {
    "fiscalLevel", "children",    "childMonths",   "childrenUndetermined",
    "rate",        "expected",    "allocated",     "channel",
    "reimbursed",  "paidBack",    "used",          "fromChannel",
    "topUpNeeded", "toppedUp",    "improperTopUp", "surplus",
    "recovered",   "outstanding", "recoverBy"};

constexpr Heading unit_columns[] = {
    {"unit", "单位", "unit", "unit"},
    {"unitName", "单位名称", "name of the unit", "text"},
    {"area", "区划", "division", "text"},
};

Result<void> finance_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  const auto add = [&](Asking& asked, const UnitId& unit, RowBook& book,
                       const std::string& number) -> Result<void> {
    // Schools, banks and agencies are units of the ledger too, without a channel.
    const auto& itself = asked.knowledge.unit_itself(unit);
    if (itself.of(EventType::unit_recorded).empty()) return {};
    const auto state = unit_state(itself, arguments.on);
    const bool has_area = state && state->area.code != 0;
    Row row{{unit},
            {state ? state->name : std::string()},
            {has_area ? std::to_string(state->area.code) : std::string()}};
    const auto answer = answer_to("balance", {arguments.on, {}, unit, arguments.year, {}}, asked);
    if (!answer) return answer.error();
    for (auto& cell : cells_of(*answer, account_fields)) row.push_back(std::move(cell));
    book.add(row, number);
    return {};
  };
  return add_of_units(asking, arguments, add, rows);
}

std::vector<Heading> finance_columns() {
  auto columns = fields_of("balance", account_fields);
  columns.insert(columns.begin(), std::begin(unit_columns), std::end(unit_columns));
  return columns;
}

}  // namespace

std::vector<Report> unit_reports() {
  return {
      {.asks = {.name = "unitSettlement",
                .id = {},
                .zh = "单位医疗补助结算单",
                .en = "settlement statement of a unit",
                .arguments = {unit_argument, year_argument},
                .fields = {}},
       .columns = settlement_columns(),
       .summed = {"eligibleAmount", "excludedAmount", "deductible", "reimbursed", "reimbursable",
                  "excess", "paidByUnit"},
       .grouped_by = {"subsidyEligible"},
       .make = settlement_rows},
      {.asks = {.name = "finance",
                .id = {},
                .zh = "市、区财政补助和结余一览",
                .en = "city and district finance: top-ups and surpluses of the units",
                .arguments = {year_argument, unit_of_report, area_of_report},
                .fields = {}},
       .columns = finance_columns(),
       .summed = {"children", "childMonths", "childrenUndetermined", "expected", "allocated",
                  "channel", "reimbursed", "paidBack", "used", "fromChannel", "topUpNeeded",
                  "toppedUp", "improperTopUp", "surplus", "recovered", "outstanding"},
       .grouped_by = {"area", "fiscalLevel"},
       .make = finance_rows},
  };
}

}  // namespace kinledger::projections
