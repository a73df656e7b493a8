// The questions (查询) that the ledger answers, by name: one registry for the command line, the
// server and the scenarios. Each has a number Q-nn of the projection catalogue, states which
// arguments it takes and which fields its answer has, and is a pure function of what is known at a
// basis. docs/QUESTIONS.md lists them all; a test holds it to this registry.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/types.h"
#include "projections/answer.h"
#include "projections/dossier.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// One argument besides the date of the question.
struct Argument {
  enum class Kind : std::uint8_t {
    person,
    unit,
    year,   ///< insurance, settlement or fund year
    code,   ///< of `code_list`, or a word of the program where that is empty
    area,   ///< six digits of GB/T 2260
    month,  ///< YYYY-MM
    date,   ///< YYYY-MM-DD
    text,   ///< a number of a rule or finding, at most argument_characters_max
  };
  std::string_view name;  ///< "person", "unit", "year", "scheme", ...
  Kind kind = Kind::text;
  bool required = false;
  std::string_view zh;
  std::string_view en;
  std::string_view code_list = {};  ///< of a code: the list of the packs
  std::string_view words = {};      ///< of a code without a list: "current|past"
};

inline constexpr std::size_t argument_characters_max = 100;

/// What was asked.
struct Arguments {
  /// Valid date of the question. Questions about a year take it as the day of asking.
  ledger::Date on;
  std::optional<ledger::PersonId> person;
  std::optional<ledger::UnitId> unit;
  /// Absent: the year of `on`.
  std::optional<ledger::Year> year;
  /// The further arguments by name, as text.
  std::vector<std::pair<std::string, std::string>> named;

  ledger::Year year_or_that_of_on() const { return year.value_or(ledger::year_of(on)); }
  /// Empty when it was not given.
  std::string_view text(std::string_view name) const;
};

/// Calls `visit` for every subject of a kind known at the basis, until it returns false.
using SubjectLister = std::function<ledger::Result<void>(
    Subject::Kind kind, const std::function<bool(const Subject&)>& visit)>;

/// Calls `visit` for all of the subjects known at the basis, on several threads: each share of
/// the subjects by one thread, in order, with a knowledge of its own that holds the subject's
/// dossier. Shares are numbered from 0 in the order of their subjects.
using ShareRunner = std::function<ledger::Result<void>(
    const Subjects& subjects,
    const std::function<void(unsigned share, Knowledge& knowledge, const Subject&)>& visit)>;

/// From what a question is answered.
struct Asking {
  Knowledge& knowledge;
  /// Only questions about all persons or all units call these (Question::about_everyone).
  SubjectLister subjects;
  ShareRunner shares;
  Basis basis;
  std::string program;
};

class AnswerWriter;
/// Fills the fields of an answer. Arguments were checked against the declaration before. Fails only
/// with a fault of the lister.
using Judge = ledger::Result<void> (*)(Asking& asking, const Arguments& arguments,
                                       AnswerWriter& writer);

struct Question {
  std::string_view name;  ///< "coverage"
  std::string_view id;    ///< "Q-02"
  std::string_view zh;
  std::string_view en;
  std::vector<Argument> arguments;
  std::vector<Heading> fields;
  /// Without a unit or person it goes through every subject of the ledger.
  bool about_everyone = false;
  /// Tells what was recorded of the region itself, whichever district or unit that is about.
  bool tells_records_of_region = false;
  Judge judge = nullptr;

  const Argument* find_argument(std::string_view argument) const;
  const Heading* find_field(std::string_view field) const;
};

/// All questions, by Q-number and name. Built once at first use, constant afterwards.
std::span<const Question> questions();
/// By name, by Q-number where only one question has it, or by the number of a check
/// (projections/checks/check.h); null when there is none.
const Question* find_question(std::string_view name);

/// Answers at the basis of `asking`. The outer result is a fault of the store, the inner one a
/// refusal:
///   ARGUMENT_UNKNOWN   the question takes no argument of that name
///   ARGUMENT_MISSING   a required one is absent
///   ARGUMENT_FORMAT    not a value of its kind, or given twice
///   ARGUMENT_CODE      no adopted pack declares that code
ledger::Result<ledger::Parsed<Answer>> ask(const Question& question, const Arguments& arguments,
                                           Asking& asking);

}  // namespace kinledger::projections
