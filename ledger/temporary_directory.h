// A directory of one's own that goes away, with everything in it.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "ledger/result.h"

namespace kinledger::ledger {

class TemporaryDirectory {
 public:
  /// Makes `name`-XXXXXX, readable by its owner alone, in `parent`, or where temporary files belong
  /// when that is empty. `unavailable` when it cannot be made.
  static Result<TemporaryDirectory> make(std::string_view name,
                                         const std::filesystem::path& parent = {});
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace kinledger::ledger
