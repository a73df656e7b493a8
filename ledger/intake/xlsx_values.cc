#include "ledger/intake/xlsx_values.h"

#include <array>
#include <charconv>
#include <cmath>

#include "ledger/intake/utf8.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

constexpr int significant_digits = 15;
// Outside these powers of ten a number is written with an exponent.
constexpr int exponent_min = -7;
constexpr int exponent_max = 20;

// Days of our calendar before day 0 of theirs.
constexpr std::int32_t day_zero_1900 = -25'569;  // 1899-12-30, right from 1900-03-01 on
constexpr std::int32_t day_zero_1904 = -24'107;  // 1904-01-01
constexpr std::int32_t day_last = 2'932'896;     // 9999-12-31
constexpr std::int32_t false_leap_day = 60;

/// Length of an escape, "_xHHHH_", and of what could become one, "_xHHHH".
constexpr std::size_t escape_bytes = 7;
constexpr std::size_t open_escape_bytes = 6;

std::optional<char32_t> open_escape_at(std::string_view text, std::size_t at) {
  if (at > text.size()) return std::nullopt;
  const std::string_view escape = text.substr(at, open_escape_bytes);
  if (escape.size() < open_escape_bytes || !escape.starts_with("_x")) return std::nullopt;
  std::uint32_t unit = 0;
  const char* const end = escape.data() + escape.size();
  const auto [stop, failed] = std::from_chars(escape.data() + 2, end, unit, 16);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return unit;
}

std::optional<char32_t> escape_at(std::string_view text, std::size_t at) {
  const auto unit = open_escape_at(text, at);
  if (!unit || text.substr(at + open_escape_bytes, 1) != "_") return std::nullopt;
  return unit;
}

bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// What XML 1.0 cannot hold, and the carriage return, which it turns into a line feed.
bool needs_escape(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20) return byte != '\t' && byte != '\n';
  const std::string_view three = text.substr(at, 3);
  if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") return true;  // U+FFFE, U+FFFF
  // Open ones too: the underscore of an escape that follows would close them.
  return byte == '_' && open_escape_at(text, at).has_value();
}

void append_escape(std::string& out, unsigned unit) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out += "_x";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(unit >> shift) & 0xF];
  out += '_';
}

/// Digits without trailing zeros, and the power of ten of the first one.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal rounded_decimal(double magnitude) {
  std::array<char, 32> written;
  const auto result = std::to_chars(written.data(), written.data() + written.size(), magnitude,
                                    std::chars_format::scientific, significant_digits - 1);
  invariant(result.ec == std::errc{});
  const std::string_view text(written.data(),
                              static_cast<std::size_t>(result.ptr - written.data()));
  const std::size_t mark = text.find('e');
  Decimal decimal{std::string(text.substr(0, 1)) + std::string(text.substr(2, mark - 2)), 0};
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  const std::size_t exponent_at = mark + (text[mark + 1] == '+' ? 2 : 1);
  std::from_chars(text.data() + exponent_at, text.data() + text.size(), decimal.exponent);
  return decimal;
}

}  // namespace

std::optional<double> stored_number(std::string_view stored) {
  double number = 0;
  const char* const end = stored.data() + stored.size();
  const auto [stop, failed] = std::from_chars(stored.data(), end, number);
  if (failed != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string number_text(double number) {
  invariant(std::isfinite(number));
  if (number == 0) return "0";
  const auto [digits, exponent] = rounded_decimal(std::fabs(number));
  std::string text = number < 0 ? "-" : "";
  const auto whole_digits = static_cast<std::size_t>(exponent < 0 ? 0 : exponent + 1);
  if (exponent < exponent_min || exponent > exponent_max) {
    text += digits.substr(0, 1);
    if (digits.size() > 1) text += '.' + digits.substr(1);
    text += exponent < 0 ? "E-" : "E+";
    text += std::to_string(std::abs(exponent));
  } else if (exponent < 0) {
    text += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  } else if (digits.size() <= whole_digits) {
    text += digits + std::string(whole_digits - digits.size(), '0');
  } else {
    text += digits.substr(0, whole_digits) + '.' + digits.substr(whole_digits);
  }
  return text;
}

std::optional<std::string> stored_date_text(double days, DateSystem system) {
  const bool from_1900 = system == DateSystem::from_1900;
  const std::int32_t zero = from_1900 ? day_zero_1900 : day_zero_1904;
  const double first = from_1900 ? 1 : 0;
  if (!(days >= first && days < day_last - zero + 1)) return std::nullopt;
  const auto day = static_cast<std::int32_t>(days);
  if (from_1900 && day == false_leap_day) return "1900-02-29";
  const bool before_leap_day = from_1900 && day < false_leap_day;
  return to_text(Date{zero + day + (before_leap_day ? 1 : 0)});
}

std::int32_t stored_date(Date date) {
  invariant(date >= date_min);
  const std::int32_t day = date.days - day_zero_1900;
  return day <= false_leap_day ? day - 1 : day;
}

bool is_builtin_date_format(std::uint32_t id) {
  const auto within = [id](std::uint32_t first, std::uint32_t last) {
    return id >= first && id <= last;
  };
  return within(14, 22) || within(27, 36) || within(45, 47) || within(50, 58);
}

bool is_date_format(std::string_view format_code) {
  for (std::size_t at = 0; at < format_code.size(); ++at) {
    switch (format_code[at]) {
      case '"':
        at = format_code.find('"', at + 1);
        break;
      case '[':
        at = format_code.find(']', at + 1);
        break;
      case '\\':  // one literal character, a space as wide as one, one repeated to fill
      case '_':
      case '*':
        ++at;
        break;
      case 'y':
      case 'Y':
      case 'm':
      case 'M':
      case 'd':
      case 'D':
        return true;
      default:
        break;
    }
    if (at == std::string_view::npos) return false;
  }
  return false;
}

void append_unescaped(std::string_view stored, std::string& text) {
  std::size_t copied = 0;
  for (std::size_t at = stored.find("_x"); at != std::string_view::npos;
       at = stored.find("_x", at)) {
    auto code_point = escape_at(stored, at);
    std::size_t bytes = escape_bytes;
    if (code_point && is_high_surrogate(*code_point)) {
      const auto low = escape_at(stored, at + escape_bytes);
      const bool pair = low && is_low_surrogate(*low);
      if (pair) *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (*low - 0xDC00);
      if (pair) bytes += escape_bytes;
    }
    const bool half = code_point && *code_point >= 0xD800 && *code_point <= 0xDFFF;
    if (!code_point || *code_point == 0 || half) {
      at += 2;
      continue;
    }
    text.append(stored, copied, at - copied);
    append_utf8(text, *code_point);
    at += bytes;
    copied = at;
  }
  text.append(stored, copied);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!needs_escape(text, at)) {
      out += text[at];
    } else if (text[at] == '\xEF') {
      append_escape(out, text[at + 2] == '\xBE' ? 0xFFFE : 0xFFFF);
      at += 2;
    } else {
      append_escape(out, static_cast<unsigned char>(text[at]));
    }
  }
  return out;
}

std::optional<CellPosition> parse_cell_position(std::string_view reference) {
  constexpr std::size_t letters_max = 3;
  std::size_t letters = 0;
  std::size_t column = 0;  // 1-based while it is summed up
  for (; letters < reference.size() && letters <= letters_max; ++letters) {
    const char c = reference[letters];
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A') + 1;
  }
  CellPosition position;
  const char* const end = reference.data() + reference.size();
  const auto [stop, failed] = std::from_chars(reference.data() + letters, end, position.row);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  if (column == 0 || column > sheet_columns_max) return std::nullopt;
  if (position.row == 0 || position.row > sheet_rows_max) return std::nullopt;
  position.column = column - 1;
  return position;
}

}  // namespace kinledger::ledger::intake
