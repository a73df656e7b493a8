// The rules themselves, and the handover of funds before a pooling: CHK-47 and 48.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <tuple>
#include <utility>

#include "ledger/json.h"
#include "projections/checks/cells.h"
#include "projections/checks/inspection.h"
#include "projections/checks/topics.h"
#include "projections/each_once.h"
#include "projections/json_read.h"
#include "projections/judgments/handover.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;
using ledger::Sequence;
using ledger::Year;

using Kind = Subject::Kind;

// ---------------------------------------------------------------- handover of funds

constexpr Heading missing_handover_columns[] = {
    {"area", "地区", "area", "text"},
    {"missing", "缺少", "missing", "list"},
};

/// It comes before the pooling, which begins when the document takes effect.
bool is_due(Inspection& inspection, const Rule& rule) {
  const auto* document = inspection.rules().document(rule.jurisdiction, rule.document);
  return document == nullptr || !document->effective_from ||
         *document->effective_from <= inspection.on();
}

void incomplete_handovers(Inspection& inspection) {
  for (const auto region : inspection.rules().jurisdictions()) {
    for (const Rule* rule : inspection.rules().rules_of(RuleKind::fund_handover, region)) {
      if (!is_due(inspection, *rule)) continue;
      for (const auto& [area, fact, parts] :
           judge_handovers(inspection.dossier(), *rule, inspection.on())) {
        if (parts.empty()) continue;
        std::vector<Word> missing;
        missing.reserve(parts.size());
        for (const auto part : parts) missing.push_back(word_of(part));
        Backing backing;
        backing.weaken(ledger::Certainty::derived);
        inspection.report({.rule = rule,
                           .facts = fact == nullptr ? std::vector<Sequence>{}
                                                    : std::vector<Sequence>{fact->sequence},
                           .backing = std::move(backing),
                           .cells = {{area->label}, {std::move(missing)}}});
      }
    }
  }
}

// ---------------------------------------------------------------- defects of the policy

constexpr Heading rectification_columns[] = {
    {"concerns", "涉及规则或事项", "rule or point concerned", "text"},
    {"from", "自", "from", "date"},
    {"to", "至（含）", "to (inclusive)", "date"},
    {"defect",
     "缺陷",
     "defect",
     "code",
     {},
     "overlap|gap|parameter_missing|interpretation_missing|unreadable"},
    {"detail", "说明", "detail", "text"},
};

const Word overlaps{"overlap", {"版本重叠", "versions overlap"}};
const Word gap{"gap", {"版本缺失", "no version in between"}};
const Word parameter_missing{"parameter_missing", {"参数未公告", "parameter not announced"}};
const Word interpretation_missing{"interpretation_missing",
                                  {"解释口径未采用", "interpretation not adopted"}};
const Word unreadable{"unreadable", {"无法使用", "cannot be used"}};

struct RectificationDefect {
  const Rule* rule = nullptr;
  std::string concerns;
  std::optional<Date> from = {};
  std::optional<Date> until = {};  ///< exclusive
  Word what;
  Label detail;
  std::vector<Sequence> facts = {};
};

void report_defect(Inspection& inspection, RectificationDefect defect) {
  inspection.report({.rule = defect.rule,
                     .facts = std::move(defect.facts),
                     .cells = {{std::move(defect.concerns)},
                               cell_or_none(defect.from),
                               defect.until ? Value{ledger::add_days(*defect.until, -1)} : none(),
                               {std::move(defect.what)},
                               {std::move(defect.detail)}}});
}

/// A version as it was published, before others took days away from it.
struct Version {
  Area jurisdiction;
  std::string_view id;
  std::string_view kind;
  ledger::Interval period;  ///< from date_min where no beginning is stated
  std::string_view pack;
  ledger::SubmissionId submission;
  Sequence sequence;

  auto part() const { return std::tuple(jurisdiction, id, kind); }
};

std::optional<Date> stated(Date from) {
  return from == ledger::date_min ? std::nullopt : std::optional(from);
}

/// Of the latest adoption of each pack, by part of a rule and first day.
std::vector<Version> versions_of(const Dossier& region) {
  const auto is_of_latest_adoption = [&](std::string_view pack, Sequence published) {
    return std::ranges::none_of(region.of(EventType::pack_adopted), [&](const Fact& adoption) {
      return adoption.event.text(Field::pack) == pack && adoption.sequence > published;
    });
  };
  std::vector<Version> versions;
  for (const auto& fact : region.of(EventType::rule_version_published)) {
    const auto& event = fact.event;
    if (!is_of_latest_adoption(event.text(Field::pack), fact.sequence)) continue;
    versions.push_back(
        {.jurisdiction = event.envelope().jurisdiction,
         .id = event.text(Field::rule),
         .kind = event.text(Field::kind),
         .period = {event.envelope().valid_on.value_or(ledger::date_min), event.date(Field::until)},
         .pack = event.text(Field::pack),
         .submission = event.envelope().submission,
         .sequence = fact.sequence});
  }
  std::ranges::stable_sort(versions, {}, [](const Version& version) {
    return std::tuple_cat(version.part(), std::tuple(version.period.from));
  });
  return versions;
}

/// The rule that a version became, or null where another one took all of its days.
const Rule* rule_of(const Rulebook& rules, Sequence published) {
  const auto at = std::ranges::find(rules.rules(), published, &Rule::published);
  return at == rules.rules().end() ? nullptr : &*at;
}

/// Versions of one part that were published together, or by two packs, for the same days. One that
/// is published later by its own pack takes the place of the earlier one: that is how a pack is
/// kept up to date.
void report_overlaps(Inspection& inspection, std::span<const Version> part) {
  for (std::size_t i = 0; i < part.size(); ++i) {
    for (std::size_t j = i + 1; j < part.size(); ++j) {
      const bool is_update =
          part[i].pack == part[j].pack && part[i].submission != part[j].submission;
      const auto common = ledger::overlap(part[i].period, part[j].period);
      if (is_update || !common || common->from > inspection.on()) continue;
      const auto packs = std::string(part[i].pack) + ", " + std::string(part[j].pack);
      const auto& later = std::max(part[i].sequence, part[j].sequence);
      report_defect(inspection, {.rule = rule_of(inspection.rules(), later),
                                 .concerns = std::string(part[i].id),
                                 .from = stated(common->from),
                                 .until = common->until,
                                 .what = overlaps,
                                 .detail = {"规则包：" + packs, "packs: " + packs},
                                 .facts = {part[i].sequence, part[j].sequence}});
    }
  }
}

/// Another rule that takes the place of this one holds on all of the days.
bool is_replaced(const Rulebook& rules, const Version& version, const ledger::Interval& days) {
  return std::ranges::any_of(rules.rules(), [&](const Rule& rule) {
    return rule.jurisdiction == version.jurisdiction &&
           std::ranges::find(rule.replaces, version.id) != rule.replaces.end() &&
           rule.from.value_or(ledger::date_min) <= days.from &&
           (!rule.until || *rule.until >= *days.until);
  });
}

void report_gaps(Inspection& inspection, std::span<const Version> part) {
  std::optional<Date> held_until = part.front().period.until;
  for (const auto& version : part.subspan(1)) {
    if (!held_until) return;
    const ledger::Interval days{*held_until, version.period.from};
    if (*days.until > days.from && days.from <= inspection.on() &&
        !is_replaced(inspection.rules(), version, days)) {
      report_defect(inspection, {.rule = rule_of(inspection.rules(), version.sequence),
                                 .concerns = std::string(version.id),
                                 .from = days.from,
                                 .until = days.until,
                                 .what = gap,
                                 .detail = {"类别：" + std::string(version.kind),
                                            "kind: " + std::string(version.kind)},
                                 .facts = {version.sequence}});
    }
    held_until = version.period.until ? std::optional(std::max(*held_until, *version.period.until))
                                      : std::nullopt;
  }
}

/// What a rule leaves to an announcement, wherever it stands in its parameters.
struct LeftOpen {
  std::string name;
  std::string fiscal_level;  ///< empty: any

  auto operator<=>(const LeftOpen&) const = default;
};

void collect(const boost::json::value& value, const std::vector<std::string>& levels,
             std::vector<LeftOpen>& found) {
  if (const auto* list = value.if_array()) {
    for (const auto& each : *list) collect(each, levels, found);
    return;
  }
  const auto* table = value.if_object();
  if (table == nullptr) return;
  auto of_table = levels;
  for (const auto* level : read_elements(*table, "fiscal_levels")) {
    if (of_table == levels) of_table.clear();
    if (level->is_string()) of_table.emplace_back(as_view(*level));
  }
  for (const auto& [key, member] : *table) {
    if (key != "announced" || !member.is_string()) {
      collect(member, of_table, found);
      continue;
    }
    for (const auto& level : of_table) found.push_back({std::string(as_view(member)), level});
  }
}

/// For which year the rule needs its parameters: the one that it names, else the last one up to the
/// date in which it governs.
Year year_of_parameters(const Rule& rule, Date on) {
  if (rule.kind() == RuleKind::premium && rule.as<Premium>().insurance_year)
    return *rule.as<Premium>().insurance_year;
  const auto last = rule.until ? std::min(on, ledger::add_days(*rule.until, -1)) : on;
  // A base is held between shares of the average of the year before.
  const auto before = rule.kind() == RuleKind::wage_base ? 1 : 0;
  return Year{ledger::year_of(last).value - before};
}

std::vector<LeftOpen> left_open_by(const Rule& rule, const Dossier& region) {
  if (rule.kind() == RuleKind::wage_base) return {LeftOpen{rule.as<WageBase>().average, {}}};
  std::vector<LeftOpen> found;
  const auto published = region.of(EventType::rule_version_published);
  const auto fact = std::ranges::lower_bound(published, rule.published, {}, &Fact::sequence);
  invariant(fact != published.end() && fact->sequence == rule.published);
  const auto parameters =
      ledger::parse_json(fact->event.text(Field::parameters), ledger::event_bytes_max);
  if (parameters) collect(*parameters, {std::string()}, found);
  keep_each_once(found);
  return found;
}

bool is_announced(Inspection& inspection, const Rule& rule, const LeftOpen& open, Year year) {
  const auto announced = inspection.rules().announced({.jurisdiction = rule.jurisdiction,
                                                       .name = open.name,
                                                       .year = year,
                                                       .fiscal_level = open.fiscal_level});
  if (!announced) return false;
  const auto acts = inspection.acts(EventType::parameter_announced);
  return std::ranges::find(acts, announced->sequence, &Fact::sequence) != acts.end();
}

void report_missing_parameters(Inspection& inspection, const Rule& rule) {
  if (rule.from && *rule.from > inspection.on()) return;
  const auto year = year_of_parameters(rule, inspection.on());
  for (const auto& open : left_open_by(rule, inspection.dossier())) {
    if (is_announced(inspection, rule, open, year)) continue;
    auto what = word_of_code(inspection.rules(), "parameter", open.name).label;
    const auto level = word_of_code(inspection.rules(), "fiscalLevel", open.fiscal_level).label;
    what.zh += "，" + std::to_string(year.value);
    what.en += ", " + std::to_string(year.value);
    if (!open.fiscal_level.empty()) {
      what.zh += "，" + level.zh;
      what.en += ", " + level.en;
    }
    report_defect(inspection, {.rule = &rule,
                               .concerns = rule.id,
                               .from = rule.from,
                               .until = rule.until,
                               .what = parameter_missing,
                               .detail = std::move(what),
                               .facts = {rule.published}});
  }
}

/// A reading that a rule relies on has to be declared by a pack, which chooses it.
void report_missing_interpretations(Inspection& inspection, const Rule& rule) {
  if (rule.from && *rule.from > inspection.on()) return;
  for (const auto* points : {&rule.interpretations, &rule.open_points}) {
    for (const auto& point : *points) {
      if (inspection.rules().point(rule.jurisdiction, point) != nullptr) continue;
      report_defect(inspection, {.rule = &rule,
                                 .concerns = rule.id,
                                 .from = rule.from,
                                 .until = rule.until,
                                 .what = interpretation_missing,
                                 .detail = {point, point},
                                 .facts = {rule.published}});
    }
  }
}

void report_unreadable(Inspection& inspection) {
  for (const auto& defect : inspection.rules().defects()) {
    const auto facts = inspection.dossier().facts();
    const auto fact = std::ranges::find(facts, defect.sequence, &Fact::sequence);
    if (fact == facts.end() || act_date(*fact) > inspection.on()) continue;
    const auto point = fact->event.text(Field::point);
    report_defect(inspection, {.concerns = defect.rule.empty() ? std::string(point) : defect.rule,
                               .from = fact->event.envelope().valid_on,
                               .until = fact->event.date(Field::until),
                               .what = fact->event.type() == EventType::interpretation_adopted
                                           ? interpretation_missing
                                           : unreadable,
                               .detail = {defect.reason.zh, defect.reason.en},
                               .facts = {defect.sequence}});
  }
}

void policy_defects(Inspection& inspection) {
  const auto versions = versions_of(inspection.dossier());
  for (std::size_t begin = 0; begin < versions.size();) {
    std::size_t end = begin + 1;
    while (end < versions.size() && versions[end].part() == versions[begin].part()) ++end;
    const std::span part(versions.data() + begin, end - begin);
    report_overlaps(inspection, part);
    report_gaps(inspection, part);
    begin = end;
  }
  for (const auto& rule : inspection.rules().rules()) {
    report_missing_parameters(inspection, rule);
    report_missing_interpretations(inspection, rule);
  }
  report_unreadable(inspection);
}

}  // namespace

std::vector<Check> policy_checks() {
  return {
      {.id = "CHK-47",
       .zh = "市级统筹前基金移交不完整",
       .en = "handover of funds before the pooling is not complete",
       .severity = Severity::warning,
       .about = {Kind::region},
       .kinds = {RuleKind::fund_handover},
       .columns = missing_handover_columns,
       .judge = incomplete_handovers},
      {.id = "CHK-48",
       .zh = "政策缺陷：规则版本重叠或缺失、参数未公告、解释口径未采用",
       .en =
           "defects of the policy: versions that overlap or leave gaps, parameters not announced, "
           "interpretations not adopted",
       .severity = Severity::warning,
       .about = {Kind::region},
       .kinds = {},
       .columns = rectification_columns,
       .judge = policy_defects},
  };
}

}  // namespace kinledger::projections
