// A submission (申报): what somebody hands in as one unit, recorded whole or not at all, once per
// key. Here it still speaks the language of its author: persons by their documents, units by their
// numbers, facts by sequence. The intake (ledger/intake/) makes submissions from JSON and from
// spreadsheets; ledger/resolution.h turns them into events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ledger/event.h"
#include "ledger/identity_number.h"
#include "ledger/merkle.h"
#include "ledger/refusal.h"
#include "ledger/types.h"

namespace kinledger::ledger {

inline constexpr std::size_t submission_events_max = 100'000;
inline constexpr std::size_t submission_bytes_max = std::size_t{64} << 20;
/// Of one as JSON; more than the members of so many events need.
inline constexpr std::size_t submission_values_max = 40 * submission_events_max;
inline constexpr std::size_t submission_key_characters_max = 200;
inline constexpr std::size_t refusals_shown_max = 10'000;  ///< of one document; looking ends there

/// How a submission names a person.
struct PersonReference {
  /// A pseudonym, or a document.
  std::variant<PersonId, IdentityNumber> who;
  /// With a document: the name as written, checked against the vault when both are there.
  std::string name;
  /// With a document: stated, or taken from the number.
  std::optional<Date> birth_date;
};

/// A unit by its id or by the number that it is known by (单位编号).
using UnitReference = std::variant<UnitId, std::string>;

/// A fact by the sequence of the event that recorded it, or by its place among the events of this
/// submission, from 1 ("#1").
struct FactReference {
  bool in_submission = false;
  std::uint64_t number = 0;
};

/// What a correction or void says about its target.
struct CorrectionRequest {
  Sequence replaces;
  CorrectionCause cause{};
  CorrectionAuthority authority{};
  std::string authority_document;
};

struct SubmittedEvent {
  /// Type, valid_on, source_row, and the fields that need no resolution.
  EventDraft draft;
  std::vector<std::pair<Field, PersonReference>> persons;
  std::vector<std::pair<Field, UnitReference>> units;
  std::vector<std::pair<Field, FactReference>> facts;
  std::optional<CorrectionRequest> correction;
};

/// The file that the submission came from.
struct Source {
  std::string name;    ///< sealed in the vault
  std::string format;  ///< "registration-form", "ndjson", ...
  Hash digest;         ///< Vault::sealed_digest of its bytes
  std::uint64_t rows = 0;
};

struct Submission {
  std::string key;
  ActorId actor;
  /// The pooling region of the facts; absent: that of the ledger.
  std::optional<Area> jurisdiction;
  std::optional<Source> source;
  std::vector<SubmittedEvent> events;
  /// Register persons that are not known yet from their reference (name and birth date needed).
  /// Forms that introduce people set it; lists about known people do not, so that a mistyped number
  /// is refused and does not become a person.
  bool registers_persons = false;
};

/// The id by which a unit is known: the first 128 bits of SHA-256("kinledger/unit/v1" 0x00 number).
UnitId unit_id(std::string_view unit_number);

/// What the author of a submission gets back.
struct Receipt {
  std::string key;
  Sequence first;
  std::uint32_t count = 0;
  RecordedAt recorded_at;
  TreeHead head;         ///< of a tree that holds all of its events
  bool already = false;  ///< the same key and content were recorded before; nothing was added
};

/// A submission was recorded, or why not.
struct Outcome {
  std::optional<Receipt> receipt;
  std::vector<Refusal> refusals;  ///< all of them; empty iff there is a receipt
};

/// What submit() would do.
struct Preview {
  std::vector<Refusal> refusals;  ///< all of them; empty: it can be recorded
  bool already = false;           ///< the same key and content were recorded before
  /// Encoded, one behind the other, each up to its end; without instant, with ids drawn for this
  /// preview alone.
  Bytes events;
  std::vector<std::uint32_t> ends;
};

}  // namespace kinledger::ledger
