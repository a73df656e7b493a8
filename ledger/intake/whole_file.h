// A file that is there in full or not at all: it is written under another name in the same
// directory, made durable, and only then given its name, replacing what had it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace kinledger::ledger::intake {

/// One thread at a time. Failures: `invalid` if the path is not usable (no such directory, no
/// permission, not an ordinary file), `unavailable` if the disk is full or does not answer.
class WholeFile {
 public:
  /// A symbolic link at `path` is followed.
  static Result<std::unique_ptr<WholeFile>> create(const std::filesystem::path& path);

  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  /// Removes what was written, unless it was kept.
  ~WholeFile();

  /// Where the content is until it is kept, for writers that want a name.
  const std::filesystem::path& partial_path() const { return partial_; }

  /// Appends.
  Result<void> write(std::string_view bytes);
  /// Durable under its name when this succeeds. To be called once, last.
  Result<void> keep();

 private:
  WholeFile(int descriptor, std::filesystem::path partial, std::filesystem::path path)
      : descriptor_(descriptor), partial_(std::move(partial)), path_(std::move(path)) {}

  Result<void> flush();

  int descriptor_;
  std::filesystem::path partial_;
  std::filesystem::path path_;
  std::string buffer_;
  bool kept_ = false;
};

}  // namespace kinledger::ledger::intake
