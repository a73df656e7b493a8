// Legal dates (业务日期): civil dates of UTC+8 without a time of day, the Gregorian calendar, and
// the arithmetic in which the policies count. The conventions I-01, I-03, I-05, I-06 and I-12 are
// those of docs/RULES.md; each function below names the one it carries out.
//
// Dates that are handed in lie in date_min .. date_max. Arithmetic may step past that range and its
// results are dates like any other; only what is stored or handed in is held to the range.
// Pure functions; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/refusal.h"
#include "ledger/types.h"

namespace kinledger::ledger {

/// Days since 1970-01-01.
struct Date {
  std::int32_t days = 0;
  auto operator<=>(const Date&) const = default;
};

/// Months since 1970-01.
struct Month {
  std::int32_t index = 0;
  auto operator<=>(const Month&) const = default;
};

/// A calendar year, which is the insurance and settlement year too (I-07).
struct Year {
  std::int32_t value = 1970;
  auto operator<=>(const Year&) const = default;
};

inline constexpr Date date_min{-25'567};  ///< 1900-01-01
inline constexpr Date date_max{84'005};   ///< 2199-12-31

/// Limits of one step of arithmetic, in either direction: a hundred years.
inline constexpr std::int32_t step_months_max = 1'200;
inline constexpr std::int32_t step_days_max = 36'525;
/// Limit of an age that a rule or a question may name, in years.
inline constexpr std::int32_t age_years_max = 150;

/// True for date_min .. date_max. To be asked of every number of days that is read from storage:
/// the functions below take years 1 to 9999 for granted.
constexpr bool is_in_range(Date date) { return date >= date_min && date <= date_max; }
/// The same for months: 1900-01 to 2199-12.
constexpr bool is_in_range(Month month) { return month.index >= -840 && month.index <= 2'759; }

/// The date, or nothing if it is not on the calendar or outside date_min .. date_max.
std::optional<Date> make_date(std::int32_t year, std::int32_t month, std::int32_t day);

/// ISO 8601, exactly YYYY-MM-DD in ASCII. Refused: DATE_FORMAT, DATE_NOT_ON_CALENDAR,
/// DATE_OUT_OF_RANGE.
Parsed<Date> parse_date(std::string_view text);

/// As spreadsheets hold dates: outer spaces, and besides ISO 2021-3-1, 2021/3/1, 2021.3.1,
/// 20210301, 2021年3月1日. The year comes first and has four digits, so that no form can be read in
/// two ways; every other form is DATE_FORMAT. Refusals as for parse_date.
Parsed<Date> parse_date_loosely(std::string_view text);

/// Exactly YYYY-MM. Refused: MONTH_FORMAT, MONTH_NOT_ON_CALENDAR, MONTH_OUT_OF_RANGE (1900-01 to
/// 2199-12).
Parsed<Month> parse_month(std::string_view text);

std::string to_text(Date date);    ///< YYYY-MM-DD
std::string to_text(Month month);  ///< YYYY-MM

Year year_of(Date date);
Month month_of(Date date);
std::int32_t month_of_year(Date date);  ///< 1 to 12
std::int32_t day_of_month(Date date);   ///< 1 to 31

Date first_day(Month month);
Date last_day(Month month);
Date first_day(Year year);
Date last_day(Year year);
Date first_day_after(Year year);

/// Precondition of both: the step is within ±step_days_max, ±step_months_max.
///
/// I-12: the start day is not counted, so "not more than 60 days from" ends on add_days(from, 60).
Date add_days(Date date, std::int32_t days);
/// I-06: the same day number `months` later, or the last day of that month if it is shorter:
/// 2021-08-31 + 6 months = 2022-02-28. What follows a waiting time begins on that date; a period
/// of months includes it.
Date add_months_clipped(Date date, std::int32_t months);

/// I-05: day 1 of the n-th natural month (自然月) counting the month of `trigger` as the 1st: a
/// payment in April and n = 3 give 1 June. Under the alternative reading, which leaves the trigger
/// month out, the answer is that of n + 1. Precondition: 1 <= n <= step_months_max.
Date nth_natural_month(Date trigger, std::int32_t n);

Date last_day_of_month(Date date);
/// Day 1 of the month after that of `date`.
Date next_month_first_day(Date date);
/// `to` - `from`; negative if `to` is earlier.
std::int32_t days_between(Date from, Date to);

/// On which day an age is attained. Stored in policy packs: never renumber.
enum class AgeDayRule : std::uint8_t {
  birthday = 1,            ///< I-03
  day_after_birthday = 2,  ///< the alternative of O-02
};

/// I-03: the day on which someone born on `birth` becomes `age` years old. Someone born on
/// 29 February does so on 1 March in years without that day (a day later under O-02's alternative).
/// Precondition: 0 <= age <= age_years_max.
Date attains_age_on(Date birth, std::int32_t age, AgeDayRule rule = AgeDayRule::birthday);

/// The age in completed years (周岁) on a date: the largest one attained on or before `on`; nothing
/// before birth. It is 0 on the day of birth under both rules.
std::optional<std::int32_t> completed_years(Date birth, Date on,
                                            AgeDayRule rule = AgeDayRule::birthday);

/// Half-open: from `from` up to and without `until`; without `until`, for good. Empty if `until` is
/// not after `from`.
struct Interval {
  Date from;
  std::optional<Date> until;

  bool operator==(const Interval&) const = default;
};

bool contains(const Interval& interval, Date date);
/// The dates that both contain, or nothing if there are none.
std::optional<Interval> overlap(const Interval& left, const Interval& right);
/// Number of dates in it, 0 if it is empty, nothing if it has no end.
std::optional<std::int32_t> day_count(const Interval& interval);

/// I-01: the civil date at UTC+8 (no daylight saving) on which the ledger recorded something.
Date civil_date_of(RecordedAt at);
/// The last microsecond of the date at UTC+8; what "as known on a date" means.
RecordedAt end_of_day(Date date);

}  // namespace kinledger::ledger
