#include "projections/rebuild_tables.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "ledger/rocks.h"
#include "projections/rows.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Result;

constexpr unsigned threads_max = 8;
/// Events that a thread takes from the journal at a time.
constexpr std::uint64_t portion_events = 16'384;
/// A partition is meant to have about this size; what an event comes to in all its places.
constexpr std::uint64_t partition_bytes = std::uint64_t{16} << 20;
constexpr std::uint64_t entries_bytes_per_event = 600;
constexpr unsigned partition_bits_min = 2, partition_bits_max = 10;

Error storage_fault(const std::filesystem::path& path) {
  return {Failure::unavailable, "projections: cannot write or read " + path.string()};
}

/// Entries of some neighbouring subjects.
class Partition {
 public:
  Partition(std::filesystem::path path, std::size_t held_bytes_max)
      : path_(std::move(path)), held_bytes_max_(held_bytes_max) {}

  /// Any thread.
  Result<void> append(const Entries& entries) {
    if (entries.empty()) return {};
    const std::lock_guard lock(mutex_);
    // At once: growing by doubling would hold twice the memory.
    if (held_.capacity() == 0) held_.reserve(held_bytes_max_ + entries.size());
    held_.insert(held_.end(), entries.begin(), entries.end());
    if (held_.size() < held_bytes_max_) return {};
    std::ofstream file(path_, std::ios::binary | std::ios::app);
    file.write(reinterpret_cast<const char*>(held_.data()),
               static_cast<std::streamsize>(held_.size()));
    if (!file.flush()) return storage_fault(path_);
    spilled_bytes_ += held_.size();
    held_.clear();
    return {};
  }

  /// All of them; the partition is empty afterwards.
  Result<Entries> take() {
    if (spilled_bytes_ == 0) return std::exchange(held_, {});
    Entries all(spilled_bytes_);
    std::ifstream file(path_, std::ios::binary);
    file.read(reinterpret_cast<char*>(all.data()), static_cast<std::streamsize>(all.size()));
    if (!file) return storage_fault(path_);
    all.insert(all.end(), held_.begin(), held_.end());
    held_ = {};
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
    return all;
  }

 private:
  const std::filesystem::path path_;
  const std::size_t held_bytes_max_;
  std::mutex mutex_;
  Entries held_;
  std::uint64_t spilled_bytes_ = 0;
};

class TableBuild {
 public:
  explicit TableBuild(const TablePlan& plan)
      : plan_(plan), bits_(bits_for(plan.until)), tables_(partition_count()) {
    for (std::size_t i = 0; i < partition_count(); ++i)
      partitions_.push_back(
          std::make_unique<Partition>(plan.directory / ("entries-" + std::to_string(i)),
                                      partition_memory_bytes / partition_count()));
  }

  Result<Tables> run() {
    const auto portions = (plan_.until.value + portion_events - 1) / portion_events;
    in_parallel(portions, [this]() -> Work {
      return [this, dealt = std::vector<Entries>(partition_count())](
                 std::uint64_t portion) mutable { return deal(portion, dealt); };
    });
    in_parallel(partition_count(),
                [this]() -> Work { return [this](std::uint64_t index) { return write(index); }; });
    if (fault_) return *fault_;
    std::erase_if(tables_, [](const auto& table) { return table.file_path.empty(); });
    return std::move(tables_);
  }

 private:
  /// Does one of many things. Each thread has one of its own.
  using Work = std::function<Result<void>(std::uint64_t number)>;

  static unsigned bits_for(ledger::TreeSize until) {
    // Persons and units have about as many entries.
    const auto wanted = until.value * entries_bytes_per_event / 2 / partition_bytes + 1;
    return std::clamp(static_cast<unsigned>(std::bit_width(wanted - 1)), partition_bits_min,
                      partition_bits_max);
  }

  /// The region, persons and units by the first bits of their ids.
  std::size_t partition_count() const { return 1 + 2 * (std::size_t{1} << bits_); }
  std::size_t partition_of(const FactKey& key) const {
    const auto subject = subject_of({key.data(), key.size()});
    if (subject.kind == Subject::Kind::region) return 0;
    const auto start = static_cast<unsigned>(subject.id[0] << 8 | subject.id[1]) >> (16 - bits_);
    return 1 + start + (subject.kind == Subject::Kind::unit ? std::size_t{1} << bits_ : 0);
  }

  /// Has each number below `count` worked on, on all cores. The calling thread takes part, and
  /// reports: half of the way is done when the entries are dealt, half when they are written.
  void in_parallel(std::uint64_t count, const std::function<Work()>& worker) {
    std::atomic<std::uint64_t> next{0}, done{0};
    const auto run_on = [&](bool reports) {
      const auto work = worker();
      for (auto i = next++; i < count && !stopped_; i = next++) {
        if (const auto worked = work(i); !worked) stop(worked.error());
        ++done;
        if (reports) report(done, count);
      }
    };
    std::vector<std::thread> others;
    const auto threads = std::clamp(std::thread::hardware_concurrency(), 1u, threads_max);
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(run_on, false);
    run_on(true);
    for (auto& other : others) other.join();
    report(count, count);
    ++steps_done_;
  }

  void report(std::uint64_t done, std::uint64_t count) {
    if (!plan_.progress || stopped_) return;
    const auto total = plan_.until.value;
    const auto events =
        total / 2 * steps_done_ + total * done / (2 * std::max(count, std::uint64_t{1}));
    if (!plan_.progress(std::min(events, total), total))
      stop({Failure::unavailable, "the rebuild was cancelled"});
  }

  void stop(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!fault_) fault_ = error;
    stopped_ = true;
  }

  /// Deals the entries of some events to their partitions. `dealt` is room to work in.
  Result<void> deal(std::uint64_t portion, std::vector<Entries>& dealt) {
    const auto from = portion * portion_events;
    const auto to = std::min(from + portion_events, plan_.until.value);
    const auto placed =
        place_events(plan_.journal, {from}, {to}, [&](const FactKey& key, ledger::ByteView event) {
          append_entry(key, event, dealt[partition_of(key)]);
        });
    if (!placed) return placed.error();
    for (std::size_t i = 0; i < dealt.size(); ++i) {
      if (const auto appended = partitions_[i]->append(dealt[i]); !appended)
        return appended.error();
      dealt[i].clear();
    }
    return {};
  }

  /// Makes a table of a partition.
  Result<void> write(std::uint64_t index) {
    const auto entries = partitions_[index]->take();
    if (!entries) return entries.error();
    if (entries->empty()) return {};
    const auto path = plan_.directory / ("table-" + std::to_string(index) + ".sst");
    rocksdb::SstFileWriter table(rocksdb::EnvOptions(), plan_.options);
    auto status = table.Open(path.string());
    if (status.ok())
      write_rows(*entries, [&](std::string_view key, std::string_view value) {
        status = table.Put({key.data(), key.size()}, {value.data(), value.size()});
        return status.ok();
      });
    if (status.ok()) status = table.Finish(&tables_[index]);
    if (!status.ok()) return ledger::fault_of(status, "projections: a table cannot be written");
    return {};
  }

  const TablePlan& plan_;
  const unsigned bits_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  Tables tables_;  ///< of each partition; without a path where it has no entries
  std::uint64_t steps_done_ = 0;
  std::mutex mutex_;
  std::optional<Error> fault_;  // guarded by the mutex
  std::atomic<bool> stopped_{false};
};

}  // namespace

Result<Tables> write_tables(const TablePlan& plan) { return TableBuild(plan).run(); }

}  // namespace kinledger::projections
