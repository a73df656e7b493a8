// personal accounts and free examinations.
#include <algorithm>

#include "projections/judgments/examinations.h"
#include "projections/judgments/personal_accounts.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::AccountYear;
using ledger::Result;

constexpr Heading move_columns[] = {
    {"on", "日期", "date", "date"},
    {"from", "转出人", "from", "person"},
    {"to", "转入人", "to", "person"},
    {"yearClass", "账户年份", "class of year", "code", {}, "current|past"},
    {"amount", "金额", "amount", "money"},
    {"allowed", "符合规定", "allowed", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

constexpr Heading spent_columns[] = {
    {"on", "日期", "date", "date"},
    {"item", "项目", "item", "code", {}, "of accountItem"},
    {"yearClass", "账户年份", "class of year", "code", {}, "current|past"},
    {"amount", "金额", "amount", "money"},
    {"allowed", "符合规定", "allowed", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

Word account_year_word(AccountYear year_class) {
  switch (year_class) {
    case AccountYear::current:
      return {"current", {"当年账户", "current-year account"}};
    case AccountYear::past:
      return {"past", {"历年账户", "past-year account"}};
    case AccountYear::unspecified:
      break;
  }
  return std::get<Word>(none().held);
}

/// What was spent, and whether the item asked about may be paid.
void write_items(Knowledge& knowledge, ledger::Area jurisdiction, const Arguments& arguments,
                 AnswerWriter& writer) {
  const auto& person = *arguments.person;
  if (const auto item = arguments.text("item"); item.empty()) {
    writer.put("itemAllowed", none());
  } else {
    const auto year_class =
        arguments.text("yearClass") == "current" ? AccountYear::current : AccountYear::past;
    const auto ruling =
        item_allowed(knowledge, person, jurisdiction, {item, year_class, arguments.on});
    writer.put("itemAllowed", ruling);
    writer.apply(ruling.steps);
    writer.fail(ruling);
  }
  std::vector<Row> rows;
  for (const auto& fact : knowledge.person(person).of(ledger::EventType::account_spent)) {
    const auto on = fact.event.envelope().valid_on;
    if (!on || *on > arguments.on) continue;
    const auto item = fact.event.text(ledger::Field::item);
    const auto year_class = fact.event.as<AccountYear>(ledger::Field::year_class);
    const auto ruling = item_allowed(knowledge, person, jurisdiction, {item, year_class, *on});
    rows.push_back({{*on},
                    {writer.code("accountItem", item)},
                    {account_year_word(year_class)},
                    {fact.event.money(ledger::Field::amount).value_or(ledger::Fen{})},
                    writer.value_of(ruling),
                    {fact.sequence}});
  }
  writer.put("spent", {std::move(rows)});
}

Result<void> judge_accounts(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto account = judge_account(knowledge, *arguments.person, jurisdiction, arguments.on);
  writer.put("pastBalance", {account.past});
  writer.put("currentBalance", {account.current});
  if (const auto text = arguments.text("yearClass"); text.empty()) {
    writer.put("mayTransfer", none());
  } else {
    const auto ruling =
        transfer_allowed(knowledge.rules(), jurisdiction,
                         text == "past" ? AccountYear::past : AccountYear::current, arguments.on);
    writer.put("mayTransfer", ruling);
    writer.apply(ruling.steps);
    writer.fail(ruling);
  }
  write_items(knowledge, jurisdiction, arguments, writer);
  Ruling all{.truth = Truth::yes};
  std::vector<Row> rows;
  for (const auto& move : account.moves) {
    all.truth = all_of(all.truth, move.allowed.truth);
    all.backing.add(move.allowed.backing);
    if (move.allowed.truth != Truth::yes) all.causes = move.allowed.causes;
    writer.apply(move.allowed.steps);
    rows.push_back({{move.on},
                    {move.from},
                    {move.to},
                    {account_year_word(move.year_class)},
                    {move.amount},
                    writer.value_of(move.allowed),
                    {move.sequence}});
  }
  if (rows.empty()) {
    writer.put("allAllowed", none());
  } else {
    writer.put("allAllowed", all);
    writer.fail(all);
  }
  writer.put("transfers", {std::move(rows)}, all.backing);
  return {};
}

Result<void> judge_exam(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto judge = [&](ledger::Date on) {
    return judge_examination(knowledge, *arguments.person, jurisdiction, on);
  };
  const auto judged = judge(arguments.on);
  writer.put("entitled", judged.entitled);
  writer.put("scheme", {writer.code("scheme", judged.scheme)});
  writer.put_or_none("lastTaken", judged.last_taken);
  writer.put_or_none("nextFrom", judged.next_from, judged.entitled.backing);
  writer.apply(judged.entitled.steps);
  writer.fail(judged.entitled);
  if (judged.entitled.truth == Truth::no) {
    writer.would_change_on(
        nearest_yes(judged.entitled, [&](ledger::Date on) { return judge(on).entitled; }));
  }
  return {};
}

}  // namespace

std::vector<Question> benefit_questions() {
  return {
      {.name = "account",
       .id = "Q-25",
       .zh = "个人账户余额和家庭共济",
       .en = "personal account balances and moves to family members",
       .arguments =
           {person_argument,
            {"yearClass",
             Argument::Kind::code,
             false,
             "账户年份",
             "class of year",
             {},
             "current|past"},
            {"item", Argument::Kind::code, false, "支付项目", "what is paid", "accountItem", {}}},
       .fields = {{"pastBalance", "历年账户余额", "past-year balance", "money"},
                  {"currentBalance", "当年账户余额", "current-year balance", "money"},
                  {"mayTransfer", "该类账户资金可以转移", "a balance of that class may be moved",
                   "yesNo"},
                  {"allAllowed", "转移均符合规定", "all moves allowed", "yesNo"},
                  {"itemAllowed", "该项目可由账户支付", "the item may be paid", "yesNo"},
                  {"transfers", "转移记录", "moves", "rows", move_columns},
                  {"spent", "支出记录", "spent", "rows", spent_columns}},
       .judge = judge_accounts},
      {.name = "examination",
       .id = "Q-28",
       .zh = "能否享受免费体检",
       .en = "entitlement to a free examination",
       .arguments = {person_argument},
       .fields = {{"entitled", "可以享受", "entitled", "yesNo"},
                  {"scheme", "险种", "scheme", "code", {}, "of scheme"},
                  {"lastTaken", "最近体检", "last taken", "date"},
                  {"nextFrom", "下次可享受", "next from", "date"}},
       .judge = judge_exam},
  };
}

}  // namespace kinledger::projections
