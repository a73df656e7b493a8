// Text forms of the ledger's identifiers and instants: hexadecimal, and RFC 3339 with microseconds.
#include "ledger/types.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

namespace chrono = std::chrono;
using Instant = chrono::sys_time<chrono::microseconds>;

constexpr Instant instant_min{};
constexpr Instant instant_end = chrono::sys_days{chrono::year{2263} / 1 / 1};
constexpr std::size_t decimals_max = 6;

std::optional<std::uint8_t> nibble(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
  return std::nullopt;
}

Reason instant_format() {
  return {"INSTANT_FORMAT",
          "时刻应写成 2021-04-05T01:02:03Z 或 2021-04-05T09:02:03+08:00 的形式，"
          "秒后最多六位小数。请按此形式重新填写。",
          "An instant is written 2021-04-05T01:02:03Z or 2021-04-05T09:02:03+08:00, with at most "
          "six decimals of a second. Write it in this form."};
}

Reason instant_not_on_calendar() {
  return {"INSTANT_NOT_ON_CALENDAR", "没有这个日期或时间。请核对月、日、时、分、秒。",
          "There is no such date or time of day. Check month, day, hour, minute and second."};
}

Reason instant_out_of_range() {
  return {"INSTANT_OUT_OF_RANGE", "时刻应在 1970 年至 2262 年之间（协调世界时）。请核对年份。",
          "An instant lies in the years 1970 to 2262 (UTC). Check the year."};
}

/// The parts of "2021-04-05T01:02:03", each only known to be digits.
struct WrittenTime {
  std::int32_t year, month, day, hour, minute, second;
};

std::optional<WrittenTime> read_written(std::string_view text) {
  const bool punctuated = text.size() == 19 && text[4] == '-' && text[7] == '-' &&
                          (text[10] == 'T' || text[10] == 't') && text[13] == ':' &&
                          text[16] == ':';
  if (!punctuated) return std::nullopt;
  const auto year = digits_value(text.substr(0, 4));
  const auto month = digits_value(text.substr(5, 2));
  const auto day = digits_value(text.substr(8, 2));
  const auto hour = digits_value(text.substr(11, 2));
  const auto minute = digits_value(text.substr(14, 2));
  const auto second = digits_value(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  return WrittenTime{*year, *month, *day, *hour, *minute, *second};
}

/// Takes ".5" or ".123456" off the front of `text`; none if it begins otherwise.
std::optional<chrono::microseconds> take_decimals(std::string_view& text) {
  if (!text.starts_with('.')) return chrono::microseconds{0};
  const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  const std::size_t decimals = end - 1;
  if (decimals == 0 || decimals > decimals_max) return std::nullopt;
  std::string digits(text.substr(1, decimals));
  digits.append(decimals_max - decimals, '0');
  text.remove_prefix(end);
  return chrono::microseconds{digits_value(digits).value()};
}

/// "Z" or "+08:00". An hour above 23 or a minute above 59 is no offset.
std::optional<chrono::minutes> read_offset(std::string_view text) {
  if (text == "Z" || text == "z") return chrono::minutes{0};
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hour = digits_value(text.substr(1, 2));
  const auto minute = digits_value(text.substr(4, 2));
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  const chrono::minutes offset = chrono::hours{*hour} + chrono::minutes{*minute};
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0F];
  }
  return text;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != out.size() * 2) return false;
  for (std::size_t at = 0; at < out.size(); ++at) {
    const auto high = nibble(text[2 * at]);
    const auto low = nibble(text[2 * at + 1]);
    if (!high || !low) return false;
    out[at] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return true;
}

std::string to_text(RecordedAt at) {
  const Instant instant{chrono::microseconds{at.microseconds}};
  // Four digits of year are all that the form has room for.
  invariant(instant >= chrono::sys_days{chrono::year{0} / 1 / 1} &&
            instant < chrono::sys_days{chrono::year{10'000} / 1 / 1});
  const auto midnight = chrono::floor<chrono::days>(instant);
  const chrono::year_month_day day{midnight};
  const chrono::hh_mm_ss time_of_day{instant - midnight};

  std::string text;
  append_digits(text, static_cast<int>(day.year()), 4);
  text += '-';
  append_digits(text, static_cast<unsigned>(day.month()), 2);
  text += '-';
  append_digits(text, static_cast<unsigned>(day.day()), 2);
  text += 'T';
  append_digits(text, time_of_day.hours().count(), 2);
  text += ':';
  append_digits(text, time_of_day.minutes().count(), 2);
  text += ':';
  append_digits(text, time_of_day.seconds().count(), 2);
  text += '.';
  append_digits(text, time_of_day.subseconds().count(), decimals_max);
  text += 'Z';
  return text;
}

Parsed<RecordedAt> parse_recorded_at(std::string_view text) {
  const auto written = read_written(text.substr(0, 19));
  if (!written) return instant_format();
  std::string_view rest = text.substr(19);
  const auto decimals = take_decimals(rest);
  const auto offset = read_offset(rest);
  if (!decimals || !offset) return instant_format();

  const auto day = chrono::year{written->year} / written->month / written->day;
  // Second 60 is refused too: the ledger's clock has no leap seconds.
  if (!day.ok() || written->hour > 23 || written->minute > 59 || written->second > 59) {
    return instant_not_on_calendar();
  }
  const Instant instant = chrono::sys_days{day} + chrono::hours{written->hour} +
                          chrono::minutes{written->minute} + chrono::seconds{written->second} +
                          *decimals - *offset;
  if (instant < instant_min || instant >= instant_end) return instant_out_of_range();
  return RecordedAt{instant.time_since_epoch().count()};
}

}  // namespace kinledger::ledger
