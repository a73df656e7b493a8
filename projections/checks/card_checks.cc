// Social security cards (社会保障卡): how they are applied for (CHK-31), and what is missing for a
// first one (CHK-57).
#include <algorithm>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/topics.h"
#include "projections/judgments/cards.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/steps.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::CardState;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Sequence;

using Kind = Subject::Kind;
using Milestone = Milestones::Step;

// ---------------------------------------------------------------- defects of applying

constexpr Heading process_columns[] = {
    {"defect",
     "缺陷",
     "defect",
     "code",
     {},
     "already_has_card|missing_material|bank_not_listed|proxy_not_allowed|"
     "debit_before_enrollment"},
    {"on", "办理日期", "handled on", "date"},
    {"bank", "银行", "bank", "code", {}, "of bank"},
    {"missing", "缺少的材料", "missing materials", "list"},
};

const Word already_has_card{"already_has_card", {"已有卡仍申领", "has a card already"}};
const Word missing_material{"missing_material", {"材料不全", "materials are missing"}};
const Word bank_not_listed{"bank_not_listed", {"银行不在名单内", "the bank is not listed"}};
const Word proxy_not_allowed{"proxy_not_allowed", {"不得代办", "a guardian may not apply"}};
const Word debit_before_enrollment{"debit_before_enrollment",
                                   {"参保前签订代扣协议", "debit agreement before the enrollment"}};

struct ProcessDefect {
  const Word& defect;
  Date on;
  std::string_view bank = {};
  std::vector<Word> missing = {};
};

void report_defect(Inspection& inspection, Irregularity found, ProcessDefect defect) {
  found.cells = {{defect.defect},
                 {defect.on},
                 {word_of_code(inspection.rules(), "bank", defect.bank)},
                 {std::move(defect.missing)}};
  inspection.report(std::move(found));
}

StepCase steps_of(Inspection& inspection) {
  return {inspection.knowledge(), inspection.person(), inspection.jurisdiction()};
}

bool is_applied(const Fact& fact) {
  return fact.event.as<CardState>(Field::state) == CardState::applied;
}

/// What is done towards a card: materials, the unit's batch, applications; by day.
std::vector<const Fact*> applications(Inspection& inspection) {
  auto acts = inspection.acts(EventType::card_material_submitted);
  for (const auto* fact : inspection.acts(EventType::card_batch_entry_sent)) acts.push_back(fact);
  for (const auto* fact : inspection.acts(EventType::card_state_changed))
    if (is_applied(*fact)) acts.push_back(fact);
  std::ranges::stable_sort(acts, {}, [](const Fact* fact) { return act_date(*fact); });
  return acts;
}

void judge_holder(Inspection& inspection, const std::vector<const Fact*>& acts) {
  const auto held = step_done(steps_of(inspection), Milestone::card, {}, inspection.on());
  if (!held) return;
  const auto again =
      std::ranges::find_if(acts, [&](const Fact* act) { return act_date(*act) > held->on; });
  if (again == acts.end()) return;
  const Date on = act_date(**again);
  const auto routes =
      inspection.rules().rules_of(RuleKind::card_route, inspection.jurisdiction(), on);
  const auto rule = std::ranges::find_if(
      routes, [](const Rule* route) { return route->as<CardRoute>().without_card_only; });
  if (rule == routes.end()) return;
  report_defect(inspection,
                {.rule = *rule,
                 .facts = {held->sequence, (*again)->sequence},
                 .unit = (*again)->event.unit(Field::unit)},
                {already_has_card, on, (*again)->event.text(Field::bank)});
}

/// The day from which the materials of a batch are complete or not: that on which it was sent, else
/// the one after its last. Nothing for what goes with no batch.
std::optional<Date> materials_due_from(Inspection& inspection,
                                       const std::vector<const Fact*>& submissions,
                                       const std::vector<const Fact*>& sent) {
  if (!sent.empty()) return act_date(*sent.front());
  for (const auto* submission : submissions) {
    const auto judged =
        card_route_on(inspection.rules(), inspection.jurisdiction(), act_date(*submission));
    if (judged.route.batch_to) return ledger::add_days(*judged.route.batch_to, 1);
  }
  return std::nullopt;
}

void judge_materials(Inspection& inspection) {
  const auto submissions = inspection.acts(EventType::card_material_submitted);
  const auto sent = inspection.acts(EventType::card_batch_entry_sent);
  const auto due_from = materials_due_from(inspection, submissions, sent);
  if (!due_from || inspection.on() < *due_from) return;
  const Rule* rule =
      card_rule(inspection.rules(), RuleKind::card_materials, inspection.jurisdiction(), *due_from);
  if (rule == nullptr) return;
  std::vector<Sequence> facts;
  facts.reserve(submissions.size() + sent.size());
  for (const auto* fact : submissions) facts.push_back(fact->sequence);
  for (const auto* fact : sent) facts.push_back(fact->sequence);
  const auto names_none = [](const Fact* fact) {
    return fact->event.enumerants(Field::materials).empty();
  };
  auto missing = missing_materials(*rule, inspection.dossier(), inspection.on());
  if (missing.empty()) return;
  if (submissions.empty() || std::ranges::any_of(submissions, names_none)) {
    inspection.undecided(
        {.why = not_recorded(inspection, "提交的制卡材料", "the materials that were handed in"),
         .facts = std::move(facts)});
    return;
  }
  std::vector<Word> words;
  words.reserve(missing.size());
  for (auto& name : missing) words.push_back({name.en, name});
  const auto& last = submissions.back()->event;
  report_defect(inspection,
                {.rule = rule, .facts = std::move(facts), .unit = last.unit(Field::unit)},
                {missing_material, *due_from, last.text(Field::bank), std::move(words)});
}

void judge_banks(Inspection& inspection, const std::vector<const Fact*>& acts) {
  std::vector<std::string_view> reported;
  for (const auto* act : acts) {
    const auto bank = act->event.text(Field::bank);
    const Rule* rule = card_rule(inspection.rules(), RuleKind::card_banks,
                                 inspection.jurisdiction(), act_date(*act));
    if (bank.empty() || rule == nullptr) continue;
    const auto& banks = rule->as<CardBanks>().banks;
    const bool is_known = std::ranges::find(banks, bank) != banks.end() ||
                          std::ranges::find(reported, bank) != reported.end();
    if (is_known) continue;
    reported.push_back(bank);
    report_defect(inspection,
                  {.rule = rule, .facts = {act->sequence}, .unit = act->event.unit(Field::unit)},
                  {bank_not_listed, act_date(*act), bank});
  }
}

/// In person at a bank: neither through the unit nor in its batch.
bool is_individual(Inspection& inspection, const Fact& application) {
  return is_applied(application) && !application.event.unit(Field::unit) &&
         std::ranges::none_of(
             inspection.acts(EventType::card_batch_entry_sent),
             [&](const Fact* sent) { return act_date(*sent) <= act_date(application); });
}

void judge_applicant(Inspection& inspection, const Fact& application) {
  const Date on = act_date(application);
  const auto bank = application.event.text(Field::bank);
  const Rule* rule =
      card_rule(inspection.rules(), RuleKind::card_applicant, inspection.jurisdiction(), on);
  const bool by_guardian = application.event.text(Field::applicant) == "guardian";
  if (rule == nullptr || !by_guardian || !is_individual(inspection, application)) return;
  const auto age = age_of(inspection.dossier(), inspection.rules(), inspection.jurisdiction(), on);
  if (!age || bank.empty()) {
    inspection.undecided(
        {.why = not_recorded(inspection, "出生日期或申领银行", "date of birth, or the bank"),
         .facts = {application.sequence}});
    return;
  }
  const auto ruling = may_apply(*rule, {.bank = bank, .by_guardian = true, .age = *age});
  if (ruling.truth != Truth::no) return;
  report_defect(inspection,
                {.rule = rule, .facts = {application.sequence}, .backing = ruling.backing},
                {proxy_not_allowed, on, bank});
}

/// Children of whom the dossier's person is recorded as a parent or guardian by the date; one may
/// be there more than once.
std::vector<ledger::PersonId> children_of_person(const Dossier& person, Date on) {
  std::vector<ledger::PersonId> children;
  for (const auto type : {EventType::kinship_recorded, EventType::binding_registered,
                          EventType::legacy_membership_recorded}) {
    for (const auto& fact : person.of(type)) {
      if (act_date(fact) > on) continue;
      const auto parent = fact.event.person(Field::parent);
      const auto child = fact.event.person(Field::person);
      if (parent && child && person.names(*parent)) children.push_back(*child);
    }
  }
  return children;
}

/// The payer can be the insured person or a guardian: the agreement then waits for the enrollment
/// of one of the children.
void judge_debit_order(Inspection& inspection, const Fact& agreement) {
  const Date signed_on = act_date(agreement);
  const auto in_order = [&](const ledger::PersonId& person) {
    return steps_before(Milestone::debit_agreement,
                        {inspection.knowledge(), person, inspection.jurisdiction()}, signed_on);
  };
  const auto own = in_order(inspection.person());
  if (own.truth != Truth::no) return;
  const auto children = children_of_person(inspection.dossier(), inspection.on());
  for (const auto& child : children)
    if (in_order(child).truth == Truth::yes) return;
  const auto bank = agreement.event.text(Field::bank);
  std::vector<Sequence> facts{agreement.sequence};
  const auto later = step_done(steps_of(inspection), Milestone::enrollment, {}, inspection.on());
  const bool is_insured_person = later || !inspection.legacy().empty() ||
                                 !inspection.acts(EventType::card_state_changed).empty() ||
                                 !inspection.acts(EventType::card_material_submitted).empty();
  if (!is_insured_person && children.empty()) {
    inspection.undecided(
        {.why = not_recorded(inspection, "为谁代扣保费", "for whom the premium is debited"),
         .facts = std::move(facts)});
    return;
  }
  if (later) facts.push_back(later->sequence);
  report_defect(inspection,
                {.rule = own.steps.front().rule, .facts = std::move(facts), .backing = own.backing},
                {debit_before_enrollment, signed_on, bank});
}

void card_defects(Inspection& inspection) {
  const auto acts = applications(inspection);
  if (!acts.empty()) {
    judge_holder(inspection, acts);
    judge_materials(inspection);
    judge_banks(inspection, acts);
    for (const auto* act : acts)
      if (act->event.type() == EventType::card_state_changed) judge_applicant(inspection, *act);
  }
  for (const auto* agreement : inspection.acts(EventType::debit_agreement_recorded))
    judge_debit_order(inspection, *agreement);
}

// ---------------------------------------------------------------- first cards

constexpr Heading first_card_columns[] = {
    {"missing", "缺少的步骤", "missing step", "code", {}, "photo|card"},
    {"age", "缴费时周岁", "age at the payment", "count"},
    {"paidOn", "缴费到账日期", "payment arrived on", "date"},
    {"collectFrom", "可领取日期", "can be collected from", "date"},
};

const Word missing_photo{"photo", {"未提交照片", "no photo was handed in"}};
const Word missing_card{"card", {"可领取而未制卡", "no card although it is time"}};

/// The first payment of a year that the rule speaks of, while it is in force; null if there is
/// none.
const Payment* first_payment(Inspection& inspection, const Rule& rule) {
  for (const auto* payment : payments_made(inspection)) {
    if (rule.governs(payment->paid_on) &&
        speaks_of(rule, payment->year, inspection.rules()) == Truth::yes)
      return payment;
  }
  return nullptr;
}

std::optional<ledger::UnitId> agent_of(Inspection& inspection, ledger::Year year) {
  for (const auto& act : enrollment_acts(inspection))
    if (act.insurance_year() == year && act.agent) return act.agent;
  return std::nullopt;
}

/// Whether a photo is needed is looked at when the payment has been made.
void judge_first_card(Inspection& inspection, const Rule& rule, const Payment& payment) {
  const auto age =
      age_of(inspection.dossier(), inspection.rules(), inspection.jurisdiction(), payment.paid_on);
  const auto unit = agent_of(inspection, payment.year);
  if (!age) {
    inspection.undecided({.why = not_recorded(inspection, "出生日期", "date of birth"),
                          .facts = {payment.sequence},
                          .unit = unit});
    return;
  }
  const auto judged =
      judge_collection(rule, {inspection.dossier(), inspection.jurisdiction(), *age},
                       inspection.rules(), inspection.on());
  const bool lacks_photo = judged.needs_photo && !judged.photo_on;
  const auto& collect_from = judged.collect_from;
  const bool lacks_card = collect_from.value && inspection.on() > *collect_from.value;
  if (!lacks_card && !(lacks_photo && judged.paid_on && inspection.on() > *judged.paid_on)) return;
  inspection.report({.rule = &rule,
                     .facts = {payment.sequence},
                     .backing = lacks_photo ? judged.photo_backing : collect_from.backing,
                     .cells = {{lacks_photo ? missing_photo : missing_card},
                               count_cell(*age),
                               cell_or_none(judged.paid_on),
                               cell_or_none(collect_from.value)},
                     .unit = unit});
}

void first_card_steps(Inspection& inspection) {
  if (has_card(card_state(inspection.dossier(), inspection.on()))) return;
  for (const Rule* rule :
       inspection.rules().rules_of(RuleKind::card_collection, inspection.jurisdiction())) {
    if (const auto* payment = first_payment(inspection, *rule))
      judge_first_card(inspection, *rule, *payment);
  }
}

}  // namespace

std::vector<Check> card_checks() {
  return {
      {.id = "CHK-31",
       .zh = "社会保障卡：已有卡、材料不全、银行不在名单、不得代办、参保前签订代扣协议",
       .en = "card: already held, materials missing, bank not listed, guardian not allowed, debit "
             "agreement before the enrollment",
       .severity = Severity::notice,
       .about = {Kind::person},
       .kinds = {RuleKind::card_materials, RuleKind::card_banks, RuleKind::card_route,
                 RuleKind::card_applicant, RuleKind::step_order},
       .columns = process_columns,
       .judge = card_defects},
      {.id = "CHK-57",
       .zh = "首次制卡缺少照片，或到期未制卡",
       .en = "first card: no photo, or no card although it is time",
       .severity = Severity::notice,
       .about = {Kind::person},
       .kinds = {RuleKind::card_collection},
       .columns = first_card_columns,
       .judge = first_card_steps},
  };
}

}  // namespace kinledger::projections
