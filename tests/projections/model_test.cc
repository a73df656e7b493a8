// Random histories with corrections, voids and late records: coverage, reimbursements, balances,
// checks and differences agree with the reference model, at every basis, also when they are asked
// again after later records, after reopening and after a rebuild.
//
// KINLEDGER_TRIALS says how many histories, KINLEDGER_SEED which; RC_PARAMS takes what RapidCheck
// says to reproduce a failure.
#include <gtest/gtest.h>
// rapidcheck after gtest: both define FAIL.
#include <rapidcheck.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "projections/difference/difference.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/projections/reference_model.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;

constexpr int children = 3;
constexpr const char* unit_number = "330199001";

ledger::Date civil(Day day) {
  const std::chrono::year_month_day date(day);
  char text[11];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return ledger::date(text);
}

/// What happens next; the numbers are taken modulo what there is.
struct Step {
  int action = 0;
  int child = 0;
  int day = 0;
  int amount = 0;
  int target = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{" << step.action << "," << step.child << "," << step.day << "," << step.amount
             << "," << step.target << "}";
}

/// Days of 2021, from 0; every other one is next to a boundary: the deadline, and the day from
/// which the wait runs past the year.
rc::Gen<int> days() {
  return rc::gen::oneOf(rc::gen::inRange(0, 365),
                        rc::gen::element(88, 89, 90, 91, 180, 181, 182, 364));
}

rc::Gen<std::vector<Step>> steps() {
  const auto one = rc::gen::build<Step>(rc::gen::set(&Step::action, rc::gen::inRange(0, 9)),
                                        rc::gen::set(&Step::child, rc::gen::inRange(0, children)),
                                        rc::gen::set(&Step::day, days()),
                                        rc::gen::set(&Step::amount, rc::gen::inRange(0, 5)),
                                        rc::gen::set(&Step::target, rc::gen::inRange(0, 50)));
  return rc::gen::container<std::vector<Step>>(one);
}

/// A question and what it was answered, to be asked again.
struct Asked {
  int child = 0;
  Day on;
  std::uint64_t basis = 0;
};

/// A ledger and the model, kept side by side.
class History {
 public:
  History() {
    options_.directory = directory_.path() / "ledger";
    archive_ = Archive::create(options_, "model.kinledger.invalid", {330100}, random_).value();
    RC_ASSERT(archive_->adopt(find_builtin_pack("hangzhou-2021")->text)->receipt.has_value());
    begin();
  }

  void take(const Step& step) {
    switch (step.action) {
      case 0:
      case 1:
      case 2:
        return add({Act::Kind::premium, step.child,
                    day_of(2021, 1, 1) + std::chrono::days(step.day), premiums[step.amount]});
      case 3:
        if (settled_[step.child]) return;
        settled_[step.child] = true;
        return add({Act::Kind::settlement, step.child, day_of(2022, 2, 1), 100'00 * step.amount});
      case 4:
        return add({Act::Kind::reimbursement, step.child,
                    day_of(2022, 3, 1) + std::chrono::days(step.day % 300),
                    50'00 + 70'00 * step.amount});
      case 5:
        return add({Act::Kind::allocation, 0, day_of(2022, 1, 10), 100'00 * (1 + step.amount)});
      case 6:
      case 7:
        return correct(step);
      default:
        return void_one(step);
    }
  }

  void compare(const Asked& asked) {
    compare_status(asked);
    compare_reimbursement(asked);
    compare_balance(asked.basis);
    compare_checks(asked);
  }

  /// Status changes that the difference tells are those of the model, no more and no less.
  void compare_difference(std::uint64_t from, std::uint64_t to, Day on) {
    const auto left = Side::of(*archive_, {from}, civil(on)).value();
    const auto right = Side::of(*archive_, {to}, civil(on)).value();
    const auto difference = difference_between(*archive_, left, right, {}).value();
    for (int child = 0; child < children; ++child) {
      std::optional<std::pair<std::string, std::string>> told;
      for (const auto& change : difference.changes)
        if (change.field->name == "status" && change.subject == Subject::of(ids_[child]))
          told = {std::get<Word>(change.from.held).code, std::get<Word>(change.to.held).code};
      const auto before = model_.status(child, on, from);
      const auto after = model_.status(child, on, to);
      RC_ASSERT(told.has_value() == (before != after));
      if (told) RC_ASSERT(*told == std::pair(before, after));
    }
    for (const auto& total : difference.totals)
      RC_ASSERT(total.from.value + total.effect.value == total.to.value);
  }

  void reopen_rebuilt() {
    archive_.reset();
    archive_ = Archive::open(options_, random_).value();
    RC_ASSERT(archive_->projector().rebuild(nullptr).has_value());
  }

  std::uint64_t size() const { return archive_->ledger().durable().size.value; }
  std::uint64_t begun_at() const { return begun_at_; }

 private:
  static constexpr std::int64_t premiums[] = {100'00, 150'00, 249'99, 250'00, 400'00};

  static ledger::IdentityNumber number_of(int child) {
    return ledger::resident("20120615", 100 + child);
  }

  /// Three children in the legacy pooling with a parent at one unit, local and at school.
  void begin() {
    auto unit = ledger::event(EventType::unit_recorded, "2020-01-01");
    unit.units.emplace_back(Field::unit, ledger::UnitReference(std::string(unit_number)));
    unit.draft.set(Field::unit_number, unit_number);
    unit.draft.set(Field::unit_type, "administrativeOrgan");
    unit.draft.set(Field::fiscal_level, "municipal");
    unit.draft.set(Field::full_guarantee, static_cast<std::int64_t>(ledger::YesNo::yes));
    unit.draft.set(Field::area, ledger::Area{330106});
    submit({std::move(unit)});
    submit({ledger::person_registered(ledger::resident("19850401", 11), "家长")});
    for (int child = 0; child < children; ++child) {
      const auto first = submit({ledger::person_registered(number_of(child), "孩子")});
      ids_[child] = read(first).person(Field::person).value();
      submit({state(child, "hukou", {}), state(child, "school", "primary"), membership(child)});
    }
    add({Act::Kind::allocation, 0, day_of(2022, 1, 10), 1'000'00});
    begun_at_ = size();
  }

  static ledger::SubmittedEvent about(EventType type, std::string_view on, int child) {
    auto event = ledger::event(type, on);
    event.persons.emplace_back(Field::person, ledger::person(number_of(child)));
    return event;
  }
  static ledger::SubmittedEvent state(int child, std::string_view kind, std::string_view value) {
    auto event = about(EventType::person_status_recorded, "2020-09-01", child);
    event.draft.set(Field::kind, kind);
    if (!value.empty()) event.draft.set(Field::value, value);
    event.draft.set(Field::area, ledger::Area{330106});
    return event;
  }
  static ledger::SubmittedEvent membership(int child) {
    auto event = about(EventType::legacy_membership_recorded, "2018-09-01", child);
    event.persons.emplace_back(Field::parent, ledger::person(ledger::resident("19850401", 11)));
    event.units.emplace_back(Field::unit, ledger::UnitReference(std::string(unit_number)));
    event.draft.set(Field::fiscal_level, "municipal");
    event.draft.set(Field::until, ledger::date("2021-01-01"));
    return event;
  }

  static ledger::SubmittedEvent event_of(const Act& act) {
    const auto on = ledger::to_text(civil(act.on));
    if (act.kind == Act::Kind::premium) {
      auto event = about(EventType::premium_paid, on, act.child);
      event.draft.set(Field::scheme, "children");
      event.draft.set(Field::insurance_year, ledger::Year{2021});
      event.draft.set(Field::amount, Fen{act.fen});
      return event;
    }
    const auto type = act.kind == Act::Kind::settlement      ? EventType::annual_settlement_received
                      : act.kind == Act::Kind::reimbursement ? EventType::subsidy_reimbursed
                                                             : EventType::channel_fund_allocated;
    auto event =
        act.kind == Act::Kind::allocation ? ledger::event(type, on) : about(type, on, act.child);
    event.units.emplace_back(Field::unit, ledger::UnitReference(std::string(unit_number)));
    if (act.kind == Act::Kind::settlement) {
      event.draft.set(Field::settlement_year, ledger::Year{2021});
      event.draft.set(Field::subsidy_eligible_amount, Fen{act.fen});
      return event;
    }
    if (act.kind == Act::Kind::reimbursement)
      event.draft.set(Field::settlement_year, ledger::Year{2021});
    event.draft.set(Field::fund_year, ledger::Year{2022});
    event.draft.set(Field::amount, Fen{act.fen});
    return event;
  }

  ledger::Sequence submit(std::vector<ledger::SubmittedEvent> events) {
    ledger::Submission submission;
    submission.key = "k" + std::to_string(++keys_);
    submission.events = std::move(events);
    const auto outcome = archive_->submit(submission).value();
    RC_ASSERT(outcome.receipt.has_value());
    return outcome.receipt->first;
  }
  ledger::EventDraft draft(ledger::Sequence sequence) {
    const auto located = archive_->ledger().journal().locate(sequence).value();
    return ledger::EventView::read(located.event(sequence)).value().draft();
  }
  struct Read {
    ledger::EventDraft event;
    std::optional<ledger::PersonId> person(Field field) const {
      const auto* value = event.find(field);
      if (value == nullptr) return std::nullopt;
      return ledger::PersonId{std::get<std::array<std::uint8_t, 16>>(*value)};
    }
  };
  Read read(ledger::Sequence sequence) { return {draft(sequence)}; }

  void add(const Act& act) {
    const auto sequence = submit({event_of(act)}).value;
    model_.record({sequence, sequence, act});
    latest_.push_back({sequence, act});
  }
  void correct(const Step& step) {
    if (latest_.empty()) return;
    auto& [sequence, act] = latest_[static_cast<std::size_t>(step.target) % latest_.size()];
    act.fen = act.kind == Act::Kind::premium ? premiums[step.amount] : 60'00 + 90'00 * step.amount;
    if (act.kind == Act::Kind::premium) act.on = day_of(2021, 1, 1) + std::chrono::days(step.day);
    auto event = event_of(act);
    event.correction = ledger::correction_of({sequence});
    const auto by = submit({std::move(event)}).value;
    model_.record({by, sequence, act});
    sequence = by;
  }
  void void_one(const Step& step) {
    // The first allocation stays: without any the channel is what the rules expect it to be.
    if (latest_.size() < 2) return;
    const auto at = 1 + static_cast<std::size_t>(step.target) % (latest_.size() - 1);
    ledger::SubmittedEvent event;
    event.draft.type = EventType::event_voided;
    event.correction = ledger::correction_of({latest_[at].first});
    const auto by = submit({std::move(event)}).value;
    model_.record({by, latest_[at].first, std::nullopt});
    latest_.erase(latest_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  Answer ask(std::string_view question, Arguments arguments, std::uint64_t basis) {
    auto answer = archive_->ask(*find_question(question), arguments, {basis}).value();
    RC_ASSERT(answer.has_value());
    return std::move(*answer);
  }
  static std::string word(const Answer& answer, std::string_view field) {
    return std::get<Word>(answer.find(field)->value.held).code;
  }
  static std::int64_t money(const Answer& answer, std::string_view field) {
    return std::get<Fen>(answer.find(field)->value.held).value;
  }

  void compare_status(const Asked& asked) {
    Arguments arguments;
    arguments.on = civil(asked.on);
    arguments.person = ids_[asked.child];
    const auto answer = ask("status", arguments, asked.basis);
    RC_ASSERT(word(answer, "status") == model_.status(asked.child, asked.on, asked.basis));
    if (asked.on < day_of(2021, 1, 1)) return;
    const auto from = model_.covered_from(asked.child, asked.basis);
    const auto& told = answer.find("coveredFrom")->value.held;
    RC_ASSERT(std::holds_alternative<ledger::Date>(told) == from.has_value());
    if (from) RC_ASSERT(std::get<ledger::Date>(told) == civil(*from));
  }

  void compare_reimbursement(const Asked& asked) {
    Arguments arguments;
    arguments.on = ledger::date("2022-12-31");
    arguments.year = ledger::Year{2021};
    arguments.person = ids_[asked.child];
    const auto answer = ask("reimbursement", arguments, asked.basis);
    const auto eligible = model_.eligible(asked.child, asked.basis);
    const auto reimbursed = model_.reimbursed(asked.child, asked.basis);
    RC_ASSERT(money(answer, "reimbursed") == reimbursed);
    const auto& told = answer.find("eligibleAmount")->value.held;
    RC_ASSERT(std::holds_alternative<Fen>(told) == eligible.has_value());
    if (!eligible) return;
    RC_ASSERT(std::get<Fen>(told).value == *eligible);
    RC_ASSERT(money(answer, "reimbursable") == std::max<std::int64_t>(*eligible - reimbursed, 0));
    RC_ASSERT(money(answer, "excess") == std::max<std::int64_t>(reimbursed - *eligible, 0));
  }

  void compare_balance(std::uint64_t basis) {
    Arguments arguments;
    arguments.on = ledger::date("2022-12-31");
    arguments.year = ledger::Year{2022};
    arguments.unit = ledger::unit_id(unit_number);
    const auto answer = ask("balance", arguments, basis);
    const auto channel = model_.channel(basis);
    const auto used = model_.used(basis);
    RC_ASSERT(money(answer, "channel") == channel);
    RC_ASSERT(money(answer, "used") == used);
    RC_ASSERT(money(answer, "topUpNeeded") == std::max<std::int64_t>(used - channel, 0));
    RC_ASSERT(money(answer, "surplus") == std::max<std::int64_t>(channel - used, 0));
  }

  std::int64_t found(std::string_view check, const Arguments& arguments, std::uint64_t basis) {
    return std::get<std::int64_t>(ask(check, arguments, basis).find("found")->value.held);
  }

  void compare_checks(const Asked& asked) {
    const auto& [child, on, basis] = asked;
    Arguments of_child;
    of_child.on = civil(on);
    of_child.person = ids_[child];
    RC_ASSERT(found("CHK-07", of_child, basis) == (model_.is_overdue(child, on, basis) ? 1 : 0));

    of_child.on = ledger::date("2022-12-31");
    const auto reimbursed = model_.reimbursed(child, basis);
    const auto settlement = model_.settlement(child, basis);
    const bool without_the_subsidy = reimbursed > 0 && !model_.paid_on(child, basis);
    const int above = settlement && reimbursed > *settlement ? 1 : 0;
    const auto unsettled = settlement ? 0 : model_.reimbursements(child, basis);
    RC_ASSERT(found("CHK-17", of_child, basis) == (without_the_subsidy ? 1 : 0));
    RC_ASSERT(found("CHK-19", of_child, basis) == above);
    RC_ASSERT(found("CHK-20", of_child, basis) == above);
    RC_ASSERT(found("CHK-21", of_child, basis) == unsettled);

    Arguments of_unit;
    of_unit.on = ledger::date("2022-12-31");
    of_unit.unit = ledger::unit_id(unit_number);
    const bool is_left = model_.channel(basis) > model_.used(basis);
    RC_ASSERT(found("CHK-24", of_unit, basis) == 0);  // the year is not over
    of_unit.on = ledger::date("2023-01-01");
    RC_ASSERT(found("CHK-24", of_unit, basis) == (is_left ? 1 : 0));
  }

  TestDirectory directory_;
  ledger::SeededRandom random_{20210101};
  ledger::LedgerOptions options_;
  std::unique_ptr<Archive> archive_;
  ReferenceModel model_;
  ledger::PersonId ids_[children];
  bool settled_[children] = {};
  std::vector<std::pair<std::uint64_t, Act>> latest_;  ///< acts in force by their last version
  std::uint64_t begun_at_ = 0;
  int keys_ = 0;
};

Asked some_question(const History& history) {
  const auto span = static_cast<int>(history.size() - history.begun_at());
  return {*rc::gen::inRange(0, children),
          *rc::gen::inRange(0, 12) == 0 ? day_of(2020, 12, 31)
                                        : day_of(2021, 1, 1) + std::chrono::days(*days()),
          history.begun_at() + static_cast<std::uint64_t>(*rc::gen::inRange(0, span + 1))};
}

TEST(Model, AnswersChecksAndDifferencesAreThoseOfTheReferenceModel) {
  const char* trials = std::getenv("KINLEDGER_TRIALS");
  const char* seed = std::getenv("KINLEDGER_SEED");
  auto params = "max_size=30 max_success=" + std::string(trials == nullptr ? "25" : trials);
  if (seed != nullptr) params += " seed=" + std::string(seed);
  ::setenv("RC_PARAMS", params.c_str(), 0);
  std::size_t questions = 0;
  EXPECT_TRUE(rc::check([&questions] {
    History history;
    std::vector<Asked> asked;
    for (const auto& step : *steps()) {
      history.take(step);
      asked.push_back(some_question(history));
      history.compare(asked.back());
    }
    const auto one = some_question(history);
    const auto two = some_question(history);
    history.compare_difference(std::min(one.basis, two.basis), std::max(one.basis, two.basis),
                               one.on);
    history.reopen_rebuilt();
    for (const auto& again : asked) history.compare(again);
    questions += asked.size();
  }));
  std::cout << questions
            << " questions (person, date, basis), each asked ten ways, and again after "
            << "later records, reopening and a rebuild; for the seed see above\n";
}

}  // namespace
}  // namespace kinledger::projections
