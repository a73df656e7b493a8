#include "projections/subject_map_store.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <future>
#include <optional>

#include "ledger/rocks.h"
#include "ledger/temporary_directory.h"

namespace kinledger::projections {
namespace {

using ledger::ByteView;
using ledger::Error;
using ledger::Failure;
using ledger::Hash;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

constexpr char map_format = 1;
constexpr char map_position_key[] = "p";
constexpr std::string_view map_not_opened = "subject map: cannot be opened";
constexpr char top_key[] = "r";
constexpr std::size_t map_position_bytes = 1 + 8 + 8;
constexpr std::size_t entry_bytes = 32 + 8 + 32;
constexpr unsigned group_size = 256;
constexpr unsigned groups = map_buckets / group_size;
constexpr unsigned group_level = 8;
/// Taken in at a time: bounds memory, and each time most buckets of a large map are written again.
constexpr std::uint64_t events_at_a_time = 500'000;

struct Entry {
  MapKey key;
  EventChain chain;
};

std::string bucket_key(unsigned bucket) {
  return {'b', static_cast<char>(bucket >> 8), static_cast<char>(bucket)};
}
std::string group_key(unsigned group) { return {'g', static_cast<char>(group)}; }

void append(std::string& row, const Hash& hash) {
  row.append(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
}

Hash hash_at(std::string_view row, std::size_t offset) {
  Hash hash;
  std::memcpy(hash.bytes.data(), row.data() + offset, hash.bytes.size());
  return hash;
}

std::vector<Hash> hashes_in(std::string_view row) {
  std::vector<Hash> hashes;
  for (std::size_t at = 0; at < row.size(); at += sizeof(Hash)) hashes.push_back(hash_at(row, at));
  return hashes;
}

std::string row_of(const std::vector<Hash>& hashes) {
  std::string row;
  for (const auto& hash : hashes) append(row, hash);
  return row;
}

/// Hash of a bucket as a leaf of the map.
Hash bucket_hash(const Hash& root) { return ledger::leaf_hash(ByteView(root.bytes)); }

/// Hash of the perfect subtree over the roots of a group's buckets.
Hash group_hash(const std::vector<Hash>& roots) {
  std::vector<Hash> hashes;
  hashes.reserve(roots.size());
  for (const auto& root : roots) hashes.push_back(bucket_hash(root));
  return ledger::fold(std::move(hashes));
}

std::vector<Hash> empty_group() { return std::vector<Hash>(group_size, ledger::empty_root()); }

std::vector<MapLeaf> leaves_of(const std::vector<Entry>& entries) {
  std::vector<MapLeaf> leaves;
  leaves.reserve(entries.size());
  for (const auto& entry : entries) leaves.push_back(map_leaf(entry.key, entry.chain));
  return leaves;
}

Error damaged() {
  return {Failure::corrupt, "the subject map is damaged; " + std::string(rebuild_advice),
          std::string(rebuild_advice_zh)};
}

/// One event of one subject, to be taken in.
struct Addition {
  MapKey key;
  Sequence sequence;
  Hash leaf;
  std::uint64_t key_begin = 0;  ///< of the key, as a number: most comparisons end here

  bool operator<(const Addition& other) const {
    if (key_begin != other.key_begin) return key_begin < other.key_begin;
    return key != other.key ? key < other.key : sequence < other.sequence;
  }
};

std::uint64_t begin_of(const MapKey& key) {
  std::uint64_t number;
  std::memcpy(&number, key.bytes.data(), sizeof number);
  return __builtin_bswap64(number);
}

/// What some events add, by bucket and key, each event of a subject once, in order.
struct AdditionBatch {
  TreeSize until;
  std::vector<Addition> additions;
};

Result<AdditionBatch> make_addition_batch(const ledger::Journal& journal, Sequence from,
                                          TreeSize until) {
  AdditionBatch batch{until, {}};
  auto& out = batch.additions;
  std::optional<Sequence> hashed;
  Hash leaf;
  const auto placed =
      place_events(journal, from, until, [&](const FactKey& key, ledger::ByteView event) {
        const std::string_view text(key.data(), key.size());
        const auto sequence = sequence_of(text);
        if (hashed != sequence) leaf = ledger::leaf_hash(event);
        hashed = sequence;
        const auto key_of_map = map_key(events_of(text));
        out.push_back({key_of_map, sequence, leaf, begin_of(key_of_map)});
      });
  if (!placed) return placed.error();
  std::sort(out.begin(), out.end());
  // An event that stands under several years of its subject counts once.
  const auto is_same = [](const Addition& a, const Addition& b) {
    return a.key == b.key && a.sequence == b.sequence;
  };
  out.erase(std::unique(out.begin(), out.end(), is_same), out.end());
  return batch;
}

/// Adds what belongs to one bucket to its entries, which stay ascending. Returns how many are new.
std::uint64_t merge(std::span<const Addition> additions, std::vector<Entry>& entries) {
  const auto before = entries.size();
  for (auto addition = additions.begin(); addition != additions.end();) {
    const auto key = addition->key;
    auto entry = std::ranges::lower_bound(entries, key, {}, &Entry::key);
    if (entry == entries.end() || entry->key != key) entry = entries.insert(entry, {key, {}});
    for (; addition != additions.end() && addition->key == key; ++addition)
      entry->chain.add(addition->sequence, addition->leaf);
  }
  return entries.size() - before;
}

}  // namespace

struct SubjectMap::Store {
  const ledger::Journal& journal;
  std::filesystem::path directory;
  std::optional<ledger::TemporaryDirectory> scratch;  ///< that the directory is in
  std::shared_ptr<ledger::RocksHealth> health = std::make_shared<ledger::RocksHealth>();
  std::unique_ptr<rocksdb::DB> db;
  std::uint64_t position = 0;
  std::uint64_t subjects = 0;

  Store(const ledger::Journal& journal_is, std::filesystem::path directory_is)
      : journal(journal_is), directory(std::move(directory_is)) {}

  rocksdb::Options options() const {
    rocksdb::Options options(ledger::durable_options(health, ledger::Rows::replaced),
                             ledger::scattered_rows(rocksdb::kNoCompression));
    options.create_if_missing = true;
    options.max_background_flushes = 1;
    return options;
  }

  rocksdb::Status open_database() {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    rocksdb::DB* opened = nullptr;
    const auto status = ledger::open_rocks(options(), directory.string(), &opened);
    db.reset(opened);
    return status.ok() ? read_position() : status;
  }

  Result<void> open() {
    const auto status = open_database();
    return status.ok() ? Result<void>() : ledger::fault_of(status, map_not_opened);
  }

  /// Damaged, of another format or ahead of the journal it is made again, unless the system has no
  /// means to open it.
  Result<void> open_or_discard() {
    const auto status = open_database();
    if (ledger::lacks_means(status)) return ledger::fault_of(status, map_not_opened);
    return status.ok() && position <= journal.size().value ? Result<void>() : discard();
  }

  rocksdb::Status read_position() {
    std::string row;
    auto got = db->Get(ledger::checked_read(), map_position_key, &row);
    if (got.IsNotFound()) return {};
    if (!got.ok()) return got;
    if (row.size() != map_position_bytes || row.front() != map_format)
      return rocksdb::Status::NotSupported("the subject map is of another format");
    position = ledger::read_big_endian({row.data() + 1, 8});
    subjects = ledger::read_big_endian({row.data() + 9, 8});
    return {};
  }

  Result<void> discard() {
    db.reset();
    position = subjects = 0;
    const auto status = rocksdb::DestroyDB(directory.string(), options());
    if (!status.ok()) return ledger::fault_of(status, "subject map: cannot be thrown away");
    return open();
  }

  /// Empty when there is no such row.
  Result<std::string> get(const std::string& key) const {
    std::string row;
    const auto got = db->Get(ledger::checked_read(), key, &row);
    if (got.IsNotFound()) return std::string();
    if (!got.ok())
      return ledger::fault_of(got, "subject map: rows", {rebuild_advice_zh, rebuild_advice});
    return row;
  }

  /// The hashes of a row; `otherwise` when it is not there.
  Result<std::vector<Hash>> hashes(const std::string& key, std::vector<Hash> otherwise) const {
    const auto row = get(key);
    if (!row) return row.error();
    if (row->empty()) return otherwise;
    if (row->size() != otherwise.size() * sizeof(Hash)) return damaged();
    return hashes_in(*row);
  }
  Result<std::vector<Hash>> bucket_roots(unsigned group) const {
    return hashes(group_key(group), empty_group());
  }
  Result<std::vector<Hash>> group_hashes() const {
    return hashes(top_key, std::vector<Hash>(groups, group_hash(empty_group())));
  }

  Result<std::vector<Entry>> entries(unsigned bucket) const {
    const auto row = get(bucket_key(bucket));
    if (!row) return row.error();
    if (row->size() % entry_bytes != 0) return damaged();
    std::vector<Entry> entries;
    for (std::size_t at = 0; at < row->size(); at += entry_bytes)
      entries.push_back(
          {hash_at(*row, at),
           {ledger::read_big_endian({row->data() + at + 32, 8}), hash_at(*row, at + 40)}});
    return entries;
  }

  /// Writes the buckets that the additions belong to, and the hashes above them.
  Result<void> write(std::span<const Addition> additions, TreeSize until) {
    rocksdb::WriteBatch batch;
    std::uint64_t new_subjects = 0;  // counted when the rows are written, not before
    auto top = group_hashes();
    if (!top) return top.error();
    while (!additions.empty()) {
      const auto group = bucket_of(additions.front().key) / group_size;
      auto roots = bucket_roots(group);
      if (!roots) return roots.error();
      while (!additions.empty() && bucket_of(additions.front().key) / group_size == group) {
        const auto bucket = bucket_of(additions.front().key);
        const auto end = std::ranges::find_if(additions, [bucket](const Addition& addition) {
          return bucket_of(addition.key) != bucket;
        });
        const auto count = static_cast<std::size_t>(end - additions.begin());
        const auto root = put_bucket(batch, bucket, additions.first(count), new_subjects);
        if (!root) return root.error();
        (*roots)[bucket % group_size] = *root;
        additions = additions.subspan(count);
      }
      batch.Put(group_key(group), row_of(*roots));
      (*top)[group] = group_hash(*roots);
    }
    batch.Put(top_key, row_of(*top));
    std::string row(1, map_format);
    ledger::append_big_endian(row, until.value);
    ledger::append_big_endian(row, subjects + new_subjects);
    batch.Put(map_position_key, row);
    rocksdb::WriteOptions without_log;
    without_log.disableWAL = true;
    const auto status = db->Write(without_log, &batch);
    if (!status.ok()) return ledger::fault_of(status, "subject map: cannot be written");
    position = until.value;
    subjects += new_subjects;
    return {};
  }

  /// Root of the bucket with the additions; adds to the subjects that are new.
  Result<Hash> put_bucket(rocksdb::WriteBatch& batch, unsigned bucket,
                          std::span<const Addition> additions, std::uint64_t& new_subjects) const {
    auto held = entries(bucket);
    if (!held) return held.error();
    new_subjects += merge(additions, *held);
    std::string row;
    for (const auto& entry : *held) {
      append(row, entry.key);
      ledger::append_big_endian(row, entry.chain.count);
      append(row, entry.chain.link);
    }
    batch.Put(bucket_key(bucket), row);
    return bucket_root(leaves_of(*held));
  }
};

SubjectMap::SubjectMap(std::unique_ptr<Store> store) : store_(std::move(store)) {}

SubjectMap::~SubjectMap() {
  // Without a WAL, closing must flush what was not written yet; it would only be derived again.
  if (store_->db) (void)store_->db->Flush({});
}

Result<std::unique_ptr<SubjectMap>> SubjectMap::open(const std::filesystem::path& directory,
                                                     const ledger::Journal& journal) {
  auto store = std::make_unique<Store>(journal, directory);
  if (const auto opened = store->open_or_discard(); !opened) return opened.error();
  return std::unique_ptr<SubjectMap>(new SubjectMap(std::move(store)));
}

Result<std::unique_ptr<SubjectMap>> SubjectMap::open_apart(const ledger::Journal& journal) {
  auto scratch = ledger::TemporaryDirectory::make("kinledger-subject-map");
  if (!scratch) return scratch.error();
  auto store = std::make_unique<Store>(journal, scratch->path() / "rows");
  store->scratch.emplace(std::move(*scratch));
  if (const auto opened = store->open(); !opened) return opened.error();
  return std::unique_ptr<SubjectMap>(new SubjectMap(std::move(store)));
}

TreeSize SubjectMap::position() const { return {store_->position}; }
std::uint64_t SubjectMap::subjects() const { return store_->subjects; }

Result<Hash> SubjectMap::root() const {
  auto top = store_->group_hashes();
  if (!top) return top.error();
  return ledger::fold(std::move(*top));
}

Result<void> SubjectMap::catch_up(TreeSize size) {
  if (size.value < store_->position)
    return Error{Failure::invalid, "the subject map is of a later size"};
  const auto make = [this, size](std::uint64_t from) {
    return make_addition_batch(store_->journal, {from},
                               {std::min(size.value, from + events_at_a_time)});
  };
  if (store_->position == size.value) return {};
  // The next batch is made while the last one is written; a few events are not worth a thread.
  const auto launch =
      size.value - store_->position > events_at_a_time ? std::launch::async : std::launch::deferred;
  auto next = std::async(launch, make, store_->position);
  while (next.valid()) {
    const auto batch = next.get();
    if (!batch) return batch.error();
    if (batch->until < size) next = std::async(launch, make, batch->until.value);
    if (auto written = store_->write(batch->additions, batch->until); !written) return written;
  }
  return {};
}

Result<SubjectMap::Shown> SubjectMap::show(const SubjectEvents& of) const {
  const auto key = map_key(of);
  const auto bucket = bucket_of(key);
  const auto entries = store_->entries(bucket);
  if (!entries) return entries.error();
  const auto top = store_->group_hashes();
  if (!top) return top.error();
  const auto roots = store_->bucket_roots(bucket / group_size);
  if (!roots) return roots.error();

  Shown shown;
  const auto found = std::ranges::find(*entries, key, &Entry::key);
  if (found != entries->end()) shown.chain = found->chain;
  shown.proof.bucket = leaves_of(*entries);
  // Below a group only hashes of this bucket's own are asked for.
  auto path = ledger::prove_inclusion(
      {bucket}, {map_buckets}, [&](ledger::Subtree subtree) -> Result<Hash> {
        const auto first = static_cast<std::size_t>(subtree.index) << subtree.level;
        std::vector<Hash> hashes;
        if (subtree.level >= group_level)
          hashes.assign(
              top->begin() + std::ptrdiff_t(first / group_size),
              top->begin() + std::ptrdiff_t((first + (1u << subtree.level)) / group_size));
        else
          for (auto i = first; i < first + (1u << subtree.level); ++i)
            hashes.push_back(bucket_hash((*roots)[i % group_size]));
        return ledger::fold(std::move(hashes));
      });
  if (!path) return path.error();
  shown.proof.path = std::move(*path);
  return shown;
}

}  // namespace kinledger::projections
