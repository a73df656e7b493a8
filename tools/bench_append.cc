// S1 to S3a: how fast submissions become durable, against RocksDB alone.
#include <string>

#include "ledger/ledger.h"
#include "tools/bench.h"
#include "tools/bench_raw.h"
#include "tools/bench_timing.h"

namespace kinledger::tools {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::IdentityNumber;
using ledger::Ledger;
using ledger::Submission;
using ledger::SubmittedEvent;

constexpr std::size_t known_persons = 100'000;
constexpr int rounds = 5;

class AnyCode final : public ledger::Vocabulary {
 public:
  Known knows(std::string_view, std::string_view) const override {
    return Known::list_not_declared;
  }
  Codes codes(std::string_view) const override { return {}; }
};

/// A made-up number on a division code that was never issued.
IdentityNumber number(std::size_t person) {
  const auto day = ledger::add_days(ledger::parse_date("2010-01-01").value(),
                                    static_cast<std::int32_t>(person / 999));
  std::string date = ledger::to_text(day);
  std::erase(date, '-');
  auto text = "330199" + date + std::to_string(1001 + person % 999).substr(1);
  text += ledger::resident_check_digit(text);
  return {ledger::IdType::resident_id, text};
}

SubmittedEvent about(EventType type, std::size_t person, std::string name = {}) {
  SubmittedEvent event;
  event.draft.type = type;
  event.draft.envelope.valid_on = ledger::parse_date("2021-03-31").value();
  auto id = number(person);
  const auto born = ledger::birth_date_in(id);
  event.persons.emplace_back(Field::person,
                             ledger::PersonReference{std::move(id), std::move(name), born});
  return event;
}

SubmittedEvent premium(std::size_t person, std::int64_t amount_fen) {
  auto event = about(EventType::premium_paid, person);
  event.draft.set(Field::scheme, "children");
  event.draft.set(Field::insurance_year, ledger::Year{2021});
  event.draft.set(Field::amount, Fen{amount_fen});
  return event;
}

/// A ledger with persons in it.
struct BenchedLedger {
  ledger::SystemRandom random;
  AnyCode any_code;
  std::unique_ptr<Ledger> ledger;

  explicit BenchedLedger(const std::filesystem::path& directory) {
    ledger::LedgerOptions options;
    options.directory = directory;
    ledger = Ledger::create(options, "bench.kinledger.invalid", {330100}, random).value();
    Submission submission;
    submission.key = "persons";
    for (std::size_t i = 0; i < known_persons; ++i)
      submission.events.push_back(about(EventType::person_registered, i, "测试"));
    submit(submission);
  }

  void submit(const Submission& submission) {
    const auto outcome = ledger->submit(submission, any_code);
    invariant(outcome.has_value() && outcome->receipt.has_value(), "the benchmark's submission");
  }

  void submit_one(const std::string& key, std::size_t i) {
    Submission submission;
    submission.key = key + std::to_string(i);
    submission.events.push_back(premium(i % known_persons, static_cast<std::int64_t>(i) + 1));
    submit(submission);
  }
};

std::string event_bytes() { return std::string(176, 'e'); }

}  // namespace

Figures bench_append(const BenchPlan& plan) {
  BenchedLedger subject(plan.directory / "append");
  RawStore raw(plan.directory / "append-raw");
  RawMark mark(plan.directory / "append-raw.mark");
  std::vector<Figure> out;
  for (const unsigned threads : {1u, 8u, 64u}) {
    const std::size_t count = threads == 1 ? 400 : 4'000;
    std::vector<double> ours, theirs;
    for (int round = 0; round < rounds; ++round) {
      const auto key = std::to_string(threads) + "/" + std::to_string(round) + "/";
      ours.push_back(
          per_second(threads, count, [&](std::size_t i) { subject.submit_one(key, i); }));
      theirs.push_back(per_second(threads, count, [&](std::size_t) {
        raw.put(event_bytes());
        if (threads == 1) mark.write();
      }));
    }
    const auto rate = median(ours), raw_rate = median(theirs);
    const bool alone = threads == 1;
    const double goal = alone ? 0.8 : threads == 64 ? 1.5 : 0;
    out.push_back({alone ? "S1" : "S2",
                   "durable append, one event a submission, " + std::to_string(threads) +
                       " submitter" + (alone ? "" : "s") + ", mark included",
                   rate, "events/s",
                   alone ? "RocksDB synced put and a 64-byte O_DSYNC write"
                         : "RocksDB synced puts by as many threads",
                   rate / raw_rate,
                   goal == 0 ? ""
                   : alone   ? "ratio >= 0.8"
                             : "ratio >= 1.5",
                   goal == 0 || rate / raw_rate >= goal});
  }
  return out;
}

Figures bench_bulk(const BenchPlan& plan) {
  // A few submissions at a time, so that the peak of memory is the ledger's and not theirs.
  constexpr std::size_t parts = 3, submissions = 4, events = 100'000, raw_rows = 10'000;
  BenchedLedger subject(plan.directory / "bulk");
  RawStore raw(plan.directory / "bulk-raw");
  double seconds = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    std::vector<Submission> parsed(submissions);
    for (std::size_t s = 0; s < submissions; ++s) {
      const auto number = part * submissions + s;
      parsed[s].key = "bulk/" + std::to_string(number);
      for (std::size_t i = 0; i < events; ++i)
        parsed[s].events.push_back(
            premium(i % known_persons, static_cast<std::int64_t>(number * events + i + 1)));
    }
    seconds += static_cast<double>(submissions) /
               per_second(2, submissions, [&](std::size_t i) { subject.submit(parsed[i]); });
  }
  const auto rate = static_cast<double>(parts * submissions * events) / seconds;
  const auto raw_rate = per_second(1, parts * submissions * events / raw_rows,
                                   [&](std::size_t) { raw.put_batch(raw_rows, event_bytes()); }) *
                        static_cast<double>(raw_rows);
  return std::vector<Figure>{
      {"S3a",
       "bulk submissions of 100,000 events by 2 submitters, persons resolved, durable and hashed "
       "(one sync a submission)",
       rate, "events/s", "RocksDB synced batches of 10,000 rows of 176 bytes", rate / raw_rate,
       ">= 400,000 events/s and ratio >= 0.8", rate >= 400'000 && rate / raw_rate >= 0.8}};
}

}  // namespace kinledger::tools
