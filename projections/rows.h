// The rows of the projections (投影行): under which keys an event stands, and how the events that
// stand next to each other share a row.
//
// Keys (big endian; a change of them or of the values raises rows_format in row_store.cc):
//
//   'f' subject kind (1) subject id (16) aspect (1) year of effect (2) sequence (8)
//
// The aspect tells the facts of a unit apart: 0 names no person, 1 does; so what a unit says of
// itself is one short run of rows. It is 0 for persons and the region. The year of effect is 0 for
// facts that belong to every year. A correction stands wherever the version that it replaces stands
// (as the former subjects, aspect and years say) and wherever the fact belongs now, so each place
// shows that a fact has left it.
//
// Events of one subject, aspect and year that are projected together share a row under the sequence
// of the first. Its value is a list (little endian), ascending:
//
//   sequence, less that of the key (4)   length in words of 8 bytes (2)   the event's stored bytes
//
// How events are cut into rows depends on when they were projected and means nothing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "ledger/event.h"
#include "ledger/journal.h"
#include "ledger/result.h"
#include "projections/dossier.h"

namespace kinledger::projections {

/// A row is closed by the event that reaches this.
inline constexpr std::size_t row_bytes_max = 4 * 1024;

/// The facts of a unit fall apart in these.
enum class Aspect : std::uint8_t { subject_itself = 0, names_persons = 1 };

/// The events of one subject, or of a unit one kind of them.
struct SubjectEvents {
  Subject subject;
  Aspect aspect = Aspect::subject_itself;

  auto operator<=>(const SubjectEvents&) const = default;
};

/// Behind what is said of damaged rows: they are derived, and made again rather than repaired.
inline constexpr std::string_view rebuild_advice = "run: kinledger rebuild";
inline constexpr std::string_view rebuild_advice_zh = "派生数据损坏，请运行 kinledger rebuild 重建";

inline constexpr char fact_prefix = 'f';
inline constexpr std::size_t kind_prefix_bytes = 1 + 1;
inline constexpr std::size_t subject_prefix_bytes = kind_prefix_bytes + 16;
inline constexpr std::size_t aspect_prefix_bytes = subject_prefix_bytes + 1;
inline constexpr std::size_t place_prefix_bytes = aspect_prefix_bytes + 2;
inline constexpr std::size_t fact_key_bytes = place_prefix_bytes + 8;

/// Sorts as its numbers do.
using FactKey = std::array<char, fact_key_bytes>;
FactKey first_key(const Subject& subject);
FactKey first_key(const SubjectEvents& events);
/// Preconditions: fact_key_bytes long.
Subject subject_of(std::string_view key);
SubjectEvents events_of(std::string_view key);
ledger::Sequence sequence_of(std::string_view key);

/// Calls `visit` with each event of a row until it returns false. Fails with `corrupt` when the
/// value is not a list of events.
using RowVisitor = std::function<bool(ledger::Sequence sequence, ledger::ByteView event)>;
ledger::Result<void> read_row(std::string_view key, ledger::ByteView value,
                              const RowVisitor& visit);

/// Entries to be written as rows: a key and an event each, one behind the other.
using Entries = ledger::Bytes;

/// Calls `add` with events [from, until) of the journal and the key of each place where they stand.
using EntryAdder = std::function<void(const FactKey& key, ledger::ByteView event)>;
ledger::Result<void> place_events(const ledger::Journal& journal, ledger::Sequence from,
                                  ledger::TreeSize until, const EntryAdder& add);
/// The same of one event.
void place_event(ledger::Sequence sequence, const ledger::EventView& event, const EntryAdder& add);
void append_entry(const FactKey& key, ledger::ByteView event, Entries& entries);
/// Sorts the entries and calls `write` with the rows that they make, ascending, until it returns
/// false. The value is only valid during the call.
using RowWriter = std::function<bool(std::string_view key, std::string_view value)>;
void write_rows(const Entries& entries, const RowWriter& write);

}  // namespace kinledger::projections
