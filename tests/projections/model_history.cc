#include "tests/projections/model_history.h"

#include "ledger/paths.h"
#include "ledger/vault_store.h"
#include "projections/builtin_packs.h"
#include "projections/difference/difference.h"
#include "tests/projections/model_events.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::SubmittedEvent;
using Kind = Act::Kind;

constexpr int registered_before = 1;
constexpr std::int64_t premium_amounts[] = {100'00, 150'00, 249'99, 250'00, 400'00};
const Terms versions[] = {{},
                          {day_of(2021, 4, 30), 250'00, 6},
                          {day_of(2021, 3, 31), 300'00, 6},
                          {day_of(2021, 3, 31), 250'00, 3},
                          {day_of(2021, 4, 30), 150'00, 4}};

/// The end of the year in which the settlement year 2021 is reimbursed.
const Day year_after = day_of(2022, 12, 31);

Day in_2021(const Happening& next) { return day_of(2021, 1, 1) + std::chrono::days(next.day); }

/// What is not of a day of its own: two of one day are no rarity.
Day first_of_month(const Happening& next) {
  return day_of(2021, static_cast<unsigned>(1 + next.day / 31), 1);
}

/// The latest announcement holds, and of two of one day the one that was recorded later.
Day first_of_half_year(const Happening& next) { return day_of(2021, next.day / 31 < 6 ? 1 : 7, 1); }

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  RC_ASSERT(at != std::string::npos);
  for (; at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// The pack with other terms, as its next version.
std::string pack_with(const Terms& terms, int version) {
  std::string text(find_builtin_pack("hangzhou-2021")->text);
  const auto yuan = [](std::int64_t fen) { return "\"" + std::to_string(fen / 100) + ".00\""; };
  replace_all(text, "\nversion = \"1\"", "\nversion = \"" + std::to_string(version) + "\"");
  replace_all(text, "2021-03-31", text_of(terms.deadline));
  replace_all(text, "2021-04-01", text_of(terms.deadline + std::chrono::days(1)));
  replace_all(text, "personal = \"250.00\"", "personal = " + yuan(terms.premium));
  replace_all(text, "full_months = 6", "full_months = " + std::to_string(terms.months));
  return text;
}

Arguments about(const ledger::PersonId& person, Day on) {
  Arguments arguments;
  arguments.on = civil(on);
  arguments.person = person;
  return arguments;
}

/// What a field of an answer holds; null where it holds something else, or nothing.
template <typename T>
const T* held(const Answer& answer, std::string_view field) {
  return std::get_if<T>(&answer.find(field)->value.held);
}

template <typename T>
T value(const Answer& answer, std::string_view field) {
  const auto* found = held<T>(answer, field);
  if (found == nullptr) RC_FAIL(std::string(field) + " is not told");
  return *found;
}

std::string word(const Answer& answer, std::string_view field) {
  return value<Word>(answer, field).code;
}

std::int64_t money(const Answer& answer, std::string_view field) {
  return value<Fen>(answer, field).value;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Happening& next) {
  return out << "{" << next.action << "," << next.child << "," << next.day << "," << next.amount
             << "," << next.target << "}";
}

/// Two units, two parents, and three children who are known from the beginning.
History::History() {
  options_.directory = directory_.path() / "ledger";
  archive_ = Archive::create(options_, "model.kinledger.invalid", {330100}, random_).value();
  RC_ASSERT(archive_->adopt(find_builtin_pack("hangzhou-2021")->text)->receipt.has_value());
  submit({unit_recorded(unit_in_scope)});
  submit({unit_recorded(unit_out_of_scope)});
  for (int parent = 0; parent < 2; ++parent)
    parents_.push_back(person_of(submit({parent_registered(parent)}).first));
  for (int child = 0; child < registered_before; ++child) register_child(child);
  add({.kind = Kind::allocation, .on = day_of(2022, 1, 10), .fen = 1'000'00});
  sizes_ = {sizes_.back()};
}

void History::take(const Happening& next) {
  const auto child = next.child % static_cast<int>(children_.size());
  switch (next.action) {
    case 0:
    case 1:
    case 2:
    case 3:
      return add({Kind::premium, child, in_2021(next), premium_amounts[next.amount]});
    case 4:
      if (settled_.insert(child).second)
        add({Kind::settlement, child, day_of(2022, 2, 1), 100'00 * next.amount});
      return;
    case 5:
      return add({Kind::reimbursement, child,
                  day_of(2022, 3, 1) + std::chrono::days(next.day % 300),
                  50'00 + 70'00 * next.amount});
    case 6:
      return add({Kind::allocation, 0, day_of(2022, 1, 10), 100'00 * (1 + next.amount)});
    case 7:
    case 8:
    case 9:
      return correct(next);
    case 10:
      return void_one(next);
    case 11:
      if (children_.size() < children) register_child(static_cast<int>(children_.size()));
      return;
    case 12:
    case 13:
      return add({.kind = Kind::binding,
                  .child = child,
                  .on = first_of_month(next),
                  .unit = next.amount % 2,
                  .parent = next.target % 2});
    case 14:
    case 15:
      return add({.kind = Kind::binding_end,
                  .child = child,
                  .on = first_of_month(next),
                  .unit = next.amount % 2});
    case 16:
      return add({.kind = Kind::announcement,
                  .on = first_of_half_year(next),
                  .fen = premium_amounts[next.amount]});
    case 17:
      return add({.kind = Kind::reading,
                  .on = first_of_month(next),
                  .full_months = static_cast<FullMonths>(next.amount % 3)});
    case 18:
      return adopt(versions[next.amount]);
    default:
      return next.amount == 0 ? rebuild() : next.amount < 3 ? compact() : reopen();
  }
}

void History::register_child(int child) {
  const Act act{.kind = Kind::membership, .child = child, .on = day_of(2018, 9, 1)};
  auto events = child_registered(child);
  events.push_back(event_of(act));
  const auto receipt = submit(std::move(events));
  children_.push_back(person_of(receipt.first));
  const auto sequence = receipt.first.value + receipt.count - 1;
  model_.record({sequence, sequence, act});
}

void History::adopt(const Terms& terms) {
  const auto outcome = archive_->adopt(pack_with(terms, ++versions_)).value();
  RC_ASSERT(outcome.receipt.has_value());
  const auto sequence = outcome.receipt->first.value;
  model_.record({sequence, sequence, Act{.kind = Kind::terms, .terms = terms}});
  sizes_.push_back(archive_->ledger().durable().size.value);
}

void History::add(const Act& act) {
  const auto sequence = submit({event_of(act)}).first.value;
  model_.record({sequence, sequence, act});
  latest_.emplace_back(sequence, act);
}

/// What an act says is set right; of some also whom it is about.
void History::correct(const Happening& next) {
  auto& [sequence, act] = latest_[static_cast<std::size_t>(next.target) % latest_.size()];
  const auto child = next.child % static_cast<int>(children_.size());
  const bool may_move = act.kind == Kind::premium || act.kind == Kind::reimbursement ||
                        act.kind == Kind::binding || act.kind == Kind::binding_end;
  if (may_move && next.amount % 2 == 0) act.child = child;
  const bool is_paid_late = act.kind == Kind::premium || act.kind == Kind::announcement;
  act.fen = is_paid_late ? premium_amounts[next.amount] : 60'00 + 90'00 * next.amount;
  const bool is_of_the_next_year = act.kind == Kind::settlement ||
                                   act.kind == Kind::reimbursement || act.kind == Kind::allocation;
  const bool is_premium = act.kind == Kind::premium;
  if (!is_of_the_next_year)
    act.on = is_premium                       ? in_2021(next)
             : act.kind == Kind::announcement ? first_of_half_year(next)
                                              : first_of_month(next);
  if (act.kind == Kind::binding || act.kind == Kind::binding_end) act.unit = next.target % 2;
  if (act.kind == Kind::binding) act.parent = next.amount % 2;
  act.full_months = static_cast<FullMonths>(next.amount % 3);
  auto event = event_of(act);
  event.correction = ledger::correction_of({sequence});
  const auto by = submit({std::move(event)}).first.value;
  model_.record({by, sequence, act});
  sequence = by;
}

void History::void_one(const Happening& next) {
  // The first allocation stays: without any the channel is what the rules expect it to be.
  if (latest_.size() < 2) return;
  const auto at = 1 + static_cast<std::size_t>(next.target) % (latest_.size() - 1);
  SubmittedEvent event;
  event.draft.type = EventType::event_voided;
  event.correction = ledger::correction_of({latest_[at].first});
  const auto by = submit({std::move(event)}).first.value;
  model_.record({by, latest_[at].first, std::nullopt});
  latest_.erase(latest_.begin() + static_cast<std::ptrdiff_t>(at));
}

void History::reopen() {
  archive_.reset();
  archive_ = Archive::open(options_, random_).value();
}

void History::compact() {
  RC_ASSERT(archive_->ledger().apply_erasures().value() == 0u);
  archive_.reset();
  const ledger::Paths paths(options_.directory, options_.state);
  RC_ASSERT(ledger::VaultStore::compact(paths.vault()).has_value());
  archive_ = Archive::open(options_, random_).value();
}

void History::rebuild() { RC_ASSERT(archive_->projector().rebuild(nullptr).has_value()); }

ledger::Receipt History::submit(std::vector<SubmittedEvent> events) {
  ledger::Submission submission;
  submission.key = "k" + std::to_string(++keys_);
  submission.events = std::move(events);
  const auto outcome = archive_->submit(submission).value();
  if (!outcome.receipt) RC_FAIL(outcome.refusals.front().reason.en);
  sizes_.push_back(archive_->ledger().durable().size.value);
  return *outcome.receipt;
}

ledger::PersonId History::person_of(ledger::Sequence registration) {
  const auto located = archive_->ledger().journal().locate(registration).value();
  const auto event = ledger::EventView::read(located.event(registration)).value();
  return event.person(Field::person).value();
}

Answer History::ask(std::string_view question, const Arguments& arguments, std::uint64_t basis) {
  auto answer = archive_->ask(*find_question(question), arguments, {basis}).value();
  RC_ASSERT(answer.has_value());
  return std::move(*answer);
}

std::int64_t History::found(std::string_view check, const Arguments& arguments,
                            std::uint64_t basis) {
  return value<std::int64_t>(ask(check, arguments, basis), "found");
}

void History::compare(const Inquiry& asked) {
  for (int child = 0; child < static_cast<int>(children_.size()); ++child) {
    compare_status(child, asked);
    compare_binding(child, asked);
    compare_reimbursement(child, asked.basis);
    compare_checks(child, asked);
  }
  compare_unit(asked.basis);
}

void History::compare_status(int child, const Inquiry& asked) {
  const auto& [on, basis] = asked;
  const auto answer = ask("status", about(children_[child], on), basis);
  RC_ASSERT(word(answer, "status") == model_.status(child, on, basis));
  if (on < day_of(2021, 1, 1)) return;
  const auto from = model_.covered_from(child, basis);
  const auto* told = held<ledger::Date>(answer, "coveredFrom");
  RC_ASSERT((told != nullptr) == from.has_value());
  if (from) RC_ASSERT(*told == civil(*from));
}

void History::compare_binding(int child, const Inquiry& asked) {
  const auto& [on, basis] = asked;
  const auto answer = ask("binding", about(children_[child], on), basis);
  const auto bound = model_.bound(child, on, basis);
  RC_ASSERT(value<bool>(answer, "bound") == bound.has_value());
  if (!bound) return;
  RC_ASSERT(value<ledger::UnitId>(answer, "unit") == ledger::unit_id(unit_number(bound->unit)));
  RC_ASSERT(value<ledger::PersonId>(answer, "parent") == parents_[bound->parent]);
}

void History::compare_reimbursement(int child, std::uint64_t basis) {
  auto arguments = about(children_[child], year_after);
  arguments.year = ledger::Year{2021};
  const auto answer = ask("reimbursement", arguments, basis);
  const auto eligible = model_.eligible(child, basis);
  const auto reimbursed = model_.reimbursed(child, basis);
  RC_ASSERT(money(answer, "reimbursed") == reimbursed);
  RC_ASSERT((held<Fen>(answer, "eligibleAmount") != nullptr) == eligible.has_value());
  if (!eligible) return;
  RC_ASSERT(money(answer, "eligibleAmount") == *eligible);
  RC_ASSERT(money(answer, "reimbursable") == std::max<std::int64_t>(*eligible - reimbursed, 0));
  RC_ASSERT(money(answer, "excess") == std::max<std::int64_t>(reimbursed - *eligible, 0));
}

void History::compare_checks(int child, const Inquiry& asked) {
  const auto& [on, basis] = asked;
  const bool is_overdue = model_.is_overdue(child, on, basis);
  RC_ASSERT(found("CHK-07", about(children_[child], on), basis) == (is_overdue ? 1 : 0));

  const auto at_the_end = about(children_[child], year_after);
  const auto reimbursed = model_.reimbursed(child, basis);
  const auto settlement = model_.settlement(child, basis);
  const bool without_the_subsidy = reimbursed > 0 && model_.has_subsidy(child, basis) == false;
  const int above = settlement && reimbursed > *settlement ? 1 : 0;
  const auto unsettled = settlement ? 0 : model_.reimbursements(child, basis);
  RC_ASSERT(found("CHK-17", at_the_end, basis) == (without_the_subsidy ? 1 : 0));
  RC_ASSERT(found("CHK-19", at_the_end, basis) == above);
  RC_ASSERT(found("CHK-20", at_the_end, basis) == above);
  RC_ASSERT(found("CHK-21", at_the_end, basis) == unsettled);
}

/// Whether the year before, for which nothing is allocated, has a surplus by the headcount.
int History::left_of_2021(std::uint64_t basis) {
  Arguments arguments;
  arguments.on = civil(year_after);
  arguments.year = ledger::Year{2021};
  arguments.unit = ledger::unit_id(unit_number(unit_in_scope));
  const auto answer = ask("balance", arguments, basis);
  const auto* outstanding = std::get_if<Fen>(&answer.find("outstanding")->value.held);
  return outstanding != nullptr && outstanding->value > 0 ? 1 : 0;
}

void History::compare_unit(std::uint64_t basis) {
  Arguments arguments;
  arguments.on = civil(year_after);
  arguments.year = ledger::Year{2022};
  arguments.unit = ledger::unit_id(unit_number(unit_in_scope));
  const auto answer = ask("balance", arguments, basis);
  const auto channel = model_.channel(basis);
  const auto used = model_.used(basis);
  RC_ASSERT(money(answer, "channel") == channel);
  RC_ASSERT(money(answer, "used") == used);
  RC_ASSERT(money(answer, "topUpNeeded") == std::max<std::int64_t>(used - channel, 0));
  RC_ASSERT(money(answer, "surplus") == std::max<std::int64_t>(channel - used, 0));

  arguments.year.reset();
  const auto of_2021 = left_of_2021(basis);
  RC_ASSERT(found("CHK-24", arguments, basis) == of_2021);  // 2022 is not over
  arguments.on = ledger::date("2023-01-01");
  RC_ASSERT(found("CHK-24", arguments, basis) == of_2021 + (channel > used ? 1 : 0));
}

void History::compare_difference(std::uint64_t from, std::uint64_t to, Day on) {
  const auto left = Side::of(*archive_, {from}, civil(on)).value();
  const auto right = Side::of(*archive_, {to}, civil(on)).value();
  const auto difference = difference_between(*archive_, left, right, {}).value();
  for (std::size_t child = 0; child < children_.size(); ++child) {
    std::optional<std::pair<std::string, std::string>> told;
    for (const auto& change : difference.changes)
      if (change.field->name == "status" && change.subject == Subject::of(children_[child]))
        told = {std::get<Word>(change.from.held).code, std::get<Word>(change.to.held).code};
    const auto before = model_.status(static_cast<int>(child), on, from);
    const auto after = model_.status(static_cast<int>(child), on, to);
    RC_ASSERT(told.has_value() == (before != after));
    if (told) RC_ASSERT(*told == std::pair(before, after));
  }
  for (const auto& total : difference.totals)
    RC_ASSERT(total.from.value + total.effect.value == total.to.value);
}

}  // namespace kinledger::projections
