// Numbers that identify a person (证件号码) or an organisation (统一社会信用代码), checked as far
// as the number itself allows and brought into one written form, so that equal numbers are equal
// bytes.
//
//   GB 11643  citizen identity number: 6 digits area, 8 birth date, 3 sequence, 1 check character
//             (ISO 7064 MOD 11-2). Area codes are retired while the numbers that hold them live on,
//             so an unknown area code is never a reason to refuse.
//   GB 32100  unified social credit code: 17 characters and a check character modulo 31; characters
//             9 to 17 are an organisation code of GB 11714 with a check character of its own.
//
// A refusal never repeats the number. Pure functions; any thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/calendar.h"
#include "ledger/refusal.h"

namespace kinledger::ledger {

/// Stored in events and in the vault: never renumber.
enum class IdType : std::uint8_t {
  resident_id = 1,             ///< 居民身份证, GB 11643
  passport = 2,                ///< 护照
  hong_kong_macau_permit = 3,  ///< 港澳居民来往内地通行证
  taiwan_permit = 4,           ///< 台湾居民来往大陆通行证
  residence_permit = 5,  ///< 港澳台居民居住证, GB 11643 with area 810000, 820000, 830000
  foreign_permanent_resident = 6,  ///< 外国人永久居留身份证
  birth_certificate = 7,           ///< 出生医学证明, of a newborn without another number
};

/// Name in JSON: "residentId", "passport", "hongKongMacauPermit", "taiwanPermit",
/// "residencePermit", "foreignPermanentResident", "birthCertificate". Never changes.
std::string_view to_text(IdType type);
/// Name on the document, in Chinese.
std::string_view name_zh(IdType type);
/// Nothing if no type has that number: asked of every number read from storage.
std::optional<IdType> id_type_numbered(std::uint8_t number);
/// Accepts either name, with spaces around it. Refused: ID_TYPE_UNKNOWN.
Parsed<IdType> parse_id_type(std::string_view text);

/// A number in its one written form: no spaces, upper case. Made by parse_identity_number.
struct IdentityNumber {
  IdType type = IdType::resident_id;
  std::string number;

  auto operator<=>(const IdentityNumber&) const = default;
};

/// Longest input looked at, in bytes; beyond it the answer is ID_LENGTH.
inline constexpr std::size_t identity_number_bytes_max = 128;

/// The number in its written form, without spaces at both ends and in upper case. What is checked:
///   resident_id                 GB 11643, born 1900-01-01 to `today`
///   residence_permit            the same, beginning with 810000, 820000 or 830000
///   passport                    5 to 20 letters and digits
///   hong_kong_macau_permit      H or M and 8 or 10 digits
///   taiwan_permit               8 or 10 digits
///   foreign_permanent_resident  3 letters and 12 digits, or (since 2023-12) 9, 16 digits and a
///                               digit or X
///   birth_certificate           1 letter and 9 digits
/// The first two carry a check character, which is verified; the forms of the other five are only
/// plausibility checks. A resident_id is not refused for its area, even if it is one of a residence
/// permit. Refused:
///   ID_FULL_WIDTH          full-width digits or letters
///   ID_TURNED_INTO_NUMBER  3.30199E+17, or 18 digits ending in 000 whose check character is wrong:
///                          a spreadsheet took the number for a quantity and kept 15 digits. One
///                          such number in eleven has a right check character by chance; a reader
///                          that knows the kind of a cell must refuse numeric ones by itself.
///   ID_CHARACTERS          characters that no such number has in that place
///   ID_FIFTEEN_DIGITS      a number of the first generation, before 18 characters
///   ID_LENGTH              too short, too long or empty
///   ID_AREA                a residence permit of another area
///   ID_BIRTH_DATE          no such day, before 1900, or after `today`
///   ID_CHECK_DIGIT         wrong check character
Parsed<IdentityNumber> parse_identity_number(IdType type, std::string_view text, Date today);

/// The birth date that the number states; nothing for the types that state none.
std::optional<Date> birth_date_in(const IdentityNumber& identity);

/// For people who may not see the whole: 330199********0013; of a number that has not 18
/// characters the first and the last two (E******78).
std::string masked(const IdentityNumber& identity);

/// The 18th character for the first 17 of a GB 11643 number. Precondition: 17 ASCII digits.
char resident_check_digit(std::string_view first17);

/// A unified social credit code in upper case. Made by parse_credit_code.
struct CreditCode {
  std::string text;
  auto operator<=>(const CreditCode&) const = default;
};

/// Spaces at both ends are dropped and letters raised to upper case. Refused: USCC_CHARACTERS
/// (outside 0-9 and A-Z without I, O, S, V, Z), USCC_LENGTH (not 18), USCC_CHECK (either check
/// character).
Parsed<CreditCode> parse_credit_code(std::string_view text);

}  // namespace kinledger::ledger
