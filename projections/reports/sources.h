// Where rows of reports come from: the answers about every unit or every person, asked on all
// threads and put together in the order of their subjects.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "projections/judgments/units.h"
#include "projections/questions.h"
#include "projections/reports/row_book.h"

namespace kinledger::projections {

/// The headings of some fields of a question, in this order.
std::vector<Heading> fields_of(std::string_view question, std::span<const std::string_view> fields);
/// The columns of a field that holds rows.
std::vector<Heading> columns_of(std::string_view question, std::string_view field);

/// The answer to a question of the registry. Precondition: it takes these arguments.
ledger::Result<Answer> answer_to(std::string_view question, const Arguments& arguments,
                                 Asking& asking);
/// Its fields as cells, in this order.
Row cells_of(const Answer& answer, std::span<const std::string_view> fields);
const Value& field_of(const Answer& answer, std::string_view field);
const std::vector<Row>& rows_of(const Answer& answer, std::string_view field);

/// Adds the rows of one subject; `asking` has a knowledge that holds the subject's dossier.
using AddRows =
    std::function<ledger::Result<void>(Asking& asking, const Subject& subject, RowBook& rows)>;
/// Calls it for each of the subjects.
ledger::Result<void> add_of_all(const Subjects& subjects, Asking& asking, const AddRows& add,
                                RowBook& rows);

/// The division of the argument `area`; nothing where it is not given.
std::optional<ledger::Area> area_asked(const Arguments& arguments);
/// For one unit or, by the arguments `unit` and `area`, for those that are meant: by number. A unit
/// lies in a division when it is recorded there on the date.
using AddUnit = std::function<ledger::Result<void>(Asking& asking, const ledger::UnitId& unit,
                                                   RowBook& rows, const std::string& key)>;
ledger::Result<void> add_of_units(Asking& asking, const Arguments& arguments, const AddUnit& add,
                                  RowBook& rows);

/// For each of the persons whom the arguments mean: by `unit` those whom its records name and their
/// children, by `area` those who lie in the division on the date, else everyone.
using AddPerson = std::function<ledger::Result<void>(Asking& asking, const ledger::PersonId& person,
                                                     RowBook& rows)>;
ledger::Result<void> add_of_people(Asking& asking, const Arguments& arguments, const AddPerson& add,
                                   RowBook& rows);

}  // namespace kinledger::projections
