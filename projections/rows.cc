#include "projections/rows.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "ledger/event_reader.h"
#include "projections/each_once.h"

namespace kinledger::projections {
namespace {

using ledger::ByteView;
using ledger::Error;
using ledger::EventView;
using ledger::Failure;
using ledger::Result;
using ledger::Sequence;

constexpr std::size_t event_header_bytes = 4 + 2;
constexpr std::size_t word_bytes = 8;
/// Key, length in words (2), event.
constexpr std::size_t entry_header_bytes = fact_key_bytes + 2;
/// Of a sequence in a sort key: half a trillion events.
constexpr unsigned sequence_bits = 39;

/// Where a fact stands among those of one subject.
struct Place {
  Aspect aspect = Aspect::subject_itself;
  std::uint16_t year = 0;
};

std::uint16_t year_number(std::optional<ledger::Year> year) {
  return year ? static_cast<std::uint16_t>(year->value) : 0;
}

Place place_of_unit(bool names_persons, std::optional<ledger::Year> year) {
  return {names_persons ? Aspect::names_persons : Aspect::subject_itself, year_number(year)};
}

FactKey fact_key(const Subject& subject, Place place, Sequence sequence) {
  FactKey key;
  key[0] = fact_prefix;
  key[1] = static_cast<char>(subject.kind);
  std::memcpy(key.data() + kind_prefix_bytes, subject.id.data(), subject.id.size());
  key[subject_prefix_bytes] = static_cast<char>(place.aspect);
  const auto year_big_endian = __builtin_bswap16(place.year);
  std::memcpy(key.data() + aspect_prefix_bytes, &year_big_endian, sizeof year_big_endian);
  const auto sequence_big_endian = __builtin_bswap64(sequence.value);
  std::memcpy(key.data() + place_prefix_bytes, &sequence_big_endian, sizeof sequence_big_endian);
  return key;
}

/// An entry among others, with its key as three numbers, so that sorting does not go to the entry.
struct EntryIndex {
  std::array<std::uint64_t, 3> key;
  const std::uint8_t* entry;

  bool operator<(const EntryIndex& other) const { return key < other.key; }
};

std::uint64_t big_endian_at(const std::uint8_t* bytes) {
  std::uint64_t number;
  std::memcpy(&number, bytes, sizeof number);
  return __builtin_bswap64(number);
}

/// Subject kind and the first 7 bytes of the id; the next 8; the last one, aspect (1 bit), year of
/// effect (16 bits) and sequence.
EntryIndex index_of(const std::uint8_t* entry) {
  const auto rest = big_endian_at(entry + subject_prefix_bytes - 1);
  const auto id_end = rest >> 56, aspect = rest >> 48 & 1, year = rest >> 32 & 0xffff;
  const auto sequence = big_endian_at(entry + place_prefix_bytes);
  invariant(sequence >> sequence_bits == 0);
  return {{big_endian_at(entry + 1), big_endian_at(entry + 9),
           id_end << 56 | aspect << 55 | year << sequence_bits | sequence},
          entry};
}

std::uint16_t length_in_words(const std::uint8_t* entry) {
  std::uint16_t words;
  std::memcpy(&words, entry + fact_key_bytes, sizeof words);
  return words;
}

std::string_view key_of(const std::uint8_t* entry) {
  return {reinterpret_cast<const char*>(entry), fact_key_bytes};
}

std::vector<EntryIndex> sorted(const Entries& entries) {
  std::vector<EntryIndex> index;
  for (std::size_t at = 0; at < entries.size();) {
    const auto* entry = entries.data() + at;
    index.push_back(index_of(entry));
    at += entry_header_bytes + length_in_words(entry) * word_bytes;
  }
  std::sort(index.begin(), index.end());
  return index;
}

bool is_next_in_row(std::string_view row_key, std::string_view key, std::size_t row_bytes) {
  return row_bytes < row_bytes_max &&
         row_key.substr(0, place_prefix_bytes) == key.substr(0, place_prefix_bytes) &&
         sequence_of(key).value - sequence_of(row_key).value <= UINT32_MAX;
}

/// The keys of a correction, each once, to `keys`: a subject that kept the fact has the same twice.
void place_correction(Sequence sequence, const EventView& event, std::vector<FactKey>& keys) {
  const auto correction = event.correction();
  const auto& persons = correction->former_persons;
  const auto& units = correction->former_units;
  const Place of_person{.year = year_number(correction->former_person_year)};
  const auto of_unit = place_of_unit(!persons.empty(), correction->former_unit_year);
  for (const auto& person : persons)
    keys.push_back(fact_key(Subject::of(person), of_person, sequence));
  for (const auto& unit : units) keys.push_back(fact_key(Subject::of(unit), of_unit, sequence));
  if (persons.empty() && units.empty()) keys.push_back(fact_key(Subject::region(), {}, sequence));
  keep_each_once(keys);
}

/// Calls `add` for each place where the event stands. `keys` is room to work in.
void place(Sequence sequence, const EventView& event, std::vector<FactKey>& keys,
           const EntryAdder& add) {
  keys.clear();
  const auto persons = event.persons();
  const auto units = event.units();
  const Place of_person{.year = year_number(event.effect_year(ledger::EffectFor::person))};
  const auto of_unit = place_of_unit(!persons.empty(), event.effect_year(ledger::EffectFor::unit));
  for (const auto& person : persons)
    keys.push_back(fact_key(Subject::of(person), of_person, sequence));
  for (const auto& unit : units) keys.push_back(fact_key(Subject::of(unit), of_unit, sequence));
  if (keys.empty() && event.type() != ledger::EventType::event_voided)
    keys.push_back(fact_key(Subject::region(), {}, sequence));
  if (event.has_correction()) place_correction(sequence, event, keys);
  for (const auto& key : keys) add(key, event.bytes());
}

Error damaged_row() {
  return {Failure::corrupt, "projections: a row is damaged; " + std::string(rebuild_advice),
          std::string(rebuild_advice_zh)};
}

}  // namespace

void place_event(Sequence sequence, const EventView& event, const EntryAdder& add) {
  std::vector<FactKey> keys;
  place(sequence, event, keys, add);
}

FactKey first_key(const Subject& subject) { return fact_key(subject, {}, {0}); }

FactKey first_key(const SubjectEvents& events) {
  return fact_key(events.subject, {events.aspect, 0}, {0});
}

Subject subject_of(std::string_view key) {
  invariant(key.size() == fact_key_bytes);
  Subject subject{static_cast<Subject::Kind>(key[1]), {}};
  std::memcpy(subject.id.data(), key.data() + kind_prefix_bytes, subject.id.size());
  return subject;
}

SubjectEvents events_of(std::string_view key) {
  return {subject_of(key), static_cast<Aspect>(key[subject_prefix_bytes])};
}

Sequence sequence_of(std::string_view key) {
  invariant(key.size() == fact_key_bytes);
  std::uint64_t sequence;
  std::memcpy(&sequence, key.data() + place_prefix_bytes, sizeof sequence);
  return {__builtin_bswap64(sequence)};
}

Result<void> read_row(std::string_view key, ByteView value, const RowVisitor& visit) {
  if (key.size() != fact_key_bytes) return damaged_row();
  const auto first = sequence_of(key).value;
  while (!value.empty()) {
    if (value.size() < event_header_bytes) return damaged_row();
    std::uint32_t distance;
    std::uint16_t words;
    std::memcpy(&distance, value.data(), sizeof distance);
    std::memcpy(&words, value.data() + sizeof distance, sizeof words);
    value = value.subspan(event_header_bytes);
    const auto bytes = words * word_bytes;
    if (value.size() < bytes) return damaged_row();
    if (!visit({first + distance}, value.first(bytes))) return {};
    value = value.subspan(bytes);
  }
  return {};
}

Result<void> place_events(const ledger::Journal& journal, Sequence from, ledger::TreeSize until,
                          const EntryAdder& add) {
  std::vector<FactKey> keys;
  return ledger::read_events(journal, from, until, [&](Sequence sequence, const EventView& event) {
    place(sequence, event, keys, add);
  });
}

void append_entry(const FactKey& key, ByteView event, Entries& entries) {
  invariant(event.size() % word_bytes == 0);
  const auto words = static_cast<std::uint16_t>(event.size() / word_bytes);
  std::array<std::uint8_t, entry_header_bytes> header;
  std::memcpy(header.data(), key.data(), key.size());
  std::memcpy(header.data() + key.size(), &words, sizeof words);
  entries.insert(entries.end(), header.begin(), header.end());
  entries.insert(entries.end(), event.begin(), event.end());
}

void write_rows(const Entries& entries, const RowWriter& write) {
  const auto index = sorted(entries);
  std::string value;
  for (std::size_t i = 0; i < index.size();) {
    const auto row_key = key_of(index[i].entry);
    value.clear();
    for (; i < index.size() && is_next_in_row(row_key, key_of(index[i].entry), value.size()); ++i) {
      const auto* entry = index[i].entry;
      const auto distance =
          static_cast<std::uint32_t>(sequence_of(key_of(entry)).value - sequence_of(row_key).value);
      value.append(reinterpret_cast<const char*>(&distance), sizeof distance);
      // The length and the event stand in the entry as they will in the row.
      value.append(reinterpret_cast<const char*>(entry + fact_key_bytes),
                   2 + length_in_words(entry) * word_bytes);
    }
    if (!write(row_key, value)) return;
  }
}

}  // namespace kinledger::projections
