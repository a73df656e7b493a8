// Answers that prove themselves: made from a real ledger, checked from their own text alone, and
// then by somebody who wants to deceive: with the ledger at hand, but without the log's key.
#include "projections/bundle.h"

#include <gtest/gtest.h>

#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "projections/bundle_check.h"
#include "tests/ledger/ledger_fixture.h"

namespace kinledger::projections {
namespace {

using ledger::Field;
using ledger::PersonId;
using ledger::Sequence;
using ledger::TreeSize;

const auto insured = ledger::resident("20150302", 1);
const auto insured_sibling = ledger::resident("20170302", 2);

class BundleTest : public testing::Test {
 protected:
  BundleTest() {
    ledger::LedgerOptions options;
    options.directory = directory_.path() / "ledger";
    archive_ = Archive::create(options, "test.kinledger.invalid", {330100}, random_).value();
    EXPECT_TRUE(archive_->adopt(find_builtin_pack("hangzhou-2021")->text)->receipt);
    register_and_pay("child", insured);
    register_and_pay("sibling", insured_sibling);
  }

  void register_and_pay(std::string key, const ledger::IdentityNumber& number) {
    hand_in(key + " registered", ledger::person_registered(number, "a name"));
    auto enrolled = ledger::event(ledger::EventType::enrollment_registered, "2020-12-01");
    enrolled.persons.emplace_back(Field::person, ledger::person(number));
    enrolled.draft.set(Field::scheme, "children");
    enrolled.draft.set(Field::insurance_year, ledger::Year{2021});
    hand_in(key + " enrolled", std::move(enrolled));
    hand_in(key + " paid", ledger::premium_paid(number, "2020-12-15", ledger::Fen{25'000}));
  }

  Sequence hand_in(std::string key, ledger::SubmittedEvent event) {
    ledger::Submission submission;
    submission.key = std::move(key);
    submission.registers_persons = true;
    submission.events.push_back(std::move(event));
    const auto outcome = archive_->submit(submission).value();
    EXPECT_TRUE(outcome.receipt.has_value());
    return outcome.receipt->first;
  }

  PersonId person(const ledger::IdentityNumber& number) {
    return archive_->ledger().vault().find(number).value().value();
  }
  TreeSize size() { return archive_->ledger().durable().size; }
  ledger::NoteVerifier log() { return archive_->ledger().verifier().value(); }

  static Arguments about(std::optional<PersonId> whom) {
    return {*ledger::parse_date("2021-06-01"), whom, {}, {}, {}};
  }

  Bundle prove(const ledger::IdentityNumber& number, std::optional<TreeSize> basis = {}) {
    return archive_->prove(*find_question("status"), about(person(number)), basis.value_or(size()))
        .value()
        .value();
  }

  /// The code of what is found wrong in the bundle as it would be handed out; empty when nothing.
  std::string wrong_with(const Bundle& bundle) {
    const auto read = read_bundle(bundle.to_text());
    if (!read) return read.error().code;
    const auto answer = check_bundle(*read, log());
    return answer ? std::string() : answer.error().code;
  }

  /// Gives the bundle the proofs that fit its events: anyone who has the ledger can.
  void prove_again(Bundle& bundle) {
    std::vector<Sequence> indexes;
    for (const auto& event : bundle.events) indexes.push_back(event.sequence);
    const auto& journal = archive_->ledger().journal();
    bundle.proof = ledger::prove_leaves(indexes, journal.size(), [&](ledger::Subtree subtree) {
                     return journal.subtree_hash(subtree);
                   }).value();
  }

  BundledSubject& subject(Bundle& bundle, const Subject& whose) {
    return *std::ranges::find(bundle.subjects, SubjectEvents{whose}, &BundledSubject::of);
  }

  void drop_event(Bundle& bundle, Sequence sequence) {
    std::erase_if(bundle.events, [=](const auto& event) { return event.sequence == sequence; });
  }

  /// The child's last payment with another amount.
  void restate_payment(Bundle& bundle, ledger::Fen amount) {
    auto& own = subject(bundle, Subject::of(person(insured)));
    const auto payment = own.events.back().index;
    const auto held = std::ranges::find(bundle.events, payment, &BundledEvent::sequence);
    auto draft = ledger::EventView::read(held->bytes)->draft();
    std::erase_if(draft.fields, [](const auto& field) { return field.first == Field::amount; });
    draft.set(Field::amount, amount);
    held->bytes.clear();
    ASSERT_TRUE(ledger::encode(draft, held->bytes));
    own.events.back().hash = ledger::leaf_hash(held->bytes);
  }

  TestDirectory directory_;
  ledger::SeededRandom random_{20210101};
  std::unique_ptr<Archive> archive_;
};

TEST_F(BundleTest, GivesTheSameAnswerFromItsOwnTextAlone) {
  const auto bundle = prove(insured);
  EXPECT_EQ(wrong_with(bundle), "");
  EXPECT_EQ(read_bundle(bundle.to_text())->to_text(), bundle.to_text());
  const auto asked =
      archive_->ask(*find_question("status"), about(person(insured)), bundle.basis.size)
          .value()
          .value();
  EXPECT_EQ(bundle.answer, answer_text(asked));
  EXPECT_NE(bundle.answer.find("\"paidOn\":\"2020-12-15\""), std::string::npos) << bundle.answer;
  EXPECT_EQ(stated_key(bundle)->to_text(), log().to_text());
}

TEST_F(BundleTest, HoldsNoIdentityAndNoEventOfAnybodyElse) {
  const auto text = prove(insured).to_text();
  EXPECT_EQ(text.find("a name"), std::string::npos);
  EXPECT_EQ(text.find(insured.number), std::string::npos);
  for (const auto& event : prove(insured).events) {
    const auto persons = ledger::EventView::read(event.bytes)->persons();
    EXPECT_EQ(std::ranges::count(persons, person(insured_sibling)), 0);
  }
}

TEST_F(BundleTest, RecordsTheSubjectMapOnlyWhenSubjectsChanged) {
  (void)prove(insured);
  const auto before = size();
  (void)prove(insured);
  (void)prove(insured_sibling);
  EXPECT_EQ(size(), before);
  hand_in("again", ledger::premium_paid(insured, "2021-02-01", ledger::Fen{100}));
  (void)prove(insured);
  EXPECT_EQ(size().value, before.value + 2) << "the payment and the root";
}

TEST_F(BundleTest, OfAnEarlierBasisProvesWhatWasKnownThen) {
  const auto before = size();
  (void)prove(insured);
  hand_in("later", ledger::premium_paid(insured, "2021-02-01", ledger::Fen{100}));
  (void)prove(insured_sibling);
  const auto bundle = prove(insured, before);
  EXPECT_EQ(bundle.basis.size, before);
  EXPECT_EQ(wrong_with(bundle), "");
  auto& own = subject(const_cast<Bundle&>(bundle), Subject::of(person(insured)));
  ASSERT_EQ(own.events.size(), 4u) << "the later one is named too";
  EXPECT_EQ(std::ranges::count(bundle.events, own.events.back().index, &BundledEvent::sequence), 0)
      << "but only its hash is handed out";
}

TEST_F(BundleTest, ProvesThatThereIsNothing) {
  PersonId nobody;
  nobody.bytes.fill(7);
  const auto bundle =
      archive_->prove(*find_question("status"), about(nobody), size()).value().value();
  EXPECT_EQ(wrong_with(bundle), "");
  auto hidden = prove(insured);
  auto& own = subject(hidden, Subject::of(person(insured)));
  for (const auto& leaf : own.events) drop_event(hidden, leaf.index);
  own.events.clear();
  prove_again(hidden);
  EXPECT_EQ(wrong_with(hidden), "BUNDLE_SUBJECT") << "the map knows the child";
}

TEST_F(BundleTest, WithAnEventLeftOutIsFoundOut) {
  auto bundle = prove(insured);
  auto& own = subject(bundle, Subject::of(person(insured)));
  const auto payment = own.events.back().index;
  own.events.pop_back();
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_SUBJECT");
  drop_event(bundle, payment);
  prove_again(bundle);
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_SUBJECT");
}

TEST_F(BundleTest, WithAnEventCalledLaterIsFoundOut) {
  auto bundle = prove(insured);
  drop_event(bundle, subject(bundle, Subject::of(person(insured))).events.back().index);
  prove_again(bundle);
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_SUBJECT") << "its hash stays, but it is below the basis";
}

TEST_F(BundleTest, WithASubjectLeftOutLacksWhatTheAnswerNeeds) {
  for (const auto& whose : {Subject::of(person(insured)), Subject::region()}) {
    auto bundle = prove(insured);
    std::erase_if(bundle.subjects, [&](const auto& held) { return held.of.subject == whose; });
    EXPECT_EQ(wrong_with(bundle), "BUNDLE_NEEDS");
  }
}

TEST_F(BundleTest, WithAnotherAnswerIsFoundOut) {
  auto bundle = prove(insured);
  const auto at = bundle.answer.find("2020-12-15");
  ASSERT_NE(at, std::string::npos);
  bundle.answer.replace(at, 10, "2020-12-16");
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_ANSWER");
}

TEST_F(BundleTest, WithAnotherQuestionDateOrPersonIsFoundOut) {
  auto bundle = prove(insured);
  bundle.arguments.on = *ledger::parse_date("2022-06-01");
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_ANSWER");
  bundle = prove(insured);
  bundle.arguments.person = person(insured_sibling);
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_NEEDS");
  bundle = prove(insured);
  bundle.question = "nonsense";
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_QUESTION");
}

TEST_F(BundleTest, WithAnEventOfItsOwnMakingIsFoundOut) {
  auto bundle = prove(insured);
  restate_payment(bundle, ledger::Fen{38'000});
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_PROOF");
}

/// A log that lies can sign it, and its sums overflow.
TEST_F(BundleTest, WithAnAmountBeyondAllLimitsIsNeitherMadeNorJudged) {
  constexpr ledger::Fen largest{INT64_MAX};
  auto bundle = prove(insured);
  restate_payment(bundle, largest);
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_EVENT");

  hand_in("first", ledger::premium_paid(insured, "2020-12-16", largest));
  hand_in("second", ledger::premium_paid(insured, "2020-12-17", largest));
  const auto made = archive_->prove(*find_question("status"), about(person(insured)), size());
  ASSERT_TRUE(made.has_error());
  EXPECT_EQ(made.error().failure, ledger::Failure::corrupt);
  EXPECT_NE(made.error().what.find("PremiumPaid, amount"), std::string::npos) << made.error().what;
}

TEST_F(BundleTest, WithAnotherBasisIsFoundOut) {
  auto bundle = prove(insured);
  bundle.basis.root.bytes[0] ^= 1;
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_BASIS");
  bundle = prove(insured);
  --bundle.basis.size.value;
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_BASIS");
}

TEST_F(BundleTest, WithAnOlderSubjectMapIsFoundOut) {
  const auto old = prove(insured);
  hand_in("later", ledger::premium_paid(insured, "2021-02-01", ledger::Fen{100}));
  auto bundle = prove(insured);
  bundle.map = old.map;
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_SUBJECT_MAP") << "the payment lies between";
  auto& own = subject(bundle, Subject::of(person(insured)));
  const auto dropped = own.events.back().index;
  own = subject(const_cast<Bundle&>(old), Subject::of(person(insured)));
  drop_event(bundle, dropped);
  prove_again(bundle);
  EXPECT_EQ(wrong_with(bundle), "BUNDLE_SUBJECT_MAP");
}

TEST_F(BundleTest, SignedWithAnotherKeyIsFoundOut) {
  auto bundle = prove(insured);
  auto other = log();
  other.key[5] ^= 1;
  EXPECT_EQ(check_bundle(bundle, other).error().code, "BUNDLE_CHECKPOINT");
}

TEST_F(BundleTest, AboutEveryoneIsRefused) {
  const auto refused = archive_->prove(*find_question("migration"), about({}), size()).value();
  EXPECT_EQ(refused.error().code, "BUNDLE_EVERYONE");
}

/// One bit in every `stride` bytes; all of the checkpoint's.
TEST_F(BundleTest, WithAnyOneBitChangedIsRefused) {
  const auto text = prove(insured).to_text();
  const auto checkpoint = text.find("\"checkpoint\"");
  const auto end = text.find("\"consistency\"");
  std::size_t changes = 0;
  const auto try_bit = [&](std::size_t byte, unsigned bit) {
    auto changed = text;
    changed[byte] = static_cast<char>(changed[byte] ^ 1 << bit);
    const auto read = read_bundle(changed);
    EXPECT_FALSE(read && check_bundle(*read, log())) << "byte " << byte << " bit " << bit;
    ++changes;
  };
  for (auto byte = checkpoint; byte < end; ++byte)
    for (unsigned bit = 0; bit < 8; ++bit) try_bit(byte, bit);
  constexpr std::size_t stride = 97;
  for (std::size_t byte = 0; byte < text.size(); byte += stride) try_bit(byte, byte % 8);
  EXPECT_GT(changes, 2'000u);
}

}  // namespace
}  // namespace kinledger::projections
