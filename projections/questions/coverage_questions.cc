// in which state a person is on which dates, and from when to when there is cover.
#include "projections/judgments/coverage.h"
#include "projections/questions/coverage_words.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::Result;

constexpr Heading span_columns[] = {
    {"from", "自", "from", "date"},
    {"until", "至（不含）", "until (exclusive)", "date"},
    {"state",
     "状态",
     "state",
     "code",
     {},
     "none|ended|suspended|converted_unpaid|enrolled_unpaid|undetermined|waiting|legacy|covered"},
    {"scheme", "险种", "scheme", "code", {}, "of scheme"},
    {"cause",
     "原因",
     "cause",
     "code",
     {},
     "unpaid|deadline_passed|waiting|undetermined|not_this_year|ended|suspended"},
    {"certainty", "确定性", "certainty", "code", {}, "document|derived|interpretation|open"},
};

Word cause_word(const std::string& cause) {
  if (cause.empty()) return std::get<Word>(none().held);
  return {cause, cause_label(cause)};
}

Result<void> judge_timeline(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& dossier = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(dossier, knowledge.rules());
  writer.use(jurisdiction);
  const auto timeline = coverage_timeline(knowledge, *arguments.person, jurisdiction);
  std::vector<Row> rows;
  Backing backing;
  for (const auto& span : timeline.spans) {
    backing.add(span.backing);
    rows.push_back({{span.from},
                    span.until ? Value{*span.until} : none(),
                    {word_of(span.state)},
                    {writer.code("scheme", span.scheme)},
                    {cause_word(span.cause)},
                    {std::string(to_text(span.backing.certainty))}});
  }
  writer.put("intervals", {std::move(rows)}, backing);
  writer.apply(timeline.legacy_steps);
  for (const auto& year : timeline.years) writer.apply(year.steps);
  return {};
}

/// Days of cover in an insurance year, and those left of it after a date on which there is cover.
struct CoverDays {
  std::int64_t covered = 0;
  std::int64_t left = 0;
};

CoverDays cover_days(const CoverageYear& year, ledger::Year asked, Date on) {
  if (!year.covered_from.value || year.days_covered == 0) return {};
  const Date from = std::max(*year.covered_from.value, ledger::first_day(asked));
  const Date last =
      std::min(year.covered_to.value.value_or(ledger::last_day(asked)), ledger::last_day(asked));
  if (last < from) return {};
  const bool is_of_the_year = year.annual || year.year == asked;
  return {is_of_the_year ? year.days_covered : ledger::days_between(from, last) + 1,
          from <= on && on <= last ? ledger::days_between(on, last) : 0};
}

/// The cover of an earlier year that is not by the year and goes on to the date, or null.
const CoverageYear* going_on(const Timeline& timeline, Date on, ledger::Year asked,
                             std::string_view scheme) {
  const auto* span = timeline.on(on);
  if (span == nullptr || span->year == CoverageSpan::no_year || ledger::year_of(on) != asked) {
    return nullptr;
  }
  const auto& year = timeline.years[span->year];
  const bool is_for_it = scheme.empty() || year.membership.scheme == scheme;
  return !year.annual && is_for_it ? &year : nullptr;
}

Result<void> judge_coverage(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& dossier = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(dossier, knowledge.rules());
  writer.use(jurisdiction);
  const auto timeline = coverage_timeline(knowledge, *arguments.person, jurisdiction);
  const auto scheme = arguments.text("scheme");
  const auto asked_year = arguments.year_or_that_of_on();
  const CoverageYear* year =
      scheme.empty() ? timeline.of(asked_year) : timeline.of(asked_year, scheme);
  if (year == nullptr) year = going_on(timeline, arguments.on, asked_year, scheme);
  // A wait that ran past the year before: what it gives in this year the documents leave open.
  const auto* before = timeline.of(ledger::Year{asked_year.value - 1});
  const bool is_carried = year == nullptr && before != nullptr && !before->flagged.empty();
  write_status(timeline, arguments.on, writer);
  if (!is_carried) write_interval(year, writer);
  if (is_carried) writer.put("waitingUntil", before->waiting_until);
  Backing counted = year == nullptr ? Backing{} : year->covered_to.backing;
  if (is_carried) {
    const auto open =
        Judged<Date>::open(open_point(before->flagged, knowledge.rules(), jurisdiction));
    for (const auto* field : {"coveredFrom", "coveredTo", "daysCovered", "daysLeft"})
      writer.put(field, open);
    writer.apply(before->steps);
  } else if (year != nullptr && year->covered_from.undetermined) {
    writer.put("daysCovered", year->covered_from);
    writer.put("daysLeft", year->covered_from);
  } else {
    const auto days = year == nullptr ? CoverDays{} : cover_days(*year, asked_year, arguments.on);
    if (days.covered > 0) counted.weaken(ledger::Certainty::derived);
    writer.put("daysCovered", {days.covered}, counted);
    writer.put("daysLeft", {days.left}, counted);
  }
  write_premium("premium", year, writer);
  writer.put_or_none("payBy", year == nullptr ? std::nullopt : year->pay_by);
  writer.put_or_none("paidOn", year == nullptr ? std::nullopt : year->paid_on);
  writer.put("flagged", {std::string(year == nullptr ? "" : year->flagged)});
  writer.apply(timeline.legacy_steps);
  if (year != nullptr) {
    writer.apply(year->steps);
    writer.apply(year->due.steps);
  }
  write_failing(timeline, arguments.on, writer);
  return {};
}

}  // namespace

Label cause_label(std::string_view cause) {
  if (cause == "unpaid") return {"保费未缴清", "the premium is not paid"};
  if (cause == "deadline_passed") {
    return {"缴费期限已过，保费未缴清", "the premium was not paid by the deadline"};
  }
  if (cause == "waiting") return {"缴费后等待期未满", "the wait after the payment is not over"};
  if (cause == "undetermined") {
    return {"文件未规定待遇起始日", "the documents do not say when coverage begins"};
  }
  if (cause == "not_this_year") {
    return {"缴费后当年不享受待遇", "the payment gives no cover in that year"};
  }
  if (cause == "ended") return {"已停保", "the enrollment has ended"};
  if (cause == "suspended") return {"参保中断", "the enrollment is interrupted"};
  return {"无参保记录", "no enrollment on that date"};
}

void write_failing(const Timeline& timeline, Date on, AnswerWriter& writer) {
  const auto gives_benefits = [](const CoverageSpan& span) {
    return span.state == CoverageState::covered || span.state == CoverageState::legacy;
  };
  const auto* span = timeline.on(on);
  if (span != nullptr && gives_benefits(*span)) return;
  const std::string cause = span == nullptr ? "not_enrolled" : span->cause;
  writer.fail(cause, cause_label(cause));
  for (const auto& later : timeline.spans) {
    if (later.from <= on || !gives_benefits(later)) continue;
    writer.would_change_on(later.from);
    return;
  }
}

void write_status(const Timeline& timeline, Date on, AnswerWriter& writer) {
  const auto* span = timeline.on(on);
  const Backing backing = span == nullptr ? Backing{} : span->backing;
  if (span != nullptr && span->state == CoverageState::undetermined) {
    writer.put("status", timeline.years[span->year].covered_from);
  } else {
    writer.put("status", {word_of(span == nullptr ? CoverageState::none : span->state)}, backing);
  }
  writer.put("scheme", {writer.code("scheme", span == nullptr ? "" : span->scheme)});
}

void write_interval(const CoverageYear* year, AnswerWriter& writer) {
  if (year == nullptr) {
    for (const auto* field : {"coveredFrom", "coveredTo", "waitingUntil"}) {
      writer.put(field, none());
    }
    return;
  }
  writer.put("coveredFrom", year->covered_from);
  writer.put("coveredTo", year->covered_to);
  writer.put("waitingUntil", year->waiting_until);
}

void write_premium(std::string_view field, const CoverageYear* year, AnswerWriter& writer) {
  if (year == nullptr) {
    writer.put(field, none());
  } else {
    writer.put(field, year->due.personal);
  }
}

Judged<Word> payment_timing(const CoverageYear& year, Date on, const Rulebook& rules,
                            ledger::Area jurisdiction) {
  Backing backing;
  for (const auto& step : year.steps) backing.weaken(step.rule->certainty);
  if (year.hangs_on_transaction_date) {
    rely_on_declared(backing, point_transaction_date, rules, jurisdiction);
  }
  if (year.paid_on && !year.pay_by) {
    return Judged<Word>::open(
        no_rule("文件未规定缴费期限", "the documents set no deadline for the payment"));
  }
  const auto word = [&]() -> Word {
    if (year.paid_on && *year.paid_on <= *year.pay_by) {
      return {"on_time", {"按时缴费", "on time"}};
    }
    if (year.paid_on) return {"late", {"逾期缴费", "late"}};
    if (year.pay_by && on > *year.pay_by) {
      return {"overdue", {"逾期未缴", "unpaid after the deadline"}};
    }
    return {"unpaid", {"未缴费", "not paid yet"}};
  };
  return Judged<Word>::of(word(), std::move(backing));
}

std::vector<Question> coverage_questions() {
  return {
      {.name = "timeline",
       .id = "Q-01",
       .zh = "各时间段的参保状态",
       .en = "state of a person over time, interval by interval",
       .arguments = {person_argument},
       .fields = {{"intervals", "时间段", "intervals", "rows", span_columns}},
       .judge = judge_timeline},
      {.name = "coverage",
       .id = "Q-02",
       .zh = "待遇起止日、等待期和年度内天数",
       .en = "coverage start and end, waiting, days in the year",
       .arguments = {person_argument, year_argument, scheme_argument},
       .fields = {{"status",
                   "当日状态",
                   "status on the date",
                   "code",
                   {},
                   "none|ended|suspended|converted_unpaid|enrolled_unpaid|undetermined|waiting|"
                   "legacy|covered"},
                  {"scheme", "当日险种", "scheme on the date", "code", {}, "of scheme"},
                  {"coveredFrom", "待遇起始日", "covered from", "date"},
                  {"coveredTo", "待遇截止日（含）", "covered to (inclusive)", "date"},
                  {"waitingUntil", "等待期满日（首个享受待遇日）",
                   "waiting until (first day after)", "date"},
                  {"daysCovered", "年度内享受天数", "days covered in the year", "count"},
                  {"daysLeft", "年度内剩余天数", "days left in the year", "count"},
                  {"premium", "个人应缴", "personal premium", "money"},
                  {"payBy", "缴费期限（含）", "pay by (inclusive)", "date"},
                  {"paidOn", "缴清日期", "paid on", "date"},
                  {"flagged", "提示的未明确事项", "open point flagged", "text"}},
       .judge = judge_coverage},
  };
}

}  // namespace kinledger::projections
