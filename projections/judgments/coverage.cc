#include "projections/judgments/coverage.h"

#include <algorithm>
#include <utility>

#include "projections/each_once.h"
#include "projections/judgments/suspension.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;

/// Of the memberships meant the last one begun by the date, else the first.
template <typename IsMeant>
std::optional<std::size_t> last_begun(const std::vector<Membership>& memberships, Date by,
                                      const IsMeant& is_meant) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < memberships.size(); ++i) {
    if (!is_meant(memberships[i])) continue;
    if (!found || memberships[i].handled_on <= by) found = i;
  }
  return found;
}

/// The membership that a payment is for, among those of its year: of the enrollment that it names,
/// which a resumption shares with what was interrupted, else of its scheme.
std::optional<std::size_t> membership_paid_for(const std::vector<Membership>& memberships,
                                               const Payment& payment) {
  const auto is_named = [&](const Membership& membership) {
    return membership.year == payment.year && payment.enrollment &&
           membership.fact == payment.enrollment;
  };
  if (const auto named = last_begun(memberships, payment.paid_on, is_named)) return named;
  return last_begun(memberships, payment.paid_on, [&](const Membership& membership) {
    return membership.year == payment.year &&
           (payment.scheme.empty() || membership.scheme == payment.scheme);
  });
}

std::vector<CoverageYear> judge_years(Knowledge& knowledge, const ledger::PersonId& person,
                                      Area jurisdiction) {
  const auto payments = payments_of(knowledge.person(person), jurisdiction);
  auto memberships = memberships_of(knowledge, person, jurisdiction, payments);
  std::vector<std::vector<Payment>> paid(memberships.size());
  for (const auto& payment : payments) {
    const auto index = membership_paid_for(memberships, payment);
    if (index) paid[*index].push_back(payment);
  }
  std::vector<CoverageYear> years(memberships.size());
  for (std::size_t i = 0; i < memberships.size(); ++i) {
    years[i].membership = std::move(memberships[i]);
    years[i].payments = std::move(paid[i]);
    judge_coverage_year(knowledge, person, jurisdiction, years[i]);
  }
  return years;
}

/// Spans of one membership in its year, which may overlap: the higher state counts.
class YearSpans {
 public:
  YearSpans(const CoverageYear& year, std::size_t index, std::vector<CoverageSpan>& spans)
      : year_(year),
        index_(index),
        first_(ledger::first_day(year.year)),
        year_end_(year.annual ? ledger::first_day_after(year.year) : ledger::date_max),
        after_(std::min(year.membership.ended_on.value_or(year_end_), year_end_)),
        begins_(std::max(first_, year.membership.handled_on)),
        spans_(spans) {}

  void add() {
    if (year_.covered_from.undetermined) {
      const Date from = std::max(first_, std::min(begins_, *year_.counted_from));
      add(from, after_, CoverageState::undetermined, "undetermined", year_.covered_from.backing,
          year_.covered_from.undetermined);
    } else if (year_.counted_from) {
      add_begun(*year_.counted_from);
    } else {
      add_unpaid(after_);
    }
    add_end();
  }

 private:
  void add(Date from, Date until, CoverageState state, std::string_view cause, Backing backing,
           std::optional<Undetermined> open = {}) {
    if (from >= until) return;
    const bool is_open = until == ledger::date_max;
    spans_.push_back({.from = from,
                      .until = is_open ? std::nullopt : std::optional(until),
                      .state = state,
                      .scheme = year_.membership.scheme,
                      .year = index_,
                      .backing = std::move(backing),
                      .cause = std::string(cause),
                      .open = std::move(open)});
  }

  void add_begun(Date counted_from) {
    if (year_.covered_from.value) {
      add(*year_.covered_from.value, after_, CoverageState::covered, "",
          year_.covered_from.backing);
    }
    if (year_.waiting_until.value) {
      add(std::max(counted_from, first_), std::min(*year_.waiting_until.value, after_),
          CoverageState::waiting, "waiting", year_.waiting_until.backing);
    }
    const bool gives_nothing = !year_.covered_from.value && !year_.waiting_until.value;
    if (gives_nothing) {
      add(std::max(counted_from, first_), after_, CoverageState::none, "not_this_year",
          year_.covered_from.backing);
    }
    add_unpaid(std::min(std::max(counted_from, first_), after_));
  }

  /// Until the last day in time the payment may still come; afterwards there is no cover.
  void add_unpaid(Date until) {
    if (begins_ >= until) return;
    Backing backing;
    for (const auto& step : year_.steps) backing.apply(*step.rule);
    const auto state = year_.membership.is_converted() ? CoverageState::converted_unpaid
                                                       : CoverageState::enrolled_unpaid;
    Date deadline_after = until;
    // A deadline before the year, too: what is unpaid on its first day is past it.
    if (year_.pay_by && *year_.pay_by >= year_.membership.handled_on && begins_ < until) {
      deadline_after = std::clamp(ledger::add_days(*year_.pay_by, 1), begins_, until);
    }
    add(begins_, deadline_after, state, "unpaid", backing);
    add(deadline_after, until, CoverageState::none, "deadline_passed", std::move(backing));
  }

  void add_end() {
    if (!year_.membership.ended_on) return;
    const bool is_interrupted = year_.membership.end_cause == ledger::EndCause::interrupted;
    const auto ended_in = std::max(year_.year, ledger::year_of(*year_.membership.ended_on));
    add(std::max(first_, *year_.membership.ended_on), ledger::first_day_after(ended_in),
        is_interrupted ? CoverageState::suspended : CoverageState::ended,
        is_interrupted ? "suspended" : "ended", {});
  }

  const CoverageYear& year_;
  std::size_t index_;
  Date first_;
  Date year_end_;  ///< exclusive; without an end where cover is not by the year
  Date after_;     ///< first day without the membership in this year
  Date begins_;    ///< first day with it
  std::vector<CoverageSpan>& spans_;
};

/// What a wait that ran past its year gives in the next one, where nobody joined for that: the
/// documents leave it open.
void add_carried_spans(const std::vector<CoverageYear>& years, const Rulebook& rules,
                       Area jurisdiction, std::vector<CoverageSpan>& spans) {
  for (std::size_t i = 0; i < years.size(); ++i) {
    const auto& year = years[i];
    if (year.flagged.empty() || !year.waiting_until.value) continue;
    const ledger::Year next{year.year.value + 1};
    if (std::ranges::find(years, next, &CoverageYear::year) != years.end()) continue;
    const Date from = std::max(*year.waiting_until.value, ledger::first_day(next));
    const Date until = std::min(ledger::first_day_after(next),
                                year.membership.ended_on.value_or(ledger::date_max));
    if (from >= until) continue;
    auto open = Judged<Date>::open(open_point(year.flagged, rules, jurisdiction),
                                   year.waiting_until.backing);
    spans.push_back({.from = from,
                     .until = until,
                     .state = CoverageState::undetermined,
                     .scheme = year.membership.scheme,
                     .year = i,
                     .backing = std::move(open.backing),
                     .cause = "undetermined",
                     .open = std::move(open.undetermined)});
  }
}

void add_legacy_spans(const std::vector<LegacyMembership>& memberships,
                      std::vector<CoverageSpan>& spans, Steps& steps) {
  for (const auto& membership : memberships) {
    if (membership.period.until && *membership.period.until <= membership.period.from) continue;
    Backing backing;
    std::string scheme;
    if (membership.ended_by != nullptr) {
      backing.apply(*membership.ended_by);
      scheme = membership.ended_by->as<SchemeEnd>().scheme;
      steps.push_back({.rule = membership.ended_by, .facts = {membership.sequence}});
    }
    spans.push_back({.from = membership.period.from,
                     .until = membership.period.until,
                     .state = CoverageState::legacy,
                     .scheme = std::move(scheme),
                     .backing = std::move(backing)});
  }
}

bool holds(const CoverageSpan& span, Date date) {
  return span.from <= date && (!span.until || date < *span.until);
}

bool says_the_same(const CoverageSpan& first, const CoverageSpan& second) {
  return first.state == second.state && first.scheme == second.scheme &&
         first.year == second.year && first.cause == second.cause;
}

/// Of overlapping spans the higher state counts, of equal states the later one: the result does
/// not overlap.
std::vector<CoverageSpan> flattened(const std::vector<CoverageSpan>& spans) {
  std::vector<Date> edges;
  edges.reserve(2 * spans.size());
  for (const auto& span : spans) {
    edges.push_back(span.from);
    if (span.until) edges.push_back(*span.until);
  }
  keep_each_once(edges);
  std::vector<CoverageSpan> flat;
  flat.reserve(edges.size());
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const CoverageSpan* highest = nullptr;
    for (const auto& span : spans) {
      if (!holds(span, edges[i])) continue;
      if (highest == nullptr || span.state >= highest->state) highest = &span;
    }
    if (highest == nullptr) continue;
    const auto until = i + 1 < edges.size() ? std::optional(edges[i + 1]) : std::nullopt;
    const bool goes_on =
        !flat.empty() && flat.back().until == edges[i] && says_the_same(flat.back(), *highest);
    if (goes_on) {
      flat.back().until = until;
      continue;
    }
    flat.push_back(*highest);
    flat.back().from = edges[i];
    flat.back().until = until;
  }
  return flat;
}

bool is_of(const std::string& scheme, const Codes& schemes) {
  return std::ranges::find(schemes, scheme) != schemes.end();
}

/// Whether there is cover that an employer's arrears may suspend.
bool may_be_suspended(const std::vector<CoverageSpan>& spans, const Rulebook& rules,
                      Area jurisdiction) {
  return std::ranges::any_of(
      rules.rules_of(RuleKind::arrears, jurisdiction), [&](const Rule* rule) {
        const auto& schemes = rule->as<Arrears>().schemes;
        return std::ranges::any_of(spans, [&](const CoverageSpan& span) {
          return span.state == CoverageState::covered && is_of(span.scheme, schemes);
        });
      });
}

/// Takes the days of the suspension out of the cover.
void suspend(const Suspension& suspension, Timeline& timeline) {
  std::vector<CoverageSpan> cut;
  for (auto& span : timeline.spans) {
    const auto days = ledger::overlap({span.from, span.until}, suspension.period);
    if (span.state != CoverageState::covered || !is_of(span.scheme, suspension.schemes) || !days) {
      cut.push_back(std::move(span));
      continue;
    }
    if (span.from < days->from) {
      cut.push_back(span);
      cut.back().until = days->from;
    }
    cut.push_back(
        {.from = days->from,
         .until = days->until,
         .state = suspension.open ? CoverageState::undetermined : CoverageState::suspended,
         .scheme = span.scheme,
         .year = span.year,
         .backing = suspension.backing,
         .cause = suspension.open ? "undetermined" : "employer_arrears",
         .open = suspension.open});
    append(timeline.years[span.year].steps, suspension.steps);
    if (days->until && days->until != span.until) {
      span.from = *days->until;
      cut.push_back(std::move(span));
    }
  }
  timeline.spans = std::move(cut);
}

void apply_suspensions(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                       Date asked_on, Timeline& timeline) {
  if (!may_be_suspended(timeline.spans, knowledge.rules(), jurisdiction)) return;
  auto suspensions = suspensions_of(knowledge, person, asked_on);
  // What is certain first: it leaves nothing that another month could make open.
  std::stable_partition(suspensions.begin(), suspensions.end(),
                        [](const Suspension& each) { return !each.open; });
  for (const auto& suspension : suspensions) suspend(suspension, timeline);
}

}  // namespace

std::string_view to_text(CoverageState state) {
  switch (state) {
    case CoverageState::none:
      return "none";
    case CoverageState::ended:
      return "ended";
    case CoverageState::suspended:
      return "suspended";
    case CoverageState::converted_unpaid:
      return "converted_unpaid";
    case CoverageState::enrolled_unpaid:
      return "enrolled_unpaid";
    case CoverageState::undetermined:
      return "undetermined";
    case CoverageState::waiting:
      return "waiting";
    case CoverageState::legacy:
      return "legacy";
    case CoverageState::covered:
      return "covered";
  }
  invariant(false);
}

Word word_of(CoverageState state) {
  const auto label = [state]() -> Label {
    switch (state) {
      case CoverageState::none:
        return {"未参保", "not covered"};
      case CoverageState::ended:
        return {"已停保", "ended"};
      case CoverageState::suspended:
        return {"暂停", "suspended"};
      case CoverageState::converted_unpaid:
        return {"已转换未缴费", "converted, not paid"};
      case CoverageState::enrolled_unpaid:
        return {"已登记未缴费", "enrolled, not paid"};
      case CoverageState::undetermined:
        return {"未明确", "undetermined"};
      case CoverageState::waiting:
        return {"等待期", "waiting"};
      case CoverageState::legacy:
        return {"子女统筹", "legacy pooling"};
      case CoverageState::covered:
        return {"享受待遇", "covered"};
    }
    invariant(false);
  };
  return {std::string(to_text(state)), label()};
}

const CoverageSpan* Timeline::on(Date date) const {
  const auto at =
      std::ranges::find_if(spans, [&](const CoverageSpan& span) { return holds(span, date); });
  return at == spans.end() ? nullptr : &*at;
}

const CoverageYear* Timeline::of(ledger::Year year, Date handled_by) const {
  const CoverageYear* found = nullptr;
  for (const auto& candidate : years) {
    if (candidate.year != year || candidate.membership.handled_on > handled_by) continue;
    if (found == nullptr || candidate.days_covered > 0 || found->days_covered == 0) {
      found = &candidate;
    }
  }
  return found;
}

const CoverageYear* Timeline::of(ledger::Year year, std::string_view scheme) const {
  const CoverageYear* found = nullptr;
  for (const auto& candidate : years) {
    if (candidate.year != year || candidate.membership.scheme != scheme) continue;
    if (found == nullptr || candidate.days_covered > 0 || found->days_covered == 0) {
      found = &candidate;
    }
  }
  return found;
}

const CoverageYear* Timeline::described(ledger::Year year, Date date,
                                        std::string_view scheme) const {
  const auto* span = ledger::year_of(date) == year ? on(date) : nullptr;
  if (span != nullptr && span->year != CoverageSpan::no_year) {
    const auto& held = years[span->year];
    const bool is_for_it = scheme.empty() || held.membership.scheme == scheme;
    // Cover that is not by the year goes on from an earlier one.
    const bool is_covered = span->state == CoverageState::covered;  // a newborn's, before its year
    if (is_for_it && (held.year == year || !held.annual || is_covered)) return &held;
  }
  return scheme.empty() ? of(year) : of(year, scheme);
}

Timeline coverage_timeline(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                           Date asked_on) {
  Timeline timeline;
  std::vector<CoverageSpan> spans;
  add_legacy_spans(legacy_memberships(knowledge.person(person), knowledge.rules(), jurisdiction),
                   spans, timeline.legacy_steps);
  timeline.years = judge_years(knowledge, person, jurisdiction);
  spans.reserve(spans.size() + 2 * timeline.years.size());
  for (std::size_t i = 0; i < timeline.years.size(); ++i) {
    YearSpans(timeline.years[i], i, spans).add();
  }
  add_carried_spans(timeline.years, knowledge.rules(), jurisdiction, spans);
  timeline.spans = flattened(spans);
  apply_suspensions(knowledge, person, jurisdiction, asked_on, timeline);
  return timeline;
}

}  // namespace kinledger::projections
