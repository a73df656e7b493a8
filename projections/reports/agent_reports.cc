// Reports about agent units (代办单位), schools above all: whom they missed, for the education
// department, and what they declared against what was paid and receipted.
#include <set>

#include "projections/judgments/grounds.h"
#include "projections/judgments/payments.h"
#include "projections/judgments/sums.h"
#include "projections/questions/topics.h"
#include "projections/reports/sources.h"
#include "projections/reports/topics.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::PersonId;
using ledger::Result;
using ledger::UnitId;

constexpr Argument agent_of_report{"unit",
                                   Argument::Kind::unit,
                                   false,
                                   "学校或其他代办单位，默认全部",
                                   "the school or other agent; by default all",
                                   {},
                                   {}};

constexpr Heading agent_column{"unit", "学校（代办单位）", "school (agent)", "unit"};

// ---------------------------------------------------------------- missed enrollments

constexpr Heading missed_count{"missed", "漏保人数", "missed", "count"};
constexpr Heading undetermined_count{"undetermined", "未确定人数", "undetermined", "count"};

std::vector<Heading> missed_columns() {
  auto columns = columns_of("missed", "persons");
  columns.insert(columns.begin(), agent_column);
  columns.push_back(missed_count);
  columns.push_back(undetermined_count);
  return columns;
}

bool has_roster(const Dossier& agent) {
  return !agent.of(EventType::roster_reported).empty() ||
         !agent.of(EventType::roster_entry_reported).empty();
}

/// A row for each person missed, and one without a person for those of whom it cannot be told.
Result<void> missed_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  const auto add = [&](Asking& asked, const UnitId& unit, RowBook& book,
                       const std::string& number) -> Result<void> {
    if (!has_roster(asked.knowledge.unit(unit))) return {};
    const auto answer = answer_to("missed", {arguments.on, {}, unit, arguments.year, {}}, asked);
    if (!answer) return answer.error();
    for (const auto& missed : rows_of(*answer, "persons")) {
      Row row{{unit}};
      row.insert(row.end(), missed.begin(), missed.end());
      row.push_back({std::int64_t{1}});
      row.push_back({std::int64_t{0}});
      book.add(row, number);
    }
    const auto& undetermined = field_of(*answer, "undetermined");
    if (undetermined == Value{std::int64_t{0}}) return {};
    Row row{{unit}};
    row.resize(book.columns().size() - 2, none());
    row.push_back({std::int64_t{0}});
    row.push_back(undetermined);
    book.add(row, number);
    return {};
  };
  return add_of_units(asking, arguments, add, rows);
}

// ---------------------------------------------------------------- premiums

constexpr std::string_view declared_fields[] = {
    "declaredOn",         "payers",     "exempt",       "declared",
    "expected",           "difference", "inTime",       "financePersonal",
    "rosterEligible",     "rosterPaid", "rosterExempt", "rosterMissed",
    "rosterUndetermined", "addsUp"};

constexpr Heading reconciled_columns[] = {
    {"paid", "花名册人员已缴（净额）", "paid for those on the roster, net", "money"},
    {"receipts", "票据数", "receipts", "count"},
    {"receiptsMissing", "缺票据人数（多开为负）", "payers without a receipt (negative: too many)",
     "count"},
};

std::vector<Heading> premium_columns() {
  auto columns = fields_of("declaration", declared_fields);
  columns.insert(columns.begin(), agent_column);
  columns.insert(columns.end(), std::begin(reconciled_columns), std::end(reconciled_columns));
  return columns;
}

std::set<PersonId> persons_on_rosters(const Dossier& agent, ledger::Year year) {
  std::set<PersonId> persons;
  for (const auto& fact : agent.of(EventType::roster_entry_reported))
    if (const auto person = fact.event.person(Field::person);
        person && fact.event.year(Field::insurance_year) == year)
      persons.insert(*person);
  return persons;
}

Fen paid_for(Knowledge& knowledge, const std::set<PersonId>& persons, const Arguments& arguments) {
  Fen sum;
  for (const auto& person : persons) {
    knowledge.stay_small();
    const auto& dossier = knowledge.person(person);
    for (const auto& payment : payments_of(dossier, jurisdiction_of(dossier, knowledge.rules())))
      if (payment.year == arguments.year_or_that_of_on() && payment.paid_on <= arguments.on)
        add_up(sum, payment.net());
  }
  return sum;
}

std::int64_t receipts_of(const Dossier& agent, const Arguments& arguments) {
  std::int64_t receipts = 0;
  for (const auto& fact : agent.of(EventType::receipt_issued))
    receipts += fact.event.year(Field::insurance_year) == arguments.year_or_that_of_on() &&
                act_date(fact) <= arguments.on;
  return receipts;
}

Result<void> premium_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  const auto add = [&](Asking& asked, const UnitId& unit, RowBook& book,
                       const std::string& number) -> Result<void> {
    const auto& agent = asked.knowledge.unit(unit);
    const auto receipts = receipts_of(agent, arguments);
    const auto persons = persons_on_rosters(agent, arguments.year_or_that_of_on());
    const bool declared = !agent.of(EventType::agent_declaration_filed).empty();
    if (!declared && receipts == 0 && persons.empty()) return {};
    const auto answer =
        answer_to("declaration", {arguments.on, {}, unit, arguments.year, {}}, asked);
    if (!answer) return answer.error();
    auto row = cells_of(*answer, declared_fields);
    row.insert(row.begin(), Value{unit});
    row.push_back({paid_for(asked.knowledge, persons, arguments)});
    row.push_back({receipts});
    const auto* paid = std::get_if<std::int64_t>(&field_of(*answer, "rosterPaid").held);
    row.push_back(paid == nullptr ? none() : Value{*paid - receipts});
    book.add(row, number);
    return {};
  };
  return add_of_units(asking, arguments, add, rows);
}

}  // namespace

std::vector<Report> agent_reports() {
  return {
      {.asks = {.name = "missedEnrollment",
                .id = {},
                .zh = "学校漏保名单",
                .en = "missed-enrollment list by school",
                .arguments = {agent_of_report, area_of_report, year_argument},
                .fields = {}},
       .columns = missed_columns(),
       .summed = {"missed", "undetermined"},
       .grouped_by = {"unit"},
       .make = missed_rows},
      {.asks = {.name = "premiums",
                .id = {},
                .zh = "保费核对表（申报、缴费、票据）",
                .en = "premium reconciliation: declared, paid, receipts",
                .arguments = {agent_of_report, area_of_report, year_argument},
                .fields = {}},
       .columns = premium_columns(),
       .summed = {"payers", "exempt", "declared", "expected", "difference", "financePersonal",
                  "rosterEligible", "rosterPaid", "rosterExempt", "rosterMissed",
                  "rosterUndetermined", "paid", "receipts", "receiptsMissing"},
       .grouped_by = {"addsUp"},
       .make = premium_rows},
  };
}

}  // namespace kinledger::projections
