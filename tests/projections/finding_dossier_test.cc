// What a finding's dossier is made of: the record that opened it, the steps up to a date, and the
// records that the steps put right.
#include "projections/checks/finding_dossier.h"

#include <algorithm>

#include "projections/judgments/people.h"
#include "tests/projections/reports_fixture.h"

namespace kinledger::projections {
namespace {

using ledger::Sequence;
using ledger::TreeSize;

/// The fixture has opened A-1, which names no unit.
class FindingDossiers : public ReportsTest {
 protected:
  TreeSize size() const { return archive_->ledger().durable().size; }

  static ledger::SubmittedEvent opened(std::string_view on) {
    auto event = of_unit(EventType::finding_opened, on, "330199001");
    event.draft.set(Field::finding, std::string_view("A-2"));
    event.draft.set(Field::check, std::string_view("CHK-07"));
    return event;
  }
  static ledger::SubmittedEvent step_of_unit(std::string_view on) {
    auto event = of_unit(EventType::rectification_step_recorded, on, "330199001");
    event.draft.set(Field::finding, std::string_view("A-1"));
    event.draft.set(Field::action, std::string_view("other"));
    return event;
  }

  Answer findings(std::string_view number) {
    Arguments arguments;
    arguments.on = ledger::date("2022-06-30");
    arguments.named.emplace_back("finding", number);
    return archive_->ask(*find_question("findings"), arguments, size()).value().value();
  }
  static const Row& first_row(const Answer& answer, std::string_view field) {
    return std::get<std::vector<Row>>(answer.find(field)->value.held).at(0);
  }
  static const Value& cell(const Answer& answer, std::string_view field, std::string_view name) {
    const auto columns = answer.find(field)->heading->columns;
    const auto at = std::ranges::find(columns, name, &Heading::name);
    return first_row(answer, field).at(static_cast<std::size_t>(at - columns.begin()));
  }
  /// The only one; it names no unit.
  static const Fact& payment_in(Knowledge& knowledge) {
    for (const auto& person : people_of(knowledge.unit(ledger::unit_id("330199001")))) {
      const auto payments = knowledge.person(person).of(EventType::premium_paid);
      if (!payments.empty()) return payments.front();
    }
    throw std::logic_error("no payment");
  }
  std::size_t parts_of_dossier(std::string_view on) {
    DossierRequest request{"A-1", ledger::date(on), size()};
    request.linked = find_for_dossier(*archive_, request).value().value();
    const auto subjects = find_dossier_subjects(*archive_, request).value().value();
    const auto made = make_dossier(*archive_, request, subjects).value().value();
    return static_cast<std::size_t>(std::ranges::count(made, '\n'));
  }
};

TEST_F(FindingDossiers, BeginAtTheRecordThatOpenedTheFindingAlsoWhereItWasCorrected) {
  const Sequence first{size().value};
  hand_in({opened("2022-03-01")});
  auto corrected = opened("2022-03-02");
  corrected.correction = ledger::correction_of(first);
  hand_in({corrected});
  const auto view = archive_->view(size()).value();
  auto asking = archive_->asking(view);
  const auto linked = linked_checks(asking, {"A-2"}).value().at("A-2");
  EXPECT_EQ(linked.opened, first);
  EXPECT_EQ(linked.opened_on, ledger::date("2022-03-02"));
  EXPECT_EQ(std::get<Sequence>(cell(findings("A-2"), "findings", "record").held), first);
}

TEST_F(FindingDossiers, HaveTheUnitsThatTookStepsByTheDate) {
  hand_in({step_of_unit("2022-05-01")});
  EXPECT_EQ(parts_of_dossier("2022-04-30"), 1U);
  EXPECT_EQ(parts_of_dossier("2022-05-01"), 2U);
}

TEST_F(FindingDossiers, HaveTheRecordsThatAStepOfAUnitPutRightWhereTheFindingNamesNone) {
  ledger::FactId paid{};
  Sequence recorded{};
  {
    const auto view = archive_->view(size()).value();
    auto asking = archive_->asking(view);
    const auto& payment = payment_in(asking.knowledge);
    paid = payment.event.envelope().fact;
    recorded = payment.sequence;
  }
  auto step = step_of_unit("2022-05-01");
  step.draft.set(Field::corrected, paid);
  hand_in({step});
  EXPECT_EQ(std::get<std::vector<Sequence>>(cell(findings("A-1"), "steps", "corrected").held),
            std::vector{recorded});
}

}  // namespace
}  // namespace kinledger::projections
