// categories, windows, steps that are due, the points procedure,
// newborns.
#include <algorithm>

#include "projections/judgments/coverage.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/newborns.h"
#include "projections/judgments/steps.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/coverage_words.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::Result;

/// The day of enrolling in the year's scheme, or that of the question.
Date enrolled_on(const Dossier& person, std::string_view scheme, ledger::Year year, Date on) {
  std::optional<Date> first;
  for (const auto& fact : person.of(ledger::EventType::enrollment_registered)) {
    const auto handled_on = fact.event.envelope().valid_on;
    const bool is_it = fact.event.year(ledger::Field::insurance_year).value_or(year) == year &&
                       fact.event.text(ledger::Field::scheme) == scheme;
    if (is_it && handled_on && (!first || *handled_on < *first)) first = handled_on;
  }
  return first.value_or(on);
}

/// The scheme that the rules put into categories for the year; the one asked about, if any.
std::string scheme_in_categories(const Rulebook& rules, Area jurisdiction,
                                 const Arguments& arguments) {
  if (const auto scheme = arguments.text("scheme"); !scheme.empty()) return std::string(scheme);
  for (const Rule* rule : rules.rules_of(RuleKind::category, jurisdiction)) {
    const auto& category = rule->as<Category>();
    if (category.insurance_year == arguments.year_or_that_of_on()) return category.scheme;
  }
  return {};
}

constexpr Heading candidate_columns[] = {
    {"category", "类别", "category", "code", {}, "of enrollmentCategory"},
    {"personal", "个人应缴", "personal share", "money"},
};

Result<void> judge_category(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(person, knowledge.rules());
  writer.use(jurisdiction);
  const auto year = arguments.year_or_that_of_on();
  const auto scheme = scheme_in_categories(knowledge.rules(), jurisdiction, arguments);
  const auto handled_on = enrolled_on(person, scheme, year, arguments.on);
  const auto judged = category_of(knowledge, {.person = *arguments.person,
                                              .jurisdiction = jurisdiction,
                                              .scheme = scheme,
                                              .year = year,
                                              .enrolled_on = handled_on});
  const auto due_of = [&](std::string_view category) {
    return premium_due(knowledge, {.person = *arguments.person,
                                   .jurisdiction = jurisdiction,
                                   .scheme = scheme,
                                   .category = category,
                                   .enrolled_on = handled_on,
                                   .year = year,
                                   .paid_on = handled_on,
                                   .of_category = !category.empty()});
  };
  writer.put("scheme", {writer.code("scheme", scheme)});
  const bool is_ruled = judged.category.value || judged.category.undetermined;
  if (!is_ruled) {
    writer.put_undetermined("category",
                            no_rule("没有已采用的规则划分该险种的类别",
                                    "no adopted rule puts its members into categories"));
  } else if (judged.category.value) {
    writer.put("category", {writer.code("category", *judged.category.value)},
               judged.category.backing);
    for (const auto& [choice, category] : judged.alternatives)
      writer.add_alternative(choice, {writer.code("category", category)});
  } else {
    writer.put("category", judged.category);
  }
  const auto due = due_of(judged.category.value.value_or(""));
  writer.put("personal", due.standard);
  for (const auto& [choice, category] : judged.alternatives)
    writer.add_alternative(choice, AnswerWriter::value_of(due_of(category).standard));
  writer.put("referenceDate", {handled_on}, judged.category.backing);
  std::vector<Row> rows;
  for (const auto& candidate : judged.candidates)
    rows.push_back(
        {{writer.code("category", candidate)}, AnswerWriter::value_of(due_of(candidate).standard)});
  writer.put("candidates", {std::move(rows)}, judged.category.backing);
  writer.apply(judged.steps);
  writer.apply(due.steps);
  return {};
}

Result<void> judge_window(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction =
      arguments.person ? jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules())
                       : jurisdiction_of(Dossier(Subject::region()), knowledge.rules());
  writer.use(jurisdiction);
  const auto judged = window_of(knowledge, {.act = window_act_of(arguments.text("act")),
                                            .jurisdiction = jurisdiction,
                                            .scheme = arguments.text("scheme"),
                                            .person = arguments.person,
                                            .on = arguments.on});
  writer.put("accepted", judged.accepted);
  auto derived = judged.accepted.backing;
  derived.weaken(ledger::Certainty::derived);
  writer.put_or_none("nextOpen", judged.opens, judged.opens ? derived : Backing{});
  writer.put_or_none("closesOn", judged.closes, judged.closes ? derived : Backing{});
  writer.apply(judged.accepted.steps);
  writer.fail(judged.accepted);
  if (judged.accepted.truth == Truth::no) writer.would_change_on(judged.opens);
  return {};
}

constexpr Heading handling_step_columns[] = {
    {"step",
     "事项",
     "step",
     "code",
     {},
     "enrollment|payment|card_materials|card|card_at_unit|card_activated|debit_agreement"},
    {"from", "起（含）", "not before", "date"},
    {"to", "止（含）", "by", "date"},
    {"obligatory", "必须", "a duty", "yesNo"},
    {"doneOn", "完成日期", "done on", "date"},
    {"met", "按期", "in time", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

Result<void> judge_steps(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto judged = due_steps(knowledge, *arguments.person, jurisdiction,
                                arguments.year_or_that_of_on(), arguments.on);
  std::vector<Row> rows;
  for (const auto& step : judged.steps) {
    rows.push_back({{word_of(step.step)},
                    step.from ? Value{*step.from} : none(),
                    {step.to},
                    {step.obligatory},
                    step.done_on ? Value{*step.done_on} : none(),
                    step.met ? Value{*step.met} : none(),
                    step.sequence ? Value{*step.sequence} : none()});
  }
  writer.put("allInTime", judged.all_met);
  writer.put("steps", {std::move(rows)}, judged.all_met.backing);
  writer.apply(judged.all_met.steps);
  writer.fail(judged.all_met);
  return {};
}

Result<void> judge_points_question(Asking& asking, const Arguments& arguments,
                                   AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto points = judge_points(knowledge, *arguments.person, jurisdiction, arguments.on);
  writer.put("applies", points.applicable);
  const bool is_undetermined = points.state == PointsJudgment::State::undetermined;
  const auto why = undetermined_by(points.applicable, knowledge.rules(), jurisdiction);
  if (is_undetermined) {
    writer.put_undetermined("state", why);
  } else {
    writer.put("state", {word_of(points.state)}, points.applicable.backing);
  }
  writer.put_or_none("handledOn", points.handled_on);
  writer.put_or_none("lastDay", points.last_day, points.applicable.backing);
  if (points.consequence || is_undetermined) {
    writer.put_undetermined("eligible", points.consequence.value_or(why));
  } else if (points.state == PointsJudgment::State::not_applicable) {
    writer.put("eligible", none());  // nothing follows for them from the procedure
  } else {
    writer.put("eligible", {points.state == PointsJudgment::State::qualified},
               points.applicable.backing);
  }
  writer.apply(points.applicable.steps);
  return {};
}

/// The first of the person's enrollments up to the day, or null.
const Fact* first_enrollment(const Dossier& person, Date by) {
  const Fact* first = nullptr;
  for (const auto& fact : person.of(ledger::EventType::enrollment_registered)) {
    const auto on = fact.event.envelope().valid_on;
    if (!on || *on > by) continue;
    if (first == nullptr || *on < *first->event.envelope().valid_on) first = &fact;
  }
  return first;
}

/// The insurance year for which a newborn was enrolled, else that of the birth; the next one where
/// only its rules let this child, born late in the year, be applied for.
ledger::Year year_of_newborn(const Fact* enrollment, Date born, const Rulebook& rules,
                             Area jurisdiction) {
  const bool is_newborns =
      enrollment != nullptr && enrollment->event.as<ledger::EnrollmentKind>(ledger::Field::kind) ==
                                   ledger::EnrollmentKind::newborn;
  if (is_newborns) {
    return enrollment->event.year(ledger::Field::insurance_year)
        .value_or(ledger::year_of(act_date(*enrollment)));
  }
  const ledger::Year of_birth = ledger::year_of(born);
  const ledger::Year next{of_birth.value + 1};
  if (!newborn_rules(rules, jurisdiction, of_birth, born).empty()) return of_birth;
  for (const Rule* rule : newborn_rules(rules, jurisdiction, next, born)) {
    const auto last_day = last_day_to_apply(*rule, born, rules);
    if (last_day.value && *last_day.value >= ledger::first_day(next)) return next;
  }
  return of_birth;
}

Result<void> judge_newborn(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = knowledge.person(*arguments.person);
  const auto& rules = knowledge.rules();
  const auto jurisdiction = jurisdiction_of(person, rules);
  writer.use(jurisdiction);
  const auto born = birth_date_of(person);
  writer.put_or_none("bornOn", born);
  const auto* enrollment = first_enrollment(person, arguments.on);
  std::optional<Application> application;
  if (enrollment != nullptr) {
    application = {
        enrollment->event.date(ledger::Field::applied_on).value_or(act_date(*enrollment)),
        enrollment->event.flag(ledger::Field::within_prescribed_time)};
  }
  const Date born_or_asked = born.value_or(arguments.on);
  const auto year = year_of_newborn(enrollment, born_or_asked, rules, jurisdiction);
  Judged<Date> last_day;
  Judged<bool> in_time;
  for (const Rule* rule : newborn_rules(rules, jurisdiction, year, born_or_asked)) {
    writer.apply({{.rule = rule}});
    if (!born) continue;
    auto by_rule = last_day_to_apply(*rule, *born, rules);
    const bool says_more = by_rule.value || (by_rule.undetermined && !last_day.value);
    if (!says_more) continue;
    if (application) in_time = applied_in_time(*rule, by_rule, *application, rules);
    last_day = std::move(by_rule);
  }
  writer.put("lastDay", last_day);
  writer.put_or_none("appliedOn", application ? std::optional(application->on) : std::nullopt);
  writer.put("inTime", in_time);
  const auto timeline = coverage_timeline(knowledge, *arguments.person, jurisdiction);
  const auto* covered = timeline.of(year);
  write_interval(covered, writer);
  if (covered != nullptr) writer.apply(covered->steps);
  return {};
}

}  // namespace

std::vector<Question> handling_questions() {
  return {
      {.name = "category",
       .id = "Q-06",
       .zh = "参保类别及其缴费标准",
       .en = "the category in which a person is enrolled, and its premium",
       .arguments = {person_argument, year_argument, scheme_argument},
       .fields = {{"scheme", "险种", "scheme", "code", {}, "of scheme"},
                  {"category", "类别", "category", "code", {}, "of enrollmentCategory"},
                  {"personal", "个人应缴标准", "personal share", "money"},
                  {"referenceDate", "判断日期", "reference date", "date"},
                  {"candidates", "文件未明确时的可能类别", "candidates where it is open", "rows",
                   candidate_columns}},
       .judge = judge_category},
      {.name = "window",
       .id = "Q-15",
       .zh = "当日能否办理，下次办理时间",
       .en = "whether an act is accepted on the date, and the next opening",
       .arguments =
           {{"act", Argument::Kind::code, true, "办理事项", "the act", {}, window_act_words},
            {"person", Argument::Kind::person, false, "人员", "the person", {}, {}},
            scheme_argument},
       .fields = {{"accepted", "可以办理", "accepted", "yesNo"},
                  {"nextOpen", "下次可办理日期", "next opening", "date"},
                  {"closesOn", "本次最后一日（含）", "last day (inclusive)", "date"}},
       .judge = judge_window},
      {.name = "steps",
       .id = "Q-19",
       .zh = "各事项的时间节点和完成情况",
       .en = "steps that are due for a person's year, and whether they were done in time",
       .arguments = {person_argument, year_argument},
       .fields = {{"allInTime", "均按期", "all in time", "yesNo"},
                  {"steps", "事项", "steps", "rows", handling_step_columns}},
       .judge = judge_steps},
      {.name = "points",
       .id = "Q-22",
       .zh = "积分入医情况",
       .en = "state of a child's points procedure",
       .arguments = {person_argument},
       .fields = {{"applies", "适用积分入医", "the procedure applies", "yesNo"},
                  {"state",
                   "状态",
                   "state",
                   "code",
                   {},
                   "not_applicable|outside|qualified|waived|open|missed"},
                  {"handledOn", "办理日期", "handled on", "date"},
                  {"lastDay", "最后一日（含）", "last day (inclusive)", "date"},
                  {"eligible", "能否参保", "may enrol", "yesNo"}},
       .judge = judge_points_question},
      {.name = "newborn",
       .id = "Q-23",
       .zh = "新生儿申请期限和待遇起始日",
       .en = "a newborn's last day to apply and coverage start",
       .arguments = {person_argument},
       .fields = {{"bornOn", "出生日期", "born on", "date"},
                  {"lastDay", "申请最后一日（含）", "last day to apply (inclusive)", "date"},
                  {"appliedOn", "申请日期", "applied on", "date"},
                  {"inTime", "按时申请", "applied in time", "yesNo"},
                  {"coveredFrom", "待遇起始日", "covered from", "date"},
                  {"coveredTo", "待遇截止日（含）", "covered to (inclusive)", "date"},
                  {"waitingUntil", "等待期满日（首个享受待遇日）",
                   "waiting until (first day after)", "date"}},
       .judge = judge_newborn},
  };
}

}  // namespace kinledger::projections
