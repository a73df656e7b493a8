#include "projections/question_words.h"

#include <string>

#include "ledger/text.h"
#include "projections/naming.h"

namespace kinledger::projections {
namespace {

using ledger::Parsed;
using ledger::Reason;
using ledger::Result;

/// Puts a value that was found where there must not be one yet.
template <class T>
Parsed<void> put(std::string_view name, const Parsed<T>& found, std::optional<T>& into) {
  if (!found) return found.error();
  if (into)
    return Reason("ARGUMENT_FORMAT", std::string(name) + " 给出了两次",
                  std::string(name) + " is given twice");
  into = *found;
  return {};
}

}  // namespace

Parsed<ledger::Year> read_year(std::string_view text) {
  const auto year = text.size() == 4 ? ledger::digits_value(text) : std::nullopt;
  if (year && *year >= ledger::year_of(ledger::date_min).value &&
      *year <= ledger::year_of(ledger::date_max).value)
    return ledger::Year{*year};
  return Reason("YEAR_FORMAT", "年度须为 1900 至 2199 的四位数字",
                "a year is four digits, from 1900 to 2199");
}

Result<Parsed<void>> take_argument(Archive& archive, const Question& question,
                                   std::string_view name, std::string_view text,
                                   Arguments& arguments) {
  const auto* declared = question.find_argument(name);
  const auto kind = declared != nullptr ? declared->kind : Argument::Kind::text;
  if (kind == Argument::Kind::person) {
    const auto person = find_person(archive, text);
    if (!person) return person.error();
    return put(name, *person, arguments.person);
  }
  if (kind == Argument::Kind::unit) {
    const auto unit = find_unit(archive, text);
    if (!unit) return unit.error();
    return put(name, *unit, arguments.unit);
  }
  if (kind == Argument::Kind::year) return put(name, read_year(text), arguments.year);
  arguments.named.emplace_back(name, text);
  return Parsed<void>();
}

}  // namespace kinledger::projections
