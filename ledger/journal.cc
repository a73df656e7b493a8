#include "ledger/journal.h"

#include <rocksdb/write_batch.h>

#include <atomic>
#include <cstring>

#include "ledger/rocks.h"

namespace kinledger::ledger {
namespace {

constexpr char leaves_prefix = 'L';
constexpr char subtree_prefix = 'S';
constexpr char submission_prefix = 'k';
constexpr char replaced_prefix = 'r';
constexpr char unit_prefix = 'u';
constexpr char key_rotation_prefix = 'y';

constexpr std::uint8_t submission_record_format = 1;
constexpr std::size_t submission_record_bytes = 1 + 32 + 8 + 4 + 8;
constexpr std::size_t readahead_bytes = std::size_t{2} << 20;

std::string sequence_key(std::uint64_t sequence) {
  std::string key;
  append_big_endian(key, sequence);
  return key;
}

std::string prefixed(char prefix, std::uint64_t number) {
  std::string key(1, prefix);
  append_big_endian(key, number);
  return key;
}

std::string subtree_key(Subtree subtree) {
  std::string key{subtree_prefix, static_cast<char>(subtree.level)};
  append_big_endian(key, subtree.index);
  return key;
}

std::string prefixed(char prefix, ByteView bytes) {
  std::string key(1, prefix);
  key.append(as_text(bytes));
  return key;
}

std::string encoded(const SubmissionRecord& record) {
  std::string out(1, static_cast<char>(submission_record_format));
  out.append(as_text(record.content.bytes));
  append_big_endian(out, record.first.value);
  const auto count = __builtin_bswap32(record.count);
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
  append_big_endian(out, static_cast<std::uint64_t>(record.recorded_at.microseconds));
  return out;
}

Result<SubmissionRecord> decoded(const rocksdb::Slice& row) {
  if (row.size() != submission_record_bytes ||
      static_cast<std::uint8_t>(row[0]) != submission_record_format)
    return Error{Failure::corrupt, "journal: a submission record is damaged"};
  SubmissionRecord record;
  std::memcpy(record.content.bytes.data(), row.data() + 1, 32);
  record.first = {read_big_endian({row.data() + 33, 8})};
  std::uint32_t count;
  std::memcpy(&count, row.data() + 41, sizeof count);
  record.count = __builtin_bswap32(count);
  record.recorded_at = {static_cast<std::int64_t>(read_big_endian({row.data() + 45, 8}))};
  return record;
}

template <class Id>
Id id_of(rocksdb::Slice key) {
  Id id;
  std::memcpy(id.bytes.data(), key.data(), id.bytes.size());
  return id;
}

Result<IndexRow> index_row(rocksdb::Slice key, rocksdb::Slice value) {
  const char prefix = key.empty() ? '\0' : key[0];
  const rocksdb::Slice rest(key.data() + 1, key.empty() ? 0 : key.size() - 1);
  if (prefix == submission_prefix && rest.size() == sizeof(SubmissionId)) {
    const auto record = decoded(value);
    if (!record) return record.error();
    return IndexRow{id_of<SubmissionId>(rest), record->first};
  }
  if (value.size() == 8) {
    const Sequence event{read_big_endian(value)};
    if (prefix == replaced_prefix && rest.size() == 8)
      return IndexRow{IndexRow::Replaced{{read_big_endian(rest)}}, event};
    if (prefix == unit_prefix && rest.size() == sizeof(UnitId))
      return IndexRow{id_of<UnitId>(rest), event};
    if (prefix == key_rotation_prefix && rest == value)
      return IndexRow{IndexRow::KeyRotation{}, event};
  }
  return Error{Failure::corrupt, "journal: an index row is damaged"};
}

Error damaged_at(const std::string& what, std::uint64_t sequence) {
  const auto at = std::to_string(sequence);
  return {Failure::corrupt, "journal: " + what + " at event " + at + ": restore a backup",
          "日志在第 " + at + " 条记录处损坏，请恢复备份（" + what + "）"};
}

RecordedAt recorded_at(const Page& page) {
  // recordedAt is the first word behind the root pointer of every event.
  std::int64_t microseconds;
  std::memcpy(&microseconds, page.event(0).data() + 8, sizeof microseconds);
  return {microseconds};
}

}  // namespace

struct Journal::Store {
  std::shared_ptr<RocksHealth> health = std::make_shared<RocksHealth>();
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* index = nullptr;
  rocksdb::ColumnFamilyHandle* pages = nullptr;
  rocksdb::ColumnFamilyHandle* hashes = nullptr;
  std::atomic<std::uint64_t> size{0};

  ~Store() {
    if (!db) return;
    for (auto* handle : {index, pages, hashes})
      if (handle != nullptr) (void)db->DestroyColumnFamilyHandle(handle);
    (void)db->Close();
  }

  /// `count` hashes of one stored level. They lie side by side: one search, not one for each.
  Result<std::vector<Hash>> subtree_hashes(Subtree first, std::uint64_t count) const {
    std::vector<Hash> out;
    out.reserve(count);
    std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(checked_read(), hashes));
    auto next = first;
    for (row->Seek(subtree_key(next)); row->Valid() && out.size() < count; row->Next()) {
      if (row->key() != subtree_key(next) || row->value().size() != sizeof(Hash)) break;
      std::memcpy(out.emplace_back().bytes.data(), row->value().data(), sizeof(Hash));
      ++next.index;
    }
    if (!row->status().ok()) return fault_of(row->status(), "journal: stored hashes");
    if (out.size() != count)
      return damaged_at("a stored hash is missing", next.index << next.level);
    return out;
  }

  static std::vector<rocksdb::ColumnFamilyDescriptor> families() {
    return {{rocksdb::kDefaultColumnFamilyName, scattered_rows(rocksdb::kLZ4Compression)},
            {"pages", sequential_rows(rocksdb::kLZ4Compression)},
            {"hashes", sequential_rows(rocksdb::kNoCompression)}};
  }

  enum class Opening { make, write, read };
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                             rocksdb::Env* env, Opening opening) {
    const bool make = opening == Opening::make;
    auto store = std::make_unique<Store>();
    auto options = durable_options(store->health, Rows::put_once, env);
    options.create_if_missing = make;
    options.create_missing_column_families = make;
    options.error_if_exists = make;
    std::error_code error;
    if (!make && !std::filesystem::exists(directory / "CURRENT", error))
      return Error{Failure::corrupt,
                   "journal: " + (directory / "CURRENT").string() +
                       " is missing: restore the journal from a backup",
                   "日志缺少文件 " + (directory / "CURRENT").string() + "：请恢复备份"};
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const auto status =
        opening == Opening::read
            ? open_rocks_to_read(options, directory.string(), families(), &handles, &db)
            : open_rocks(options, directory.string(), families(), &handles, &db);
    if (!status.ok()) {
      constexpr std::string_view what = "journal: cannot be opened";
      return make ? fault_of(status, what) : damage_of(status, what, salvage_or_restore);
    }
    store->db.reset(db);
    store->index = handles[0];
    store->pages = handles[1];
    store->hashes = handles[2];
    return store;
  }

  Result<std::optional<std::string>> get(const std::string& key) const {
    rocksdb::PinnableSlice value;
    const auto status = db->Get(checked_read(), index, key, &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return fault_of(status, "journal: an index row cannot be read");
    return std::optional(value.ToString());
  }

  Result<std::optional<Sequence>> get_sequence(const std::string& key) const {
    auto row = get(key);
    if (!row) return row.error();
    if (!row->has_value()) return std::optional<Sequence>{};
    if ((*row)->size() != 8) return Error{Failure::corrupt, "journal: an index row is damaged"};
    return std::optional(Sequence{read_big_endian(**row)});
  }
};

void Commit::add_event(ByteView event) {
  leaves_.push_back(leaf_hash(event));
  page_.add(event);
  bytes_ += event.size();
  if (page_.is_full()) close_page();
}

void Commit::add_submission(const SubmissionId& id, const SubmissionRecord& record) {
  rows_.push_back({Family::index, prefixed(submission_prefix, id.bytes), encoded(record)});
}

void Commit::add_replacement(Sequence replaced, Sequence by) {
  rows_.push_back(
      {Family::index, prefixed(replaced_prefix, replaced.value), sequence_key(by.value)});
}

void Commit::add_unit(const UnitId& unit, Sequence recorded_by) {
  rows_.push_back(
      {Family::index, prefixed(unit_prefix, unit.bytes), sequence_key(recorded_by.value)});
}

void Commit::add_key_rotation(Sequence event) {
  rows_.push_back(
      {Family::index, prefixed(key_rotation_prefix, event.value), sequence_key(event.value)});
}

void Commit::close_page() {
  const auto first = edge_.size().value;
  const auto page = page_.finish();
  rows_.push_back({Family::pages, sequence_key(first), std::string(as_text(page))});
  rows_.push_back(
      {Family::hashes, prefixed(leaves_prefix, first),
       std::string(reinterpret_cast<const char*>(leaves_.data()), leaves_.size() * sizeof(Hash))});
  for (const auto& complete : edge_.append(leaves_))
    rows_.push_back(
        {Family::hashes, subtree_key(complete.subtree), std::string(as_text(complete.hash.bytes))});
  leaves_.clear();
}

void Commit::finish() {
  if (page_.count() != 0) close_page();
  head_ = edge_.head();
}

Journal::Journal(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::create(const std::filesystem::path& directory,
                                                 rocksdb::Env* env) {
  auto store = Store::open(directory, env, Store::Opening::make);
  if (!store) return store.error();
  return std::unique_ptr<Journal>(new Journal(std::move(*store)));
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& directory,
                                               rocksdb::Env* env) {
  return from(Store::open(directory, env, Store::Opening::write));
}

Result<std::unique_ptr<Journal>> Journal::open_to_read(const std::filesystem::path& directory,
                                                       rocksdb::Env* env) {
  return from(Store::open(directory, env, Store::Opening::read));
}

/// Finds out where it ends.
Result<std::unique_ptr<Journal>> Journal::from(Result<std::unique_ptr<Store>> store) {
  if (!store) return store.error();
  std::unique_ptr<rocksdb::Iterator> last(
      (*store)->db->NewIterator(checked_read(), (*store)->pages));
  last->SeekToLast();
  if (!last->status().ok()) return fault_of(last->status(), "journal: the last page");
  if (last->Valid()) {
    const auto first = read_big_endian(last->key());
    const auto page = Page::read(view(last->value()));
    if (!page) return damaged_at(page.error().what, first);
    (*store)->size = first + page->count();
  }
  return std::unique_ptr<Journal>(new Journal(std::move(*store)));
}

TreeSize Journal::size() const { return {store_->size.load(std::memory_order_acquire)}; }

Result<TreeEdge> Journal::edge() const {
  return TreeEdge::at(size(), [this](Subtree subtree) { return subtree_hash(subtree); });
}

Result<Hash> Journal::root(TreeSize at) const {
  if (at > size()) return Error{Failure::invalid, "the ledger has fewer events than that"};
  return root_at(at, [this](Subtree subtree) { return subtree_hash(subtree); });
}

Result<std::vector<Hash>> Journal::leaf_hashes(Sequence from, std::uint64_t count) const {
  std::vector<Hash> out;
  out.reserve(count);
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(checked_read(), store_->hashes));
  auto next = from.value;
  for (row->SeekForPrev(prefixed(leaves_prefix, next)); row->Valid() && out.size() < count;
       row->Next()) {
    if (row->key().size() != 9 || row->key()[0] != leaves_prefix) break;
    const auto first = read_big_endian({row->key().data() + 1, 8});
    const auto held = row->value().size() / sizeof(Hash);
    if (row->value().size() % sizeof(Hash) != 0 || next < first || next - first >= held) break;
    for (auto i = next - first; i < held && out.size() < count; ++i, ++next) {
      Hash hash;
      std::memcpy(hash.bytes.data(), row->value().data() + i * sizeof(Hash), sizeof(Hash));
      out.push_back(hash);
    }
  }
  if (!row->status().ok()) return fault_of(row->status(), "journal: leaf hashes");
  if (out.size() != count) return damaged_at("a leaf hash is missing", next);
  return out;
}

Result<Hash> Journal::subtree_hash(Subtree subtree) const {
  const auto stored_level = subtree.level / tile_height * tile_height;
  const auto height = subtree.level - stored_level;
  const auto count = std::uint64_t{1} << height;
  const auto first = subtree.index << height;
  auto hashes = stored_level == 0 ? leaf_hashes({first}, count)
                                  : store_->subtree_hashes({stored_level, first}, count);
  if (!hashes) return hashes.error();
  return fold(std::move(*hashes));
}

Result<void> Journal::append_if_tail(Commit& commit) {
  invariant(commit.page_.count() == 0, "the commit is not finished");
  if (commit.base() != size())
    return Error{Failure::conflict, "the journal has grown since the commit was made"};
  if (store_->health->failed())
    return Error{Failure::unavailable, "journal: a background write failed; restart is needed"};
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  rocksdb::ColumnFamilyHandle* const families[] = {store_->index, store_->pages, store_->hashes};
  for (const auto& row : commit.rows_)
    if (const auto status =
            batch.Put(families[static_cast<std::size_t>(row.family)], row.key, row.value);
        !status.ok())
      return fault_of(status, "journal: a commit cannot be assembled");
  const auto status = store_->db->Write(synced_write(), &batch);
  if (!status.ok()) {
    store_->health->fail();
    return fault_of(status, "journal: a commit failed");
  }
  store_->size.store(commit.head().size.value, std::memory_order_release);
  return {};
}

Result<void> Journal::flush() {
  return flush_database(*store_->db, {store_->index, store_->pages, store_->hashes});
}

Result<void> Journal::link_to(const std::filesystem::path& directory) {
  return link_database(*store_->db, directory.string());
}

Result<Journal::Located> Journal::locate(Sequence sequence) const {
  if (sequence.value >= size().value)
    return Error{Failure::invalid, "there is no event of that sequence"};
  Located found;
  const auto status = read(sequence, {sequence.value + 1}, [&](Sequence first, const Page& page) {
    found = {first, page};
    return false;
  });
  if (!status) return status.error();
  return found;
}

Result<void> Journal::read(Sequence from, TreeSize until, const PageVisitor& visit) const {
  if (until > size()) return Error{Failure::invalid, "the ledger has fewer events than that"};
  auto options = checked_read();
  if (until.value - std::min(from.value, until.value) > page_events_max)
    options.readahead_size = readahead_bytes;
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(options, store_->pages));
  auto next = from.value;
  for (row->SeekForPrev(sequence_key(next)); row->Valid() && next < until.value; row->Next()) {
    const auto first = read_big_endian(row->key());
    auto page = Page::read(view(row->value()));
    if (!page) return damaged_at(page.error().what, first);
    if (next < first || (next != from.value && next != first) || next >= first + page->count())
      return damaged_at("a page is missing", next);
    if (!visit({first}, *page)) return {};
    next = first + page->count();
  }
  if (!row->status().ok()) return fault_of(row->status(), "journal: pages");
  if (next < until.value) return damaged_at("a page is missing", next);
  return {};
}

Result<void> Journal::read_subtrees(const std::function<bool(const SubtreeHash&)>& visit) const {
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(checked_read(), store_->hashes));
  for (row->Seek(std::string(1, subtree_prefix)); row->Valid(); row->Next()) {
    if (row->key().size() != 10 || row->value().size() != sizeof(Hash))
      return Error{Failure::corrupt, "journal: a stored subtree hash is damaged"};
    SubtreeHash found{
        {static_cast<std::uint8_t>(row->key()[1]), read_big_endian({row->key().data() + 2, 8})},
        {}};
    std::memcpy(found.hash.bytes.data(), row->value().data(), sizeof(Hash));
    if (!visit(found)) return {};
  }
  if (!row->status().ok()) return fault_of(row->status(), "journal: stored subtree hashes");
  return {};
}

Result<TreeSize> Journal::size_at(RecordedAt at) const {
  // Instants never go back, so the pages are sorted by them; all events of a page share one.
  std::uint64_t low = 0, high = size().value;
  while (low < high) {
    const auto found = locate({low + (high - low) / 2});
    if (!found) return found.error();
    if (recorded_at(found->page) <= at)
      low = found->first.value + found->page.count();
    else
      high = found->first.value;
  }
  return TreeSize{low};
}

Result<std::optional<SubmissionRecord>> Journal::submission(const SubmissionId& id) const {
  const auto row = store_->get(prefixed(submission_prefix, id.bytes));
  if (!row) return row.error();
  if (!row->has_value()) return std::optional<SubmissionRecord>{};
  const auto record = decoded(**row);
  if (!record) return record.error();
  return std::optional(*record);
}

Result<std::optional<Sequence>> Journal::replaced_by(Sequence sequence) const {
  return store_->get_sequence(prefixed(replaced_prefix, sequence.value));
}

Result<std::optional<Sequence>> Journal::unit_recorded_by(const UnitId& unit) const {
  return store_->get_sequence(prefixed(unit_prefix, unit.bytes));
}

Result<std::vector<Sequence>> Journal::key_rotations() const {
  std::vector<Sequence> events;
  const std::string prefix(1, key_rotation_prefix);
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(checked_read(), store_->index));
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    const auto read = index_row(row->key(), row->value());
    if (!read) return read.error();
    events.push_back(read->event);
  }
  if (!row->status().ok()) return fault_of(row->status(), "journal: the index");
  return events;
}

Result<void> Journal::read_index(const std::function<bool(const IndexRow&)>& visit) const {
  auto options = checked_read();
  options.readahead_size = readahead_bytes;
  std::unique_ptr<rocksdb::Iterator> row(store_->db->NewIterator(options, store_->index));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto read = index_row(row->key(), row->value());
    if (!read) return read.error();
    if (!visit(*read)) return {};
  }
  if (!row->status().ok()) return fault_of(row->status(), "journal: the index");
  return {};
}

std::uint64_t Journal::bytes_on_disk() const {
  std::uint64_t total = 0, bytes = 0;
  for (auto* family : {store_->index, store_->pages, store_->hashes})
    if (store_->db->GetIntProperty(family, rocksdb::DB::Properties::kTotalSstFilesSize, &bytes))
      total += bytes;
  return total;
}

}  // namespace kinledger::ledger
