// What the questions about coverage share: why somebody is not covered, and until when.
#pragma once

#include <optional>
#include <string_view>

#include "projections/judgments/coverage.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {

/// "unpaid", "waiting", ... in words; "not_enrolled" for no span at all.
Label cause_label(std::string_view cause);

/// Writes the failing condition of a date that is not covered, and the next date that is.
void write_failing(const Timeline& timeline, ledger::Date on, AnswerWriter& writer);

/// Status and scheme on the date.
void write_status(const Timeline& timeline, ledger::Date on, AnswerWriter& writer);

/// coveredFrom, coveredTo and waitingUntil of a year; "none" without a membership.
void write_interval(const CoverageYear* year, AnswerWriter& writer);

/// What is due from the person, and why; "none" without a membership.
void write_premium(const std::optional<PremiumDue>& due, AnswerWriter& writer);

/// on_time, late, unpaid, overdue, or undetermined where no deadline is stated.
Judged<Word> payment_timing(const CoverageYear& year, ledger::Date on, const Rulebook& rules,
                            ledger::Area jurisdiction);

}  // namespace kinledger::projections
