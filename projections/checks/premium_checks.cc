// Premiums: CHK-10 and 39.
#include <algorithm>
#include <utility>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/not_recorded.h"
#include "projections/judgments/premium_year.h"
#include "projections/judgments/sums.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::PayerKind;
using ledger::Sequence;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- paid and due

constexpr Heading difference_columns[] = {
    {"due", "应缴", "due", "money"},
    {"paid", "实缴", "paid", "money"},
    {"difference", "差额（实缴减应缴）", "paid less due", "money"},
};

/// The lump sum at retirement is no premium of a year.
bool is_top_up(Inspection& inspection, const Payment& payment) {
  const auto* fact = inspection.dossier().find(payment.fact);
  return fact != nullptr &&
         fact->event.as<ledger::PremiumKind>(Field::kind) == ledger::PremiumKind::retirement_top_up;
}

/// Premiums of one membership and year up to the date.
struct YearOfPremiums {
  Fen paid;
  std::optional<Date> last_on;
  std::vector<Sequence> facts;
};

void add(Inspection& inspection, const Payment& payment, YearOfPremiums& year) {
  if (payment.paid_on > inspection.on() || is_top_up(inspection, payment)) return;
  const auto amount = paid_by_then(inspection, payment);
  if (amount.value <= 0) return;
  add_up(year.paid, amount);
  year.last_on = payment.paid_on;
  year.facts.push_back(payment.sequence);
}

void compare(Inspection& inspection, const PremiumDue& due, YearOfPremiums year) {
  // Who is exempt and was charged is found by the check of exemptions.
  if (due.exempt.truth == Truth::yes) return;
  if (due.personal.undetermined) {
    inspection.undecided({*due.personal.undetermined, std::move(year.facts)});
    return;
  }
  if (!due.personal.value || *due.personal.value == year.paid) return;
  auto backing = due.personal.backing;
  backing.weaken(ledger::Certainty::derived);
  inspection.report({.rule = due.steps.empty() ? nullptr : due.steps.front().rule,
                     .facts = std::move(year.facts),
                     .backing = std::move(backing),
                     .cells = {{*due.personal.value},
                               {year.paid},
                               {Fen{year.paid.value - due.personal.value->value}}}});
}

void judge_year(Inspection& inspection, const CoverageYear& year) {
  YearOfPremiums paid;
  for (const auto& payment : year.payments) add(inspection, payment, paid);
  if (!paid.last_on) return;
  if (year.paid_on && *year.paid_on <= inspection.on()) {
    compare(inspection, year.due, std::move(paid));
    return;
  }
  // Not paid in full, and still in time: the rest may come.
  if (year.pay_by && inspection.on() <= *year.pay_by) return;
  const auto due = due_if_paid(inspection.knowledge(), inspection.person(),
                               inspection.jurisdiction(), year, *paid.last_on);
  compare(inspection, due, std::move(paid));
}

void premiums_not_as_due(Inspection& inspection) {
  if (inspection.payments().empty()) return;
  std::vector<Sequence> matched;
  for (const auto& year : inspection.timeline().years) {
    for (const auto& payment : year.payments) matched.push_back(payment.sequence);
    judge_year(inspection, year);
  }
  YearOfPremiums rest;
  for (const auto& payment : inspection.payments())
    if (std::ranges::find(matched, payment.sequence) == matched.end())
      add(inspection, payment, rest);
  if (rest.facts.empty()) return;
  inspection.undecided(
      {not_recorded("该笔缴费所属的参保", "the enrollment paid for"), std::move(rest.facts)});
}

// ---------------------------------------------------------------- exempt and charged

constexpr Heading exempt_columns[] = {
    {"certificate", "证件", "certificate", "code", {}, "of certificate"},
    {"validTo", "有效期至（含）", "valid to (inclusive)", "date"},
    {"amount", "金额", "amount", "money"},
};

/// A pack may declare it: an exemption is judged on the payment date.
constexpr std::string_view point_fact_date = "I-09";

bool asks_for_list(const Condition& condition) {
  const auto any = [](const std::vector<Condition>& parts) {
    return std::ranges::any_of(parts, asks_for_list);
  };
  const auto& test = condition.test;
  if (const auto* all = std::get_if<AllOf>(&test)) return any(all->parts);
  if (const auto* some = std::get_if<AnyOf>(&test)) return any(some->parts);
  if (const auto* negated = std::get_if<Not>(&test)) return any(negated->part);
  if (const auto* parent = std::get_if<AnyParent>(&test)) return any(parent->part);
  if (const auto* both = std::get_if<BothParents>(&test)) return any(both->part);
  return std::holds_alternative<ExemptionListTest>(test);
}

/// Exemptions that a list proves are looked at by another check.
bool has_exemption_by_standing(Inspection& inspection) {
  return std::ranges::any_of(
      inspection.rules().rules_of(RuleKind::exemption, inspection.jurisdiction()),
      [](const Rule* rule) { return !asks_for_list(rule->as<Exemption>().condition); });
}

/// What somebody else paid of the personal share, or the person of what somebody else has to pay.
struct SharePaid {
  Sequence sequence;
  Date on;
  std::string_view scheme;  ///< may be empty
  Fen amount;
  std::optional<ledger::FactId> evidence = {};  ///< on which the exemption was granted
};

/// The certificate that decided, or else the one that was shown or held last by the day.
const Fact* certificate_of(Inspection& inspection, const Ruling& ruling, const SharePaid& share) {
  const Fact* last = nullptr;
  for (const auto* fact : inspection.acts(EventType::certificate_recorded)) {
    for (const auto& step : ruling.steps)
      if (std::ranges::find(step.facts, fact->sequence) != step.facts.end()) return fact;
    if (share.evidence == fact->event.envelope().fact) return fact;
    if (act_date(*fact) > share.on) continue;
    if (last == nullptr || act_date(*fact) >= act_date(*last)) last = fact;
  }
  return last;
}

void report_share(Inspection& inspection, const SharePaid& share, Ruling ruling, Backing backing) {
  const auto* certificate = certificate_of(inspection, ruling, share);
  std::vector<Sequence> facts{share.sequence};
  add_facts(facts, ruling.steps);
  if (certificate != nullptr) facts.push_back(certificate->sequence);
  const auto valid_to =
      certificate == nullptr ? std::nullopt : certificate->event.date(Field::valid_to);
  inspection.report({.rule = ruling.steps.empty() ? nullptr : ruling.steps.front().rule,
                     .facts = std::move(facts),
                     .backing = std::move(backing),
                     .cells = {{certificate == nullptr
                                    ? none()
                                    : Value{word_of_code(inspection.rules(), "certificate",
                                                         certificate->event.text(Field::kind))}},
                               cell_or_none(valid_to),
                               {share.amount}}});
}

Ruling exemption_on(Inspection& inspection, const SharePaid& share) {
  return exemption_of(inspection.knowledge(), {.person = inspection.person(),
                                               .jurisdiction = inspection.jurisdiction(),
                                               .scheme = share.scheme,
                                               .on = share.on})
      .ruling;
}

void judge_granted(Inspection& inspection, const SharePaid& share) {
  auto ruling = exemption_on(inspection, share);
  if (ruling.truth == Truth::unknown) inspection.undecided(ruling, {share.sequence});
  if (ruling.truth != Truth::no) return;
  auto backing = ruling.backing;
  backing.weaken(ledger::Certainty::derived);
  report_share(inspection, share, std::move(ruling), std::move(backing));
}

void judge_charged(Inspection& inspection, const SharePaid& share) {
  auto ruling = exemption_on(inspection, share);
  const bool is_ruled = !ruling.steps.empty();
  if (ruling.truth == Truth::unknown && is_ruled) inspection.undecided(ruling, {share.sequence});
  if (ruling.truth != Truth::yes) return;
  auto backing = ruling.backing;
  backing.weaken(ledger::Certainty::derived);
  rely_on_declared(backing, point_fact_date, inspection.rules(), inspection.jurisdiction());
  report_share(inspection, share, std::move(ruling), std::move(backing));
}

/// The scheme that is paid for, where the record of the payment names none.
std::string_view scheme_of(Inspection& inspection, ledger::Year year) {
  const auto* held = inspection.timeline().of(year);
  return held == nullptr ? std::string_view() : std::string_view(held->membership.scheme);
}

/// Finance also pays a share for everybody; a record of that names no group and no evidence.
bool is_government_share(Inspection& inspection, const Fact& subsidised, ledger::Year year) {
  const auto& event = subsidised.event;
  if (!event.text(Field::category).empty() || event.fact(Field::evidence)) return false;
  const auto* held = inspection.timeline().of(year);
  return held != nullptr && held->due.government.value == event.money(Field::amount) &&
         held->due.government.value.has_value();
}

void judge_subsidised(Inspection& inspection) {
  for (const auto* fact : inspection.acts(EventType::fiscal_premium_subsidised)) {
    const auto& event = fact->event;
    const auto year = event.year(Field::insurance_year).value_or(ledger::year_of(act_date(*fact)));
    if (is_government_share(inspection, *fact, year)) continue;
    judge_granted(inspection, {.sequence = fact->sequence,
                               .on = act_date(*fact),
                               .scheme = scheme_of(inspection, year),
                               .amount = event.money(Field::amount).value_or(Fen{}),
                               .evidence = event.fact(Field::evidence)});
  }
}

void exemptions_not_as_due(Inspection& inspection) {
  const bool concerns = !inspection.payments().empty() ||
                        !inspection.acts(EventType::fiscal_premium_subsidised).empty();
  if (!concerns || !has_exemption_by_standing(inspection)) return;
  judge_subsidised(inspection);
  for (const auto& payment : inspection.payments()) {
    if (payment.paid_on > inspection.on() || is_top_up(inspection, payment)) continue;
    const SharePaid share{.sequence = payment.sequence,
                          .on = payment.paid_on,
                          .scheme = payment.scheme.empty() ? scheme_of(inspection, payment.year)
                                                           : std::string_view(payment.scheme),
                          .amount = paid_by_then(inspection, payment)};
    if (share.amount.value <= 0) continue;
    switch (payment.payer) {
      case PayerKind::finance:
      case PayerKind::unemployment_fund:
        judge_granted(inspection, share);
        break;
      case PayerKind::unit:  // pays a share of its own
        break;
      default:
        judge_charged(inspection, share);
    }
  }
}

}  // namespace

std::vector<Check> premium_checks() {
  return {
      {.id = "CHK-10",
       .zh = "实缴保费与险种、类别、年度的标准不符",
       .en = "premium paid is not the one due for class and year",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::premium},
       .columns = difference_columns,
       .judge = premiums_not_as_due},
      {.id = "CHK-39",
       .zh = "无当日有效证件或身份而免缴，或持有有效证件而被收费",
       .en = "exempted without a certificate or standing valid on the day, or charged with one",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::exemption},
       .columns = exempt_columns,
       .judge = exemptions_not_as_due},
  };
}

}  // namespace kinledger::projections
