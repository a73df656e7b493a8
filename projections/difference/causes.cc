#include "projections/difference/causes.h"

#include <algorithm>
#include <map>
#include <utility>

#include "projections/difference/compared.h"

namespace kinledger::projections {
namespace {

using ledger::Result;
using ledger::Sequence;

/// The answers to the questions of the changes, each given once.
class Answers {
 public:
  Answers(const Side& side, Knowledge& knowledge) : side_(side), knowledge_(knowledge) {}

  Result<const Answer*> to_question_of(const Change& change) {
    const auto key = std::pair(change.question, change.year);
    auto at = answers_.find(key);
    if (at == answers_.end()) {
      auto answer =
          answer_of(side_, knowledge_, change.question->name, {change.subject, change.year});
      if (!answer) return answer.error();
      if (const auto& fault = knowledge_.fault()) return *fault;
      at = answers_.emplace(key, std::move(*answer)).first;
    }
    return &at->second;
  }

 private:
  const Side& side_;
  Knowledge& knowledge_;
  std::map<std::pair<const Question*, std::optional<ledger::Year>>, Answer> answers_;
};

Result<void> leave_out(const Side& to, Sequence record, std::vector<Change>& changes) {
  auto knowledge = to.knowledge_without(record);
  Answers answers(to, knowledge);
  for (auto& change : changes) {
    const auto answer = answers.to_question_of(change);
    if (!answer) return answer.error();
    const auto* field = (*answer)->find(change.field->name);
    invariant(field != nullptr, change.field->name);
    if (field->value != change.to) change.facts.push_back(record);
  }
  return {};
}

}  // namespace

void name_candidates(const CausesAsked& asked, std::vector<Change>& changes) {
  for (auto& change : changes) {
    if (!change.facts.empty()) continue;
    change.facts.assign(asked.candidates.begin(), asked.candidates.end());
    change.facts_may_be = !change.facts.empty();
  }
}

Result<void> name_causes(const CausesAsked& asked, std::vector<Change>& changes) {
  if (asked.candidates.size() * asked.cost <= causes_tried_max)
    for (const auto record : asked.candidates)
      if (const auto left_out = leave_out(asked.to, record, changes); !left_out)
        return left_out.error();
  name_candidates(asked, changes);
  return {};
}

}  // namespace kinledger::projections
