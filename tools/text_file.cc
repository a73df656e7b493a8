#include "tools/text_file.h"

#include <sys/stat.h>

#include "ledger/intake/input_file.h"
#include "ledger/intake/whole_file.h"

namespace kinledger::tools {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

}  // namespace

ledger::Parsed<std::string> read_text_file(const std::string& path, std::size_t bytes_max) {
  auto file = ledger::intake::InputFile::open(path);
  if (!file) return file.error();
  std::string text;
  std::string piece(piece_bytes, '\0');
  while (true) {
    const auto count = (*file)->read(piece);
    if (!count) return count.error();
    text.append(piece, 0, *count);
    if (text.size() > bytes_max) break;
    if (*count < piece.size()) return text;
  }
  const auto most = std::to_string(bytes_max);
  return ledger::Reason("FILE_TOO_LARGE", "文件超过 " + most + " 字节",
                        "the file is larger than " + most + " bytes");
}

ledger::Result<void> write_whole(const std::string& path, std::string_view bytes) {
  const auto file = ledger::intake::WholeFile::create(path);
  if (!file) return file.error();
  const auto written = (*file)->write(bytes);
  return written ? (*file)->keep() : written;
}

void write_privately() { ::umask(S_IRWXG | S_IRWXO); }

}  // namespace kinledger::tools
