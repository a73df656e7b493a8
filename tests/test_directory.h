// A directory that lives as long as a test.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace kinledger {

class TestDirectory {
 public:
  explicit TestDirectory(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    auto pattern = (parent / "kinledger-test-XXXXXX").string();
    invariant(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(std::string_view name) const { return path_ / name; }
  std::size_t file_count() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

/// Where files of a simulated disk lie: in memory where the system has room for that, since what
/// becomes durable there is simulated too.
inline std::filesystem::path place_of_simulated_disks() {
  const std::filesystem::path in_memory = "/dev/shm";
  constexpr std::uintmax_t enough_bytes = std::uintmax_t{1} << 30;  // a container may have little
  std::error_code error;
  const auto room = std::filesystem::space(in_memory, error);
  return !error && room.available >= enough_bytes && ::access(in_memory.c_str(), W_OK | X_OK) == 0
             ? in_memory
             : std::filesystem::temp_directory_path();
}

}  // namespace kinledger
