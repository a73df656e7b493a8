// Pupils and their enrollment: exempt by lists (CHK-35), the points procedure (CHK-36), agent unit,
// basic registration and channel (CHK-56).
#include <algorithm>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/condition_parts.h"
#include "projections/checks/topics.h"
#include "projections/judgments/eligibility.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Sequence;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- exempt by lists

constexpr Heading pupil_exemption_columns[] = {
    {"reason", "情形", "reason", "code", {}, "not_on_list|condition_not_met|charged"},
    {"category", "免缴类别", "exempt category", "code", {}, "of exemption"},
    {"listDate", "名单日期", "date of the list", "date"},
    {"amount", "金额", "amount", "money"},
};

const Word not_on_list{"not_on_list", {"不在名单上而免缴", "exempted without being on a list"}};
const Word condition_not_met{"condition_not_met",
                             {"不符合户籍等条件而免缴", "exempted although not local"}};
const Word charged{"charged", {"在名单上而收费", "charged although on a list"}};

/// The rule that exempts by lists; null where none does, or for another year than it speaks of.
const Rule* list_rule(Inspection& inspection, ledger::Year year) {
  for (const Rule* rule :
       inspection.rules().rules_of(RuleKind::exemption, inspection.jurisdiction())) {
    const auto lists = tests_of<ExemptionListTest>(rule->as<Exemption>().condition);
    if (!lists.empty() && speaks_of(*rule, year, inspection.rules()) == Truth::yes) return rule;
  }
  return nullptr;
}

/// The last entry of the person in a list up to a date, or null.
const Fact* list_entry(Inspection& inspection, Date on) {
  const Fact* last = nullptr;
  for (const auto* fact : inspection.acts(EventType::exemption_list_entry_received)) {
    if (act_date(*fact) > on) continue;
    if (last == nullptr || act_date(*fact) >= act_date(*last)) last = fact;
  }
  return last;
}

ExemptionJudgment exemption_on(Inspection& inspection, std::string_view scheme, Date on) {
  return exemption_of(inspection.knowledge(), {.person = inspection.person(),
                                               .jurisdiction = inspection.jurisdiction(),
                                               .scheme = scheme,
                                               .on = on});
}

/// Exempt on the day of enrolling or on that of the subsidy: what finance pays later was settled
/// when the member was enrolled.
void judge_subsidised(Inspection& inspection, const Fact& subsidised,
                      const std::vector<EnrollmentAct>& enrollments) {
  const auto& event = subsidised.event;
  const auto year = event.year(Field::insurance_year);
  if (!year || list_rule(inspection, *year) == nullptr) return;
  Date tested_on = act_date(subsidised);
  auto exemption = exemption_on(inspection, {}, tested_on);
  for (const auto& act : enrollments) {
    if (act.insurance_year() != *year) continue;
    auto when_enrolled = exemption_on(inspection, act.scheme, act.handled_on);
    if (exemption.is_ruled && when_enrolled.ruling.truth < exemption.ruling.truth) continue;
    exemption = std::move(when_enrolled);
    tested_on = act.handled_on;
  }
  const auto& ruling = exemption.ruling;
  if (ruling.truth == Truth::yes) return;
  std::vector<Sequence> facts{subsidised.sequence};
  add_facts(facts, ruling.steps);
  if (ruling.truth == Truth::unknown) {
    inspection.undecided(ruling, std::move(facts));
    return;
  }
  const bool is_off_list = std::ranges::any_of(
      ruling.causes, [](const Cause& cause) { return cause.code == "exemption_list"; });
  const Fact* entry = list_entry(inspection, tested_on);
  if (entry != nullptr) facts.push_back(entry->sequence);
  auto category = event.text(Field::category);
  if (category.empty() && entry != nullptr) category = entry->event.text(Field::category);
  inspection.report({.rule = ruling.steps.front().rule,
                     .facts = std::move(facts),
                     .backing = ruling.backing,
                     .cells = {{is_off_list ? not_on_list : condition_not_met},
                               {word_of_code(inspection.rules(), "exemption", category)},
                               entry != nullptr ? Value{act_date(*entry)} : none(),
                               cell_or_none(event.money(Field::amount))}});
}

/// Who is on no list is rightly charged, whatever he shows instead.
void judge_charged(Inspection& inspection, const Payment& payment) {
  if (payment.payer == ledger::PayerKind::finance) return;
  const Fact* entry = list_entry(inspection, payment.paid_on);
  if (entry == nullptr || list_rule(inspection, payment.year) == nullptr) return;
  const auto exemption = exemption_on(inspection, payment.scheme, payment.paid_on);
  const auto& ruling = exemption.ruling;
  if (ruling.truth == Truth::no || exemption.is_unproven) return;
  std::vector<Sequence> facts{payment.sequence, entry->sequence};
  add_facts(facts, ruling.steps);
  if (ruling.truth == Truth::unknown) {
    inspection.undecided(ruling, std::move(facts));
    return;
  }
  inspection.report({.rule = ruling.steps.front().rule,
                     .facts = std::move(facts),
                     .backing = ruling.backing,
                     .cells = {{charged},
                               {word_of_code(inspection.rules(), "exemption",
                                             entry->event.text(Field::category))},
                               {act_date(*entry)},
                               {payment.net()}}});
}

void exemptions_by_list(Inspection& inspection) {
  const auto subsidised = inspection.acts(EventType::fiscal_premium_subsidised);
  if (!subsidised.empty()) {
    const auto enrollments = enrollment_acts(inspection);
    for (const auto* fact : subsidised) judge_subsidised(inspection, *fact, enrollments);
  }
  if (inspection.acts(EventType::exemption_list_entry_received).empty()) return;
  for (const auto* payment : payments_made(inspection)) judge_charged(inspection, *payment);
}

// ---------------------------------------------------------------- the points procedure

constexpr Heading points_columns[] = {
    {"enrolledOn", "参保登记日期", "enrolled on", "date"},
    {"handledOn", "积分入医办理日期", "points procedure handled on", "date"},
    {"lastDay", "办理最后一日（含）", "last day (inclusive)", "date"},
};

/// As the registration states; whoever was enrolled for an earlier year does not join for the first
/// time.
Truth joins_first_time(Inspection& inspection, const EnrollmentAct& act) {
  const auto registrations = inspection.acts(EventType::person_registered);
  const auto stated =
      registrations.empty() ? std::nullopt : registrations.back()->event.flag(Field::first_time);
  if (stated) return truth_of(*stated);
  const auto earlier = [&](const EnrollmentAct& other) {
    return other.insurance_year() < act.insurance_year();
  };
  return std::ranges::any_of(enrollment_acts(inspection), earlier) ? Truth::no : Truth::unknown;
}

void judge_points_of(Inspection& inspection, const Rule& rule, const EnrollmentAct& act) {
  const auto& procedure = rule.as<PointsProcedure>();
  const auto speaks = speaks_of(rule, act.year, inspection.rules());
  const auto first_time = joins_first_time(inspection, act);
  if (inspection.on() <= procedure.to || all_of(speaks, first_time) == Truth::no) return;
  const Date after = ledger::add_days(procedure.to, 1);
  const auto points =
      judge_points(inspection.knowledge(), inspection.person(), inspection.jurisdiction(),
                   std::min(std::max(act.handled_on, after), inspection.on()));
  using enum PointsJudgment::State;
  std::vector<Sequence> facts{act.sequence};
  add_facts(facts, points.applicable.steps);
  if (points.state == undetermined) {
    inspection.undecided(points.applicable, std::move(facts));
  } else if (points.state == waived || points.state == missed) {
    if (all_of(speaks, first_time) == Truth::unknown) {
      inspection.undecided({.why = not_recorded(inspection, "是否首次参保，或参保的医保年度",
                                                "whether it is the first time, or for which year"),
                            .facts = std::move(facts),
                            .unit = act.agent});
      return;
    }
    inspection.report({.rule = &rule,
                       .facts = std::move(facts),
                       .backing = points.applicable.backing,
                       .cells = {{act.handled_on},
                                 cell_or_none(points.handled_on),
                                 cell_or_none(points.last_day)},
                       .unit = act.agent});
  }
}

void enrolled_without_points(Inspection& inspection) {
  const auto rules =
      inspection.rules().rules_of(RuleKind::points_procedure, inspection.jurisdiction());
  for (const auto& act : enrollment_acts(inspection)) {
    if (act.kind == ledger::EnrollmentKind::newborn) continue;
    judge_points_of(inspection, *rules.front(), act);
  }
}

// ---------------------------------------------------------------- by whom and how it was handled

constexpr Heading handling_columns[] = {
    {"defect", "缺陷", "defect", "code", {}, "wrong_agent|not_registered_first|off_line"},
    {"agentKind", "代办单位类别", "kind of the agent", "code", {}, "of organisationKind"},
    {"routeDue", "应走途径", "route due", "code", {}, "of enrollmentRoute"},
    {"channel", "办理渠道", "channel", "code", {}, "of channel"},
    {"handledOn", "办理日期", "handled on", "date"},
};

const Word wrong_agent{"wrong_agent", {"代办单位不符", "another agent than the rules say"}};
const Word not_registered_first{"not_registered_first",
                                {"未先登记基本信息", "not registered with basic data before"}};
const Word off_line{"off_line", {"未在规定渠道办理", "not on a channel that the rules name"}};

/// Routes are named after the kind of organisation that hands in: schoolAgent after school. Empty
/// for a route that is named otherwise.
std::string agent_kind_of(const Rulebook& rules, std::string_view route) {
  std::string kind;
  for (const auto* pack : rules.packs()) {
    const auto* kinds = pack->code_list("organisationKind");
    if (kinds == nullptr) continue;
    for (const auto& code : kinds->codes)
      if (route.starts_with(code.code) && code.code.size() > kind.size()) kind = code.code;
  }
  return kind;
}

/// An enrollment with what the rules say of its handling.
struct Handling {
  const EnrollmentAct& act;
  std::string agent_kind;
  std::string route;  ///< empty: not determined
};

void report_handling(Inspection& inspection, const Handling& handling, const Word& defect,
                     const Rule& rule, Irregularity found) {
  const auto& rules = inspection.rules();
  const auto& act = handling.act;
  found.rule = &rule;
  found.unit = act.agent;
  found.facts.push_back(act.sequence);
  found.cells = {{defect},
                 {word_of_code(rules, "organisationKind", handling.agent_kind)},
                 {word_of_code(rules, "enrollmentRoute", handling.route)},
                 {word_of_code(rules, "channel", act.channel)},
                 {act.handled_on}};
  inspection.report(std::move(found));
}

/// Newborns are applied for by their parents, which no agent's route says.
void judge_agent(Inspection& inspection, Handling& handling) {
  const auto& act = handling.act;
  if (act.kind == ledger::EnrollmentKind::newborn || !act.agent) return;
  const auto judged = enrollment_route(
      inspection.knowledge(), {inspection.person(), inspection.jurisdiction(), act.handled_on},
      act.scheme);
  if (!judged.is_ruled) return;
  std::vector<Sequence> facts{act.sequence};
  add_facts(facts, judged.steps);
  if (judged.route.undetermined) {
    inspection.undecided({*judged.route.undetermined, std::move(facts), act.agent});
    return;
  }
  handling.route = judged.route.value->route;
  const auto due = agent_kind_of(inspection.rules(), handling.route);
  if (!judged.route.value->obligatory || due.empty()) return;
  if (handling.agent_kind.empty()) {
    inspection.undecided(
        {.why = not_recorded(inspection, "代办单位的类别", "kind of the agent unit"),
         .facts = std::move(facts),
         .unit = act.agent});
  } else if (handling.agent_kind != due) {
    report_handling(inspection, handling, wrong_agent, *judged.steps.front().rule,
                    {.facts = std::move(facts), .backing = judged.route.backing});
  }
}

void judge_registration(Inspection& inspection, const Handling& handling) {
  const auto& act = handling.act;
  const auto registrations = inspection.acts(EventType::person_registered);
  const auto came_before = [&](const Fact* fact) { return act_date(*fact) <= act.handled_on; };
  if (registrations.empty() || std::ranges::any_of(registrations, came_before)) return;
  auto rules = inspection.rules().rules_of(RuleKind::enrollment_route, inspection.jurisdiction(),
                                           act.handled_on);
  std::erase_if(rules, [](const Rule* rule) { return !rule->as<EnrollmentRoute>().registers; });
  const auto first_time = joins_first_time(inspection, act);
  if (rules.empty() || first_time == Truth::no) return;
  std::vector<Sequence> facts{registrations.front()->sequence};
  if (first_time == Truth::unknown) {
    facts.push_back(act.sequence);
    inspection.undecided(
        {.why = not_recorded(inspection, "是否首次参保", "whether it is the first time"),
         .facts = std::move(facts),
         .unit = act.agent});
    return;
  }
  const auto judged = enrollment_route(
      inspection.knowledge(),
      {inspection.person(), inspection.jurisdiction(), act.handled_on, true}, act.scheme);
  const bool is_decided = judged.route.value.has_value();
  report_handling(inspection, handling, not_registered_first,
                  is_decided ? *judged.steps.front().rule : *rules.front(),
                  {.facts = std::move(facts)});
}

/// Of the rules that name channels for this kind of enrollment the last one: the particular comes
/// after the general.
const Rule* channel_rule(const NamedChannels& named, ledger::EnrollmentKind kind) {
  const Rule* last = nullptr;
  for (const auto& step : named.steps) {
    const auto& entries = step.rule->as<EnrollmentChannel>().entries;
    const bool is_for_it = std::ranges::any_of(entries, [&](const auto& entry) {
      return entry.kinds.empty() || std::ranges::find(entry.kinds, kind) != entry.kinds.end();
    });
    if (is_for_it) last = step.rule;
  }
  return last;
}

void judge_channel(Inspection& inspection, const Handling& handling) {
  const auto& act = handling.act;
  if (act.channel.empty()) return;
  const auto named = enrollment_channels(
      inspection.knowledge(), {inspection.person(), inspection.jurisdiction(), act.handled_on},
      act.scheme, act.kind);
  const Rule* rule = channel_rule(named, act.kind);
  const bool is_named = std::ranges::find(named.channels, act.channel) != named.channels.end();
  if (rule == nullptr || is_named) return;
  report_handling(inspection, handling, off_line, *rule, {.facts = {}, .backing = named.backing});
}

void handled_otherwise(Inspection& inspection) {
  const auto& rules = inspection.rules();
  const auto declarations = rules.rules_of(RuleKind::agent_declaration, inspection.jurisdiction());
  for (const auto& act : enrollment_acts(inspection)) {
    const bool is_of_another_year = std::ranges::all_of(declarations, [&](const Rule* rule) {
      return speaks_of(*rule, act.year, rules) == Truth::no;
    });
    if (is_of_another_year) continue;
    Handling handling{act, {}, {}};
    if (act.agent) {
      const auto agent =
          organisation_state(inspection.knowledge().unit_itself(*act.agent), act.handled_on);
      if (agent) handling.agent_kind = agent->kind;
    }
    judge_agent(inspection, handling);
    judge_registration(inspection, handling);
    judge_channel(inspection, handling);
    if (!act.agent || act.channel.empty()) {
      inspection.undecided({.why = not_recorded(inspection, "代办单位或办理渠道",
                                                "agent unit or channel of the enrollment"),
                            .facts = {act.sequence},
                            .unit = act.agent});
    }
  }
}

}  // namespace

std::vector<Check> pupil_checks() {
  return {
      {.id = "CHK-35",
       .zh = "不在名单上或不符合条件而免缴，或在名单上而收费",
       .en = "exempted without being on a list or local, or charged although on a list",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::exemption},
       .columns = pupil_exemption_columns,
       .judge = exemptions_by_list},
      {.id = "CHK-36",
       .zh = "首次参保的非本市户籍学生未按期取得积分入医资格即参保",
       .en = "enrolled for the first time, from elsewhere, without the points procedure in time",
       .severity = Severity::serious,
       .about = {Kind::person},
       .kinds = {RuleKind::points_procedure},
       .columns = points_columns,
       .judge = enrolled_without_points},
      {.id = "CHK-56",
       .zh = "代办单位不符、未先登记基本信息或未在规定渠道参保",
       .en = "enrolled by another agent, without basic registration before, or off-line",
       .severity = Severity::notice,
       .about = {Kind::person},
       .kinds = {RuleKind::agent_declaration},
       .columns = handling_columns,
       .judge = handled_otherwise},
  };
}

}  // namespace kinledger::projections
