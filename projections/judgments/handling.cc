#include "projections/judgments/handling.h"

#include <algorithm>

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Field;

/// A window that stays shut for longer has no next opening.
constexpr std::int32_t opening_days_max = 400;

bool names(const Codes& codes, std::string_view code) {
  return codes.empty() || code.empty() || std::ranges::find(codes, code) != codes.end();
}

Ruling evaluated(const Rule& rule, const Condition& condition, const ledger::PersonId& person,
                 Date on, Knowledge& knowledge) {
  return ruling_of(rule, evaluate(condition, person, on, knowledge), knowledge.rules());
}

/// The category as of one reference date.
CategoryJudgment category_on(Knowledge& knowledge, const CategoryQuestion& question, Date on) {
  CategoryJudgment result;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::category, question.jurisdiction)) {
    const auto& category = rule->as<Category>();
    if (category.insurance_year != question.year || category.scheme != question.scheme) continue;
    result.is_ruled = true;
    for (const auto& option : category.options) {
      const auto ruling = evaluated(*rule, option.condition, question.person, on, knowledge);
      if (ruling.truth == Truth::no) continue;
      result.steps = ruling.steps;
      if (ruling.truth == Truth::unknown) {
        result.category = Judged<std::string>::open(
            undetermined_by(ruling, knowledge.rules(), question.jurisdiction), ruling.backing);
      } else if (option.categories.size() == 1) {
        result.category = Judged<std::string>::of(option.categories.front(), ruling.backing);
      } else {
        result.candidates = option.categories;
        result.category = Judged<std::string>::open(
            open_point(option.open_point, knowledge.rules(), question.jurisdiction),
            ruling.backing);
      }
      return result;
    }
  }
  return result;
}

/// Whether the calendar lets the rule's window be open, whoever asks.
bool is_open_by_calendar(const Rule& rule, Date on) {
  const auto& window = rule.as<Window>();
  const auto day = ledger::day_of_month(on);
  return rule.governs(on) && (!window.from || *window.from <= on) &&
         (!window.to || on <= *window.to) && (!window.day_from || *window.day_from <= day) &&
         (!window.day_to || day <= *window.day_to);
}

/// `born`: birth date of the person asked about, if it is known.
Truth is_open(const Ruling& window, Date on, std::optional<Date> born) {
  const auto& rule = *window.steps.front().rule;
  if (!is_open_by_calendar(rule, on)) return Truth::no;
  const auto& months = rule.as<Window>().within_months_of_birth;
  if (!months) return window.truth;
  if (!born) return Truth::unknown;
  const bool in_time = *born <= on && on <= ledger::add_months_clipped(*born, *months);
  return all_of(window.truth, truth_of(in_time));
}

Truth any_open(const std::vector<Ruling>& windows, Date on, std::optional<Date> born) {
  auto any = Truth::no;
  for (const auto& window : windows) any = any_of(any, is_open(window, on, born));
  return any;
}

/// Rules about the act that may be for the person, and what their populations were judged by.
std::vector<Ruling> windows_for(Knowledge& knowledge, const WindowQuestion& question) {
  std::vector<Ruling> windows;
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::window, question.jurisdiction)) {
    const auto& window = rule->as<Window>();
    if (std::ranges::find(window.acts, question.act) == window.acts.end()) continue;
    if (!names(window.schemes, question.scheme)) continue;
    if (window.population && !question.person) continue;
    auto ruling =
        population_ruling(*rule, window.population, question.person.value_or(ledger::PersonId{}),
                          question.on, knowledge);
    if (ruling.truth != Truth::no) windows.push_back(std::move(ruling));
  }
  return windows;
}

/// What was handled of a points procedure by the day.
struct PointsHandled {
  PointsJudgment::State state;
  std::optional<Date> on;
  std::vector<ledger::Sequence> facts;
};

/// What was handled before the procedure began leaves the time that there is for it.
PointsHandled points_state(const PointsProcedure& procedure, const Dossier& person, Date by) {
  using enum PointsJudgment::State;
  PointsHandled handled{by > procedure.to ? missed : open, {}, {}};
  for (const auto& fact : person.of(EventType::points_qualification_recorded)) {
    if (act_date(fact) > by) continue;
    handled.on = fact.event.envelope().valid_on;
    handled.facts.push_back(fact.sequence);
    if (!handled.on || *handled.on < procedure.from) continue;
    if (*handled.on > procedure.to) {
      if (handled.state != qualified) handled.state = waived;
    } else if (fact.event.as<ledger::YesNo>(Field::qualified) == ledger::YesNo::yes) {
      handled.state = qualified;
    }
  }
  return handled;
}

/// What one rule says of the exemption.
struct OneExemption {
  Ruling ruling;
  bool is_unproven = false;
};

OneExemption judge_exemption(const Rule& rule, const ExemptionQuestion& question,
                             Knowledge& knowledge) {
  const auto& exemption = rule.as<Exemption>();
  const auto judged = [&](const Condition& condition) {
    return evaluated(rule, condition, question.person, question.on, knowledge);
  };
  OneExemption result{judged(exemption.condition)};
  if (result.ruling.truth != Truth::no || !exemption.unproven) return result;
  auto shown = judged(*exemption.unproven);
  if (shown.truth == Truth::no) return result;
  result.ruling = std::move(shown);
  if (result.ruling.truth == Truth::unknown) return result;
  result.is_unproven = true;
  result.ruling.truth = Truth::unknown;
  result.ruling.open_point = exemption.open_point;
  result.ruling.backing.rely_on(exemption.open_point);
  result.ruling.backing.weaken(ledger::Certainty::open);
  return result;
}

}  // namespace

ExemptionJudgment exemption_of(Knowledge& knowledge, const ExemptionQuestion& question) {
  ExemptionJudgment result;
  std::optional<Ruling> best;
  bool is_otherwise_unknown = false;
  for (const Rule* rule :
       knowledge.rules().rules_of(RuleKind::exemption, question.jurisdiction, question.on)) {
    const auto& exemption = rule->as<Exemption>();
    if (!names(exemption.schemes, question.scheme)) continue;
    result.is_ruled = true;
    auto judged = judge_exemption(*rule, question, knowledge);
    is_otherwise_unknown |= judged.ruling.truth == Truth::unknown && !judged.is_unproven;
    if (!best) {
      best = std::move(judged.ruling);
    } else if (!merge(*best, std::move(judged.ruling))) {
      continue;
    }
    result.payer = exemption.payer;
  }
  if (best) {
    result.is_unproven = best->truth == Truth::unknown && !is_otherwise_unknown;
    result.ruling = *std::move(best);
  } else {
    result.ruling = no_rule_ruling("已采用的规则中没有免缴规定",
                                   "the adopted rules contain nothing about exemptions");
  }
  return result;
}

CategoryJudgment category_of(Knowledge& knowledge, const CategoryQuestion& question) {
  const auto reading = knowledge.rules().reading(Convention::category_date, question.jurisdiction,
                                                 question.enrolled_on);
  const Date year_start = ledger::first_day(question.year);
  const bool by_year = reading.choice == "insurance_year_start";
  auto result = category_on(knowledge, question, by_year ? year_start : question.enrolled_on);
  if (!result.category.value && !result.category.undetermined) return result;
  const auto other = category_on(knowledge, question, by_year ? question.enrolled_on : year_start);
  // The reference date is relied on where it matters: the other one gives something else, or the
  // answer lies at a limit.
  const bool is_at_limit = !result.category.backing.relies_on.empty();
  if (is_at_limit || other.category.value != result.category.value) {
    result.category.backing.rely_on(reading);
  }
  if (other.category.value && other.category.value != result.category.value) {
    result.alternatives.emplace_back(by_year ? "enrollment_date" : "insurance_year_start",
                                     *other.category.value);
  }
  return result;
}

WindowJudgment window_of(Knowledge& knowledge, const WindowQuestion& question) {
  WindowJudgment result;
  const auto windows = windows_for(knowledge, question);
  if (windows.empty()) {
    result.accepted = no_rule_ruling("没有已采用的规则规定该事项的办理时间",
                                     "no adopted rule says when this is handled");
    return result;
  }
  const auto born =
      question.person ? birth_date_of(knowledge.person(*question.person)) : std::optional<Date>{};
  result.accepted.truth = any_open(windows, question.on, born);
  for (const auto& window : windows) {
    const bool decides = result.accepted.truth == Truth::no ||
                         is_open(window, question.on, born) == result.accepted.truth;
    if (!decides) continue;
    auto& accepted = result.accepted;
    // A shut window is shut for whomever it is.
    const bool is_shut = accepted.truth == Truth::no;
    accepted.backing.add(is_shut ? Backing::of(*window.steps.front().rule) : window.backing);
    append(accepted.steps, window.steps);
    if (accepted.truth == Truth::unknown) {
      accepted.causes.insert(accepted.causes.end(), window.causes.begin(), window.causes.end());
      if (accepted.open_point.empty()) accepted.open_point = window.open_point;
    }
  }
  if (result.accepted.truth == Truth::unknown) {
    result.accepted.backing.weaken(ledger::Certainty::open);
    if (result.accepted.causes.empty()) {
      result.accepted.causes.push_back({"born", "未登记：出生日期", "not recorded: date of birth"});
    }
    return result;
  }
  if (result.accepted.truth == Truth::no) {
    result.accepted.causes.push_back(
        {"window", "当日不在办理时间内", "the day is outside the time for this act"});
  }
  for (std::int32_t days = 1; days <= opening_days_max; ++days) {
    const Date day = ledger::add_days(question.on, days);
    const bool is_accepted = any_open(windows, day, born) == Truth::yes;
    if (is_accepted == (result.accepted.truth == Truth::yes)) continue;
    if (is_accepted) {
      result.opens = day;
    } else {
      result.closes = ledger::add_days(day, -1);
    }
    break;
  }
  return result;
}

PointsJudgment judge_points(Knowledge& knowledge, const ledger::PersonId& person, Area jurisdiction,
                            Date on) {
  using enum PointsJudgment::State;
  PointsJudgment result;
  result.applicable =
      no_rule_ruling("没有已采用的规则规定积分入医程序", "no adopted rule has a points procedure");
  for (const Rule* rule : knowledge.rules().rules_of(RuleKind::points_procedure, jurisdiction)) {
    const auto& procedure = rule->as<PointsProcedure>();
    result.applicable = evaluated(*rule, procedure.population, person, on, knowledge);
    result.last_day = procedure.to;
    auto handled = points_state(procedure, knowledge.person(person), on);
    result.handled_on = handled.on;
    if (result.applicable.truth == Truth::unknown) return result;
    if (result.applicable.truth == Truth::no) {
      result.state = not_applicable;
      return result;
    }
    if (procedure.outside) {
      auto outside = evaluated(*rule, *procedure.outside, person, on, knowledge);
      if (outside.truth == Truth::unknown) {
        result.applicable = std::move(outside);
        return result;
      }
      if (outside.truth == Truth::yes) {
        result.state = PointsJudgment::State::outside;
        result.applicable = std::move(outside);
        result.applicable.truth = Truth::no;
        result.applicable.causes = {
            {"outside_procedure", "不纳入积分入医程序", "not part of the points procedure"}};
        result.consequence = open_point(procedure.open_point, knowledge.rules(), jurisdiction);
        return result;
      }
    }
    result.state = handled.state;
    auto& facts = result.applicable.steps.front().facts;
    facts.insert(facts.end(), handled.facts.begin(), handled.facts.end());
    return result;
  }
  return result;
}

Word word_of(PointsJudgment::State state) {
  using enum PointsJudgment::State;
  switch (state) {
    case undetermined:
      break;  // said by the ruling
    case not_applicable:
      return {"not_applicable", {"不适用", "does not apply"}};
    case outside:
      return {"outside", {"不纳入", "outside the procedure"}};
    case qualified:
      return {"qualified", {"已取得资格", "qualified"}};
    case waived:
      return {"waived", {"逾期，视为放弃", "late: waived"}};
    case open:
      return {"open", {"办理期内", "still in time"}};
    case missed:
      return {"missed", {"未办理，期限已过", "not done, the time is over"}};
  }
  invariant(false);
}

std::optional<std::int32_t> age_of(const Dossier& person, const Rulebook& rules, Area jurisdiction,
                                   Date on) {
  const auto birth = birth_date_of(person);
  if (!birth || on < *birth) return std::nullopt;
  return ledger::completed_years(*birth, on, rules.age_day(jurisdiction, on));
}

}  // namespace kinledger::projections
