// Checks of identity numbers by type, and of unified social credit codes. The weights are those of
// GB 11643-1999, GB 32100-2015 and GB 11714-1997.
#include "ledger/identity_number.h"

#include <algorithm>
#include <array>

#include "ledger/digits.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

/// What is fixed about a type: its names, and its form in words for a refusal.
struct Kind {
  IdType type;
  std::string_view name, zh;
  std::string_view form_zh, form_en;
};

constexpr std::array<Kind, 7> kinds{{
    {IdType::resident_id, "residentId", "居民身份证", "居民身份证号码为 17 位数字加 1 位数字或 X",
     "a resident ID number is 17 digits and a digit or X"},
    {IdType::passport, "passport", "护照", "护照号码为 5 至 20 位字母或数字",
     "a passport number is 5 to 20 letters and digits"},
    {IdType::hong_kong_macau_permit, "hongKongMacauPermit", "港澳居民来往内地通行证",
     "港澳居民来往内地通行证号码为 H 或 M 加 8 位或 10 位数字",
     "a Hong Kong and Macau travel permit number is H or M and 8 or 10 digits"},
    {IdType::taiwan_permit, "taiwanPermit", "台湾居民来往大陆通行证",
     "台湾居民来往大陆通行证号码为 8 位或 10 位数字",
     "a Taiwan travel permit number is 8 or 10 digits"},
    {IdType::residence_permit, "residencePermit", "港澳台居民居住证",
     "港澳台居民居住证号码为 17 位数字加 1 位数字或 X",
     "a residence permit number is 17 digits and a digit or X"},
    {IdType::foreign_permanent_resident, "foreignPermanentResident", "外国人永久居留身份证",
     "外国人永久居留身份证号码为 3 位字母加 12 位数字，或以 9 开头的 18 位号码",
     "a foreign permanent resident number is 3 letters and 12 digits, or 18 characters that begin "
     "with 9"},
    {IdType::birth_certificate, "birthCertificate", "出生医学证明",
     "出生医学证明编号为 1 位字母加 9 位数字",
     "a birth certificate number is 1 letter and 9 digits"},
}};

const Kind& kind_of(IdType type) {
  const auto* kind = std::ranges::find(kinds, type, &Kind::type);
  invariant(kind != kinds.end());
  return *kind;
}

Reason full_width(std::string_view code) {
  return {std::string(code), "号码中有全角数字或字母。请切换到半角后重新输入。",
          "The number holds full-width digits or letters. Type it again in half-width characters."};
}

Reason turned_into_number() {
  return {"ID_TURNED_INTO_NUMBER",
          "证件号码被电子表格当作数值，末尾几位已经丢失。请先把该列设为“文本”格式，"
          "再按证件重新输入。",
          "The spreadsheet took the ID number for a quantity and lost its last digits. Format the "
          "column as text, then type the number again from the document."};
}

Reason wrong_characters(IdType type) {
  const Kind& kind = kind_of(type);
  return {
      "ID_CHARACTERS",
      "号码中有不应出现的字符：" + std::string(kind.form_zh) + "。请对照证件和证件类型重新输入。",
      "The number holds characters that do not belong there: " + std::string(kind.form_en) +
          ". Type it again from the document, and check the type of document."};
}

Reason wrong_length(IdType type) {
  const Kind& kind = kind_of(type);
  return {"ID_LENGTH",
          "号码位数不对：" + std::string(kind.form_zh) + "。请对照证件和证件类型重新输入。",
          "The number is too short or too long: " + std::string(kind.form_en) +
              ". Type it again from the document, and check the type of document."};
}

Reason fifteen_digits() {
  return {
      "ID_FIFTEEN_DIGITS",
      "这是 15 位的第一代身份证号码，已停止使用。请填写现行证件上的 18 位号码。",
      "This is a 15-digit number of the first generation, which is no longer valid. Give the 18 "
      "characters of the present document."};
}

Reason wrong_area() {
  return {
      "ID_AREA", "港澳台居民居住证号码应以 810000、820000 或 830000 开头。请核对号码和证件类型。",
      "A residence permit number begins with 810000, 820000 or 830000. Check the number and the "
      "type of document."};
}

Reason wrong_birth_date() {
  return {"ID_BIRTH_DATE", "号码第 7 至 14 位不是可能的出生日期。请对照证件重新输入。",
          "Characters 7 to 14 of the number are no possible date of birth. Type it again from the "
          "document."};
}

Reason wrong_check_digit() {
  return {"ID_CHECK_DIGIT", "号码与末位校验码不符，可能有一位输错。请对照证件重新输入。",
          "The number does not agree with its last character: some character is wrong. Type it "
          "again from the document."};
}

Reason credit_code_characters() {
  return {"USCC_CHARACTERS",
          "统一社会信用代码只含数字和大写字母，不含 I、O、S、V、Z。请对照证书重新输入。",
          "A unified social credit code holds digits and letters without I, O, S, V and Z. Type it "
          "again from the certificate."};
}

Reason credit_code_length() {
  return {"USCC_LENGTH", "统一社会信用代码应为 18 位。请对照证书重新输入。",
          "A unified social credit code has 18 characters. Type it again from the certificate."};
}

Reason credit_code_check() {
  return {"USCC_CHECK", "统一社会信用代码的校验码不符，可能有一位输错。请对照证书重新输入。",
          "The unified social credit code does not agree with its check characters: some character "
          "is wrong. Type it again from the certificate."};
}

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit_or_letter(char c) { return is_digit(c) || is_letter(c); }

bool all_letters(std::string_view text) { return std::ranges::all_of(text, is_letter); }

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

/// "3.30199E+17": digits, perhaps with a point, and an exponent. The point or the plus sign tells
/// it from a passport number.
bool in_scientific_notation(std::string_view number) {
  const std::size_t exponent = number.find('E');
  if (exponent == std::string_view::npos || exponent == 0 || !is_digit(number[0])) return false;
  const auto digit_or_point = [](char c) { return is_digit(c) || c == '.'; };
  const auto digit_or_plus = [](char c) { return is_digit(c) || c == '+'; };
  return std::ranges::all_of(number.substr(0, exponent), digit_or_point) &&
         std::ranges::all_of(number.substr(exponent + 1), digit_or_plus) &&
         number.find_first_of(".+") != std::string_view::npos;
}

/// A fault of form as the code to report.
enum class Fault { none, characters, length };

/// What follows the head, if the type has one, are digits, in one of two numbers.
Fault check_head_and_digits(bool head_is_right, std::string_view digits,
                            std::array<std::size_t, 2> digits_allowed) {
  if (!head_is_right || !all_digits(digits)) return Fault::characters;
  return std::ranges::count(digits_allowed, digits.size()) > 0 ? Fault::none : Fault::length;
}

Fault check_eighteen(std::string_view number) {
  const std::string_view last = number.substr(std::min<std::size_t>(number.size(), 17));
  if (!all_digits(number.substr(0, 17))) return Fault::characters;
  if (!all_digits(last) && last != "X") return Fault::characters;
  return number.size() == 18 ? Fault::none : Fault::length;
}

Fault check_form(IdType type, std::string_view number) {
  if (number.empty()) return Fault::length;
  const std::string_view head = number.substr(0, 1);
  const std::string_view tail = number.substr(1);
  switch (type) {
    case IdType::resident_id:
    case IdType::residence_permit:
      return check_eighteen(number);
    case IdType::passport:
      if (!std::ranges::all_of(number, is_digit_or_letter)) return Fault::characters;
      return number.size() >= 5 && number.size() <= 20 ? Fault::none : Fault::length;
    case IdType::hong_kong_macau_permit:
      return check_head_and_digits(head == "H" || head == "M", tail, {8, 10});
    case IdType::taiwan_permit:
      return check_head_and_digits(true, number, {8, 10});
    case IdType::foreign_permanent_resident:
      if (head == "9") return check_eighteen(number);
      return check_head_and_digits(all_letters(number.substr(0, 3)),
                                   number.substr(std::min<std::size_t>(number.size(), 3)),
                                   {12, 12});
    case IdType::birth_certificate:
      return check_head_and_digits(all_letters(head), tail, {9, 9});
  }
  invariant(false, "an identity type without a form");
  return Fault::length;
}

bool has_gb11643_form(IdType type) {
  return type == IdType::resident_id || type == IdType::residence_permit;
}

/// Precondition: the form of GB 11643.
std::optional<Date> stated_birth_date(std::string_view number) {
  const auto year = digits_value(number.substr(6, 4));
  const auto month = digits_value(number.substr(10, 2));
  const auto day = digits_value(number.substr(12, 2));
  if (!year || !month || !day) return std::nullopt;
  return make_date(*year, *month, *day);
}

/// What is wrong with a number that has the form of GB 11643.
std::optional<Reason> fault_in_gb11643(IdType type, std::string_view number, Date today) {
  const bool checks = resident_check_digit(number.substr(0, 17)) == number[17];
  if (!checks && number.ends_with("000")) return turned_into_number();

  const std::string_view area = number.substr(0, 6);
  const bool area_of_permits = area == "810000" || area == "820000" || area == "830000";
  if (type == IdType::residence_permit && !area_of_permits) return wrong_area();

  const auto birth = stated_birth_date(number);
  if (!birth || *birth > today) return wrong_birth_date();
  if (!checks) return wrong_check_digit();
  return std::nullopt;
}

constexpr std::string_view credit_code_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 11714: the ninth character of an organisation code, in which A is 10 and Z is 35.
char organisation_check_character(std::string_view first8) {
  constexpr std::array<int, 8> weights{3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t at = 0; at < weights.size(); ++at) {
    const char c = first8[at];
    sum += weights[at] * (is_digit(c) ? c - '0' : c - 'A' + 10);
  }
  return "0X987654321"[sum % 11];
}

/// GB 32100: the eighteenth character.
char credit_check_character(std::string_view first17) {
  std::size_t sum = 0;
  std::size_t weight = 1;
  for (const char c : first17) {
    sum += weight * credit_code_alphabet.find(c);
    weight = weight * 3 % 31;
  }
  return credit_code_alphabet[(31 - sum % 31) % 31];
}

}  // namespace

std::string_view to_text(IdType type) { return kind_of(type).name; }

std::string_view name_zh(IdType type) { return kind_of(type).zh; }

std::optional<IdType> id_type_numbered(std::uint8_t number) {
  const auto* kind = std::ranges::find(kinds, static_cast<IdType>(number), &Kind::type);
  if (kind == kinds.end()) return std::nullopt;
  return kind->type;
}

Parsed<IdType> parse_id_type(std::string_view text) {
  const std::string_view name = trimmed(text);
  for (const Kind& kind : kinds) {
    if (name == kind.name || name == kind.zh) return kind.type;
  }
  Reason unknown{"ID_TYPE_UNKNOWN", "证件类型无法识别。请从以下类型中选择：",
                 "The type of document is not known. Choose one of: "};
  for (const Kind& kind : kinds) {
    const bool last = &kind == &kinds.back();
    unknown.zh.append(kind.zh).append(last ? "。" : "、");
    unknown.en.append(kind.name).append(last ? "." : ", ");
  }
  return unknown;
}

Parsed<IdentityNumber> parse_identity_number(IdType type, std::string_view text, Date today) {
  if (text.size() > identity_number_bytes_max) return wrong_length(type);
  if (contains_full_width_forms(text)) return full_width("ID_FULL_WIDTH");
  std::string number = upper_case(trimmed(text));
  if (in_scientific_notation(number)) return turned_into_number();
  if (has_gb11643_form(type) && number.size() == 15 && all_digits(number)) return fifteen_digits();

  const Fault fault = check_form(type, number);
  if (fault == Fault::characters) return wrong_characters(type);
  if (fault == Fault::length) return wrong_length(type);
  if (has_gb11643_form(type)) {
    if (const auto reason = fault_in_gb11643(type, number, today)) return *reason;
  }
  return IdentityNumber{type, std::move(number)};
}

std::optional<Date> birth_date_in(const IdentityNumber& identity) {
  if (!has_gb11643_form(identity.type) || identity.number.size() != 18) return std::nullopt;
  return stated_birth_date(identity.number);
}

std::string masked(const IdentityNumber& identity) {
  const std::size_t size = identity.number.size();
  const std::size_t head = size == 18 ? 6 : 1;
  const std::size_t tail = size == 18 ? 4 : 2;
  std::string text = identity.number;
  for (std::size_t at = 0; at < size; ++at) {
    const bool shown = size > head + tail && (at < head || at >= size - tail);
    if (!shown) text[at] = '*';
  }
  return text;
}

char resident_check_digit(std::string_view first17) {
  constexpr std::array<int, 17> weights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  invariant(first17.size() == weights.size() && all_digits(first17));
  int sum = 0;
  for (std::size_t at = 0; at < weights.size(); ++at) sum += weights[at] * (first17[at] - '0');
  return "10X98765432"[sum % 11];
}

Parsed<CreditCode> parse_credit_code(std::string_view text) {
  if (text.size() > identity_number_bytes_max) return credit_code_length();
  if (contains_full_width_forms(text)) return full_width("USCC_CHARACTERS");
  std::string code = upper_case(trimmed(text));
  if (code.find_first_not_of(credit_code_alphabet) != std::string::npos) {
    return credit_code_characters();
  }
  if (code.size() != 18) return credit_code_length();

  const std::string_view all = code;
  const bool organisation_checks = organisation_check_character(all.substr(8, 8)) == all[16];
  const bool whole_checks = credit_check_character(all.substr(0, 17)) == all[17];
  if (!organisation_checks || !whole_checks) return credit_code_check();
  return CreditCode{std::move(code)};
}

}  // namespace kinledger::ledger
