#include "projections/rows.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/projections/recorded_facts.h"

namespace kinledger::projections {
namespace {

using ledger::Sequence;

FactKey key_of(const Subject& subject, std::uint64_t sequence) {
  auto key = first_key(subject);
  const auto big_endian = __builtin_bswap64(sequence);
  std::memcpy(key.data() + place_prefix_bytes, &big_endian, sizeof big_endian);
  return key;
}

/// Bytes that the row takes for an event.
ledger::Bytes event(std::uint8_t number, std::size_t words = 2) {
  return ledger::Bytes(words * 8, number);
}

using KeyAndRow = std::pair<std::string, std::string>;
std::vector<KeyAndRow> rows_of(const Entries& entries) {
  std::vector<KeyAndRow> out;
  write_rows(entries, [&](std::string_view key, std::string_view value) {
    out.emplace_back(key, value);
    return true;
  });
  return out;
}

using Events = std::vector<std::pair<std::uint64_t, ledger::Bytes>>;
Events events_in(const KeyAndRow& row) {
  Events out;
  EXPECT_TRUE(read_row(
      row.first, ledger::as_bytes(row.second), [&](Sequence sequence, ledger::ByteView bytes) {
        out.emplace_back(sequence.value, ledger::Bytes(bytes.begin(), bytes.end()));
        return true;
      }));
  return out;
}

TEST(Rows, HoldTheEventsOfOnePlaceInTheOrderOfTheirSequences) {
  Entries entries;
  append_entry(key_of(Subject::of(person(1)), 9), event(3), entries);
  append_entry(key_of(Subject::of(person(2)), 5), event(2, 7), entries);
  append_entry(key_of(Subject::of(person(1)), 4), event(1), entries);
  const auto rows = rows_of(entries);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(subject_of(rows[0].first), Subject::of(person(1)));
  EXPECT_EQ(sequence_of(rows[0].first), Sequence{4});
  EXPECT_EQ(events_in(rows[0]), (Events{{4, event(1)}, {9, event(3)}}));
  EXPECT_EQ(events_in(rows[1]), (Events{{5, event(2, 7)}}));
}

TEST(Rows, AreClosedWhenTheyAreFull) {
  constexpr std::size_t words = row_bytes_max / 8 / 2;
  Entries entries;
  for (std::uint64_t sequence = 0; sequence < 6; ++sequence)
    append_entry(key_of(Subject::region(), sequence), event(1, words), entries);
  const auto rows = rows_of(entries);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(sequence_of(rows[2].first), Sequence{4});
  EXPECT_EQ(events_in(rows[2]).size(), 2u);
}

TEST(Rows, AreClosedWhereTheDistanceOfSequencesDoesNotFit) {
  Entries entries;
  append_entry(key_of(Subject::region(), 1), event(1), entries);
  append_entry(key_of(Subject::region(), std::uint64_t{2} + UINT32_MAX), event(2), entries);
  const auto rows = rows_of(entries);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(events_in(rows[1]), (Events{{std::uint64_t{2} + UINT32_MAX, event(2)}}));
}

TEST(Rows, ComeInTheOrderOfTheirKeys) {
  std::mt19937_64 random(20210101);
  Entries entries;
  for (int i = 0; i < 2'000; ++i) {
    // Few values in every part of the key, so that each part decides some comparison.
    FactKey key{fact_prefix};
    key[1] = static_cast<char>(1 + random() % 2);
    for (const auto at : {2, 8, 9, 16, 17, 19, 20, 27, 28}) {
      constexpr char values[] = {'\0', '\1', '\x7f', '\xff'};
      key[static_cast<std::size_t>(at)] = values[random() % 4];
    }
    key[subject_prefix_bytes] = static_cast<char>(random() % 2);
    append_entry(key, event(1), entries);
  }
  std::string last;
  for (const auto& [key, value] : rows_of(entries)) {
    EXPECT_LT(last, key);
    last = key;
  }
}

TEST(Rows, ThatAreDamagedAreNotRead) {
  const auto key = first_key(Subject::region());
  const std::string_view key_text(key.data(), key.size());
  for (const std::size_t size : {1u, 5u, 6u, 13u}) {
    const ledger::Bytes value(size, 1);
    const auto read = read_row(key_text, value, [](auto, auto) { return true; });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().failure, ledger::Failure::corrupt);
  }
  EXPECT_FALSE(read_row(key_text.substr(1), {}, [](auto, auto) { return true; }));
}

}  // namespace
}  // namespace kinledger::projections
