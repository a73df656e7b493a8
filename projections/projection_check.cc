#include "projections/projection_check.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::Result;

/// Goes through subjects until one differs.
class RowComparison {
 public:
  RowComparison(const Projector& kept, const Projector& right) : kept_(kept), right_(right) {}

  /// All subjects that one of the two knows.
  Result<void> compare_subjects_of(const Projector& knows) {
    for (const auto kind : {Subject::Kind::region, Subject::Kind::person, Subject::Kind::unit}) {
      if (wrong) return {};
      const auto listed = knows.subjects(kind, right_.position(), [this](const Subject& subject) {
        compare_subject(subject);
        return !fault_ && !wrong;
      });
      if (!listed) return listed.error();
      if (fault_) return *fault_;
    }
    return {};
  }

  std::optional<Subject> wrong;

 private:
  void compare_subject(const Subject& subject) {
    for (const auto aspect : {Aspect::subject_itself, Aspect::names_persons}) {
      const auto expected = right_.events({subject, aspect}, right_.position());
      const auto found = kept_.events({subject, aspect}, right_.position());
      if (!expected) fault_ = expected.error();
      if (expected && (!found || *found != *expected)) wrong = subject;
    }
  }

  const Projector& kept_;
  const Projector& right_;
  std::optional<Error> fault_;
};

}  // namespace

Result<std::optional<WrongProjections>> compare(const Projector& kept, const Projector& right) {
  const auto expected = right.digest();
  if (!expected) return expected.error();
  const auto found = kept.digest();
  if (found && *found == *expected) return std::optional<WrongProjections>{};
  if (!found && found.error().failure != ledger::Failure::corrupt) return found.error();
  RowComparison comparison(kept, right);
  if (const auto compared = comparison.compare_subjects_of(right); !compared)
    return compared.error();
  // A subject too many. Where the rows cannot be listed, that is what is wrong.
  if (!comparison.wrong) (void)comparison.compare_subjects_of(kept);
  return std::optional(WrongProjections{comparison.wrong});
}

}  // namespace kinledger::projections
