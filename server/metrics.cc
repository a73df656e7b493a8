#include "server/metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace kinledger::server {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

/// Of seconds: a status takes some tens of microseconds, a question about everyone some seconds.
const Histogram::BucketBoundaries request_buckets{0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03,
                                                  0.1,    0.3,    1,     3,     10,   30};

template <class Builder>
auto& family(Registry& registry, Builder builder, const char* name, const char* help) {
  return builder.Name(name).Help(help).Register(registry);
}

using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr const char* ledger_label = "ledger";
constexpr const char* events_label = "events";
constexpr const char* access_label = "access";

/// A figure that is counted elsewhere: made into a family when it is asked for.
class Counted {
 public:
  Counted(MetricType type, std::string name, std::string help)
      : family_{std::move(name), std::move(help), type, {}} {}

  Counted& add(double value) {
    auto& metric = family_.metric.emplace_back();
    metric.gauge.value = value;
    metric.counter.value = value;
    return *this;
  }
  Counted& add(double value, const char* label, const std::string& is) {
    add(value);
    family_.metric.back().label.push_back({label, is});
    return *this;
  }
  Counted& add(const ledger::CommitFigures& figures, const char* ledger) {
    auto& metric = family_.metric.emplace_back();
    metric.label.push_back({ledger_label, ledger});
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < figures.commits.size(); ++i) {
      count += figures.commits.at(i);
      if (i < ledger::commit_seconds_bounds.size())
        metric.histogram.bucket.push_back({count, ledger::commit_seconds_bounds.at(i)});
    }
    metric.histogram.sample_count = count;
    metric.histogram.sample_sum = figures.commit_seconds;
    return *this;
  }
  MetricFamily family() const { return family_; }

 private:
  MetricFamily family_;
};

std::vector<MetricFamily> commit_families(const LedgerFigures& figures) {
  const auto& events = figures.commits;
  const auto& access = figures.access_commits;
  return {
      Counted(MetricType::Histogram, "kinledger_commit_seconds",
              "Time that a commit took to become durable: writing, syncing and the mark")
          .add(events, events_label)
          .add(access, access_label)
          .family(),
      Counted(MetricType::Counter, "kinledger_committed_events_total", "Events in these commits")
          .add(static_cast<double>(events.events), ledger_label, events_label)
          .add(static_cast<double>(access.events), ledger_label, access_label)
          .family(),
      Counted(MetricType::Gauge, "kinledger_submissions_queued",
              "Submissions that wait for the next commit")
          .add(static_cast<double>(events.queued), ledger_label, events_label)
          .add(static_cast<double>(access.queued), ledger_label, access_label)
          .family(),
      Counted(MetricType::Gauge, "kinledger_bytes_waiting",
              "Bytes of events that wait, or are in a commit on its way")
          .add(static_cast<double>(events.bytes_waiting), ledger_label, events_label)
          .add(static_cast<double>(access.bytes_waiting), ledger_label, access_label)
          .family(),
      Counted(MetricType::Gauge, "kinledger_access_records_waiting",
              "Records of the access journal that are not durable yet, and hold an answer back")
          .add(static_cast<double>(figures.access_waiting))
          .family()};
}

/// What the listener's requests wait for.
std::vector<MetricFamily> lane_families(const std::vector<LaneFigures>& lanes) {
  Counted threads(MetricType::Gauge, "kinledger_http_threads",
                  "Threads for requests of this kind (lane)");
  Counted at_work(MetricType::Gauge, "kinledger_http_threads_busy", "Of them, at work");
  Counted waiting(MetricType::Gauge, "kinledger_http_queue_waiting",
                  "Requests and streams that wait for a thread");
  Counted given_up(MetricType::Counter, "kinledger_http_queue_refused_total",
                   "Requests that waited too long and were refused, 503 QUEUE_TOO_LONG");
  Counted waited(MetricType::Counter, "kinledger_http_queue_seconds_total",
                 "Time that requests and streams waited for a thread");
  for (const auto& lane : lanes) {
    threads.add(static_cast<double>(lane.threads), "lane", lane.name);
    at_work.add(static_cast<double>(lane.at_work), "lane", lane.name);
    waiting.add(static_cast<double>(lane.waiting), "lane", lane.name);
    given_up.add(static_cast<double>(lane.given_up), "lane", lane.name);
    waited.add(lane.waited_seconds, "lane", lane.name);
  }
  return {threads.family(), at_work.family(), waiting.family(), given_up.family(), waited.family()};
}

std::vector<MetricFamily> disk_families(const ledger::FreeSpace::Figures& figures) {
  return {Counted(MetricType::Gauge, "kinledger_disk_free_bytes",
                  "Room on the disk of the ledger or of its state, where there is less")
              .add(static_cast<double>(figures.free_bytes))
              .family(),
          Counted(MetricType::Gauge, "kinledger_disk_short",
                  "1 while that is too little, and nothing is recorded")
              .add(figures.is_short ? 1 : 0)
              .family()};
}

std::vector<MetricFamily> cosigning_families(const CosigningFigures& figures) {
  return {Counted(MetricType::Gauge, "kinledger_cosigned_size",
                  "Events of the newest checkpoint that enough witnesses cosigned")
              .add(static_cast<double>(figures.size.value))
              .family(),
          Counted(MetricType::Gauge, "kinledger_cosigned_timestamp_seconds",
                  "When that was; 0 before the first time since the start")
              .add(static_cast<double>(figures.at))
              .family(),
          Counted(MetricType::Gauge, "kinledger_cosignatures",
                  "Witnesses of the quorum that cosigned when they were asked last")
              .add(static_cast<double>(figures.quorum.has))
              .family(),
          Counted(MetricType::Gauge, "kinledger_cosignatures_needed", "Of them, needed")
              .add(static_cast<double>(figures.quorum.needs))
              .family(),
          Counted(MetricType::Gauge, "kinledger_witness_contradicts",
                  "1 when a witness proved that the ledger contradicts what it signed")
              .add(figures.is_contradicted ? 1 : 0)
              .family()};
}

}  // namespace

struct Metrics::Families {
  Registry registry;
  Family<Counter>& requests =
      family(registry, prometheus::BuildCounter(), "kinledger_http_requests_total",
             "Requests answered, by route and status");
  Family<Histogram>& seconds =
      family(registry, prometheus::BuildHistogram(), "kinledger_http_request_seconds",
             "Time that the handler took, by route");
  Family<Counter>& refused =
      family(registry, prometheus::BuildCounter(), "kinledger_http_refused_total",
             "Requests and connections refused before a route was looked up, by status");
  Counter& recorded = family(registry, prometheus::BuildCounter(),
                             "kinledger_events_recorded_total", "Events recorded over HTTP")
                          .Add({});
  Gauge& streams =
      family(registry, prometheus::BuildGauge(), "kinledger_streams", "Streams of events under way")
          .Add({});
  Counter& streamed =
      family(registry, prometheus::BuildCounter(), "kinledger_events_streamed_total",
             "Events that streams went over, left out ones included")
          .Add({});
  Gauge& events =
      family(registry, prometheus::BuildGauge(), "kinledger_tree_size", "Events acknowledged")
          .Add({});
  Gauge& projected = family(registry, prometheus::BuildGauge(), "kinledger_projected_size",
                            "Events that the projections hold; the rest is their lag")
                         .Add({});
  Gauge& journal_bytes = family(registry, prometheus::BuildGauge(), "kinledger_journal_bytes",
                                "Size of the journal on disk")
                             .Add({});
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view route, unsigned status,
                            std::chrono::nanoseconds took) {
  const std::string name(route);
  families_->requests.Add({{"route", name}, {"status", std::to_string(status)}}).Increment();
  families_->seconds.Add({{"route", name}}, request_buckets)
      .Observe(std::chrono::duration<double>(took).count());
}

void Metrics::count_refused(unsigned status) {
  families_->refused.Add({{"status", std::to_string(status)}}).Increment();
}

void Metrics::count_recorded(std::uint64_t events) {
  families_->recorded.Increment(static_cast<double>(events));
}

void Metrics::stream_began() { families_->streams.Increment(); }

void Metrics::stream_ended(std::uint64_t events) {
  families_->streams.Decrement();
  families_->streamed.Increment(static_cast<double>(events));
}

std::string Metrics::to_text(const LedgerFigures& figures) {
  families_->events.Set(static_cast<double>(figures.events));
  families_->projected.Set(static_cast<double>(figures.projected));
  families_->journal_bytes.Set(static_cast<double>(figures.journal_bytes));
  auto families = families_->registry.Collect();
  std::ranges::move(commit_families(figures), std::back_inserter(families));
  std::ranges::move(disk_families(figures.free_space), std::back_inserter(families));
  if (!figures.lanes.empty())
    std::ranges::move(lane_families(figures.lanes), std::back_inserter(families));
  if (figures.cosigning)
    std::ranges::move(cosigning_families(*figures.cosigning), std::back_inserter(families));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace kinledger::server
