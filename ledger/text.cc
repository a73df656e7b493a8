// UTF-8 reading (RFC 3629, table 3-7 of the Unicode Standard) and the checks built on it. Character
// widths and categories come from ICU.
#include "ledger/text.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "ledger/result.h"

namespace kinledger::ledger {
namespace {

/// `bytes` is 0 where the text does not begin with a code point in UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

/// Precondition: `text` is not empty.
CodePoint first_code_point(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};

  const std::size_t bytes = lead < 0xC2   ? 0
                            : lead < 0xE0 ? 2
                            : lead < 0xF0 ? 3
                            : lead < 0xF5 ? 4
                                          : 0;
  if (bytes == 0 || text.size() < bytes) return {};
  char32_t value = lead & (0x7Fu >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(at) & 0x3Fu);
  }
  const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, bytes};
}

bool begins_code_point(char byte) { return (byte & 0xC0) != 0x80; }

bool within(char32_t value, char32_t first, char32_t last) {
  return value >= first && value <= last;
}

bool contains_within(std::string_view text, char32_t first, char32_t last) {
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    if (code_point.bytes > 0 && within(code_point.value, first, last)) return true;
    text.remove_prefix(std::max<std::size_t>(code_point.bytes, 1));
  }
  return false;
}

// The spaces that spreadsheets and input methods leave around a value.
constexpr std::array<std::string_view, 4> outer_spaces{" ", "\xC2\xA0", "\xE2\x80\xAF",
                                                       "\xE3\x80\x80"};

bool is_control(char32_t value) {
  return value < 0x20 || within(value, 0x7F, 0x9F) || within(value, 0x2028, 0x2029);
}

bool is_bidi(char32_t value) {
  return value == 0x061C || within(value, 0x200E, 0x200F) || within(value, 0x202A, 0x202E) ||
         within(value, 0x2066, 0x2069);
}

bool is_zero_width(char32_t value) {
  return within(value, 0x200B, 0x200D) || value == 0x2060 || value == 0xFEFF;
}

/// Says which of the two it is: C++20 takes a string for the first field of a Reason too.
Parsed<std::string> accepted(std::string_view text) {
  return {boost::system::in_place_value, text};
}

Reason not_utf8() {
  return {"TEXT_NOT_UTF8", "文字不是有效的 UTF-8 编码。请将文件另存为 UTF-8 编码后重新提交。",
          "The text is not valid UTF-8. Save the file in UTF-8 and submit it again."};
}

Reason too_long(std::size_t characters_max) {
  const std::string limit = std::to_string(characters_max);
  return {"TEXT_TOO_LONG", "文字超过 " + limit + " 个字符的上限。请缩短后重新提交。",
          "The text is longer than " + limit + " characters. Shorten it and submit it again."};
}

std::optional<Reason> refused_character(char32_t value) {
  if (is_control(value)) {
    return Reason{"TEXT_CONTROL", "文字中有换行、制表符或其他控制字符。请删除后重新输入。",
                  "The text holds a line break, a tab or another control character. Remove it, or "
                  "type the text again."};
  }
  if (is_bidi(value)) {
    return Reason{"TEXT_BIDI", "文字中有改变书写方向的隐藏字符。请手工重新输入，不要粘贴。",
                  "The text holds a hidden character that changes the writing direction. Type the "
                  "text again instead of pasting it."};
  }
  if (is_zero_width(value)) {
    return Reason{"TEXT_ZERO_WIDTH", "文字中有看不见的零宽字符。请手工重新输入，不要粘贴。",
                  "The text holds an invisible zero-width character. Type the text again instead "
                  "of pasting it."};
  }
  return std::nullopt;
}

std::size_t width_of(char32_t value) {
  const auto code_point = static_cast<UChar32>(value);
  const int width = u_getIntPropertyValue(code_point, UCHAR_EAST_ASIAN_WIDTH);
  const auto category = u_charType(code_point);
  // Medial vowels and final consonants of a Hangul syllable are drawn into its first letter.
  const bool joins_hangul = within(value, 0x1160, 0x11FF);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR ||
      category == U_CONTROL_CHAR || joins_hangul) {
    return 0;
  }
  return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

}  // namespace

bool is_utf8(std::string_view text) {
  // Every event that is read comes here, and most of its text is ASCII.
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  for (;;) {
    text.remove_prefix(
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_ascii) - text.begin()));
    if (text.empty()) return true;
    const std::size_t bytes = first_code_point(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
}

std::string_view trimmed(std::string_view text) {
  const auto shorten = [&text](std::string_view space) {
    if (text.starts_with(space)) {
      text.remove_prefix(space.size());
      return true;
    }
    if (text.ends_with(space)) {
      text.remove_suffix(space.size());
      return true;
    }
    return false;
  };
  while (std::ranges::any_of(outer_spaces, shorten)) {
  }
  return text;
}

Parsed<std::string> accept_text(std::string_view text, std::size_t characters_max) {
  // Before trimming: in a damaged sequence the last bytes may only look like a space.
  if (!is_utf8(text)) return not_utf8();
  const std::string_view kept = trimmed(text);
  std::size_t characters = 0;
  for (std::string_view rest = kept; !rest.empty(); ++characters) {
    const CodePoint code_point = first_code_point(rest);
    if (const auto reason = refused_character(code_point.value)) return *reason;
    rest.remove_prefix(code_point.bytes);
  }
  if (characters > characters_max) return too_long(characters_max);
  return accepted(kept);
}

Parsed<std::string> accept_name(std::string_view text) {
  auto name = accept_text(text, name_characters_max);
  if (name.has_value() && name->empty()) {
    return Reason{"NAME_EMPTY", "姓名或名称为空。请填写。", "The name is empty. Fill it in."};
  }
  return name;
}

Parsed<std::string> accept_code(std::string_view text, std::size_t characters_max) {
  const std::string_view kept = trimmed(text);
  if (kept.empty()) {
    return Reason{"CODE_EMPTY", "编号为空。请填写。", "The number is empty. Fill it in."};
  }
  const auto printable = [](char c) { return c > ' ' && c <= '~'; };
  if (!std::ranges::all_of(kept, printable)) {
    return Reason{"CODE_CHARACTERS",
                  "编号只能由半角字母、数字和半角符号组成，中间不能有空格。"
                  "请用半角重新输入。",
                  "A number of a document, order or form holds only half-width letters, digits and "
                  "signs, without spaces inside. Type it again in half-width characters."};
  }
  if (kept.size() > characters_max) return too_long(characters_max);
  return accepted(kept);
}

bool contains_full_width_digits(std::string_view text) {
  return contains_within(text, 0xFF10, 0xFF19);
}

bool contains_full_width_forms(std::string_view text) {
  return contains_within(text, 0xFF01, 0xFF5E);
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_code_point));
}

std::string_view first_characters(std::string_view text, std::size_t characters_max) {
  const auto end = std::ranges::find_if(text, [&characters_max](char byte) {
    return begins_code_point(byte) && characters_max-- == 0;
  });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string_view first_bytes(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  constexpr std::size_t continuing_bytes_max = 3;
  for (std::size_t back = 0; back <= std::min(bytes_max, continuing_bytes_max); ++back)
    if (begins_code_point(text[bytes_max - back])) return text.substr(0, bytes_max - back);
  return text.substr(0, bytes_max);
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    columns += code_point.bytes == 0 ? 1 : width_of(code_point.value);
    text.remove_prefix(std::max<std::size_t>(code_point.bytes, 1));
  }
  return columns;
}

void pad_to_width(std::string& text, std::size_t width) {
  const auto now = display_width(text);
  if (now < width) text.append(width - now, ' ');
}

std::optional<std::int32_t> digits_value(std::string_view text) {
  constexpr std::size_t digits_max = 9;  // all of them fit into 32 bits
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  std::int32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

void append_digits(std::string& text, std::int64_t value, std::size_t width) {
  invariant(value >= 0);
  const std::string digits = std::to_string(value);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

}  // namespace kinledger::ledger
