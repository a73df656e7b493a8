#include "projections/projector.h"

#include <rocksdb/db.h>
#include <rocksdb/memtablerep.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <future>

#include "ledger/crypto.h"
#include "ledger/rocks.h"

namespace kinledger::projections {
namespace {

using ledger::ByteView;
using ledger::Error;
using ledger::EventView;
using ledger::Failure;
using ledger::Page;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

constexpr char fact_prefix = 'f';
constexpr char position_key[] = "p";
/// Of all rows; raised with every change to them.
constexpr char rows_format = 2;
constexpr std::size_t position_row_bytes = 1 + 8;
constexpr std::size_t subject_prefix_bytes = 1 + 1 + 16;
constexpr std::size_t aspect_prefix_bytes = subject_prefix_bytes + 1;
constexpr std::size_t fact_key_bytes = aspect_prefix_bytes + 2 + 8;
/// Events written in one batch.
constexpr std::uint64_t batch_events_max = 100'000;
constexpr std::size_t bulk_buffer_bytes = std::size_t{256} << 20;

/// The facts of a unit fall apart in these; never renumber without a rebuild.
enum class Aspect : std::uint8_t { subject_itself = 0, names_persons = 1 };

/// Where a fact stands among those of one subject.
struct Place {
  Aspect aspect = Aspect::subject_itself;
  std::uint16_t year = 0;
};

/// 'f', subject kind, subject id, aspect, year of effect, sequence: sorts as its numbers do.
using FactKey = std::array<char, fact_key_bytes>;

FactKey fact_key(const Subject& subject, Place place, Sequence sequence) {
  FactKey key;
  key[0] = fact_prefix;
  key[1] = static_cast<char>(subject.kind);
  std::memcpy(key.data() + 2, subject.id.data(), subject.id.size());
  key[subject_prefix_bytes] = static_cast<char>(place.aspect);
  const auto year_big_endian = __builtin_bswap16(place.year);
  std::memcpy(key.data() + aspect_prefix_bytes, &year_big_endian, sizeof year_big_endian);
  const auto sequence_big_endian = __builtin_bswap64(sequence.value);
  std::memcpy(key.data() + aspect_prefix_bytes + 2, &sequence_big_endian,
              sizeof sequence_big_endian);
  return key;
}

rocksdb::Slice slice(const FactKey& key) { return {key.data(), key.size()}; }

struct RowKey {
  Subject subject;
  Sequence sequence;
};

RowKey parse_key(const rocksdb::Slice& key) {
  RowKey out;
  out.subject.kind = static_cast<Subject::Kind>(key[1]);
  std::memcpy(out.subject.id.data(), key.data() + 2, out.subject.id.size());
  out.sequence = {ledger::read_big_endian({key.data() + fact_key_bytes - 8, 8})};
  return out;
}

/// A row to be written; borrows the event from its page.
struct Row {
  FactKey key;
  ByteView event;

  bool operator<(const Row& other) const {
    return std::memcmp(key.data(), other.key.data(), key.size()) < 0;
  }
  bool operator==(const Row& other) const { return key == other.key; }
};

/// The rows of some events of the journal, sorted, with the pages that they borrow from.
struct Batch {
  std::uint64_t until = 0;
  std::vector<Page> pages;
  std::vector<Row> rows;
};

std::uint16_t year_number(std::optional<ledger::Year> year) {
  return year ? static_cast<std::uint16_t>(year->value) : 0;
}

Place place_of_unit(bool names_persons, std::optional<ledger::Year> year) {
  return {names_persons ? Aspect::names_persons : Aspect::subject_itself, year_number(year)};
}

/// The rows of an event: one for each subject, and for those that a correction took it away from.
void add_rows(Sequence sequence, const EventView& event, std::vector<Row>& rows) {
  const auto add = [&](const Subject& subject, Place place) {
    rows.push_back({fact_key(subject, place, sequence), event.bytes()});
  };
  const auto begin = rows.size();
  const auto persons = event.persons();
  const Place of_person{.year = year_number(event.effect_year(ledger::EffectFor::person))};
  const auto of_unit = place_of_unit(!persons.empty(), event.effect_year(ledger::EffectFor::unit));
  for (const auto& person : persons) add(Subject::of(person), of_person);
  for (const auto& unit : event.units()) add(Subject::of(unit), of_unit);
  bool region = rows.size() == begin && event.type() != ledger::EventType::event_voided;
  if (const auto correction = event.correction()) {
    const auto& former_persons = correction->former_persons;
    const Place of_former_person{.year = year_number(correction->former_person_year)};
    const auto of_former_unit =
        place_of_unit(!former_persons.empty(), correction->former_unit_year);
    for (const auto& person : former_persons) add(Subject::of(person), of_former_person);
    for (const auto& unit : correction->former_units) add(Subject::of(unit), of_former_unit);
    region |= former_persons.empty() && correction->former_units.empty();
  }
  if (region) add(Subject::region(), {});
  // A subject that kept the fact has the same row twice.
  const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
  std::sort(first, rows.end());
  rows.erase(std::unique(first, rows.end()), rows.end());
}

/// `bulk`: for a rebuild. Rows come sorted and are not read meanwhile, so the memtable only
/// collects them, and files are merged once at the end instead of again and again.
rocksdb::Options disposable_options(std::shared_ptr<ledger::RocksHealth> health, bool bulk) {
  rocksdb::Options options(ledger::durable_options(std::move(health), ledger::Rows::replaced),
                           ledger::sequential_rows(rocksdb::kLZ4Compression));
  options.create_if_missing = true;
  options.max_background_flushes = 1;
  if (!bulk) return options;
  options.memtable_factory = std::make_shared<rocksdb::VectorRepFactory>();
  options.allow_concurrent_memtable_write = false;
  options.memtable_protection_bytes_per_key = 0;
  options.write_buffer_size = bulk_buffer_bytes;
  options.disable_auto_compactions = true;
  options.level0_slowdown_writes_trigger = -1;
  options.level0_stop_writes_trigger = 1 << 20;
  return options;
}

/// Reads events [from, to) of the journal and makes their rows.
Result<Batch> make_batch(const ledger::Journal& journal, std::uint64_t from, std::uint64_t to) {
  Batch batch;
  batch.until = to;
  std::optional<Error> unreadable;
  const auto read = journal.read({from}, {to}, [&](Sequence first, const Page& page) {
    const auto& kept = batch.pages.emplace_back(page);
    for (std::size_t i = 0; i < kept.count(); ++i) {
      const auto sequence = first.value + i;
      if (sequence < from || sequence >= to) continue;
      const auto event = EventView::read(kept.event(i));
      if (!event) {
        unreadable = event.error();
        return false;
      }
      add_rows({sequence}, *event, batch.rows);
    }
    return true;
  });
  if (!read) return read.error();
  if (unreadable) return *unreadable;
  std::sort(batch.rows.begin(), batch.rows.end());
  return batch;
}

}  // namespace

struct Projector::Store {
  const ledger::Journal& journal;
  std::filesystem::path directory;
  std::shared_ptr<ledger::RocksHealth> health = std::make_shared<ledger::RocksHealth>();
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<std::uint64_t> position{0};

  Store(const ledger::Journal& journal_is, std::filesystem::path directory_is)
      : journal(journal_is), directory(std::move(directory_is)) {}
  ~Store() {
    // Without a WAL, closing must flush what was not written yet; it would only be projected again.
    if (db) (void)db->Flush({});
  }

  Result<void> open(bool bulk = false) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    rocksdb::DB* opened = nullptr;
    const auto status =
        rocksdb::DB::Open(disposable_options(health, bulk), directory.string(), &opened);
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be opened");
    db.reset(opened);
    return read_position();
  }

  Result<void> read_position() {
    std::string row;
    const auto got = db->Get(ledger::checked_read(), position_key, &row);
    if (got.IsNotFound()) return {};
    if (!got.ok()) return ledger::fault_of(got, "projections: position");
    if (row.size() != position_row_bytes || row.front() != rows_format)
      return Error{Failure::invalid, "the projections are of another format"};
    position = ledger::read_big_endian({row.data() + 1, 8});
    return {};
  }

  Result<void> discard() {
    db.reset();
    const auto status = rocksdb::DestroyDB(directory.string(), disposable_options(health, false));
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be thrown away");
    position = 0;
    return open();
  }

  Result<void> write(const Batch& made) {
    rocksdb::WriteBatch batch;
    for (const auto& row : made.rows)
      if (const auto status = batch.Put(slice(row.key), ledger::slice(row.event)); !status.ok())
        return ledger::fault_of(status, "projections: a batch cannot be assembled");
    std::string value(1, rows_format);
    ledger::append_big_endian(value, made.until);
    (void)batch.Put(position_key, value);
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    const auto status = db->Write(options, &batch);
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be written");
    position.store(made.until, std::memory_order_release);
    return {};
  }

  /// Projects [position, until): the next batch is made while the last one is written. `progress`
  /// may stop it between two.
  Result<void> project(TreeSize until, const Progress& progress) {
    const auto make = [this, until](std::uint64_t from) {
      return make_batch(journal, from, std::min(until.value, from + batch_events_max));
    };
    if (position >= until.value) return {};
    // A few events are not worth a thread.
    const auto launch =
        until.value - position > batch_events_max ? std::launch::async : std::launch::deferred;
    auto next = std::async(launch, make, position.load());
    while (next.valid()) {
      const auto batch = next.get();
      if (!batch) return batch.error();
      if (batch->until < until.value) next = std::async(launch, make, batch->until);
      if (const auto written = write(*batch); !written) return written.error();
      if (progress && !progress(batch->until, until.value))
        return Error{Failure::unavailable, "the rebuild was cancelled"};
    }
    return {};
  }
};

Projector::Projector(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Projector::~Projector() = default;

Result<std::unique_ptr<Projector>> Projector::open(const std::filesystem::path& directory,
                                                   const ledger::Journal& journal) {
  auto store = std::make_unique<Store>(journal, directory);
  const auto opened = store->open();
  // Damaged or from another ledger's future: derived data is made again, never repaired.
  if (!opened || store->position > journal.size().value)
    if (const auto discarded = store->discard(); !discarded) return discarded.error();
  return std::unique_ptr<Projector>(new Projector(std::move(store)));
}

TreeSize Projector::position() const { return {store_->position.load(std::memory_order_acquire)}; }

Result<void> Projector::catch_up() { return store_->project(store_->journal.size(), nullptr); }

Result<void> Projector::rebuild(const Progress& progress) {
  const auto aside = store_->directory.string() + ".rebuild";
  std::error_code ignored;
  std::filesystem::remove_all(aside, ignored);
  {
    Store fresh(store_->journal, aside);
    if (const auto opened = fresh.open(true); !opened) return opened.error();
    const auto projected = fresh.project(store_->journal.size(), progress);
    if (!projected) {
      fresh.db.reset();
      std::filesystem::remove_all(aside, ignored);
      return projected.error();
    }
    const auto status = fresh.db->Flush({});
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be written");
    (void)fresh.db->Close();
    fresh.db.reset();
  }
  // The position is in the same rows, so a crash between the two steps leaves either projections
  // or none, and none are made again.
  store_->db.reset();
  std::filesystem::remove_all(store_->directory, ignored);
  std::error_code error;
  std::filesystem::rename(aside, store_->directory, error);
  if (error)
    return Error{Failure::unavailable, "projections: cannot be replaced: " + error.message()};
  return store_->open();
}

Result<ledger::Hash> Projector::digest() const {
  ledger::Sha256 digest;
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(ledger::checked_read()));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    // Lengths first, so that no two lists of rows have the same bytes.
    std::string lengths;
    ledger::append_big_endian(lengths, row->key().size());
    ledger::append_big_endian(lengths, row->value().size());
    digest.update(ledger::as_bytes(lengths));
    digest.update(ledger::view(row->key()));
    digest.update(ledger::view(row->value()));
  }
  if (!row->status().ok()) return ledger::fault_of(row->status(), "projections: rows");
  return digest.finish();
}

Result<Dossier> Projector::load(const Subject& subject, TreeSize basis, Extent extent) const {
  if (basis > position())
    return Error{Failure::invalid, "the projections have not reached that basis yet"};
  std::vector<std::pair<Sequence, ledger::Bytes>> found;
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(ledger::checked_read()));
  const auto begin = fact_key(subject, {}, {0});
  const rocksdb::Slice prefix(begin.data(),
                              extent == Extent::whole ? subject_prefix_bytes : aspect_prefix_bytes);
  for (row->Seek(slice(begin)); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    const auto sequence = parse_key(row->key()).sequence;
    if (sequence.value >= basis.value) continue;
    const auto value = ledger::view(row->value());
    found.emplace_back(sequence, ledger::Bytes(value.begin(), value.end()));
  }
  if (!row->status().ok()) return ledger::fault_of(row->status(), "projections: rows");
  std::sort(found.begin(), found.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  // A correction that changed the year or the aspect stands in both.
  found.erase(
      std::unique(found.begin(), found.end(),
                  [](const auto& left, const auto& right) { return left.first == right.first; }),
      found.end());
  DossierBuilder builder(subject, extent);
  for (const auto& [sequence, event] : found) builder.add(sequence, event);
  return builder.build();
}

Result<void> Projector::subjects(Subject::Kind kind, TreeSize basis,
                                 const std::function<bool(const Subject&)>& visit) const {
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(ledger::checked_read()));
  const std::string first{fact_prefix, static_cast<char>(kind)};
  row->Seek(first);
  std::optional<Subject> seen;
  while (row->Valid() && row->key().starts_with(first) && row->key().size() == fact_key_bytes) {
    const auto key = parse_key(row->key());
    if (key.sequence.value < basis.value && seen != key.subject) {
      seen = key.subject;
      if (!visit(key.subject)) return {};
    }
    row->Next();
  }
  if (!row->status().ok()) return ledger::fault_of(row->status(), "projections: rows");
  return {};
}

}  // namespace kinledger::projections
