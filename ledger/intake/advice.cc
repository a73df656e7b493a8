#include "ledger/intake/advice.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/digits.h"
#include "ledger/identity_number.h"
#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

/// Longer names are no misspelling of anything.
constexpr std::size_t compared_bytes_max = 100;
constexpr std::size_t resident_id_characters = 18;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Letters to change, add or leave out (Levenshtein), without regard to ASCII case.
std::size_t difference(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(left[i]) == lower(right[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string with_folded_spaces(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    if (!is_space(c)) {
      folded += c;
    } else if (!folded.empty() && folded.back() != ' ') {
      folded += ' ';
    }
  }
  if (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

/// First two digits of the divisions of GB/T 2260, abolished ones included.
bool is_province(std::string_view two_digits) {
  constexpr std::array<std::string_view, 36> provinces{
      "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
      "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
      "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91"};
  return std::ranges::find(provinces, two_digits) != provinces.end();
}

bool is_resident_id(std::string_view number) {
  if (number.size() != resident_id_characters || !is_province(number.substr(0, 2))) return false;
  // date_max as today: a number that is not given out yet looks like one too.
  return parse_identity_number(IdType::resident_id, number, date_max).has_value();
}

/// Empty: none is likely.
std::string_view nearest_name(std::string_view sought,
                              std::span<const std::string_view> candidates) {
  if (sought.size() > compared_bytes_max) return {};
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(2, sought.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t differs = difference(sought, candidate);
    if (differs < least && differs < candidate.size()) {
      least = differs;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace

Suggestion did_you_mean(std::string_view sought, std::span<const std::string_view> candidates) {
  const std::string nearest(nearest_name(sought, candidates));
  if (nearest.empty()) return {"。", "."};
  return {"；是否应为“" + nearest + "”？", "; did you mean '" + nearest + "'?"};
}

std::string shown_name(std::string_view name) {
  std::string folded = with_folded_spaces(name);
  if (!is_utf8(folded)) return "?";
  if (count_characters(folded) > shown_name_characters_max)
    folded = std::string(first_characters(folded, shown_name_characters_max)) + "…";
  const auto accepted = accept_text(folded, shown_name_characters_max + 1);
  if (accepted.has_error() || holds_resident_id(folded)) return "?";
  return folded;
}

std::string half_width(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = [&](std::size_t ahead) {
      return static_cast<std::uint8_t>(at + ahead < text.size() ? text[at + ahead] : 0);
    };
    if (byte(0) == 0xEF && (byte(1) == 0xBC || byte(1) == 0xBD) && (byte(2) & 0xC0) == 0x80) {
      const int offset = ((byte(1) - 0xBC) << 6) + (byte(2) & 0x3F);
      if (offset >= 1 && offset <= 0x5E) {
        out += static_cast<char>(0x20 + offset);
        at += 2;
        continue;
      }
    }
    out += text[at];
  }
  return out;
}

bool holds_resident_id(std::string_view text) {
  if (text.size() < resident_id_characters) return false;
  const std::string folded = half_width(text);
  const std::string_view all = folded;
  for (std::size_t at = 0; at < all.size();) {
    std::size_t end = at;
    while (end < all.size() && is_digit(all[end])) ++end;
    const bool ends_in_x = end < all.size() && lower(all[end]) == 'x';
    const bool lacks_one = end - at + 1 == resident_id_characters;
    if (is_resident_id(all.substr(at, end - at + (ends_in_x && lacks_one)))) return true;
    at = std::max(end, at + 1);
  }
  return false;
}

Reason looks_like_resident_id() {
  return {"TEXT_LOOKS_LIKE_ID",
          "文字中含有形似身份证号码的内容。事件不保存证件号码，请删除，或填到证件号码一栏。",
          "The text holds what looks like a resident ID number. Events keep no ID numbers: remove "
          "it, or put it where the ID number belongs."};
}

}  // namespace kinledger::ledger::intake
