#include "projections/contact_data.h"

#include <cstddef>
#include <string>

#include "ledger/digits.h"

namespace kinledger::projections {
namespace {

constexpr std::size_t mobile_digits = 11;
constexpr std::size_t landline_digits_min = 10;  // area code of 3 or 4 digits, number of 7 or 8
constexpr std::size_t landline_digits_max = 12;

using ledger::is_digit;

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
         c == '-';
}

std::optional<ContactData> telephone_of(std::string_view digits) {
  if (digits.size() == mobile_digits && digits[0] == '1' && digits[1] >= '3')
    return ContactData::mobile;
  if (digits.size() >= landline_digits_min && digits.size() <= landline_digits_max &&
      digits[0] == '0' && digits[1] != '0')
    return ContactData::landline;
  return std::nullopt;
}

}  // namespace

std::optional<ContactData> contact_data_in(std::string_view text) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (at > 0 && at + 1 < text.size() && is_word(text[at - 1]) && is_word(text[at + 1]))
      return ContactData::email;
  }
  std::string digits;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\0';
    const bool joins =
        (c == '-' || c == ' ') && !digits.empty() && i + 1 < text.size() && is_digit(text[i + 1]);
    if (is_digit(c)) {
      digits += c;
    } else if (!joins) {
      if (const auto telephone = telephone_of(digits)) return telephone;
      digits.clear();
    }
  }
  return std::nullopt;
}

}  // namespace kinledger::projections
