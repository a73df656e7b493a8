#include "ledger/paths.h"

#include "ledger/read_file.h"

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

Result<void> find_ledger(const Paths& paths) {
  const auto directory = paths.directory.string();
  std::error_code error;
  if (std::filesystem::exists(paths.journal(), error)) return {};
  if (error && error != std::errc::not_a_directory)
    return Error{
        Failure::unavailable,
        directory + " cannot be looked into: " + error.message() + "; run this as its owner",
        directory + " 无法查看：" + error.message() + "；请以其所有者运行"};
  return Error{Failure::invalid,
               "there is no ledger at " + directory + "; make one with: kinledger init",
               directory + " 没有账本；建立账本：kinledger init"};
}

Result<LedgerId> read_ledger_id(const std::filesystem::path& file) {
  LedgerId id;
  constexpr std::size_t text_bytes_max = 2 * sizeof id.bytes + 1;
  const auto text = read_file(file, text_bytes_max);
  if (!text) return text.error();
  if (*text) {
    const auto line = std::string_view(**text).substr(0, (*text)->find('\n'));
    if (from_hex(line, id.bytes)) return id;
  }
  return Error{
      Failure::invalid,
      file.string() + " cannot be read; the state directory belongs beside the ledger (--state)"};
}

}  // namespace kinledger::ledger
