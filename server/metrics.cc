#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

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

}  // namespace

struct Metrics::Families {
  Registry registry;
  Family<Counter>& requests =
      family(registry, prometheus::BuildCounter(), "kinledger_http_requests_total",
             "Requests answered, by route and status");
  Family<Histogram>& seconds =
      family(registry, prometheus::BuildHistogram(), "kinledger_http_request_seconds",
             "Time that the handler took, by route");
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
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace kinledger::server
