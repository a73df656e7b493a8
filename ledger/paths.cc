#include "ledger/paths.h"

#include <fstream>
#include <string>

namespace kinledger::ledger {
namespace {

std::filesystem::path without_slash(std::filesystem::path path) {
  path = path.lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

std::filesystem::path beside(const std::filesystem::path& directory, std::string_view ending) {
  auto path = without_slash(directory);
  const auto name = path.filename();
  if (name == "." || name == "..") {
    std::error_code error;
    path = without_slash(std::filesystem::absolute(path, error));
  }
  return path += ending;
}

Paths::Paths(const std::filesystem::path& directory_is, const std::filesystem::path& state_is)
    : directory(directory_is),
      state(state_is.empty() ? beside(directory_is, ".state") : state_is) {}

Result<LedgerId> read_ledger_id(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string text;
  LedgerId id;
  if (std::getline(in, text) && from_hex(text, id.bytes)) return id;
  return Error{
      Failure::invalid,
      file.string() + " cannot be read; the state directory belongs beside the ledger (--state)"};
}

}  // namespace kinledger::ledger
