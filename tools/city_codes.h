// The codes that the events of a made-up city use. All of them are declared by the pack
// hangzhou-2021; a test hands the events to a ledger that has adopted it.
#pragma once

#include <string_view>

namespace kinledger::tools::city_codes {

// scheme
inline constexpr std::string_view legacy_child_pooling = "legacyChildPooling";
inline constexpr std::string_view children = "children";
inline constexpr std::string_view university = "university";
inline constexpr std::string_view resident_tier_2 = "residentTier2";

// fiscalLevel
inline constexpr std::string_view municipal = "municipal";
inline constexpr std::string_view district = "district";
inline constexpr std::string_view county = "county";

// unitType
inline constexpr std::string_view administrative_organ = "administrativeOrgan";
inline constexpr std::string_view civil_service_institution = "civilServiceInstitution";
inline constexpr std::string_view subsidised_institution = "subsidisedInstitution";
inline constexpr std::string_view enterprise = "enterprise";

// personStatus
inline constexpr std::string_view hukou = "hukou";
inline constexpr std::string_view residence = "residence";
inline constexpr std::string_view school = "school";
inline constexpr std::string_view employee_insurance = "employeeInsurance";

// schooling
inline constexpr std::string_view preschool = "preschool";
inline constexpr std::string_view primary_school = "primary";
inline constexpr std::string_view junior_secondary = "juniorSecondary";
inline constexpr std::string_view senior_secondary = "seniorSecondary";
inline constexpr std::string_view undergraduate = "undergraduate";
inline constexpr std::string_view not_at_school = "none";

// channel
inline constexpr std::string_view zheli_ban = "zheliBan";
inline constexpr std::string_view birth_in_one_go = "birthInOneGo";
inline constexpr std::string_view agency_counter = "agencyCounter";
inline constexpr std::string_view through_unit = "unit";
inline constexpr std::string_view through_school = "school";
inline constexpr std::string_view alipay = "alipay";
inline constexpr std::string_view we_chat = "weChat";
inline constexpr std::string_view bank_debit = "bankDebit";

// paymentMode
inline constexpr std::string_view yearly = "annual";
inline constexpr std::string_view debit = "debit";

// bank
inline constexpr std::string_view icbc = "icbc";
inline constexpr std::string_view bank_of_hangzhou = "bankOfHangzhou";
inline constexpr std::string_view hangzhou_united = "hangzhouUnited";
inline constexpr std::string_view xiaoshan_rural = "xiaoshanRural";
inline constexpr std::string_view yuhang_rural = "yuhangRural";
inline constexpr std::string_view fuyang_rural = "fuyangRural";
inline constexpr std::string_view linan_rural = "linanRural";

// relation, kinshipProof, handledBy, organisationKind, designation, reversalCause
inline constexpr std::string_view father = "father";
inline constexpr std::string_view mother = "mother";
inline constexpr std::string_view household_book = "householdBook";
inline constexpr std::string_view birth_certificate = "birthCertificate";
inline constexpr std::string_view unit_handler = "unitHandler";
inline constexpr std::string_view employee = "employee";
inline constexpr std::string_view medical_institution = "medicalInstitution";
inline constexpr std::string_view designated_medical = "medical";
inline constexpr std::string_view duplicate = "duplicate";
inline constexpr std::string_view not_eligible = "notEligible";

}  // namespace kinledger::tools::city_codes
