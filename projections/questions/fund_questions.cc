// a unit's channel account of a fund year, and finance's view by level.
#include "projections/judgments/channel_account.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;
using ledger::UnitId;

void write_channel(const ChannelAccount& account, AnswerWriter& writer) {
  writer.put("fiscalLevel", {writer.code("fiscalLevel", account.fiscal_level)});
  writer.put("children", {std::int64_t{account.months.children}}, account.months.backing);
  writer.put("childMonths", {std::int64_t{account.months.total()}}, account.months.backing);
  writer.put("childrenUndetermined", {std::int64_t{account.months.undetermined}});
  writer.put("rate", account.rate);
  writer.put("expected", account.expected);
  for (const auto& [choice, amount] : account.expected_alternatives) {
    writer.add_alternative(choice, {amount});
  }
  writer.put_or_none("allocated", account.allocated);
  writer.put("overAllocated", account.over_allocated);
  if (account.personal_share_included) {
    Backing derived;
    derived.weaken(ledger::Certainty::derived);
    writer.put("overAllocatedCause",
               {Word{"personal_share_included",
                     {"含职工个人缴纳部分", "employees' own contributions included"}}},
               derived);
  } else {
    writer.put("overAllocatedCause", none());
  }
  writer.put("channel", account.channel);
}

/// A year's surplus is what is left at its end (年末结余).
bool is_over(ledger::Year fund_year, ledger::Date on) { return on >= ledger::last_day(fund_year); }

void write_surplus(const ChannelAccount& account, ledger::Date on, AnswerWriter& writer) {
  const auto write = [&](std::string_view field, const Judged<ledger::Fen>& left) {
    writer.put(field,
               is_over(account.fund_year, on) ? left : Judged<ledger::Fen>::nothing(left.backing));
  };
  write("surplus", account.surplus);
  writer.put("recovered", {account.recovered});
  write("outstanding", account.outstanding);
  writer.put("recoverBy", account.recover_by);
}

void write_use(const ChannelAccount& account, AnswerWriter& writer) {
  writer.put("reimbursed", {account.reimbursed}, account.used_backing);
  writer.put("paidBack", {account.paid_back}, account.used_backing);
  Backing net = account.used_backing;
  net.weaken(ledger::Certainty::derived);
  writer.put("used", {account.used}, net);
  writer.put("fromChannel", account.from_channel);
  writer.put("topUpNeeded", account.top_up_needed);
  writer.put("toppedUp", {account.topped_up});
  writer.put("improperTopUp", account.improper_top_up);
  const bool is_improper =
      account.improper_top_up.value && account.improper_top_up.value->value > 0;
  if (is_improper) {
    writer.fail("improper_top_up",
                {"原渠道资金未用完即由财政补助", "topped up although the channel was not used up"});
  }
}

Result<void> judge_balance(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of_unit(knowledge, *arguments.unit);
  writer.use(jurisdiction);
  const auto account = judge_channel_account(
      knowledge, {*arguments.unit, jurisdiction, arguments.year_or_that_of_on(), arguments.on});
  write_channel(account, writer);
  write_use(account, writer);
  write_surplus(account, arguments.on, writer);
  writer.apply(account.steps);
  return {};
}

constexpr Heading level_columns[] = {
    {"fiscalLevel", "财政级次", "fiscal level", "code", {}, "of fiscalLevel"},
    {"units", "单位数", "units", "count"},
    {"undetermined", "未确定单位数", "units undetermined", "count"},
    {"channel", "原渠道资金", "channel", "money"},
    {"used", "已用", "used", "money"},
    {"topUpNeeded", "应补助", "top-up needed", "money"},
    {"toppedUp", "已补助", "topped up", "money"},
    {"improperTopUp", "不当补助", "improper top-up", "money"},
    {"surplus", "结余", "surplus", "money"},
    {"recovered", "已收回", "recovered", "money"},
    {"outstanding", "待收回", "outstanding", "money"},
};

Result<void> judge_finance(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  writer.use(jurisdiction_of(Dossier(Subject::region()), knowledge.rules()));
  std::vector<FinanceLevel> levels;
  const auto listed = asking.subjects(Subject::Kind::unit, [&](const Subject& subject) {
    const UnitId unit{subject.id};
    knowledge.stay_small();
    // Schools, banks and agencies are units of the ledger too, without a channel.
    const auto& itself = knowledge.unit_itself(unit);
    if (itself.of(ledger::EventType::unit_recorded).empty()) return true;
    const auto jurisdiction = jurisdiction_of_unit(knowledge, unit);
    add_to_levels(
        levels, judge_channel_account(
                    knowledge, {unit, jurisdiction, arguments.year_or_that_of_on(), arguments.on}));
    return true;
  });
  if (!listed) return listed.error();
  const bool has_ended = is_over(arguments.year_or_that_of_on(), arguments.on);
  std::vector<Row> rows;
  Backing backing;
  for (const auto& level : levels) {
    backing.add(level.backing);
    rows.push_back({{writer.code("fiscalLevel", level.fiscal_level)},
                    {std::int64_t{level.units}},
                    {std::int64_t{level.undetermined}},
                    {level.channel},
                    {level.used},
                    {level.top_up_needed},
                    {level.topped_up},
                    {level.improper_top_up},
                    has_ended ? Value{level.surplus} : none(),
                    {level.recovered},
                    has_ended ? Value{level.outstanding} : none()});
  }
  writer.put("levels", {std::move(rows)}, backing);
  return {};
}

}  // namespace

std::vector<Question> fund_questions() {
  return {
      {.name = "balance",
       .id = "Q-11",
       .zh = "单位资金年度的原渠道、列支、财政补助和结余",
       .en = "a unit's channel, use, fiscal top-up and surplus of a fund year",
       .arguments = {unit_argument, year_argument},
       .fields =
           {{"fiscalLevel", "财政级次", "fiscal level", "code", {}, "of fiscalLevel"},
            {"children", "符合条件子女人数", "eligible children", "count"},
            {"childMonths", "人月数", "child-months", "count"},
            {"childrenUndetermined", "未确定子女人数", "children undetermined", "count"},
            {"rate", "标准（元/人/月）", "rate per child and month", "money"},
            {"expected", "应筹资金", "channel expected", "money"},
            {"allocated", "已列筹资", "channel allocated", "money"},
            {"overAllocated", "多列（少列为负）", "allocated above expected", "money"},
            {"overAllocatedCause", "多列原因", "why above", "code", {}, "personal_share_included"},
            {"channel", "原渠道资金", "channel", "money"},
            {"reimbursed", "已报销", "reimbursed", "money"},
            {"paidBack", "退回", "paid back", "money"},
            {"used", "已用（净额）", "used, net", "money"},
            {"fromChannel", "原渠道列支", "from the channel", "money"},
            {"topUpNeeded", "应由财政补助", "top-up needed", "money"},
            {"toppedUp", "已由财政补助", "topped up", "money"},
            {"improperTopUp", "不当补助", "improper top-up", "money"},
            {"surplus", "年末结余", "surplus", "money"},
            {"recovered", "已收回", "recovered", "money"},
            {"outstanding", "待收回", "outstanding", "money"},
            {"recoverBy", "收回期限", "recover by", "date"}},
       .judge = judge_balance},
      {.name = "finance",
       .id = "Q-12",
       .zh = "各级财政的补助和待收回结余",
       .en = "top-ups and surpluses to recover by fiscal level",
       .arguments = {year_argument},
       .fields = {{"levels", "各级财政", "levels", "rows", level_columns}},
       .about_everyone = true,
       .judge = judge_finance},
  };
}

}  // namespace kinledger::projections
