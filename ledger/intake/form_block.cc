// The cells of a row are put together with a line break between them, so that a label finds its
// value in its own cell or in the next one that is not empty.
#include "ledger/intake/form_block.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "ledger/digits.h"
#include "ledger/intake/advice.h"
#include "ledger/intake/fields.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// In half-width and lower case, with all other spaces as ASCII ones.
std::string readable(const Row& row) {
  std::string text;
  for (const Cell& cell : row.cells) {
    if (cell.kind == CellKind::empty || cell.kind == CellKind::error) continue;
    text += half_width(cell.text);
    text += '\n';
  }
  for (const std::string_view space : {"\xC2\xA0", "\xE2\x80\xAF", "\xE3\x80\x80"}) {
    for (std::size_t at = 0; (at = text.find(space, at)) != std::string::npos;) {
      text.replace(at, space.size(), " ");
    }
  }
  return text;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string_view without_blanks_before(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text;
}

/// What follows one of the labels and its colon, to the end of the row; nothing when there is none.
std::optional<std::string_view> behind_label(std::string_view text,
                                             std::initializer_list<std::string_view> labels) {
  const std::string lowered = lower(std::string(text));
  for (const std::string_view label : labels) {
    const std::size_t at = lowered.find(label);
    if (at == std::string::npos) continue;
    auto rest = without_blanks_before(text.substr(at + label.size()));
    if (rest.starts_with(':')) rest.remove_prefix(1);
    return without_blanks_before(rest);
  }
  return std::nullopt;
}

/// The printable ASCII that the text begins with.
std::string_view code_before(std::string_view text) {
  const auto end = std::ranges::find_if(text, [](char c) { return c <= ' ' || c > '~'; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

/// The unit number behind its label; nothing when it was left blank, so that the date or the next
/// label follows.
std::string_view unit_number_in(std::string_view behind) {
  const auto written = code_before(behind);
  const auto next = without_blanks_before(behind.substr(written.size()));
  const bool is_label = written.find(':') != std::string_view::npos;
  const bool is_date =
      next.starts_with("年") || (!all_digits(written) && parse_date_loosely(written).has_value());
  return is_label || is_date ? std::string_view() : written;
}

struct Digits {
  std::string_view text;
  std::size_t end = 0;  ///< behind them and the blanks after them
};

Digits digits_at(std::string_view text, std::size_t at) {
  const std::size_t first = std::min(text.find_first_not_of(blanks, at), text.size());
  const std::size_t last = std::min(text.find_first_not_of("0123456789", first), text.size());
  return {text.substr(first, last - first),
          std::min(text.find_first_not_of(blanks, last), text.size())};
}

/// "2021年 3月 5日" wherever it stands; nothing for a blank one, "   年   月   日".
std::optional<std::string> chinese_date(std::string_view text) {
  constexpr std::array<std::string_view, 3> signs{"年", "月", "日"};
  for (std::size_t at = 0; (at = text.find_first_of("0123456789", at)) != text.npos;) {
    std::string date;
    std::size_t next = at;
    for (const std::string_view sign : signs) {
      const auto [digits, end] = digits_at(text, next);
      if (digits.empty() || !text.substr(end).starts_with(sign)) {
        date.clear();
        break;
      }
      date.append(digits).append(sign);
      next = end + sign.size();
    }
    if (!date.empty()) return date;
    at = std::min(text.find_first_not_of("0123456789", at), text.size());
  }
  return std::nullopt;
}

std::optional<std::string> date_in(const Row& row, std::string_view text) {
  if (auto date = chinese_date(text)) return date;
  for (const Cell& cell : row.cells) {
    // Eight digits may as well be the unit number or a telephone.
    const bool is_date = !all_digits(cell.text) && parse_date_loosely(cell.text).has_value();
    if (cell.kind == CellKind::date || is_date) return cell.text;
  }
  if (const auto rest = behind_label(text, {"日期", "date"})) {
    const auto written = code_before(*rest);
    if (!written.empty()) return std::string(written);
  }
  return std::nullopt;
}

/// The label of the unit's name, 申请单位（盖章）, is no statement.
bool states_seal(std::string_view text) {
  if (text.find("已盖章") != std::string_view::npos) return true;
  for (std::size_t at = 0; (at = text.find("盖章", at)) != text.npos; ++at) {
    const auto rest = text.substr(at);
    if (rest.substr(std::string_view("盖章").size()).starts_with(')')) continue;
    const auto answer = behind_label(rest, {"盖章"});
    if (answer && (answer->starts_with("是") || answer->starts_with("√"))) return true;
  }
  const auto answer = behind_label(text, {"sealed"});
  return answer && lower(std::string(answer->substr(0, 3))) == "yes";
}

}  // namespace

FormBlock read_block(std::span<const Row> rows, std::vector<Refusal>& refusals) {
  FormBlock block;
  for (const Row& row : rows) {
    const std::string text = readable(row);
    if (const auto rest = behind_label(text, {"单位编号", "单位编码", "unit number"});
        rest && !block.unit_number) {
      const auto written = unit_number_in(*rest);
      if (!written.empty()) {
        auto number = parse_unit_number(written);
        if (number.has_error()) refusals.push_back({row.number, "单位编号", number.error()});
        block.unit_number = number.has_value() ? std::move(*number) : std::string();
      }
    }
    if (const auto written = date_in(row, text); written && !block.date) {
      const auto date = parse_date_loosely(*written);
      if (date.has_error()) refusals.push_back({row.number, "日期", date.error()});
      block.date = date.has_value() ? *date : Date{};
    }
    block.sealed = block.sealed || states_seal(text);
  }
  return block;
}

}  // namespace kinledger::ledger::intake
