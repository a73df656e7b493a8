#include "tools/subject_arguments.h"

#include <optional>

#include "ledger/submission.h"
#include "ledger/text.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using ledger::IdentityNumber;
using ledger::Parsed;
using ledger::PersonId;
using ledger::Reason;
using ledger::UnitId;

/// What the user wrote, or wrote elsewhere, without spaces and the end of the line.
std::string tidied(std::string_view text) {
  const auto end = text.find_first_of("\r\n");
  return std::string(ledger::trimmed(text.substr(0, end)));
}

/// The text itself, however the argument leads to it.
Told<std::string> read_argument(const std::string& argument, Terminal& terminal) {
  if (argument == "-") {
    const auto text = terminal.read_input(person_bytes_max);
    if (!text) return complain(terminal, text.error());
    return tidied(*text);
  }
  if (argument == "?") {
    const auto text = terminal.ask_unseen({"证件号码", "ID number"});
    if (!text) return complain(terminal, text.error());
    return tidied(*text);
  }
  if (argument.starts_with('@')) {
    const auto text = read_text_file(argument.substr(1), person_bytes_max);
    if (!text) return complain(terminal, text.error());
    return tidied(*text);
  }
  return tidied(argument);
}

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

Reason person_unknown() {
  return {"PERSON_UNKNOWN", "账本中没有此人员，请核对证件号码或人员编号",
          "the ledger does not know this person: check the number or the id"};
}

/// A pseudonym is known by its identity or, once that was erased, by its facts.
ledger::Result<bool> is_known(const PersonId& person, OpenLedger& opened) {
  auto& archive = *opened.archive;
  const auto identity = archive.ledger().vault().identity_of(person);
  if (!identity) return identity.error();
  if (identity->has_value()) return true;
  auto view = archive.view(archive.ledger().durable().size);
  if (!view) return view.error();
  return !view->knowledge->person(person).facts().empty();
}

Told<PersonId> find_person_named(const std::string& text, OpenLedger& opened, Terminal& terminal) {
  if (const auto id = id_of<PersonId>(text)) {
    const auto known = is_known(*id, opened);
    if (!known) return complain(terminal, known.error());
    return *known ? Told<PersonId>(*id) : complain(terminal, person_unknown());
  }
  const auto document = parse_document(text, opened.today());
  if (!document) return complain(terminal, document.error());
  const auto found = opened.archive->ledger().vault().find(*document);
  if (!found) return complain(terminal, found.error());
  return *found ? Told<PersonId>(**found) : complain(terminal, person_unknown());
}

/// The unit, or nothing if the ledger has none of that number or id.
ledger::Result<std::optional<UnitId>> look_up_unit(const std::string& text, OpenLedger& opened) {
  const auto& journal = opened.archive->ledger().journal();
  std::optional<UnitId> candidates[] = {ledger::unit_id(text), id_of<UnitId>(text)};
  for (const auto& id : candidates) {
    if (!id) continue;
    const auto recorded = journal.unit_recorded_by(*id);
    if (!recorded) return recorded.error();
    if (recorded->has_value()) return id;
  }
  return std::optional<UnitId>{};
}

}  // namespace

Parameter person_word(std::string& into) {
  return word(
      "PERSON",
      {"身份证号、类型:号码、32 位人员编号；- 从标准输入读，@文件 从文件读，? 不回显地询问",
       "an ID number, type:number or the 32 digits of a pseudonym; - reads it from standard "
       "input, @FILE from a file, ? asks without showing it"},
      into);
}

Parameter unit_word(std::string& into) {
  return word("UNIT", {"单位编号，或 32 位编号", "unit number, or the 32 digits of a unit id"},
              into);
}

Told<PersonId> find_person(const std::string& argument, OpenLedger& opened, Terminal& terminal) {
  const auto text = read_argument(argument, terminal);
  return text ? find_person_named(*text, opened, terminal) : Told<PersonId>(text.error());
}

Told<UnitId> find_unit(const std::string& argument, OpenLedger& opened, Terminal& terminal) {
  const auto found = look_up_unit(tidied(argument), opened);
  if (!found) return complain(terminal, found.error());
  if (*found) return **found;
  return complain(terminal, Reason("UNIT_UNKNOWN", "账本中没有此单位编号，请核对",
                                   "the ledger has no unit of this number: check it"));
}

Told<SubjectId> find_subject(const std::string& argument, OpenLedger& opened, Terminal& terminal) {
  const auto text = read_argument(argument, terminal);
  if (!text) return text.error();
  const auto unit = look_up_unit(*text, opened);
  if (!unit) return complain(terminal, unit.error());
  if (*unit) return SubjectId(**unit);
  const auto person = find_person_named(*text, opened, terminal);
  return person ? Told<SubjectId>(*person) : Told<SubjectId>(person.error());
}

}  // namespace kinledger::tools
