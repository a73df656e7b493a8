// Reading and writing yuan with two decimals, and sums that cannot overflow unseen.
#include "ledger/money.h"

#include <algorithm>

#include "ledger/digits.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

constexpr std::size_t yuan_digits_max = 12;  // of fen_max

Reason format_refused() {
  return {"MONEY_FORMAT",
          "金额应以元为单位，用半角数字书写，例如 250 或 250.00。请按此形式重新填写。",
          "An amount is written in yuan with half-width digits, such as 250 or 250.00. Write it in "
          "this form."};
}

Reason full_width_refused() {
  return {"MONEY_FORMAT", "金额中有全角数字。请改用半角数字，例如 250.00。",
          "The amount holds full-width digits. Type it with half-width digits, such as 250.00."};
}

Reason negative_refused() {
  return {"MONEY_NEGATIVE", "金额不能为负数。退款或冲正请使用相应的业务事项填报。",
          "An amount cannot be negative. Report a refund or a reversal as such."};
}

Reason too_many_decimals() {
  return {"MONEY_TOO_MANY_DECIMALS", "金额最多两位小数（到分）。请核对后重新填写。",
          "An amount has at most two decimals (fen). Check it and write it again."};
}

Reason amount_too_large() {
  return {"MONEY_TOO_LARGE", "金额超过上限 999,999,999,999.99 元。请核对是否多填了数字。",
          "The amount is above the limit of 999,999,999,999.99 yuan. Check for extra digits."};
}

bool is_number(std::string_view text) { return !text.empty() && all_digits(text); }

/// Without the commas of "12,345,678"; nothing if a comma stands elsewhere.
std::optional<std::string> ungrouped(std::string_view whole) {
  std::string digits;
  while (true) {
    const std::size_t comma = std::min(whole.find(','), whole.size());
    const bool first = digits.empty();
    const bool last = comma == whole.size();
    if ((!first && comma != 3) || (first && !last && (comma == 0 || comma > 3))) {
      return std::nullopt;
    }
    digits += whole.substr(0, comma);
    if (last) return digits;
    whole.remove_prefix(comma + 1);
  }
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool within_limit(std::int64_t value) { return value >= -fen_max.value && value <= fen_max.value; }

std::optional<Fen> limited(std::int64_t value) {
  if (!within_limit(value)) return std::nullopt;
  return Fen{value};
}

std::string format_with(Fen amount, std::string_view separator) {
  // The magnitude of the smallest 64-bit number has no signed form.
  const auto magnitude = amount.value < 0 ? 0 - static_cast<std::uint64_t>(amount.value)
                                          : static_cast<std::uint64_t>(amount.value);
  const std::string yuan = std::to_string(magnitude / 100);
  std::string text = amount.value < 0 ? "-" : "";
  for (std::size_t at = 0; at < yuan.size(); ++at) {
    if (at > 0 && (yuan.size() - at) % 3 == 0) text += separator;
    text += yuan[at];
  }
  text += '.';
  append_digits(text, static_cast<std::int64_t>(magnitude % 100), 2);
  return text;
}

}  // namespace

Parsed<Fen> parse_yuan(std::string_view text) {
  if (contains_full_width_digits(text)) return full_width_refused();
  const bool negative = take_prefix(text, "-");
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view yuan = text.substr(0, point);
  const std::string_view decimals = text.substr(std::min(point + 1, text.size()));

  if (!is_number(yuan) || (yuan.size() > 1 && yuan[0] == '0')) return format_refused();
  if (point < text.size() && !is_number(decimals)) return format_refused();
  if (negative) return negative_refused();
  if (decimals.size() > 2) return too_many_decimals();
  if (yuan.size() > yuan_digits_max) return amount_too_large();

  std::int64_t value = 0;
  for (const char digit : yuan) value = value * 10 + (digit - '0');
  for (std::size_t at = 0; at < 2; ++at) {
    value = value * 10 + (at < decimals.size() ? decimals[at] - '0' : 0);
  }
  invariant(within_limit(value));
  return Fen{value};
}

Parsed<Fen> parse_yuan_loosely(std::string_view text) {
  if (contains_full_width_digits(text)) return full_width_refused();
  text = trimmed(text);
  std::string plain;
  // The sign may stand on either side of the currency sign; parse_yuan says what is wrong with it.
  if (take_prefix(text, "-")) plain += '-';
  if (take_prefix(text, "¥") || take_prefix(text, "￥")) text = trimmed(text);
  if (take_prefix(text, "-")) plain += '-';
  if (text.ends_with("元"))
    text = trimmed(text.substr(0, text.size() - std::string_view("元").size()));

  const std::size_t point = std::min(text.find('.'), text.size());
  const auto yuan = ungrouped(text.substr(0, point));
  if (!yuan) return format_refused();
  plain += *yuan;
  plain += text.substr(point);
  return parse_yuan(plain);
}

std::string format_yuan(Fen amount) { return format_with(amount, ""); }

std::string format_yuan_grouped(Fen amount) { return format_with(amount, ","); }

std::optional<Fen> add(Fen left, Fen right) {
  invariant(within_limit(left.value) && within_limit(right.value));
  return limited(left.value + right.value);
}

std::optional<Fen> multiply(Fen amount, std::int64_t times) {
  invariant(within_limit(amount.value));
  std::int64_t value = 0;
  if (__builtin_mul_overflow(amount.value, times, &value)) return std::nullopt;
  return limited(value);
}

}  // namespace kinledger::ledger
