#include "projections/naming.h"

#include <optional>
#include <string>

#include "ledger/identity_number.h"
#include "ledger/submission.h"
#include "ledger/text.h"

namespace kinledger::projections {
namespace {

using ledger::IdentityNumber;
using ledger::Parsed;
using ledger::PersonId;
using ledger::Reason;
using ledger::Result;
using ledger::UnitId;

template <class Id>
std::optional<Id> id_of(std::string_view text) {
  Id id;
  if (!ledger::from_hex(text, id.bytes)) return std::nullopt;
  return id;
}

Parsed<IdentityNumber> parse_document(std::string_view text, ledger::Date today) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos)
    return ledger::parse_identity_number(ledger::IdType::resident_id, text, today);
  const auto type = ledger::parse_id_type(text.substr(0, colon));
  if (!type) return type.error();
  return ledger::parse_identity_number(*type, text.substr(colon + 1), today);
}

/// A pseudonym is known by its identity or, once that was erased, by its facts; by these alone
/// where a ledger that is read only has no key of its vault.
Result<bool> is_known(const PersonId& person, Archive& archive) {
  auto has = archive.ledger().vault().has(person);
  if (has ? *has : !archive.ledger().read_only()) return has;
  auto view = archive.view(archive.ledger().durable().size);
  if (!view) return view.error();
  return !view->knowledge->person(person).facts().empty();
}

/// The unit, or nothing if the ledger has none of that number or id.
Result<std::optional<UnitId>> look_up_unit(std::string_view text, Archive& archive) {
  const auto& journal = archive.ledger().journal();
  std::optional<UnitId> candidates[] = {ledger::unit_id(std::string(text)), id_of<UnitId>(text)};
  for (const auto& id : candidates) {
    if (!id) continue;
    const auto recorded = journal.unit_recorded_by(*id);
    if (!recorded) return recorded.error();
    if (recorded->has_value()) return id;
  }
  return std::optional<UnitId>{};
}

}  // namespace

Reason person_unknown() {
  return {"PERSON_UNKNOWN", "账本中没有此人员，请核对证件号码或人员编号",
          "the ledger does not know this person: check the number or the id"};
}

Result<Parsed<PersonId>> find_person(Archive& archive, std::string_view text) {
  text = ledger::trimmed(text);
  if (const auto id = id_of<PersonId>(text)) {
    const auto known = is_known(*id, archive);
    if (!known) return known.error();
    return *known ? Parsed<PersonId>(*id) : Parsed<PersonId>(person_unknown());
  }
  const auto document = parse_document(text, ledger::civil_date_of(archive.ledger().now()));
  if (!document) return Parsed<PersonId>(document.error());
  const auto found = archive.ledger().vault().find(*document);
  if (!found) return found.error();
  return *found ? Parsed<PersonId>(**found) : Parsed<PersonId>(person_unknown());
}

Result<Parsed<UnitId>> find_unit(Archive& archive, std::string_view text) {
  const auto found = look_up_unit(ledger::trimmed(text), archive);
  if (!found) return found.error();
  if (*found) return Parsed<UnitId>(**found);
  return Parsed<UnitId>(Reason("UNIT_UNKNOWN", "账本中没有此单位编号，请核对",
                               "the ledger has no unit of this number: check it"));
}

bool names_document(std::string_view text, ledger::Date today) {
  text = ledger::trimmed(text);
  if (text.find(':') != std::string_view::npos) return true;
  return ledger::parse_identity_number(ledger::IdType::resident_id, text, today).has_value();
}

Reason document_as_unit() {
  return {"UNIT_ID_FORMAT", "这里应为单位编号；证件号码不能写入地址",
          "this takes a unit number: an ID number must not be put into an address"};
}

Result<Parsed<SubjectId>> find_subject(Archive& archive, std::string_view text) {
  const auto unit = look_up_unit(ledger::trimmed(text), archive);
  if (!unit) return unit.error();
  if (*unit) return Parsed<SubjectId>(SubjectId(**unit));
  const auto person = find_person(archive, text);
  if (!person) return person.error();
  if (!*person) return Parsed<SubjectId>(person->error());
  return Parsed<SubjectId>(SubjectId(**person));
}

}  // namespace kinledger::projections
