// One event, in two forms: EventDraft while it is made, EventView over its stored bytes.
//
// Stored form: canonical single-segment Cap'n Proto without the segment table, little-endian, a
// multiple of 8 bytes, at most event_bytes_max; see docs/FORMAT.md. The stored bytes are the hashed
// bytes: they are written once and never re-encoded.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/catalogue.h"
#include "ledger/money.h"
#include "ledger/result.h"
#include "ledger/types.h"

namespace kinledger::ledger {

inline constexpr std::size_t event_bytes_max = 65'528;

/// What every event says, whatever its type.
struct Envelope {
  RecordedAt recorded_at;
  FactId fact;
  SubmissionId submission;
  ActorId actor;
  std::uint32_t ordinal = 0;
  std::uint32_t count = 1;
  Area jurisdiction;
  std::optional<Date> valid_on;
  std::uint32_t source_row = 0;
};

/// How a correction or a void relates to the version that it replaces.
struct Correction {
  Sequence replaces;
  CorrectionCause cause{};
  CorrectionAuthority authority{};
  std::string authority_document;
  std::vector<PersonId> former_persons;
  std::vector<UnitId> former_units;
  std::optional<Year> former_person_year;
  std::optional<Year> former_unit_year;
};

/// Value of one body field: a number for the kinds date .. enumeration (days, months, years, fen,
/// enumerant: see the accessors of EventView), 16 bytes for the ids, and so on by FieldKind.
using FieldValue = std::variant<std::int64_t, std::array<std::uint8_t, 16>, std::string,
                                std::vector<std::uint16_t>, std::vector<std::string>>;

/// An event being made. Fields that are not set are absent. Setting a field that the type does not
/// have, or with the wrong kind of value, is a bug.
struct EventDraft {
  EventType type{};
  Envelope envelope;
  std::optional<Correction> correction;
  std::vector<std::pair<Field, FieldValue>> fields;

  void set(Field field, Date value);
  void set(Field field, Month value);
  void set(Field field, Year value);
  void set(Field field, Fen value);
  void set(Field field, Area value);
  void set(Field field, std::int64_t value);  ///< count, number, or the number of an enumerant
  void set(Field field, const PersonId& value);
  void set(Field field, const UnitId& value);
  void set(Field field, const FactId& value);
  void set(Field field, std::string_view value);  ///< text or data
  const FieldValue* find(Field field) const;
};

/// Appends the stored form of the draft to `out`. Fails with `invalid` when it is larger than
/// event_bytes_max. Deterministic: the same draft gives the same bytes in every build.
Result<void> encode(const EventDraft& draft, Bytes& out);

/// Puts the ledger's instant into an encoded event: only the sequencer calls it, before hashing.
void set_recorded_at(std::span<std::uint8_t> event, RecordedAt at);

/// Fails with `corrupt` unless the bytes are in canonical form: one encoding for one event, so that
/// nobody can store the same event with another hash. Precondition: 8-byte aligned.
Result<void> check_canonical(ByteView bytes);

/// The types that make a unit known: a unit, or an organisation of another kind.
constexpr bool records_a_unit(EventType type) {
  return type == EventType::unit_recorded || type == EventType::organisation_recorded;
}

/// Read access to a stored event without copying it. The bytes must outlive the view.
class EventView {
 public:
  /// Fails with `corrupt` when the bytes are not an event of the catalogue, or hold a number with
  /// which nobody could compute: a date, month or instant outside date_min .. date_max, or a year,
  /// former years included, amount or count outside ledger/value_limits.h; or text that is not
  /// UTF-8. Any bytes are safe to pass; they must be 8-byte aligned. Canonical form is checked by
  /// check_canonical.
  static Result<EventView> read(ByteView bytes);

  EventType type() const { return type_; }
  const Envelope& envelope() const { return envelope_; }
  std::optional<Correction> correction() const;
  bool has_correction() const { return has_correction_; }
  ByteView bytes() const { return bytes_; }

  /// Absent fields, and fields that the type does not have, give nullopt or an empty text.
  std::optional<Date> date(Field field) const;
  std::optional<Month> month(Field field) const;
  std::optional<Year> year(Field field) const;
  std::optional<Fen> money(Field field) const;
  std::optional<Area> area(Field field) const;
  std::optional<std::int64_t> integer(Field field) const;  ///< count or number
  std::optional<bool> flag(Field field) const;             ///< of a YesNo, unless unspecified
  std::optional<PersonId> person(Field field) const;
  std::optional<UnitId> unit(Field field) const;
  std::optional<FactId> fact(Field field) const;
  std::string_view text(Field field) const;  ///< text or data
  /// Of a list of digests the bytes of each.
  std::vector<std::string_view> texts(Field field) const;
  std::vector<std::uint16_t> enumerants(Field field) const;
  /// Number of the enumerant; 0 (unspecified) when absent.
  std::uint16_t enumerant(Field field) const;
  template <class Enum>
  Enum as(Field field) const {
    return static_cast<Enum>(enumerant(field));
  }

  /// The same event as a draft, field by field.
  EventDraft draft() const;

  /// Year of effect for persons or for units: the annotated field, else the year of valid_on;
  /// nullopt for types that belong to every year.
  std::optional<Year> effect_year(EffectFor subject) const;

  /// Every person and unit that the body names, each once, in the order of the fields.
  std::vector<PersonId> persons() const;
  std::vector<UnitId> units() const;

 private:
  static constexpr std::size_t pointers_max = 16;

  // Where a part of the stored bytes is. Views are kept by the million: the smaller, the better.
  struct Part {
    std::uint16_t offset = 0;
    std::uint16_t size = 0;
  };
  static_assert(event_bytes_max <= UINT16_MAX);

  ByteView at(Part part) const { return bytes_.subspan(part.offset, part.size); }
  const FieldInfo* info_of(Field field, FieldKind kind) const;
  std::optional<std::uint64_t> bits(const FieldInfo& info) const;
  bool date_is_on_calendar(const FieldInfo& info) const;
  std::optional<std::array<std::uint8_t, 16>> id(Field field, FieldKind kind) const;
  template <class Id>
  std::vector<Id> ids(FieldKind kind) const;

  ByteView bytes_;
  Envelope envelope_;
  EventType type_{};
  bool has_correction_ = false;
  Part data_;  // data section of the body
  // What the body's pointers lead to: text or data bytes, the two words of an id, or, for lists,
  // the element bytes (lists of text are read again from bytes_).
  std::array<Part, pointers_max> pointers_{};
};

}  // namespace kinledger::ledger
