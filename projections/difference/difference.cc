#include "projections/difference/difference.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "projections/checks/run_checks.h"
#include "projections/difference/affected.h"
#include "projections/difference/causes.h"
#include "projections/difference/compared.h"
#include "projections/each_once.h"
#include "projections/judgments/channel_records.h"
#include "projections/judgments/sums.h"
#include "projections/judgments/units.h"
#include "projections/questions/unit_numbers.h"

namespace kinledger::projections {
namespace {

using ledger::Fen;
using ledger::PersonId;
using ledger::Result;
using ledger::Sequence;
using ledger::UnitId;

std::set<std::string> rules_of(const Answer& answer) {
  std::set<std::string> rules;
  for (const auto& reason : answer.reasons) rules.insert(reason.rule);
  return rules;
}

std::vector<std::string> rules_of_one_side(const Answer& from, const Answer& to) {
  const auto left = rules_of(from);
  const auto right = rules_of(to);
  std::vector<std::string> rules;
  std::ranges::set_symmetric_difference(left, right, std::back_inserter(rules));
  return rules;
}

void add_facts(const Answer& answer, Sequence from, std::set<Sequence>& facts) {
  for (const auto& reason : answer.reasons)
    for (const auto sequence : reason.facts)
      if (sequence >= from) facts.insert(sequence);
}

/// Irregularities of one subject by check.
using Irregularities = std::map<std::string, std::uint64_t>;

Result<Irregularities> irregularities_of(const Side& side, Knowledge& knowledge,
                                         const Subject& subject) {
  CheckRun run;
  run.on = side.on();
  run.keep_rows = false;
  if (subject.kind == Subject::Kind::person) run.scope.person = PersonId{subject.id};
  for (const auto& check : checks())
    if (check.looks_at(subject.kind)) run.checks.push_back(&check);
  Irregularities found;
  if (subject.kind == Subject::Kind::unit) {
    run.scope.unit = UnitId{subject.id};
    run.scope.without_people = true;
  }
  auto asking = side.asking(knowledge);
  const auto results = run_checks(asking, run);
  if (!results) return results.error();
  for (const auto& result : *results)
    if (result.found > 0) found.emplace(result.check->id, result.found);
  return found;
}

/// What one subject's comparison gave.
struct Compare {
  std::vector<Change> changes;
  std::vector<CheckChange> checks;
};

class Comparison {
 public:
  Comparison(Archive& archive, const Side& from, const Side& to, const DifferenceRun& run)
      : archive_(archive), from_(from), to_(to), run_(run), known_before_(from.end().value) {
    difference_.from = from.basis();
    difference_.to = to.basis();
    difference_.on_from = from.on();
    difference_.on_to = to.on();
  }

  Result<Difference> result() {
    const auto affected = affected_between(archive_, from_, to_);
    if (!affected) return affected.error();
    if (!affected->everyone) affected_ = &*affected;
    const auto compared = affected->everyone ? compare_everyone() : compare_these(*affected);
    if (!compared) return compared.error();
    if (const auto named = name_units(); !named) return named.error();
    return std::move(difference_);
  }

 private:
  Result<void> compare_these(const Affected& affected) {
    std::vector<Subject> subjects;
    for (const auto& person : affected.persons) subjects.push_back(Subject::of(person));
    for (const auto& unit : affected.units) subjects.push_back(Subject::of(unit));
    return compare_each(subjects);
  }

  /// On every core; taken in the order of the subjects.
  Result<void> compare_each(const std::vector<Subject>& subjects) {
    std::vector<Compare> compared(subjects.size());
    if (run_.progress != nullptr) run_.progress->expect(difference_.compared + subjects.size());
    std::atomic<std::size_t> next{0};
    std::optional<ledger::Error> fault;
    const auto work = [&] {
      auto from = from_.knowledge();
      auto to = to_.knowledge();
      for (std::size_t at; (at = next.fetch_add(1)) < subjects.size();) {
        from.stay_small();
        to.stay_small();
        auto one = compared_of(from, to, subjects[at]);
        const std::lock_guard lock(mutex_);
        if (one) {
          ++difference_.compared;
          if (run_.progress != nullptr) run_.progress->pass();
          compared[at] = std::move(*one);
        } else {
          fault = one.error();
          next = subjects.size();
        }
      }
    };
    {
      const std::size_t cores = std::max(std::thread::hardware_concurrency(), 1u);
      std::vector<std::jthread> others;
      for (std::size_t i = 1; i < std::min(cores, subjects.size()); ++i) others.emplace_back(work);
      work();
    }
    if (fault) return *fault;
    for (auto& one : compared) take(std::move(one));
    return {};
  }

  /// Everyone whom the later side knows, and those who are only in the overlay.
  Result<void> compare_everyone() {
    for (const auto kind : {Subject::Kind::unit, Subject::Kind::person}) {
      KnowledgeByThread before(from_);
      // The many come last: from then on it can be told how long it takes.
      if (run_.progress != nullptr && kind == Subject::Kind::person) run_.progress->begin_last();
      std::optional<ledger::Error> fault;
      const auto looked =
          to_.shares(kind, [&](unsigned share, Knowledge& knowledge, const Subject& subject) {
            if (run_.progress != nullptr) run_.progress->pass(share, subject);
            auto& earlier = before.of_this_thread();
            if (const auto done = compare_share(share, earlier, knowledge, subject); !done) {
              const std::lock_guard lock(mutex_);
              fault = done.error();
            }
          });
      if (!looked) return looked.error();
      if (fault) return *fault;
    }
    for (auto& [share, parts] : shares_)
      for (auto& part : parts) take(std::move(part));
    return compare_new_ones();
  }

  Result<void> compare_new_ones() {
    if (to_.overlay() == nullptr) return {};
    std::vector<Subject> subjects;
    for (const auto& subject : to_.overlay()->subjects()) {
      if (subject.kind == Subject::Kind::region) continue;
      const auto stored = from_.sequences(subject, {0});
      if (!stored) return stored.error();
      if (stored->empty()) subjects.push_back(subject);
    }
    return compare_each(subjects);
  }

  Result<void> compare_share(unsigned share, Knowledge& from, Knowledge& to,
                             const Subject& subject) {
    auto compared = compared_of(from, to, subject);
    if (!compared) return compared.error();
    const std::lock_guard lock(mutex_);
    ++difference_.compared;
    if (!compared->changes.empty() || !compared->checks.empty())
      shares_[{subject.kind, share}].push_back(std::move(*compared));
    return {};
  }

  Result<Compare> compared_of(Knowledge& from, Knowledge& to, const Subject& subject) const {
    Compare compared;
    const auto own = own_records(subject);
    if (!own) return own.error();
    const bool is_named = !own->empty() || from_.on() != to_.on();
    std::set<Sequence> facts;
    for (const auto& each : compared_questions()) {
      if (each.about != subject.kind || (each.only_when_named && !is_named)) continue;
      const auto year = each.year(to_.on());
      if (each.is_account() && !account_may_differ(from, to, {subject, year}, is_named)) continue;
      const auto before = answer_of(from_, from, each.question, {subject, year});
      if (!before) return before.error();
      const auto after = answer_of(to_, to, each.question, {subject, year});
      if (!after) return after.error();
      add_changes(each, subject, *before, *after, compared.changes);
      add_facts(*after, {known_before_}, facts);
    }
    if (run_.with_checks)
      if (const auto added = add_checks(from, to, subject, compared); !added) return added.error();
    if (const auto& fault = to.fault()) return *fault;
    if (const auto& fault = from.fault()) return *fault;
    if (compared.changes.empty()) return compared;
    facts.insert(own->begin(), own->end());
    if (const auto named = name_causes(to, subject, std::move(facts), compared.changes); !named)
      return named.error();
    return compared;
  }

  /// Those in between that name the subject. Most subjects only hang on others, which is known, and
  /// going through all of their records would be most of the work.
  Result<std::vector<Sequence>> own_records(const Subject& subject) const {
    if (affected_ != nullptr && !affected_->named.contains(subject)) return std::vector<Sequence>();
    return to_.sequences(subject, {known_before_});
  }

  /// What neither side's rules nor dates tell apart is told by the records.
  Result<void> name_causes(Knowledge& to, const Subject& subject, std::set<Sequence> facts,
                           std::vector<Change>& changes) const {
    std::size_t cost = 1;
    if (subject.kind == Subject::Kind::unit) {
      const auto children = children_of(to.unit(UnitId{subject.id}));
      cost += children.size();
      if (const auto added = add_facts_of(children, facts); !added) return added.error();
    }
    const std::vector<Sequence> candidates(facts.begin(), facts.end());
    const CausesAsked asked{to_, candidates, cost};
    if (affected_ != nullptr) return projections::name_causes(asked, changes);
    name_candidates(asked, changes);
    return {};
  }

  /// What may change a unit's account without naming the unit: premiums of its children, say.
  Result<void> add_facts_of(const std::vector<PersonId>& children,
                            std::set<Sequence>& facts) const {
    if (affected_ == nullptr) return {};
    for (const auto& child : children) {
      if (!affected_->persons.contains(child)) continue;
      const auto own = to_.sequences(Subject::of(child), {known_before_});
      if (!own) return own.error();
      facts.insert(own->begin(), own->end());
    }
    return {};
  }

  /// With the same rules and date the account is another only where what is recorded for the year
  /// is, or what one of the children whom the records in between bear on adds to the headcount.
  /// The others, nearly all of them, need not be judged to see that. Where no record in between
  /// names the unit, both sides know the same of it, and its children that count are those who
  /// brought it among the affected.
  bool account_may_differ(Knowledge& from, Knowledge& to, const AboutWhom& whom,
                          bool is_named) const {
    if (affected_ == nullptr) return true;
    const UnitId unit{whom.subject.id};
    const auto region = jurisdiction_of_unit(to, unit);
    if (jurisdiction_of_unit(from, unit) != region) return true;
    const ChannelCase asked{unit, region, *whom.year, to_.on()};
    if (is_named && channel_records(from, asked) != channel_records(to, asked)) return true;
    const auto children = is_named ? children_on_either_side(from, to, unit) : people_of(unit);
    return std::ranges::any_of(children, [&](const PersonId& child) {
      return affected_->persons.contains(child) &&
             !is_same(child_share(from, child, asked), child_share(to, child, asked));
    });
  }

  static std::vector<PersonId> children_on_either_side(Knowledge& from, Knowledge& to,
                                                       const UnitId& unit) {
    auto children = children_of(from.unit(unit));
    std::ranges::copy(children_of(to.unit(unit)), std::back_inserter(children));
    keep_each_once(children);
    return children;
  }

  std::vector<PersonId> people_of(const UnitId& unit) const {
    const auto found = affected_->people.find(unit);
    return found == affected_->people.end() ? std::vector<PersonId>() : found->second;
  }

  static void add_changes(const Compared& each, const Subject& subject, const Answer& before,
                          const Answer& after, std::vector<Change>& changes) {
    for (const auto& field : after.fields) {
      if (!field.heading->columns.empty()) continue;
      if (!each.field.empty() && field.heading->name != each.field) continue;
      const auto* old = before.find(field.heading->name);
      invariant(old != nullptr, field.heading->name);
      if (old->value == field.value) continue;
      auto& change = changes.emplace_back();
      change.subject = subject;
      change.question = find_question(each.question);
      change.year = after.year;
      change.field = field.heading;
      change.from = old->value;
      change.to = field.value;
      const auto* paid = std::get_if<Fen>(&change.from.held);
      const auto* due = std::get_if<Fen>(&change.to.held);
      if (paid != nullptr && due != nullptr) change.effect = difference(*due, *paid);
      change.rules = rules_of_one_side(before, after);
    }
  }

  Result<void> add_checks(Knowledge& from, Knowledge& to, const Subject& subject,
                          Compare& compared) const {
    auto before = irregularities_of(from_, from, subject);
    if (!before) return before.error();
    const auto after = irregularities_of(to_, to, subject);
    if (!after) return after.error();
    auto all = *after;
    for (const auto& [check, found] : *before) all.try_emplace(check, 0);
    for (const auto& [check, found] : all) {
      const auto earlier = (*before)[check];
      if (earlier != found) compared.checks.push_back({subject, check, earlier, found});
    }
    return {};
  }

  void take(Compare compared) {
    if (!compared.changes.empty())
      ++(compared.changes.front().subject.kind == Subject::Kind::person ? difference_.persons
                                                                        : difference_.units);
    for (auto& change : compared.changes) {
      add_total(change);
      if (difference_.changes.size() < changes_max)
        difference_.changes.push_back(std::move(change));
      else
        difference_.changes_left_out = true;
    }
    std::ranges::move(compared.checks, std::back_inserter(difference_.checks));
  }

  void add_total(const Change& change) {
    if (change.field->holds != "money") return;
    auto at = std::ranges::find_if(difference_.totals, [&](const ChangeTotal& total) {
      return total.question == change.question && total.field == change.field;
    });
    if (at == difference_.totals.end())
      at = difference_.totals.insert(at, {change.question, change.field, 0, {}, {}, {}, 0});
    ++at->changes;
    if (!change.effect) {
      ++at->undetermined;
      return;
    }
    add_up(at->from, std::get<Fen>(change.from.held));
    add_up(at->to, std::get<Fen>(change.to.held));
    add_up(at->effect, *change.effect);
  }

  Result<void> name_units() {
    std::set<UnitId> units;
    for (const auto& change : difference_.changes) {
      if (change.subject.kind == Subject::Kind::unit) units.insert(UnitId{change.subject.id});
      collect_units(change.from, units);
      collect_units(change.to, units);
    }
    auto knowledge = to_.knowledge();
    difference_.unit_numbers = numbers_of(knowledge, units);
    difference_.program = to_.asking(knowledge).program;
    if (const auto& fault = knowledge.fault()) return *fault;
    return {};
  }

  Archive& archive_;
  const Side& from_;
  const Side& to_;
  const DifferenceRun& run_;
  const std::uint64_t known_before_;
  const Affected* affected_ = nullptr;  ///< null: everyone is compared
  Difference difference_;
  std::mutex mutex_;  // guards what follows and the count, while shares are compared
  std::map<std::pair<Subject::Kind, unsigned>, std::vector<Compare>> shares_;
};

}  // namespace

Result<Difference> difference_between(Archive& archive, const Side& from, const Side& to,
                                      const DifferenceRun& run) {
  return Comparison(archive, from, to, run).result();
}

}  // namespace kinledger::projections
