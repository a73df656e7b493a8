// The benchmark (基准测试): what the ledger does on this machine, each figure beside the raw limit
// or counterpart measured in the same run. Absolute figures hold only for one machine and one disk;
// ratios are what is compared. No figure ever fails a test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ledger/result.h"

namespace kinledger::projections {
class Archive;
}

namespace kinledger::tools {

/// One line of the report.
struct Figure {
  std::string id;    ///< "S1"
  std::string what;  ///< what was done, with sizes and durability
  double value = 0;
  std::string unit;     ///< "events/s", "us"
  std::string against;  ///< the counterpart; empty when there is none
  double ratio = 0;     ///< value / counterpart, more is better; for times counterpart / value
  std::string goal;     ///< "ratio >= 0.8"
  bool reached = false;
};

/// A figure without a counterpart or goal.
inline Figure figure(std::string id, std::string what, double value, std::string unit) {
  return {std::move(id), std::move(what), value, std::move(unit), "", 0, "", true};
}
inline Figure compared(Figure out, std::string against, double ratio, std::string goal,
                       bool reached) {
  out.against = std::move(against);
  out.ratio = ratio;
  out.goal = std::move(goal);
  out.reached = reached;
  return out;
}

struct BenchPlan {
  std::filesystem::path directory;  ///< scratch, on the disk to be measured
  std::uint64_t children = 20'000;  ///< of the synthetic city; about 20 events each
  std::uint64_t seed = 1;
  bool by_check = false;  ///< what each check costs alone, too
};

using Figures = ledger::Result<std::vector<Figure>>;

/// S1, S2: durable appends of single-event submissions by 1, 8 and 64 submitters.
Figures bench_append(const BenchPlan& plan);
/// S3a: bulk submissions of known persons, durable and hashed.
Figures bench_bulk(const BenchPlan& plan);
/// S3b to S5, S7 to S11, S13, S15, S16: a city imported, replayed, rebuilt, verified, proven,
/// served.
Figures bench_city(const BenchPlan& plan);
/// S15: proofs and bundles of a ledger that has been imported.
void bench_proofs(projections::Archive& archive, std::uint64_t seed, std::vector<Figure>& out);
/// S16: all checks over a city that has been imported. Adopts a further pack.
void bench_checks(projections::Archive& archive, const BenchPlan& plan, std::vector<Figure>& out);
/// S7, S8: questions and the stream over HTTP. Precondition: `out` has S4.
void bench_server(projections::Archive& archive, const std::filesystem::path& directory,
                  std::vector<Figure>& out);
/// S6: a person's status as known at a past basis, with 1 and with 10 years of history.
Figures bench_status(const BenchPlan& plan);

}  // namespace kinledger::tools
