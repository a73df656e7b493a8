// S15: proofs of a city's ledger: of an event, of everything about a person, and of completeness.
#include <random>

#include "projections/archive.h"
#include "projections/bundle_check.h"
#include "tools/bench.h"
#include "tools/bench_raw.h"
#include "tools/bench_timing.h"

namespace kinledger::tools {
namespace {

using projections::Archive;

constexpr std::size_t proofs_made = 2'000;
constexpr std::size_t bundles_made = 200;

/// Microseconds that each of so many calls took.
std::vector<double> times_of(std::size_t count, const std::function<void()>& work) {
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    const Stopwatch watch;
    work();
    times.push_back(watch.seconds() * 1e6);
  }
  return times;
}

void inclusion_figures(Archive& archive, std::mt19937_64& random, std::vector<Figure>& out) {
  const auto& journal = archive.ledger().journal();
  const auto size = journal.size();
  auto times = times_of(proofs_made, [&] {
    const auto proof = ledger::prove_inclusion(
        {random() % size.value}, size,
        [&](ledger::Subtree subtree) { return journal.subtree_hash(subtree); });
    invariant(proof.has_value());
  });
  const auto what =
      "inclusion proof of an event in a log of " + std::to_string(size.value) + " events, ";
  out.push_back(compared(figure("S15", what + "p50", median(times), "us"), "", 0, "<= 1,000 us",
                         median(times) <= 1'000));
  out.push_back(figure("S15", what + "p99", percentile(times, 99), "us"));
}

std::vector<ledger::PersonId> some_persons(Archive& archive, std::mt19937_64& random) {
  std::vector<ledger::PersonId> all;
  const auto listed = archive.projector().subjects(projections::Subject::Kind::person,
                                                   archive.ledger().durable().size,
                                                   [&](const projections::Subject& subject) {
                                                     all.push_back({subject.id});
                                                     return true;
                                                   });
  invariant(listed.has_value() && !all.empty());
  std::vector<ledger::PersonId> some;
  for (std::size_t i = 0; i < bundles_made; ++i) some.push_back(all[random() % all.size()]);
  return some;
}

void bundle_figures(Archive& archive, std::mt19937_64& random, std::vector<Figure>& out) {
  const auto persons = some_persons(archive, random);
  const auto events = static_cast<double>(archive.ledger().durable().size.value);
  const Stopwatch deriving;
  invariant(archive.commit_subject_map().has_value());
  out.push_back(figure("S15", "subject map of the whole ledger, derived the first time",
                       events / deriving.seconds(), "events/s"));
  const auto size = archive.ledger().durable().size;
  const auto log = archive.ledger().verifier().value();
  const auto* question = projections::find_question("status");
  std::vector<std::string> bundles;
  auto next = persons.begin();
  const auto making = times_of(bundles_made, [&] {
    const auto bundle =
        archive.prove(*question, {*ledger::parse_date("2021-06-30"), *next++, {}, {}, {}}, size);
    invariant(bundle.has_value() && bundle->has_value());
    bundles.push_back((*bundle)->to_text());
  });
  auto text = bundles.begin();
  const auto checking = times_of(bundles_made, [&] {
    const auto bundle = projections::read_bundle(*text++);
    invariant(bundle.has_value() && projections::check_bundle(*bundle, log).has_value());
  });
  const auto kibibytes = static_cast<double>(bundles.front().size()) / 1024;
  out.push_back(figure("S15", "a person's status as a bundle, made, p50", median(making), "us"));
  out.push_back(
      figure("S15", "the same bundle, verified from its text, p50", median(checking), "us"));
  out.push_back(figure("S15", "size of such a bundle", kibibytes, "KiB"));
}

}  // namespace

void bench_proofs(Archive& archive, std::uint64_t seed, std::vector<Figure>& out) {
  std::mt19937_64 random(seed);
  inclusion_figures(archive, random, out);
  bundle_figures(archive, random, out);
}

}  // namespace kinledger::tools
