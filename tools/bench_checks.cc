// S16: all checks over a city that has been imported, and what each of them costs.
#include <sys/resource.h>

#include <functional>
#include <string>

#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "projections/checks/run_checks.h"
#include "tools/bench.h"
#include "tools/bench_timing.h"

namespace kinledger::tools {
namespace {

using projections::Archive;
using projections::Asking;
using projections::Check;
using projections::CheckRun;
using projections::Subject;

// A million persons in two minutes, on two cores.
constexpr double persons_per_second_wanted = 1'000'000.0 / 120;
constexpr double microseconds_wanted = 240;
constexpr std::string_view later_pack = "hangzhou-2022";

double seconds_in(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Time of the day, and of the processors that this program had: what else runs moves the first.
struct Spent {
  double seconds = 0;
  double processor_seconds = 0;
};

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds_in(usage.ru_utime) + seconds_in(usage.ru_stime);
}

Spent spent_on(const std::function<void()>& work) {
  const auto before = processor_seconds();
  const Stopwatch watch;
  work();
  return {watch.seconds(), processor_seconds() - before};
}

/// Makes the dossiers of all persons and units without looking at them; the number of persons.
std::uint64_t read_everyone(const Asking& asking) {
  std::atomic<std::uint64_t> persons{0};
  for (const auto kind : {Subject::Kind::unit, Subject::Kind::person}) {
    const auto read = asking.shares(kind, [&](auto, auto&, const Subject& subject) {
      if (subject.kind == Subject::Kind::person) persons.fetch_add(1, std::memory_order_relaxed);
    });
    invariant(read.has_value(), "dossiers");
  }
  return persons;
}

void check_everyone(Asking& asking, std::vector<const Check*> checks) {
  const CheckRun run{.checks = std::move(checks),
                     .scope = {},
                     .on = *ledger::parse_date("2022-12-31"),
                     .keep_rows = false};
  invariant(projections::run_checks(asking, run).has_value(), "checks");
}

}  // namespace

void bench_checks(Archive& archive, const BenchPlan& plan, std::vector<Figure>& out) {
  const auto adopted = archive.adopt(projections::find_builtin_pack(later_pack)->text);
  invariant(adopted.has_value() && adopted->receipt.has_value(), "the benchmark's later pack");
  const auto view = archive.view(archive.ledger().durable().size);
  invariant(view.has_value(), "view");
  auto asking = archive.asking(*view);
  const auto persons = read_everyone(asking);  // warm
  const auto count = static_cast<double>(persons);
  const auto reading = spent_on([&] { read_everyone(asking); });
  std::vector<const Check*> all;
  for (const auto& check : projections::checks()) all.push_back(&check);
  const auto checking = spent_on([&] { check_everyone(asking, all); });
  const auto rate = count / checking.seconds;
  const auto each = [&](double seconds) { return seconds * 1e6 / count; };
  const auto us = each(checking.processor_seconds);
  out.push_back(compared(
      figure("S16",
             "all " + std::to_string(all.size()) + " checks over a city of " +
                 std::to_string(persons) + " children and parents with its units, on every core",
             rate, "persons/s"),
      "reading the same dossiers", reading.seconds / checking.seconds, ">= 8,333 persons/s",
      rate >= persons_per_second_wanted));
  out.push_back(compared(figure("S16", "the same, processor time", us, "us/person"),
                         "reading the same dossiers",
                         reading.processor_seconds / checking.processor_seconds, "<= 240 us/person",
                         us <= microseconds_wanted));
  if (!plan.by_check) return;
  for (const auto* check : all) {
    const auto alone = spent_on([&] { check_everyone(asking, {check}); });
    const auto more = alone.processor_seconds - reading.processor_seconds;
    out.push_back(figure("S16", std::string(check->id) + " alone, beside the reading",
                         std::max(each(more), 0.0), "us/person"));
  }
}

}  // namespace kinledger::tools
