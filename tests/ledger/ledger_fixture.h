// A ledger in a temporary directory with a clock that the test moves and made-up persons, and the
// words in which tests speak about submissions.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ledger/ledger.h"
#include "ledger/verify.h"
#include "tests/made_up_number.h"
#include "tests/test_directory.h"

namespace kinledger::ledger {

/// No pack is adopted: every code passes.
class NoVocabulary final : public Vocabulary {
 public:
  Known knows(std::string_view, std::string_view) const override {
    return Known::list_not_declared;
  }
  Codes codes(std::string_view) const override { return {}; }
};

inline Date date(std::string_view text) { return parse_date(text).value(); }

inline IdentityNumber resident(std::string_view birth_yyyymmdd, int serial) {
  return {IdType::resident_id, made_up_number(birth_yyyymmdd, serial)};
}

inline const auto example_child = resident("20120615", 1);
inline const auto example_parent = resident("19800229", 2);

inline PersonReference person(const IdentityNumber& number, std::string name = {}) {
  return {number, std::move(name), birth_date_in(number)};
}

inline SubmittedEvent event(EventType type, std::string_view valid_on) {
  SubmittedEvent out;
  out.draft.type = type;
  out.draft.envelope.valid_on = date(valid_on);
  return out;
}

inline SubmittedEvent person_registered(const IdentityNumber& number, std::string name) {
  auto out = event(EventType::person_registered, "2021-01-05");
  out.persons.emplace_back(Field::person, person(number, std::move(name)));
  return out;
}

inline SubmittedEvent premium_paid(const IdentityNumber& number, std::string_view paid_on,
                                   Fen amount) {
  auto out = event(EventType::premium_paid, paid_on);
  out.persons.emplace_back(Field::person, person(number));
  out.draft.set(Field::scheme, "children");
  out.draft.set(Field::insurance_year, Year{2021});
  out.draft.set(Field::amount, amount);
  return out;
}

inline SubmittedEvent person_erased(const PersonId& person) {
  auto out = event(EventType::person_erased, "2052-01-05");
  out.persons.emplace_back(Field::person, PersonReference{person, {}, {}});
  out.draft.set(Field::legal_basis, "retentionExpired");
  return out;
}

inline SubmittedEvent unit_recorded(std::string number) {
  auto out = event(EventType::unit_recorded, "2020-01-01");
  out.units.emplace_back(Field::unit, UnitReference(std::move(number)));
  return out;
}

inline CorrectionRequest correction_of(Sequence replaces) {
  return {replaces, CorrectionCause::wrong_date, CorrectionAuthority::agency, ""};
}

class LedgerTest : public testing::Test {
 protected:
  static constexpr const char* origin = "test.kinledger.invalid";

  LedgerOptions options() {
    LedgerOptions out;
    out.directory = directory_.path() / "ledger";
    out.clock = [this] { return now_; };
    out.lock_wait_ms = 100;
    return out;
  }

  void create() { ledger_ = Ledger::create(options(), origin, {330100}, random_).value(); }

  void reopen() {
    const auto before = ledger_->durable();
    ledger_.reset();
    ledger_ = Ledger::open(options(), random_).value();
    EXPECT_EQ(ledger_->durable(), before);
    verify_all();
  }

  void verify_all() {
    const auto verified = verify(ledger_->journal(), ledger_->durable(), {}).value();
    EXPECT_FALSE(verified.damage.has_value()) << verified.damage->what;
    EXPECT_EQ(verified.head, ledger_->durable());
  }

  Result<Outcome> hand_in(std::string key, std::vector<SubmittedEvent> events,
                          bool registers_persons = false) {
    Submission submission;
    submission.key = std::move(key);
    submission.events = std::move(events);
    submission.registers_persons = registers_persons;
    return ledger_->submit(submission, vocabulary_);
  }

  Receipt recorded(std::string key, std::vector<SubmittedEvent> events,
                   bool registers_persons = false) {
    const auto outcome = hand_in(std::move(key), std::move(events), registers_persons).value();
    EXPECT_TRUE(outcome.receipt.has_value()) << outcome.refusals.front().reason.en;
    return outcome.receipt.value_or(Receipt{});
  }

  std::vector<std::string> refusal_codes(std::vector<SubmittedEvent> events,
                                         bool registers_persons = false) {
    const auto before = ledger_->durable();
    const auto outcome = hand_in("to be refused", std::move(events), registers_persons).value();
    EXPECT_FALSE(outcome.receipt.has_value());
    EXPECT_EQ(ledger_->durable(), before) << "a refused submission recorded something";
    std::vector<std::string> codes;
    for (const auto& refusal : outcome.refusals) codes.push_back(refusal.reason.code);
    return codes;
  }

  TestDirectory directory_;
  SeededRandom random_{20210101};
  RecordedAt now_{1'609'459'200'000'000};
  NoVocabulary vocabulary_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace kinledger::ledger
