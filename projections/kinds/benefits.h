// Parameters of the rules about benefits: the layers of a settlement, special diseases, care
// elsewhere, personal accounts. One struct per kind of rule; meaning and format of every parameter:
// projections/kinds/benefits.cc and docs/RULES.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/event_names.h"
#include "projections/amount.h"
#include "projections/condition.h"
#include "projections/declarations.h"

namespace kinledger::projections {

/// The classes of care (医疗类别) as packs and questions name them.
inline constexpr std::string_view care_class_words =
    "outpatient|inpatient|chronic|dialysis|maternity|examination|pharmacy|emergency";

/// Per cent in basis points: 7,000 is 70 %.
using BasisPoints = std::int32_t;

/// The yearly ceiling (最高支付限额) of inpatient costs within the scope.
struct Ceiling {
  Codes schemes;
  std::optional<Condition> population;
  Amount amount;
  std::string open_point;  ///< relied on where costs go above it
};

/// The bands of inpatient costs between deductible and ceiling, and what the fund pays in them.
struct PaymentBands {
  struct Band {
    Amount to;  ///< not stated: up to the ceiling
    std::optional<BasisPoints> ratio;
    std::string open_point;  ///< where the documents give no ratio
  };
  Codes schemes;
  std::optional<Condition> population;
  std::vector<Band> bands;
  std::string open_point;  ///< of what the ratios are applied to
};

/// What is paid above the ceiling.
struct AboveCeiling {
  Codes schemes;
  std::optional<Condition> population;
  std::optional<BasisPoints> ratio;
  std::optional<BasisPoints> ratio_at_least;  ///< where only a floor is stated
  std::string open_point;                     ///< set without a ratio
  std::string payer;                          ///< code of list fund; may be empty
};

/// Assistance for who bears more than a threshold in a year (超过).
struct Hardship {
  Codes schemes;
  std::optional<Condition> population;
  std::vector<ledger::CareClass> classes;  ///< whose costs count; empty: all
  Amount threshold;                        ///< not stated: there is no assistance
  std::optional<BasisPoints> ratio_from;
  std::optional<BasisPoints> ratio_to;
  std::string open_point;   ///< of the ratio between the two
  std::string limit_point;  ///< that exactly the threshold is not more than it
};

/// The layers of benefits, in the order in which they pay.
struct BenefitLayers {
  Codes layers;  ///< of list benefitLayer
};

/// A class of care that a scheme pays from a day on.
struct BenefitStart {
  Codes schemes;
  std::vector<ledger::CareClass> classes;
};

/// The person's fixed share at designated institutions; assistance pays what basic and
/// serious-illness insurance leave above it.
struct FixedShare {
  struct Share {
    Codes schemes;
    BasisPoints personal{};
  };
  std::vector<ledger::CareClass> classes;
  std::string designation;  ///< code of list designation that the institution must have
  std::vector<Share> shares;
  std::string open_point;  ///< when less is left than the share
};

/// Which fund takes a person's in-scope part of a class of care.
struct CostRouting {
  std::vector<ledger::CareClass> classes;
  std::string fund;        ///< code of list fund
  std::string open_point;  ///< where the documents give no rate
};

/// How care outside the pooling region is treated.
struct OutOfAreaCare {
  struct Entry {
    std::optional<AreaSet> area;             ///< of the care; absent: elsewhere
    std::vector<ledger::CareClass> classes;  ///< empty: all
    std::optional<bool> direct;              ///< settled directly or not; absent: either
    bool filing_needed = false;
    std::string treatment;        ///< code of list treatment, without a filing
    std::string filed_treatment;  ///< the same with one
    std::string open_point;       ///< where the documents give no rates
    Codes procedure;              ///< of list careProcedure, in order
  };
  std::vector<Entry> entries;  ///< the first that fits holds
};

/// At which institutions costs are settled: those with one of the designations (定点).
struct DesignatedCare {
  struct Entry {
    std::optional<AreaSet> area;  ///< of the institution; absent: elsewhere
    Codes designations;           ///< of list designation
  };
  Codes schemes;
  std::vector<Entry> entries;  ///< the first that fits holds
};

/// What a balance may be spent on.
struct AccountItems {
  std::optional<Condition> population;
  ledger::AccountYear year_class{};
  Codes items;  ///< of list accountItem
};

/// By what an account is credited; the first entry that fits holds.
struct AccountBasis {
  struct Entry {
    Condition condition;
    std::string basis;       ///< code of list creditBasis
    std::string open_point;  ///< of the amount
  };
  std::vector<Entry> entries;
};

}  // namespace kinledger::projections
