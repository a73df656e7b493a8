// A synthetic city (模拟城市) of any size from a seed: the submissions that a programme of so many
// children would have handed in over so many years, in the order of the years. Made for benchmarks,
// fault campaigns and trying out; nobody in it is real (tools/city_population.h).
//
// A submission is one kind of list for a block of units and has some thousand events where
// the city is large enough, never more than city_submission_events_max. Per child there are about
// 20 events in the first year and about 8 in each year after; some 0.5 % are corrections and voids.
//
// The same plan gives the same submissions byte for byte in every run and build. A plan with more
// years begins with the submissions of one with fewer, and their keys are the same: a generation
// that was interrupted can be run again, and a city can be given more years.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/submission.h"
#include "tools/city_life.h"
#include "tools/city_page.h"
#include "tools/city_population.h"
#include "tools/city_scribe.h"

namespace kinledger::tools {

inline constexpr std::size_t city_submission_events_max = 15'000;

/// Memory does not grow with the city, but for the corrections of one year that are still to come:
/// 24 bytes for each.
///
/// Thread rule: one thread.
class City {
 public:
  /// Precondition: the plan is within the limits.
  explicit City(const CityPlan& plan);
  City(const City&) = delete;
  City& operator=(const City&) = delete;

  /// The next submission, or nothing when the city is complete.
  std::optional<ledger::Submission> next();
  /// Where the submission that next() gave last has landed. Corrections name events by sequence:
  /// those of a submission that was never reported are left out.
  void recorded(const ledger::Receipt& receipt);

  /// Of the whole city, within a tenth for cities of more than a few thousand children.
  std::uint64_t events_estimate() const;
  std::uint64_t units() const { return population_.units(); }
  const CityPlan& plan() const { return plan_; }

 private:
  enum class Stage : std::uint8_t {
    institutions,
    households,
    legacy,
    enrollments,
    bindings,
    premiums,
    care,
    settlements,
    corrections,
    complete,
  };

  struct List;
  static const List& list_of(Stage stage);

  CityPage blank_page() const;
  void write_block(CityPage& page) const;
  void write_unit(const CityUnit& unit, CityPage& page) const;
  void write_corrections(CityPage& page);
  void go_on();
  bool stage_is_done() const;

  const CityPlan plan_;
  const Population population_;
  const CityLife life_;
  const CityScribe scribe_;

  Stage stage_ = Stage::institutions;
  ledger::Year year_ = city_first_year;
  std::uint64_t block_ = 0;            ///< of the stage and year
  std::string key_;                    ///< of the submission given last
  std::vector<Amendment> to_report_;   ///< of the submission given last
  std::vector<Amendment> to_correct_;  ///< in the year, with their sequences
  std::size_t corrected_ = 0;
};

}  // namespace kinledger::tools
