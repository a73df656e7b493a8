// An answer (答复): what one question gives at one basis, with the certainty of each part and the
// chain of reasons (rules with their documents, facts by sequence), so that a reader can follow it
// back to the sources and another ledger can repeat it.
//
// An answer owns all of its text: it outlives the knowledge that it was judged from. Equal answers
// render to equal bytes. Values; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "ledger/money.h"
#include "ledger/types.h"
#include "projections/declarations.h"

namespace kinledger::projections {

/// Name and meaning of one field of an answer or one column of its lists. Static: answers refer to
/// the headings that their question declares (projections/questions.h).
struct Heading {
  std::string_view name;  ///< camelCase, as in JSON and in scenarios: "coveredFrom"
  std::string_view zh;
  std::string_view en;
  /// What it holds: "date", "yesNo", "money", "count", "code", "text", "person", "unit", "year",
  /// "month", "sequence", "sequences", "list" (of codes or texts), "rows".
  std::string_view holds;
  std::span<const Heading> columns = {};  ///< of rows
  /// Of a code: its values separated by "|", or "of " and the code list that holds them. "none" is
  /// always possible.
  std::string_view codes = {};
};

/// What the documents or the recorded facts do not settle. Never a guess, never a default.
struct Undetermined {
  std::string open_point = {};  ///< "O-08"; empty where a fact or a rule is missing
  Label why = {};

  bool operator==(const Undetermined&) const = default;
};

/// A word of the program or a code of a pack, with what a reader calls it.
struct Word {
  std::string code;
  Label label;

  bool operator==(const Word&) const = default;
};

struct Value;
/// One row of a list; its cells follow the columns of the heading.
using Row = std::vector<Value>;

struct Value {
  std::variant<bool, std::int64_t, ledger::Date, ledger::Month, ledger::Year, ledger::Fen, Word,
               Label, std::string, ledger::PersonId, ledger::UnitId, ledger::Sequence, Undetermined,
               std::vector<Word>, std::vector<ledger::Sequence>, std::vector<Row>>
      held;

  bool operator==(const Value&) const = default;
};

/// The word "none" (无): there is no such date, scheme or unit, as far as the ledger knows.
Value none();

struct AnswerField {
  const Heading* heading = nullptr;
  Value value;
  ledger::Certainty certainty = ledger::Certainty::document;
  /// Interpretations and open points that this field relies on, ascending.
  std::vector<std::string> relies_on;
  /// What the field would be under the other readings of a point, by the name of the choice.
  std::vector<std::pair<std::string, Value>> alternatives;
};

/// One link of the chain: a rule that was applied, and the facts it was applied to.
struct StatedReason {
  std::string rule;      ///< "HZ21-10"
  std::string document;  ///< tag and, where it has one, number: "000"
  Label title;           ///< of the document
  std::string section;
  Label says;
  std::vector<ledger::Sequence> facts;  ///< ascending
  std::vector<std::string> interpretations;
  std::string open_point;  ///< may be empty
};

/// The condition that makes the answer a "no".
struct Failing {
  std::string code;  ///< "unpaid", "waiting", "age", ...
  Label says;

  bool operator==(const Failing&) const = default;
};

/// From what state of which ledger an answer was given.
struct Basis {
  std::string origin;
  ledger::TreeSize size;
  ledger::Hash root;
  ledger::RecordedAt recorded_at;  ///< of the last event below `size`
};
boost::json::object to_json(const Basis& basis);

struct Answer {
  std::string question;  ///< name of the question
  Basis basis;
  std::string program;  ///< name and version: "kinledger 0.1.0"
  ledger::Date on;
  std::optional<ledger::PersonId> person;
  std::optional<ledger::UnitId> unit;
  std::optional<ledger::Year> year;
  std::vector<std::pair<std::string, std::string>> arguments;  ///< the further ones, as given
  std::vector<AnswerField> fields;
  std::vector<StatedReason> reasons;
  std::optional<Failing> failing;
  /// Of a "no": the nearest date on which it becomes "yes" if no further fact is recorded.
  std::optional<ledger::Date> would_change_on;
  /// Numbers by which the units that the answer names are known (单位编号), as far as recorded.
  std::vector<std::pair<ledger::UnitId, std::string>> unit_numbers;

  /// The weakest of its fields.
  ledger::Certainty certainty() const;
  /// Null when the answer has no such field.
  const AnswerField* find(std::string_view name) const;
};

/// "document", "derived", "interpretation", "open".
std::string_view to_text(ledger::Certainty certainty);
Word word_of(ledger::Certainty certainty);

/// The documented shape (docs/QUESTIONS.md): question, basis, program, on, subject and arguments,
/// answer, certainty, fields (certainty, reliesOn and alternatives of each), failing, unitNumbers,
/// reasons, wouldChangeOn. Integers and decimal-yuan strings only; an undetermined value is
/// {"undetermined": {"openPoint", "why"}}. Texts are {"zh", "en"}: the bytes do not depend on the
/// reader's language.
boost::json::object to_json(const Answer& answer);
/// One value in the shape that it has inside "answer".
boost::json::value to_json(const Value& value, const Heading& heading);
/// One row of a list, by its columns.
boost::json::object to_json(const Row& row, std::span<const Heading> columns);

enum class Language : std::uint8_t { zh, en };

std::string_view text_of(const Label& label, Language language);
/// One line per field, rows as tables below; `explain` adds certainty, failing condition and the
/// chain of reasons. Columns are aligned by display width. Ends with a line break.
std::string to_table(const Answer& answer, Language language, bool explain);

/// The field that holds a code which its heading does not declare, or null. Nothing is refused for
/// it; scenarios report it, so that the documents stay true.
const Heading* undeclared_code(const Answer& answer);

}  // namespace kinledger::projections
