// Which schemes (险种) a person may join on a date, and on which condition it fails.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "projections/judgments/grounds.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

/// Who asks where and on which day.
struct Applicant {
  ledger::PersonId person;
  ledger::Area jurisdiction;
  ledger::Date on;
  bool registers = false;  ///< the basic registration is asked about, not an enrollment
};

struct SchemeOption {
  std::string scheme;
  Ruling ruling;
};

struct SchemeOptions {
  std::vector<SchemeOption> options;  ///< in the order of the rules; each scheme once
  /// Someone of the group that a rule speaks of, with no option at all.
  std::optional<Undetermined> none_left;
  Backing backing;
  Steps steps;
};
SchemeOptions scheme_options(Knowledge& knowledge, const Applicant& applicant);

/// Of several rules for the scheme any one suffices.
Ruling may_join(Knowledge& knowledge, const Applicant& applicant, std::string_view scheme);

/// By whom an enrollment in the scheme is handed in.
struct Route {
  std::string route;  ///< code of list enrollmentRoute
  bool obligatory = false;
};
struct RouteJudgment {
  Judged<Route> route;
  bool is_ruled = true;  ///< false: no rule speaks about it
  Steps steps;
};
RouteJudgment enrollment_route(Knowledge& knowledge, const Applicant& applicant,
                               std::string_view scheme);

/// Channels that the rules name for enrolling in the scheme, of one kind of enrollment or of all.
struct NamedChannels {
  Codes channels;
  Backing backing;
  Steps steps;    ///< empty: no rule speaks about it
  Codes perhaps;  ///< named by rules of which it is not known whether they are for the applicant
  /// Why those are open, or why there is none where the rules for the scheme are all for others.
  std::optional<Undetermined> open;
};
NamedChannels enrollment_channels(Knowledge& knowledge, const Applicant& applicant,
                                  std::string_view scheme,
                                  std::optional<ledger::EnrollmentKind> kind);

}  // namespace kinledger::projections
