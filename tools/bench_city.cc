// S3b to S5, S10, S11, S13: a synthetic city handed in, replayed, verified, rebuilt.
#include <sys/resource.h>

#include <string>

#include "ledger/verify.h"
#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "tools/bench.h"
#include "tools/bench_raw.h"
#include "tools/bench_timing.h"
#include "tools/city.h"

namespace kinledger::tools {
namespace {

using projections::Archive;

constexpr std::string_view pack_name = "hangzhou-2021";
constexpr double mebibyte = 1024.0 * 1024.0;

std::unique_ptr<Archive> empty_archive(const std::filesystem::path& directory,
                                       ledger::Random& random) {
  ledger::LedgerOptions options;
  options.directory = directory;
  auto archive = Archive::create(options, "bench.kinledger.invalid", {330100}, random).value();
  const auto adopted = archive->adopt(projections::find_builtin_pack(pack_name)->text);
  invariant(adopted.has_value() && adopted->receipt.has_value(), "the benchmark's pack");
  return archive;
}

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

/// Hands the city in; the seconds of generating it are not counted.
double import_city(Archive& archive, City& city) {
  double seconds = 0;
  while (const auto submission = city.next()) {
    const Stopwatch watch;
    const auto outcome = archive.submit(*submission);
    seconds += watch.seconds();
    invariant(outcome.has_value() && outcome->receipt.has_value(), "the city's submission");
    city.recorded(*outcome->receipt);
  }
  const Stopwatch watch;
  invariant(archive.projector().catch_up().has_value(), "projections");
  return seconds + watch.seconds();
}

/// Seconds to read all pages without looking at the events.
double read_seconds(const ledger::Journal& journal) {
  const Stopwatch watch;
  std::uint64_t events = 0;
  const auto read = journal.read({0}, journal.size(), [&](auto, const ledger::Page& page) {
    events += page.count();
    return true;
  });
  invariant(read.has_value() && events == journal.size().value, "the journal can be read");
  return watch.seconds();
}

/// Size of the same bytes in a plain database with LZ4 pages.
double compressed_bytes(const ledger::Journal& journal, const std::filesystem::path& directory) {
  RawStore raw(directory);
  const auto read = journal.read({0}, journal.size(), [&](auto, const ledger::Page& page) {
    std::string bytes;
    for (std::size_t i = 0; i < page.count(); ++i) bytes += ledger::as_text(page.event(i));
    raw.put(bytes);
    return true;
  });
  invariant(read.has_value(), "the journal can be read");
  raw.flush();
  return static_cast<double>(raw.bytes_on_disk());
}

double directory_bytes(const std::filesystem::path& directory) {
  std::uint64_t total = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file() && entry.path().extension() == ".sst") total += entry.file_size();
  return static_cast<double>(total);
}

void replay_figures(Archive& archive, std::vector<Figure>& out) {
  const auto& journal = archive.ledger().journal();
  const auto head = archive.ledger().durable();
  const auto events = static_cast<double>(head.size.value);
  (void)read_seconds(journal);  // warm
  const auto reading = events / read_seconds(journal);
  const Stopwatch watch;
  const auto verified = ledger::verify(journal, head, {2, nullptr}).value();
  const auto rate = events / watch.seconds();
  invariant(!verified.damage.has_value(), "the benchmark's ledger is sound");
  out.push_back(
      compared(figure("S4",
                      "replay and verify: every page read, every event hashed, tree rebuilt, root "
                      "compared, canonical form checked; 2 threads (S10 is the same work)",
                      rate, "events/s"),
               "reading the same pages without checking, 1 thread", rate / reading,
               ">= 1,500,000 events/s and ratio >= 0.4; S10 >= 1,000,000 events/s",
               rate >= 1'500'000 && rate / reading >= 0.4));
  const Stopwatch rebuilding;
  invariant(archive.projector().rebuild(nullptr).has_value(), "rebuild");
  const auto rebuilt = events / rebuilding.seconds();
  out.push_back(compared(figure("S5", "rebuild of all projections, 2 threads", rebuilt, "events/s"),
                         "S4", rebuilt / rate, ">= 700,000 events/s", rebuilt >= 700'000));
}

void size_figures(Archive& archive, const BenchPlan& plan, std::vector<Figure>& out) {
  const auto& journal = archive.ledger().journal();
  const auto plain = compressed_bytes(journal, plan.directory / "city-raw");
  const auto directory = plan.directory / "city";
  const auto pages = directory_bytes(directory / "journal");
  const auto all = pages + directory_bytes(directory / "projections");
  out.push_back(compared(
      figure("S11", "journal on disk, hashes and indexes included", pages / mebibyte, "MiB"),
      "the same event bytes in LZ4 pages", pages / plain, "ratio <= 1.5", pages / plain <= 1.5));
  out.push_back(compared(figure("S11", "journal and projections on disk", all / mebibyte, "MiB"),
                         "the same event bytes in LZ4 pages", all / plain, "ratio <= 3",
                         all / plain <= 3));
}

/// A question that judges every person of the ledger.
Figure everyone_figure(Archive& archive) {
  const auto size = archive.ledger().durable().size;
  std::uint64_t persons = 0;
  const auto counted = archive.projector().subjects(projections::Subject::Kind::person, size,
                                                    [&](const auto&) { return ++persons > 0; });
  invariant(counted.has_value() && persons > 0, "persons");
  const auto* question = projections::find_question("migration");
  invariant(question != nullptr);
  const Stopwatch watch;
  const auto answer = archive.ask(
      *question,
      {.on = *ledger::parse_date("2021-12-31"), .person = {}, .unit = {}, .year = {}, .named = {}},
      size);
  const auto rate = static_cast<double>(persons) / watch.seconds();
  invariant(answer.has_value() && answer->has_value(), "the migration of everyone");
  return compared(figure("S9",
                         "a question about everyone (migration of " + std::to_string(persons) +
                             " children and parents, each judged), on every core",
                         rate, "persons/s"),
                  "", 0, ">= 100,000 persons/s", rate >= 100'000);
}

}  // namespace

Figures bench_city(const BenchPlan& plan) {
  ledger::SystemRandom random;
  std::vector<Figure> out;
  {
    auto archive = empty_archive(plan.directory / "city", random);
    City city({.children = plan.children, .seed = plan.seed, .years = 1});
    const auto before = archive->ledger().durable().size.value;
    const auto seconds = import_city(*archive, city);
    const auto events = static_cast<double>(archive->ledger().durable().size.value - before);
    const auto rate = events / seconds;
    RawStore raw(plan.directory / "city-raw-batches");
    const auto raw_rate =
        10'000 * per_second(1, static_cast<std::size_t>(events / 10'000) + 1,
                            [&](std::size_t) { raw.put_batch(10'000, std::string(176, 'e')); });
    out.push_back(compared(
        figure("S3b",
               "a city of " + std::to_string(plan.children) +
                   " children imported by one submitter: parsed submissions to queryable, new "
                   "persons sealed in the vault, one sync a submission of 5,000 to 10,000 events",
               rate, "events/s"),
        "RocksDB synced batches of 10,000 rows of 176 bytes", rate / raw_rate,
        ">= 200,000 events/s", rate >= 200'000));
  }
  // Opened again, so that everything is in files.
  ledger::LedgerOptions options;
  options.directory = plan.directory / "city";
  auto archive = Archive::open(options, random).value();
  replay_figures(*archive, out);
  out.push_back(everyone_figure(*archive));
  size_figures(*archive, plan, out);
  bench_proofs(*archive, plan.seed, out);
  bench_server(*archive, options.directory, out);
  bench_checks(*archive, plan, out);
  const auto memory = peak_memory_mib();
  out.push_back(compared(figure("S13", "peak memory of this program so far", memory, "MiB"), "", 0,
                         "<= 1,024 MiB", memory <= 1024));
  return out;
}

}  // namespace kinledger::tools
