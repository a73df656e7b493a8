// The synthetic city: the same submissions from the same seed, nobody real in it, and accepted by a
// ledger as everybody's are.
#include "tools/city.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "ledger/catalogue.h"
#include "ledger/crypto.h"
#include "ledger/text.h"
#include "ledger/verify.h"
#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "tests/test_directory.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

using ledger::EventType;
using ledger::Field;
using ledger::Submission;
using ledger::SubmittedEvent;

/// Everything that a submission says, in words that do not depend on the numbering of the schema.
class Written {
 public:
  explicit Written(const Submission& submission) {
    add(submission.key);
    add(ledger::to_text(submission.actor));
    for (const auto& event : submission.events) write(event);
  }
  const std::string& text() const { return text_; }

 private:
  void add(std::string_view part) { text_.append(part).append("\t"); }

  void write(const SubmittedEvent& event) {
    const auto& envelope = event.draft.envelope;
    add(ledger::type_info(event.draft.type).name);
    add(envelope.valid_on ? ledger::to_text(*envelope.valid_on) : "-");
    add(std::to_string(envelope.source_row));
    for (const auto& [field, value] : event.draft.fields) {
      add(ledger::name_of(field));
      std::visit([this](const auto& held) { write_value(held); }, value);
    }
    for (const auto& [field, person] : event.persons) {
      add(ledger::name_of(field));
      add(std::get<ledger::IdentityNumber>(person.who).number + person.name);
    }
    for (const auto& [field, unit] : event.units) {
      add(ledger::name_of(field));
      add(std::get<std::string>(unit));
    }
    for (const auto& [field, fact] : event.facts) add("#" + std::to_string(fact.number));
    if (event.correction)
      add("replaces " + std::to_string(event.correction->replaces.value) + " " +
          std::to_string(static_cast<int>(event.correction->cause)) + " " +
          std::to_string(static_cast<int>(event.correction->authority)) + " " +
          event.correction->authority_document);
    text_ += "\n";
  }

  void write_value(std::int64_t value) { add(std::to_string(value)); }
  void write_value(const std::string& value) { add(value); }
  void write_value(const std::vector<std::uint16_t>& values) {
    for (const auto value : values) add(std::to_string(value));
  }
  void write_value(const auto&) { FAIL() << "a kind of value that no city needs"; }

  std::string text_;
};

/// As if each submission landed right behind the one before it.
std::vector<Submission> submissions_of(const CityPlan& plan) {
  City city(plan);
  std::vector<Submission> out;
  std::uint64_t landed = 0;
  while (auto submission = city.next()) {
    ledger::Receipt receipt;
    receipt.key = submission->key;
    receipt.first = {landed};
    landed += submission->events.size();
    city.recorded(receipt);
    out.push_back(std::move(*submission));
  }
  return out;
}

std::string digest_of(const std::vector<Submission>& submissions) {
  ledger::Sha256 digest;
  for (const auto& submission : submissions)
    digest.update(ledger::as_bytes(Written(submission).text()));
  return ledger::to_text(digest.finish());
}

std::map<EventType, std::uint64_t> counts_of(const std::vector<Submission>& submissions) {
  std::map<EventType, std::uint64_t> counts;
  for (const auto& submission : submissions)
    for (const auto& event : submission.events) ++counts[event.draft.type];
  return counts;
}

std::uint64_t events_of(const std::vector<Submission>& submissions) {
  std::uint64_t count = 0;
  for (const auto& submission : submissions) count += submission.events.size();
  return count;
}

TEST(City, IsTheSameForTheSameSeed) {
  const CityPlan plan{300, 7, 2};
  EXPECT_EQ(digest_of(submissions_of(plan)), digest_of(submissions_of(plan)));
  // Whoever changes what a city does changes this value; benchmarks then compare other work.
  EXPECT_EQ(digest_of(submissions_of(plan)),
            "4fac090e2dfe175570d011761b63cd414352603d88ae6799fd7586f566208b99");
}

TEST(City, IsAnotherForAnotherSeed) {
  EXPECT_NE(digest_of(submissions_of({300, 7, 1})), digest_of(submissions_of({300, 8, 1})));
}

TEST(City, GoesOnWithMoreYearsWhereItEndedWithFewer) {
  const auto one = submissions_of({250, 3, 1});
  auto three = submissions_of({250, 3, 3});
  ASSERT_GT(three.size(), one.size());
  three.resize(one.size());
  EXPECT_EQ(digest_of(three), digest_of(one));
}

TEST(City, GivesTenYears) {
  const auto submissions = submissions_of({100, 1, city_years_max});
  EXPECT_NE(submissions.back().key.find("/2030/"), std::string::npos);
  EXPECT_GT(events_of(submissions), 7'000U);
}

TEST(City, NamesNobodyReal) {
  const auto today = ledger::parse_date("2022-01-01").value();
  std::set<std::string> registered;
  std::uint64_t rare = 0;
  for (const auto& submission : submissions_of({2'000, 11, 1}))
    for (const auto& event : submission.events)
      for (const auto& [field, person] : event.persons) {
        const auto& identity = std::get<ledger::IdentityNumber>(person.who);
        EXPECT_TRUE(identity.number.starts_with("330199"));
        const auto parsed = ledger::parse_identity_number(identity.type, identity.number, today);
        ASSERT_TRUE(parsed.has_value()) << parsed.error().en;
        EXPECT_EQ(*parsed, identity);
        if (event.draft.type != EventType::person_registered) {
          EXPECT_TRUE(registered.contains(identity.number)) << "named before being registered";
          continue;
        }
        EXPECT_TRUE(registered.insert(identity.number).second) << "two persons with one number";
        EXPECT_EQ(ledger::birth_date_in(identity), person.birth_date);
        EXPECT_TRUE(ledger::accept_name(person.name).has_value());
        rare += person.name.find('\xf0') != std::string::npos;
      }
  EXPECT_GT(registered.size(), 4'000U);
  EXPECT_GT(rare, 20U) << "characters outside the first plane are wanted too";
}

TEST(City, HasAsManyEventsAsItSays) {
  const CityPlan plan{5'000, 5, 3};
  const auto submissions = submissions_of(plan);
  const auto events = static_cast<double>(events_of(submissions));
  EXPECT_NEAR(events, static_cast<double>(City(plan).events_estimate()), events / 10);
  for (const auto& submission : submissions)
    EXPECT_LE(submission.events.size(), city_submission_events_max);
  EXPECT_EQ(City(plan).units(), counts_of(submissions)[EventType::unit_recorded]);
}

TEST(City, HasAFewOfEverything) {
  const auto submissions = submissions_of({3'000, 2, 2});
  const auto counts = counts_of(submissions);
  for (const auto type : {EventType::unit_recorded,
                          EventType::person_registered,
                          EventType::employment_recorded,
                          EventType::kinship_recorded,
                          EventType::person_status_recorded,
                          EventType::legacy_membership_recorded,
                          EventType::legacy_premium_collected,
                          EventType::legacy_member_converted,
                          EventType::enrollment_registered,
                          EventType::enrollment_ended,
                          EventType::binding_registered,
                          EventType::binding_ended,
                          EventType::payment_notice_issued,
                          EventType::premium_paid,
                          EventType::payment_reversed,
                          EventType::receipt_issued,
                          EventType::debit_agreement_recorded,
                          EventType::medical_settlement_recorded,
                          EventType::annual_settlement_received,
                          EventType::subsidy_reimbursed,
                          EventType::reimbursement_reversed,
                          EventType::exam_taken,
                          EventType::account_transferred,
                          EventType::channel_fund_allocated,
                          EventType::fiscal_top_up_granted,
                          EventType::surplus_recovered,
                          EventType::event_voided})
    EXPECT_TRUE(counts.contains(type)) << ledger::type_info(type).name;
  std::set<ledger::CorrectionCause> causes;
  std::uint64_t corrections = 0;
  for (const auto& submission : submissions)
    for (const auto& event : submission.events)
      if (event.correction) {
        causes.insert(event.correction->cause);
        ++corrections;
      }
  EXPECT_GE(causes.size(), 6U);
  const auto events = events_of(submissions);
  EXPECT_GT(corrections, events * 3 / 1'000);
  EXPECT_LT(corrections, events * 7 / 1'000);
}

TEST(City, LeavesOutCorrectionsOfWhatWasNotReported) {
  City city({1'000, 2, 1});
  while (const auto submission = city.next())
    for (const auto& event : submission->events) EXPECT_FALSE(event.correction.has_value());
}

TEST(City, MayBeVerySmall) {
  for (std::uint64_t children = 1; children < 8; ++children) {
    const auto submissions = submissions_of({children, 1, 1});
    EXPECT_GT(counts_of(submissions)[EventType::person_registered], children);
  }
}

/// A ledger with the pack that declares the codes of the city.
class CityLedger : public testing::Test {
 protected:
  CityLedger() {
    ledger::LedgerOptions options;
    options.directory = directory_.path() / "city";
    options.clock = [] { return ledger::RecordedAt{1'650'000'000'000'000}; };
    archive_ = projections::Archive::create(options, "city.invalid", {330100}, random_).value();
    const auto* pack = projections::find_builtin_pack("hangzhou-2021");
    EXPECT_NE(pack, nullptr);
    EXPECT_TRUE(archive_->adopt(pack->text).value().receipt.has_value());
  }

  /// Hands all of it in; the number of events that were recorded now.
  std::uint64_t generate(const CityPlan& plan) {
    City city(plan);
    std::uint64_t events = 0;
    while (const auto submission = city.next()) {
      const auto outcome = archive_->submit(*submission).value();
      for (const auto& refusal : outcome.refusals)
        ADD_FAILURE() << submission->key << " row " << refusal.row << " " << refusal.field << ": "
                      << refusal.reason.code << " " << refusal.reason.en;
      if (!outcome.receipt) return events;
      EXPECT_EQ(outcome.receipt->count, submission->events.size());
      if (!outcome.receipt->already) events += outcome.receipt->count;
      city.recorded(*outcome.receipt);
    }
    return events;
  }

  TestDirectory directory_;
  ledger::SeededRandom random_{20210101};
  std::unique_ptr<projections::Archive> archive_;
};

TEST_F(CityLedger, AcceptsEverySubmission) {
  const auto before = archive_->ledger().durable().size.value;
  const auto events = generate({200, 1, 2});
  const auto head = archive_->ledger().durable();
  EXPECT_GT(events, 4'000U);
  EXPECT_EQ(head.size.value, before + events);
  const auto verified = ledger::verify(archive_->ledger().journal(), head, {}).value();
  EXPECT_FALSE(verified.damage.has_value());

  std::uint64_t corrections = 0;
  for (ledger::Sequence at{before}; at.value < head.size.value; ++at.value) {
    const auto located = archive_->ledger().journal().locate(at).value();
    const auto event = ledger::EventView::read(located.event(at)).value();
    if (!event.has_correction()) continue;
    ++corrections;
    const auto replaced = event.correction()->replaces;
    const auto target = archive_->ledger().journal().locate(replaced).value();
    const auto original = ledger::EventView::read(target.event(replaced)).value();
    EXPECT_EQ(original.envelope().fact, event.envelope().fact);
    // A correction says something else about the same child.
    if (event.type() == EventType::event_voided) continue;
    EXPECT_EQ(original.person(Field::person), event.person(Field::person));
    auto written = event.draft();
    auto was = original.draft();
    written.envelope = was.envelope;
    EXPECT_TRUE(written.fields != was.fields ||
                event.envelope().valid_on != original.envelope().valid_on);
  }
  EXPECT_GT(corrections, 10U);
}

TEST_F(CityLedger, RecordsNothingTwiceAndCanBeGivenMoreYears) {
  const auto first = generate({60, 4, 1});
  EXPECT_GT(first, 500U);
  EXPECT_EQ(generate({60, 4, 1}), 0U);
  EXPECT_GT(generate({60, 4, 2}), 100U);
}

TEST(Generate, FillsASimulatedLedgerAndSaysWithWhat) {
  const Shell shell;
  ASSERT_EQ(shell.run({"init", "city", "--origin", "city.invalid", "--pack", "hangzhou-2021"}).exit,
            0);
  const std::vector<std::string> words{"generate", "city",   "--persons", "50", "--seed",
                                       "9",        "--json", "--years",   "2"};
  const auto ran = shell.run(words);
  ASSERT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(ran.err, "") << "progress is for terminals";
  const auto summary = object_of(ran.out);
  const auto events = number(summary, "events");
  EXPECT_EQ(number(summary, "children"), 50U);
  EXPECT_EQ(number(summary, "units"), units_per_group);
  EXPECT_GT(number(summary, "persons"), 100U);
  EXPECT_GT(events, 1'000U);
  EXPECT_GT(number(summary, "treeSize"), events);
  EXPECT_EQ(number(summary, "recordedBefore"), 0U);
  const auto again = object_of(shell.run(words).out);
  EXPECT_EQ(number(again, "recordedBefore"), events);
  EXPECT_EQ(text(again, "root"), text(summary, "root"));
  EXPECT_EQ(shell.run({"verify", "city"}).exit, 0);
}

TEST(Generate, RefusesALedgerThatIsNotSimulated) {
  const Shell shell;
  ASSERT_EQ(
      shell.run({"init", "real", "--origin", "kinledger.example", "--pack", "hangzhou-2021"}).exit,
      0);
  const auto ran = shell.run({"generate", "real", "--persons", "10"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_NE(ran.err.find("LEDGER_NOT_SIMULATED"), std::string::npos);
}

TEST(Generate, RefusesASecondCityInOneLedger) {
  const Shell shell;
  ASSERT_EQ(shell.run({"init", "city", "--origin", "city.invalid", "--pack", "hangzhou-2021"}).exit,
            0);
  ASSERT_EQ(shell.run({"generate", "city", "--persons", "10"}).exit, 0);
  const auto ran = shell.run({"generate", "city", "--persons", "12"});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_NE(ran.err.find("PERSON_ALREADY_REGISTERED"), std::string::npos);
}

TEST(Generate, RefusesNumbersThatAreNone) {
  const Shell shell;
  for (const auto* persons : {"0", "-5", "many", "1500001", "99999999999"})
    EXPECT_EQ(shell.run({"generate", "city", "--persons", persons}).exit, 2) << persons;
  EXPECT_EQ(shell.run({"generate", "city", "--persons", "10", "--years", "11"}).exit, 2);
  EXPECT_EQ(shell.run({"generate", "city"}).exit, 2);
}

}  // namespace
}  // namespace kinledger::tools
