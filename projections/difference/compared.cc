#include "projections/difference/compared.h"

#include <array>

namespace kinledger::projections {

using ledger::PersonId;
using ledger::Result;
using ledger::UnitId;
using ledger::Year;

std::optional<Year> Compared::year(ledger::Date on) const {
  if (!year_offset) return std::nullopt;
  return Year{ledger::year_of(on).value + *year_offset};
}

std::span<const Compared> compared_questions() {
  static constexpr std::array questions{
      Compared{"status", Subject::Kind::person, std::nullopt, {}},
      Compared{"coverage", Subject::Kind::person, std::nullopt, "daysCovered"},
      Compared{"reimbursement", Subject::Kind::person, -1, {}},
      Compared{"reimbursement", Subject::Kind::person, 0, {}},
      Compared{"balance", Subject::Kind::unit, -1, {}, true},
      Compared{"balance", Subject::Kind::unit, 0, {}},
  };
  return questions;
}

Result<Answer> answer_of(const Side& side, Knowledge& knowledge, std::string_view question,
                         const AboutWhom& whom) {
  Arguments arguments;
  arguments.on = side.on();
  arguments.year = whom.year;
  const auto& subject = whom.subject;
  if (subject.kind == Subject::Kind::person) arguments.person = PersonId{subject.id};
  if (subject.kind == Subject::Kind::unit) arguments.unit = UnitId{subject.id};
  auto asking = side.asking(knowledge);
  auto answer = ask(*find_question(question), arguments, asking);
  if (!answer) return answer.error();
  invariant(answer->has_value(), "the questions that are compared take these arguments");
  return std::move(**answer);
}

}  // namespace kinledger::projections
