// S6: a person's status as known at a past basis, with 1 and with 10 years of history.
#include <string>

#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "projections/judgments/coverage.h"
#include "tools/bench.h"
#include "tools/bench_timing.h"
#include "tools/city.h"

namespace kinledger::tools {
namespace {

using ledger::Area;
using projections::Archive;
using projections::Subject;

constexpr std::uint64_t benched_children = 2'000;
constexpr std::size_t questions_asked = 4'000;
constexpr std::uint32_t bench_jurisdiction = 330100;

struct Latency {
  double p50_us = 0, p99_us = 0;
  double reads_us = 0;     // the dossier alone, median
  double timeline_us = 0;  // the whole timeline from dossiers that are there, median
};

std::unique_ptr<Archive> city_of(std::int32_t years, const std::filesystem::path& directory,
                                 std::uint64_t seed, ledger::Random& random) {
  ledger::LedgerOptions options;
  options.directory = directory;
  auto archive =
      Archive::create(options, "bench.kinledger.invalid", {bench_jurisdiction}, random).value();
  invariant(archive->adopt(projections::find_builtin_pack("hangzhou-2021")->text).has_value());
  City city({.children = benched_children, .seed = seed, .years = years});
  while (const auto submission = city.next()) {
    const auto outcome = archive->submit(*submission);
    invariant(outcome.has_value() && outcome->receipt.has_value(), "the city's submission");
    city.recorded(*outcome->receipt);
  }
  invariant(archive->projector().catch_up().has_value(), "projections");
  return archive;
}

Latency measure(Archive& archive) {
  const ledger::TreeSize basis{archive.ledger().durable().size.value * 9 / 10};
  std::vector<ledger::PersonId> persons;
  invariant(archive.projector()
                .subjects(Subject::Kind::person, basis,
                          [&](const Subject& subject) {
                            persons.push_back(ledger::PersonId{subject.id});
                            return true;
                          })
                .has_value());
  auto view = archive.view(basis).value();
  projections::Asking asking{*view.knowledge, nullptr, nullptr, view.basis, "kinledger bench"};
  const auto* question = projections::find_question("status");
  invariant(question != nullptr);
  const auto on = ledger::parse_date("2021-06-30").value();
  std::vector<double> judged, read, timelines;
  for (std::size_t i = 0; i < questions_asked; ++i) {
    const auto& person = persons[i * 7919 % persons.size()];
    const Stopwatch reading;
    invariant(archive.projector().load(Subject::of(person), basis).has_value());
    read.push_back(reading.seconds() * 1e6);
    view.knowledge->forget();
    const Stopwatch watch;
    const auto answer = projections::ask(
        *question, {.on = on, .person = person, .unit = {}, .year = {}, .named = {}}, asking);
    judged.push_back(watch.seconds() * 1e6);
    invariant(answer.has_value() && answer->has_value(), "a status");
    const Stopwatch judging;
    const auto timeline =
        projections::coverage_timeline(*view.knowledge, person, Area{bench_jurisdiction});
    const auto took_us = judging.seconds() * 1e6;
    if (!timeline.spans.empty()) timelines.push_back(took_us);  // parents have none
  }
  invariant(!timelines.empty(), "nobody has a timeline");
  return {percentile(judged, 50), percentile(judged, 99), percentile(read, 50),
          percentile(timelines, 50)};
}

}  // namespace

Figures bench_status(const BenchPlan& plan) {
  ledger::SystemRandom random;
  std::vector<Figure> out;
  double one_year_us = 0;
  for (const std::int32_t years : {1, 10}) {
    const auto archive =
        city_of(years, plan.directory / ("status-" + std::to_string(years)), plan.seed, random);
    const auto latency = measure(*archive);
    const auto what = "status of a person as known at a past basis, " + std::to_string(years) +
                      (years == 1 ? " year" : " years") + " of history, in process";
    const bool first = years == 1;
    if (first) one_year_us = latency.p50_us;
    out.push_back({"S6", what + ", p50", latency.p50_us, "us",
                   first ? "reading the person's dossier" : "the same with 1 year",
                   latency.p50_us / (first ? latency.reads_us : one_year_us),
                   first ? "<= 50 us, ratio <= 2.5" : "ratio <= 1.5",
                   first ? latency.p50_us <= 50 && latency.p50_us / latency.reads_us <= 2.5
                         : latency.p50_us / one_year_us <= 1.5});
    out.push_back(
        {"S6", what + ", p99", latency.p99_us, "us", "", 0, "<= 150 us", latency.p99_us <= 150});
    out.push_back({"S6",
                   "the whole timeline of a person, " + std::to_string(years) +
                       (years == 1 ? " year" : " years") + ", the dossier being there, p50",
                   latency.timeline_us, "us", "", 0, "<= 20 us", latency.timeline_us <= 20});
  }
  return out;
}

}  // namespace kinledger::tools
