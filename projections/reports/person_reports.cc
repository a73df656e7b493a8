// Reports about persons: where the legacy members went, late and missing bindings, and on what
// evidence premiums were not asked for.
#include <algorithm>

#include "projections/judgments/grounds.h"
#include "projections/judgments/people.h"
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

constexpr Heading person_column{"person", "人员", "person", "person"};

// ---------------------------------------------------------------- legacy members

constexpr std::string_view migration_fields[] = {"state", "scheme", "automatic",
                                                 "conversionRecorded", "meetsConditions"};

Result<void> migration_row(Asking& asking, const PersonId& person, const Arguments& arguments,
                           RowBook& rows) {
  const auto answer = answer_to("migration", {arguments.on, person, {}, {}, {}}, asking);
  if (!answer) return answer.error();
  auto row = cells_of(*answer, migration_fields);
  if (row.front() == none()) return {};  // never a member
  row.insert(row.begin(), Value{person});
  rows.add(row);
  return {};
}

Result<void> migration_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  const auto area = area_asked(arguments);
  const auto is_asked_for = [&](Knowledge& knowledge, const Subject& person) {
    return !area || lies_in_division(knowledge, person, *area, arguments.on);
  };
  if (arguments.unit) {
    const auto answer = answer_to("migration", {arguments.on, {}, arguments.unit, {}, {}}, asking);
    if (!answer) return answer.error();
    for (const auto& row : rows_of(*answer, "members"))
      if (is_asked_for(asking.knowledge, Subject::of(std::get<PersonId>(row.front().held))))
        rows.add(row);
    return {};
  }
  return add_of_all(
      {Subject::Kind::person, EventType::legacy_membership_recorded}, asking,
      [&](Asking& asked, const Subject& subject, RowBook& book) -> Result<void> {
        if (!is_asked_for(asked.knowledge, subject)) return {};
        return migration_row(asked, PersonId{subject.id}, arguments, book);
      },
      rows);
}

// ---------------------------------------------------------------- bindings

constexpr std::string_view binding_fields[] = {"unit",      "parent",   "timing",       "deadline",
                                               "handledOn", "daysLate", "formComplete", "defects"};

/// Not in time, or not known to be; nothing where no rule sets a deadline.
Result<void> binding_row(Asking& asking, const PersonId& person, const Arguments& arguments,
                         RowBook& rows) {
  const auto& rules = asking.knowledge.rules();
  const auto jurisdiction = jurisdiction_of(asking.knowledge.person(person), rules);
  if (rules.rules_of(RuleKind::binding_deadline, jurisdiction).empty()) return {};
  const auto answer = answer_to("binding", {arguments.on, person, {}, {}, {}}, asking);
  if (!answer) return answer.error();
  const auto& timing = std::get<Word>(field_of(*answer, "timing").held).code;
  if (timing != "late" && timing != "missing" && timing != "undetermined") return {};
  // Of a child whose parents work for two units the binding is with one of them.
  const auto* unit = std::get_if<UnitId>(&field_of(*answer, "unit").held);
  if (arguments.unit && unit != nullptr && *unit != *arguments.unit) return {};
  auto row = cells_of(*answer, binding_fields);
  row.insert(row.begin(), Value{person});
  rows.add(row);
  return {};
}

Result<void> binding_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  return add_of_people(
      asking, arguments,
      [&](Asking& asked, const PersonId& person, RowBook& book) {
        return binding_row(asked, person, arguments, book);
      },
      rows);
}

// ---------------------------------------------------------------- exemptions

constexpr std::string_view exempt_fields[] = {"exempt", "payer"};
constexpr Heading subsidised_column{"subsidised", "财政代缴金额", "premium paid by finance",
                                    "money"};

std::vector<Heading> exemption_columns() {
  auto columns = fields_of("exemption", exempt_fields);
  columns.insert(columns.begin(), person_column);
  for (const auto& column : columns_of("exemption", "evidence")) columns.push_back(column);
  columns.push_back(subsidised_column);
  return columns;
}

/// What finance paid in the place of the person, for the year.
std::optional<Fen> subsidised_of(const Dossier& person, ledger::Year year) {
  std::optional<Fen> sum;
  for (const auto& fact : person.of(EventType::fiscal_premium_subsidised)) {
    if (fact.event.year(Field::insurance_year) != year) continue;
    if (!sum) sum = Fen{};
    add_up(*sum, fact.event.money(Field::amount).value_or(Fen{}));
  }
  return sum;
}

/// One row for each piece of evidence, or one without for whom finance paid all the same.
Result<void> exemption_row(Asking& asking, const PersonId& person, const Arguments& arguments,
                           RowBook& rows) {
  const auto& dossier = asking.knowledge.person(person);
  const auto subsidised = subsidised_of(dossier, arguments.year_or_that_of_on());
  const bool has_evidence = !dossier.of(EventType::certificate_recorded).empty() ||
                            !dossier.of(EventType::exemption_list_entry_received).empty();
  if (!has_evidence && !subsidised) return {};
  const auto answer = answer_to("exemption", {arguments.on, person, {}, {}, {}}, asking);
  if (!answer) return answer.error();
  auto evidence = rows_of(*answer, "evidence");
  const bool is_exempt = field_of(*answer, "exempt") != Value{false};
  if (evidence.empty() && !subsidised && !is_exempt) return {};
  if (evidence.empty()) evidence.emplace_back(columns_of("exemption", "evidence").size(), none());
  auto paid = subsidised ? Value{*subsidised} : none();
  for (const auto& piece : evidence) {
    Row row{{person}, field_of(*answer, "exempt"), field_of(*answer, "payer")};
    row.insert(row.end(), piece.begin(), piece.end());
    row.push_back(std::exchange(paid, none()));  // once, so that the sum is right
    rows.add(row);
  }
  return {};
}

Result<void> exemption_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  return add_of_people(
      asking, arguments,
      [&](Asking& asked, const PersonId& person, RowBook& book) {
        return exemption_row(asked, person, arguments, book);
      },
      rows);
}

}  // namespace

std::vector<Report> person_reports() {
  auto late_columns = fields_of("binding", binding_fields);
  late_columns.insert(late_columns.begin(), {"person", "子女", "child", "person"});
  return {
      {.asks = {.name = "migration",
                .id = {},
                .zh = "原子女统筹人员去向清单",
                .en = "migration list of the legacy members",
                .arguments = {unit_of_report, area_of_report},
                .fields = {}},
       .columns = columns_of("migration", "members"),
       .grouped_by = {"scheme", "state"},
       .make = migration_rows},
      {.asks = {.name = "bindings",
                .id = {},
                .zh = "逾期和未办理关系绑定清单",
                .en = "late and missing bindings",
                .arguments = {unit_of_report, area_of_report},
                .fields = {}},
       .columns = std::move(late_columns),
       .grouped_by = {"timing"},
       .make = binding_rows},
      {.asks = {.name = "exemptions",
                .id = {},
                .zh = "免缴人员及依据清单",
                .en = "exempt persons and the evidence",
                .arguments = {unit_of_report, area_of_report, year_argument},
                .fields = {}},
       .columns = exemption_columns(),
       .summed = {"subsidised"},
       .grouped_by = {"exempt", "kind"},
       .make = exemption_rows},
  };
}

}  // namespace kinledger::projections
