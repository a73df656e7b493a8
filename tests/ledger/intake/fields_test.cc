// Single fields, as data and as people write them.
#include "ledger/intake/fields.h"

#include <gtest/gtest.h>

#include "ledger/value_limits.h"
#include "tests/ledger/intake/made_up.h"

namespace kinledger::ledger::intake {
namespace {

const FieldInfo& field_of(EventType type, Field field) { return *type_info(type).find(field); }

/// The code of the refusal, or "accepted".
std::string told_of(const FieldInfo& field, std::string_view text, Writing writing) {
  EventDraft draft;
  draft.type = EventType::premium_paid;
  const auto reason = set_field(draft, field, text, {writing, today, {}});
  EXPECT_EQ(draft.fields.size(), reason ? 0u : 1u);
  return reason ? reason->code : "accepted";
}

std::int64_t value_of(const FieldInfo& field, std::string_view text) {
  EventDraft draft;
  EXPECT_FALSE(set_field(draft, field, text, {Writing::table, today, {}})) << text;
  return std::get<std::int64_t>(draft.fields.at(0).second);
}

TEST(Fields, ReadCountsWithoutUnits) {
  const auto& count = field_of(EventType::channel_fund_allocated, Field::child_months);
  EXPECT_EQ(value_of(count, " 120 "), 120);
  for (const char* text : {"", "12.5", "120人月", "-1", "1e3", "１２０", "1000000000"}) {
    EXPECT_EQ(told_of(count, text, Writing::table), "COUNT_FORMAT") << text;
  }
  EventDraft draft;
  EXPECT_EQ(set_field(draft, count, std::int64_t{-1})->code, "COUNT_RANGE");
  EXPECT_EQ(set_field(draft, count, count_max + 1)->code, "COUNT_RANGE");
  EXPECT_FALSE(set_field(draft, count, std::int64_t{0}));
}

TEST(Fields, ReadAreasOfSixDigits) {
  const auto& area = field_of(EventType::unit_recorded, Field::area);
  EXPECT_EQ(value_of(area, "330106"), 330106);
  for (const char* text : {"", "33010", "3301060", "033010", "西湖区", "33010X"}) {
    EXPECT_EQ(told_of(area, text, Writing::data), "AREA_FORMAT") << text;
  }
  EXPECT_EQ(told_of(area, " 330106", Writing::data), "AREA_FORMAT");
  EXPECT_EQ(told_of(area, " 330106", Writing::table), "accepted");
}

TEST(Fields, ReadYearsWithAndWithoutTheirSign) {
  const auto& year = field_of(EventType::premium_paid, Field::insurance_year);
  for (const char* text : {"2021", "2021年", " 2021年度 ", "2021 年"}) {
    EXPECT_EQ(value_of(year, text), 2021) << text;
  }
  for (const char* text : {"", "21", "二〇二一", "2021年3月", "02021", "2021.0"}) {
    EXPECT_EQ(told_of(year, text, Writing::table), "YEAR_FORMAT") << text;
  }
  EXPECT_EQ(told_of(year, "2200", Writing::table), "YEAR_RANGE");
}

TEST(Fields, ReadTicksAsYesAndNo) {
  const auto& flag = field_of(EventType::binding_registered, Field::enrolled_in_scheme);
  for (const char* text : {"是", "yes", "YES", "√", "✓", " ☑ ", "TRUE"}) {
    EXPECT_EQ(value_of(flag, text), static_cast<int>(YesNo::yes)) << text;
  }
  for (const char* text : {"否", "no", "No", "×", "✗", "FALSE"}) {
    EXPECT_EQ(value_of(flag, text), static_cast<int>(YesNo::no)) << text;
  }
  for (const char* text : {"", "x", "是否", "0", "unspecified"}) {
    EXPECT_EQ(told_of(flag, text, Writing::table), "ENUMERATION_UNKNOWN") << text;
  }
  EXPECT_EQ(told_of(flag, "是", Writing::data), "ENUMERATION_UNKNOWN");
  EXPECT_EQ(told_of(flag, "Yes", Writing::data), "ENUMERATION_UNKNOWN");
}

TEST(Fields, ReadListsInOneCell) {
  const auto& parts = field_of(EventType::binding_registered, Field::missing_parts);
  EventDraft draft;
  EXPECT_FALSE(
      set_field(draft, parts, "单位盖章、日期，childName; 是否参保", {Writing::table, today, {}}));
  EXPECT_EQ(std::get<std::vector<std::uint16_t>>(draft.fields.at(0).second),
            (std::vector<std::uint16_t>{1, 3, 4, 8}));
  EXPECT_EQ(told_of(parts, "日期、日期", Writing::table), "LIST_ENTRY_TWICE");
  EXPECT_EQ(told_of(parts, "日期、", Writing::table), "ENUMERATION_UNKNOWN");
}

TEST(Fields, KeepDocumentNumbersFreeOfNames) {
  for (const char* text : {"〔2021〕77号", "(2021)第5号", "NO.2021-5", "【2021】5"}) {
    EXPECT_TRUE(parse_document_number(text).has_value()) << text;
  }
  for (const char* text : {"", "张三", "2021 5", "〔2021〕77号 张三", "杭政函〔2021〕77号"}) {
    EXPECT_EQ(parse_document_number(text).error().code, "DOCUMENT_NUMBER_CHARACTERS") << text;
  }
  EXPECT_EQ(parse_document_number(child).error().code, "TEXT_LOOKS_LIKE_ID");
  EXPECT_EQ(parse_document_number(std::string(65, '1')).error().code, "TEXT_TOO_LONG");
}

TEST(Fields, ReadReferencesToFacts) {
  EXPECT_EQ(parse_fact("0", Writing::data)->number, 0u);
  EXPECT_EQ(parse_fact("1099511627776", Writing::data)->number, sequence_max);
  EXPECT_TRUE(parse_fact("#2", Writing::data)->in_submission);
  EXPECT_EQ(parse_fact(" 118 ", Writing::table)->number, 118u);
  for (const char* text : {"", "#", "#0", "-1", "1099511627777", "99999999999999", "1 2", "x"}) {
    EXPECT_EQ(parse_fact(text, Writing::data).error().code, "FACT_FORMAT") << text;
  }
  EXPECT_EQ(parse_fact("#2", Writing::table).error().code, "FACT_FORMAT");
}

TEST(Fields, OfTheLedgerMayNotBeSubmitted) {
  EXPECT_FALSE(
      may_be_submitted(field_of(EventType::person_registered, Field::identity_commitment)));
  EXPECT_FALSE(may_be_submitted(field_of(EventType::person_registered, Field::id_type)));
  EXPECT_TRUE(may_be_submitted(field_of(EventType::person_registered, Field::birth_date)));
  for (const TypeInfo& type : catalogue()) {
    if (!may_be_submitted(type)) continue;
    for (const FieldInfo& field : type.fields) {
      EXPECT_FALSE(field.required && !may_be_submitted(field)) << type.name << " " << field.name;
    }
  }
}

}  // namespace
}  // namespace kinledger::ledger::intake
