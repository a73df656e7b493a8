// The questions that a difference (对比) compares the answers to.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "projections/difference/side.h"

namespace kinledger::projections {

/// A question that is compared.
struct Compared {
  std::string_view question;
  Subject::Kind about;
  /// Of questions about a year: less that of the later side's date. Both sides are asked about the
  /// same one.
  std::optional<int> year_offset;
  /// Only this field; empty: all but lists.
  std::string_view field;
  /// Only where records name the subject itself, or the dates differ: an account that is over takes
  /// as long to judge as the one of now, and seldom changes.
  bool only_when_named = false;

  std::optional<ledger::Year> year(ledger::Date on) const;
  bool is_account() const { return about == Subject::Kind::unit; }
};
std::span<const Compared> compared_questions();

/// Who is asked about.
struct AboutWhom {
  Subject subject;
  std::optional<ledger::Year> year;
};
/// What a side answers from the knowledge, which is its own.
ledger::Result<Answer> answer_of(const Side& side, Knowledge& knowledge, std::string_view question,
                                 const AboutWhom& whom);

}  // namespace kinledger::projections
