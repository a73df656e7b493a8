// Memberships (参保关系): which scheme a person belongs to from when, by enrollment, by the
// agency's conversion, or in the legacy pooling. Whether a membership gives benefits is coverage.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/event_names.h"
#include "projections/judgments/grounds.h"
#include "projections/judgments/payments.h"
#include "projections/knowledge.h"

namespace kinledger::projections {

struct Membership {
  enum class Origin : std::uint8_t {
    enrollment,      ///< EnrollmentRegistered
    conversion,      ///< LegacyMemberConverted
    conversion_due,  ///< a rule converts the person; the agency's act is not recorded
    renewal,         ///< goes on from an earlier year
    resumption,      ///< goes on after an interruption, by a payment
  };

  Origin origin = Origin::enrollment;
  std::string scheme;
  std::string category;
  ledger::Year year;  ///< insurance year
  /// Day of the act; of a conversion its first day, of a resumption that of the payment.
  ledger::Date handled_on;
  /// As recorded, but a resumption (恢复参保) where the scheme was interrupted before and a rule
  /// speaks of resuming it.
  ledger::EnrollmentKind kind{};
  std::optional<ledger::FactId> fact;
  std::vector<ledger::Sequence> facts;
  std::optional<ledger::Date> ended_on;  ///< first day without it
  ledger::EndCause end_cause{};
  const Rule* conversion = nullptr;  ///< the rule that converts, where one does
  std::optional<ledger::Date> applied_on;
  std::optional<bool> within_prescribed_time;  ///< as the agency states
  std::optional<bool> waiting_required;        ///< as the agency states
  Backing backing;

  bool is_converted() const {
    return origin == Origin::conversion || origin == Origin::conversion_due;
  }
};

/// Membership of the legacy pooling, cut off at the scheme's last day.
struct LegacyMembership {
  ledger::Sequence sequence;
  ledger::Interval period;
  std::optional<ledger::PersonId> parent;
  std::optional<ledger::UnitId> unit;
  std::string fiscal_level;
  const Rule* ended_by = nullptr;  ///< the rule that ends the scheme, where it is what ends this
};

/// By first day.
std::vector<LegacyMembership> legacy_memberships(const Dossier& person, const Rulebook& rules,
                                                 ledger::Area jurisdiction);

/// Not approved at the last review up to a date.
bool was_rejected(const Dossier& person, const ledger::FactId& enrollment, ledger::Date by);

/// By insurance year and day of the act. A membership that has not ended goes on into a later year
/// for which a premium was paid (续保); one that was interrupted goes on with the next payment
/// where a rule says so.
std::vector<Membership> memberships_of(Knowledge& knowledge, const ledger::PersonId& person,
                                       ledger::Area jurisdiction,
                                       const std::vector<Payment>& payments);

/// Whether a rule converts the person from the legacy pooling.
struct ConversionRuling {
  const Rule* rule = nullptr;  ///< null: no rule converts anyone
  Ruling ruling;
  std::optional<std::int32_t> age_years;  ///< on the day of the conversion
};
ConversionRuling conversion_of(Knowledge& knowledge, const ledger::PersonId& person,
                               ledger::Area jurisdiction);

}  // namespace kinledger::projections
