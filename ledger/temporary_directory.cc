#include "ledger/temporary_directory.h"

#include <cstdlib>
#include <string>

namespace kinledger::ledger {

namespace fs = std::filesystem;

Result<TemporaryDirectory> TemporaryDirectory::make(std::string_view name, const fs::path& parent) {
  std::error_code error;
  const auto base = parent.empty() ? fs::temp_directory_path(error) : parent;
  auto pattern = (base / (std::string(name) + "-XXXXXX")).string();
  if (error || ::mkdtemp(pattern.data()) == nullptr)
    return Error{Failure::unavailable, "no temporary directory can be made in " + base.string() +
                                           (parent.empty() ? ": set TMPDIR" : "")};
  return TemporaryDirectory(pattern);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // what is left behind is no part of any answer
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace kinledger::ledger
