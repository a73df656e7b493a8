// One rule (规则) as recorded: who says it, from when to when, how certain it is, and its
// parameters, typed by kind. The program knows the kinds; packs choose, parametrise and combine
// them. Meaning and format of every parameter: projections/kinds/ and docs/RULES.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "ledger/types.h"
#include "projections/declarations.h"
#include "projections/kinds/benefits.h"
#include "projections/kinds/card.h"
#include "projections/kinds/employer.h"
#include "projections/kinds/enrollment.h"
#include "projections/kinds/handling.h"
#include "projections/kinds/policy.h"
#include "projections/kinds/retirement.h"
#include "projections/kinds/subsidy.h"

namespace kinledger::projections {

/// In the order of RuleParameters. Packs write the names; the numbers are the program's own.
enum class RuleKind : std::uint8_t {
  informative,
  rectification_deadline,
  unit_scope,
  scheme_end,
  legacy_collection,
  contribution_rate,
  eligibility,
  conversion,
  coverage,
  premium,
  enrollment_route,
  payment_channel,
  designated_banks,
  subsidy,
  subsidy_exclusion,
  reimbursement_window,
  reimbursable_base,
  account_transfer,
  channel_fund,
  surplus_recovery,
  enrollment_channel,
  binding_deadline,
  late_binding,
  examination,
  office,
  required_form,
  confidential_items,
  window,
  category,
  exemption,
  milestones,
  points_procedure,
  agent_declaration,
  step_order,
  payment_form,
  payment_fallback,
  card_materials,
  card_file_names,
  card_banks,
  card_route,
  card_applicant,
  card_collection,
  ceiling,
  payment_bands,
  above_ceiling,
  hardship,
  benefit_layers,
  benefit_start,
  fixed_share,
  cost_routing,
  out_of_area_care,
  designated_care,
  account_items,
  account_basis,
  interruption_reduction,
  retirement_contribution,
  joint_participation,
  wage_base,
  arrears,
  fund_level,
  fund_handover,
  policy_in_force,
  scheme_succession,
  responsibility,
};
inline constexpr std::size_t rule_kind_count = 64;

using RuleParameters = std::variant<
    Informative, RectificationDeadline, UnitScope, SchemeEnd, LegacyCollection, ContributionRate,
    Eligibility, Conversion, Coverage, Premium, EnrollmentRoute, PaymentChannel, DesignatedBanks,
    Subsidy, SubsidyExclusion, ReimbursementWindow, ReimbursableBase, AccountTransfer, ChannelFund,
    SurplusRecovery, EnrollmentChannel, BindingDeadline, LateBinding, Examination, Office,
    RequiredForm, ConfidentialItems, Window, Category, Exemption, Milestones, PointsProcedure,
    AgentDeclaration, StepOrder, PaymentForm, PaymentFallback, CardMaterials, CardFileNames,
    CardBanks, CardRoute, CardApplicant, CardCollection, Ceiling, PaymentBands, AboveCeiling,
    Hardship, BenefitLayers, BenefitStart, FixedShare, CostRouting, OutOfAreaCare, DesignatedCare,
    AccountItems, AccountBasis, InterruptionReduction, RetirementContribution, JointParticipation,
    WageBase, Arrears, FundLevel, FundHandover, PolicyInForce, SchemeSuccession, Responsibility>;
static_assert(std::variant_size_v<RuleParameters> == rule_kind_count);

/// A rule of a document in one of its parts: a document's sentence may set a premium and a coverage
/// at once, so an id can have one part of each kind. (id, kind, period) is unique in a pack.
struct Rule {
  std::string id;                     ///< "HZ21-10"
  std::optional<ledger::Date> from;   ///< absent: in force before anything recorded
  std::optional<ledger::Date> until;  ///< exclusive; absent: open end
  std::string document;               ///< tag of a Document
  std::string section;                ///< "§六"
  ledger::Certainty certainty{};
  Label says;
  std::vector<std::string> interpretations;  ///< always relied on when the rule is applied
  std::vector<std::string> open_points;
  std::vector<std::string> replaces;  ///< rules that give way from `from` on
  RuleParameters parameters;

  // Set by the rulebook:
  std::string pack;
  ledger::Area jurisdiction;
  ledger::Sequence published;
  std::int32_t precedence = 0;  ///< of the document

  RuleKind kind() const { return static_cast<RuleKind>(parameters.index()); }
  template <class Parameters>
  const Parameters& as() const {
    return std::get<Parameters>(parameters);
  }
  bool governs(ledger::Date on) const { return (!from || *from <= on) && (!until || on < *until); }
};

/// Both are in force on some day.
inline bool overlap(const Rule& left, const Rule& right) {
  return (!left.until || !right.from || *right.from < *left.until) &&
         (!right.until || !left.from || *left.from < *right.until);
}

}  // namespace kinledger::projections
