// Stored events as JSON.
#include "ledger/intake/event_json.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <cstring>
#include <set>

#include "ledger/intake/fields.h"
#include "ledger/intake/submission_json.h"
#include "ledger/json.h"
#include "tests/ledger/intake/made_up.h"

namespace kinledger::ledger::intake {
namespace {

/// Stored bytes, aligned as they are read.
class Stored {
 public:
  explicit Stored(const EventDraft& draft) {
    EXPECT_TRUE(encode(draft, bytes_).has_value());
    words_.resize(bytes_.size() / 8);
    std::memcpy(words_.data(), bytes_.data(), bytes_.size());
  }
  std::string json(std::uint64_t sequence = 118) const {
    const auto event =
        EventView::read({reinterpret_cast<const std::uint8_t*>(words_.data()), bytes_.size()});
    return boost::json::serialize(event_to_json(event.value(), {sequence}));
  }

 private:
  Bytes bytes_;
  std::vector<std::uint64_t> words_;
};

template <class Id>
Id id_full_of(std::uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

EventDraft premium_draft() {
  EventDraft draft;
  draft.type = EventType::premium_paid;
  draft.envelope.recorded_at = {1'617'584'523'000'000};
  draft.envelope.fact = id_full_of<FactId>(1);
  draft.envelope.submission = id_full_of<SubmissionId>(2);
  draft.envelope.actor = id_full_of<ActorId>(3);
  draft.envelope.jurisdiction = {330100};
  draft.envelope.valid_on = make_date(2021, 3, 31);
  draft.envelope.source_row = 4;
  draft.set(Field::person, id_full_of<PersonId>(0xAB));
  draft.set(Field::insurance_year, Year{2021});
  draft.set(Field::amount, Fen{25'000});
  draft.set(Field::payer_kind, static_cast<std::int64_t>(PayerKind::guardian));
  draft.set(Field::posted_on, make_date(2021, 4, 1).value());
  draft.set(Field::channel, "alipay");
  return draft;
}

const std::string premium_json =
    R"({"type":"PremiumPaid","sequence":118,"recordedAt":"2021-04-05T01:02:03.000000Z",)"
    R"("validOn":"2021-03-31","fact":"01010101010101010101010101010101",)"
    R"("submission":"02020202020202020202020202020202","ordinal":0,"count":1,)"
    R"("actor":"03030303030303030303030303030303","jurisdiction":"330100","sourceRow":4,)"
    R"("person":"abababababababababababababababab","insuranceYear":2021,"amount":"250.00",)"
    R"("payerKind":"guardian","postedOn":"2021-04-01","channel":"alipay")";

TEST(EventJson, HoldsTheFieldsByName) {
  EXPECT_EQ(Stored(premium_draft()).json(), premium_json + "}");
}

TEST(EventJson, LeavesOutWhatIsAbsent) {
  EventDraft draft;
  draft.type = EventType::surplus_recovered;
  draft.envelope.fact = id_full_of<FactId>(1);
  draft.set(Field::amount, Fen{0});
  EXPECT_EQ(Stored(draft).json(0),
            R"({"type":"SurplusRecovered","sequence":0,"recordedAt":"1970-01-01T00:00:00.000000Z",)"
            R"("fact":"01010101010101010101010101010101",)"
            R"("submission":"00000000000000000000000000000000","ordinal":0,"count":1,)"
            R"("actor":"00000000000000000000000000000000","amount":"0.00"})");
}

TEST(EventJson, HoldsTheCorrection) {
  auto draft = premium_draft();
  Correction correction;
  correction.replaces = {97};
  correction.cause = CorrectionCause::wrong_amount;
  correction.authority = CorrectionAuthority::agency;
  correction.authority_document = "〔2021〕77号";
  correction.former_persons = {id_full_of<PersonId>(0xCD)};
  correction.former_person_year = Year{2020};
  draft.correction = correction;
  EXPECT_EQ(
      Stored(draft).json(),
      premium_json +
          R"(,"correction":{"replaces":97,"cause":"wrongAmount","authority":"agency",)"
          R"("authorityDocument":"〔2021〕77号",)"
          R"("formerPersons":["cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"],"formerPersonYear":2020}})");
}

TEST(EventJson, JoinsTheHalvesOfIds) {
  EventDraft draft;
  draft.type = EventType::ledger_created;
  draft.set(Field::ledger_high, std::int64_t{0x0102030405060708});
  draft.set(Field::ledger_low, static_cast<std::int64_t>(0xF102030405060708));
  draft.set(Field::origin, "kinledger.example/330100");
  draft.set(Field::format_version, std::int64_t{1});
  draft.set(Field::public_key, std::string_view("\x01\xFF", 2));
  const auto json = Stored(draft).json(0);
  EXPECT_NE(
      json.find(R"("ledger":"0102030405060708f102030405060708",)"
                R"("origin":"kinledger.example/330100","formatVersion":1,"publicKey":"01ff")"),
      std::string::npos)
      << json;
}

TEST(EventJson, HoldsListsMonthsAndAreas) {
  EventDraft draft;
  draft.type = EventType::binding_registered;
  draft.fields.emplace_back(Field::missing_parts, std::vector<std::uint16_t>{1, 8});
  EXPECT_NE(Stored(draft).json().find(R"("missingParts":["unitSeal","enrolledFlag"])"),
            std::string::npos);
  draft = {};
  draft.type = EventType::legacy_premium_collected;
  draft.set(Field::premium_month, parse_month("2020-12").value());
  EXPECT_NE(Stored(draft).json().find(R"("premiumMonth":"2020-12")"), std::string::npos);
  draft = {};
  draft.type = EventType::rule_version_published;
  draft.fields.emplace_back(Field::interpretations, std::vector<std::string>{"I-05", "I-06"});
  EXPECT_NE(Stored(draft).json().find(R"("interpretations":["I-05","I-06"])"), std::string::npos);
  draft = {};
  draft.type = EventType::unit_recorded;
  draft.set(Field::area, Area{330106});
  draft.set(Field::unit, id_full_of<UnitId>(0x11));
  EXPECT_NE(
      Stored(draft).json().find(R"("unit":"11111111111111111111111111111111","area":"330106")"),
      std::string::npos);
}

TEST(EventJson, HasNoFieldThatIsNamedLikeTheEnvelope) {
  const std::set<std::string_view> envelope{"type",  "sequence",     "recordedAt", "validOn",
                                            "fact",  "submission",   "ordinal",    "count",
                                            "actor", "jurisdiction", "sourceRow",  "correction"};
  for (const TypeInfo& type : catalogue()) {
    for (const FieldInfo& field : type.fields) {
      EXPECT_FALSE(envelope.contains(field.name)) << type.name << " " << field.name;
    }
  }
}

/// Every kind of field, for every type: what the JSON of an event says can be handed in again.
TEST(EventJson, SaysFieldsAsSubmissionsSayThem) {
  for (const TypeInfo& type : catalogue()) {
    if (!may_be_submitted(type) || type.id == EventType::event_voided) continue;
    EventDraft draft;
    draft.type = type.id;
    draft.envelope.valid_on = make_date(2021, 3, 31);
    for (const FieldInfo& field : type.fields) {
      if (!may_be_submitted(field)) continue;
      switch (field.kind) {
        case FieldKind::date:
          draft.set(field.id, make_date(2021, 12, 31).value());
          break;
        case FieldKind::month:
          draft.set(field.id, parse_month("2021-01").value());
          break;
        case FieldKind::year:
          draft.set(field.id, Year{2021});
          break;
        case FieldKind::money:
          draft.set(field.id, Fen{192'000});
          break;
        case FieldKind::area:
          draft.set(field.id, Area{330106});
          break;
        case FieldKind::count:
        case FieldKind::enumeration:
          draft.set(field.id, std::int64_t{1});
          break;
        case FieldKind::enumeration_list:
          draft.fields.emplace_back(field.id, std::vector<std::uint16_t>{1, 2});
          break;
        case FieldKind::digest_list:
          draft.fields.emplace_back(field.id, std::vector{std::string(32, '\x9a')});
          break;
        case FieldKind::person:
          draft.set(field.id, id_full_of<PersonId>(7));
          break;
        case FieldKind::unit:
          draft.set(field.id, id_full_of<UnitId>(8));
          break;
        default:
          if (field.kind == FieldKind::text && field.id != Field::credit_code) {
            draft.set(field.id, "x");
          }
      }
    }
    const std::string json = Stored(draft).json();
    const auto body = json.find(R"("actor":)");
    const std::string event = R"({"type":")" + std::string(type.name) +
                              R"(","validOn":"2021-03-31",)" +
                              json.substr(json.find(',', body) + 1);
    const auto parsed =
        parse_submission(R"({"key":"k","events":[)" + event + "]}", {today, sealed});
    EXPECT_TRUE(parsed.submission) << event << told(parsed.refusals.shown).front();
  }
}

}  // namespace
}  // namespace kinledger::ledger::intake
