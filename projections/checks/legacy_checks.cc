// The end of the legacy pooling (子女统筹) and its rectification: CHK-01 to 03, 05 to 07 and 11.
#include <algorithm>

#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/legacy_records.h"
#include "projections/checks/topics.h"
#include "projections/judgments/eligibility.h"
#include "projections/judgments/findings.h"
#include "projections/judgments/legacy_pooling.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Sequence;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- findings of the audit

constexpr Heading legacy_columns[] = {
    {"finding", "问题编号", "finding", "text"},
    {"dueBy", "整改期限（含）", "due by (inclusive)", "date"},
    {"closedOn", "销号日期", "closed on", "date"},
    {"daysLate", "逾期天数", "days late", "count"},
};

std::vector<Sequence> records_of(Inspection& inspection, std::string_view finding) {
  std::vector<Sequence> records;
  for (const auto* fact : inspection.acts(EventType::finding_opened))
    if (fact->event.text(Field::finding) == finding) records.push_back(fact->sequence);
  // Closings name no unit: they are the region's.
  for (const auto& fact : inspection.rules().region().of(EventType::finding_closed))
    if (fact.event.text(Field::finding) == finding && act_date(fact) <= inspection.on())
      records.push_back(fact.sequence);
  return records;
}

void overdue_findings(Inspection& inspection) {
  for (const auto& finding :
       audit_findings(inspection.rules(), inspection.dossier(), inspection.on())) {
    if (finding.due_to.undetermined && !finding.closed_on) {
      inspection.undecided(
          {*finding.due_to.undetermined, records_of(inspection, finding.number), finding.unit});
    }
    if (finding.met != false) continue;
    inspection.report({.rule = finding.reasons.empty() ? nullptr : finding.reasons.front().rule,
                       .facts = records_of(inspection, finding.number),
                       .backing = finding.met_backing,
                       .cells = {{finding.number},
                                 AnswerWriter::value_of(finding.due_to),
                                 cell_or_none(finding.closed_on),
                                 count_cell(finding.days_late)},
                       .unit = finding.unit});
  }
}

// ---------------------------------------------------------------- members of the legacy pooling

constexpr Heading beyond_end_columns[] = {
    {"legacyTo", "子女统筹至（含）", "legacy member to (inclusive)", "date"},
    {"daysOver", "超期天数", "days over", "count"},
};

void report_beyond_end(Inspection& inspection) {
  for (const auto& beyond : legacy_beyond_end(inspection)) {
    inspection.report({.rule = beyond.end,
                       .facts = {beyond.record->sequence},
                       .cells = {cell_or_none(beyond.last), count_cell(beyond.days)},
                       .unit = beyond.record->event.unit(Field::unit)});
  }
}

/// Where a legacy member at the end of the pooling went, once the pooling has ended.
std::optional<Migration> migration_of(Inspection& inspection) {
  if (inspection.legacy().empty()) return std::nullopt;
  const Rule* end = end_of_pooling(inspection);
  if (end == nullptr || inspection.on() <= end->as<SchemeEnd>().last_day) return std::nullopt;
  return inspection.migration();
}

std::vector<Sequence> membership_records(Inspection& inspection) {
  std::vector<Sequence> records;
  for (const auto type :
       {EventType::legacy_membership_recorded, EventType::legacy_member_converted})
    for (const auto* fact : inspection.acts(type)) records.push_back(fact->sequence);
  return records;
}

Value age_of(const ConversionRuling& conversion) {
  return conversion.age_years ? count_cell(*conversion.age_years) : none();
}

const Word converted{"converted", {"统一转换", "converted"}};
const Word own_choice{"own_choice", {"自行选择险种", "own choice"}};

constexpr Heading not_migrated_columns[] = {
    {"age", "转换日周岁", "age on the day of the conversion", "count"},
    {"routeDue", "应走途径", "route due", "code", {}, "converted|own_choice"},
};

/// The member came to the next scheme by an enrollment or a conversion that is still to come.
bool went_later(Inspection& inspection) {
  const auto* end = end_of_pooling(inspection);
  const auto* next =
      inspection.timeline().of(ledger::year_of(ledger::add_days(end->as<SchemeEnd>().last_day, 1)));
  if (next == nullptr || next->membership.handled_on <= inspection.on()) return false;
  const auto origin = next->membership.origin;
  return origin == Membership::Origin::enrollment || origin == Membership::Origin::conversion;
}

void not_migrated(Inspection& inspection) {
  const auto migration = migration_of(inspection);
  if (!migration) return;
  const auto& ruling = migration->conversion.ruling;
  if (left_the_pooling(inspection, end_of_pooling(inspection)->as<SchemeEnd>().scheme)) return;
  if (migration->state == MigrationState::undetermined) {
    inspection.undecided(ruling, membership_records(inspection));
    return;
  }
  if (migration->state != MigrationState::not_migrated && !went_later(inspection)) return;
  const bool converts = ruling.truth == Truth::yes;
  const auto& end = *end_of_pooling(inspection);
  const auto& ended = end.as<SchemeEnd>();
  inspection.report(
      {.rule = converts ? migration->conversion.rule
                        : rule_saying(inspection.rules(), ended.members_rule, end,
                                      ledger::add_days(ended.last_day, 1)),
       .facts = membership_records(inspection),
       .backing = migration->backing,
       .cells = {age_of(migration->conversion), {converts ? converted : own_choice}}});
}

constexpr Heading wrong_conversion_columns[] = {
    {"age", "转换日周岁", "age on the day of the conversion", "count"},
    {"expected", "应为", "expected", "code", {}, "converted|own_choice"},
};

void wrong_conversion(Inspection& inspection) {
  const auto migration = migration_of(inspection);
  if (!migration || migration->conversion.rule == nullptr) return;
  const auto& ruling = migration->conversion.ruling;
  if (ruling.truth == Truth::unknown) {
    inspection.undecided(ruling, membership_records(inspection));
    return;
  }
  const bool converts = ruling.truth == Truth::yes;
  const bool is_recorded = !inspection.acts(EventType::legacy_member_converted).empty();
  if (converts == is_recorded) return;
  inspection.report(
      {.rule = migration->conversion.rule,
       .facts = membership_records(inspection),
       .backing = ruling.backing,
       .cells = {age_of(migration->conversion), {converts ? converted : own_choice}}});
}

constexpr Heading failing_columns[] = {
    {"failingCondition", "不符合的条件", "failing condition", "text"},
};

void converted_without_conditions(Inspection& inspection) {
  const auto migration = migration_of(inspection);
  if (!migration || !migration->conversion_recorded) return;
  if (inspection.acts(EventType::legacy_member_converted).empty()) return;
  const auto& meets = migration->meets_conditions;
  if (meets.truth == Truth::unknown) {
    inspection.undecided(meets, membership_records(inspection));
  } else if (meets.truth == Truth::no) {
    const Rule* rule = meets.steps.empty() ? migration->conversion.rule : meets.steps.front().rule;
    inspection.report({.rule = rule,
                       .facts = membership_records(inspection),
                       .backing = meets.backing,
                       .cells = {{joined(meets.causes)}}});
  }
}

constexpr Heading unpaid_columns[] = {
    {"amountDue", "应缴", "amount due", "money"},
    {"daysSince", "逾期天数", "days since the deadline", "count"},
};

void unpaid_at_deadline(Inspection& inspection) {
  const auto migration = migration_of(inspection);
  if (!migration) return;
  const Date after = ledger::add_days(end_of_pooling(inspection)->as<SchemeEnd>().last_day, 1);
  const auto* year = inspection.timeline().of(ledger::year_of(after), inspection.on());
  if (year == nullptr || !year->pay_by || *year->pay_by >= inspection.on()) return;
  if (year->paid_on && *year->paid_on <= inspection.on()) return;
  if (year->due.exempt.truth == Truth::yes) return;
  auto facts = membership_records(inspection);
  facts.insert(facts.end(), year->membership.facts.begin(), year->membership.facts.end());
  const Rule* rule = year->due.steps.empty() ? nullptr : year->due.steps.front().rule;
  Backing backing = year->membership.backing;
  backing.add(year->due.personal.backing);
  inspection.report({.rule = rule,
                     .facts = std::move(facts),
                     .backing = std::move(backing),
                     .cells = {AnswerWriter::value_of(year->due.personal),
                               count_cell(ledger::days_between(*year->pay_by, inspection.on()))}});
}

// ---------------------------------------------------------------- last premiums of the pooling

constexpr Heading last_premium_columns[] = {
    {"premiumMonth", "费款所属月", "premium month", "month"},
    {"reason", "情形", "reason", "code", {}, "not_collected|wrong_month|after_end"},
    {"due", "应缴", "due", "money"},
    {"collected", "已缴", "collected", "money"},
    {"collectedOn", "征收日期", "collected on", "date"},
};

const Word not_collected{"not_collected", {"未足额征收", "not collected in full"}};
const Word wrong_month{"wrong_month", {"征收月份不符", "collected in another month"}};
const Word after_end{"after_end", {"停止后的费款", "a month after the end"}};

std::vector<Sequence> collections(Inspection& inspection, ledger::Month month) {
  std::vector<Sequence> records;
  for (const auto* fact : inspection.acts(EventType::legacy_premium_collected))
    if (fact->event.month(Field::premium_month) == month) records.push_back(fact->sequence);
  return records;
}

void collected_after_end(Inspection& inspection, const Rule& rule) {
  for (const auto* fact : inspection.acts(EventType::legacy_premium_collected)) {
    const auto month = fact->event.month(Field::premium_month);
    if (!month || *month <= rule.as<LegacyCollection>().last_premium_month) continue;
    const auto amount = fact->event.money(Field::unit_amount).value_or(Fen{});
    inspection.report({.rule = &rule,
                       .facts = {fact->sequence},
                       .cells = {{*month}, {after_end}, {Fen{}}, {amount}, {act_date(*fact)}}});
  }
}

void last_premiums(Inspection& inspection) {
  const auto rules =
      inspection.rules().rules_of(RuleKind::legacy_collection, inspection.jurisdiction());
  const Rule& rule = *rules.front();
  collected_after_end(inspection, rule);
  const auto last_month = rule.as<LegacyCollection>().last_premium_month;
  if (inspection.on() <= ledger::last_day_of_month(ledger::first_day(last_month))) return;
  const auto premium = judge_legacy_premium(inspection.knowledge(), inspection.unit(),
                                            inspection.jurisdiction(), last_month);
  if (premium.headcount == 0 && !premium.collected_on) return;
  auto facts = collections(inspection, last_month);
  for (const auto& open : {premium.unit_due.undetermined, premium.collected_in.undetermined}) {
    if (!open) continue;
    inspection.undecided({*open, std::move(facts)});
    return;
  }
  if (!premium.unit_due.value || !premium.collected_in.value) return;
  const Date collect_by = ledger::last_day_of_month(ledger::first_day(*premium.collected_in.value));
  const bool is_late = inspection.on() > collect_by;
  const bool is_short = premium.unit_collected < *premium.unit_due.value;
  const bool is_other_month = premium.collected_on && ledger::month_of(*premium.collected_on) !=
                                                          *premium.collected_in.value;
  if (!is_other_month && !(is_short && is_late)) return;
  auto backing = premium.unit_due.backing;
  backing.add(premium.collected_in.backing);
  inspection.report({.rule = &rule,
                     .facts = std::move(facts),
                     .backing = std::move(backing),
                     .cells = {{last_month},
                               {is_short ? not_collected : wrong_month},
                               AnswerWriter::value_of(premium.unit_due),
                               {premium.unit_collected},
                               cell_or_none(premium.collected_on)}});
}

}  // namespace

std::vector<Check> legacy_checks() {
  return {
      {.id = "CHK-01",
       .zh = "审计问题未在整改期限内销号",
       .en = "a finding of the audit not closed by its deadline",
       .severity = Severity::serious,
       .about = {Kind::region, Kind::unit},
       .kinds = {},
       .columns = legacy_columns,
       .judge = overdue_findings},
      {.id = "CHK-02",
       .zh = "子女统筹停止后仍有效的参保记录",
       .en = "legacy membership that goes on after the end of the legacy pooling",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::scheme_end},
       .columns = beyond_end_columns,
       .judge = report_beyond_end},
      {.id = "CHK-03",
       .zh = "原子女统筹人员既未转换、也未另行参保或停保",
       .en = "legacy member with no conversion, enrollment or end",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::scheme_end},
       .columns = not_migrated_columns,
       .judge = not_migrated},
      {.id = "CHK-05",
       .zh = "不应转换而转换，或应转换而未转换",
       .en = "converted though the rules convert others, or not converted though they do",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::conversion},
       .columns = wrong_conversion_columns,
       .judge = wrong_conversion},
      {.id = "CHK-06",
       .zh = "已转换，但不符合转入险种的任一参保条件",
       .en = "converted, but meets none of the conditions of the new scheme",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::conversion},
       .columns = failing_columns,
       .judge = converted_without_conditions},
      {.id = "CHK-07",
       .zh = "原子女统筹人员转换或选择险种后，缴费截止日仍未缴费",
       .en = "legacy member converted or enrolled, and still unpaid after the deadline",
       .severity = Severity::warning,
       .about = {Kind::person},
       .kinds = {RuleKind::scheme_end},
       .columns = unpaid_columns,
       .judge = unpaid_at_deadline},
      {.id = "CHK-11",
       .zh = "子女统筹最后一月保费未按时足额征收，或征收了停止后的费款",
       .en = "last legacy premium not collected in full and in its month, or one after the end",
       .severity = Severity::warning,
       .about = {Kind::unit},
       .kinds = {RuleKind::legacy_collection},
       .columns = last_premium_columns,
       .judge = last_premiums},
  };
}

}  // namespace kinledger::projections
