// Who lives in a made-up city: units (单位), and the children of their employees with their
// parents. Everything about anyone follows from the seed and a number, so that nothing is kept and
// a city of a million takes no more memory than one of ten.
//
// Children are numbered from 0. They come in groups of 900, which are the children of six units of
// very different size; the last group is smaller. Two children of one unit with adjacent numbers
// may be siblings: then both have the parents of the first.
//
// Resident numbers stand on the division code 330199, which was never issued, and have the right
// check digit. No two persons of a city have the same: a child's birth date and three quarters of
// its serial are a permutation of its number, and a parent's are those of the child moved back by
// as many days as that part of the serial says. Names are put together from a list of syllables
// that nobody would take for real, now and then with a character outside the first plane of
// Unicode.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "ledger/types.h"

namespace kinledger::tools {

/// Limits of a city: as many children as the code 330199 has numbers for, and as long as most of
/// them take to grow up.
inline constexpr std::uint64_t city_children_max = 1'500'000;
inline constexpr std::int32_t city_years_max = 10;
inline constexpr ledger::Year city_first_year{2021};

/// Which city. The same plan is the same city.
struct CityPlan {
  std::uint64_t children = 0;  ///< 1 .. city_children_max; their parents come on top
  std::uint64_t seed = 0;
  std::int32_t years = 1;  ///< insurance years from city_first_year, 1 .. city_years_max
};

inline constexpr std::uint64_t children_per_group = 900;
inline constexpr std::uint64_t units_per_group = 6;

struct CityUnit {
  std::uint64_t index = 0;
  std::string number;  ///< "CITY0000001"
  std::uint64_t first_child = 0;
  std::uint64_t children = 0;  ///< may be none in the smallest cities
  std::string_view type;
  std::string_view fiscal_level;
  bool fully_guaranteed = true;
  ledger::Area area;
  bool in_scope = true;      ///< of the programme [HZ21-02]
  ledger::Fen channel_rate;  ///< of the former channel, per child and month
};

struct CityPerson {
  std::array<char, 18> number{};
  ledger::Date birth;

  std::string_view digits() const { return {number.data(), number.size()}; }
  bool is_female() const { return number[16] % 2 == 0; }
};

enum class Hukou : std::uint8_t { urban, county, elsewhere };

struct Child {
  std::uint64_t index = 0;
  std::uint64_t household = 0;  ///< number of the child whose parents these are: itself, or the
                                ///< elder sibling before it
  CityPerson person;
  Hukou hukou{};
  ledger::Area hukou_area;
  ledger::Area home_area;
  bool legacy = false;  ///< member of the legacy pooling (子女统筹) at its end
  /// First day of the legacy membership, else day of the first enrollment, in city_first_year.
  ledger::Date joined_on;

  bool is_first_of_household() const { return household == index; }
};

/// Immutable; any thread.
class Population {
 public:
  /// Precondition: the plan is within the limits.
  explicit Population(const CityPlan& plan);

  std::uint64_t groups() const { return groups_; }
  std::uint64_t units() const { return groups_ * units_per_group; }
  std::array<CityUnit, units_per_group> units_of(std::uint64_t group) const;
  CityUnit unit_of(std::uint64_t child) const;
  /// Precondition: the child is one of the unit's.
  Child child(std::uint64_t index, const CityUnit& unit) const;

  /// The parent who is employed by the unit.
  CityPerson parent(const Child& child) const;
  bool has_second_parent(const Child& child) const;
  CityPerson second_parent(const Child& child) const;

  enum class Role : std::uint8_t { child, parent, second_parent };
  std::string name(const Child& child, Role role) const;

  std::uint64_t institutions() const;
  /// "CLINIC000001"; from 0.
  static std::string institution_number(std::uint64_t index);

 private:
  /// The place of a child among the numbers that 330199 has.
  struct Slot {
    ledger::Date birth;
    std::uint32_t quarter;  ///< serial / 4
  };
  static constexpr std::uint32_t quarters = 250;

  Slot slot(std::uint64_t child) const;
  std::uint64_t household_of(std::uint64_t child, const CityUnit& unit) const;
  bool parent_is_female(std::uint64_t household) const;

  const CityPlan plan_;
  const std::uint64_t groups_;
  std::array<std::uint64_t, 4> keys_;  ///< of the permutation of the slots
  // By how many days a parent is older, by quarter.
  std::array<std::int32_t, quarters> parent_older_;
  std::array<std::int32_t, quarters> second_parent_older_;
};

/// Zero-padded: "CITY" and 7 digits.
std::string numbered(std::string_view prefix, std::uint64_t number, std::size_t digits);

}  // namespace kinledger::tools
