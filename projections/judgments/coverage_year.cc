#include "projections/judgments/coverage_year.h"

#include <algorithm>
#include <utility>

#include "projections/judgments/handling.h"
#include "projections/judgments/premium_year.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

/// Everything that the steps of one judgment share.
struct CoverageCase {
  Knowledge& knowledge;
  const ledger::PersonId& person;
  Area jurisdiction;
  CoverageYear& year;
};

/// A coverage rule that is for this membership, with what its population was judged by.
struct Candidate {
  const Rule* rule;
  Ruling population;

  const Coverage& coverage() const { return rule->as<Coverage>(); }
  /// A rule without a year of its own is chosen by its period.
  bool takes(Date paid_on, const Membership& membership) const {
    const Date counted_from = coverage().from_registration ? membership.handled_on : paid_on;
    // A renewal is handled by its payment.
    const bool counts_enrollment =
        coverage().with_enrollment && membership.origin == Membership::Origin::enrollment;
    const Date done_on = counts_enrollment ? std::max(paid_on, membership.handled_on) : paid_on;
    return (!coverage().paid_from || *coverage().paid_from <= done_on) &&
           (!coverage().paid_to || done_on <= *coverage().paid_to) &&
           (coverage().insurance_year || rule->governs(counted_from));
  }
};

/// What the agency has to state and did not. Where the documents leave to it what they do not say
/// themselves, the point that is open there is why the answer is.
void require_statement(std::optional<bool> wanted, std::optional<bool> stated,
                       std::string_view open_point, Ruling& population,
                       const Cause& missing_statement) {
  if (!wanted) return;
  if (!stated) {
    if (population.truth == Truth::yes) population.open_point = open_point;
    population.truth = all_of(population.truth, Truth::unknown);
    population.causes.push_back(missing_statement);
  } else if (*stated != *wanted) {
    population.truth = Truth::no;
  }
}

/// A newborn's application within months of birth (I-06: the last day is inside).
void require_application(const CoverageCase& asked, const Coverage& coverage, Ruling& population) {
  if (!coverage.applied_within_months_of_birth) return;
  const auto born = birth_date_of(asked.knowledge.person(asked.person));
  if (!born) {
    population.truth = all_of(population.truth, Truth::unknown);
    population.causes.push_back({"birth", "未登记：出生日期", "not recorded: date of birth"});
    return;
  }
  const auto& membership = asked.year.membership;
  const Date applied_on = membership.applied_on.value_or(membership.handled_on);
  population.backing.rely_on(
      asked.knowledge.rules().reading(Convention::full_months, asked.jurisdiction, applied_on));
  const Date last = ledger::add_months_clipped(*born, *coverage.applied_within_months_of_birth);
  if (applied_on < *born || applied_on > last) population.truth = Truth::no;
}

void require_statements(const CoverageCase& asked, const Coverage& coverage, Ruling& population) {
  const auto& membership = asked.year.membership;
  const auto& point = coverage.open_point_unstated;
  require_statement(coverage.within_prescribed_time, membership.within_prescribed_time, point,
                    population,
                    {"within_prescribed_time", "未登记：是否在规定时间内参保",
                     "not recorded: whether the enrollment was within the prescribed time"});
  require_statement(
      coverage.waiting_required, membership.waiting_required, point, population,
      {"waiting_required", "未登记：是否须等待期", "not recorded: whether a wait is required"});
  require_application(asked, coverage, population);
}

bool is_for(const Rule& rule, const CoverageYear& year) {
  const auto& coverage = rule.as<Coverage>();
  const auto& membership = year.membership;
  const bool is_of_the_year = coverage.insurance_year
                                  ? *coverage.insurance_year == year.year
                                  : !rule.from || *rule.from < ledger::first_day_after(year.year);
  return is_of_the_year &&
         std::ranges::find(coverage.schemes, membership.scheme) != coverage.schemes.end() &&
         (coverage.kinds.empty() ||
          std::ranges::find(coverage.kinds, membership.kind) != coverage.kinds.end());
}

/// Rules for the scheme and year whose population is not known to exclude the person. A population
/// is judged on the day of the act that made the membership.
std::vector<Candidate> candidates_of(const CoverageCase& asked) {
  std::vector<Candidate> candidates;
  const auto& membership = asked.year.membership;
  for (const Rule* rule :
       asked.knowledge.rules().rules_of(RuleKind::coverage, asked.jurisdiction)) {
    const auto& coverage = rule->as<Coverage>();
    if (!is_for(*rule, asked.year)) continue;
    Candidate candidate{rule, population_ruling(*rule, coverage.population, asked.person,
                                                membership.handled_on, asked.knowledge)};
    require_statements(asked, coverage, candidate.population);
    if (candidate.population.truth != Truth::no) candidates.push_back(std::move(candidate));
  }
  // What denies the year is for those whom no other rule takes.
  std::stable_partition(candidates.begin(), candidates.end(), [](const Candidate& candidate) {
    return candidate.coverage().start.kind != CoverageStart::Kind::never;
  });
  return candidates;
}

bool begins_alike(const Coverage& one, const Coverage& other) {
  return one.start.kind == other.start.kind && one.start.date == other.start.date &&
         one.start.months == other.start.months && one.from_registration == other.from_registration;
}

const Candidate* candidate_for(const std::vector<Candidate>& candidates, Date paid_on,
                               const Membership& membership) {
  const auto takes = [&](const Candidate& candidate) {
    return candidate.takes(paid_on, membership);
  };
  const auto at = std::ranges::find_if(candidates, takes);
  if (at == candidates.end() || at->population.truth == Truth::yes)
    return at == candidates.end() ? nullptr : &*at;
  // Where a rule that is certain begins the cover in the same way nothing hangs on the other one.
  const auto same = std::ranges::find_if(candidates, [&](const Candidate& candidate) {
    return takes(candidate) && candidate.population.truth == Truth::yes &&
           begins_alike(candidate.coverage(), at->coverage());
  });
  return same == candidates.end() ? &*at : &*same;
}

std::optional<Date> last_day_in_time(const std::vector<Candidate>& candidates) {
  std::optional<Date> last;
  for (const auto& candidate : candidates) {
    const auto& coverage = candidate.coverage();
    if (coverage.start.kind != CoverageStart::Kind::fixed_date || !coverage.paid_to) continue;
    if (!last || *coverage.paid_to > *last) last = coverage.paid_to;
  }
  return last;
}

/// The acts that the cover is counted from: the enrollment where nothing is paid.
std::vector<ledger::Sequence> deciding_facts(const CoverageYear& year) {
  if (!year.paid_on) return year.membership.facts;
  std::vector<ledger::Sequence> facts;
  for (const auto& payment : year.payments) {
    if (payment.net().value > 0 && payment.paid_on <= *year.paid_on) {
      facts.push_back(payment.sequence);
    }
  }
  return facts;
}

/// The agency's notice for the year on or before the act that counts, or null.
const Fact* notice_before(const Dossier& person, const CoverageYear& year) {
  for (const auto& fact : person.of(EventType::payment_notice_issued)) {
    const auto& event = fact.event;
    const auto scheme = event.text(Field::scheme);
    const bool is_for_it = event.year(Field::insurance_year) == year.year &&
                           (scheme.empty() || scheme == year.membership.scheme);
    if (is_for_it && event.envelope().valid_on <= *year.counted_from) return &fact;
  }
  return nullptr;
}

Date after_full_months(const CoverageCase& asked, const Candidate& candidate, Backing& backing) {
  const auto months = candidate.coverage().start.months;
  const Date counted_from = *asked.year.counted_from;
  const auto reading =
      asked.knowledge.rules().reading(Convention::full_months, asked.jurisdiction, counted_from);
  backing.rely_on(reading);
  const Date same_day = ledger::add_months_clipped(counted_from, months);
  if (reading.choice == "next_day") return ledger::add_days(same_day, 1);
  if (reading.choice == "next_month") return ledger::next_month_first_day(same_day);
  return same_day;
}

Date in_natural_month(const CoverageCase& asked, const Candidate& candidate, Backing& backing) {
  const auto months = candidate.coverage().start.months;
  const Date counted_from = *asked.year.counted_from;
  const auto reading =
      asked.knowledge.rules().reading(Convention::natural_month, asked.jurisdiction, counted_from);
  backing.rely_on(reading);
  const bool counts = reading.choice != "trigger_month_not_counted";
  return ledger::nth_natural_month(counted_from, counts ? months : months + 1);
}

Judged<Date> start_of(const CoverageCase& asked, const Candidate& candidate, Step& step) {
  const auto& start = candidate.coverage().start;
  Backing backing = candidate.population.backing;
  backing.add(asked.year.membership.backing);
  if (candidate.population.truth == Truth::unknown) {
    return Judged<Date>::open(
        undetermined_by(candidate.population, asked.knowledge.rules(), asked.jurisdiction),
        backing);
  }
  if (candidate.coverage().after_notice) {
    const Fact* notice = notice_before(asked.knowledge.person(asked.person), asked.year);
    if (notice == nullptr) {
      const Cause cause{"payment_notice", "未登记：缴费前的缴费通知",
                        "not recorded: the payment notice before the payment"};
      return Judged<Date>::open(missing(cause, asked.knowledge.rules(), asked.jurisdiction),
                                backing);
    }
    step.facts.push_back(notice->sequence);
  }
  // The texts set a last day only: that a payment before the year counts follows from them.
  const auto year_begins = ledger::first_day(asked.year.year);
  const auto paid_to = candidate.coverage().paid_to;
  const bool only_last_day_is_stated =
      !candidate.coverage().paid_from && (!paid_to || *paid_to >= year_begins);
  if (*asked.year.counted_from < year_begins && only_last_day_is_stated) {
    backing.weaken(ledger::Certainty::derived);
  }
  for (const auto& point : candidate.coverage().open_points) backing.rely_on(point);
  switch (start.kind) {
    case CoverageStart::Kind::fixed_date:
      return Judged<Date>::of(start.date, backing);
    case CoverageStart::Kind::full_months: {
      const Date date = after_full_months(asked, candidate, backing);
      return Judged<Date>::of(date, backing);
    }
    case CoverageStart::Kind::natural_month: {
      const Date date = in_natural_month(asked, candidate, backing);
      return Judged<Date>::of(date, backing);
    }
    case CoverageStart::Kind::birth: {
      const auto born = birth_date_of(asked.knowledge.person(asked.person));
      if (born) return Judged<Date>::of(*born, backing);
      const Cause cause{"birth", "未登记：出生日期", "not recorded: date of birth"};
      return Judged<Date>::open(missing(cause, asked.knowledge.rules(), asked.jurisdiction),
                                backing);
    }
    case CoverageStart::Kind::never:
      return Judged<Date>::nothing(backing);
    case CoverageStart::Kind::undetermined:
      break;
  }
  step.open_point = start.open_point;
  return Judged<Date>::open(
      open_point(start.open_point, asked.knowledge.rules(), asked.jurisdiction), backing);
}

/// I-08 matters when the posting or the recording of the deciding payment would have fallen under
/// another rule than its transaction.
bool hangs_on_date(const CoverageYear& year, const std::vector<Candidate>& candidates,
                   const Candidate& chosen) {
  for (const auto& payment : year.payments) {
    if (payment.paid_on != year.paid_on || payment.net().value <= 0) continue;
    const auto differs = [&](Date date) {
      return candidate_for(candidates, date, year.membership) != &chosen;
    };
    if (differs(payment.posted_on.value_or(payment.recorded_on))) return true;
  }
  return false;
}

/// Cuts the coverage to the insurance year, where it is by the year, and to the end of the
/// membership.
void bound_coverage(const CoverageCase& asked, CoverageStart::Kind kind, Date start,
                    const Backing& backing) {
  auto& year = asked.year;
  const Date year_begins = ledger::first_day(year.year);
  const Date year_end = ledger::first_day_after(year.year);
  // What begins with the birth begins with it, also where that is before the year paid for.
  const Date from = kind == CoverageStart::Kind::birth ? start : std::max(start, year_begins);
  if (!year.annual) {
    const auto ended_on = year.membership.ended_on;
    if (ended_on && *ended_on <= from) return;
    year.covered_from = Judged<Date>::of(from, backing);
    if (ended_on) year.covered_to = Judged<Date>::of(ledger::add_days(*ended_on, -1), backing);
    const Date until = std::min(year_end, ended_on.value_or(year_end));
    year.days_covered = from < until ? ledger::days_between(from, until) : 0;
    return;
  }
  Date until = year_end;
  Backing until_backing = backing;
  if (year.membership.ended_on && *year.membership.ended_on < until) {
    until = *year.membership.ended_on;
  } else {
    rely_on_declared(until_backing, point_calendar_year, asked.knowledge.rules(),
                     asked.jurisdiction);
  }
  if (from >= until) return;
  year.covered_from = Judged<Date>::of(from, backing);
  year.covered_to = Judged<Date>::of(ledger::add_days(until, -1), std::move(until_backing));
  year.days_covered = ledger::days_between(std::max(from, year_begins), until);
}

void judge_start(const CoverageCase& asked, const std::vector<Candidate>& candidates,
                 const Candidate& candidate) {
  auto& year = asked.year;
  Step step = candidate.population.steps.front();
  for (const auto sequence : deciding_facts(year)) step.facts.push_back(sequence);
  auto start = start_of(asked, candidate, step);
  if (hangs_on_date(year, candidates, candidate)) {
    year.hangs_on_transaction_date = true;
    rely_on_declared(start.backing, point_transaction_date, asked.knowledge.rules(),
                     asked.jurisdiction);
  }
  for (const auto& point : start.backing.relies_on) {
    if (std::ranges::find(step.interpretations, point) == step.interpretations.end()) {
      step.interpretations.push_back(point);
    }
  }
  year.annual = candidate.coverage().annual;
  if (!start.value) {
    year.covered_from = start;
    year.covered_to = std::move(start);
    year.steps.push_back(std::move(step));
    return;
  }
  const auto kind = candidate.coverage().start.kind;
  const bool waits =
      *start.value > *year.counted_from && *start.value > ledger::first_day(year.year) &&
      (kind == CoverageStart::Kind::full_months || kind == CoverageStart::Kind::natural_month);
  if (waits) year.waiting_until = start;
  if (year.annual && *start.value >= ledger::first_day_after(year.year)) {
    year.flagged = candidate.coverage().open_point_past_year;
    year.waiting_until.backing.rely_on(year.flagged);
    step.open_point = year.flagged;
    year.covered_from.backing = year.waiting_until.backing;
  }
  bound_coverage(asked, kind, *start.value, start.backing);
  year.steps.push_back(std::move(step));
}

/// Whether cover of the scheme ends with the year, by the rules of whichever time.
bool is_by_the_year(const Rulebook& rules, Area jurisdiction, const std::string& scheme) {
  return std::ranges::none_of(
      rules.rules_of(RuleKind::coverage, jurisdiction), [&](const Rule* rule) {
        const auto& coverage = rule->as<Coverage>();
        return !coverage.annual &&
               std::ranges::find(coverage.schemes, scheme) != coverage.schemes.end();
      });
}

}  // namespace

void judge_coverage_year(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                         CoverageYear& year) {
  year.year = year.membership.year;
  const CoverageCase asked{knowledge, person, jurisdiction, year};
  const auto candidates = candidates_of(asked);
  // Newborns have a time of their own, which no fixed deadline ends.
  const bool is_newborn = std::ranges::any_of(candidates, [](const Candidate& candidate) {
    return candidate.coverage().applied_within_months_of_birth &&
           candidate.population.truth == Truth::yes;
  });
  if (!is_newborn) year.pay_by = last_day_in_time(candidates);
  settle_premium(knowledge, person, jurisdiction, year);
  if (year.membership.conversion != nullptr) {
    year.steps.push_back({.rule = year.membership.conversion, .facts = year.membership.facts});
  }
  const Date acted_on = year.paid_on.value_or(year.membership.handled_on);
  const Candidate* candidate = candidate_for(candidates, acted_on, year.membership);
  const bool by_registration = candidate != nullptr && candidate->coverage().from_registration;
  if (!year.paid_on && !by_registration) {
    for (const auto& each : candidates) append(year.steps, each.population.steps);
    return;
  }
  year.counted_from = by_registration ? year.membership.handled_on : acted_on;
  if (candidate != nullptr) {
    judge_start(asked, candidates, *candidate);
  } else {
    year.annual = is_by_the_year(knowledge.rules(), jurisdiction, year.membership.scheme);
    year.covered_from = Judged<Date>::open(
        no_rule("没有已采用的规则规定该险种该年度在该缴费日的待遇起始",
                "no adopted rule sets when this scheme's coverage of the year begins for this "
                "payment date"));
    year.covered_to = year.covered_from;
  }
}

}  // namespace kinledger::projections
