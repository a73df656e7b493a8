// Personal accounts and free examinations: the basis of a retiree's credits (CHK-45), examinations
// (CHK-53), what balances were spent on or moved to (CHK-55).
#include <algorithm>

#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/judgments/credit_basis.h"
#include "projections/judgments/examinations.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/personal_accounts.h"
#include "projections/judgments/retirement.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::AccountYear;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- credits of retirees

constexpr Heading basis_columns[] = {
    {"creditedOn", "划账日期", "credited on", "date"},
    {"retiredOn", "退休日期", "retired on", "date"},
    {"expected", "应有依据", "expected basis", "code", {}, "of creditBasis"},
    {"basis", "登记的依据", "recorded basis", "code", {}, "of creditBasis"},
};

void credit_bases(Inspection& inspection) {
  for (const auto* credit : inspection.acts(EventType::account_credited)) {
    const auto on = act_date(*credit);
    const auto* retirement = retirement_of(inspection.dossier(), on);
    if (retirement == nullptr ||
        inspection.rules().rules_of(RuleKind::account_basis, inspection.jurisdiction(), on).empty())
      continue;
    const auto judged = judge_credit_basis(inspection.knowledge(), inspection.person(),
                                           inspection.jurisdiction(), on);
    const std::vector<ledger::Sequence> facts{credit->sequence, retirement->sequence};
    const auto basis = credit->event.text(Field::basis);
    if (judged.basis.undetermined) {
      inspection.undecided({*judged.basis.undetermined, facts});
    } else if (basis.empty()) {
      inspection.undecided({not_recorded("划账依据", "the basis of the credit"), facts});
    } else if (basis != *judged.basis.value) {
      inspection.report(
          {.rule = judged.steps.front().rule,
           .facts = facts,
           .backing = judged.basis.backing,
           .cells = {{on},
                     {act_date(*retirement)},
                     {word_of_code(inspection.rules(), "creditBasis", *judged.basis.value)},
                     {word_of_code(inspection.rules(), "creditBasis", basis)}}});
    }
  }
}

// ---------------------------------------------------------------- examinations

constexpr Heading examination_columns[] = {
    {"takenOn", "体检日期", "taken on", "date"},
    {"reason", "情形", "reason", "code", {}, "too_often|scheme"},
    {"scheme", "险种", "scheme", "code", {}, "of scheme"},
    {"previousOn", "上次体检", "the one before", "date"},
    {"years", "相隔年度数", "years between", "count"},
    {"freeFrom", "下次可享受", "free again from", "date"},
};

const Word too_often{"too_often", {"周期内多于规定次数", "more often than the rule says"}};
const Word not_listed{"scheme", {"险种未列入", "not a scheme with a free examination"}};

void report_examination(Inspection& inspection, const ExaminationTaken& one, const Word& reason,
                        Backing backing) {
  const auto years = one.previous ? Value{std::int64_t{ledger::year_of(one.on).value -
                                                       ledger::year_of(*one.previous).value}}
                                  : none();
  inspection.report({.rule = one.rule,
                     .facts = {one.sequence},
                     .backing = std::move(backing),
                     .cells = {{one.on},
                               {reason},
                               {word_of_code(inspection.rules(), "scheme", one.scheme)},
                               cell_or_none(one.previous),
                               years,
                               cell_or_none(one.free_from)}});
}

void free_examinations(Inspection& inspection) {
  if (inspection.dossier().of(EventType::exam_taken).empty()) return;
  for (const auto& one :
       examinations_taken(inspection.rules(), inspection.dossier(), inspection.jurisdiction(),
                          inspection.timeline(), inspection.on())) {
    if (!one.scheme_has_it) {
      // The text names the schemes that have it; that others have not follows from it.
      Backing backing;
      backing.weaken(ledger::Certainty::derived);
      report_examination(inspection, one, not_listed, std::move(backing));
    } else if (one.in_turn.truth == Truth::no) {
      report_examination(inspection, one, too_often, one.in_turn.backing);
    }
  }
}

// ---------------------------------------------------------------- use of balances

constexpr Heading use_columns[] = {
    {"on", "日期", "date", "date"},
    {"reason", "情形", "reason", "code", {}, "item|shared"},
    {"item", "项目", "item", "code", {}, "of accountItem"},
    {"amount", "金额", "amount", "money"},
};

const Word not_payable{"item", {"历年账户支付项目不在所列范围", "not an item of the list"}};
const Word not_shareable{"shared", {"不可转移的账户资金", "a balance that may not be moved"}};

void report_use(Inspection& inspection, const Fact& fact, const Word& reason,
                const Ruling& ruling) {
  inspection.report(
      {.rule = ruling.steps.front().rule,
       .facts = {fact.sequence},
       .backing = ruling.backing,
       .cells = {{act_date(fact)},
                 {reason},
                 {word_of_code(inspection.rules(), "accountItem", fact.event.text(Field::item))},
                 {fact.event.money(Field::amount).value_or(Fen{})}}});
}

void use_of_balances(Inspection& inspection) {
  const auto year_class = [](const Fact* fact) {
    return fact->event.as<AccountYear>(Field::year_class);
  };
  for (const auto* spent : inspection.acts(EventType::account_spent)) {
    const auto ruling =
        item_allowed(inspection.knowledge(), inspection.person(), inspection.jurisdiction(),
                     {spent->event.text(Field::item), year_class(spent), act_date(*spent)});
    const bool is_ruled = !ruling.steps.empty();
    if (ruling.truth == Truth::no) report_use(inspection, *spent, not_payable, ruling);
    if (ruling.truth == Truth::unknown && is_ruled) inspection.undecided(ruling, {spent->sequence});
  }
  for (const auto* moved : inspection.acts(EventType::account_transferred)) {
    const auto ruling = transfer_allowed(inspection.rules(), inspection.jurisdiction(),
                                         year_class(moved), act_date(*moved));
    if (ruling.truth == Truth::no) report_use(inspection, *moved, not_shareable, ruling);
  }
}

}  // namespace

std::vector<Check> account_checks() {
  return {
      {.id = "CHK-45",
       .zh = "退休人员个人账户划账依据与退休日期的规定不符",
       .en = "account of a retiree credited by another basis than the date of retirement gives",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::account_basis},
       .columns = basis_columns,
       .judge = credit_bases},
      {.id = "CHK-53",
       .zh = "免费体检多于规定次数，或所参加险种未列入",
       .en = "free examinations more often than the rule says, or by a member of another scheme",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::examination},
       .columns = examination_columns,
       .judge = free_examinations},
      {.id = "CHK-55",
       .zh = "历年账户支付所列范围以外的项目，或转移当年账户资金",
       .en = "past-year balance spent on an item outside of the list, or a current-year balance "
             "shared",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::account_items, RuleKind::account_transfer},
       .columns = use_columns,
       .judge = use_of_balances},
  };
}

}  // namespace kinledger::projections
