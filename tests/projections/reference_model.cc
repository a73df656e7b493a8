#include "tests/projections/reference_model.h"

#include <algorithm>

namespace kinledger::projections {
namespace {

constexpr std::int64_t premium_of_2021 = 250'00;  // 000 §六: 250 yuan a year
const Day first_day_of_2021 = day_of(2021, 1, 1);
const Day deadline = day_of(2021, 3, 31);  // including the day
const Day first_day_of_2022 = day_of(2022, 1, 1);

/// Six full months later: the same day of the month, or its last.
Day six_months_after(Day day) {
  using namespace std::chrono;
  const year_month_day date(day);
  const auto month = date.year() / date.month() + months(6);
  const auto wanted = month / date.day();
  return wanted.ok() ? Day(wanted) : Day(month / last);
}

}  // namespace

std::vector<Act> ReferenceModel::acts(std::uint64_t basis) const {
  std::map<std::uint64_t, std::uint64_t> first_of;  // sequence of a version -> of the act
  std::map<std::uint64_t, std::optional<Act>> in_force;
  for (const auto& record : records_) {
    if (record.sequence >= basis) continue;
    const bool is_new = record.replaces == record.sequence;
    const auto first = is_new ? record.sequence : first_of.at(record.replaces);
    first_of[record.sequence] = first;
    in_force[first] = record.act;
  }
  std::vector<Act> acts;
  for (const auto& [first, act] : in_force)
    if (act) acts.push_back(*act);
  return acts;
}

std::optional<Day> ReferenceModel::paid_on(int child, std::uint64_t basis) const {
  auto all = acts(basis);
  std::erase_if(
      all, [&](const Act& act) { return act.kind != Act::Kind::premium || act.child != child; });
  std::stable_sort(all.begin(), all.end(), [](const Act& a, const Act& b) { return a.on < b.on; });
  std::int64_t sum = 0;
  for (const auto& act : all) {
    sum += act.fen;
    // After the deadline the documents state no standard (O-08): any payment counts.
    if (act.on > deadline || sum >= premium_of_2021) return act.on;
  }
  return std::nullopt;
}

std::optional<Day> ReferenceModel::covered_from(int child, std::uint64_t basis) const {
  const auto paid = paid_on(child, basis);
  if (!paid) return std::nullopt;
  if (*paid <= deadline) return first_day_of_2021;
  const auto start = six_months_after(*paid);
  return start < first_day_of_2022 ? std::optional(start) : std::nullopt;
}

std::string ReferenceModel::status(int child, Day on, std::uint64_t basis) const {
  if (on < first_day_of_2021) return "legacy";
  const auto paid = paid_on(child, basis);
  const auto from = covered_from(child, basis);
  if (from && on >= *from) return "covered";
  if (paid && on >= *paid) return "waiting";
  return on <= deadline ? "converted_unpaid" : "none";
}

bool ReferenceModel::is_overdue(int child, Day on, std::uint64_t basis) const {
  const auto paid = paid_on(child, basis);
  return on > deadline && !(paid && *paid <= on);
}

std::optional<std::int64_t> ReferenceModel::settlement(int child, std::uint64_t basis) const {
  std::optional<std::int64_t> amount;
  for (const auto& act : acts(basis))
    if (act.kind == Act::Kind::settlement && act.child == child) amount = act.fen;
  return amount;
}

std::optional<std::int64_t> ReferenceModel::eligible(int child, std::uint64_t basis) const {
  if (!paid_on(child, basis)) return 0;
  return settlement(child, basis);
}

std::int64_t ReferenceModel::reimbursements(int child, std::uint64_t basis) const {
  const auto all = acts(basis);
  return std::count_if(all.begin(), all.end(), [&](const Act& act) {
    return act.kind == Act::Kind::reimbursement && act.child == child;
  });
}

std::int64_t ReferenceModel::reimbursed(int child, std::uint64_t basis) const {
  std::int64_t sum = 0;
  for (const auto& act : acts(basis))
    if (act.kind == Act::Kind::reimbursement && act.child == child) sum += act.fen;
  return sum;
}

std::int64_t ReferenceModel::channel(std::uint64_t basis) const {
  std::int64_t sum = 0;
  for (const auto& act : acts(basis))
    if (act.kind == Act::Kind::allocation) sum += act.fen;
  return sum;
}

std::int64_t ReferenceModel::used(std::uint64_t basis) const {
  std::int64_t sum = 0;
  for (const auto& act : acts(basis))
    if (act.kind == Act::Kind::reimbursement) sum += act.fen;
  return sum;
}

}  // namespace kinledger::projections
