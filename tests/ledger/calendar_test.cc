// The calendar and the conventions I-01 to I-12 in which the policies count days, months and ages.
#include "ledger/calendar.h"

#include <gtest/gtest.h>

#include <limits>

namespace kinledger::ledger {
namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

std::string code_of(const Parsed<Date>& parsed) {
  return parsed.has_error() ? parsed.error().code : to_text(*parsed);
}

TEST(Date, RoundTripsOnEveryDayOfTheRange) {
  std::int32_t days = 0;
  for (Date date = date_min; date <= date_max; ++date.days, ++days) {
    const std::string text = to_text(date);
    ASSERT_EQ(text.size(), 10u);
    ASSERT_EQ(parse_date(text).value(), date);
    ASSERT_EQ(parse_date_loosely(text).value(), date);
    ASSERT_EQ(make_date(year_of(date).value, month_of_year(date), day_of_month(date)), date);
  }
  EXPECT_EQ(days, 109'573);
  EXPECT_EQ(to_text(date_min), "1900-01-01");
  EXPECT_EQ(to_text(date_max), "2199-12-31");
  EXPECT_EQ(to_text(Date{0}), "1970-01-01");
}

TEST(Date, IsStrictlyIso) {
  EXPECT_EQ(day("2021-03-01").days, 18'687);
  for (const std::string_view text :
       {"", "2021-3-1", "2021/03/01", "20210301", "21-03-01", "2021-03-01 ", " 2021-03-01",
        "2021-03-01T00:00:00", "+021-03-01", "2021-+3-01", "2021-03-0１", "2021-03-0\xFF",
        "abcd-ef-gh", "02021-03-1", "2021年3月1日", "----------"}) {
    EXPECT_EQ(code_of(parse_date(text)), "DATE_FORMAT") << text;
  }
  EXPECT_EQ(code_of(parse_date(std::string_view("2021-03-0\0", 10))), "DATE_FORMAT");
}

TEST(Date, MustBeOnTheCalendar) {
  for (const std::string_view text : {"2021-02-29", "1900-02-29", "2100-02-29", "2021-04-31",
                                      "2021-13-01", "2021-00-10", "2021-01-00", "2021-99-99"}) {
    EXPECT_EQ(code_of(parse_date(text)), "DATE_NOT_ON_CALENDAR") << text;
  }
  EXPECT_EQ(code_of(parse_date("2000-02-29")), "2000-02-29");
  EXPECT_EQ(code_of(parse_date("2024-02-29")), "2024-02-29");
}

TEST(Date, LiesInThreeCenturies) {
  EXPECT_EQ(code_of(parse_date("1899-12-31")), "DATE_OUT_OF_RANGE");
  EXPECT_EQ(code_of(parse_date("1900-01-01")), "1900-01-01");
  EXPECT_EQ(code_of(parse_date("2199-12-31")), "2199-12-31");
  EXPECT_EQ(code_of(parse_date("2200-01-01")), "DATE_OUT_OF_RANGE");
  EXPECT_EQ(code_of(parse_date("0000-01-01")), "DATE_OUT_OF_RANGE");
  EXPECT_EQ(code_of(parse_date("9999-12-31")), "DATE_OUT_OF_RANGE");
  EXPECT_FALSE(is_in_range(Date{date_min.days - 1}));
  EXPECT_FALSE(is_in_range(Date{date_max.days + 1}));
}

TEST(Date, IsMadeFromNumbersOnlyIfTheyAreADay) {
  EXPECT_EQ(make_date(2021, 3, 1), day("2021-03-01"));
  EXPECT_EQ(make_date(2021, 2, 29), std::nullopt);
  EXPECT_EQ(make_date(1899, 12, 31), std::nullopt);
  EXPECT_EQ(make_date(2021, 0, 1), std::nullopt);
  EXPECT_EQ(make_date(2021, -1, 1), std::nullopt);
  // Numbers that are days modulo the size of a byte or of two.
  EXPECT_EQ(make_date(2021, 256 + 3, 1), std::nullopt);
  EXPECT_EQ(make_date(2021, 3, 256 + 1), std::nullopt);
  EXPECT_EQ(make_date(65'536 + 2021, 3, 1), std::nullopt);
}

TEST(SpreadsheetDate, MayBeWrittenInSixForms) {
  for (const std::string_view text :
       {"2021-03-01", "2021-3-1", "2021/3/1", "2021/03/01", "2021.3.1", "2021.03.01", "20210301",
        "2021年3月1日", "2021年03月01日", "  2021/3/1\u3000", "\u00A02021年3月1日 "}) {
    EXPECT_EQ(parse_date_loosely(text).value(), day("2021-03-01")) << text;
  }
}

TEST(SpreadsheetDate, IsRefusedIfItCouldBeReadInTwoWays) {
  for (const std::string_view text : {"",
                                      " ",
                                      "21-3-1",
                                      "3/1/2021",
                                      "01.03.2021",
                                      "21年3月1日",
                                      "2021/3-1",
                                      "2021-3/1",
                                      "2021.3/1",
                                      "202131",
                                      "2021-3",
                                      "2021年3月",
                                      "2021年3月1",
                                      "2021-3-1日",
                                      "2021/3/1/1",
                                      "2021/003/1",
                                      "2021//1",
                                      "2021/3/",
                                      "/3/1",
                                      "２０２１/3/1",
                                      "44256",
                                      "44256.0",
                                      "2021-03-01 00:00:00",
                                      "2021 年3月1日",
                                      "02021/3/1",
                                      "三月一日",
                                      "年月日",
                                      "\xE5\xB9"}) {
    EXPECT_EQ(code_of(parse_date_loosely(text)), "DATE_FORMAT") << text;
  }
  EXPECT_EQ(code_of(parse_date_loosely("2021/2/29")), "DATE_NOT_ON_CALENDAR");
  EXPECT_EQ(code_of(parse_date_loosely("20211301")), "DATE_NOT_ON_CALENDAR");
  EXPECT_EQ(code_of(parse_date_loosely("1899年12月31日")), "DATE_OUT_OF_RANGE");
}

TEST(Month, RoundTripsOverTheRange) {
  for (Month month = month_of(date_min); is_in_range(month); ++month.index) {
    ASSERT_EQ(parse_month(to_text(month)).value(), month);
    ASSERT_EQ(month_of(first_day(month)), month);
    ASSERT_EQ(add_days(last_day(month), 1), first_day(Month{month.index + 1}));
  }
  EXPECT_EQ(parse_month("1970-01").value().index, 0);
  EXPECT_EQ(to_text(month_of(day("2021-12-31"))), "2021-12");
  EXPECT_EQ(last_day(parse_month("2024-02").value()), day("2024-02-29"));
  EXPECT_TRUE(is_in_range(month_of(date_min)));
  EXPECT_TRUE(is_in_range(month_of(date_max)));
  EXPECT_FALSE(is_in_range(Month{month_of(date_min).index - 1}));
  EXPECT_FALSE(is_in_range(Month{month_of(date_max).index + 1}));
}

TEST(Month, IsRefusedWithItsReason) {
  for (const std::string_view text : {"", "2021-3", "202103", "2021/03", "2021-03-01", "2021-0a"}) {
    EXPECT_EQ(parse_month(text).error().code, "MONTH_FORMAT") << text;
  }
  EXPECT_EQ(parse_month("2021-00").error().code, "MONTH_NOT_ON_CALENDAR");
  EXPECT_EQ(parse_month("2021-13").error().code, "MONTH_NOT_ON_CALENDAR");
  EXPECT_EQ(parse_month("1899-12").error().code, "MONTH_OUT_OF_RANGE");
  EXPECT_EQ(parse_month("2200-01").error().code, "MONTH_OUT_OF_RANGE");
}

TEST(Year, BeginsAndEndsWithTheCalendarYear) {  // I-07
  EXPECT_EQ(first_day(Year{2021}), day("2021-01-01"));
  EXPECT_EQ(first_day_after(Year{2021}), day("2022-01-01"));
  EXPECT_EQ(year_of(day("2020-12-31")), Year{2020});
  EXPECT_EQ(year_of(day("2021-01-01")), Year{2021});
}

TEST(Waiting, OfSixMonthsEndsOnTheSameDayNumber) {  // I-06, rule HZ21-11
  EXPECT_EQ(add_months_clipped(day("2021-04-01"), 6), day("2021-10-01"));
  EXPECT_EQ(add_months_clipped(day("2021-06-30"), 6), day("2021-12-30"));
  EXPECT_EQ(add_months_clipped(day("2021-07-01"), 6), day("2022-01-01"));
}

TEST(Waiting, IsClippedToTheEndOfAShorterMonth) {  // I-06
  EXPECT_EQ(add_months_clipped(day("2021-08-27"), 6), day("2022-02-27"));
  EXPECT_EQ(add_months_clipped(day("2021-08-28"), 6), day("2022-02-28"));
  EXPECT_EQ(add_months_clipped(day("2021-08-29"), 6), day("2022-02-28"));
  EXPECT_EQ(add_months_clipped(day("2021-08-31"), 6), day("2022-02-28"));
  EXPECT_EQ(add_months_clipped(day("2021-09-01"), 6), day("2022-03-01"));
  EXPECT_EQ(add_months_clipped(day("2023-08-31"), 6), day("2024-02-29"));
  EXPECT_EQ(add_months_clipped(day("2021-03-31"), 1), day("2021-04-30"));
  EXPECT_EQ(add_months_clipped(day("2021-03-31"), -1), day("2021-02-28"));
  EXPECT_EQ(add_months_clipped(day("2021-01-31"), -12), day("2020-01-31"));
  EXPECT_EQ(add_months_clipped(day("2021-08-31"), 0), day("2021-08-31"));
}

TEST(NaturalMonths, CountTheTriggerMonthAsTheFirst) {  // I-05
  EXPECT_EQ(nth_natural_month(day("2022-04-01"), 3), day("2022-06-01"));
  EXPECT_EQ(nth_natural_month(day("2022-04-30"), 3), day("2022-06-01"));
  EXPECT_EQ(nth_natural_month(day("2022-05-01"), 3), day("2022-07-01"));
  EXPECT_EQ(nth_natural_month(day("2022-12-31"), 3), day("2023-02-01"));  // HZ22-06
  EXPECT_EQ(nth_natural_month(day("2022-03-01"), 2), day("2022-04-01"));  // HZ22-11
  EXPECT_EQ(nth_natural_month(day("2022-03-31"), 2), day("2022-04-01"));
  EXPECT_EQ(nth_natural_month(day("2022-11-01"), 3), day("2023-01-01"));  // HZ22-13
  EXPECT_EQ(nth_natural_month(day("2022-10-31"), 3), day("2022-12-01"));
  EXPECT_EQ(nth_natural_month(day("2022-04-15"), 1), day("2022-04-01"));
}

TEST(Age, IsAttainedOnTheBirthday) {  // I-03
  EXPECT_EQ(attains_age_on(day("2003-01-01"), 18), day("2021-01-01"));
  EXPECT_EQ(attains_age_on(day("2003-01-02"), 18), day("2021-01-02"));
  EXPECT_EQ(attains_age_on(day("2003-01-02"), 0), day("2003-01-02"));
}

TEST(Age, OfSomeoneBornOn29FebruaryIsAttainedOn1MarchInOtherYears) {  // I-03
  EXPECT_EQ(attains_age_on(day("2004-02-29"), 18), day("2022-03-01"));
  EXPECT_EQ(attains_age_on(day("2004-02-29"), 16), day("2020-02-29"));
  EXPECT_EQ(attains_age_on(day("2004-02-29"), 96), day("2100-03-01"));
  EXPECT_EQ(attains_age_on(day("2004-02-28"), 18), day("2022-02-28"));
  EXPECT_EQ(attains_age_on(day("2004-03-01"), 18), day("2022-03-01"));
}

TEST(Age, IsAttainedADayLaterUnderTheAlternative) {  // O-02
  constexpr auto rule = AgeDayRule::day_after_birthday;
  EXPECT_EQ(attains_age_on(day("2002-12-31"), 18, rule), day("2021-01-01"));
  EXPECT_EQ(attains_age_on(day("2004-02-29"), 16, rule), day("2020-03-01"));
  EXPECT_EQ(attains_age_on(day("2004-02-29"), 18, rule), day("2022-03-02"));
}

TEST(Age, InCompletedYearsChangesOnTheDayItIsAttained) {
  EXPECT_EQ(completed_years(day("2004-02-29"), day("2022-02-28")), 17);
  EXPECT_EQ(completed_years(day("2004-02-29"), day("2022-03-01")), 18);
  EXPECT_EQ(completed_years(day("2004-02-29"), day("2024-02-28")), 19);
  EXPECT_EQ(completed_years(day("2004-02-29"), day("2024-02-29")), 20);
  EXPECT_EQ(completed_years(day("2003-01-02"), day("2021-01-01")), 17);
  EXPECT_EQ(completed_years(day("2003-01-02"), day("2021-01-02")), 18);
  EXPECT_EQ(completed_years(day("2003-01-02"), day("2003-01-01")), std::nullopt);
  EXPECT_EQ(completed_years(day("2003-01-02"), day("2003-01-02")), 0);
}

TEST(Age, InCompletedYearsAgreesWithTheDayOfAttainment) {
  for (const auto rule : {AgeDayRule::birthday, AgeDayRule::day_after_birthday}) {
    for (const std::string_view text : {"2003-12-31", "2004-01-01", "2004-02-28", "2004-02-29"}) {
      const Date birth = day(text);
      for (std::int32_t age = 1; age <= age_years_max; ++age) {
        const Date attained = attains_age_on(birth, age, rule);
        ASSERT_EQ(completed_years(birth, add_days(attained, -1), rule), age - 1);
        ASSERT_EQ(completed_years(birth, attained, rule), age);
      }
      EXPECT_EQ(completed_years(birth, birth, rule), 0);
    }
  }
}

TEST(Days, AreCountedWithoutTheStartDay) {  // I-12
  EXPECT_EQ(add_days(day("2022-01-01"), 60), day("2022-03-02"));
  EXPECT_EQ(days_between(day("2022-01-01"), day("2022-03-02")), 60);
  EXPECT_EQ(days_between(day("2022-03-02"), day("2022-01-01")), -60);
  EXPECT_EQ(add_days(day("2024-03-01"), -1), day("2024-02-29"));
}

TEST(Months, HaveALastDayAndASuccessor) {
  EXPECT_EQ(last_day_of_month(day("2021-02-01")), day("2021-02-28"));
  EXPECT_EQ(last_day_of_month(day("2024-02-29")), day("2024-02-29"));
  EXPECT_EQ(next_month_first_day(day("2021-12-31")), day("2022-01-01"));
  EXPECT_EQ(next_month_first_day(day("2021-12-01")), day("2022-01-01"));
}

TEST(Arithmetic, MayStepPastTheRangeOfDatesHandedIn) {
  EXPECT_EQ(to_text(first_day_after(Year{2199})), "2200-01-01");
  EXPECT_EQ(to_text(add_months_clipped(date_max, step_months_max)), "2299-12-31");
  EXPECT_EQ(to_text(add_months_clipped(date_min, -step_months_max)), "1800-01-01");
}

TEST(ArithmeticDeathTest, RefusesStepsAndDatesThatNoCallerMayHandIn) {
  EXPECT_DEATH(add_days(Date{0}, step_days_max + 1), "invariant failed");
  EXPECT_DEATH(add_months_clipped(Date{0}, -step_months_max - 1), "invariant failed");
  EXPECT_DEATH(nth_natural_month(Date{0}, 0), "invariant failed");
  EXPECT_DEATH(attains_age_on(Date{0}, age_years_max + 1), "invariant failed");
  EXPECT_DEATH(to_text(Date{std::numeric_limits<std::int32_t>::max()}), "invariant failed");
  EXPECT_DEATH(to_text(Month{std::numeric_limits<std::int32_t>::min()}), "invariant failed");
}

TEST(Interval, ContainsItsFirstDayAndNotItsEnd) {
  const Interval cover{day("2021-01-01"), day("2022-01-01")};
  EXPECT_FALSE(contains(cover, day("2020-12-31")));
  EXPECT_TRUE(contains(cover, day("2021-01-01")));
  EXPECT_TRUE(contains(cover, day("2021-12-31")));
  EXPECT_FALSE(contains(cover, day("2022-01-01")));
  EXPECT_EQ(day_count(cover), 365);

  const Interval open{day("2021-01-01"), std::nullopt};
  EXPECT_FALSE(contains(open, day("2020-12-31")));
  EXPECT_TRUE(contains(open, date_max));
  EXPECT_EQ(day_count(open), std::nullopt);
}

TEST(Interval, IsEmptyWithoutADayInIt) {
  for (const std::string_view until : {"2021-01-01", "2020-01-01"}) {
    const Interval empty{day("2021-01-01"), day(until)};
    EXPECT_FALSE(contains(empty, day("2021-01-01")));
    EXPECT_FALSE(contains(empty, day("2020-06-01")));
    EXPECT_EQ(day_count(empty), 0);
    EXPECT_EQ(overlap(empty, empty), std::nullopt);
    EXPECT_EQ(overlap(empty, Interval{date_min, std::nullopt}), std::nullopt);
  }
}

TEST(Interval, OverlapsWhereBothHold) {
  const Interval year{day("2021-01-01"), day("2022-01-01")};
  const Interval autumn{day("2021-09-01"), day("2021-12-01")};
  const Interval next{day("2022-01-01"), std::nullopt};
  const Interval open{day("2021-10-01"), std::nullopt};
  EXPECT_EQ(overlap(year, autumn), autumn);
  EXPECT_EQ(overlap(autumn, year), autumn);
  EXPECT_EQ(overlap(year, next), std::nullopt);
  EXPECT_EQ(overlap(year, open), (Interval{day("2021-10-01"), day("2022-01-01")}));
  EXPECT_EQ(overlap(open, year), (Interval{day("2021-10-01"), day("2022-01-01")}));
  EXPECT_EQ(overlap(open, next), next);
}

TEST(RecordedInstant, FallsOnTheDateAtUtcPlusEight) {  // I-01
  EXPECT_EQ(civil_date_of(parse_recorded_at("2021-04-04T15:59:59.999999Z").value()),
            day("2021-04-04"));
  EXPECT_EQ(civil_date_of(parse_recorded_at("2021-04-04T16:00:00Z").value()), day("2021-04-05"));
  EXPECT_EQ(civil_date_of(parse_recorded_at("2021-04-05T00:00:00+08:00").value()),
            day("2021-04-05"));
  // China kept daylight saving time in 1986 to 1991; legal dates do not.
  EXPECT_EQ(civil_date_of(parse_recorded_at("1988-07-01T15:30:00Z").value()), day("1988-07-01"));
  EXPECT_EQ(civil_date_of(RecordedAt{-1}), day("1970-01-01"));
}

TEST(RecordedInstant, AtTheEndOfADayIsItsLastMicrosecond) {
  EXPECT_EQ(to_text(end_of_day(day("2021-04-05"))), "2021-04-05T15:59:59.999999Z");
  for (Date date = date_min; date <= date_max; date.days += 97) {
    const RecordedAt end = end_of_day(date);
    ASSERT_EQ(civil_date_of(end), date);
    ASSERT_EQ(civil_date_of(RecordedAt{end.microseconds + 1}), add_days(date, 1));
  }
}

TEST(RecordedInstant, HasADateAtTheEndsOfTheClock) {
  EXPECT_EQ(civil_date_of(RecordedAt{std::numeric_limits<std::int64_t>::max()}).days, 106'751'991);
  EXPECT_EQ(civil_date_of(RecordedAt{std::numeric_limits<std::int64_t>::min()}).days, -106'751'991);
}

}  // namespace
}  // namespace kinledger::ledger
