// the binding of a child on a date, whether it was registered in time, and its form.
#include "projections/judgments/bindings.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

constexpr Heading binding_columns[] = {
    {"from", "自", "from", "date"},
    {"until", "至（不含）", "until (exclusive)", "date"},
    {"unit", "单位", "unit", "unit"},
    {"parent", "父母", "parent", "person"},
    {"origin", "来源", "origin", "code", {}, "form|withEnrollment|legacy"},
    {"sequence", "记录", "record", "sequence"},
};

Word origin_word(ledger::BindingOrigin origin) {
  const auto& info = ledger::type_info(ledger::EventType::binding_registered);
  const auto& named =
      info.find(ledger::Field::origin)->enumerants[static_cast<std::size_t>(origin)];
  return {std::string(named.name), {std::string(named.zh), std::string(named.name)}};
}

std::vector<Row> rows_of(const std::vector<Binding>& bindings) {
  std::vector<Row> rows;
  for (const auto& binding : bindings) {
    const bool has_origin = binding.origin != ledger::BindingOrigin::unspecified;
    rows.push_back({{binding.period.from},
                    binding.period.until ? Value{*binding.period.until} : none(),
                    {binding.unit},
                    binding.parent ? Value{*binding.parent} : none(),
                    has_origin ? Value{origin_word(binding.origin)} : none(),
                    {binding.sequence}});
  }
  return rows;
}

void write_timing(const BindingJudgment& judged, AnswerWriter& writer) {
  const auto& backing = judged.timing_backing;
  const bool is_judged = judged.timing == BindingTiming::in_time ||
                         judged.timing == BindingTiming::late ||
                         judged.timing == BindingTiming::missing;
  writer.put("timing", {word_of(judged.timing)}, backing);
  if (is_judged) {
    writer.put("timely", {judged.timing == BindingTiming::in_time}, backing);
  } else if (judged.timing_open) {
    writer.put_undetermined("timely", *judged.timing_open);
  } else {
    writer.put("timely", none(), backing);
  }
  writer.put_or_none("handledOn", judged.handled_on);
  if (judged.timing == BindingTiming::not_required) {
    writer.put("deadline", none(), backing);
  } else {
    writer.put("deadline", judged.deadline);
    for (const auto& [choice, date] : judged.deadline_alternatives) {
      writer.add_alternative(choice, {date});
    }
  }
  writer.put("daysLate", {std::int64_t{judged.days_late}}, backing);
  if (judged.consequence) {
    writer.put_undetermined("consequence", *judged.consequence);
  } else {
    writer.put("consequence", none());
  }
  if (judged.timing == BindingTiming::late) {
    writer.fail("late", {"逾期办理关系绑定", "the binding was registered late"});
  } else if (judged.timing == BindingTiming::missing) {
    writer.fail("missing",
                {"期限已过，未办理关系绑定", "no binding was registered by the deadline"});
  }
}

Result<void> judge(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto judged = judge_binding(knowledge, {*arguments.person, jurisdiction, arguments.on});
  const auto* current = judged.current ? &judged.bindings[*judged.current] : nullptr;
  writer.put("bound", {current != nullptr});
  writer.put_or_none("unit", current == nullptr ? std::nullopt : std::optional(current->unit));
  writer.put_or_none("parent", current == nullptr ? std::nullopt : current->parent);
  write_timing(judged, writer);
  const auto defects = words_of(judged.form);
  if (judged.form.unknown) {
    writer.put_undetermined("formComplete", *judged.form.unknown);
  } else if (!judged.form.steps.empty()) {
    writer.put("formComplete", {defects.empty()}, judged.form.backing);
  } else {
    writer.put("formComplete", none());
  }
  writer.put("defects", {defects}, judged.form.backing);
  writer.put("bindings", {rows_of(judged.bindings)});
  writer.apply(judged.steps);
  return {};
}

}  // namespace

std::vector<Question> binding_questions() {
  return {
      {.name = "binding",
       .id = "Q-08",
       .zh = "子女的关系绑定、是否按时、登记表是否齐全",
       .en = "binding of a child: on the date, in time or late, form complete or not",
       .arguments = {person_argument},
       .fields = {{"bound", "当日已绑定", "bound on the date", "yesNo"},
                  {"unit", "单位", "unit", "unit"},
                  {"parent", "父母", "parent", "person"},
                  {"timing",
                   "办理情况",
                   "timing",
                   "code",
                   {},
                   "in_time|late|missing|pending|not_required|undetermined"},
                  {"timely", "按时", "timely", "yesNo"},
                  {"handledOn", "办理日期", "handled on", "date"},
                  {"deadline", "期限（含）", "deadline (inclusive)", "date"},
                  {"daysLate", "逾期天数", "days late", "count"},
                  {"consequence", "逾期后果", "consequence", "text"},
                  {"formComplete", "登记表齐全", "form complete", "yesNo"},
                  {"defects", "登记表缺项", "defects of the form", "list"},
                  {"bindings", "绑定记录", "bindings", "rows", binding_columns}},
       .judge = judge},
  };
}

}  // namespace kinledger::projections
