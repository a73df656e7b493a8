// Identity numbers and credit codes. The numbers are the standards' published examples, or made up
// under the division code 330199, which was never issued.
#include "ledger/identity_number.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace kinledger::ledger {
namespace {

const Date today = make_date(2021, 3, 31).value();

constexpr std::array id_types{
    IdType::resident_id,      IdType::passport,         IdType::hong_kong_macau_permit,
    IdType::taiwan_permit,    IdType::residence_permit, IdType::foreign_permanent_resident,
    IdType::birth_certificate};

/// The code of the refusal, or the number as accepted.
std::string reading(IdType type, std::string_view text) {
  const auto parsed = parse_identity_number(type, text, today);
  return parsed.has_error() ? parsed.error().code : parsed->number;
}

std::string resident_id(std::string_view text) { return reading(IdType::resident_id, text); }

std::string checked(std::string first17) { return first17 + resident_check_digit(first17); }

std::string credit_code(std::string_view text) {
  const auto parsed = parse_credit_code(text);
  return parsed.has_error() ? parsed.error().code : parsed->text;
}

TEST(IdType, HasStableNumbersAndNames) {
  const std::array<std::string_view, 7> names{"residentId",          "passport",
                                              "hongKongMacauPermit", "taiwanPermit",
                                              "residencePermit",     "foreignPermanentResident",
                                              "birthCertificate"};
  for (std::size_t at = 0; at < id_types.size(); ++at) {
    const IdType type = id_types[at];
    EXPECT_EQ(static_cast<std::size_t>(type), at + 1);
    EXPECT_EQ(id_type_numbered(static_cast<std::uint8_t>(at + 1)), type);
    EXPECT_EQ(to_text(type), names[at]);
    EXPECT_EQ(parse_id_type(names[at]).value(), type);
    EXPECT_EQ(parse_id_type(name_zh(type)).value(), type);
  }
  EXPECT_EQ(id_type_numbered(0), std::nullopt);
  EXPECT_EQ(id_type_numbered(8), std::nullopt);
}

TEST(IdType, ThatIsUnknownIsAnsweredWithTheKnownOnes) {
  EXPECT_EQ(parse_id_type(" 护照\u3000").value(), IdType::passport);
  for (const std::string_view text : {"", "Passport", "身份证", "1"}) {
    const auto parsed = parse_id_type(text);
    ASSERT_TRUE(parsed.has_error());
    EXPECT_EQ(parsed.error().code, "ID_TYPE_UNKNOWN");
    EXPECT_NE(parsed.error().zh.find("出生医学证明"), std::string::npos);
    EXPECT_NE(parsed.error().en.find("birthCertificate"), std::string::npos);
  }
}

TEST(ResidentId, AcceptsThePublishedExample) {
  EXPECT_EQ(resident_id("11010519491231002X"), "11010519491231002X");
  EXPECT_EQ(resident_check_digit("11010519491231002"), 'X');
  EXPECT_EQ(resident_check_digit("44052418800101001"), '4');
}

TEST(ResidentId, HasOneWrittenForm) {
  EXPECT_EQ(resident_id("11010519491231002x"), "11010519491231002X");
  EXPECT_EQ(resident_id(" 11010519491231002x\u3000"), "11010519491231002X");
  EXPECT_EQ(parse_identity_number(IdType::resident_id, "11010519491231002x", today).value(),
            (IdentityNumber{IdType::resident_id, "11010519491231002X"}));
}

TEST(ResidentId, IsNeverRefusedForItsArea) {
  for (const char* area : {"330199", "330103", "000000", "999999", "810000"}) {
    const std::string number = checked(std::string(area) + "20150228001");
    EXPECT_EQ(resident_id(number), number);
  }
}

TEST(ResidentId, StatesADayOfBirthThatExists) {
  EXPECT_EQ(resident_id("330102201502290016"), "ID_BIRTH_DATE");  // right check digit, no such day
  EXPECT_EQ(resident_id(checked("33019920150228001")), checked("33019920150228001"));
  EXPECT_EQ(resident_id(checked("33019920160229001")), checked("33019920160229001"));
  EXPECT_EQ(resident_id(checked("33019920151301001")), "ID_BIRTH_DATE");
  EXPECT_EQ(resident_id(checked("33019920150100001")), "ID_BIRTH_DATE");
}

TEST(ResidentId, StatesABirthFrom1900ToToday) {
  EXPECT_EQ(resident_id("440524188001010014"), "ID_BIRTH_DATE");  // the standard's other example
  EXPECT_EQ(resident_id(checked("33019918991231001")), "ID_BIRTH_DATE");
  EXPECT_EQ(resident_id(checked("33019919000101001")), checked("33019919000101001"));
  EXPECT_EQ(resident_id(checked("33019920210330001")), checked("33019920210330001"));
  EXPECT_EQ(resident_id(checked("33019920210331001")), checked("33019920210331001"));
  EXPECT_EQ(resident_id(checked("33019920210401001")), "ID_BIRTH_DATE");
}

TEST(ResidentId, IsRefusedWithAnyOtherCheckCharacter) {
  const std::string number = checked("33019920150228001");
  int accepted = 0;
  for (const char check : std::string_view("0123456789X")) {
    const std::string tried = number.substr(0, 17) + check;
    if (resident_id(tried) == tried) {
      ++accepted;
    } else {
      EXPECT_EQ(resident_id(tried), "ID_CHECK_DIGIT");
    }
  }
  EXPECT_EQ(accepted, 1);
}

TEST(ResidentId, IsRefusedWithAnyOneDigitWrongOrTwoExchanged) {
  const std::string number = checked("33019920150228013");
  for (std::size_t at = 0; at < number.size(); ++at) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string tried = number;
      tried[at] = digit;
      EXPECT_EQ(resident_id(tried) == tried, tried == number);
    }
    std::string exchanged = number;
    if (at > 0) std::swap(exchanged[at - 1], exchanged[at]);
    EXPECT_EQ(resident_id(exchanged) == exchanged, exchanged == number);
  }
}

TEST(ResidentId, ThatASpreadsheetTookForANumberIsRefusedWithAdvice) {
  for (const std::string_view text :
       {"3.30199E+17", "3.30199e+17", "3.30199201502281E+17", "3E+17", "3.3E17"}) {
    EXPECT_EQ(resident_id(text), "ID_TURNED_INTO_NUMBER") << text;
  }
  EXPECT_EQ(reading(IdType::passport, "3.30199E+17"), "ID_TURNED_INTO_NUMBER");
  EXPECT_EQ(resident_id("330199201502280000"), "ID_TURNED_INTO_NUMBER");
  EXPECT_EQ(resident_id("330199201502281000"), "ID_TURNED_INTO_NUMBER");
  const auto refused = parse_identity_number(IdType::resident_id, "3.30199E+17", today);
  EXPECT_NE(refused.error().zh.find("文本"), std::string::npos);
  EXPECT_NE(refused.error().en.find("as text"), std::string::npos);
}

TEST(ResidentId, MayEndInThreeZeros) {
  // Sequence numbers 100, 200 .. are issued, and one in eleven of them has the check digit 0.
  int ending_in_zeros = 0;
  for (int day = 10; day < 32; ++day) {
    const std::string number = checked("330199201501" + std::to_string(day) + "100");
    if (!number.ends_with("000")) continue;
    EXPECT_EQ(resident_id(number), number);
    ++ending_in_zeros;
  }
  EXPECT_GT(ending_in_zeros, 0);
}

TEST(ResidentId, OfTheFirstGenerationIsRefusedWithAdvice) {
  EXPECT_EQ(resident_id("330199800228001"), "ID_FIFTEEN_DIGITS");
  EXPECT_EQ(resident_id("33019980022800X"), "ID_CHARACTERS");
}

TEST(ResidentId, IsRefusedInFullWidth) {
  EXPECT_EQ(resident_id("１１０１０５１９４９１２３１００２Ｘ"), "ID_FULL_WIDTH");
  EXPECT_EQ(resident_id("11010519491231002Ｘ"), "ID_FULL_WIDTH");
  EXPECT_EQ(resident_id("1１010519491231002X"), "ID_FULL_WIDTH");
}

TEST(ResidentId, HasEighteenCharacters) {
  for (const std::string_view text :
       {"", "   ", "1", "1101051949123100", "11010519491231002", "1101051949123100211"}) {
    EXPECT_EQ(resident_id(text), "ID_LENGTH") << text;
  }
  EXPECT_EQ(resident_id(std::string(identity_number_bytes_max + 1, '1')), "ID_LENGTH");
  EXPECT_EQ(resident_id(std::string(1'000'000, '\xFF')), "ID_LENGTH");
}

TEST(ResidentId, HoldsDigitsAndAtTheEndPerhapsX) {
  for (const std::string_view text :
       {"X1010519491231002X", "11010519491231002Y", "110105 19491231002X", "'11010519491231002X",
        "110105-19491231-002X", "1101051949123100\n2X", "张三", "\xFF",
        "11010519491231002\u200BX"}) {
    EXPECT_EQ(resident_id(text), "ID_CHARACTERS") << text;
  }
  EXPECT_EQ(resident_id(std::string_view("11010519491231002\0", 18)), "ID_CHARACTERS");
}

TEST(ResidencePermit, HasTheFormOfAResidentIdAndAnAreaOfItsOwn) {
  for (const char* area : {"810000", "820000", "830000"}) {
    const std::string number = checked(std::string(area) + "19990228001");
    EXPECT_EQ(reading(IdType::residence_permit, number), number);
  }
  EXPECT_EQ(reading(IdType::residence_permit, checked("33019919990228001")), "ID_AREA");
  EXPECT_EQ(reading(IdType::residence_permit, checked("81000119990228001")), "ID_AREA");
  EXPECT_EQ(reading(IdType::residence_permit, checked("81000019990229001")), "ID_BIRTH_DATE");
  EXPECT_EQ(reading(IdType::residence_permit, "810000199902280"), "ID_FIFTEEN_DIGITS");
}

TEST(Passport, HasFiveToTwentyLettersAndDigits) {
  EXPECT_EQ(reading(IdType::passport, " e12345678 "), "E12345678");
  EXPECT_EQ(reading(IdType::passport, "12E45"), "12E45");
  EXPECT_EQ(reading(IdType::passport, "1234"), "ID_LENGTH");
  EXPECT_EQ(reading(IdType::passport, std::string(20, 'A')), std::string(20, 'A'));
  EXPECT_EQ(reading(IdType::passport, std::string(21, 'A')), "ID_LENGTH");
  EXPECT_EQ(reading(IdType::passport, "E1234-5678"), "ID_CHARACTERS");
  EXPECT_EQ(reading(IdType::passport, "É1234567"), "ID_CHARACTERS");
  EXPECT_EQ(reading(IdType::passport, "Ｅ12345678"), "ID_FULL_WIDTH");
}

TEST(TravelPermit, OfHongKongAndMacauBeginsWithItsLetter) {
  EXPECT_EQ(reading(IdType::hong_kong_macau_permit, "h00000001"), "H00000001");
  EXPECT_EQ(reading(IdType::hong_kong_macau_permit, "M0000000101"), "M0000000101");
  for (const std::string_view text : {"C00000001", "H0000000A", "000000001", "HH0000001"}) {
    EXPECT_EQ(reading(IdType::hong_kong_macau_permit, text), "ID_CHARACTERS") << text;
  }
  for (const std::string_view text : {"", "H", "H0000001", "H000000001", "H00000000101"}) {
    EXPECT_EQ(reading(IdType::hong_kong_macau_permit, text), "ID_LENGTH") << text;
  }
}

TEST(TravelPermit, OfTaiwanHasEightOrTenDigits) {
  EXPECT_EQ(reading(IdType::taiwan_permit, "00000001"), "00000001");
  EXPECT_EQ(reading(IdType::taiwan_permit, "0000000101"), "0000000101");
  EXPECT_EQ(reading(IdType::taiwan_permit, "000000001"), "ID_LENGTH");
  EXPECT_EQ(reading(IdType::taiwan_permit, "0000000A"), "ID_CHARACTERS");
}

TEST(ForeignPermanentResident, HasAnOldOrANewNumber) {
  constexpr auto type = IdType::foreign_permanent_resident;
  EXPECT_EQ(reading(type, "usa330099010101"), "USA330099010101");
  EXPECT_EQ(reading(type, "933084000000000012"), "933084000000000012");
  EXPECT_EQ(reading(type, "93308400000000001x"), "93308400000000001X");
  EXPECT_EQ(reading(type, "833084000000000012"), "ID_CHARACTERS");
  EXPECT_EQ(reading(type, "US1330099010101"), "ID_CHARACTERS");
  EXPECT_EQ(reading(type, "USA33009901010A"), "ID_CHARACTERS");
  EXPECT_EQ(reading(type, "US"), "ID_LENGTH");
  EXPECT_EQ(reading(type, "USA33009901010"), "ID_LENGTH");
  EXPECT_EQ(reading(type, "9330840000000001"), "ID_LENGTH");
}

TEST(BirthCertificate, HasALetterAndNineDigits) {
  EXPECT_EQ(reading(IdType::birth_certificate, "v330000001"), "V330000001");
  EXPECT_EQ(reading(IdType::birth_certificate, "V33000001"), "ID_LENGTH");
  EXPECT_EQ(reading(IdType::birth_certificate, "V3300000011"), "ID_LENGTH");
  EXPECT_EQ(reading(IdType::birth_certificate, "3330000001"), "ID_CHARACTERS");
}

TEST(IdentityNumber, IsNeverRepeatedInARefusal) {
  for (const IdType type : id_types) {
    for (const std::string_view text :
         {"330199201502280011", "330199201502300014", "330199201502281000", "330199800228001",
          "33019920150228001", "330199-2015", "C330199201"}) {
      const auto parsed = parse_identity_number(type, text, today);
      if (parsed.has_value()) continue;
      EXPECT_EQ(parsed.error().zh.find("330199"), std::string::npos);
      EXPECT_EQ(parsed.error().en.find("330199"), std::string::npos);
      EXPECT_FALSE(parsed.error().zh.empty());
      EXPECT_FALSE(parsed.error().en.empty());
    }
  }
}

TEST(IdentityNumber, OfAResidentStatesABirthDate) {
  EXPECT_EQ(birth_date_in({IdType::resident_id, checked("33019920150228001")}),
            make_date(2015, 2, 28));
  EXPECT_EQ(birth_date_in({IdType::residence_permit, checked("81000019990228001")}),
            make_date(1999, 2, 28));
  EXPECT_EQ(birth_date_in({IdType::passport, "E12345678"}), std::nullopt);
  EXPECT_EQ(birth_date_in({IdType::foreign_permanent_resident, "933084201502280012"}),
            std::nullopt);
  EXPECT_EQ(birth_date_in({IdType::resident_id, ""}), std::nullopt);
}

TEST(IdentityNumber, IsMaskedToItsEnds) {
  EXPECT_EQ(masked({IdType::resident_id, "330199201502280013"}), "330199********0013");
  EXPECT_EQ(masked({IdType::passport, "E12345678"}), "E******78");
  EXPECT_EQ(masked({IdType::passport, "E1234"}), "E**34");
  EXPECT_EQ(masked({IdType::birth_certificate, "V330000001"}), "V*******01");
  EXPECT_EQ(masked({IdType::passport, "E12"}), "***");
  EXPECT_EQ(masked({IdType::passport, ""}), "");
}

TEST(IdentityNumberDeathTest, CheckDigitTakesSeventeenDigits) {
  EXPECT_DEATH(resident_check_digit("3301992015022800"), "invariant failed");
  EXPECT_DEATH(resident_check_digit("3301992015022800X"), "invariant failed");
}

TEST(CreditCode, AcceptsThePublishedExamples) {
  EXPECT_EQ(credit_code("91350100M000100Y43"), "91350100M000100Y43");
  EXPECT_EQ(credit_code("12330100470000013L"), "12330100470000013L");
  EXPECT_EQ(credit_code(" 91350100m000100y43 "), "91350100M000100Y43");
}

TEST(CreditCode, IsRefusedWithAnyOneCharacterWrong) {
  const std::string code = "91350100M000100Y43";
  for (std::size_t at = 0; at < code.size(); ++at) {
    for (const char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      std::string tried = code;
      tried[at] = c;
      EXPECT_EQ(credit_code(tried), tried == code ? code : "USCC_CHECK");
    }
  }
}

TEST(CreditCode, NeedsBothCheckCharacters) {
  // Whatever the last character is, one of the 31 being right: the organisation code stays wrong.
  for (const char organisation_check : std::string_view("012356789X")) {
    for (const char check : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      const std::string tried = std::string("91350100M000100Y") + organisation_check + check;
      EXPECT_EQ(credit_code(tried), "USCC_CHECK");
    }
  }
}

TEST(CreditCode, HoldsNoLettersThatLookLikeDigits) {
  for (const std::string_view text :
       {"9I350100M000100Y43", "91350100M0O0100Y43", "91350100S000100Y43", "91350100V000100Y43",
        "91350100Z000100Y43", "91350100M000100 Y43", "91350100-M000100Y-43", "９1350100M000100Y43",
        "\xFF", "统一社会信用代码"}) {
    EXPECT_EQ(credit_code(text), "USCC_CHARACTERS") << text;
  }
}

TEST(CreditCode, HasEighteenCharacters) {
  EXPECT_EQ(credit_code(""), "USCC_LENGTH");
  EXPECT_EQ(credit_code("91350100M000100Y4"), "USCC_LENGTH");
  EXPECT_EQ(credit_code("91350100M000100Y433"), "USCC_LENGTH");
  EXPECT_EQ(credit_code(std::string(1'000'000, '9')), "USCC_LENGTH");
}

}  // namespace
}  // namespace kinledger::ledger
