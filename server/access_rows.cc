#include "server/access_rows.h"

#include "projections/reports/supervision_reports.h"

namespace kinledger::server {
namespace {

using ledger::Field;
using projections::Value;

/// Of age (成年) with eighteen years: Civil Code of the PRC, article 17.
constexpr std::int32_t of_age_years = 18;

projections::Word outcome_word(std::string_view outcome) {
  if (outcome == "allowed") return {"allowed", {"允许", "allowed"}};
  if (outcome == "masked") return {"masked", {"遮蔽", "masked"}};
  if (outcome == "denied") return {"denied", {"拒绝", "denied"}};
  return {std::string(outcome), {}};
}

/// Who asked: a principal, or the operating system's user of a command.
std::string visitor_of(const ledger::EventView& record) {
  const bool is_command = record.text(Field::channel) == to_text(AccessChannel::command);
  if (is_command) return "uid " + std::to_string(record.integer(Field::account).value_or(0));
  const auto& actor = record.envelope().actor;
  return actor.is_zero() ? std::string() : ledger::to_text(actor);
}

projections::Row row_of(ledger::Sequence sequence, const ledger::EventView& record,
                        const ledger::PersonId& person, std::int32_t age) {
  const auto text = [&](Field field) { return Value{std::string(record.text(field))}; };
  const auto at = record.envelope().recorded_at;
  return {{sequence},
          {ledger::civil_date_of(at)},
          {ledger::to_text(at)},
          {visitor_of(record)},
          text(Field::role),
          text(Field::channel),
          text(Field::operation),
          {outcome_word(record.text(Field::outcome))},
          text(Field::purpose),
          text(Field::case_number),
          {person},
          {std::int64_t{age}}};
}

}  // namespace

projections::JournalState journal_state(AccessLog& log) {
  const auto head = log.ledger().durable();
  return {head.size, head.root};
}

ledger::Result<projections::RowBook> access_rows(AccessLog& log,
                                                 const projections::JournalState& journal,
                                                 ledger::Date last_day,
                                                 projections::Knowledge& knowledge) {
  projections::RowBook rows(projections::access_columns());
  const auto read = log.read({}, [&](ledger::Sequence sequence, const ledger::EventView& record) {
    if (sequence.value >= journal.size.value) return false;
    const auto on = ledger::civil_date_of(record.envelope().recorded_at);
    if (on > last_day) return false;  // instants never go back
    const auto person = record.person(Field::person);
    if (!person) return true;
    knowledge.stay_small();
    const auto born = projections::birth_date_of(knowledge.person(*person));
    if (!born) return true;
    const auto age = ledger::completed_years(*born, on);
    if (age && *age < of_age_years) rows.add(row_of(sequence, record, *person, *age));
    return true;
  });
  if (!read) return read.error();
  if (const auto& fault = knowledge.fault()) return *fault;
  return rows;
}

}  // namespace kinledger::server
