#include "tools/city.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "ledger/result.h"

namespace kinledger::tools {
namespace {

using ledger::ActorId;
using ledger::Submission;

constexpr std::size_t corrections_per_submission = 5'000;

ActorId actor_named(std::string_view name) {
  ActorId id;
  invariant(name.size() == id.bytes.size());
  std::ranges::copy(name, id.bytes.begin());
  return id;
}

}  // namespace

/// How one kind of list is handed in, and by whom.
struct City::List {
  std::string_view name;
  std::string_view actor;  ///< 16 characters
  std::uint64_t groups_per_submission;
  // As measured.
  std::uint64_t first_year_events;  ///< per 1,000 children
  std::uint64_t later_events;
};

const City::List& City::list_of(Stage stage) {
  static constexpr std::array<List, 9> lists{{
      {"institutions", "simulated agency", 1, 0, 0},
      {"households", "simulated agency", 1, 8'300, 0},
      {"legacy", "simulated agency", 8, 900, 0},
      {"enrollments", "simulated agency", 8, 1'000, 200},
      {"bindings", "simulated agency", 32, 200, 0},
      {"premiums", "simulated bureau", 3, 2'800, 2'400},
      {"care", "simulated clinic", 2, 4'000, 4'000},
      {"settlements", "simulated office", 5, 1'600, 1'600},
      {"corrections", "simulated agency", 1, 50, 40},
  }};
  const auto index = static_cast<std::size_t>(stage);
  invariant(index < lists.size());
  return lists[index];
}

City::City(const CityPlan& plan)
    : plan_(plan),
      population_(plan),
      life_(plan.seed, population_.institutions()),
      scribe_(population_, life_) {}

std::optional<Submission> City::next() {
  to_report_.clear();
  key_.clear();
  while (stage_ != Stage::complete) {
    auto page = blank_page();
    if (stage_ == Stage::corrections)
      write_corrections(page);
    else
      write_block(page);
    go_on();
    if (page.lines() == 0) continue;
    invariant(page.lines() <= city_submission_events_max);
    to_report_ = page.amendments();
    auto submission = page.take();
    key_ = submission.key;
    return submission;
  }
  return std::nullopt;
}

void City::recorded(const ledger::Receipt& receipt) {
  invariant(receipt.key == key_, "the receipt is of the submission given last");
  for (auto& amendment : to_report_) amendment.sequence += receipt.first.value;
  to_correct_.insert(to_correct_.end(), to_report_.begin(), to_report_.end());
  to_report_.clear();
}

CityPage City::blank_page() const {
  const auto& list = list_of(stage_);
  const auto key = "city/seed-" + std::to_string(plan_.seed) + "/children-" +
                   std::to_string(plan_.children) + "/" + std::to_string(year_.value) + "/" +
                   std::string(list.name) + "/" + std::to_string(block_ + 1);
  const auto per_thousand = year_ == city_first_year ? list.first_year_events : list.later_events;
  const auto children = std::min(plan_.children, list.groups_per_submission * children_per_group);
  const auto lines = stage_ == Stage::corrections ? to_correct_.size() - corrected_
                                                  : children * per_thousand / 1'000;
  constexpr std::size_t spare_lines = 500;
  return {key, actor_named(list.actor), lines + spare_lines};
}

void City::write_block(CityPage& page) const {
  if (stage_ == Stage::institutions) return scribe_.institutions(page);
  const auto first = block_ * list_of(stage_).groups_per_submission;
  const auto end = std::min(first + list_of(stage_).groups_per_submission, population_.groups());
  for (auto group = first; group < end; ++group)
    for (const auto& unit : population_.units_of(group)) write_unit(unit, page);
}

void City::write_unit(const CityUnit& unit, CityPage& page) const {
  switch (stage_) {
    case Stage::households:
      return scribe_.households(unit, page);
    case Stage::legacy:
      return scribe_.legacy(unit, page);
    case Stage::enrollments:
      return scribe_.enrollments(unit, year_, page);
    case Stage::bindings:
      return scribe_.bindings(unit, page);
    case Stage::premiums:
      return scribe_.premiums(unit, year_, page);
    case Stage::care:
      return scribe_.care(unit, year_, page);
    case Stage::settlements:
      return scribe_.settlements(unit, year_, page);
    case Stage::institutions:
    case Stage::corrections:
    case Stage::complete:
      break;
  }
  ledger::invariant_failed("the stage is written unit by unit", __FILE__, __LINE__);
}

void City::write_corrections(CityPage& page) {
  const auto end = std::min(corrected_ + corrections_per_submission, to_correct_.size());
  for (; corrected_ < end; ++corrected_) scribe_.amend(to_correct_[corrected_], year_, page);
}

bool City::stage_is_done() const {
  if (stage_ == Stage::institutions) return true;
  if (stage_ == Stage::corrections) return corrected_ == to_correct_.size();
  return block_ * list_of(stage_).groups_per_submission >= population_.groups();
}

void City::go_on() {
  ++block_;
  if (!stage_is_done()) return;
  block_ = 0;
  if (stage_ != Stage::corrections) {
    stage_ = static_cast<Stage>(static_cast<std::uint8_t>(stage_) + 1);
    // Everybody joins in the first year.
    if (stage_ == Stage::bindings && year_ != city_first_year) stage_ = Stage::premiums;
    return;
  }
  to_correct_.clear();
  corrected_ = 0;
  year_ = {year_.value + 1};
  stage_ = year_.value < city_first_year.value + plan_.years ? Stage::enrollments : Stage::complete;
}

std::uint64_t City::events_estimate() const {
  const auto later_years = static_cast<std::uint64_t>(plan_.years - 1);
  std::uint64_t per_thousand = 0;
  for (auto stage = Stage::institutions; stage != Stage::complete;
       stage = static_cast<Stage>(static_cast<std::uint8_t>(stage) + 1))
    per_thousand += list_of(stage).first_year_events + list_of(stage).later_events * later_years;
  return plan_.children * per_thousand / 1'000;
}

}  // namespace kinledger::tools
