#include "projections/reports/sources.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "ledger/text.h"
#include "projections/judgments/people.h"

namespace kinledger::projections {

using ledger::Error;
using ledger::Result;
using ledger::UnitId;

namespace {

const Question& question_named(std::string_view name) {
  const auto* question = find_question(name);
  invariant(question != nullptr, name);
  return *question;
}

/// The same from the knowledge of one share.
Asking with(Knowledge& knowledge, const Asking& asking) {
  return {knowledge, asking.subjects, asking.shares, asking.basis, asking.program};
}

}  // namespace

std::optional<ledger::Area> area_asked(const Arguments& arguments) {
  const auto code = ledger::digits_value(arguments.text("area"));
  return code ? std::optional(ledger::Area{static_cast<std::uint32_t>(*code)}) : std::nullopt;
}

std::vector<Heading> fields_of(std::string_view question,
                               std::span<const std::string_view> fields) {
  const auto& declared = question_named(question);
  std::vector<Heading> headings;
  for (const auto field : fields) {
    const auto* heading = declared.find_field(field);
    invariant(heading != nullptr, field);
    headings.push_back(*heading);
  }
  return headings;
}

std::vector<Heading> columns_of(std::string_view question, std::string_view field) {
  const auto* heading = question_named(question).find_field(field);
  invariant(heading != nullptr, field);
  return {heading->columns.begin(), heading->columns.end()};
}

Result<Answer> answer_to(std::string_view question, const Arguments& arguments, Asking& asking) {
  auto answer = ask(question_named(question), arguments, asking);
  if (!answer) return answer.error();
  invariant(answer->has_value(), question);
  return std::move(**answer);
}

const Value& field_of(const Answer& answer, std::string_view field) {
  const auto* found = answer.find(field);
  invariant(found != nullptr, field);
  return found->value;
}

Row cells_of(const Answer& answer, std::span<const std::string_view> fields) {
  Row row;
  for (const auto field : fields) row.push_back(field_of(answer, field));
  return row;
}

const std::vector<Row>& rows_of(const Answer& answer, std::string_view field) {
  return std::get<std::vector<Row>>(field_of(answer, field).held);
}

Result<void> add_of_all(const Subjects& subjects, Asking& asking, const AddRows& add,
                        RowBook& rows) {
  struct Share {
    RowBook rows;
    std::optional<Error> fault;
  };
  std::map<unsigned, Share> shares;  // by number
  std::mutex mutex;
  const auto share_of = [&](unsigned number) -> Share& {
    const std::lock_guard lock(mutex);
    const auto at = shares.find(number);
    if (at != shares.end()) return at->second;
    return shares.emplace(number, Share{RowBook(rows.columns()), {}}).first->second;
  };
  const auto run =
      asking.shares(subjects, [&](unsigned number, Knowledge& knowledge, const Subject& subject) {
        auto& share = share_of(number);
        if (share.fault) return;
        auto asked = with(knowledge, asking);
        if (const auto added = add(asked, subject, share.rows); !added) share.fault = added.error();
      });
  if (!run) return run.error();
  for (auto& [number, share] : shares) {
    if (share.fault) return *share.fault;
    rows.append(std::move(share.rows));
  }
  return {};
}

Result<void> add_of_units(Asking& asking, const Arguments& arguments, const AddUnit& add,
                          RowBook& rows) {
  const auto area = area_asked(arguments);
  const auto add_one = [&](Asking& asked, const UnitId& unit, RowBook& book) -> Result<void> {
    const auto state = unit_state(asked.knowledge.unit_itself(unit), arguments.on);
    if (area && (!state || !lies_in(state->area, *area))) return {};
    return add(asked, unit, book, state ? state->number : std::string());
  };
  if (arguments.unit) return add_one(asking, *arguments.unit, rows);
  return add_of_all(
      Subject::Kind::unit, asking,
      [&](Asking& asked, const Subject& subject, RowBook& book) {
        return add_one(asked, UnitId{subject.id}, book);
      },
      rows);
}

Result<void> add_of_people(Asking& asking, const Arguments& arguments, const AddPerson& add,
                           RowBook& rows) {
  const auto area = area_asked(arguments);
  const auto add_one = [&](Asking& asked, const Subject& subject, RowBook& book) -> Result<void> {
    if (area && !lies_in_division(asked.knowledge, subject, *area, arguments.on)) return {};
    return add(asked, ledger::PersonId{subject.id}, book);
  };
  if (!arguments.unit) return add_of_all(Subject::Kind::person, asking, add_one, rows);
  std::set<ledger::PersonId> people;
  for (const auto& person : people_of(asking.knowledge.unit(*arguments.unit))) {
    asking.knowledge.stay_small();
    people.insert(person);
    for (const auto& fact : asking.knowledge.person(person).of(ledger::EventType::kinship_recorded))
      if (const auto child = fact.event.person(ledger::Field::person)) people.insert(*child);
  }
  for (const auto& person : people) {
    asking.knowledge.stay_small();
    if (const auto added = add_one(asking, Subject::of(person), rows); !added) return added.error();
  }
  return {};
}

}  // namespace kinledger::projections
