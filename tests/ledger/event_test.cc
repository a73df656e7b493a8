// The event codec: what goes in comes out, the bytes are canonical and never change, garbage is
// refused. The golden bytes below are the contract with every ledger ever written.

#include "ledger/event.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <random>

#include "ledger/event_type.h"

namespace kinledger::ledger {
namespace {

template <class Id>
Id id_from(std::uint8_t first) {
  Id id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i)
    id.bytes[i] = static_cast<std::uint8_t>(first + i);
  return id;
}

Date on(std::string_view text) { return parse_date(text).value(); }

EventDraft draft_of(EventType type) {
  EventDraft draft;
  draft.type = type;
  draft.envelope.recorded_at = {1'617'580'800'000'000};
  draft.envelope.fact = id_from<FactId>(0x10);
  draft.envelope.submission = id_from<SubmissionId>(0x20);
  draft.envelope.actor = id_from<ActorId>(0x30);
  draft.envelope.ordinal = 1;
  draft.envelope.count = 3;
  draft.envelope.jurisdiction = {330100};
  draft.envelope.valid_on = on("2021-03-30");
  draft.envelope.source_row = 7;
  return draft;
}

EventDraft premium_paid() {
  auto draft = draft_of(EventType::premium_paid);
  draft.set(Field::person, id_from<PersonId>(0x40));
  draft.set(Field::scheme, "children");
  draft.set(Field::insurance_year, Year{2021});
  draft.set(Field::amount, Fen{25'000});
  draft.set(Field::payer_kind, static_cast<std::int64_t>(PayerKind::guardian));
  draft.set(Field::posted_on, on("2021-04-05"));
  return draft;
}

/// A draft of the type with every field set to something other than its default.
EventDraft full_draft(const TypeInfo& type) {
  auto draft = draft_of(type.id);
  std::uint8_t next = 0x50;
  for (const auto& field : type.fields) {
    switch (field.kind) {
      case FieldKind::date:
        draft.set(field.id, on("2021-12-31"));
        break;
      case FieldKind::month:
        draft.set(field.id, parse_month("2020-12").value());
        break;
      case FieldKind::year:
        draft.set(field.id, Year{2021});
        break;
      case FieldKind::money:
        draft.set(field.id, Fen{0});
        break;
      case FieldKind::count:
        draft.set(field.id, std::int64_t{0});
        break;
      case FieldKind::number:
        draft.set(field.id, std::int64_t{42});
        break;
      case FieldKind::area:
        draft.set(field.id, Area{330106});
        break;
      case FieldKind::enumeration:
        draft.set(field.id, std::int64_t{1});
        break;
      case FieldKind::enumeration_list:
        draft.fields.emplace_back(field.id, std::vector<std::uint16_t>{1, 2, 3});
        break;
      case FieldKind::person:
        draft.set(field.id, id_from<PersonId>(next++));
        break;
      case FieldKind::unit:
        draft.set(field.id, id_from<UnitId>(next++));
        break;
      case FieldKind::fact:
        draft.set(field.id, id_from<FactId>(next++));
        break;
      case FieldKind::text:
        draft.set(field.id, "𠮷-text");
        break;
      case FieldKind::data:
        draft.set(field.id, std::string_view("\0\1bytes", 7));
        break;
      case FieldKind::digest_list:
        draft.fields.emplace_back(field.id,
                                  std::vector{std::string(32, '\0'), std::string(32, 'x')});
        break;
      case FieldKind::text_list:
        draft.fields.emplace_back(field.id, std::vector<std::string>{"I-06", "I-07"});
        break;
    }
  }
  return draft;
}

Bytes encoded(const EventDraft& draft) {
  Bytes out;
  EXPECT_TRUE(encode(draft, out).has_value());
  return out;
}

TEST(Event, GivesBackWhatWasPutIn) {
  const auto bytes = encoded(premium_paid());
  const auto event = EventView::read(bytes).value();
  EXPECT_EQ(event.type(), EventType::premium_paid);
  EXPECT_EQ(event.envelope().recorded_at.microseconds, 1'617'580'800'000'000);
  EXPECT_EQ(event.envelope().fact, id_from<FactId>(0x10));
  EXPECT_EQ(event.envelope().ordinal, 1u);
  EXPECT_EQ(event.envelope().jurisdiction, Area{330100});
  EXPECT_EQ(event.envelope().valid_on, on("2021-03-30"));
  EXPECT_EQ(event.envelope().source_row, 7u);
  EXPECT_EQ(event.person(Field::person), id_from<PersonId>(0x40));
  EXPECT_EQ(event.text(Field::scheme), "children");
  EXPECT_EQ(event.year(Field::insurance_year), Year{2021});
  EXPECT_EQ(event.money(Field::amount), Fen{25'000});
  EXPECT_EQ(event.as<PayerKind>(Field::payer_kind), PayerKind::guardian);
  EXPECT_EQ(event.date(Field::posted_on), on("2021-04-05"));
  EXPECT_FALSE(event.has_correction());
}

TEST(Event, TellsAbsentFromZero) {
  auto draft = draft_of(EventType::annual_settlement_received);
  draft.set(Field::deductible_total, Fen{0});
  const auto bytes = encoded(draft);
  const auto event = EventView::read(bytes).value();
  EXPECT_EQ(event.money(Field::deductible_total), Fen{0});
  EXPECT_EQ(event.money(Field::subsidy_eligible_amount), std::nullopt);
  EXPECT_EQ(event.person(Field::person), std::nullopt);
  EXPECT_EQ(event.money(Field::rate), std::nullopt) << "a field of another type is absent";
}

TEST(Event, KeepsDatesOnBothSidesOfTheEpochs) {
  for (const auto* text : {"1900-01-01", "1969-12-31", "1970-01-01", "2199-12-31"}) {
    auto draft = draft_of(EventType::person_registered);
    draft.set(Field::birth_date, on(text));
    const auto bytes = encoded(draft);
    EXPECT_EQ(EventView::read(bytes).value().date(Field::birth_date), on(text));
  }
}

TEST(Event, EveryTypeSurvivesARoundTripAndIsCanonical) {
  for (const auto& type : catalogue())
    for (const auto& draft : {draft_of(type.id), full_draft(type)}) {
      const auto bytes = encoded(draft);
      ASSERT_TRUE(check_canonical(bytes).has_value()) << type.name;
      const auto event = EventView::read(bytes);
      ASSERT_TRUE(event.has_value()) << type.name;
      EXPECT_EQ(event->type(), type.id);
      EXPECT_EQ(stored_type(bytes), type.id);
      const auto again = event->draft();
      EXPECT_EQ(again.fields.size(), draft.fields.size()) << type.name;
      EXPECT_EQ(encoded(again), bytes) << type.name;
    }
}

TEST(Event, LedgerCreatedWithoutARowIsCanonicalToo) {
  auto draft = draft_of(EventType::ledger_created);
  draft.envelope.source_row = 0;
  const auto bytes = encoded(draft);
  EXPECT_TRUE(check_canonical(bytes).has_value());
  EXPECT_EQ(EventView::read(bytes).value().type(), EventType::ledger_created);
}

TEST(Event, ACorrectionNamesItsFormerSubjects) {
  auto draft = premium_paid();
  draft.correction = Correction{{118},
                                CorrectionCause::wrong_person,
                                CorrectionAuthority::agency,
                                "杭医保〔2021〕1号",
                                {id_from<PersonId>(0x70), id_from<PersonId>(0x71)},
                                {},
                                Year{2020},
                                std::nullopt};
  const auto bytes = encoded(draft);
  ASSERT_TRUE(check_canonical(bytes).has_value());
  const auto correction = EventView::read(bytes).value().correction();
  ASSERT_TRUE(correction.has_value());
  EXPECT_EQ(correction->replaces, Sequence{118});
  EXPECT_EQ(correction->cause, CorrectionCause::wrong_person);
  EXPECT_EQ(correction->authority_document, "杭医保〔2021〕1号");
  EXPECT_EQ(correction->former_persons.size(), 2u);
  EXPECT_EQ(correction->former_person_year, Year{2020});
  EXPECT_EQ(correction->former_unit_year, std::nullopt);
}

TEST(Event, NamesItsSubjectsAndItsYearOfEffect) {
  auto draft = draft_of(EventType::subsidy_reimbursed);
  draft.set(Field::person, id_from<PersonId>(1));
  draft.set(Field::parent, id_from<PersonId>(2));
  draft.set(Field::unit, id_from<UnitId>(3));
  draft.set(Field::settlement_year, Year{2020});
  const auto bytes = encoded(draft);
  const auto event = EventView::read(bytes).value();
  EXPECT_EQ(event.persons(), (std::vector{id_from<PersonId>(1), id_from<PersonId>(2)}));
  EXPECT_EQ(event.units(), std::vector{id_from<UnitId>(3)});
  EXPECT_EQ(event.effect_year(EffectFor::person), Year{2020});
  EXPECT_EQ(event.effect_year(EffectFor::unit), Year{2021}) << "the year of the valid date";
}

TEST(Event, TheSequencersInstantIsTheOnlyByteChanged) {
  auto bytes = encoded(premium_paid());
  auto draft = premium_paid();
  draft.envelope.recorded_at = {1'700'000'000'123'456};
  set_recorded_at(bytes, draft.envelope.recorded_at);
  EXPECT_EQ(bytes, encoded(draft));
}

TEST(Event, RefusesMoreThanOneEventMayHold) {
  auto draft = draft_of(EventType::rule_version_published);
  draft.set(Field::parameters, std::string(70'000, 'x'));
  Bytes out;
  EXPECT_EQ(encode(draft, out).error().failure, Failure::invalid);
  EXPECT_TRUE(out.empty());
}

TEST(Event, AnyBytesAreSafeToRead) {
  std::mt19937_64 random(20211122);
  const auto good = encoded(full_draft(type_info(EventType::binding_registered)));
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = good;
    const auto edits = 1 + random() % 8;
    for (std::size_t i = 0; i < edits; ++i)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (round % 4 == 0) bytes.resize(random() % (bytes.size() / 8 + 1) * 8);
    const auto event = EventView::read(bytes);
    if (!event) continue;
    (void)event->persons();
    (void)event->enumerants(Field::missing_parts);
    (void)event->text(Field::form_number);
    (void)check_canonical(bytes);
  }
}

/// Found by changing bytes at random: a root without pointers was read beyond its end.
TEST(Event, WithoutContentIsCorrupt) {
  Bytes no_root(88);
  EXPECT_EQ(EventView::read(no_root).error().failure, Failure::corrupt);
  Bytes no_pointers(88);
  no_pointers[4] = 10;  // words of data
  EXPECT_EQ(EventView::read(no_pointers).error().failure, Failure::corrupt);
}

/// Found by changing bytes at random: an answer about such an event was no JSON.
TEST(Event, RefusesTextThatIsNotUtf8) {
  const std::string damaged = "a\xff";
  for (const auto& type : catalogue())
    for (const auto& field : type.fields) {
      auto draft = full_draft(type);
      EXPECT_TRUE(EventView::read(encoded(draft)));
      if (field.kind == FieldKind::text)
        draft.set(field.id, damaged);
      else if (field.kind == FieldKind::text_list)
        draft.fields.emplace_back(field.id, std::vector<std::string>{"I-06", damaged});
      else
        continue;
      const auto read = EventView::read(encoded(draft));
      ASSERT_FALSE(read) << type.name << " " << field.name;
      EXPECT_EQ(read.error().failure, Failure::corrupt);
      EXPECT_NE(read.error().what.find(field.name), std::string::npos) << read.error().what;
    }
  auto draft = premium_paid();
  draft.correction = Correction{};
  draft.correction->authority_document = damaged;
  EXPECT_FALSE(EventView::read(encoded(draft)));
}

TEST(Event, RefusesDatesOutsideTheCalendar) {
  const auto read = [](const auto& change) {
    auto draft = draft_of(EventType::premium_paid);
    change(draft);
    return EventView::read(encoded(draft)).has_value();
  };
  EXPECT_TRUE(read([](EventDraft&) {}));
  for (const auto microseconds : {INT64_MIN, INT64_MAX})
    EXPECT_FALSE(read([&](EventDraft& draft) { draft.envelope.recorded_at = {microseconds}; }));
  for (const auto days : {INT32_MIN, date_min.days - 1, date_max.days + 1, INT32_MAX})
    EXPECT_FALSE(read([&](EventDraft& draft) { draft.envelope.valid_on = Date{days}; })) << days;
  for (const auto& type : catalogue())
    for (const auto& field : type.fields) {
      auto draft = draft_of(type.id);
      if (field.kind == FieldKind::date) draft.set(field.id, Date{date_max.days + 1});
      if (field.kind == FieldKind::month) draft.set(field.id, Month{2'760});
      if (draft.fields.empty()) continue;
      EXPECT_FALSE(EventView::read(encoded(draft)).has_value()) << type.name << field.name;
    }
}

/// Whoever computes takes the limits for granted: sums overflow without them.
TEST(Event, RefusesNumbersThatIntakeWouldRefuse) {
  struct Limits {
    FieldKind kind;
    std::int64_t lowest, highest;
  };
  std::size_t fields = 0;
  for (const auto& [kind, lowest, highest] :
       {Limits{FieldKind::year, 1900, 2199}, Limits{FieldKind::money, 0, fen_max.value},
        Limits{FieldKind::count, 0, 999'999'999}})
    for (const auto& type : catalogue())
      for (const auto& field : type.fields) {
        if (field.kind != kind) continue;
        ++fields;
        const auto read = [&](std::int64_t number) {
          auto draft = draft_of(type.id);
          draft.set(field.id, number);
          return EventView::read(encoded(draft));
        };
        EXPECT_TRUE(read(lowest) && read(highest)) << type.name << field.name;
        for (const auto number : {lowest - 1, highest + 1}) {
          const auto refused = read(number);
          ASSERT_TRUE(refused.has_error()) << type.name << field.name << number;
          EXPECT_EQ(refused.error().failure, Failure::corrupt);
          EXPECT_TRUE(refused.error().what.ends_with(field.name)) << refused.error().what;
        }
      }
  EXPECT_GT(fields, 60u);
}

TEST(Event, RefusesFormerYearsThatNoEventHas) {
  const auto read = [](std::int32_t year) {
    auto draft = draft_of(EventType::event_voided);
    draft.correction.emplace();
    draft.correction->former_person_year = Year{year};
    return EventView::read(encoded(draft)).has_value();
  };
  EXPECT_TRUE(read(1900) && read(2199));
  EXPECT_FALSE(read(1899) || read(2200) || read(INT16_MIN));
}

TEST(Event, RefusesWhatIsNotCanonical) {
  auto bytes = encoded(premium_paid());
  bytes.resize(bytes.size() + 8);
  EXPECT_FALSE(check_canonical(bytes).has_value()) << "a word behind the message";
  EXPECT_EQ(EventView::read(Bytes{}).error().failure, Failure::corrupt);
}

// tests/ledger/golden/format-1.txt holds one event of every type with every field set, as the first
// catalogue wrote it. It is never edited; a catalogue that has grown adds a file, with the types
// that grew.
std::vector<std::pair<std::string, Bytes>> golden_events(const std::string& name_of_file) {
  std::ifstream file(std::string(KINLEDGER_SOURCE_DIR) + "/tests/ledger/golden/" + name_of_file);
  std::vector<std::pair<std::string, Bytes>> out;
  std::string name, hex;
  while (file >> name >> hex) {
    Bytes bytes(hex.size() / 2);
    EXPECT_TRUE(from_hex(hex, bytes)) << name;
    out.emplace_back(name, std::move(bytes));
  }
  return out;
}

std::vector<std::pair<std::string, Bytes>> golden_events() {
  auto all = golden_events("format-1.txt");
  for (const auto* later :
       {"format-1-access.txt", "format-1-findings.txt", "format-1-evidence.txt"})
    for (auto& event : golden_events(later)) all.push_back(std::move(event));
  return all;
}

TEST(Event, HoldsNoDigestThatIsNone) {
  auto draft = draft_of(EventType::finding_opened);
  draft.set(Field::finding, "A-1");
  for (const std::size_t bytes : {0, 31, 32, 33}) {
    draft.fields.resize(1);
    draft.fields.emplace_back(Field::evidence,
                              std::vector{std::string(32, 'x'), std::string(bytes, 'x')});
    const auto stored = encoded(draft);
    const auto event = EventView::read(stored);
    ASSERT_EQ(event.has_value(), bytes == 32) << bytes;
    if (!event) {
      EXPECT_EQ(event.error().failure, Failure::corrupt);
      continue;
    }
    EXPECT_EQ(event->texts(Field::evidence).size(), 2U);
  }
}

TEST(EventGoldenBytes, EveryEventOfFormat1IsReadableAndUnchanged) {
  const auto golden = golden_events();
  ASSERT_EQ(golden.size(), 74u + 3u + 2u + 2u);
  for (const auto& [name, bytes] : golden) {
    ASSERT_TRUE(check_canonical(bytes).has_value()) << name;
    const auto event = EventView::read(bytes);
    ASSERT_TRUE(event.has_value()) << name;
    EXPECT_EQ(type_info(event->type()).name, name);
    EXPECT_EQ(encoded(event->draft()), bytes) << name;
  }
}

TEST(EventGoldenBytes, TheSameFactsGiveTheSameBytes) {
  std::map<std::string, Bytes> newest;
  for (auto& [name, bytes] : golden_events()) newest[name] = std::move(bytes);
  EXPECT_EQ(newest.size(), event_type_count);
  for (const auto& [name, bytes] : newest) {
    const auto* type = find_type(name);
    ASSERT_NE(type, nullptr) << name;
    EXPECT_EQ(to_hex(encoded(full_draft(*type))), to_hex(bytes)) << name;
  }
}

// The example of docs/FORMAT.md.
TEST(EventGoldenBytes, PremiumPaidOfTheFormatDocument) {
  EXPECT_EQ(to_hex(encoded(premium_paid())),
            "000000000a00020000c0fa602ebf050017161514131211101f1e1d1c1b1a1918"
            "27262524232221202f2e2d2c2b2a292837363534333231303f3e3d3c3b3a3938"
            "01000000030000007409050057420b0007000000160000000000000000000000"
            "0000000003000200e507000001000000a8610000000000805d420b0000000000"
            "0400000002000000090000004a00000047464544434241404f4e4d4c4b4a4948"
            "6368696c6472656e0000000000000000");
}

}  // namespace
}  // namespace kinledger::ledger
