// One bit of the derived files is flipped, of the rows or of the subject map. Either the answers
// are what they were, because what is damaged is seen and made again, or there is a refusal that
// says how: `kinledger rebuild`, after which they are.
//
// KINLEDGER_TRIALS and KINLEDGER_SEED make a campaign of it, with a fiftieth of the bits of BitRot.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <random>

#include "projections/projector.h"
#include "projections/subject_map_store.h"
#include "tests/flip_bit.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/setting.h"

namespace kinledger::projections {
namespace {

namespace fs = std::filesystem;
using ledger::Hash;
using ledger::Result;

constexpr std::uint64_t trials_divisor = 50;
constexpr int units_recorded = 200;
constexpr int sittings = 3;  ///< fewer than make RocksDB join the tables

Subject subject_of_unit(int number) {
  return Subject::of(ledger::unit_id("V" + std::to_string(number)));
}

class RottenProjections : public ledger::LedgerTest {
 protected:
  /// Both were derived in several sittings, so that there is more than one table.
  RottenProjections() {
    create();
    for (int sitting = 0; sitting < sittings; ++sitting) {
      std::vector<ledger::SubmittedEvent> events;
      for (int number = sitting; number < units_recorded; number += sittings)
        events.push_back(ledger::unit_recorded("V" + std::to_string(number)));
      recorded("sitting " + std::to_string(sitting), std::move(events));
      rows_ = digest_of(sound()).value();
      map_ = shown_by(sound()).value();
    }
    for (const auto& entry : fs::recursive_directory_iterator(sound()))
      if (entry.is_regular_file() && entry.file_size() > 0)
        files_.push_back(fs::relative(entry.path(), sound()));
    std::ranges::sort(files_);
  }

  fs::path sound() const { return directory_.path() / "sound"; }
  fs::path rotten() const { return directory_.path() / "rotten"; }

  /// Every row, and the dossiers of some units.
  Result<Hash> digest_of(const fs::path& directory) const {
    const auto rows = Projector::open(directory / "rows", ledger_->journal());
    if (!rows) return rows.error();
    if (const auto caught_up = (*rows)->catch_up(); !caught_up) return caught_up.error();
    for (int number = 0; number < units_recorded; number += 50)
      if (const auto loaded = (*rows)->load(subject_of_unit(number), (*rows)->position()); !loaded)
        return loaded.error();
    return (*rows)->digest();
  }

  /// The root, and what the map holds of every unit.
  Result<std::vector<Hash>> shown_by(const fs::path& directory) const {
    const auto map = SubjectMap::open(directory / "map", ledger_->journal());
    if (!map) return map.error();
    if (const auto caught_up = (*map)->catch_up(ledger_->durable().size); !caught_up)
      return caught_up.error();
    std::vector<Hash> all;
    const auto root = (*map)->root();
    if (!root) return root.error();
    all.push_back(*root);
    for (int number = 0; number < units_recorded; ++number) {
      const auto shown = (*map)->show({subject_of_unit(number)});
      if (!shown) return shown.error();
      all.push_back(shown->chain.link);
    }
    return all;
  }

  void copy_flipped(const fs::path& file, std::uint64_t at, std::uint64_t bit) const {
    fs::remove_all(rotten());
    fs::copy(sound(), rotten(), fs::copy_options::recursive);
    flip_bit(rotten() / file, at, bit);
  }

  /// What `kinledger rebuild` does.
  void make_again() const {
    const auto rows = Projector::open(rotten() / "rows", ledger_->journal());
    ASSERT_TRUE(rows) << rows.error().what;
    ASSERT_TRUE((*rows)->rebuild(nullptr));
    fs::remove_all(rotten() / "map");
  }

  /// Asks the rows or the map, of which the file is. False when it was refused.
  bool expect_same_or_refused(const fs::path& file) {
    return file.begin()->string() == "rows" ? expect_same_or_refused(digest_of(rotten()), rows_)
                                            : expect_same_or_refused(shown_by(rotten()), map_);
  }

  template <class Answer>
  bool expect_same_or_refused(const Result<Answer>& answer, const Answer& expected) {
    if (answer) {
      EXPECT_EQ(*answer, expected) << "another answer, without a word";
      return true;
    }
    EXPECT_NE(answer.error().what.find("kinledger rebuild"), std::string::npos)
        << answer.error().what;
    return false;
  }

  Hash rows_;
  std::vector<Hash> map_;
  std::vector<fs::path> files_;
};

TEST_F(RottenProjections, GiveTheSameAnswersOrSayHowTheyAreMadeAgain) {
  const auto trials = setting("KINLEDGER_TRIALS", 2'000) / trials_divisor;
  const auto seed = setting("KINLEDGER_SEED", 20210331);
  std::mt19937_64 chance(seed);
  std::uint64_t refused = 0;
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    const auto& file = files_[chance() % files_.size()];
    const auto at = chance() % fs::file_size(sound() / file);
    const auto bit = chance() % 8;
    SCOPED_TRACE("bit " + std::to_string(bit) + " of byte " + std::to_string(at) + " of " +
                 file.string() + ", seed " + std::to_string(seed));
    copy_flipped(file, at, bit);
    if (expect_same_or_refused(file)) continue;
    ++refused;
    make_again();
    EXPECT_EQ(digest_of(rotten()).value(), rows_);
    EXPECT_EQ(shown_by(rotten()).value(), map_);
  }
  std::cout << trials << " bits of derived files flipped, " << refused
            << " refused until they were made again, seed " << seed << "\n";
}

/// Without luck: the tables themselves, of which the rows are read.
TEST_F(RottenProjections, AreSeenInEveryTable) {
  int tables = 0;
  for (const auto& file : files_) {
    if (file.extension() != ".sst" || file.begin()->string() != "rows") continue;
    constexpr std::uint64_t inside_the_first_block = 20;  // which holds rows
    copy_flipped(file, inside_the_first_block, 0);
    // The table with the position is read at once: all is made again without being asked.
    if (expect_same_or_refused(file)) {
      EXPECT_FALSE(fs::exists(rotten() / file)) << file << " is still there, and was not looked at";
    }
    ++tables;
  }
  EXPECT_GT(tables, 1) << "there is more than one to look at";
}

/// Where a table says what is where in it, which is read when it is opened.
TEST_F(RottenProjections, AreMadeAgainWhereTheEndOfATableIsDamaged) {
  constexpr std::uint64_t end_bytes = 150;
  constexpr std::uint64_t highest_bit = 7;
  for (const auto part : {"rows", "map"}) {
    const auto table = std::ranges::find_if(files_, [&](const fs::path& file) {
      return file.extension() == ".sst" && file.begin()->string() == part;
    });
    ASSERT_NE(table, files_.end());
    const auto size = fs::file_size(sound() / *table);
    for (auto at = size - end_bytes; at < size; ++at) {
      SCOPED_TRACE("byte " + std::to_string(at) + " of " + table->string());
      copy_flipped(*table, at, highest_bit);
      EXPECT_TRUE(expect_same_or_refused(*table)) << "it is not made again without being asked";
    }
  }
}

}  // namespace
}  // namespace kinledger::projections
