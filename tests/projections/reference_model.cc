#include "tests/projections/reference_model.h"

#include <algorithm>
#include <tuple>

namespace kinledger::projections {
namespace {

using Kind = Act::Kind;

const Day first_day_of_2021 = day_of(2021, 1, 1);
const Day last_day_of_2021 = day_of(2021, 12, 31);
const Day first_day_of_2022 = day_of(2022, 1, 1);

/// Full months later: the same day of the month, or its last; or what else is read into it.
Day months_after(Day day, int months, FullMonths reading) {
  using namespace std::chrono;
  const year_month_day date(day);
  const auto month = date.year() / date.month() + std::chrono::months(months);
  const auto wanted = month / date.day();
  const Day same_day = wanted.ok() ? Day(wanted) : Day(month / last);
  if (reading == FullMonths::next_day) return same_day + std::chrono::days(1);
  if (reading == FullMonths::next_month)
    return Day((month + std::chrono::months(1)) / std::chrono::day(1));
  return same_day;
}

std::int64_t sum_of(const std::vector<Act>& acts) {
  std::int64_t sum = 0;
  for (const auto& act : acts) sum += act.fen;
  return sum;
}

/// Of acts in the order in which they were recorded, the one of the latest day up to `on`.
const Act* latest(const std::vector<Act>& acts, Day on) {
  const Act* found = nullptr;
  for (const auto& act : acts)
    if (act.on <= on && (found == nullptr || act.on >= found->on)) found = &act;
  return found;
}

}  // namespace

std::map<std::uint64_t, Act> ReferenceModel::acts(std::uint64_t basis) const {
  std::map<std::uint64_t, Act> in_force;
  for (const auto& record : records_) {
    if (record.sequence >= basis) continue;
    in_force.erase(record.replaces);
    if (record.act) in_force[record.sequence] = *record.act;
  }
  return in_force;
}

std::vector<Act> ReferenceModel::acts(Kind kind, int child, std::uint64_t basis) const {
  std::vector<Act> found;
  for (const auto& [sequence, act] : acts(basis))
    if (act.kind == kind && act.child == child) found.push_back(act);
  return found;
}

bool ReferenceModel::is_member(int child, std::uint64_t basis) const {
  return !acts(Kind::membership, child, basis).empty();
}

Terms ReferenceModel::terms(std::uint64_t basis) const {
  const auto adopted = acts(Kind::terms, 0, basis);
  return adopted.empty() ? Terms{} : adopted.back().terms;
}

std::optional<std::int64_t> ReferenceModel::late_premium(std::uint64_t basis) const {
  const auto announced = acts(Kind::announcement, 0, basis);
  const Act* act = latest(announced, Day::max());
  return act == nullptr ? std::nullopt : std::optional(act->fen);
}

FullMonths ReferenceModel::full_months(Day paid_on, std::uint64_t basis) const {
  const auto adopted = acts(Kind::reading, 0, basis);
  const Act* act = latest(adopted, paid_on);
  return act == nullptr ? FullMonths::same_day : act->full_months;
}

std::optional<Day> ReferenceModel::paid_on(int child, std::uint64_t basis) const {
  auto premiums = acts(Kind::premium, child, basis);
  std::ranges::stable_sort(premiums, {}, &Act::on);
  const auto [deadline, premium, months] = terms(basis);
  // After the deadline the documents state no standard (O-08): unless one was announced, any
  // payment counts.
  const auto late = late_premium(basis);
  std::int64_t sum = 0;
  for (const auto& act : premiums) {
    sum += act.fen;
    if (sum >= (act.on > deadline ? late.value_or(0) : premium)) return act.on;
  }
  return std::nullopt;
}

std::optional<Day> ReferenceModel::covered_from(int child, std::uint64_t basis) const {
  const auto paid = paid_on(child, basis);
  if (!paid) return std::nullopt;
  const auto [deadline, premium, months] = terms(basis);
  if (*paid <= deadline) return first_day_of_2021;
  const auto start = months_after(*paid, months, full_months(*paid, basis));
  return start < first_day_of_2022 ? std::optional(start) : std::nullopt;
}

std::string ReferenceModel::status(int child, Day on, std::uint64_t basis) const {
  if (!is_member(child, basis)) return "none";
  if (on < first_day_of_2021) return "legacy";
  const auto paid = paid_on(child, basis);
  const auto from = covered_from(child, basis);
  if (from && on >= *from) return "covered";
  if (paid && on >= *paid) return "waiting";
  return on <= terms(basis).deadline ? "converted_unpaid" : "none";
}

bool ReferenceModel::is_overdue(int child, Day on, std::uint64_t basis) const {
  const auto paid = paid_on(child, basis);
  return is_member(child, basis) && on > terms(basis).deadline && !(paid && *paid <= on);
}

std::vector<ReferenceModel::Link> ReferenceModel::links(int child, std::uint64_t basis) const {
  std::vector<Link> links;
  const auto in_force = acts(basis);
  for (const auto& [sequence, act] : in_force) {
    // The pooling has ended; that the child is an employee's goes on.
    const bool is_link = act.kind == Kind::binding || act.kind == Kind::membership;
    if (is_link && act.child == child)
      links.push_back({act.on, std::nullopt, act.unit, act.parent, sequence});
  }
  std::ranges::sort(links, {},
                    [](const Link& link) { return std::tuple(link.from, link.sequence); });
  for (const auto& [sequence, act] : in_force) {
    if (act.kind != Kind::binding_end || act.child != child) continue;
    Link* ended = nullptr;
    for (auto& link : links)
      if (link.unit == act.unit && link.from <= act.on) ended = &link;
    if (ended != nullptr && (!ended->until || act.on < *ended->until)) ended->until = act.on;
  }
  return links;
}

std::optional<ReferenceModel::Bound> ReferenceModel::bound(int child, Day on,
                                                           std::uint64_t basis) const {
  std::optional<Bound> bound;
  for (const auto& link : links(child, basis))
    if (link.holds(on)) bound = {link.unit, link.parent};
  return bound;
}

std::optional<bool> ReferenceModel::has_subsidy(int child, std::uint64_t basis) const {
  if (!paid_on(child, basis)) return false;
  const auto all = links(child, basis);
  const Link* chosen = nullptr;
  for (const auto& link : all)
    if (link.holds(last_day_of_2021)) chosen = &link;
  if (chosen == nullptr) return std::nullopt;
  // Bound to two units from the same day: nothing says which of them pays (O-07).
  for (const auto& link : all)
    if (link.holds(last_day_of_2021) && link.from == chosen->from && link.unit != chosen->unit)
      return std::nullopt;
  return chosen->unit == unit_in_scope;
}

std::optional<std::int64_t> ReferenceModel::settlement(int child, std::uint64_t basis) const {
  const auto received = acts(Kind::settlement, child, basis);
  return received.empty() ? std::nullopt : std::optional(received.back().fen);
}

std::optional<std::int64_t> ReferenceModel::eligible(int child, std::uint64_t basis) const {
  const auto has = has_subsidy(child, basis);
  if (!has) return std::nullopt;
  return *has ? settlement(child, basis) : 0;
}

std::int64_t ReferenceModel::reimbursements(int child, std::uint64_t basis) const {
  return static_cast<std::int64_t>(acts(Kind::reimbursement, child, basis).size());
}

std::int64_t ReferenceModel::reimbursed(int child, std::uint64_t basis) const {
  return sum_of(acts(Kind::reimbursement, child, basis));
}

std::int64_t ReferenceModel::channel(std::uint64_t basis) const {
  return sum_of(acts(Kind::allocation, 0, basis));
}

std::int64_t ReferenceModel::used(std::uint64_t basis) const {
  std::int64_t sum = 0;
  for (const auto& [sequence, act] : acts(basis))
    if (act.kind == Kind::reimbursement) sum += act.fen;
  return sum;
}

}  // namespace kinledger::projections
