#include "projections/checks/run_checks.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include "projections/checks/cells.h"
#include "projections/each_once.h"
#include "projections/judgments/people.h"
#include "projections/judgments/units.h"

namespace kinledger::projections {
namespace {

using ledger::PersonId;
using ledger::Result;
using ledger::UnitId;

constexpr Heading common_columns[] = {
    {"person", "人员", "person", "person"},
    {"unit", "单位", "unit", "unit"},
    {"office", "经办机构", "office", "text"},
    {"rule", "规则", "rule", "text"},
    {"ruleFrom", "规则自", "rule from", "date"},
    {"severity", "程度", "severity", "code", {}, "notice|warning|serious"},
    {"certainty", "确定性", "certainty", "code", {}, "document|derived|interpretation|open"},
    {"facts", "依据记录", "records", "sequences"},
    {"points", "解释和未明确事项", "interpretations and open points", "list"},
};

constexpr Heading open_columns[] = {
    {"person", "人员", "person", "person"},
    {"unit", "单位", "unit", "unit"},
    {"why", "无法判断的原因", "not decidable, because", "text"},
    {"facts", "依据记录", "records", "sequences"},
};

std::vector<Word> given_words(const std::vector<std::string>& points) {
  std::vector<Word> words;
  words.reserve(points.size());
  for (const auto& point : points) words.push_back({point, {}});
  return words;
}

std::vector<ledger::Sequence> each_once(std::vector<ledger::Sequence> facts) {
  keep_each_once(facts);
  return facts;
}

/// Results of one share of the subjects, and what is asked again for each of them.
class Share {
 public:
  explicit Share(const std::vector<const Check*>& checks) : results(checks.size()) {
    for (std::size_t i = 0; i < checks.size(); ++i) results[i].check = checks[i];
  }

  /// By the number of the check: a rule of its kinds exists in the region, whenever it was in
  /// force, as what is checked may lie in the past. Without a region: in any of the ledger.
  const std::vector<bool>& apply_in(std::optional<ledger::Area> jurisdiction,
                                    const Rulebook& rules) {
    const auto at = std::ranges::find(regions_, jurisdiction, &Region::first);
    if (at != regions_.end()) return at->second;
    const auto areas = jurisdiction ? std::vector{*jurisdiction} : rules.jurisdictions();
    const auto has_rule = [&](RuleKind kind) {
      return std::ranges::any_of(
          areas, [&](ledger::Area area) { return !rules.rules_of(kind, area).empty(); });
    };
    auto& apply = regions_.emplace_back(jurisdiction, std::vector<bool>()).second;
    for (const auto& result : results) {
      const auto& kinds = result.check->kinds;
      apply.push_back(kinds.empty() || std::ranges::any_of(kinds, has_rule));
    }
    return apply;
  }

  std::vector<CheckResult> results;

 private:
  using Region = std::pair<std::optional<ledger::Area>, std::vector<bool>>;
  std::vector<Region> regions_;
};

/// Rows that each check of a run has asked for so far, in the order of the checks.
using RowCounts = std::vector<std::atomic<std::uint64_t>>;

/// Turns what one subject's checks said into rows and counts.
class Teller {
 public:
  Teller(const CheckRun& run, RowCounts& rows, Share& share)
      : run_(run), rows_(rows), share_(share) {}

  void look_at(Knowledge& knowledge, const Subject& subject) {
    Inspection inspection(knowledge, subject, run_.on);
    // The ledger's own records are those of all its pooling regions.
    const bool is_of_all = subject.kind == Subject::Kind::region;
    const auto& apply = share_.apply_in(
        is_of_all ? std::nullopt : std::optional(inspection.jurisdiction()), knowledge.rules());
    for (std::size_t i = 0; i < apply.size(); ++i) {
      auto& result = share_.results[i];
      const auto& check = *result.check;
      if (!check.looks_at(subject.kind) || !apply[i]) continue;
      result.applies = true;
      check.judge(inspection);
      tell(inspection, result, rows_[i]);
    }
  }

 private:
  bool may_keep(std::atomic<std::uint64_t>& rows) const {
    return run_.keep_rows && rows.fetch_add(1, std::memory_order_relaxed) < run_.rows_max;
  }

  void tell(Inspection& inspection, CheckResult& result, std::atomic<std::uint64_t>& rows) {
    auto findings = inspection.take();
    result.found += findings.irregularities.size();
    result.undecided += findings.undecided.size();
    for (auto& found : findings.irregularities) {
      invariant(found.cells.size() == result.check->columns.size(), result.check->id);
      if (may_keep(rows))
        result.irregularities.push_back(row_of(inspection, *result.check, std::move(found)));
    }
    for (auto& open : findings.undecided) {
      if (!may_keep(rows)) continue;
      result.undecided_rows.push_back({cell_or_none(person_of(inspection)),
                                       cell_or_none(open.unit ? open.unit : unit_of(inspection)),
                                       {std::move(open.why)},
                                       {each_once(std::move(open.facts))}});
    }
  }

  static std::optional<PersonId> person_of(const Inspection& inspection) {
    if (inspection.subject().kind != Subject::Kind::person) return std::nullopt;
    return inspection.person();
  }

  static std::optional<UnitId> unit_of(Inspection& inspection) {
    if (inspection.subject().kind == Subject::Kind::unit) return inspection.unit();
    if (inspection.subject().kind == Subject::Kind::region) return std::nullopt;
    const auto* binding = binding_on(inspection.bindings(), inspection.on());
    return binding == nullptr ? std::nullopt : std::optional(binding->unit);
  }

  static Value office_of(Inspection& inspection, const std::optional<UnitId>& unit) {
    if (!unit) return none();
    auto serving =
        serving_office(inspection.knowledge(), *unit, inspection.jurisdiction(), inspection.on());
    return serving.office.value ? Value{std::move(serving.office.value->name)} : none();
  }

  static Row row_of(Inspection& inspection, const Check& check, Irregularity found) {
    const auto unit = found.unit ? found.unit : unit_of(inspection);
    const Rule* rule = found.rule;
    Row row{cell_or_none(found.person ? found.person : person_of(inspection)),
            cell_or_none(unit),
            office_of(inspection, unit),
            rule != nullptr ? Value{rule->id} : none(),
            rule != nullptr && rule->from ? Value{*rule->from} : none(),
            {projections::word_of(found.severity.value_or(check.severity))},
            {projections::word_of(found.backing.certainty)},
            {each_once(std::move(found.facts))},
            {given_words(found.backing.relies_on)}};
    row.reserve(row.size() + found.cells.size());
    std::ranges::move(found.cells, std::back_inserter(row));
    return row;
  }

  const CheckRun& run_;
  RowCounts& rows_;
  Share& share_;
};

/// One run: the results of each share, and who is meant.
class RunOfChecks {
 public:
  RunOfChecks(Asking& asking, const CheckRun& run)
      : asking_(asking), run_(run), rows_(run.checks.size()), total_(run.checks) {}

  Result<std::vector<CheckResult>> results() {
    const auto& scope = run_.scope;
    if (scope.person) {
      look_at(Subject::of(*scope.person));
    } else if (scope.unit) {
      look_at(Subject::of(*scope.unit));
      if (!scope.without_people) look_at_people_of(*scope.unit);
    } else {
      if (!scope.area) look_at(Subject::region());
      for (const auto kind : {Subject::Kind::unit, Subject::Kind::person})
        if (const auto looked = look_at_all(kind); !looked) return looked.error();
    }
    if (const auto& fault = asking_.knowledge.fault()) return *fault;
    leave_out_rows();
    return std::move(total_.results);
  }

 private:
  /// Where a check had more than is kept, all of them: which came first is nobody's choice.
  void leave_out_rows() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      auto& result = total_.results[i];
      if (run_.keep_rows && rows_[i] <= run_.rows_max) continue;
      result.rows_left_out = result.found + result.undecided > 0;
      result.irregularities.clear();
      result.undecided_rows.clear();
    }
  }

  void look_at(const Subject& subject) {
    if (run_.progress != nullptr) run_.progress->pass();
    Teller(run_, rows_, total_).look_at(asking_.knowledge, subject);
  }

  /// The persons that the unit's records name, ascending.
  void look_at_people_of(const UnitId& unit) {
    for (const auto& person : people_of(asking_.knowledge.unit(unit))) {
      asking_.knowledge.stay_small();
      look_at(Subject::of(person));
    }
  }

  Result<void> look_at_all(Subject::Kind kind) {
    const auto looks_at = [kind](const Check* check) { return check->looks_at(kind); };
    if (std::ranges::none_of(run_.checks, looks_at)) return {};
    std::map<unsigned, Share> shares;  // by number
    std::mutex mutex;
    const auto share_of = [&](unsigned number) -> Share& {
      const std::lock_guard lock(mutex);
      return shares.try_emplace(number, run_.checks).first->second;
    };
    if (run_.progress != nullptr && kind == Subject::Kind::person) run_.progress->begin_last();
    const auto looked =
        asking_.shares(kind, [&](unsigned share, Knowledge& knowledge, const Subject& subject) {
          if (run_.progress != nullptr) run_.progress->pass(share, subject);
          if (!is_in_area(knowledge, subject)) return;
          Teller(run_, rows_, share_of(share)).look_at(knowledge, subject);
        });
    if (!looked) return looked.error();
    for (auto& [number, share] : shares) add(std::move(share.results));
    return {};
  }

  void add(std::vector<CheckResult> results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      auto& sum = total_.results[i];
      auto& part = results[i];
      sum.applies = sum.applies || part.applies;
      sum.found += part.found;
      sum.undecided += part.undecided;
      std::ranges::move(part.irregularities, std::back_inserter(sum.irregularities));
      std::ranges::move(part.undecided_rows, std::back_inserter(sum.undecided_rows));
    }
  }

  bool is_in_area(Knowledge& knowledge, const Subject& subject) const {
    const auto& division = run_.scope.area;
    return !division || lies_in_division(knowledge, subject, *division, run_.on);
  }

  Asking& asking_;
  const CheckRun& run_;
  RowCounts rows_;
  Share total_;
};

}  // namespace

Word word_of(Severity severity) {
  switch (severity) {
    case Severity::notice:
      return {"notice", {"提示", "notice"}};
    case Severity::warning:
      return {"warning", {"一般", "warning"}};
    case Severity::serious:
      return {"serious", {"严重", "serious"}};
  }
  invariant(false);
}

std::span<const Heading> irregularity_columns() { return common_columns; }
std::span<const Heading> undecided_columns() { return open_columns; }

Result<std::vector<CheckResult>> run_checks(Asking& asking, const CheckRun& run) {
  return RunOfChecks(asking, run).results();
}

}  // namespace kinledger::projections
