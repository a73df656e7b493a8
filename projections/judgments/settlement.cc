#include "projections/judgments/settlement.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "projections/judgments/amounts.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::CareClass;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;

constexpr std::int64_t whole_basis_points = 10'000;

/// The settlements of the year, and what is asked of them.
struct Case {
  Knowledge& knowledge;
  const SettlementYear& asked;
  std::vector<const Fact*> settlements;
  SettlementLayers result = {};

  const Rulebook& rules() const { return knowledge.rules(); }
};

Fen money(const Fact& fact, Field field) { return fact.event.money(field).value_or(Fen{}); }

std::vector<const Fact*> settlements_of(const Dossier& person, const SettlementYear& asked) {
  std::vector<const Fact*> settlements;
  for (const auto& fact : person.of(EventType::medical_settlement_recorded)) {
    const auto scheme = fact.event.text(Field::scheme);
    if (settlement_year_of(fact) != asked.year || act_date(fact) > asked.on) continue;
    if (!asked.scheme.empty() && !scheme.empty() && scheme != asked.scheme) continue;
    settlements.push_back(&fact);
  }
  return settlements;
}

bool is_of(const Fact& fact, const std::vector<CareClass>& classes) {
  return std::ranges::find(classes, fact.event.as<CareClass>(Field::care_class)) != classes.end();
}

/// The rule of a kind for the scheme and the person on the day of service, with its population.
template <class Parameters>
std::optional<std::pair<const Rule*, Ruling>> rule_for(Case& asked, RuleKind kind) {
  const auto& layers = asked.result;
  for (const Rule* rule :
       asked.rules().rules_of(kind, asked.asked.jurisdiction, layers.service_on)) {
    const auto& parameters = rule->as<Parameters>();
    if (std::ranges::find(parameters.schemes, layers.scheme) == parameters.schemes.end()) continue;
    auto population = population_ruling(*rule, parameters.population, asked.asked.person,
                                        layers.service_on, asked.knowledge);
    if (population.truth == Truth::no) continue;
    for (const auto* fact : asked.settlements) {
      population.steps.front().facts.push_back(fact->sequence);
    }
    return std::pair(rule, std::move(population));
  }
  return std::nullopt;
}

template <class T>
Judged<T> unless_known(Case& asked, const std::optional<std::pair<const Rule*, Ruling>>& found,
                       std::string zh, std::string en) {
  if (!found) return Judged<T>::open(no_rule(std::move(zh), std::move(en)));
  return Judged<T>::open(undetermined_by(found->second, asked.rules(), asked.asked.jurisdiction));
}

Judged<Fen> resolve(const Case& asked, const Amount& amount, Backing backing, Step& step) {
  return amount_of(amount,
                   {.jurisdiction = asked.asked.jurisdiction, .name = {}, .year = asked.asked.year},
                   asked.rules(), std::move(backing), step);
}

void judge_ceiling(Case& asked) {
  auto& layers = asked.result;
  const auto found = rule_for<Ceiling>(asked, RuleKind::ceiling);
  if (!found || found->second.truth == Truth::unknown) {
    layers.ceiling = unless_known<Fen>(asked, found, "没有已采用的规则规定此人的最高支付限额",
                                       "no adopted rule sets a ceiling for this person");
    layers.excess = layers.ceiling;
    return;
  }
  const auto& [rule, population] = *found;
  const auto& ceiling = rule->as<Ceiling>();
  append(layers.steps, population.steps);
  layers.ceiling = resolve(asked, ceiling.amount, population.backing, layers.steps.back());
  if (!layers.ceiling.value) {
    layers.excess = layers.ceiling;
    return;
  }
  const Fen excess = not_below_zero(difference(layers.in_scope, *layers.ceiling.value));
  auto backing = layers.ceiling.backing;
  backing.weaken(ledger::Certainty::derived);
  if (excess.value > 0) backing.rely_on(ceiling.open_point);
  layers.excess = Judged<Fen>::of(excess, std::move(backing));
}

/// Cuts the costs into the bands of the rule.
std::vector<CostBand> cut(Case& asked, const PaymentBands& rule, Fen ceiling) {
  std::vector<CostBand> bands;
  Fen from = asked.result.deductible;
  const Fen costs = std::min(asked.result.in_scope, ceiling);
  for (const auto& band : rule.bands) {
    const auto bound = is_stated(band.to) ? resolve(asked, band.to, {}, asked.result.steps.back())
                                          : Judged<Fen>::of(ceiling, {});
    const Fen to = bound.value.value_or(ceiling);
    CostBand piece{.from = from, .to = to, .ratio = band.ratio};
    piece.amount = not_below_zero(difference(std::min(costs, to), from));
    if (!bound.value) {
      // Where this band ends and the next begins is not known, so the rest is open.
      piece.open = bound.undetermined;
      bands.push_back(std::move(piece));
      break;
    }
    if (!band.ratio) {
      piece.open = open_point(band.open_point, asked.rules(), asked.asked.jurisdiction);
    }
    bands.push_back(std::move(piece));
    from = std::max(from, to);
  }
  return bands;
}

void judge_bands(Case& asked) {
  auto& layers = asked.result;
  const auto found = rule_for<PaymentBands>(asked, RuleKind::payment_bands);
  const bool is_ready = found && found->second.truth == Truth::yes && layers.ceiling.value;
  if (!is_ready) {
    layers.fund_payment = layers.ceiling.undetermined
                              ? layers.ceiling
                              : unless_known<Fen>(asked, found, "没有已采用的规则规定支付比例",
                                                  "no adopted rule says what share the fund pays");
    return;
  }
  const auto& [rule, population] = *found;
  const auto& parameters = rule->as<PaymentBands>();
  append(layers.steps, population.steps);
  layers.bands = cut(asked, parameters, *layers.ceiling.value);
  auto backing = population.backing;
  backing.rely_on(parameters.open_point);
  layers.bands_backing = backing;
  Fen sum;
  for (const auto& band : layers.bands) {
    if (band.open && band.amount.value > 0) {
      layers.fund_payment = Judged<Fen>::open(*band.open, backing);
      return;
    }
    const auto share = band.ratio ? share_of(band.amount, *band.ratio) : Fen{};
    if (!share) {
      layers.fund_payment = Judged<Fen>::open(
          no_rule("分段金额不是整分，取整方式未规定",
                  "the share is no whole fen and no rule says how it is rounded"));
      return;
    }
    add_up(sum, *share);
  }
  layers.fund_payment = Judged<Fen>::of(sum, std::move(backing));
}

void judge_above(Case& asked) {
  auto& layers = asked.result;
  const auto found = rule_for<AboveCeiling>(asked, RuleKind::above_ceiling);
  const bool is_ready = found && found->second.truth == Truth::yes && layers.excess.value;
  if (!is_ready) {
    layers.above_payment =
        layers.excess.undetermined
            ? layers.excess
            : unless_known<Fen>(asked, found, "没有已采用的规则规定限额以上的补助",
                                "no adopted rule says what is paid above the ceiling");
    return;
  }
  const auto& [rule, population] = *found;
  const auto& above = rule->as<AboveCeiling>();
  append(layers.steps, population.steps);
  layers.above_payer = above.payer;
  auto backing = population.backing;
  backing.add(layers.excess.backing);
  if (above.ratio_at_least) {
    layers.above_at_least = share_of(*layers.excess.value, *above.ratio_at_least);
  }
  if (layers.excess.value->value == 0) {
    layers.above_payment = Judged<Fen>::of(Fen{}, std::move(backing));
  } else if (above.ratio == 0) {
    // Nothing is paid, whatever lies above.
    layers.above_payment = Judged<Fen>::of(Fen{}, population.backing);
  } else if (!above.ratio) {
    layers.above_payment = Judged<Fen>::open(
        open_point(above.open_point, asked.rules(), asked.asked.jurisdiction), std::move(backing));
  } else if (const auto paid = share_of(*layers.excess.value, *above.ratio)) {
    layers.above_payment = Judged<Fen>::of(*paid, std::move(backing));
  } else {
    layers.above_payment = Judged<Fen>::open(
        no_rule("补助金额不是整分，取整方式未规定",
                "the subsidy is no whole fen and no rule says how it is rounded"));
  }
}

void judge_hardship(Case& asked) {
  auto& layers = asked.result;
  const auto found = rule_for<Hardship>(asked, RuleKind::hardship);
  if (!found || found->second.truth == Truth::unknown) {
    const char* zh = "没有已采用的规则规定此人的困难救助";
    const char* en = "no adopted rule gives this person hardship assistance";
    layers.hardship_threshold = unless_known<Fen>(asked, found, zh, en);
    layers.hardship = found ? found->second : no_rule_ruling(zh, en);
    return;
  }
  const auto& [rule, population] = *found;
  const auto& hardship = rule->as<Hardship>();
  layers.hardship = population;
  layers.hardship_threshold =
      resolve(asked, hardship.threshold, population.backing, layers.hardship.steps.front());
  if (!layers.hardship_threshold.value) {
    layers.hardship.truth = Truth::unknown;
    layers.hardship.open_point = hardship.threshold.open_point;
    return;
  }
  const Fen threshold = *layers.hardship_threshold.value;
  if (layers.burden == threshold) layers.hardship.backing.rely_on(hardship.limit_point);
  if (layers.burden <= threshold) {
    layers.hardship.truth = Truth::no;
    layers.hardship.causes = {
        {"threshold", "个人负担未超过起点", "the burden is not more than the threshold"}};
  }
  if (hardship.ratio_from && hardship.ratio_to) {
    layers.hardship_range = {*hardship.ratio_from, *hardship.ratio_to};
  } else if (!hardship.open_point.empty()) {
    layers.hardship_share_open =
        open_point(hardship.open_point, asked.rules(), asked.asked.jurisdiction);
  }
}

void judge_layers(Case& asked) {
  for (const Rule* rule : asked.rules().rules_of(RuleKind::benefit_layers, asked.asked.jurisdiction,
                                                 asked.result.service_on)) {
    asked.result.layers = rule->as<BenefitLayers>().layers;
    asked.result.layers_backing.apply(*rule);
    asked.result.steps.push_back({.rule = rule});
    return;
  }
}

void judge_routing(Case& asked) {
  for (const Rule* rule : asked.rules().rules_of(RuleKind::cost_routing, asked.asked.jurisdiction,
                                                 asked.result.service_on)) {
    const auto& routing = rule->as<CostRouting>();
    Step step{.rule = rule};
    Fen amount;
    for (const auto* fact : asked.settlements) {
      if (!is_of(*fact, routing.classes)) continue;
      add_up(amount, money(*fact, Field::personal_in_scope));
      step.facts.push_back(fact->sequence);
    }
    if (step.facts.empty()) continue;
    RoutedCost routed{routing.fund, amount, std::nullopt};
    if (!routing.open_point.empty()) {
      routed.rate = open_point(routing.open_point, asked.rules(), asked.asked.jurisdiction);
      step.open_point = routing.open_point;
    }
    asked.result.routed.push_back(std::move(routed));
    asked.result.steps.push_back(std::move(step));
  }
}

/// The institution's designations on the day of service.
Ruling has_designation(Knowledge& knowledge, const Fact& settlement, std::string_view wanted) {
  Ruling ruling{.truth = Truth::unknown,
                .causes = {{"designation", "未登记：机构的定点情况",
                            "not recorded: designations of the institution"}}};
  const auto institution = settlement.event.unit(Field::institution);
  if (!institution) return ruling;
  const auto on = act_date(settlement);
  for (const auto& fact :
       knowledge.unit_itself(*institution).of(EventType::organisation_recorded)) {
    const auto until = fact.event.date(Field::until);
    if (act_date(fact) > on || (until && *until <= on)) continue;
    const bool has_it = fact.event.text(Field::designation) == wanted &&
                        fact.event.as<ledger::YesNo>(Field::designated) != ledger::YesNo::no;
    ruling.truth = truth_of(has_it);
    ruling.causes.clear();
    if (has_it) return ruling;
  }
  if (ruling.truth == Truth::no) {
    ruling.causes = {
        {"designation", "机构不具备该定点资格", "the institution does not have the designation"}};
  }
  return ruling;
}

void judge_share(const FixedShare& rule, const FixedShare::Share& share, Backing backing,
                 FixedShareCase& result) {
  const Fen left = not_below_zero(difference(result.in_scope, result.insured));
  const auto personal = share_of(result.in_scope, share.personal);
  if (!personal) {
    result.personal = Judged<Fen>::open(
        no_rule("个人负担不是整分，取整方式未规定",
                "the person's share is no whole fen and no rule says how it is rounded"));
    result.assistance = result.personal;
    return;
  }
  backing.weaken(ledger::Certainty::derived);
  // Less may be left than the share: the person then bears what is left.
  if (left < *personal) backing.rely_on(rule.open_point);
  result.personal = Judged<Fen>::of(std::min(*personal, left), backing);
  result.assistance =
      Judged<Fen>::of(not_below_zero(difference(left, *personal)), std::move(backing));
}

}  // namespace

ledger::Year settlement_year_of(const Fact& fact) {
  return fact.event.year(Field::settlement_year).value_or(ledger::year_of(act_date(fact)));
}

std::optional<Fen> share_of(Fen amount, BasisPoints share) {
  const __int128 product = static_cast<__int128>(amount.value) * share;
  if (product % whole_basis_points != 0) return std::nullopt;
  return Fen{static_cast<std::int64_t>(product / whole_basis_points)};
}

std::string percent_text(BasisPoints share) {
  auto text = std::to_string(share / 100);
  if (const auto rest = share % 100; rest != 0) {
    text += rest % 10 == 0 ? "." + std::to_string(rest / 10)
                           : (rest < 10 ? ".0" : ".") + std::to_string(rest);
  }
  return text + "%";
}

SettlementLayers judge_settlement(Knowledge& knowledge, const SettlementYear& asked) {
  Case one{knowledge, asked, settlements_of(knowledge.person(asked.person), asked)};
  auto& layers = one.result;
  layers.scheme = asked.scheme;
  layers.service_on = asked.on;
  std::optional<Date> last;
  for (const auto* fact : one.settlements) {
    if (layers.scheme.empty()) layers.scheme = fact->event.text(Field::scheme);
    if (!last || act_date(*fact) > *last) last = act_date(*fact);
    if (!is_of(*fact, {CareClass::inpatient})) continue;
    add_up(layers.in_scope, money(*fact, Field::in_scope));
    add_up(layers.deductible, money(*fact, Field::deductible));
    add_up(layers.burden, money(*fact, Field::personal_in_scope));
  }
  if (last) layers.service_on = *last;
  judge_ceiling(one);
  judge_bands(one);
  judge_above(one);
  judge_hardship(one);
  judge_layers(one);
  judge_routing(one);
  return std::move(one.result);
}

std::vector<FixedShareCase> fixed_shares(Knowledge& knowledge, const SettlementYear& asked) {
  std::vector<FixedShareCase> cases;
  for (const auto* fact : settlements_of(knowledge.person(asked.person), asked)) {
    const auto on = act_date(*fact);
    for (const Rule* rule :
         knowledge.rules().rules_of(RuleKind::fixed_share, asked.jurisdiction, on)) {
      const auto& fixed = rule->as<FixedShare>();
      const auto scheme = fact->event.text(Field::scheme);
      const auto share = std::ranges::find_if(fixed.shares, [&](const FixedShare::Share& each) {
        return std::ranges::find(each.schemes, scheme) != each.schemes.end();
      });
      if (!is_of(*fact, fixed.classes) || share == fixed.shares.end()) continue;
      FixedShareCase result{.settlement = fact->sequence, .service_on = on};
      result.in_scope = money(*fact, Field::in_scope);
      result.insured = money(*fact, Field::basic_paid);
      add_up(result.insured, money(*fact, Field::serious_illness_paid));
      result.recorded_personal = fact->event.money(Field::personal_in_scope);
      result.recorded_assistance = fact->event.money(Field::assistance_paid);
      result.designated = has_designation(knowledge, *fact, fixed.designation);
      result.designated.backing.apply(*rule);
      result.steps = {{.rule = rule, .facts = {fact->sequence}}};
      auto backing = Backing::of(*rule);
      if (result.designated.truth == Truth::yes) {
        judge_share(fixed, *share, std::move(backing), result);
      } else if (result.designated.truth == Truth::no) {
        result.personal = Judged<Fen>::nothing(std::move(backing));
        result.assistance = result.personal;
      } else {
        result.personal = Judged<Fen>::open(
            undetermined_by(result.designated, knowledge.rules(), asked.jurisdiction));
        result.assistance = result.personal;
      }
      cases.push_back(std::move(result));
    }
  }
  return cases;
}

}  // namespace kinledger::projections
