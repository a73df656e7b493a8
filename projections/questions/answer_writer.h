// Writes an answer field by field from judged values, so that certainty, points, reasons and the
// failing condition of a judgment reach the answer without being told twice.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/answer.h"
#include "projections/judgments/grounds.h"
#include "projections/questions.h"

namespace kinledger::projections {

/// Thread rule: one thread. Writing a field that the question does not declare is a bug.
class AnswerWriter {
 public:
  AnswerWriter(const Question& question, const Rulebook& rules, Answer& answer)
      : question_(question), rules_(rules), answer_(answer) {}

  const Question& question() const { return question_; }
  /// Whose rules answer; set by the judge before it names a document.
  void use(ledger::Area jurisdiction) { jurisdiction_ = jurisdiction; }

  void put(std::string_view field, Value value, const Backing& backing = {});
  /// The value, the undetermined value, or "none".
  template <class T>
  void put(std::string_view field, const Judged<T>& judged) {
    put(field, value_of(judged), judged.backing);
  }
  template <class T>
  void put_or_none(std::string_view field, const std::optional<T>& value,
                   const Backing& backing = {}) {
    put(field, value ? Value{*value} : none(), backing);
  }
  /// Yes, no, or why it is unknown.
  void put(std::string_view field, const Ruling& ruling) {
    put(field, value_of(ruling), ruling.backing);
  }
  void put_undetermined(std::string_view field, Undetermined why) {
    put(field, Judged<bool>::open(std::move(why)));
  }
  /// What the field written last would be under another reading.
  void add_alternative(std::string choice, Value value);

  void apply(const Steps& steps);
  void fail(std::string code, Label says);
  /// With the causes of a "no"; nothing otherwise.
  void fail(const Ruling& ruling);
  void would_change_on(std::optional<ledger::Date> date) { answer_.would_change_on = date; }

  Word code(std::string_view list, std::string_view code) const;
  std::vector<Word> codes(std::string_view list, const std::vector<std::string>& codes) const;
  Value value_of(const Ruling& ruling) const;
  template <class T>
  static Value value_of(const Judged<T>& judged) {
    if (judged.undetermined) return {*judged.undetermined};
    return judged.value ? Value{*judged.value} : none();
  }

  /// Puts the reasons in order and leaves to each the points that the answer relies on.
  void finish();

 private:
  const Question& question_;
  const Rulebook& rules_;
  Answer& answer_;
  ledger::Area jurisdiction_;
  std::vector<Step> steps_;
};

/// A code of a pack's list with its label; the word "none" when it is empty.
Word code_word(const Rulebook& rules, std::string_view list, std::string_view code);

/// Causes one after the other, in both languages.
Label joined(const std::vector<Cause>& causes);

}  // namespace kinledger::projections
