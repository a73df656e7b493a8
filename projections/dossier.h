// Dossier (档案): the facts of one subject as known at a basis, each in the version in force.
//
// A fact is what one envelope id names. Its versions are the event that recorded it and the
// corrections that restate it; the last one counts, a void takes the fact away, and a version that
// no longer names the subject leaves this dossier. The rows handed in are those with a sequence
// below the basis: the dossier itself knows no clock.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "ledger/event.h"
#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::projections {

/// Whom facts are about. Policy and finding events that name neither person nor unit are the
/// region's (统筹地区).
struct Subject {
  enum class Kind : std::uint8_t { region, person, unit };

  Kind kind = Kind::region;
  std::array<std::uint8_t, 16> id{};  ///< zero for the region

  static Subject region() { return {}; }
  static Subject of(const ledger::PersonId& person) { return {Kind::person, person.bytes}; }
  static Subject of(const ledger::UnitId& unit) { return {Kind::unit, unit.bytes}; }

  auto operator<=>(const Subject&) const = default;
};

/// Subjects to go through: all of a kind, or those of them that an event of a type is about, as its
/// person or its unit.
struct Subjects {
  Subjects(Subject::Kind kind_is, std::optional<ledger::EventType> named_by_is = std::nullopt)
      : kind(kind_is), named_by(named_by_is) {}

  Subject::Kind kind;
  std::optional<ledger::EventType> named_by;
};

/// Which facts of a unit: all, or those that name no person. A unit says little of itself (its
/// type, its dues), but every act about one of its children names it too.
enum class Extent : std::uint8_t { whole, unit_itself };

/// One fact in force: the sequence of its last version, and that version.
struct Fact {
  ledger::Sequence sequence;
  ledger::EventView event;
};

/// When the act took place: the day on which it was recorded where the event bears no date.
ledger::Date act_date(const Fact& fact);

/// Limit of the stored events of one dossier, all versions counted. The largest are units: a
/// channel of ten thousand children with a few hundred events each.
inline constexpr std::size_t dossier_events_max = 4'000'000;

/// Owns the stored bytes of its facts. Moving it keeps every view into it valid. Immutable; any
/// thread.
class Dossier {
 public:
  /// No facts.
  explicit Dossier(const Subject& subject) : subject_(subject) {}
  Dossier(Dossier&&) = default;
  Dossier& operator=(Dossier&&) = default;

  const Subject& subject() const { return subject_; }
  /// True for the person whose dossier this is.
  bool names(const ledger::PersonId& person) const { return Subject::of(person) == subject_; }

  /// The facts of a type, by sequence.
  std::span<const Fact> of(ledger::EventType type) const;
  /// All facts, clustered by type and within a type by sequence.
  std::span<const Fact> facts() const { return facts_; }
  /// Versions that a correction replaced since, of facts that were not voided; by type and
  /// sequence.
  std::span<const Fact> replaced() const { return replaced_; }
  /// Every version of the facts that were voided, and the records that did so.
  std::span<const Fact> voided() const { return voided_; }
  /// The fact that this id names, or null. Linear in the number of facts.
  const Fact* find(const ledger::FactId& fact) const;

 private:
  friend class DossierBuilder;

  Subject subject_;
  ledger::Bytes bytes_;
  std::vector<Fact> facts_;
  std::vector<Fact> replaced_;
  std::vector<Fact> voided_;
};

/// The birth date at registration, if it is on the calendar.
std::optional<ledger::Date> birth_date_of(const Dossier& person);

/// Takes the rows of a subject and decides which versions are in force. With Extent::unit_itself
/// rows of facts that name a person may be among those handed in, or not: they do not count.
/// Thread rule: one thread.
class DossierBuilder {
 public:
  explicit DossierBuilder(const Subject& subject, Extent extent = Extent::whole)
      : subject_(subject), extent_(extent) {}

  /// Copies the event. In any order; a sequence that was added before is passed over.
  void add(ledger::Sequence sequence, ledger::ByteView event);

  /// Fails with `corrupt` when an event cannot be read, with `invalid` above dossier_events_max.
  /// The builder is empty afterwards.
  ledger::Result<Dossier> build();

 private:
  struct Row {
    ledger::Sequence sequence;
    std::size_t offset;
    std::size_t size;
  };

  Subject subject_;
  Extent extent_;
  ledger::Bytes bytes_;
  std::vector<Row> rows_;
};

}  // namespace kinledger::projections

template <>
struct std::hash<kinledger::projections::Subject> {
  std::size_t operator()(const kinledger::projections::Subject& subject) const noexcept {
    std::size_t value;
    std::memcpy(&value, subject.id.data(), sizeof value);
    return value ^ static_cast<std::size_t>(subject.kind);
  }
};
