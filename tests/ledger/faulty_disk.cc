#include "tests/ledger/faulty_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "ledger/result.h"

namespace kinledger::ledger {

namespace fs = std::filesystem;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

namespace {

constexpr std::uint64_t sector_bytes = 512;

std::string directory_of(const std::string& name) { return fs::path(name).parent_path().string(); }

/// "dir//file" and "dir/file" are one.
std::string plain(const std::string& name) { return fs::path(name).lexically_normal().string(); }

IOStatus no_power() { return IOStatus::IOError("the power is off"); }

}  // namespace

/// Counts what is written and what is synced.
class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, FaultyDisk& disk,
             FaultyDisk::File content)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), content_(std::move(content)) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const std::lock_guard lock(disk_.mutex_);
    const bool was_off = disk_.is_off_;
    if (const auto refused = disk_.admit(DiskOperation::append, data.size()); !refused.ok()) {
      // Of a write that fails half is there; one under way when the power goes may be there whole.
      const auto there = disk_.is_off_ ? data.size() : data.size() / 2;
      if (!was_off && FSWritableFileOwnerWrapper::Append({data.data(), there}, options, debug).ok())
        content_->written += there;
      return refused;
    }
    auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) content_->written += data.size();
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    const std::lock_guard lock(disk_.mutex_);
    if (size == content_->written) return IOStatus::OK();
    if (auto refused = disk_.admit(DiskOperation::truncate); !refused.ok()) return refused;
    auto status = FSWritableFileOwnerWrapper::Truncate(size, options, debug);
    if (status.ok()) {
      content_->written = size;
      content_->synced = std::min(content_->synced, size);
    }
    return status;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(disk_.mutex_);
    if (auto refused = disk_.admit(DiskOperation::sync); !refused.ok()) return refused;
    content_->synced = content_->written;
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();  // promises nothing
  }
  void PrepareWrite(size_t, size_t, const IOOptions&, IODebugContext*) override {}
  IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  FaultyDisk& disk_;
  const FaultyDisk::File content_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, FaultyDisk& disk,
                  std::string name)
      : FSDirectoryWrapper(std::move(directory)), disk_(disk), name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(disk_.mutex_);
    if (auto refused = disk_.admit(DiskOperation::sync_directory); !refused.ok()) return refused;
    std::erase_if(disk_.changes_, [&](const FaultyDisk::Change& change) {
      if (change.directory != name_) return false;
      if (change.forget) change.forget();
      return true;
    });
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  FaultyDisk& disk_;
  const std::string name_;
};

FaultyDisk::FaultyDisk(fs::path attic)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), attic_(std::move(attic)) {
  invariant(fs::create_directories(attic_));
}

FaultyDisk::~FaultyDisk() {
  std::error_code ignored;
  fs::remove_all(attic_, ignored);
}

void FaultyDisk::lose_power_after(std::uint64_t count, std::function<void()> on_cut) {
  const std::lock_guard lock(mutex_);
  cut_at_ = operations_ + count;
  on_cut_ = std::move(on_cut);
}

bool FaultyDisk::is_off() const {
  const std::lock_guard lock(mutex_);
  return is_off_;
}

void FaultyDisk::fail(DiskOperation operation, std::uint64_t count, DiskFault fault) {
  const std::lock_guard lock(mutex_);
  failing_ = {operation, counts_[operation] + count, fault};
}

bool FaultyDisk::has_failed() const {
  const std::lock_guard lock(mutex_);
  return has_failed_;
}

void FaultyDisk::fill_after(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  room_ = bytes;
}

void FaultyDisk::make_room() {
  const std::lock_guard lock(mutex_);
  room_.reset();
}

std::uint64_t FaultyDisk::count(DiskOperation operation) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(operation);
  return found == counts_.end() ? 0 : found->second;
}

std::uint64_t FaultyDisk::count() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

IOStatus FaultyDisk::admit(DiskOperation operation, std::uint64_t bytes) {
  if (is_off_) return no_power();
  ++operations_;
  const auto nth = ++counts_[operation];
  if (cut_at_ && operations_ >= *cut_at_) {
    is_off_ = true;
    if (on_cut_) on_cut_();
    return no_power();
  }
  if (failing_ && failing_->operation == operation && failing_->at == nth) {
    has_failed_ = true;
    return failing_->fault == DiskFault::full ? IOStatus::NoSpace("the disk is full")
                                              : IOStatus::IOError("the disk failed");
  }
  if (room_ && operation == DiskOperation::append) {
    if (bytes > *room_) {
      has_failed_ = true;
      return IOStatus::NoSpace("the disk is full");
    }
    *room_ -= bytes;
  }
  return IOStatus::OK();
}

std::string FaultyDisk::to_attic(const std::string& name) {
  auto kept = (attic_ / std::to_string(in_attic_++)).string();
  fs::rename(name, kept);
  return kept;
}

void FaultyDisk::changed(const std::string& name, std::function<void()> undo,
                         std::function<void()> forget) {
  changes_.push_back({directory_of(name), std::move(undo), std::move(forget)});
}

IOStatus FaultyDisk::NewWritableFile(const std::string& given, const rocksdb::FileOptions& options,
                                     std::unique_ptr<rocksdb::FSWritableFile>* file,
                                     IODebugContext* debug) {
  const auto name = plain(given);
  const std::lock_guard lock(mutex_);
  if (auto refused = admit(DiskOperation::make); !refused.ok()) return refused;
  const bool is_new = !fs::exists(name);
  std::unique_ptr<rocksdb::FSWritableFile> made;
  auto status = FileSystemWrapper::NewWritableFile(name, options, &made, debug);
  if (!status.ok()) return status;
  const auto content = std::make_shared<Content>();
  files_[name] = content;
  if (is_new)
    changed(name, [this, name] {
      fs::remove(name);
      files_.erase(name);
    });
  *file = std::make_unique<FaultyFile>(std::move(made), *this, content);
  return status;
}

IOStatus FaultyDisk::ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSWritableFile>*,
                                        IODebugContext*) {
  return IOStatus::NotSupported("a ledger's databases reopen no file to append to it");
}

IOStatus FaultyDisk::ReuseWritableFile(const std::string&, const std::string&,
                                       const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("a ledger's databases use no file twice");
}

IOStatus FaultyDisk::NewDirectory(const std::string& given, const IOOptions& options,
                                  std::unique_ptr<rocksdb::FSDirectory>* directory,
                                  IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> opened;
  auto status = FileSystemWrapper::NewDirectory(given, options, &opened, debug);
  auto name = plain(given);
  if (name.ends_with('/')) name.pop_back();
  if (status.ok()) *directory = std::make_unique<FaultyDirectory>(std::move(opened), *this, name);
  return status;
}

IOStatus FaultyDisk::DeleteFile(const std::string& given, const IOOptions& options,
                                IODebugContext* debug) {
  const auto name = plain(given);
  const std::lock_guard lock(mutex_);
  if (auto refused = admit(DiskOperation::remove); !refused.ok()) return refused;
  if (!fs::exists(name)) return FileSystemWrapper::DeleteFile(name, options, debug);
  const auto kept = to_attic(name);
  const auto found = files_.find(name);
  const auto content = found == files_.end() ? nullptr : found->second;
  files_.erase(name);
  changed(
      name,
      [this, name, kept, content] {
        fs::rename(kept, name);
        if (content) files_[name] = content;
      },
      [kept] { fs::remove(kept); });
  return IOStatus::OK();
}

IOStatus FaultyDisk::Truncate(const std::string&, size_t, const IOOptions&, IODebugContext*) {
  return IOStatus::NotSupported("a ledger's databases cut no file by its name");
}

IOStatus FaultyDisk::RenameFile(const std::string& from_given, const std::string& to_given,
                                const IOOptions& options, IODebugContext* debug) {
  const auto from = plain(from_given), to = plain(to_given);
  const std::lock_guard lock(mutex_);
  if (auto refused = admit(DiskOperation::rename); !refused.ok()) return refused;
  invariant(directory_of(from) == directory_of(to), "renamed within one directory only");
  const auto take = [this](const std::string& name) {
    const auto node = files_.extract(name);
    return node.empty() ? nullptr : node.mapped();
  };
  std::optional<std::string> replaced;
  const auto replaced_content = take(to);
  if (fs::exists(to)) replaced = to_attic(to);
  auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
  invariant(status.ok(), status.ToString());
  const auto content = take(from);
  if (content) files_[to] = content;
  changed(
      to,
      [this, from, to, replaced, content, replaced_content] {
        fs::rename(to, from);
        files_.erase(to);
        if (content) files_[from] = content;
        if (replaced) fs::rename(*replaced, to);
        if (replaced_content) files_[to] = replaced_content;
      },
      [replaced] {
        if (replaced) fs::remove(*replaced);
      });
  return status;
}

IOStatus FaultyDisk::LinkFile(const std::string&, const std::string&, const IOOptions&,
                              IODebugContext*) {
  return IOStatus::NotSupported("no links here");
}

void FaultyDisk::apply_loss(std::mt19937_64& chance) {
  const std::lock_guard lock(mutex_);
  invariant(is_off_);
  // The last changes go first, so that each is undone on what it was made on.
  std::map<std::string, std::uint64_t> unsynced;
  for (const auto& change : changes_) ++unsynced[change.directory];
  std::map<std::string, std::uint64_t> lost;
  for (const auto& [directory, count] : unsynced)
    lost[directory] = chance() % 2 == 0 ? count : chance() % (count + 1);
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change)
    if (lost[change->directory] > 0) {
      --lost[change->directory];
      // Whole directories are made and removed behind this disk's back, and durably.
      if (fs::exists(change->directory)) change->undo();
    }
  changes_.clear();
  for (const auto& [name, content] : files_) {
    if (content->synced == content->written || !fs::exists(name)) continue;
    const auto unsynced_bytes = content->written - content->synced;
    const auto kept = content->synced + (chance() % 3 == 0 ? 0 : chance() % (unsynced_bytes + 1));
    fs::resize_file(name, kept);
    const auto torn = std::max(content->synced, kept / sector_bytes * sector_bytes);
    if (chance() % 2 == 0 || torn == kept) continue;
    scrambled_[name] = torn;
    std::fstream file(name, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(torn));
    for (auto at = torn; at < kept; ++at) file.put(static_cast<char>(chance()));
  }
}

}  // namespace kinledger::ledger
