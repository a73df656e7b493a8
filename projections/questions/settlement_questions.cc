// the layers of a settlement year, fixed shares, and which care a scheme pays.
#include <algorithm>

#include "projections/judgments/settlement.h"
#include "projections/judgments/sums.h"
#include "projections/kinds/benefits.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

constexpr Heading band_columns[] = {
    {"from", "自", "from", "money"},
    {"to", "至", "to", "money"},
    {"amount", "金额", "amount", "money"},
    {"ratio", "比例", "share paid", "text"},
};

constexpr Heading routed_columns[] = {
    {"fund", "纳入的基金", "fund", "code", {}, "of fund"},
    {"amount", "个人负担（范围内）", "borne in scope", "money"},
    {"paid", "支付金额", "paid", "money"},
};

Value money_or_none(const std::optional<ledger::Fen>& amount) {
  return amount ? Value{*amount} : none();
}

void write_above(const SettlementLayers& layers, AnswerWriter& writer) {
  writer.put("excess", layers.excess);
  writer.put("abovePaid", layers.above_payment);
  if (layers.above_at_least_open) {
    writer.put_undetermined("aboveAtLeast", *layers.above_at_least_open);
  } else if (layers.above_at_least) {
    writer.put("aboveAtLeast", {layers.above_at_least->down}, layers.excess.backing);
  } else {
    writer.put("aboveAtLeast", none());
  }
  const auto& payer = layers.above_payer;
  writer.put("abovePayer",
             payer.undetermined ? Value{*payer.undetermined}
                                : Value{writer.code("fund", payer.value.value_or(""))},
             payer.backing);
}

void write_hardship(const SettlementLayers& layers, AnswerWriter& writer) {
  writer.put("burden", whole(layers.burden, layers.burden_open));
  writer.put("hardshipThreshold", layers.hardship_threshold);
  writer.put("hardshipEligible", layers.hardship);
  if (const auto& range = layers.hardship_range) {
    writer.put("hardshipShare", {percent_text(range->first) + "–" + percent_text(range->second)},
               layers.hardship.backing);
  } else if (layers.hardship_share_open) {
    writer.put_undetermined("hardshipShare", *layers.hardship_share_open);
  } else {
    writer.put("hardshipShare", none());
  }
  writer.put("hardshipExcess", layers.hardship_excess);
  writer.put("hardshipAtLeast", layers.hardship_at_least);
  writer.put("hardshipAtMost", layers.hardship_at_most);
  writer.apply(layers.hardship.steps);
}

Result<void> judge_settlement_question(Asking& asking, const Arguments& arguments,
                                       AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto layers = judge_settlement(knowledge, {.person = *arguments.person,
                                                   .jurisdiction = jurisdiction,
                                                   .year = arguments.year_or_that_of_on(),
                                                   .scheme = arguments.text("scheme"),
                                                   .on = arguments.on});
  if (layers.scheme_open) {
    writer.put_undetermined("scheme", *layers.scheme_open);
  } else {
    writer.put("scheme", {writer.code("scheme", layers.scheme)});
  }
  writer.put("inScope", whole(layers.in_scope, layers.in_scope_open));
  writer.put("deductible", whole(layers.deductible, layers.deductible_open));
  writer.put("ceiling", layers.ceiling);
  writer.put("fundPayment", layers.fund_payment);
  write_above(layers, writer);
  write_hardship(layers, writer);
  writer.put("layers", {writer.codes("benefitLayer", layers.layers)}, layers.layers_backing);
  std::vector<Row> bands;
  for (const auto& band : layers.bands) {
    bands.push_back({AnswerWriter::value_of(band.from), money_or_none(band.to),
                     AnswerWriter::value_of(band.amount),
                     band.open ? Value{*band.open} : Value{percent_text(*band.ratio)}});
  }
  writer.put("bands", {std::move(bands)}, layers.bands_backing);
  std::vector<Row> routed;
  for (const auto& cost : layers.routed) {
    routed.push_back({{writer.code("fund", cost.fund)},
                      AnswerWriter::value_of(cost.amount),
                      cost.rate ? Value{*cost.rate} : none()});
  }
  writer.put("routed", {std::move(routed)});
  writer.apply(layers.steps);
  return {};
}

constexpr Heading share_columns[] = {
    {"serviceOn", "就医日期", "service on", "date"},
    {"inScope", "范围内费用", "in scope", "money"},
    {"insured", "基本和大病支付（未登记大病支付的，为没有）",
     "paid by basic and serious-illness insurance; of the latter nothing unless recorded", "money"},
    {"designated", "定点机构", "designated institution", "yesNo"},
    {"personal", "个人应负担", "person bears", "money"},
    {"assistance", "救助应支付", "assistance pays", "money"},
    {"recordedPersonal", "登记的个人负担", "recorded personal", "money"},
    {"recordedAssistance", "登记的救助", "recorded assistance", "money"},
    {"sequence", "记录", "record", "sequence"},
};

/// What a part of the cases comes to: open as soon as one is; none where no institution has the
/// designation.
Judged<ledger::Fen> total(const std::vector<FixedShareCase>& cases,
                          Judged<ledger::Fen> FixedShareCase::*part) {
  auto sum = Judged<ledger::Fen>::nothing();
  for (const auto& one : cases) {
    const auto& judged = one.*part;
    if (judged.undetermined) return judged;
    sum.backing.add(judged.backing);
    if (!judged.value) continue;
    sum.value = sum.value.value_or(ledger::Fen{});
    add_up(*sum.value, *judged.value);
  }
  return sum;
}

Result<void> judge_fixed_shares(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto cases = fixed_shares(knowledge, {.person = *arguments.person,
                                              .jurisdiction = jurisdiction,
                                              .year = arguments.year_or_that_of_on(),
                                              .scheme = arguments.text("scheme"),
                                              .on = arguments.on});
  std::vector<Row> rows;
  Backing backing;
  for (const auto& one : cases) {
    backing.add(one.personal.backing);
    rows.push_back({{one.service_on},
                    AnswerWriter::value_of(whole(one.in_scope, one.in_scope_open)),
                    AnswerWriter::value_of(whole(one.insured, one.insured_open)),
                    writer.value_of(one.designated),
                    AnswerWriter::value_of(one.personal),
                    AnswerWriter::value_of(one.assistance),
                    money_or_none(one.recorded_personal),
                    money_or_none(one.recorded_assistance),
                    {one.settlement}});
    writer.apply(one.steps);
    writer.fail(one.designated);
  }
  writer.put("personal", total(cases, &FixedShareCase::personal));
  writer.put("assistance", total(cases, &FixedShareCase::assistance));
  writer.put("settlements", {std::move(rows)}, backing);
  return {};
}

Result<void> judge_care_class(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& rules = asking.knowledge.rules();
  const auto jurisdiction = jurisdiction_of(Dossier(Subject::region()), rules);
  writer.use(jurisdiction);
  const auto scheme = arguments.text("scheme");
  const auto wanted = arguments.text("class");
  const auto enumerants = ledger::type_info(ledger::EventType::medical_settlement_recorded)
                              .find(ledger::Field::care_class)
                              ->enumerants;
  Ruling ruling = no_rule_ruling("没有已采用的规则规定该险种支付该类医疗",
                                 "no adopted rule says that the scheme pays this class of care");
  for (const Rule* rule : rules.rules_of(RuleKind::benefit_start, jurisdiction)) {
    const auto& start = rule->as<BenefitStart>();
    const auto is_wanted = [&](ledger::CareClass each) {
      return enumerants[static_cast<std::size_t>(each)].name == wanted;
    };
    if (std::ranges::find(start.schemes, scheme) == start.schemes.end()) continue;
    if (std::ranges::none_of(start.classes, is_wanted)) continue;
    // What has ended says nothing: another version does, or none.
    if (rule->until && *rule->until <= arguments.on) continue;
    ruling = {.truth = truth_of(rule->governs(arguments.on)), .steps = {{.rule = rule}}};
    ruling.backing.apply(*rule);
    for (const auto& point : rule->open_points) ruling.backing.rely_on(point);
    if (ruling.truth == Truth::no) {
      ruling.causes = {{"not_started", "该待遇当日未开通", "not paid on that day"}};
      if (rule->from && *rule->from > arguments.on) writer.would_change_on(rule->from);
    }
    break;
  }
  writer.put("paid", ruling);
  writer.apply(ruling.steps);
  writer.fail(ruling);
  return {};
}

}  // namespace

std::vector<Question> settlement_questions() {
  return {
      {.name = "settlement",
       .id = "Q-24",
       .zh = "结算年度各层待遇",
       .en = "layers of a settlement year: basic, above the ceiling, hardship, special diseases",
       .arguments = {person_argument, year_argument, scheme_argument},
       .fields =
           {{"scheme",
             "险种（未指明的，须为各次结算所同）",
             "scheme; unless asked for, the one that all settlements of the year have",
             "code",
             {},
             "of scheme"},
            {"inScope", "住院范围内费用", "inpatient costs in scope", "money"},
            {"deductible", "起付标准", "deductible", "money"},
            {"ceiling", "最高支付限额", "ceiling", "money"},
            {"fundPayment", "基金支付", "fund pays up to the ceiling", "money"},
            {"excess", "超过限额", "above the ceiling", "money"},
            {"abovePaid", "限额以上补助", "paid above the ceiling", "money"},
            {"aboveAtLeast", "限额以上至少补助", "paid above it at least", "money"},
            {"abovePayer", "限额以上支付方", "payer above the ceiling", "code", {}, "of fund"},
            {"burden", "计入困难救助的个人负担（范围内）",
             "borne in scope, of the care that counts for hardship assistance", "money"},
            {"hardshipThreshold", "困难救助起点", "hardship threshold", "money"},
            {"hardshipEligible", "可申请困难救助", "may have hardship assistance", "yesNo"},
            {"hardshipShare", "困难救助比例", "hardship share", "text"},
            {"hardshipExcess", "超过起点的负担", "burden above the threshold", "money"},
            {"hardshipAtLeast", "困难救助至少", "hardship assistance, at least", "money"},
            {"hardshipAtMost", "困难救助至多", "hardship assistance, at most", "money"},
            {"layers", "待遇层次", "layers", "list"},
            {"bands", "费用分段", "bands", "rows", band_columns},
            {"routed", "费用归集", "costs taken by a fund", "rows", routed_columns}},
       .judge = judge_settlement_question},
      {.name = "fixedShare",
       .id = "Q-24",
       .zh = "特殊病种个人固定负担和救助",
       .en = "fixed personal shares of special diseases and what assistance pays",
       .arguments = {person_argument, year_argument, scheme_argument},
       .fields = {{"personal", "全年个人应负担", "person bears in the year", "money"},
                  {"assistance", "全年救助应支付", "assistance pays in the year", "money"},
                  {"settlements", "结算", "settlements", "rows", share_columns}},
       .judge = judge_fixed_shares},
      {.name = "careClass",
       .id = "Q-24",
       .zh = "险种当日是否支付某类医疗",
       .en = "whether a scheme pays a class of care on the date",
       .arguments = {{"scheme", Argument::Kind::code, true, "险种", "the scheme", "scheme", {}},
                     {"class",
                      Argument::Kind::code,
                      true,
                      "医疗类别",
                      "class of care",
                      {},
                      care_class_words}},
       .fields = {{"paid", "支付", "paid", "yesNo"}},
       .judge = judge_care_class},
  };
}

}  // namespace kinledger::projections
