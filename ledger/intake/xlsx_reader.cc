#include "ledger/intake/xlsx_reader.h"

#include <utility>

namespace kinledger::ledger::intake {

Parsed<std::unique_ptr<XlsxReader>> XlsxReader::open(const std::filesystem::path& path,
                                                     const std::optional<std::string>& sheet) {
  auto archive = ZipArchive::open(path);
  if (archive.has_error()) return archive.error();
  auto opened = open_sheet(**archive, sheet);
  if (opened.has_error()) return opened.error();
  return std::unique_ptr<XlsxReader>(new XlsxReader(std::move(*archive), std::move(*opened)));
}

std::optional<RowRange> XlsxReader::merged_below(std::uint64_t row) const {
  std::optional<RowRange> found;
  for (const RowRange& merged : rows_.merged())
    if (merged.first > row && (!found || merged.first < found->first)) found = merged;
  return found;
}

Parsed<bool> XlsxReader::next(Row& row) {
  if (!ended_ && !refusal_) {
    rows_.read_into(row);
    const auto paused = part_.parse();
    if (paused.has_error()) refusal_ = paused.error();
    if (paused.has_value() && *paused) return true;
    ended_ = true;
  }
  row.cells.clear();
  if (!refusal_) return false;
  row.number = rows_.last_number();
  return *refusal_;
}

}  // namespace kinledger::ledger::intake
