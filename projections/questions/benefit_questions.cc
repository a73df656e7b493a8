// personal accounts and free examinations.
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
    {"yearClass", "账户年份", "class of year", "code"},
    {"amount", "金额", "amount", "money"},
    {"allowed", "符合规定", "allowed", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

Word word_of(AccountYear year_class) {
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
                    {word_of(move.year_class)},
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
       .arguments = {person_argument,
                     {"yearClass",
                      Argument::Kind::code,
                      false,
                      "账户年份",
                      "class of year",
                      {},
                      "current|past"}},
       .fields = {{"pastBalance", "历年账户余额", "past-year balance", "money"},
                  {"currentBalance", "当年账户余额", "current-year balance", "money"},
                  {"mayTransfer", "该类账户资金可以转移", "a balance of that class may be moved",
                   "yesNo"},
                  {"allAllowed", "转移均符合规定", "all moves allowed", "yesNo"},
                  {"transfers", "转移记录", "moves", "rows", move_columns}},
       .judge = judge_accounts},
      {.name = "examination",
       .id = "Q-28",
       .zh = "能否享受免费体检",
       .en = "entitlement to a free examination",
       .arguments = {person_argument},
       .fields = {{"entitled", "可以享受", "entitled", "yesNo"},
                  {"scheme", "险种", "scheme", "code"},
                  {"lastTaken", "最近体检", "last taken", "date"},
                  {"nextFrom", "下次可享受", "next from", "date"}},
       .judge = judge_exam},
  };
}

}  // namespace kinledger::projections
