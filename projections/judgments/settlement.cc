#include "projections/judgments/settlement.h"

#include <algorithm>
#include <array>
#include <span>

#include "projections/judgments/amounts.h"
#include "projections/judgments/sums.h"

namespace kinledger::projections {
namespace {

using ledger::CareClass;
using ledger::Fen;
using ledger::Field;

constexpr std::array inpatient_care{CareClass::inpatient};

/// The settlements of the year, and what is asked of them.
struct SettledYear {
  Knowledge& knowledge;
  const SettlementYear& asked;
  std::vector<const Fact*> settlements;
  SettlementLayers result = {};

  const Rulebook& rules() const { return knowledge.rules(); }
};

/// Classes of care (医疗类别) that count; none given: all.
using CareClasses = std::span<const CareClass>;

bool counts(const Fact& fact, CareClasses classes) {
  return classes.empty() ||
         std::ranges::find(classes, fact.event.as<CareClass>(Field::care_class)) != classes.end();
}

/// The classes of care that a rule is about.
CareClasses classes_of(const Hardship& rule) { return rule.classes; }
template <class Parameters>
CareClasses classes_of(const Parameters&) {
  return inpatient_care;
}

/// Adds up an amount of the settlements that count. Says why it is not the whole.
std::optional<Undetermined> add_up_recorded(const SettledYear& asked, CareClasses classes,
                                            Field field, Fen& sum) {
  std::optional<Undetermined> open;
  for (const auto* fact : asked.settlements) {
    if (!counts(*fact, classes)) continue;
    // Asked for one scheme, it is not known whether a settlement that does not say belongs to it.
    const bool may_be_of_another =
        !asked.asked.scheme.empty() && fact->event.text(Field::scheme).empty();
    const auto lacks =
        may_be_of_another
            ? not_recorded_by_settlement(Field::scheme, asked.rules(), asked.asked.jurisdiction)
            : add_recorded(*fact, field, sum, asked.rules(), asked.asked.jurisdiction);
    if (lacks) open = lacks;
  }
  return open;
}

/// The same of a sum that means something within one scheme only.
std::optional<Undetermined> add_up_of_scheme(const SettledYear& asked, CareClasses classes,
                                             Field field, Fen& sum) {
  if (asked.result.scheme_open) return asked.result.scheme_open;
  return add_up_recorded(asked, classes, field, sum);
}

/// That the rule was not for the person on the day of another settlement of the year: how such a
/// year is settled no document says.
void hold_also(Ruling& population, const Ruling& then) {
  if (population.truth != Truth::yes || then.truth == Truth::yes) return;
  population.truth = Truth::unknown;
  population.backing.weaken(ledger::Certainty::open);
  population.open_point = then.open_point;
  population.causes = then.causes;
  if (then.truth == Truth::no) {
    population.causes = {{"no_rule", "没有已采用的规则规定年内适用对象有变动时如何结算",
                          "no adopted rule says how a year is settled in which the person came "
                          "under its rules on a part of the service dates only"}};
  }
}

/// The rule of a kind for the scheme and the person on the day of service, with its population.
template <class Parameters>
std::optional<std::pair<const Rule*, Ruling>> rule_for(SettledYear& asked, RuleKind kind) {
  const auto& layers = asked.result;
  for (const Rule* rule :
       asked.rules().rules_of(kind, asked.asked.jurisdiction, layers.service_on)) {
    const auto& parameters = rule->as<Parameters>();
    if (std::ranges::find(parameters.schemes, layers.scheme) == parameters.schemes.end()) continue;
    auto population = population_ruling(*rule, parameters.population, asked.asked.person,
                                        layers.service_on, asked.knowledge);
    if (population.truth == Truth::no) continue;
    for (const auto* fact : asked.settlements) {
      if (!counts(*fact, classes_of(parameters))) continue;
      population.steps.front().facts.push_back(fact->sequence);
      hold_also(population, population_ruling(*rule, parameters.population, asked.asked.person,
                                              act_date(*fact), asked.knowledge));
    }
    return std::pair(rule, std::move(population));
  }
  return std::nullopt;
}

template <class T>
Judged<T> unless_known(SettledYear& asked,
                       const std::optional<std::pair<const Rule*, Ruling>>& found, std::string zh,
                       std::string en) {
  if (!found)
    return Judged<T>::open(
        asked.result.scheme_open.value_or(no_rule(std::move(zh), std::move(en))));
  return Judged<T>::open(undetermined_by(found->second, asked.rules(), asked.asked.jurisdiction));
}

Judged<Fen> resolve(const SettledYear& asked, const Amount& amount, Backing backing, Step& step) {
  return amount_of(amount,
                   {.jurisdiction = asked.asked.jurisdiction, .name = {}, .year = asked.asked.year},
                   asked.rules(), std::move(backing), step);
}

void judge_ceiling(SettledYear& asked) {
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
  if (!layers.ceiling.value || layers.in_scope_open) {
    layers.excess =
        layers.ceiling.value ? whole(layers.in_scope, layers.in_scope_open) : layers.ceiling;
    return;
  }
  const Fen excess = not_below_zero(difference(layers.in_scope, *layers.ceiling.value));
  auto backing = layers.ceiling.backing;
  backing.weaken(ledger::Certainty::derived);
  if (excess.value > 0) backing.rely_on(ceiling.open_point);
  layers.excess = Judged<Fen>::of(excess, std::move(backing));
}

/// Cuts the costs into the bands of the rule.
std::vector<CostBand> cut(SettledYear& asked, const PaymentBands& rule, Fen ceiling) {
  std::vector<CostBand> bands;
  const auto& layers = asked.result;
  const auto& amount_open = layers.in_scope_open ? layers.in_scope_open : layers.deductible_open;
  auto from = whole(layers.deductible, layers.deductible_open);
  const Fen costs = std::min(layers.in_scope, ceiling);
  for (const auto& band : rule.bands) {
    const auto bound = is_stated(band.to) ? resolve(asked, band.to, {}, asked.result.steps.back())
                                          : Judged<Fen>::of(ceiling, {});
    const Fen to = bound.value.value_or(ceiling);
    const Fen starts = from.value.value_or(Fen{});
    CostBand piece{.from = from, .to = to, .ratio = band.ratio};
    piece.amount = whole(not_below_zero(difference(std::min(costs, to), starts)), amount_open);
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
    from = Judged<Fen>::of(std::max(starts, to), {});
  }
  return bands;
}

void judge_bands(SettledYear& asked) {
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
  auto sum = Rounded::exactly({});
  for (const auto& band : layers.bands) {
    if (!band.amount.value) {
      layers.fund_payment = Judged<Fen>::open(*band.amount.undetermined, backing);
      return;
    }
    if (band.open && band.amount.value->value > 0) {
      layers.fund_payment = Judged<Fen>::open(*band.open, backing);
      return;
    }
    if (band.ratio) add_up(sum, share_of(*band.amount.value, *band.ratio));
  }
  layers.fund_payment = in_whole_fen(Judged<Rounded>::of(sum, std::move(backing)), [&] {
    return no_whole_fen("分段金额不是整分，取整方式未规定",
                        "the share is no whole fen and no rule says how it is rounded",
                        asked.rules(), asked.asked.jurisdiction);
  });
}

/// What is paid of the excess.
Judged<Rounded> paid_above(const SettledYear& asked, const AboveCeiling& above,
                           const Backing& population) {
  // Nothing is paid, whatever lies above.
  if (above.ratio == 0) return Judged<Rounded>::of({}, population);
  const auto& excess = asked.result.excess;
  if (excess.undetermined) return Judged<Rounded>::open(*excess.undetermined, excess.backing);
  auto backing = population;
  backing.add(excess.backing);
  if (excess.value->value == 0) return Judged<Rounded>::of({}, std::move(backing));
  if (!above.ratio) {
    return Judged<Rounded>::open(
        open_point(above.open_point, asked.rules(), asked.asked.jurisdiction), std::move(backing));
  }
  return Judged<Rounded>::of(share_of(*excess.value, *above.ratio), std::move(backing));
}

/// Who pays: where something is paid and the rule names nobody, the documents do not say.
Judged<std::string> payer_above(const AboveCeiling& above, const Backing& population) {
  if (!above.payer.empty()) return Judged<std::string>::of(above.payer, population);
  if (above.ratio == 0) return Judged<std::string>::nothing(population);
  return Judged<std::string>::open(
      no_rule("文件未载明限额以上由谁支付", "the documents do not say who pays above the ceiling"));
}

/// The least that is paid of the excess, where the rule states a floor.
void judge_floor(SettledYear& asked, BasisPoints at_least) {
  auto& layers = asked.result;
  layers.above_at_least_open = layers.excess.undetermined;
  if (!layers.excess.value) return;
  layers.above_at_least = share_of(*layers.excess.value, at_least);
  if (layers.above_at_least->is_whole()) return;
  layers.above_at_least_open =
      no_whole_fen("补助下限不是整分，取整方式未规定",
                   "the least subsidy is no whole fen and no rule says how it is rounded",
                   asked.rules(), asked.asked.jurisdiction);
}

void judge_above(SettledYear& asked) {
  auto& layers = asked.result;
  const auto found = rule_for<AboveCeiling>(asked, RuleKind::above_ceiling);
  if (!found || found->second.truth == Truth::unknown) {
    layers.above_payment =
        layers.excess.undetermined
            ? layers.excess
            : unless_known<Fen>(asked, found, "没有已采用的规则规定限额以上的补助",
                                "no adopted rule says what is paid above the ceiling");
    layers.above_at_least_open = layers.above_payment.undetermined;
    layers.above_payer = Judged<std::string>::open(*layers.above_payment.undetermined);
    layers.above_share = Judged<Rounded>::open(*layers.above_payment.undetermined);
    return;
  }
  const auto& [rule, population] = *found;
  const auto& above = rule->as<AboveCeiling>();
  append(layers.steps, population.steps);
  layers.above_share = paid_above(asked, above, population.backing);
  layers.above_payment = in_whole_fen(layers.above_share, [&] {
    return no_whole_fen("补助金额不是整分，取整方式未规定",
                        "the subsidy is no whole fen and no rule says how it is rounded",
                        asked.rules(), asked.asked.jurisdiction);
  });
  layers.above_payer = payer_above(above, population.backing);
  if (above.ratio_at_least) judge_floor(asked, *above.ratio_at_least);
}

/// Whether the burden is above the threshold.
void compare_burden(Ruling& hardship, const SettlementLayers& layers, Fen threshold,
                    std::string_view limit_point) {
  // More than the threshold is borne, whatever is not recorded besides.
  if (layers.burden > threshold) return;
  if (layers.burden_open) {
    hardship.truth = Truth::unknown;
    hardship.backing.weaken(ledger::Certainty::open);
    hardship.open_point = layers.burden_open->open_point;
    hardship.causes = {{"burden", layers.burden_open->why.zh, layers.burden_open->why.en}};
    return;
  }
  if (layers.burden == threshold) hardship.backing.rely_on(limit_point);
  hardship.truth = Truth::no;
  hardship.causes = {
      {"threshold", "个人负担未超过起点", "the burden is not more than the threshold"}};
}

/// What assistance comes to: between two shares of what is borne above the threshold.
void judge_assistance(const SettledYear& asked, SettlementLayers& layers) {
  if (layers.hardship.truth != Truth::yes) return;
  auto backing = layers.hardship.backing;
  backing.weaken(ledger::Certainty::derived);
  if (layers.burden_open) {
    layers.hardship_excess = layers.hardship_at_least = layers.hardship_at_most =
        Judged<Fen>::open(*layers.burden_open, std::move(backing));
    return;
  }
  const Fen excess{layers.burden.value - layers.hardship_threshold.value->value};
  layers.hardship_excess = Judged<Fen>::of(excess, backing);
  const auto part = [&](BasisPoints ratio) {
    return in_whole_fen(Judged<Rounded>::of(share_of(excess, ratio), backing), [&] {
      return no_whole_fen("救助金额不是整分，取整方式未规定",
                          "the assistance is no whole fen and no rule says how it is rounded",
                          asked.rules(), asked.asked.jurisdiction);
    });
  };
  if (const auto& range = layers.hardship_range) {
    layers.hardship_at_least = part(range->first);
    layers.hardship_at_most = part(range->second);
  } else if (layers.hardship_share_open) {
    layers.hardship_at_least = layers.hardship_at_most =
        Judged<Fen>::open(*layers.hardship_share_open, std::move(backing));
  }
}

void judge_hardship(SettledYear& asked) {
  auto& layers = asked.result;
  const auto found = rule_for<Hardship>(asked, RuleKind::hardship);
  const auto counted = found ? classes_of(found->first->as<Hardship>()) : CareClasses{};
  layers.burden_open = add_up_of_scheme(asked, counted, Field::personal_in_scope, layers.burden);
  if (!found || found->second.truth == Truth::unknown) {
    layers.hardship_threshold =
        unless_known<Fen>(asked, found, "没有已采用的规则规定此人的困难救助",
                          "no adopted rule gives this person hardship assistance");
    const auto& why = *layers.hardship_threshold.undetermined;
    layers.hardship = found ? found->second : no_rule_ruling(why.why.zh, why.why.en);
    layers.hardship.open_point = why.open_point;
    return;
  }
  const auto& [rule, population] = *found;
  const auto& hardship = rule->as<Hardship>();
  layers.hardship = population;
  if (!is_stated(hardship.threshold)) {
    layers.hardship_threshold = Judged<Fen>::nothing(population.backing);
    layers.hardship.truth = Truth::no;
    layers.hardship.causes = {
        {"no_assistance", "没有困难救助政策", "there is no hardship assistance"}};
    return;
  }
  layers.hardship_threshold =
      resolve(asked, hardship.threshold, population.backing, layers.hardship.steps.front());
  if (!layers.hardship_threshold.value) {
    layers.hardship.truth = Truth::unknown;
    layers.hardship.open_point = hardship.threshold.open_point;
    return;
  }
  compare_burden(layers.hardship, layers, *layers.hardship_threshold.value, hardship.limit_point);
  if (hardship.ratio_from && hardship.ratio_to) {
    layers.hardship_range = {*hardship.ratio_from, *hardship.ratio_to};
  } else if (!hardship.open_point.empty()) {
    layers.hardship_share_open =
        open_point(hardship.open_point, asked.rules(), asked.asked.jurisdiction);
  }
  judge_assistance(asked, layers);
}

void judge_layers(SettledYear& asked) {
  for (const Rule* rule : asked.rules().rules_of(RuleKind::benefit_layers, asked.asked.jurisdiction,
                                                 asked.result.service_on)) {
    asked.result.layers = rule->as<BenefitLayers>().layers;
    asked.result.layers_backing.apply(*rule);
    asked.result.steps.push_back({.rule = rule});
    return;
  }
}

void judge_routing(SettledYear& asked) {
  for (const Rule* rule : asked.rules().rules_of(RuleKind::cost_routing, asked.asked.jurisdiction,
                                                 asked.result.service_on)) {
    const auto& routing = rule->as<CostRouting>();
    Step step{.rule = rule};
    for (const auto* fact : asked.settlements)
      if (counts(*fact, routing.classes)) step.facts.push_back(fact->sequence);
    if (step.facts.empty()) continue;
    Fen amount;
    const auto lacks = add_up_recorded(asked, routing.classes, Field::personal_in_scope, amount);
    RoutedCost routed{routing.fund, whole(amount, lacks), std::nullopt};
    if (!routing.open_point.empty()) {
      routed.rate = open_point(routing.open_point, asked.rules(), asked.asked.jurisdiction);
      step.open_point = routing.open_point;
    }
    asked.result.routed.push_back(std::move(routed));
    asked.result.steps.push_back(std::move(step));
  }
}

/// The scheme that is asked for, or that all the settlements have.
void judge_scheme(SettledYear& asked) {
  auto& layers = asked.result;
  layers.scheme = asked.asked.scheme;
  if (!layers.scheme.empty()) return;
  for (const auto* fact : asked.settlements) {
    const auto scheme = fact->event.text(Field::scheme);
    if (scheme.empty()) {
      layers.scheme_open =
          not_recorded_by_settlement(Field::scheme, asked.rules(), asked.asked.jurisdiction);
    } else if (layers.scheme.empty()) {
      layers.scheme = scheme;
    } else if (layers.scheme != scheme) {
      layers.scheme_open = no_rule("该年度有多个险种的结算：查询时须指明险种（scheme=）",
                                   "the year has settlements of several schemes: the question "
                                   "must name one (scheme=)");
    }
  }
  if (layers.scheme_open) layers.scheme.clear();
}

void judge_costs(SettledYear& asked) {
  auto& layers = asked.result;
  for (const auto* fact : asked.settlements)
    layers.service_on = std::max(layers.service_on, act_date(*fact));
  layers.in_scope_open = add_up_of_scheme(asked, inpatient_care, Field::in_scope, layers.in_scope);
  layers.deductible_open =
      add_up_of_scheme(asked, inpatient_care, Field::deductible, layers.deductible);
}

}  // namespace

SettlementLayers judge_settlement(Knowledge& knowledge, const SettlementYear& asked) {
  SettledYear one{knowledge, asked, settlements_of(knowledge.person(asked.person), asked)};
  if (one.settlements.empty()) one.result.service_on = asked.on;
  judge_scheme(one);
  judge_costs(one);
  judge_ceiling(one);
  judge_bands(one);
  judge_above(one);
  judge_hardship(one);
  judge_layers(one);
  judge_routing(one);
  return std::move(one.result);
}

}  // namespace kinledger::projections
