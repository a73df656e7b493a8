#include "projections/row_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "ledger/rocks.h"
#include "projections/rebuild_tables.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Result;

constexpr std::string_view not_opened = "projections: cannot be opened";
constexpr char position_key[] = "p";
/// Of all rows; raised with every change to them.
constexpr char rows_format = 3;
constexpr std::size_t position_row_bytes = 1 + 8;
/// Unpacked blocks that are kept: a dossier whose blocks are there is read in half the time.
constexpr std::size_t cache_bytes = std::size_t{256} << 20;

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

std::string_view text(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

rocksdb::WriteOptions without_log() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

/// Makes the tables part of the database, which is empty. They were written a moment ago with their
/// checksums, so they are not read to compute these again.
rocksdb::Status take_over(const Tables& tables, rocksdb::DB& db) {
  if (tables.empty()) return {};
  rocksdb::IngestExternalFileArg taken;
  taken.column_family = db.DefaultColumnFamily();
  taken.options.move_files = true;
  taken.options.verify_file_checksum = false;
  taken.options.write_global_seqno = false;
  for (const auto& table : tables) {
    taken.external_files.push_back(table.file_path);
    taken.files_checksums.push_back(table.file_checksum);
    taken.files_checksum_func_names.push_back(table.file_checksum_func_name);
  }
  return db.IngestExternalFiles({taken});
}

}  // namespace

std::string position_row(std::uint64_t position) {
  std::string row(1, rows_format);
  ledger::append_big_endian(row, position);
  return row;
}

RowStore::RowStore(std::filesystem::path directory)
    : directory_(std::move(directory)), health_(std::make_shared<ledger::RocksHealth>()) {}

RowStore::RowStore(ledger::TemporaryDirectory scratch, std::string_view name)
    : scratch_(std::move(scratch)),
      directory_(scratch_->path() / name),
      health_(std::make_shared<ledger::RocksHealth>()) {}

RowStore::~RowStore() {
  // Without a WAL, closing must flush what was not written yet; it would only be projected again.
  if (db_) (void)db_->Flush({});
}

rocksdb::Status RowStore::open_database() {
  position_ = 0;  // whatever becomes of it, what there was is not there any more
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  rocksdb::DB* opened = nullptr;
  const auto status = ledger::open_rocks(disposable_options(health_), directory_.string(), &opened);
  db_.reset(opened);
  return status.ok() ? read_position() : status;
}

Result<void> RowStore::open() {
  const auto status = open_database();
  return status.ok() ? Result<void>() : ledger::fault_of(status, not_opened);
}

Result<void> RowStore::open_or_discard(ledger::TreeSize end) {
  const auto status = open_database();
  if (ledger::lacks_means(status)) return ledger::fault_of(status, not_opened);
  // Derived data is made again, never repaired.
  return status.ok() && position() <= end.value ? Result<void>() : discard();
}

Result<void> RowStore::open_to_read() {
  rocksdb::DB* opened = nullptr;
  auto status =
      ledger::open_rocks_to_read(disposable_options(health_), directory_.string(), &opened);
  db_.reset(opened);
  if (status.ok()) status = read_position();
  return status.ok() ? Result<void>() : ledger::fault_of(status, not_opened);
}

rocksdb::Status RowStore::read_position() {
  std::string row;
  auto got = db_->Get(ledger::checked_read(), position_key, &row);
  position_ = 0;
  if (got.IsNotFound()) return {};
  if (!got.ok()) return got;
  if (row.size() != position_row_bytes || row.front() != rows_format)
    return rocksdb::Status::NotSupported("the projections are of another format");
  position_ = ledger::read_big_endian({row.data() + 1, 8});
  return {};
}

Result<void> RowStore::discard() {
  db_.reset();
  const auto status = rocksdb::DestroyDB(directory_.string(), disposable_options(health_));
  if (!status.ok()) return ledger::fault_of(status, "projections: cannot be thrown away");
  return open();
}

Result<void> RowStore::write(const Entries& entries, std::uint64_t position) {
  rocksdb::WriteBatch batch;
  rocksdb::Status status;
  write_rows(entries, [&](std::string_view key, std::string_view value) {
    status = batch.Put(slice(key), slice(value));
    return status.ok();
  });
  if (status.ok()) status = batch.Put(position_key, position_row(position));
  if (status.ok()) status = db_->Write(without_log(), &batch);
  if (!status.ok()) return ledger::fault_of(status, "projections: cannot be written");
  position_.store(position, std::memory_order_release);
  return {};
}

Result<void> RowStore::fill(const ledger::Journal& journal, ledger::TreeSize until,
                            const Progress& progress) {
  const auto scratch = directory_ / "tables";
  std::error_code error;
  std::filesystem::create_directories(scratch, error);
  const auto options = disposable_options(health_);
  const auto tables = write_tables({journal, until, scratch, options, progress});
  if (!tables) return tables.error();
  auto status = take_over(*tables, *db_);
  if (status.ok()) status = db_->Put(without_log(), position_key, position_row(until.value));
  if (status.ok()) status = db_->Flush({});
  if (!status.ok()) return ledger::fault_of(status, "projections: cannot be written");
  std::filesystem::remove_all(scratch, error);
  return {};
}

void RowStore::close() {
  (void)db_->Close();
  db_.reset();
}

namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory,
                                            std::error_code& error) {
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error))
    if (at->is_regular_file(error)) files.push_back(at->path());
  return files;
}

/// Puts the files of `from` in the place of those of `to`. What lies in directories below `to` is
/// not the rows', as the subject map, which may be open.
std::error_code replace_files(const std::filesystem::path& to, const std::filesystem::path& from) {
  std::error_code error;
  for (const auto& file : files_in(to, error))
    if (!error) std::filesystem::remove(file, error);
  if (error) return error;
  for (const auto& file : files_in(from, error))
    if (!error) std::filesystem::rename(file, to / file.filename(), error);
  if (!error) std::filesystem::remove_all(from, error);
  return error;
}

}  // namespace

Result<void> RowStore::replace_by(const RowStore& other) {
  // The position is in the same rows. Interrupted, they cannot be read, and are made again.
  const std::unique_lock lock(in_use_);
  db_.reset();
  if (const auto error = replace_files(directory_, other.directory_)) {
    (void)open();  // with none
    return Error{Failure::unavailable, "projections: cannot be replaced: " + error.message()};
  }
  return open();
}

Result<void> RowStore::each_row(const Range& range, const RowVisitor& visit) const {
  const std::shared_lock lock(in_use_);
  if (!db_)
    return Error{Failure::unavailable,
                 "projections: they could not be opened after a rebuild; start again"};
  if (range.basis.value > position())
    return Error{Failure::invalid, "the projections have not reached that basis yet"};
  // The tables behind it are not looked into.
  const rocksdb::Slice upper_bound(range.until);
  auto options = ledger::checked_read();
  options.iterate_upper_bound = &upper_bound;
  options.fill_cache = !range.is_pass;
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(options));
  for (row->Seek(range.from); row->Valid(); row->Next()) {
    const auto goes_on = visit(text(row->key()), ledger::view(row->value()));
    if (!goes_on) return goes_on.error();
    if (!*goes_on) return {};
  }
  if (!row->status().ok())
    return ledger::fault_of(row->status(), "projections: rows",
                            {rebuild_advice_zh, rebuild_advice});
  return {};
}

}  // namespace kinledger::projections
