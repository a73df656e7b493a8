// Well-formed sequences are those of table 3-7 of the Unicode Standard: the second byte of a code
// point has a range of its own after some first bytes, all further bytes are 80..BF.
#include "ledger/intake/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

struct SecondByte {
  unsigned char low, high;
};

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// Bytes of the code point that starts with `lead`, 0 if none does.
std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  return lead < 0xF5 ? 4 : 0;
}

SecondByte second_after(unsigned char lead) {
  switch (lead) {
    case 0xE0:
      return {0xA0, 0xBF};  // else overlong
    case 0xED:
      return {0x80, 0x9F};  // else a surrogate
    case 0xF0:
      return {0x90, 0xBF};  // else overlong
    case 0xF4:
      return {0x80, 0x8F};  // else above U+10FFFF
    default:
      return {0x80, 0xBF};
  }
}

/// How many bytes from `at` on, at most `length`, agree with a code point of that length.
std::size_t agreeing_bytes(std::string_view text, std::size_t at, std::size_t length) {
  const std::size_t end = std::min(length, text.size() - at);
  if (end < 2) return end;
  const auto [low, high] = second_after(byte_at(text, at));
  if (byte_at(text, at + 1) < low || byte_at(text, at + 1) > high) return 1;
  for (std::size_t i = 2; i < end; ++i) {
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return i;
  }
  return end;
}

bool eight_ascii_bytes(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return (word & 0x8080'8080'8080'8080u) == 0;
}

}  // namespace

std::size_t utf8_valid_bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && eight_ascii_bytes(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t length = length_of(byte_at(text, at));
    if (length == 0 || agreeing_bytes(text, at, length) < length) return at;
    at += length;
  }
  return at;
}

bool utf8_may_continue(std::string_view rest) {
  if (rest.empty()) return true;
  const std::size_t length = length_of(byte_at(rest, 0));
  return rest.size() < length && agreeing_bytes(rest, 0, length) == rest.size();
}

void append_utf8(std::string& text, char32_t code_point) {
  invariant(code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF));
  const auto trail = [code_point](unsigned shift) {
    return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += {static_cast<char>(0xC0 | (code_point >> 6)), trail(0)};
  } else if (code_point < 0x10000) {
    text += {static_cast<char>(0xE0 | (code_point >> 12)), trail(6), trail(0)};
  } else {
    text += {static_cast<char>(0xF0 | (code_point >> 18)), trail(12), trail(6), trail(0)};
  }
}

}  // namespace kinledger::ledger::intake
