// Parameters of the rules about membership: who may join, what is paid, from when a member is
// covered, and how it is handled. One struct per kind of rule; meaning and format of every
// parameter: projections/kinds/enrollment.cc and docs/RULES.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/amount.h"
#include "projections/condition.h"
#include "projections/declarations.h"

namespace kinledger::projections {

struct SchemeEnd {
  std::string scheme;
  ledger::Date last_day;  ///< last day with the scheme
  /// Id of the rule by which its members go on who are not moved to another; may be empty.
  std::string members_rule;
};

/// When the legacy premium of a month is collected.
struct LegacyCollection {
  struct Timing {
    Codes fiscal_levels;
    std::optional<std::int32_t> months_after;  ///< 1: in the month after the premium month
    std::string open_point;                    ///< where the documents leave it open
  };
  ledger::Month last_premium_month;
  std::vector<Timing> timings;
};

/// Monthly contribution per person to the legacy pooling.
struct ContributionRate {
  struct Rate {
    Codes fiscal_levels;
    Amount unit_amount;
    Amount personal_amount;
  };
  std::vector<Rate> rates;
};

/// Who may join which scheme. Several rules may open the same scheme: any one suffices. A rule with
/// a population says nothing about others.
struct Eligibility {
  struct Option {
    std::string scheme;
    Condition condition;
  };
  std::optional<Condition> population;
  std::vector<Option> options;
  std::string open_point_if_none;  ///< for a member of the population with no option
};

/// Members of one scheme are moved to another by the agency.
struct Conversion {
  std::string from_scheme;
  std::string scheme;
  ledger::Date effective_on;
  Condition condition;  ///< tested on effective_on unless its parts say otherwise
};

struct CoverageStart {
  enum class Kind : std::uint8_t {
    fixed_date,   ///< on `date`
    full_months,  ///< `months` full months (满N个月) after the payment, by convention full_months
    natural_month,  ///< day 1 of the `months`-th natural month of the payment
    birth,          ///< from birth
    never,          ///< not in the insurance year
    undetermined,   ///< by `open_point`
  };
  Kind kind = Kind::undetermined;
  ledger::Date date;
  std::int32_t months = 0;
  std::string open_point;
};

/// From when a member is covered. Ends with the insurance year (I-07).
struct Coverage {
  Codes schemes;
  std::optional<ledger::Year> insurance_year;  ///< absent: every year; the rule's period decides
  std::optional<Condition> population;         ///< absent: everyone in the schemes
  std::optional<ledger::Date> paid_from;       ///< inclusive; absent: paid however early
  std::optional<ledger::Date> paid_to;         ///< inclusive; absent: paid however late
  bool with_enrollment = false;                ///< both days are of enrollment and payment
  bool after_notice = false;                   ///< the agency's payment notice comes first
  CoverageStart start;
  std::string open_point_past_year;            ///< for a start that falls after the insurance year
  std::vector<ledger::EnrollmentKind> kinds;   ///< of the enrollment; empty: all
  std::optional<bool> within_prescribed_time;  ///< as the agency states (EnrollmentRegistered)
  std::optional<bool> waiting_required;        ///< as the agency states
  std::optional<std::int32_t> applied_within_months_of_birth;
  bool from_registration = false;  ///< months are counted from the enrollment, not the payment
  bool annual = true;              ///< false: goes on after the insurance year
  /// Who was interrupted need not enroll again: the next regular payment resumes the membership.
  bool resumed_by_payment = false;
  std::string open_point_unstated;       ///< where the agency's statement is wanted and missing
  std::vector<std::string> open_points;  ///< relied on whenever the start is computed
};

/// What a member pays for an insurance year, by payment date.
struct Premium {
  struct Due {
    std::string scheme;
    std::string category;  ///< code of list category; empty: all
    Amount personal;
    Amount government;                           ///< nothing set: not stated
    Amount total;                                ///< where it is stated by itself
    std::string government_level;                ///< code of list fiscalLevel; may be empty
    std::optional<ledger::Certainty> certainty;  ///< where it differs from the rule's
  };
  std::optional<ledger::Year> insurance_year;  ///< absent: every year; the rule's period decides
  std::optional<Condition> population;
  std::optional<ledger::Date> paid_from;  ///< inclusive
  std::optional<ledger::Date> paid_to;    ///< inclusive
  std::vector<Due> due;
};

/// By whom an enrollment is handed in.
struct EnrollmentRoute {
  struct Route {
    Codes schemes;
    std::string route;  ///< code of list enrollmentRoute
    bool obligatory = false;
    std::optional<Condition> condition;  ///< absent: the whole population
  };
  bool registers = false;  ///< the basic registration of a person, not an enrollment
  std::optional<Condition> population;
  std::vector<Route> routes;
};

struct EnrollmentChannel {
  struct Entry {
    Codes channels;
    std::vector<ledger::EnrollmentKind> kinds;  ///< empty: all
  };
  Codes schemes;
  std::optional<Condition> population;
  std::vector<Entry> entries;
};

struct PaymentChannel {
  Codes schemes;  ///< empty: all
  Codes channels;
  bool list_open = false;  ///< the documents name further ones in general terms
};

/// Banks with which payers of an area may sign a debit agreement. An entry with a block adds to
/// the entry of its area for payers of that block.
struct DesignatedBanks {
  struct Designation {
    AreaSet area;
    std::string block;  ///< code of list block; empty: the whole area
    Codes banks;
  };
  std::vector<Designation> designations;
};

/// Free physical examinations.
struct Examination {
  Codes schemes;
  std::int32_t times = 1;
  std::int32_t every_years = 2;
};

/// Which balances a parent may move to a child (家庭共济).
struct AccountTransfer {
  std::vector<ledger::AccountYear> year_classes;
};

}  // namespace kinledger::projections
