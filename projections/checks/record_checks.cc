// What the records themselves show: CHK-49 and 50. Each event is looked at once, in the dossier of
// the first person that it names, else of its first unit, else of the region.
#include <algorithm>
#include <span>
#include <utility>

#include "ledger/intake/advice.h"
#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/contact_data.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::EventView;
using ledger::Field;
using ledger::Sequence;

using Kind = Subject::Kind;

/// The versions that are looked at here: those in force, those replaced and those voided.
struct Versions {
  std::vector<const Fact*> in_force;
  std::vector<const Fact*> past;
};

bool is_looked_at_here(Inspection& inspection, const EventView& event) {
  auto persons = event.persons();
  auto units = event.units();
  if (event.type() == EventType::event_voided) {
    // Without one it is made up, and about nobody.
    auto correction = event.correction().value_or(ledger::Correction{});
    persons = std::move(correction.former_persons);
    units = std::move(correction.former_units);
  }
  switch (inspection.subject().kind) {
    case Kind::person:
      return !persons.empty() && inspection.dossier().names(persons.front());
    case Kind::unit:
      return persons.empty() && !units.empty() && units.front() == inspection.unit();
    case Kind::region:
      return persons.empty() && units.empty();
  }
  invariant(false);
}

/// Nothing for what bears no date of its own.
std::optional<std::int32_t> lag_of(const EventView& event) {
  const auto& envelope = event.envelope();
  if (!envelope.valid_on) return std::nullopt;
  return ledger::days_between(*envelope.valid_on, ledger::civil_date_of(envelope.recorded_at));
}

/// Types whose date is the day of an act of money, which is recorded once it has happened. The
/// catalogue has no such mark. A state, a filing, an allocation or a grant may begin later than it
/// is recorded, and an ending is announced ahead.
bool is_act_of_money(EventType type) {
  switch (type) {
    case EventType::care_filing_recorded:
    case EventType::channel_fund_allocated:
    case EventType::fiscal_top_up_granted:
      return false;
    default:
      const auto& family = ledger::type_info(type).family;
      return family == "payment" || family == "reimbursement" || family == "funding";
  }
}

/// That the record says that money moved on a day which was still to come.
bool is_ahead(const EventView& event) {
  const auto lag = lag_of(event);
  return lag && *lag < 0 && is_act_of_money(event.type());
}

/// The day from which a record is looked at: that of the act, but what is recorded ahead of it from
/// the day of the record.
ledger::Date seen_from(const Fact& fact) {
  return is_ahead(fact.event) ? ledger::civil_date_of(fact.event.envelope().recorded_at)
                              : act_date(fact);
}

/// Of a unit only what names no person is read.
Versions versions_of(Inspection& inspection) {
  const auto& dossier = inspection.subject().kind == Kind::unit
                            ? inspection.knowledge().unit_itself(inspection.unit())
                            : inspection.dossier();
  Versions versions;
  const auto take = [&](std::span<const Fact> facts, std::vector<const Fact*>& into) {
    for (const auto& fact : facts)
      if (seen_from(fact) <= inspection.on() && is_looked_at_here(inspection, fact.event))
        into.push_back(&fact);
  };
  take(dossier.facts(), versions.in_force);
  take(dossier.replaced(), versions.past);
  take(dossier.voided(), versions.past);
  return versions;
}

// ---------------------------------------------------------------- late knowledge

/// The documents set no number of days after which a record is late; it is the auditor's. A quarter
/// is taken.
constexpr std::int32_t lag_days_max = 90;

const Word recorded_late{"late", {"登记滞后超过90日", "recorded more than 90 days later"}};
const Word recorded_ahead{"ahead", {"登记早于发生日期", "recorded before it happened"}};
const Word corrects{"correction", {"更正", "a correction"}};
const Word voids{"void", {"作废", "a void"}};
const Word rejected_outside{"rejected", {"外部系统拒绝", "refused by an outside system"}};
const Word without_source{"no_source", {"无来源文件", "no source file"}};

constexpr Heading late_record_columns[] = {
    {"lagDays", "滞后天数", "days between act and record", "count"},
    {"corrects", "所更正的记录", "corrects", "sequence"},
    {"reason", "情形", "reason", "code", {}, "late|ahead|correction|void|rejected|no_source"},
};

/// A rule governs from a day that has nothing to do with its adoption.
bool may_be_late(EventType type) {
  return type != EventType::rule_version_published &&
         ledger::type_info(type).family != std::string_view("ledger");
}

const Word* reason_of(const EventView& event) {
  if (event.type() == EventType::event_voided) return &voids;
  if (event.has_correction()) return &corrects;
  if (event.type() == EventType::command_rejected) return &rejected_outside;
  if (is_ahead(event)) return &recorded_ahead;
  const auto lag = lag_of(event);
  return may_be_late(event.type()) && lag && *lag > lag_days_max ? &recorded_late : nullptr;
}

void report_version(Inspection& inspection, const Fact& fact, const Word& reason) {
  const auto lag = lag_of(fact.event);
  const auto correction = fact.event.correction();
  Backing backing;
  if (fact.event.type() == EventType::premium_paid)
    rely_on_declared(backing, point_transaction_date, inspection.rules(),
                     inspection.jurisdiction());
  inspection.report({.facts = {fact.sequence},
                     .backing = std::move(backing),
                     .cells = {lag ? count_cell(*lag) : none(),
                               correction ? Value{correction->replaces} : none(),
                               {reason}}});
}

/// Whether one of the facts of a type, by sequence, is in the submission of the event.
bool is_in_submission(std::span<const Fact> facts, const Fact& fact) {
  const auto& envelope = fact.event.envelope();
  const Sequence first{fact.sequence.value - envelope.ordinal};
  const auto at = std::ranges::lower_bound(facts, first, {}, &Fact::sequence);
  return at != facts.end() && at->sequence.value < first.value + envelope.count;
}

/// Handed in as rows of a file, with a file, or with the pack that it is a rule of. What the ledger
/// records of itself has no source.
bool has_source(const Dossier& region, const Fact& fact) {
  return fact.event.envelope().source_row != 0 ||
         ledger::type_info(fact.event.type()).family == std::string_view("ledger") ||
         is_in_submission(region.of(EventType::source_received), fact) ||
         is_in_submission(region.of(EventType::pack_adopted), fact);
}

void late_knowledge(Inspection& inspection) {
  const auto versions = versions_of(inspection);
  std::vector<Sequence> sourceless;
  for (const auto* fact : versions.in_force) {
    if (const auto* reason = reason_of(fact->event)) report_version(inspection, *fact, *reason);
    if (!has_source(inspection.knowledge().region(), *fact)) sourceless.push_back(fact->sequence);
  }
  // What was replaced or voided counts only where it was a correction or a void itself.
  for (const auto* fact : versions.past)
    if (fact->event.has_correction()) report_version(inspection, *fact, *reason_of(fact->event));
  if (sourceless.empty()) return;
  inspection.report({.facts = std::move(sourceless), .cells = {none(), none(), {without_source}}});
}

// ---------------------------------------------------------------- personal data in texts

constexpr Heading personal_data_columns[] = {
    {"field", "字段", "field", "text"},
    {"pattern", "内容", "pattern", "code", {}, "email|mobile|landline|identity_number"},
};

Word contact_word(ContactData kind) {
  switch (kind) {
    case ContactData::email:
      return {"email", {"电子邮箱", "e-mail address"}};
    case ContactData::mobile:
      return {"mobile", {"手机号码", "mobile number"}};
    case ContactData::landline:
      return {"landline", {"固定电话", "landline number"}};
  }
  invariant(false);
}

/// Fields of texts that nobody chose from a list.
std::vector<std::vector<const ledger::FieldInfo*>> free_texts() {
  std::vector<std::vector<const ledger::FieldInfo*>> all;
  for (const auto& type : ledger::catalogue()) {
    const auto number = static_cast<std::size_t>(type.id);
    if (all.size() <= number) all.resize(number + 1);
    for (const auto& field : type.fields) {
      const bool is_text =
          field.kind == ledger::FieldKind::text || field.kind == ledger::FieldKind::text_list;
      if (is_text && field.code_list.empty()) all[number].push_back(&field);
    }
  }
  return all;
}

std::optional<Word> personal_data_in(std::string_view text, Field field) {
  if (const auto contact = contact_data_in(text)) return contact_word(*contact);
  // A credit code has as many characters and names no person.
  if (field != Field::credit_code && ledger::intake::holds_resident_id(text))
    return Word{"identity_number", {"公民身份号码", "identity number"}};
  return std::nullopt;
}

void look_for_personal_data(Inspection& inspection, const Fact& fact) {
  static const auto fields_of = free_texts();
  const auto report = [&](std::string_view name, std::optional<Word> pattern) {
    if (!pattern) return;
    inspection.report(
        {.facts = {fact.sequence}, .cells = {{std::string(name)}, {*std::move(pattern)}}});
  };
  const auto& event = fact.event;
  for (const auto* field : fields_of[static_cast<std::size_t>(event.type())]) {
    if (field->kind == ledger::FieldKind::text) {
      report(field->name, personal_data_in(event.text(field->id), field->id));
      continue;
    }
    for (const auto text : event.texts(field->id))
      report(field->name, personal_data_in(text, field->id));
  }
  if (!event.has_correction()) return;
  report("authorityDocument", personal_data_in(event.correction()->authority_document, {}));
}

void personal_data(Inspection& inspection) {
  const auto versions = versions_of(inspection);
  for (const auto* kind : {&versions.in_force, &versions.past})
    for (const auto* fact : *kind) look_for_personal_data(inspection, *fact);
}

}  // namespace

std::vector<Check> record_checks() {
  return {
      {.id = "CHK-49",
       .zh = "滞后登记、更正、作废、被拒申报和无来源记录",
       .en = "late records, corrections, voids, refused declarations, and records without a source",
       .severity = Severity::notice,
       .about = {Kind::region, Kind::unit, Kind::person},
       .kinds = {},
       .columns = late_record_columns,
       .judge = late_knowledge},
      {.id = "CHK-50",
       .zh = "文本中含有联系方式或证件号码",
       .en = "contact data or an identity number in a stored text",
       .severity = Severity::warning,
       .about = {Kind::region, Kind::unit, Kind::person},
       .kinds = {},
       .columns = personal_data_columns,
       .judge = personal_data},
  };
}

}  // namespace kinledger::projections
