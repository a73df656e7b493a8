// Corrections and voids of every type of the catalogue: each is recorded, or refused with a reason.

#include "ledger/intake/fields.h"
#include "ledger/ledger.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::ledger {
namespace {

const auto newcomer = resident("20150301", 3);

void fill_in(SubmittedEvent& event, const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::date:
      return event.draft.set(field.id, date("2021-03-31"));
    case FieldKind::month:
      return event.draft.set(field.id, parse_month("2021-01").value());
    case FieldKind::year:
      return event.draft.set(field.id, Year{2021});
    case FieldKind::money:
      return event.draft.set(field.id, Fen{25'000});
    case FieldKind::area:
      return event.draft.set(field.id, Area{330106});
    case FieldKind::count:
    case FieldKind::enumeration:
      return event.draft.set(field.id, std::int64_t{1});
    case FieldKind::enumeration_list:
      event.draft.fields.emplace_back(field.id, std::vector<std::uint16_t>{1, 2});
      return;
    case FieldKind::digest_list:
      event.draft.fields.emplace_back(field.id, std::vector{std::string(32, '\x9a')});
      return;
    case FieldKind::text:
      return event.draft.set(field.id, "x");
    case FieldKind::person: {
      const auto& other = field.id == Field::person ? example_child : example_parent;
      const bool registers = event.draft.type == EventType::person_registered;
      event.persons.emplace_back(field.id, person(registers ? newcomer : other));
      return;
    }
    case FieldKind::unit:
      event.units.emplace_back(field.id, "U1");
      return;
    default:
      return;  // no type asks for a reference to another event
  }
}

SubmittedEvent full_event(const TypeInfo& type) {
  auto out = event(type.id, "2021-03-31");
  for (const auto& field : type.fields)
    if (intake::may_be_submitted(field)) fill_in(out, field);
  return out;
}

SubmittedEvent replacing(Sequence sequence, SubmittedEvent by) {
  by.correction = correction_of(sequence);
  return by;
}

SubmittedEvent void_of(Sequence sequence) {
  SubmittedEvent out;
  out.draft.type = EventType::event_voided;
  return replacing(sequence, std::move(out));
}

class CorrectionsTest : public LedgerTest {
 protected:
  /// Hands one event in, and first asks what handing it in would do.
  std::string outcome_of(const SubmittedEvent& event) {
    Submission submission;
    submission.key = "k" + std::to_string(++keys_);
    submission.events = {event};
    const auto preview = ledger_->preview(submission, vocabulary_);
    const auto outcome = ledger_->submit(submission, vocabulary_);
    if (!outcome) return "failed";
    EXPECT_EQ(preview.value().refusals.empty(), outcome->refusals.empty());
    if (!outcome->refusals.empty()) return outcome->refusals.front().reason.code;
    last_ = outcome->receipt->first;
    return "recorded";
  }

  void expect_outcomes(const TypeInfo& type) {
    const bool registration = type.id == EventType::person_registered;
    const auto fact = full_event(type);
    ASSERT_EQ(outcome_of(fact), "recorded");
    const auto first = last_;
    const std::string replaced = "ALREADY_REPLACED";
    const auto other = type.id == EventType::unit_recorded
                           ? premium_paid(example_child, "2021-03-31", Fen{1})
                           : unit_recorded("U1");
    EXPECT_EQ(outcome_of(replacing(first, other)), "CORRECTION_TYPE");
    EXPECT_EQ(outcome_of(replacing(first, fact)), "recorded");
    EXPECT_EQ(outcome_of(replacing(first, fact)), replaced);
    const auto correction = last_;
    const std::string stands = "REGISTRATION_STANDS";
    EXPECT_EQ(outcome_of(void_of(first)), registration ? stands : replaced);
    EXPECT_EQ(outcome_of(void_of(correction)), registration ? stands : "recorded");
    if (registration) return;
    EXPECT_EQ(outcome_of(void_of(correction)), replaced);
    const auto voided = last_;
    EXPECT_EQ(outcome_of(void_of(voided)), "NOT_CORRECTABLE");
    EXPECT_EQ(outcome_of(replacing(voided, fact)), "NOT_CORRECTABLE");
  }

  Sequence last_;  ///< of the last event that was recorded
  int keys_ = 0;
};

TEST_F(CorrectionsTest, EveryTypeIsCorrectedAndVoidedOrRefused) {
  create();
  recorded("known", {person_registered(example_child, "小明"),
                     person_registered(example_parent, "大明"), unit_recorded("U1")});
  for (const auto& type : catalogue()) {
    if (!intake::may_be_submitted(type) || type.id == EventType::event_voided) continue;
    SCOPED_TRACE(type.name);
    expect_outcomes(type);
  }
  EXPECT_EQ(outcome_of(void_of({0})), "NOT_CORRECTABLE");
  EXPECT_EQ(outcome_of(void_of({1'000'000})), "FACT_UNKNOWN");
  verify_all();
}

TEST_F(CorrectionsTest, ARegistrationStandsAndKeepsItsPerson) {
  create();
  recorded("known",
           {person_registered(example_child, "小明"), person_registered(example_parent, "大明")});
  const auto outcome = hand_in("void", {void_of({1})}).value();
  ASSERT_EQ(outcome.refusals.size(), 1u);
  EXPECT_EQ(outcome.refusals.front().reason.code, "REGISTRATION_STANDS");
  EXPECT_NE(outcome.refusals.front().reason.zh.find("不能作废"), std::string::npos);
  auto corrected = replacing({1}, person_registered(example_parent, "大明"));
  corrected.draft.set(Field::birth_date, date("2012-06-16"));
  EXPECT_EQ(outcome_of(corrected), "CORRECTION_PERSON");
  corrected.persons = {{Field::person, person(newcomer, "小红")}};
  EXPECT_EQ(refusal_codes({corrected}, true), std::vector<std::string>{"CORRECTION_PERSON"});
  corrected.persons = {{Field::person, person(example_child, "小明")}};
  EXPECT_EQ(outcome_of(corrected), "recorded");
}

}  // namespace
}  // namespace kinledger::ledger
