// The everyday questions: one person's whole status, and the persons of a unit.
#include <algorithm>

#include "projections/each_once.h"
#include "projections/judgments/bindings.h"
#include "projections/judgments/channel_account.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/premium_year.h"
#include "projections/judgments/subsidy.h"
#include "projections/judgments/units.h"
#include "projections/questions/coverage_words.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::EventType;
using ledger::Field;
using ledger::PersonId;
using ledger::Result;

Result<void> judge_status(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = *arguments.person;
  const auto jurisdiction = jurisdiction_of(knowledge.person(person), knowledge.rules());
  writer.use(jurisdiction);
  const auto year = ledger::year_of(arguments.on);
  const auto timeline = coverage_timeline(knowledge, person, jurisdiction, arguments.on);
  const auto* covered = timeline.described(year, arguments.on);
  write_status(timeline, arguments.on, writer);
  const auto* span = timeline.on(arguments.on);
  const Backing backing = span == nullptr ? Backing{} : span->backing;
  writer.put_or_none("statusFrom", span == nullptr ? std::nullopt : std::optional(span->from),
                     backing);
  writer.put_or_none("statusUntil", span == nullptr ? std::nullopt : span->until, backing);
  write_interval(covered, writer);
  std::optional<PremiumDue> due;
  if (covered != nullptr) due = due_on(knowledge, person, jurisdiction, *covered, arguments.on);
  write_premium(due, writer);
  if (covered == nullptr) {
    writer.put("payment", none());
  } else {
    writer.put("payment", payment_timing(*covered, arguments.on, knowledge.rules(), jurisdiction));
  }
  writer.put_or_none("paidOn", covered == nullptr ? std::nullopt : covered->paid_on);
  const auto exemption = exemption_of(
      knowledge, {.person = person,
                  .jurisdiction = jurisdiction,
                  .scheme = covered == nullptr ? std::string_view() : covered->membership.scheme,
                  .on = arguments.on});
  writer.put("exempt", exemption.ruling);
  const auto binding = judge_binding(knowledge, {person, jurisdiction, arguments.on});
  writer.put("binding", {word_of(binding.timing)}, binding.timing_backing);
  const auto unit =
      binding.current ? std::optional(binding.bindings[*binding.current].unit) : std::nullopt;
  writer.put_or_none("unit", unit);
  const auto subsidy =
      judge_subsidy(knowledge, {person, jurisdiction, year, arguments.on}, timeline);
  writer.put("subsidyEligible", subsidy.ruling);
  writer.apply(timeline.legacy_steps);
  if (covered != nullptr) {
    writer.apply(covered->steps);
    writer.apply(due->steps);
  }
  writer.apply(binding.steps);
  writer.apply(subsidy.ruling.steps);
  write_failing(timeline, arguments.on, writer);
  return {};
}

constexpr Heading roster_columns[] = {
    {"person", "人员", "person", "person"},
    {"link", "关系", "link", "code", {}, "bound|handed_in"},
    {"status",
     "状态",
     "status",
     "code",
     {},
     "none|ended|suspended|converted_unpaid|enrolled_unpaid|undetermined|waiting|legacy|covered"},
    {"scheme", "险种", "scheme", "code", {}, "of scheme"},
    {"coveredFrom", "待遇起始日", "covered from", "date"},
    {"coveredTo", "待遇截止日（含）", "covered to", "date"},
    {"paidOn", "缴清日期", "paid on", "date"},
    {"binding",
     "绑定",
     "binding",
     "code",
     {},
     "in_time|late|missing|pending|not_required|undetermined"},
    {"subsidyEligible", "可享受单位医疗补助", "subsidy eligible", "yesNo"},
};

/// Persons whom the unit handed in as an agent: on a roster, or enrolled by it.
std::vector<PersonId> handed_in_by(const Dossier& agent) {
  std::vector<PersonId> persons;
  for (const auto type : {EventType::roster_entry_reported, EventType::enrollment_registered}) {
    for (const auto& fact : agent.of(type)) {
      if (const auto person = fact.event.person(Field::person)) persons.push_back(*person);
    }
  }
  keep_each_once(persons);
  return persons;
}

/// Puts the rows of a roster together. Not reused.
class Roster {
 public:
  Roster(Asking& asking, const Arguments& arguments, Area jurisdiction, AnswerWriter& writer)
      : knowledge_(asking.knowledge),
        arguments_(arguments),
        jurisdiction_(jurisdiction),
        writer_(writer) {}

  void add(const PersonId& person, bool was_handed_in) {
    const auto binding = judge_binding(knowledge_, {person, jurisdiction_, arguments_.on});
    const bool is_bound =
        binding.current && binding.bindings[*binding.current].unit == *arguments_.unit;
    if (!is_bound && !was_handed_in) return;
    const auto year = ledger::year_of(arguments_.on);
    const auto timeline = coverage_timeline(knowledge_, person, jurisdiction_, arguments_.on);
    const auto subsidy =
        judge_subsidy(knowledge_, {person, jurisdiction_, year, arguments_.on}, timeline);
    const auto* span = timeline.on(arguments_.on);
    const auto* covered = timeline.described(year, arguments_.on);
    if (span != nullptr) backing_.add(span->backing);
    backing_.add(subsidy.ruling.backing);
    const bool is_paid = covered != nullptr && covered->paid_on;
    rows_.push_back(
        {{person},
         {is_bound ? Word{"bound", {"绑定", "bound"}} : Word{"handed_in", {"代办", "handed in"}}},
         {word_of(span == nullptr ? CoverageState::none : span->state)},
         {writer_.code("scheme", span == nullptr ? "" : span->scheme)},
         covered == nullptr ? none() : AnswerWriter::value_of(covered->covered_from),
         covered == nullptr ? none() : AnswerWriter::value_of(covered->covered_to),
         is_paid ? Value{*covered->paid_on} : none(),
         {word_of(binding.timing)},
         writer_.value_of(subsidy.ruling)});
  }

  void write() {
    writer_.put("count", {static_cast<std::int64_t>(rows_.size())});
    writer_.put("persons", {std::move(rows_)}, backing_);
  }

 private:
  Knowledge& knowledge_;
  const Arguments& arguments_;
  Area jurisdiction_;
  AnswerWriter& writer_;
  std::vector<Row> rows_;
  Backing backing_;
};

Result<void> judge_roster(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& dossier = knowledge.unit(*arguments.unit);
  const auto jurisdiction = jurisdiction_of_unit(knowledge, *arguments.unit);
  writer.use(jurisdiction);
  const auto handed_in = handed_in_by(dossier);
  std::vector<PersonId> persons = children_of(dossier);
  persons.insert(persons.end(), handed_in.begin(), handed_in.end());
  keep_each_once(persons);
  Roster roster(asking, arguments, jurisdiction, writer);
  for (const auto& person : persons) {
    knowledge.stay_small();
    roster.add(person, std::ranges::binary_search(handed_in, person));
  }
  roster.write();
  return {};
}

}  // namespace

std::vector<Question> everyday_questions() {
  return {
      {.name = "status",
       .id = "Q-01",
       .zh = "人员当日的全部状态",
       .en = "everything about a person on a date",
       .arguments = {person_argument},
       .fields = {{"status",
                   "状态",
                   "status",
                   "code",
                   {},
                   "none|ended|suspended|converted_unpaid|enrolled_unpaid|undetermined|waiting|"
                   "legacy|covered"},
                  {"scheme", "险种", "scheme", "code", {}, "of scheme"},
                  {"statusFrom", "状态自", "status from", "date"},
                  {"statusUntil", "状态至（不含）", "status until (exclusive)", "date"},
                  {"coveredFrom", "待遇起始日", "covered from", "date"},
                  {"coveredTo", "待遇截止日（含）", "covered to (inclusive)", "date"},
                  {"waitingUntil", "等待期满日（首个享受待遇日）",
                   "waiting until (first day after)", "date"},
                  {"premium", "个人应缴", "personal premium", "money"},
                  {"payment", "缴费情况", "payment", "code", {}, "on_time|late|overdue|unpaid"},
                  {"paidOn", "缴清日期", "paid on", "date"},
                  {"exempt", "免缴", "exempt", "yesNo"},
                  {"binding",
                   "关系绑定",
                   "binding",
                   "code",
                   {},
                   "in_time|late|missing|pending|not_required|undetermined"},
                  {"unit", "绑定单位", "unit bound to", "unit"},
                  {"subsidyEligible", "可享受单位医疗补助", "subsidy eligible", "yesNo"}},
       .judge = judge_status},
      {.name = "roster",
       .id = "Q-08",
       .zh = "单位绑定或代办的人员及状态",
       .en = "persons bound to a unit or handed in by it, with status",
       .arguments = {unit_argument},
       .fields = {{"count", "人数", "persons", "count"},
                  {"persons", "人员", "persons", "rows", roster_columns}},
       .judge = judge_roster},
  };
}

}  // namespace kinledger::projections
