#include "tools/subject_arguments.h"

#include "ledger/text.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

/// What the user wrote, or wrote elsewhere, without spaces and the end of the line.
std::string tidied(std::string_view text) {
  const auto end = text.find_first_of("\r\n");
  return std::string(ledger::trimmed(text.substr(0, end)));
}

template <class Id>
Told<Id> tell(const ledger::Result<ledger::Parsed<Id>>& found, Terminal& terminal) {
  if (!found) return complain(terminal, found.error());
  if (!*found) return complain(terminal, found->error());
  return **found;
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

Told<std::string> read_person_argument(const std::string& argument, Terminal& terminal) {
  constexpr auto bytes_max = projections::name_bytes_max;
  if (argument == "-") {
    const auto text = terminal.read_input(bytes_max);
    if (!text) return complain(terminal, text.error());
    return tidied(*text);
  }
  if (argument == "?") {
    const auto text = terminal.ask_unseen({"证件号码", "ID number"});
    if (!text) return complain(terminal, text.error());
    return tidied(*text);
  }
  if (argument.starts_with('@')) {
    const auto text = read_text_file(argument.substr(1), bytes_max);
    if (!text) return complain(terminal, text.error());
    return tidied(*text);
  }
  return tidied(argument);
}

Told<ledger::PersonId> find_person(const std::string& argument, OpenLedger& opened,
                                   Terminal& terminal) {
  const auto text = read_person_argument(argument, terminal);
  if (!text) return text.error();
  return tell(projections::find_person(*opened.archive, *text), terminal);
}

Told<ledger::UnitId> find_unit(const std::string& argument, OpenLedger& opened,
                               Terminal& terminal) {
  return tell(projections::find_unit(*opened.archive, tidied(argument)), terminal);
}

Told<projections::SubjectId> find_subject(const std::string& argument, OpenLedger& opened,
                                          Terminal& terminal) {
  const auto text = read_person_argument(argument, terminal);
  if (!text) return text.error();
  return tell(projections::find_subject(*opened.archive, *text), terminal);
}

}  // namespace kinledger::tools
