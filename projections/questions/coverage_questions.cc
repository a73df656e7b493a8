// in which state a person is on which dates, and from when to when there is cover.
#include "projections/judgments/coverage.h"
#include "projections/judgments/premium_year.h"
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
     "unpaid|deadline_passed|waiting|undetermined|not_this_year|ended|suspended|employer_arrears"},
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
  const auto timeline = coverage_timeline(knowledge, *arguments.person, jurisdiction, arguments.on);
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

bool gives_benefits(const CoverageSpan& span) {
  return span.state == CoverageState::covered || span.state == CoverageState::legacy;
}

/// Days of cover in a year, and those of them after a date on which there is cover.
struct CoverDays {
  std::int64_t covered = 0;
  std::int64_t left = 0;
  Backing backing;
  std::optional<Undetermined> open;  ///< of some days it is not known
};

CoverDays cover_days(const Timeline& timeline, ledger::Year year, std::string_view scheme,
                     Date on) {
  const ledger::Interval of_year{ledger::first_day(year), ledger::first_day_after(year)};
  const auto* span_on = timeline.on(on);
  const bool is_covered = span_on != nullptr && gives_benefits(*span_on);
  CoverDays days;
  for (const auto& span : timeline.spans) {
    const auto within = ledger::overlap({span.from, span.until}, of_year);
    if (!within || (!scheme.empty() && span.scheme != scheme)) continue;
    if (span.open) days.open = span.open;
    if (span.cause == "employer_arrears") days.backing.add(span.backing);
    if (!gives_benefits(span)) continue;
    days.covered += ledger::days_between(within->from, *within->until);
    const auto after = std::max(within->from, ledger::add_days(on, 1));
    if (is_covered && after < *within->until)
      days.left += ledger::days_between(after, *within->until);
    days.backing.add(span.backing);
    if (span.year != CoverageSpan::no_year)
      days.backing.add(timeline.years[span.year].covered_to.backing);
  }
  return days;
}

void write_days(CoverDays days, const CoverageYear* year, AnswerWriter& writer) {
  if (days.open) {
    const auto open = Judged<Date>::open(*days.open, days.backing);
    writer.put("daysCovered", open);
    writer.put("daysLeft", open);
    return;
  }
  if (year != nullptr) days.backing.add(year->covered_to.backing);
  if (days.covered > 0) days.backing.weaken(ledger::Certainty::derived);
  writer.put("daysCovered", {days.covered}, days.backing);
  writer.put("daysLeft", {days.left}, days.backing);
}

Result<void> judge_coverage(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& dossier = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(dossier, knowledge.rules());
  writer.use(jurisdiction);
  const auto timeline = coverage_timeline(knowledge, *arguments.person, jurisdiction, arguments.on);
  const auto scheme = arguments.text("scheme");
  const auto asked_year = arguments.year_or_that_of_on();
  const auto* year = timeline.described(asked_year, arguments.on, scheme);
  // A wait that ran past the year before: what it gives in this year the documents leave open.
  const auto* before = timeline.of(ledger::Year{asked_year.value - 1});
  const bool is_carried = year == nullptr && before != nullptr && !before->flagged.empty();
  write_status(timeline, arguments.on, writer);
  if (!is_carried) write_interval(year, writer);
  if (is_carried) writer.put("waitingUntil", before->waiting_until);
  if (is_carried) {
    const auto open =
        Judged<Date>::open(open_point(before->flagged, knowledge.rules(), jurisdiction));
    for (const auto* field : {"coveredFrom", "coveredTo", "daysCovered", "daysLeft"})
      writer.put(field, open);
    writer.apply(before->steps);
  } else {
    write_days(cover_days(timeline, asked_year, scheme, arguments.on), year, writer);
  }
  std::optional<PremiumDue> due;
  if (year != nullptr)
    due = due_on(knowledge, *arguments.person, jurisdiction, *year, arguments.on);
  write_premium(due, writer);
  writer.put_or_none("payBy", year == nullptr ? std::nullopt : year->pay_by);
  writer.put_or_none("paidOn", year == nullptr ? std::nullopt : year->paid_on);
  writer.put("flagged", year == nullptr || year->flagged.empty() ? none() : Value{year->flagged});
  writer.apply(timeline.legacy_steps);
  if (year != nullptr) {
    writer.apply(year->steps);
    writer.apply(due->steps);
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
  if (cause == "employer_arrears") {
    return {"用人单位欠费，暂停享受待遇", "suspended: the employer is in arrears"};
  }
  return {"无参保记录", "no enrollment on that date"};
}

void write_failing(const Timeline& timeline, Date on, AnswerWriter& writer) {
  const auto* span = timeline.on(on);
  if (span != nullptr && gives_benefits(*span)) return;
  const std::string cause = span == nullptr ? "not_enrolled" : span->cause;
  const bool is_told = span != nullptr && span->open && !span->open->why.zh.empty();
  writer.fail(cause, is_told ? span->open->why : cause_label(cause));
  for (const auto& later : timeline.spans) {
    if (later.from <= on || !gives_benefits(later)) continue;
    writer.would_change_on(later.from);
    return;
  }
}

void write_status(const Timeline& timeline, Date on, AnswerWriter& writer) {
  const auto* span = timeline.on(on);
  const Backing backing = span == nullptr ? Backing{} : span->backing;
  if (span != nullptr && span->open) {
    writer.put("status", Judged<Date>::open(*span->open, backing));
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

void write_premium(const std::optional<PremiumDue>& due, AnswerWriter& writer) {
  if (due) {
    writer.put("premium", due->personal);
  } else {
    writer.put("premium", none());
  }
}

Judged<Word> payment_timing(const CoverageYear& year, Date on, const Rulebook& rules,
                            ledger::Area jurisdiction) {
  Backing backing;
  for (const auto& step : year.steps) {
    backing.weaken(step.rule->certainty);
    if (step.rule->certainty != ledger::Certainty::interpretation) continue;
    for (const auto& point : step.rule->interpretations) backing.rely_on(point);
  }
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
