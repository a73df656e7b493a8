// a retiree's contributions, benefit start, credit basis and interruption; joining alone.
#include <algorithm>

#include "projections/judgments/credit_basis.h"
#include "projections/judgments/eligibility.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/retirement.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::Field;
using ledger::Result;

/// Packs declare it in the list personStatus.
constexpr std::string_view interruption_status = "interruption";

struct RetirementCase {
  Knowledge& knowledge;
  const ledger::PersonId& who;
  const Dossier& person;
  Area jurisdiction;
  Date on;
  AnswerWriter& writer;
  std::optional<Date> retired_on = {};

  const Rulebook& rules() const { return knowledge.rules(); }
};

/// Months as they are recorded; a state that nobody recorded is not known to be none.
void write_months(const RetirementCase& asked, std::string_view field,
                  std::optional<std::int64_t> months, const Undetermined& why) {
  if (months) {
    asked.writer.put(field, {*months});
  } else {
    asked.writer.put_undetermined(field, why);
  }
}

void write_start(const RetirementCase& asked, const RetirementContributions& judged) {
  const auto why =
      judged.shortfall.undetermined ? judged.shortfall.undetermined : judged.start_open;
  if (!asked.retired_on || (!why && !judged.benefits_from)) {
    asked.writer.put("benefitsFrom", none());
  } else if (why) {
    asked.writer.put_undetermined("benefitsFrom", *why);
  } else {
    asked.writer.put("benefitsFrom", {*judged.benefits_from}, judged.start_backing);
  }
}

void write_top_up(const RetirementCase& asked, const RetirementContributions& judged) {
  if (judged.shortfall.undetermined) {
    for (const auto* field : {"topUpNeeded", "topUpAmount"})
      asked.writer.put_undetermined(field, *judged.shortfall.undetermined);
    return;
  }
  const bool is_short = *judged.shortfall.value > 0;
  const auto& open_amount = judged.rule->as<RetirementContribution>().open_point_amount;
  asked.writer.put("topUpNeeded", {is_short}, judged.shortfall.backing);
  if (is_short && !open_amount.empty()) {
    asked.writer.put_undetermined("topUpAmount",
                                  open_point(open_amount, asked.rules(), asked.jurisdiction));
  } else {
    asked.writer.put("topUpAmount", none());
  }
}

/// What somebody was short of at the retirement; of who has not retired, would be on the day.
void write_contributions(const RetirementCase& asked) {
  const auto judged =
      judge_retirement_contributions(asked.knowledge, {.person = asked.who,
                                                       .jurisdiction = asked.jurisdiction,
                                                       .on = asked.retired_on.value_or(asked.on),
                                                       .topped_up_by = asked.on});
  write_months(asked, "contributionMonths", judged.months,
               not_recorded("缴费月数", "months of contributions"));
  asked.writer.put("shortfallMonths", judged.shortfall);
  write_top_up(asked, judged);
  write_start(asked, judged);
  asked.writer.apply(judged.steps);
}

/// What the bands take off; nothing where it hangs on months that are not recorded.
std::optional<std::int64_t> points_of(const InterruptionReduction& reduction,
                                      std::optional<std::int64_t> months) {
  std::int64_t points = 0;
  for (const auto& band : reduction.bands) {
    if (!months && band.points != 0) return std::nullopt;
    if (months && *months >= band.months_from) points = -band.points;
  }
  return points;
}

/// The rule that was in force at the retirement decides, by the interruption until then; for care
/// after its end the documents do not say whether its repeal helps.
void write_reduction(const RetirementCase& asked) {
  const auto* interruption =
      state_of(asked.person, interruption_status, asked.retired_on.value_or(asked.on));
  std::optional<std::int64_t> months;
  if (interruption != nullptr) months = interruption->event.integer(Field::months);
  const auto why = not_recorded("累计中断缴费月数", "months of interruption");
  write_months(asked, "interruptionMonths", months, why);
  if (!asked.retired_on) {
    asked.writer.put("reductionPoints", none());
    return;
  }
  for (const Rule* rule :
       asked.rules().rules_of(RuleKind::interruption_reduction, asked.jurisdiction)) {
    if (!rule->governs(*asked.retired_on)) continue;
    const auto& reduction = rule->as<InterruptionReduction>();
    auto population = population_ruling(*rule, reduction.population, asked.who, *asked.retired_on,
                                        asked.knowledge);
    if (population.truth == Truth::no) continue;
    if (interruption != nullptr) population.steps.front().facts.push_back(interruption->sequence);
    asked.writer.apply(population.steps);
    const auto points = points_of(reduction, months);
    const bool after_repeal = rule->until && asked.on >= *rule->until;
    if (population.truth == Truth::unknown) {
      asked.writer.put_undetermined("reductionPoints",
                                    undetermined_by(population, asked.rules(), asked.jurisdiction));
    } else if (!points) {
      asked.writer.put_undetermined("reductionPoints", why);
    } else if (after_repeal && *points != 0) {
      asked.writer.put_undetermined(
          "reductionPoints",
          open_point(reduction.open_point_after, asked.rules(), asked.jurisdiction));
    } else {
      asked.writer.put("reductionPoints", {*points}, population.backing);
    }
    return;
  }
  asked.writer.put_undetermined("reductionPoints",
                                no_rule("没有已采用的规则规定退休当日的中断扣减",
                                        "no adopted rule speaks about interruptions at the "
                                        "retirement"));
}

void write_basis(const RetirementCase& asked) {
  const auto judged = judge_credit_basis(asked.knowledge, asked.who, asked.jurisdiction, asked.on);
  asked.writer.apply(judged.steps);
  if (judged.basis.undetermined) {
    asked.writer.put_undetermined("creditBasis", *judged.basis.undetermined);
  } else {
    asked.writer.put("creditBasis", {asked.writer.code("creditBasis", *judged.basis.value)},
                     judged.basis.backing);
  }
  if (judged.amount_open) {
    asked.writer.put_undetermined("creditAmount", *judged.amount_open);
  } else {
    asked.writer.put("creditAmount", none());
  }
}

Result<void> judge_retiree(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& person = knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(person, knowledge.rules());
  writer.use(jurisdiction);
  RetirementCase asked{knowledge, *arguments.person, person, jurisdiction, arguments.on, writer};
  const auto* retirement = retirement_of(person, arguments.on);
  if (retirement != nullptr) asked.retired_on = act_date(*retirement);
  writer.put_or_none("retiredOn", asked.retired_on);
  write_contributions(asked);
  write_reduction(asked);
  write_basis(asked);
  return {};
}

Result<void> judge_joint(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  Ruling alone = no_rule_ruling("没有已采用的规则要求同时参保",
                                "no adopted rule asks to join both insurances together");
  for (const Rule* rule :
       knowledge.rules().rules_of(RuleKind::joint_participation, jurisdiction, arguments.on)) {
    alone = ruling_of(
        *rule,
        evaluate(rule->as<JointParticipation>().alone, *arguments.person, arguments.on, knowledge),
        knowledge.rules());
    writer.put("scheme", {writer.code("scheme", rule->as<JointParticipation>().scheme)},
               alone.backing);
    writer.put("mayJoinAlone", alone);
    writer.apply(alone.steps);
    writer.fail(alone);
    return {};
  }
  writer.put("scheme", none());
  writer.put("mayJoinAlone", alone);
  return {};
}

}  // namespace

std::vector<Question> retirement_questions() {
  return {
      {.name = "retiree",
       .id = "Q-26",
       .zh = "退休人员缴费年限、待遇起始、划账依据和中断扣减",
       .en = "a retiree's contributions, benefit start, credit basis and interruption",
       .arguments = {person_argument},
       .fields = {{"retiredOn", "退休日期", "retired on", "date"},
                  {"contributionMonths", "缴费月数", "months of contributions", "count"},
                  {"shortfallMonths", "不足月数", "months short", "count"},
                  {"topUpNeeded", "须一次性补缴", "a lump sum is needed", "yesNo"},
                  {"topUpAmount", "补缴金额", "lump sum", "money"},
                  {"benefitsFrom", "退休待遇起始日", "benefits from", "date"},
                  {"interruptionMonths", "中断月数", "months interrupted", "count"},
                  {"reductionPoints", "基金支付比例增减（百分点）",
                   "change of the fund's share, percentage points", "count"},
                  {"creditBasis", "划账依据", "basis of the credit", "code", {}, "of creditBasis"},
                  {"creditAmount", "划账金额", "amount of the credit", "money"}},
       .judge = judge_retiree},
      {.name = "joint",
       .id = "Q-26",
       .zh = "能否单独参加医保（不同时参加养老保险）",
       .en = "whether a person may join medical insurance without the pension",
       .arguments = {person_argument},
       .fields = {{"scheme", "险种", "scheme", "code", {}, "of scheme"},
                  {"mayJoinAlone", "可单独参加", "may join alone", "yesNo"}},
       .judge = judge_joint},
  };
}

}  // namespace kinledger::projections
