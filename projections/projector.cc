#include "projections/projector.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <shared_mutex>

#include "ledger/crypto.h"
#include "ledger/event_type.h"
#include "ledger/rocks.h"
#include "ledger/temporary_directory.h"
#include "projections/rebuild_tables.h"
#include "projections/rows.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

constexpr char position_key[] = "p";
/// Of all rows; raised with every change to them.
constexpr char rows_format = 3;
constexpr std::size_t position_row_bytes = 1 + 8;
/// Events written in one batch.
constexpr std::uint64_t batch_events_max = 50'000;
/// Where as many events are behind, and most of the journal is, all of it is projected again: that
/// takes less time than inserting them.
constexpr std::uint64_t rebuild_events_min = 100'000;
/// Unpacked blocks that are kept: a dossier whose blocks are there is read in half the time.
constexpr std::size_t cache_bytes = std::size_t{64} << 20;
/// Subjects listed at a time.
constexpr std::size_t subjects_at_a_time = 1'000;
constexpr std::size_t dossiers_at_a_time = 100;

std::string position_row(std::uint64_t position) {
  std::string row(1, rows_format);
  ledger::append_big_endian(row, position);
  return row;
}

rocksdb::Options disposable_options(std::shared_ptr<ledger::RocksHealth> health) {
  rocksdb::Options options(ledger::durable_options(std::move(health), ledger::Rows::replaced),
                           ledger::sequential_rows(rocksdb::kLZ4Compression));
  options.create_if_missing = true;
  options.max_background_flushes = 1;
  const auto* const usual = options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  invariant(usual != nullptr);
  auto table = *usual;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

/// The entries of some events of the journal.
struct Batch {
  std::uint64_t until = 0;
  Entries entries;
};

/// Reads events [from, to) of the journal and places them.
Result<Batch> make_batch(const ledger::Journal& journal, std::uint64_t from, std::uint64_t to) {
  Batch batch{to, {}};
  const auto placed = place_events(
      journal, {from}, {to},
      [&](const FactKey& key, ledger::ByteView event) { append_entry(key, event, batch.entries); });
  if (!placed) return placed.error();
  return batch;
}

/// Above every key of the subject, below every key of the next one.
std::string after(const Subject& subject) {
  const auto key = first_key(subject);
  return std::string(key.data(), subject_prefix_bytes) + '\xff';
}

std::string_view text(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

/// Calls `add` with the events of a row that are known at the basis.
Result<void> add_known(const rocksdb::Iterator& row, TreeSize basis, auto&& add) {
  return read_row(text(row.key()), ledger::view(row.value()),
                  [&](Sequence sequence, ledger::ByteView event) {
                    const bool is_known = sequence.value < basis.value;
                    if (is_known) add(sequence, event);
                    return is_known;
                  });
}

/// Whether the event is of the type and about the subject: its person, or its unit. Others that it
/// names, a parent say, have it among their rows too.
bool is_about(ledger::ByteView stored, ledger::EventType type, const Subject& subject) {
  if (ledger::stored_type(stored) != type) return false;
  const ledger::Bytes aligned(stored.begin(), stored.end());
  const auto event = ledger::EventView::read(aligned);
  if (!event) return true;  // the dossier says that it cannot be read
  if (subject.kind == Subject::Kind::unit)
    return event->unit(ledger::Field::unit) == ledger::UnitId{subject.id};
  return event->person(ledger::Field::person) == ledger::PersonId{subject.id};
}

}  // namespace

struct Projector::Store {
  const ledger::Journal& journal;
  std::filesystem::path directory;
  std::optional<ledger::TemporaryDirectory> scratch;  ///< that the directory is in
  std::shared_ptr<ledger::RocksHealth> health = std::make_shared<ledger::RocksHealth>();
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<std::uint64_t> position{0};
  /// Held shared by readers; a rebuild that puts its rows in place keeps them out.
  std::shared_mutex in_use;

  Store(const ledger::Journal& journal_is, std::filesystem::path directory_is)
      : journal(journal_is), directory(std::move(directory_is)) {}
  ~Store() {
    // Without a WAL, closing must flush what was not written yet; it would only be projected again.
    if (db) (void)db->Flush({});
  }

  Result<void> open() {
    position = 0;  // whatever becomes of it, what there was is not there any more
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(disposable_options(health), directory.string(), &opened);
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be opened");
    db.reset(opened);
    return read_position();
  }

  Result<void> open_to_read() {
    rocksdb::DB* opened = nullptr;
    const auto status =
        rocksdb::DB::OpenForReadOnly(disposable_options(health), directory.string(), &opened);
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be opened");
    db.reset(opened);
    return read_position();
  }

  static Error not_open() {
    return {Failure::unavailable,
            "projections: they could not be opened after a rebuild; start again"};
  }

  Result<void> read_position() {
    std::string row;
    const auto got = db->Get(ledger::checked_read(), position_key, &row);
    position = 0;
    if (got.IsNotFound()) return {};
    if (!got.ok()) return ledger::fault_of(got, "projections: position");
    if (row.size() != position_row_bytes || row.front() != rows_format)
      return Error{Failure::invalid, "the projections are of another format"};
    position = ledger::read_big_endian({row.data() + 1, 8});
    return {};
  }

  Result<void> discard() {
    db.reset();
    const auto status = rocksdb::DestroyDB(directory.string(), disposable_options(health));
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be thrown away");
    position = 0;
    return open();
  }

  Result<void> write(const Batch& made) {
    rocksdb::WriteBatch batch;
    rocksdb::Status status;
    write_rows(made.entries, [&](std::string_view key, std::string_view value) {
      status = batch.Put(slice(key), slice(value));
      return status.ok();
    });
    if (status.ok()) status = batch.Put(position_key, position_row(made.until));
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    if (status.ok()) status = db->Write(options, &batch);
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be written");
    position.store(made.until, std::memory_order_release);
    return {};
  }

  /// Projects [position, until): the next batch is made while the last one is written.
  Result<void> project(TreeSize until) {
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
    }
    return {};
  }

  /// The next subjects with facts below the basis whose keys are not below `from`.
  Result<std::vector<Subject>> list(const std::string& from, const std::string& prefix,
                                    TreeSize basis) {
    const std::shared_lock lock(in_use);
    std::vector<Subject> found;
    std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(ledger::checked_read()));
    for (row->Seek(from); row->Valid() && row->key().starts_with(prefix); row->Next()) {
      const auto key = text(row->key());
      if (sequence_of(key).value >= basis.value) continue;
      const auto subject = subject_of(key);
      if (!found.empty() && found.back() == subject) continue;
      if (found.size() == subjects_at_a_time) break;
      found.push_back(subject);
    }
    if (!row->status().ok())
      return ledger::fault_of(row->status(), "projections: rows", rebuild_advice);
    return found;
  }

  /// Calls `add` with the events known at the basis in the rows whose keys begin with the prefix.
  Result<void> read_known(std::string_view prefix, TreeSize basis, auto&& add) {
    const std::shared_lock lock(in_use);
    if (!db) return not_open();
    if (basis.value > position)
      return Error{Failure::invalid, "the projections have not reached that basis yet"};
    // Above every key of the prefix: the tables behind it are not looked into.
    const auto end = std::string(prefix) + '\xff';
    const rocksdb::Slice upper_bound(end);
    auto options = ledger::checked_read();
    options.iterate_upper_bound = &upper_bound;
    std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(options));
    for (row->Seek(slice(prefix)); row->Valid() && row->key().starts_with(slice(prefix));
         row->Next())
      if (const auto added = add_known(*row, basis, add); !added) return added.error();
    if (!row->status().ok())
      return ledger::fault_of(row->status(), "projections: rows", rebuild_advice);
    return {};
  }

  /// Dossiers of the next subjects whose keys are not below `from` but below `until`; with a type,
  /// of those that an event of it is about.
  Result<std::vector<std::pair<Subject, Dossier>>> load_next(
      const std::string& from, const std::string& until, TreeSize basis,
      std::optional<ledger::EventType> named_by) {
    const std::shared_lock lock(in_use);
    if (!db) return not_open();
    const rocksdb::Slice upper_bound(until);
    auto options = ledger::checked_read();
    options.iterate_upper_bound = &upper_bound;
    options.fill_cache = false;  // each row is passed once: the cache is for those looked up
    std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(options));
    std::vector<std::pair<Subject, Dossier>> loaded;
    std::optional<Subject> subject;
    std::optional<DossierBuilder> builder;
    bool is_wanted = false;
    const auto finish = [&]() -> Result<void> {
      if (!builder) return {};
      if (named_by && !is_wanted) {
        builder.reset();
        return {};
      }
      auto dossier = builder->build();
      if (!dossier) return dossier.error();
      loaded.emplace_back(*subject, std::move(*dossier));
      builder.reset();
      return {};
    };
    for (row->Seek(from); row->Valid(); row->Next()) {
      const auto key = text(row->key());
      if (sequence_of(key).value >= basis.value) continue;
      if (const auto next = subject_of(key); !builder || next != *subject) {
        if (const auto finished = finish(); !finished) return finished.error();
        if (loaded.size() == dossiers_at_a_time) break;
        subject = next;
        builder.emplace(next, Extent::whole);
        is_wanted = false;
      }
      const auto added = add_known(*row, basis, [&](Sequence sequence, ledger::ByteView event) {
        builder->add(sequence, event);
        is_wanted = is_wanted || (named_by && is_about(event, *named_by, *subject));
      });
      if (!added) return added.error();
    }
    if (!row->status().ok())
      return ledger::fault_of(row->status(), "projections: rows", rebuild_advice);
    if (const auto finished = finish(); !finished) return finished.error();
    return loaded;
  }

  /// Makes the tables part of the database, which is empty. They were written a moment ago with
  /// their checksums, so they are not read to compute these again.
  rocksdb::Status take_over(const Tables& tables) {
    if (tables.empty()) return {};
    rocksdb::IngestExternalFileArg taken;
    taken.column_family = db->DefaultColumnFamily();
    taken.options.move_files = true;
    taken.options.verify_file_checksum = false;
    taken.options.write_global_seqno = false;
    for (const auto& table : tables) {
      taken.external_files.push_back(table.file_path);
      taken.files_checksums.push_back(table.file_checksum);
      taken.files_checksum_func_names.push_back(table.file_checksum_func_name);
    }
    return db->IngestExternalFiles({taken});
  }

  /// Fills an empty database that nobody else uses.
  Result<void> fill(TreeSize until, const Progress& progress) {
    const auto scratch = directory / "tables";
    std::error_code error;
    std::filesystem::create_directories(scratch, error);
    const auto options = disposable_options(health);
    const auto tables = write_tables({journal, until, scratch, options, progress});
    if (!tables) return tables.error();
    auto status = take_over(*tables);
    rocksdb::WriteOptions without_log;
    without_log.disableWAL = true;
    if (status.ok()) status = db->Put(without_log, position_key, position_row(until.value));
    if (status.ok()) status = db->Flush({});
    if (!status.ok()) return ledger::fault_of(status, "projections: cannot be written");
    std::filesystem::remove_all(scratch, error);
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

Result<std::unique_ptr<Projector>> Projector::open_to_read(const std::filesystem::path& directory,
                                                           const ledger::Journal& journal) {
  auto kept = std::make_unique<Store>(journal, directory);
  if (kept->open_to_read() && kept->position == journal.size().value)
    return std::unique_ptr<Projector>(new Projector(std::move(kept)));
  auto scratch = ledger::TemporaryDirectory::make("kinledger-projections");
  if (!scratch) return scratch.error();
  auto made = std::make_unique<Store>(journal, scratch->path() / "rows");
  made->scratch.emplace(std::move(*scratch));
  if (const auto opened = made->open(); !opened) return opened.error();
  return std::unique_ptr<Projector>(new Projector(std::move(made)));
}

TreeSize Projector::position() const { return {store_->position.load(std::memory_order_acquire)}; }

Result<void> Projector::catch_up() {
  const auto size = store_->journal.size().value, behind = size - position().value;
  if (behind >= rebuild_events_min && behind > size / 2) return rebuild(nullptr);
  return store_->project({size});
}

Result<void> Projector::rebuild(const Progress& progress) {
  const auto aside = store_->directory.string() + ".rebuild";
  std::error_code ignored;
  std::filesystem::remove_all(aside, ignored);
  {
    Store fresh(store_->journal, aside);
    if (const auto opened = fresh.open(); !opened) return opened.error();
    const auto filled = fresh.fill(store_->journal.size(), progress);
    (void)fresh.db->Close();
    fresh.db.reset();
    if (!filled) {
      std::filesystem::remove_all(aside, ignored);
      return filled.error();
    }
  }
  // The position is in the same rows, so a crash between the two steps leaves either projections
  // or none, and none are made again.
  const std::unique_lock lock(store_->in_use);
  store_->db.reset();
  std::filesystem::remove_all(store_->directory, ignored);
  std::error_code error;
  std::filesystem::rename(aside, store_->directory, error);
  if (error) {
    (void)store_->open();  // with none
    return Error{Failure::unavailable, "projections: cannot be replaced: " + error.message()};
  }
  return store_->open();
}

Result<ledger::Hash> Projector::digest() const {
  const std::shared_lock lock(store_->in_use);
  ledger::Sha256 digest;
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(ledger::checked_read()));
  for (row->Seek(slice({&fact_prefix, 1})); row->Valid() && row->key()[0] == fact_prefix;
       row->Next()) {
    const auto place = text(row->key()).substr(0, place_prefix_bytes);
    const auto read = read_row(text(row->key()), ledger::view(row->value()),
                               [&](Sequence sequence, ledger::ByteView event) {
                                 // Lengths first, so that no two lists of events have the same
                                 // bytes.
                                 std::string head(place);
                                 ledger::append_big_endian(head, sequence.value);
                                 ledger::append_big_endian(head, event.size());
                                 digest.update(ledger::as_bytes(head)).update(event);
                                 return true;
                               });
    if (!read) return read.error();
  }
  if (!row->status().ok())
    return ledger::fault_of(row->status(), "projections: rows", rebuild_advice);
  const auto end = position_row(position().value);
  return digest.update(ledger::as_bytes(end)).finish();
}

Result<Dossier> Projector::load(const Subject& subject, TreeSize basis, Extent extent) const {
  DossierBuilder builder(subject, extent);
  const auto key = first_key(subject);
  const auto prefix = extent == Extent::whole ? subject_prefix_bytes : aspect_prefix_bytes;
  const auto read = store_->read_known(
      {key.data(), prefix}, basis,
      [&](Sequence sequence, ledger::ByteView event) { builder.add(sequence, event); });
  if (!read) return read.error();
  return builder.build();
}

Result<Projector::Events> Projector::events(const SubjectEvents& of, TreeSize basis) const {
  Events events;
  bool too_many = false;
  const auto key = first_key(of);
  const auto read = store_->read_known({key.data(), aspect_prefix_bytes}, basis,
                                       [&](Sequence sequence, ledger::ByteView event) {
                                         too_many = too_many || events.size() >= dossier_events_max;
                                         if (!too_many)
                                           events.try_emplace(sequence, event.begin(), event.end());
                                       });
  if (!read) return read.error();
  if (too_many)
    return Error{Failure::invalid, "a subject has more events than one dossier may hold"};
  return events;
}

Result<void> Projector::subjects(Subject::Kind kind, TreeSize basis,
                                 const std::function<bool(const Subject&)>& visit) const {
  const std::string first{fact_prefix, static_cast<char>(kind)};
  std::optional<Subject> last;
  // `visit` loads dossiers, so nothing is held while it runs.
  for (;;) {
    const auto listed = store_->list(last ? after(*last) : first, first, basis);
    if (!listed) return listed.error();
    for (const auto& subject : *listed)
      if (!visit(subject)) return {};
    if (listed->size() < subjects_at_a_time) return {};
    last = listed->back();
  }
}

Result<void> Projector::dossiers(const Subjects& subjects, unsigned share, TreeSize basis,
                                 const DossierVisitor& visit) const {
  if (basis > position())
    return Error{Failure::invalid, "the projections have not reached that basis yet"};
  invariant(share < subject_shares);
  constexpr unsigned width = 256 / subject_shares;
  const auto kind = static_cast<int>(subjects.kind);
  const std::string of_kind{fact_prefix, static_cast<char>(kind)};
  auto from = of_kind + static_cast<char>(share * width);
  const auto until = share + 1 < subject_shares
                         ? of_kind + static_cast<char>((share + 1) * width)
                         : std::string{fact_prefix, static_cast<char>(kind + 1)};
  for (;;) {
    auto loaded = store_->load_next(from, until, basis, subjects.named_by);
    if (!loaded) return loaded.error();
    if (loaded->empty()) return {};
    from = after(loaded->back().first);
    for (auto& [subject, dossier] : *loaded) visit(subject, std::move(dossier));
  }
}

}  // namespace kinledger::projections
