#include "projections/projector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "tests/ledger/ledger_fixture.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Field;
using ledger::Sequence;
using ledger::SubmittedEvent;
using ledger::TreeSize;

const std::string board_code = "3301-0001";
const std::string hospital = "3301-0002";
const auto enrolled_child = ledger::resident("20120301", 101);
const auto enrolled_sibling = ledger::resident("20140511", 102);
const auto binding_parent = ledger::resident("19850607", 103);

/// A refusal by an outside system: of a unit, and of a person where there was one.
SubmittedEvent rejected(const std::string& unit, const ledger::IdentityNumber* whom = nullptr) {
  auto out = ledger::event(EventType::command_rejected, "2021-03-01");
  out.units.emplace_back(Field::unit, unit);
  if (whom != nullptr) out.persons.emplace_back(Field::person, ledger::person(*whom));
  out.draft.set(Field::attempted, "BindingRegistered");
  out.draft.set(Field::cause, "window_closed");
  return out;
}

SubmittedEvent bound(const ledger::IdentityNumber& whom, const std::string& unit) {
  auto out = ledger::event(EventType::binding_registered, "2021-05-10");
  out.persons.emplace_back(Field::person, ledger::person(whom));
  out.persons.emplace_back(Field::parent, ledger::person(binding_parent));
  out.units.emplace_back(Field::unit, unit);
  return out;
}

SubmittedEvent paid(const ledger::IdentityNumber& whom, ledger::Year year) {
  auto out = ledger::premium_paid(whom, "2021-03-30", ledger::Fen{25'000});
  std::erase_if(out.draft.fields,
                [](const auto& field) { return field.first == Field::insurance_year; });
  out.draft.set(Field::insurance_year, year);
  return out;
}

SubmittedEvent correcting(Sequence replaced, SubmittedEvent restated) {
  restated.correction = ledger::CorrectionRequest{replaced,
                                                  ledger::CorrectionCause::transcription_error,
                                                  ledger::CorrectionAuthority::agency,
                                                  {}};
  return restated;
}

SubmittedEvent voiding(Sequence replaced) {
  SubmittedEvent out;
  out.draft.type = EventType::event_voided;
  return correcting(replaced, std::move(out));
}

std::vector<std::uint64_t> sequences(const Dossier& dossier) {
  std::vector<std::uint64_t> out;
  for (const auto& fact : dossier.facts()) out.push_back(fact.sequence.value);
  std::ranges::sort(out);
  return out;
}

class ProjectorTest : public ledger::LedgerTest {
 protected:
  void SetUp() override {
    create();
    open_projections();
  }

  void open_projections() {
    projector_.reset();
    projector_ =
        Projector::open(directory_.path() / "ledger/projections", ledger_->journal()).value();
  }

  /// Records one event, projects it, and gives its sequence.
  Sequence record(SubmittedEvent event) {
    const auto receipt =
        recorded("submission " + std::to_string(submissions_++), {std::move(event)}, true);
    EXPECT_TRUE(projector_->catch_up());
    return {receipt.head.size.value - 1};
  }

  std::vector<std::uint64_t> facts(const Subject& subject, Extent extent = Extent::whole,
                                   std::optional<TreeSize> basis = {}) const {
    return sequences(
        projector_->load(subject, basis.value_or(projector_->position()), extent).value());
  }
  std::vector<std::uint64_t> of_unit(const std::string& number, Extent extent,
                                     std::optional<TreeSize> basis = {}) const {
    return facts(Subject::of(ledger::unit_id(number)), extent, basis);
  }

  /// What every subject's facts are at every basis.
  using Everything = std::map<std::pair<Subject, std::uint64_t>, std::vector<std::uint64_t>>;
  Everything everything() const {
    Everything out;
    for (std::uint64_t basis = 1; basis <= projector_->position().value; ++basis)
      for (const auto kind : {Subject::Kind::region, Subject::Kind::person, Subject::Kind::unit}) {
        EXPECT_TRUE(projector_->subjects(kind, {basis}, [&](const Subject& subject) {
          out[{subject, basis}] = facts(subject, Extent::whole, TreeSize{basis});
          return true;
        }));
      }
    return out;
  }

  std::unique_ptr<Projector> projector_;
  int submissions_ = 0;
};

using Sequences = std::vector<std::uint64_t>;

TEST_F(ProjectorTest, ThreadsReadSharesThatTogetherAreEverySubjectAndItsDossier) {
  for (int i = 0; i < 100; ++i) record(ledger::unit_recorded("U" + std::to_string(i)));
  record(ledger::unit_recorded(board_code));
  record(bound(enrolled_child, board_code));
  const TreeSize basis{projector_->position().value - 1};
  for (const auto kind : {Subject::Kind::person, Subject::Kind::unit}) {
    std::array<std::vector<std::pair<Subject, Sequences>>, subject_shares> shares;
    std::vector<std::jthread> threads;
    for (unsigned share = 0; share < subject_shares; ++share)
      threads.emplace_back([&, share] {
        EXPECT_TRUE(projector_->dossiers(kind, share, basis,
                                         [&](const Subject& subject, const Dossier& dossier) {
                                           shares[share].emplace_back(subject, sequences(dossier));
                                         }));
      });
    threads.clear();
    std::vector<std::pair<Subject, Sequences>> expected, found;
    EXPECT_TRUE(projector_->subjects(kind, basis, [&](const Subject& subject) {
      expected.emplace_back(subject, facts(subject, Extent::whole, basis));
      return true;
    }));
    for (auto& share : shares) found.insert(found.end(), share.begin(), share.end());
    EXPECT_EQ(found, expected);
    EXPECT_FALSE(found.empty());
  }
}

TEST_F(ProjectorTest, PassesOverWhomNoEventOfATypeNames) {
  for (int i = 0; i < 150; ++i) record(ledger::unit_recorded("U" + std::to_string(i)));
  record(ledger::unit_recorded(board_code));
  record(bound(enrolled_child, board_code));
  const auto units_named_by = [&](ledger::EventType type, TreeSize basis) {
    std::vector<std::pair<Subject, Sequences>> found;
    for (unsigned share = 0; share < subject_shares; ++share)
      EXPECT_TRUE(projector_->dossiers({Subject::Kind::unit, type}, share, basis,
                                       [&](const Subject& subject, const Dossier& dossier) {
                                         found.emplace_back(subject, sequences(dossier));
                                       }));
    return found;
  };
  const auto now = projector_->position();
  const auto unit = Subject::of(ledger::unit_id(board_code));
  const std::vector<std::pair<Subject, Sequences>> bound_one{
      {unit, facts(unit, Extent::whole, now)}};
  EXPECT_EQ(units_named_by(ledger::EventType::binding_registered, now), bound_one);
  EXPECT_TRUE(units_named_by(ledger::EventType::binding_registered, {now.value - 1}).empty())
      << "it was not known then";
  EXPECT_EQ(units_named_by(ledger::EventType::unit_recorded, now).size(), 151U);
}

TEST_F(ProjectorTest, LoadsWhatIsRecordedOfTheUnitItselfApartFromItsChildren) {
  const auto unit = record(ledger::unit_recorded(board_code));
  const auto binding = record(bound(enrolled_child, board_code));
  const auto refusal = record(rejected(board_code));
  EXPECT_EQ(of_unit(board_code, Extent::unit_itself), (Sequences{unit.value, refusal.value}));
  EXPECT_EQ(of_unit(board_code, Extent::whole),
            (Sequences{unit.value, binding.value, refusal.value}));
}

TEST_F(ProjectorTest, TakesAFactFromTheUnitItselfWhenACorrectionNamesAPerson) {
  const auto unit = record(ledger::unit_recorded(board_code));
  const auto refusal = record(rejected(board_code));
  const auto named = record(correcting(refusal, rejected(board_code, &enrolled_child)));
  EXPECT_EQ(of_unit(board_code, Extent::unit_itself), (Sequences{unit.value}));
  EXPECT_EQ(of_unit(board_code, Extent::whole), (Sequences{unit.value, named.value}));
  const auto nameless = record(correcting(named, rejected(board_code)));
  EXPECT_EQ(of_unit(board_code, Extent::unit_itself), (Sequences{unit.value, nameless.value}));
  const auto as_known_then = [&](Sequence basis) {
    return of_unit(board_code, Extent::unit_itself, TreeSize{basis.value});
  };
  EXPECT_EQ(as_known_then(named), (Sequences{unit.value, refusal.value}));
  EXPECT_EQ(as_known_then(nameless), (Sequences{unit.value}));
  record(voiding(nameless));
  EXPECT_EQ(of_unit(board_code, Extent::unit_itself), (Sequences{unit.value}));
  EXPECT_EQ(of_unit(board_code, Extent::whole), (Sequences{unit.value}));
}

TEST_F(ProjectorTest, GivesAFactToTheUnitThatACorrectionNames) {
  const auto one = record(ledger::unit_recorded(board_code));
  const auto other = record(ledger::unit_recorded(hospital));
  const auto refusal = record(rejected(board_code));
  const auto moved = record(correcting(refusal, rejected(hospital)));
  EXPECT_EQ(of_unit(board_code, Extent::unit_itself), (Sequences{one.value}));
  EXPECT_EQ(of_unit(hospital, Extent::unit_itself), (Sequences{other.value, moved.value}));
  EXPECT_EQ(of_unit(board_code, Extent::unit_itself, TreeSize{moved.value}),
            (Sequences{one.value, refusal.value}));
}

TEST_F(ProjectorTest, RebuildsWhatItProjectedOneByOneThroughCorrections) {
  record(ledger::unit_recorded(board_code));
  record(ledger::unit_recorded(hospital));
  auto binding = record(bound(enrolled_child, board_code));
  auto payment = record(paid(enrolled_child, ledger::Year{2021}));
  auto refusal = record(rejected(board_code));
  binding = record(correcting(binding, bound(enrolled_sibling, hospital)));
  payment = record(correcting(payment, paid(enrolled_child, ledger::Year{2022})));
  refusal = record(correcting(refusal, rejected(hospital, &enrolled_child)));
  binding = record(correcting(binding, bound(enrolled_child, hospital)));
  payment = record(correcting(payment, paid(enrolled_sibling, ledger::Year{2021})));
  refusal = record(correcting(refusal, rejected(board_code)));
  record(voiding(binding));
  const auto known = everything();
  const auto digest = projector_->digest().value();

  ASSERT_TRUE(projector_->rebuild(nullptr));
  EXPECT_EQ(projector_->digest().value(), digest);
  EXPECT_EQ(everything(), known);

  open_projections();
  EXPECT_EQ(projector_->digest().value(), digest);
  record(voiding(payment));
  for (const auto& [asked, answer] : known)
    EXPECT_EQ(facts(asked.first, Extent::whole, TreeSize{asked.second}), answer);
}

TEST_F(ProjectorTest, ProjectsMuchAtOnceAsItDoesInParts) {
  record(ledger::unit_recorded(board_code));
  const auto parts = Projector::open(directory_.path() / "parts", ledger_->journal()).value();
  constexpr int lists = 2, refusals = 60'000;
  for (int list = 0; list < lists; ++list) {
    std::vector<SubmittedEvent> events;
    for (int i = 0; i < refusals; ++i) {
      events.push_back(rejected(board_code));
      events.back().draft.set(Field::rule, "R-" + std::to_string(list * refusals + i));
    }
    recorded("list " + std::to_string(list), std::move(events));
    ASSERT_TRUE(parts->catch_up());
  }
  ASSERT_TRUE(projector_->catch_up());
  EXPECT_EQ(projector_->position(), ledger_->durable().size);
  EXPECT_EQ(projector_->digest().value(), parts->digest().value());
  EXPECT_EQ(of_unit(board_code, Extent::unit_itself).size(), std::size_t{lists * refusals + 1});
}

TEST_F(ProjectorTest, ListsEverySubjectOnce) {
  constexpr std::size_t units = 2'500;
  std::vector<SubmittedEvent> events;
  for (std::size_t i = 0; i < units; ++i)
    events.push_back(ledger::unit_recorded("U-" + std::to_string(i)));
  recorded("units", std::move(events));
  ASSERT_TRUE(projector_->catch_up());
  std::vector<Subject> listed;
  const auto list = [&](std::size_t at_most) {
    listed.clear();
    EXPECT_TRUE(
        projector_->subjects(Subject::Kind::unit, projector_->position(), [&](const Subject& one) {
          listed.push_back(one);
          return listed.size() < at_most;
        }));
  };
  list(units + 1);
  EXPECT_EQ(listed.size(), units);
  EXPECT_TRUE(std::ranges::is_sorted(listed));
  EXPECT_TRUE(std::ranges::adjacent_find(listed) == listed.end());
  list(1'500);
  EXPECT_EQ(listed.size(), 1'500u);
}

TEST_F(ProjectorTest, ThreadsLoadWhileARebuildPutsItsRowsInPlace) {
  const auto unit = record(ledger::unit_recorded(board_code));
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done)
      EXPECT_EQ(of_unit(board_code, Extent::unit_itself, TreeSize{unit.value + 1}),
                (Sequences{unit.value}));
  });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(projector_->rebuild(nullptr));
  done = true;
  reader.join();
}

TEST_F(ProjectorTest, KeepsTheRowsWhenARebuildIsCancelled) {
  record(ledger::unit_recorded(board_code));
  const auto digest = projector_->digest().value();
  const auto rebuilt = projector_->rebuild([](auto, auto) { return false; });
  ASSERT_FALSE(rebuilt);
  EXPECT_EQ(rebuilt.error().failure, ledger::Failure::unavailable);
  EXPECT_EQ(projector_->digest().value(), digest);
}

TEST_F(ProjectorTest, RefusesABasisThatItHasNotReached) {
  const auto ahead = TreeSize{projector_->position().value + 1};
  EXPECT_EQ(projector_->load(Subject::region(), ahead).error().failure, ledger::Failure::invalid);
}

}  // namespace
}  // namespace kinledger::projections
