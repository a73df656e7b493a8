#include "tools/bench_raw.h"

#include <fcntl.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "ledger/rocks.h"

namespace kinledger::tools {
namespace {

constexpr std::size_t slot_bytes = 4096;

void must(bool condition, std::string_view what) { invariant(condition, what); }

}  // namespace

struct RawStore::Parts {
  std::shared_ptr<ledger::RocksHealth> health = std::make_shared<ledger::RocksHealth>();
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<std::uint64_t> next{0};

  std::string key() {
    std::string out;
    ledger::append_big_endian(out, next.fetch_add(1));
    return out;
  }
};

RawStore::RawStore(const std::filesystem::path& directory) : parts_(std::make_unique<Parts>()) {
  rocksdb::Options options(ledger::durable_options(parts_->health, ledger::Rows::put_once),
                           ledger::sequential_rows(rocksdb::kLZ4Compression));
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(options, directory.string(), &db);
  must(status.ok(), status.ToString());
  parts_->db.reset(db);
}

RawStore::~RawStore() = default;

void RawStore::put(std::string_view value) {
  const auto status = parts_->db->Put(ledger::synced_write(), parts_->key(), rocksdb::Slice(value));
  must(status.ok(), status.ToString());
}

void RawStore::put_batch(std::size_t rows, std::string_view value) {
  rocksdb::WriteBatch batch(0, 0, 8, 0);
  for (std::size_t i = 0; i < rows; ++i) (void)batch.Put(parts_->key(), rocksdb::Slice(value));
  const auto status = parts_->db->Write(ledger::synced_write(), &batch);
  must(status.ok(), status.ToString());
}

void RawStore::flush() { must(parts_->db->Flush({}).ok(), "flush"); }

std::uint64_t RawStore::bytes_on_disk() const {
  std::uint64_t bytes = 0;
  must(parts_->db->GetIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize, &bytes), "size");
  return bytes;
}

RawMark::RawMark(const std::filesystem::path& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_DSYNC | O_CLOEXEC, 0600)) {
  must(file_ >= 0, "the mark's file can be made");
  const std::array<char, 2 * slot_bytes> zero{};
  must(pwrite(file_, zero.data(), zero.size(), 0) == static_cast<ssize_t>(zero.size()), "mark");
}

RawMark::~RawMark() { close(file_); }

void RawMark::write() {
  const std::array<char, 64> record{};
  slot_ ^= 1;
  must(pwrite(file_, record.data(), record.size(), static_cast<off_t>(slot_ * slot_bytes)) ==
           static_cast<ssize_t>(record.size()),
       "mark");
}

}  // namespace kinledger::tools
