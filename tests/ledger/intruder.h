// Somebody with write access to a ledger's files, who edits them behind its back.
#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/page.h"
#include "ledger/rocks.h"

namespace kinledger::ledger {

/// The rows of a database as an intruder sees them: the journal, or one of a single family.
class Intruder {
 public:
  explicit Intruder(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    invariant(rocksdb::DB::ListColumnFamilies({}, directory.string(), &names).ok());
    const std::vector<rocksdb::ColumnFamilyDescriptor> families =
        names.size() == 1
            ? std::vector<rocksdb::ColumnFamilyDescriptor>{{names.front(), {}}}
            : std::vector<rocksdb::ColumnFamilyDescriptor>{
                  {rocksdb::kDefaultColumnFamilyName, {}}, {"pages", {}}, {"hashes", {}}};
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open({}, directory.string(), families, &handles_, &db);
    invariant(status.ok(), status.ToString());
    db_.reset(db);
  }
  ~Intruder() {
    for (auto* handle : handles_) (void)db_->DestroyColumnFamilyHandle(handle);
    (void)db_->Close();
  }

  static std::string page_key(std::uint64_t first) {
    std::string key;
    append_big_endian(key, first);
    return key;
  }
  std::string get(int family, const std::string& key) {
    std::string value;
    invariant(db_->Get({}, handles_[family], key, &value).ok());
    return value;
  }
  /// Keys of the family's rows, ascending.
  std::vector<std::string> keys(int family) {
    std::vector<std::string> found;
    std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator({}, handles_[family]));
    for (row->SeekToFirst(); row->Valid(); row->Next()) found.push_back(row->key().ToString());
    return found;
  }
  void put(int family, const std::string& key, const std::string& value) {
    invariant(db_->Put({}, handles_[family], key, value).ok());
  }
  void remove(int family, const std::string& key) {
    invariant(db_->Delete({}, handles_[family], key).ok());
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

constexpr int index_rows = 0, pages = 1, hashes = 2;

/// Changes event `index` of the page that begins with event `first`.
inline void edit_event(Intruder& intruder, std::uint64_t first, std::size_t index,
                       const std::function<void(std::span<std::uint8_t>)>& edit) {
  const auto key = intruder.page_key(first);
  const auto stored = intruder.get(pages, key);
  const auto page = Page::read(as_bytes(stored)).value();
  PageWriter writer;
  for (std::size_t i = 0; i < page.count(); ++i) {
    Bytes event(page.event(i).begin(), page.event(i).end());
    if (i == index) edit(event);
    writer.add(event);
  }
  const auto changed = writer.finish();
  intruder.put(pages, key, std::string(as_text(changed)));
}

}  // namespace kinledger::ledger
