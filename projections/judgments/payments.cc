#include "projections/judgments/payments.h"

#include <algorithm>

#include "projections/judgments/amounts.h"
#include "projections/judgments/handling.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Field;

void take_back(Payment& payment, Fen& amount, ledger::Sequence reversal) {
  const Fen taken{std::min(amount.value, payment.net().value)};
  payment.paid_back.value += taken.value;
  amount.value -= taken.value;
  payment.reversals.push_back(reversal);
}

/// What is paid back beyond what was paid takes nothing more away.
void apply_reversal(std::vector<Payment>& payments, const Fact& fact) {
  Fen amount = fact.event.money(Field::amount).value_or(Fen{});
  if (const auto reversed = fact.event.fact(Field::payment)) {
    const auto at = std::ranges::find(payments, *reversed, &Payment::fact);
    if (at != payments.end()) take_back(*at, amount, fact.sequence);
    return;
  }
  const auto year = fact.event.year(Field::insurance_year);
  const auto paid_back_on = fact.event.envelope().valid_on;
  for (auto at = payments.rbegin(); at != payments.rend() && amount.value > 0; ++at) {
    const bool came_before = !paid_back_on || at->paid_on <= *paid_back_on;
    if (at->year != year || !came_before || at->net().value <= 0) continue;
    take_back(*at, amount, fact.sequence);
  }
}

/// What is asked, and of which rules.
struct PaymentCase {
  const Rulebook& rules;
  const PremiumQuestion& question;
};

/// One share of a premium as a rule gives it.
Judged<Fen> resolve(const Amount& amount, Backing backing, const PaymentCase& asked, Step& step) {
  const auto& [rules, question] = asked;
  return amount_of(amount,
                   {.jurisdiction = question.jurisdiction, .name = {}, .year = question.year},
                   rules, std::move(backing), step);
}

const Premium::Due* due_of(const Premium& premium, const PremiumQuestion& question,
                           std::string_view category) {
  if (premium.insurance_year && *premium.insurance_year != question.year) return nullptr;
  if (premium.paid_from && question.paid_on < *premium.paid_from) return nullptr;
  if (premium.paid_to && question.paid_on > *premium.paid_to) return nullptr;
  const auto at = std::ranges::find_if(premium.due, [&](const Premium::Due& due) {
    return due.scheme == question.scheme && (due.category.empty() || due.category == category);
  });
  return at == premium.due.end() ? nullptr : &*at;
}

PremiumDue due_by(const Rule& rule, const Premium::Due& due, Ruling population,
                  const PaymentCase& asked) {
  Backing backing;
  backing.certainty = due.certainty.value_or(rule.certainty);
  for (const auto& point : rule.interpretations) backing.rely_on(point);
  backing.add({ledger::Certainty::document, population.backing.relies_on});
  Step step = std::move(population.steps.front());
  PremiumDue result;
  result.personal = resolve(due.personal, backing, asked, step);
  result.standard = result.personal;
  Step further;
  result.government = resolve(due.government, backing, asked, further);
  result.government_level = due.government_level;
  const bool is_total_stated = due.total.fixed || !due.total.announced.empty();
  if (is_total_stated) {
    Backing stated = backing;
    // An open share leaves the total as it is stated.
    if (stated.certainty == ledger::Certainty::open) {
      stated.certainty = ledger::Certainty::document;
    }
    result.total = resolve(due.total, std::move(stated), asked, further);
  } else if (result.personal.value && result.government.value) {
    result.total =
        Judged<Fen>::of({result.personal.value->value + result.government.value->value}, backing);
    result.total.backing.weaken(ledger::Certainty::derived);
  } else {
    result.total = Judged<Fen>::open(
        no_rule("文件未载明合计金额", "the documents do not state the sum of both shares"));
  }
  result.steps.push_back(std::move(step));
  return result;
}

/// Takes the personal share from who is exempt and adds it to that of finance.
void apply_exemption(Knowledge& knowledge, const PremiumQuestion& question, PremiumDue& due) {
  auto exemption = exemption_of(knowledge, {.person = question.person,
                                            .jurisdiction = question.jurisdiction,
                                            .scheme = question.scheme,
                                            .on = question.paid_on});
  due.exempt = std::move(exemption.ruling);
  due.exempt_payer = exemption.payer;
  if (due.exempt.truth == Truth::no || !exemption.is_ruled) return;
  append(due.steps, due.exempt.steps);
  if (due.exempt.truth == Truth::unknown) {
    // A standing that is not proven yet: the share is due for now.
    if (exemption.is_unproven) {
      due.personal.backing.rely_on(due.exempt.open_point);
    } else {
      due.personal =
          Judged<Fen>::open(undetermined_by(due.exempt, knowledge.rules(), question.jurisdiction));
    }
    return;
  }
  const bool by_finance = exemption.payer == ledger::PayerKind::finance;
  if (by_finance && due.personal.value && due.government.value) {
    due.government.value->value += due.personal.value->value;
    due.government.backing.add(due.exempt.backing);
  }
  due.personal = Judged<Fen>::of(Fen{0}, due.exempt.backing);
}

bool is_regular(const ledger::EventView& premium) {
  const auto kind = premium.as<ledger::PremiumKind>(Field::kind);
  return kind != ledger::PremiumKind::back_payment &&
         kind != ledger::PremiumKind::retirement_top_up;
}

}  // namespace

std::vector<Payment> payments_of(const Dossier& person, ledger::Area jurisdiction) {
  std::vector<Payment> payments;
  for (const auto& fact : person.of(EventType::premium_paid)) {
    if (!is_about(fact, person, jurisdiction)) continue;
    const auto& event = fact.event;
    const auto recorded_on = ledger::civil_date_of(event.envelope().recorded_at);
    const auto year = event.year(Field::insurance_year);
    if (!year) continue;
    payments.push_back({.sequence = fact.sequence,
                        .fact = event.envelope().fact,
                        .paid_on = event.envelope().valid_on.value_or(recorded_on),
                        .posted_on = event.date(Field::posted_on),
                        .recorded_on = recorded_on,
                        .year = *year,
                        .scheme = std::string(event.text(Field::scheme)),
                        .enrollment = event.fact(Field::enrollment),
                        .channel = std::string(event.text(Field::channel)),
                        .mode = std::string(event.text(Field::mode)),
                        .period = std::string(event.text(Field::period)),
                        .payer = event.as<ledger::PayerKind>(Field::payer_kind),
                        .is_regular = is_regular(event),
                        .amount = event.money(Field::amount).value_or(Fen{}),
                        .paid_back = {},
                        .reversals = {}});
  }
  std::ranges::stable_sort(payments, {}, &Payment::paid_on);
  for (const auto& fact : person.of(EventType::payment_reversed)) {
    if (is_about(fact, person, jurisdiction)) apply_reversal(payments, fact);
  }
  return payments;
}

PremiumDue premium_due(Knowledge& knowledge, const PremiumQuestion& question) {
  const Rule* waits_for = nullptr;
  Ruling unknown;
  const auto judged_category = question.of_category
                                   ? CategoryJudgment{}
                                   : category_of(knowledge, {.person = question.person,
                                                             .jurisdiction = question.jurisdiction,
                                                             .scheme = question.scheme,
                                                             .year = question.year,
                                                             .enrolled_on = question.enrolled_on});
  // What was recorded counts where the rules leave the category open.
  const bool by_rules =
      !question.of_category && (question.category.empty() || judged_category.category.value);
  const std::string category =
      judged_category.category.value.value_or(std::string(question.category));
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::premium, question.jurisdiction)) {
    const auto& premium = rule->as<Premium>();
    if (!premium.insurance_year && !rule->governs(question.paid_on)) continue;
    const auto* due = due_of(premium, question, category);
    if (due == nullptr) continue;
    auto population =
        population_ruling(*rule, premium.population, question.person, question.paid_on, knowledge);
    if (population.truth == Truth::yes) {
      auto result = due_by(*rule, *due, std::move(population), {knowledge.rules(), question});
      result.category = category;
      for (auto* share : {&result.personal, &result.standard, &result.total}) {
        if (!by_rules) break;
        for (const auto& point : judged_category.category.backing.relies_on)
          share->backing.rely_on(point);
      }
      if (by_rules) append(result.steps, judged_category.steps);
      apply_exemption(knowledge, question, result);
      return result;
    }
    if (population.truth == Truth::unknown && waits_for == nullptr) {
      waits_for = rule;
      unknown = std::move(population);
    }
  }
  PremiumDue none;
  if (judged_category.category.undetermined) {
    none.personal = none.standard = none.government = none.total =
        Judged<Fen>::open(*judged_category.category.undetermined, judged_category.category.backing);
    none.category = category;
    none.steps = judged_category.steps;
    return none;
  }
  const auto why = waits_for != nullptr
                       ? undetermined_by(unknown, knowledge.rules(), question.jurisdiction)
                       : no_rule("没有已采用的规则规定该险种该年度在该缴费日的标准",
                                 "no adopted rule sets this scheme's premium of the year for "
                                 "this payment date");
  none.category = category;
  none.personal = none.standard = none.government = none.total = Judged<Fen>::open(why);
  none.steps = std::move(unknown.steps);
  apply_exemption(knowledge, question, none);
  return none;
}

}  // namespace kinledger::projections
