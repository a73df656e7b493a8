// The Gregorian calendar of std::chrono under the ledger's own types. UTC+8 is a fixed offset: no
// time zone database is asked.
#include "ledger/calendar.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

namespace chrono = std::chrono;

constexpr chrono::hours civil_offset{8};

constexpr Date date_of(chrono::year_month_day ymd) {
  return {static_cast<std::int32_t>(chrono::sys_days{ymd}.time_since_epoch().count())};
}

static_assert(date_min == date_of(chrono::year{1900} / 1 / 1));
static_assert(date_max == date_of(chrono::year{2199} / 12 / 31));

// What to_text can write and std::chrono can hold; reached only from outside date_min .. date_max.
constexpr Date computable_min = date_of(chrono::year{1} / 1 / 1);
constexpr Date computable_max = date_of(chrono::year{9999} / 12 / 31);

chrono::year_month_day ymd_of(Date date) {
  invariant(date >= computable_min && date <= computable_max);
  return chrono::sys_days{chrono::days{date.days}};
}

chrono::year_month ym_of(Month month) {
  constexpr std::int32_t index_min = (1 - 1970) * 12;
  constexpr std::int32_t index_max = (9999 - 1970) * 12 + 11;
  invariant(month.index >= index_min && month.index <= index_max);
  return chrono::year{1970} / chrono::January + chrono::months{month.index};
}

Month month_of(chrono::year_month month) {
  return {static_cast<std::int32_t>((month - chrono::year{1970} / chrono::January).count())};
}

Reason date_format() {
  return {"DATE_FORMAT", "日期应写成“2021-03-01”的形式，年份四位，用半角数字。请按此形式重新填写。",
          "A date is written 2021-03-01: year first, in four half-width digits. Write it in this "
          "form."};
}

Reason date_not_on_calendar() {
  return {"DATE_NOT_ON_CALENDAR", "日历上没有这一天。请核对月份和日。",
          "There is no such day on the calendar. Check month and day."};
}

Reason date_out_of_range() {
  return {"DATE_OUT_OF_RANGE", "日期应在 1900-01-01 至 2199-12-31 之间。请核对年份。",
          "A date lies between 1900-01-01 and 2199-12-31. Check the year."};
}

Reason month_format() {
  return {"MONTH_FORMAT", "月份应写成“2021-03”的形式，用半角数字。请按此形式重新填写。",
          "A month is written 2021-03 in half-width digits. Write it in this form."};
}

Reason month_not_on_calendar() {
  return {"MONTH_NOT_ON_CALENDAR", "月份应在 01 至 12 之间。请核对。",
          "A month lies between 01 and 12. Check it."};
}

Reason month_out_of_range() {
  return {"MONTH_OUT_OF_RANGE", "月份应在 1900-01 至 2199-12 之间。请核对年份。",
          "A month lies between 1900-01 and 2199-12. Check the year."};
}

/// The numbers of a date as written, not yet known to be on the calendar.
struct WrittenDate {
  std::int32_t year, month, day;
};

Parsed<Date> checked(const WrittenDate& written) {
  const auto ymd = chrono::year{written.year} / written.month / written.day;
  if (!ymd.ok()) return date_not_on_calendar();
  const Date date = date_of(ymd);
  if (!is_in_range(date)) return date_out_of_range();
  return date;
}

std::optional<WrittenDate> read_written(std::string_view year, std::string_view month,
                                        std::string_view day) {
  const auto y = digits_value(year), m = digits_value(month), d = digits_value(day);
  if (year.size() != 4 || month.size() > 2 || day.size() > 2 || !y || !m || !d) {
    return std::nullopt;
  }
  return WrittenDate{*y, *m, *d};
}

/// The signs after year, month and day.
struct Signs {
  std::string_view year, month, day;
};

constexpr std::array<Signs, 4> loose_signs{
    {{"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}}};

std::optional<WrittenDate> read_signed(std::string_view text, const Signs& signs) {
  const std::size_t year_end = text.find(signs.year);
  if (year_end == std::string_view::npos) return std::nullopt;
  const std::size_t month_begin = year_end + signs.year.size();
  const std::size_t month_end = text.find(signs.month, month_begin);
  if (month_end == std::string_view::npos || !text.ends_with(signs.day)) return std::nullopt;
  std::string_view day = text.substr(month_end + signs.month.size());
  if (day.size() < signs.day.size()) return std::nullopt;
  day.remove_suffix(signs.day.size());
  return read_written(text.substr(0, year_end), text.substr(month_begin, month_end - month_begin),
                      day);
}

}  // namespace

std::optional<Date> make_date(std::int32_t year, std::int32_t month, std::int32_t day) {
  // std::chrono keeps month and day in a byte and the year in two: wrap-around must not pass.
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) {
    return std::nullopt;
  }
  const auto date = checked({year, month, day});
  if (date.has_error()) return std::nullopt;
  return *date;
}

Parsed<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return date_format();
  const auto written = read_written(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
  if (!written) return date_format();
  return checked(*written);
}

Parsed<Date> parse_date_loosely(std::string_view text) {
  text = trimmed(text);
  std::optional<WrittenDate> written;
  if (text.size() == 8)
    written = read_written(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
  for (const Signs& signs : loose_signs) {
    if (!written) written = read_signed(text, signs);
  }
  if (!written) return date_format();
  return checked(*written);
}

Parsed<Month> parse_month(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return month_format();
  const auto written = read_written(text.substr(0, 4), text.substr(5, 2), "01");
  if (!written) return month_format();
  if (written->month < 1 || written->month > 12) return month_not_on_calendar();
  const auto date = checked(*written);
  if (date.has_error()) return month_out_of_range();
  return month_of(*date);
}

std::string to_text(Date date) {
  std::string text = to_text(month_of(date));
  text += '-';
  append_digits(text, day_of_month(date), 2);
  return text;
}

std::string to_text(Month month) {
  const Date day = first_day(month);
  std::string text;
  append_digits(text, year_of(day).value, 4);
  text += '-';
  append_digits(text, month_of_year(day), 2);
  return text;
}

Year year_of(Date date) { return {static_cast<int>(ymd_of(date).year())}; }

Month month_of(Date date) {
  const auto ymd = ymd_of(date);
  return month_of(ymd.year() / ymd.month());
}

std::int32_t month_of_year(Date date) {
  return static_cast<std::int32_t>(static_cast<unsigned>(ymd_of(date).month()));
}

std::int32_t day_of_month(Date date) {
  return static_cast<std::int32_t>(static_cast<unsigned>(ymd_of(date).day()));
}

Date first_day(Month month) { return date_of(ym_of(month) / 1); }

Date last_day(Month month) { return date_of(ym_of(month) / chrono::last); }

Date first_day(Year year) { return date_of(chrono::year{year.value} / 1 / 1); }

Date last_day(Year year) { return date_of(chrono::year{year.value} / 12 / 31); }

Date first_day_after(Year year) { return date_of(chrono::year{year.value + 1} / 1 / 1); }

Date add_days(Date date, std::int32_t days) {
  invariant(days >= -step_days_max && days <= step_days_max);
  return {date.days + days};
}

Date add_months_clipped(Date date, std::int32_t months) {
  invariant(months >= -step_months_max && months <= step_months_max);
  const auto same_day_number = ymd_of(date) + chrono::months{months};
  if (same_day_number.ok()) return date_of(same_day_number);
  return date_of(same_day_number.year() / same_day_number.month() / chrono::last);
}

Date nth_natural_month(Date trigger, std::int32_t n) {
  invariant(n >= 1 && n <= step_months_max);
  return first_day(Month{month_of(trigger).index + n - 1});
}

Date last_day_of_month(Date date) { return last_day(month_of(date)); }

Date next_month_first_day(Date date) { return first_day(Month{month_of(date).index + 1}); }

std::int32_t days_between(Date from, Date to) { return to.days - from.days; }

Date attains_age_on(Date birth, std::int32_t age, AgeDayRule rule) {
  invariant(age >= 0 && age <= age_years_max);
  // 29 February in a year without it is the 29th day counted from 1 February: sys_days makes it
  // 1 March.
  const Date birthday = date_of(ymd_of(birth) + chrono::years{age});
  return rule == AgeDayRule::birthday ? birthday : Date{birthday.days + 1};
}

std::optional<std::int32_t> completed_years(Date birth, Date on, AgeDayRule rule) {
  if (on < birth) return std::nullopt;
  const std::int32_t in_this_year = year_of(on).value - year_of(birth).value;
  const Date birthday = date_of(ymd_of(birth) + chrono::years{in_this_year});
  const Date attained = rule == AgeDayRule::birthday ? birthday : Date{birthday.days + 1};
  return std::max(0, attained <= on ? in_this_year : in_this_year - 1);
}

bool contains(const Interval& interval, Date date) {
  return date >= interval.from && (!interval.until || date < *interval.until);
}

std::optional<Interval> overlap(const Interval& left, const Interval& right) {
  Interval both{std::max(left.from, right.from), left.until};
  if (right.until && (!both.until || *right.until < *both.until)) both.until = right.until;
  if (both.until && *both.until <= both.from) return std::nullopt;
  return both;
}

std::optional<std::int32_t> day_count(const Interval& interval) {
  if (!interval.until) return std::nullopt;
  return std::max(0, days_between(interval.from, *interval.until));
}

Date civil_date_of(RecordedAt at) {
  // Whole hours first, so that the offset cannot overflow at the ends of 64 bits.
  const auto hour = chrono::floor<chrono::hours>(chrono::microseconds{at.microseconds});
  const auto day = chrono::floor<chrono::days>(hour + civil_offset);
  return {static_cast<std::int32_t>(day.count())};
}

RecordedAt end_of_day(Date date) {
  const auto next_midnight = chrono::days{date.days} + chrono::days{1} - civil_offset;
  return {chrono::microseconds{next_midnight}.count() - 1};
}

}  // namespace kinledger::ledger
