// Reports about employers: arrears of contributions, and what they led to.
#include <set>

#include "projections/judgments/employers.h"
#include "projections/judgments/sums.h"
#include "projections/questions/topics.h"
#include "projections/reports/sources.h"
#include "projections/reports/topics.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Result;
using ledger::UnitId;

constexpr std::string_view arrears_fields[] = {
    "month",   "state",     "dueOn",   "paidInFullOn", "suspendedFrom", "orderedOn",
    "limitTo", "limitDays", "limitOk", "paidInTime",   "restoredFrom",  "employerLiableFrom"};

constexpr Heading amount_columns[] = {
    {"assessed", "核定金额", "assessed", "money"},
    {"paid", "已缴金额", "paid", "money"},
};

std::vector<Heading> arrears_columns() {
  auto columns = fields_of("arrears", arrears_fields);
  columns.insert(columns.begin(), {"unit", "单位", "unit", "unit"});
  columns.insert(columns.end(), std::begin(amount_columns), std::end(amount_columns));
  return columns;
}

/// Months that something can be told of by the date, of the year where one is asked for.
std::set<ledger::Month> months_of(const Dossier& unit, const Arguments& arguments) {
  auto months = contribution_months(unit);
  std::erase_if(months, [&](ledger::Month month) {
    const auto begins = ledger::first_day(month);
    return begins > arguments.on || (arguments.year && ledger::year_of(begins) != *arguments.year);
  });
  return months;
}

/// Recorded amounts of a month up to the date.
Fen recorded(const Dossier& unit, EventType type, ledger::Month month, ledger::Date on) {
  Fen sum;
  for (const auto& fact : unit.of(type))
    if (fact.event.month(Field::month) == month && act_date(fact) <= on)
      add_up(sum, fact.event.money(Field::amount).value_or(Fen{}));
  return sum;
}

/// A row for each month that was not paid by its day.
Result<void> arrears_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  const auto add = [&](Asking& asked, const UnitId& unit, RowBook& book,
                       const std::string& number) -> Result<void> {
    for (const auto month : months_of(asked.knowledge.unit_itself(unit), arguments)) {
      const auto answer =
          answer_to("arrears", {arguments.on, {}, unit, {}, {{"month", to_text(month)}}}, asked);
      if (!answer) return answer.error();
      const auto& state = std::get<Word>(field_of(*answer, "state").held).code;
      if (state == "paid" || state == "not_assessed" || state == "due") continue;
      auto row = cells_of(*answer, arrears_fields);
      row.insert(row.begin(), Value{unit});
      const auto& itself = asked.knowledge.unit_itself(unit);
      using enum EventType;
      row.push_back({recorded(itself, employer_contribution_assessed, month, arguments.on)});
      row.push_back({recorded(itself, employer_contribution_paid, month, arguments.on)});
      book.add(row, number);
    }
    return {};
  };
  return add_of_units(asking, arguments, add, rows);
}

constexpr Argument year_of_months{"year",
                                  Argument::Kind::year,
                                  false,
                                  "费款所属年度，默认全部",
                                  "year of the months; by default all",
                                  {},
                                  {}};

}  // namespace

std::vector<Report> employer_reports() {
  return {
      {.asks = {.name = "arrears",
                .id = {},
                .zh = "单位欠费和暂停清单",
                .en = "arrears of employers, and suspensions",
                .arguments = {unit_of_report, area_of_report, year_of_months},
                .fields = {}},
       .columns = arrears_columns(),
       .summed = {"assessed", "paid"},
       .grouped_by = {"state"},
       .make = arrears_rows},
  };
}

}  // namespace kinledger::projections
