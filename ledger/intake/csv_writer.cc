#include "ledger/intake/csv_writer.h"

#include <utility>

#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

/// A sign, digits, and possibly a point with digits: nothing that a program could run.
bool is_plain_decimal(std::string_view text) {
  const auto digits_only = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return digits_only(text);
  return digits_only(text.substr(0, point)) && digits_only(text.substr(point + 1));
}

bool runs_as_formula(std::string_view cell) {
  constexpr std::string_view starts = "=+-@\t\r";
  return !cell.empty() && starts.find(cell.front()) != std::string_view::npos &&
         !is_plain_decimal(cell);
}

}  // namespace

void append_csv_record(std::string& text, std::span<const std::string_view> cells,
                       const CsvFormat& format) {
  // Semicolons and tabs too: a reader that guesses the separator must not count them.
  constexpr std::string_view quoted_for = "\",;\t\r\n";
  // A lone empty cell without quotes would be a blank line, which readers pass over.
  const bool blank = cells.size() == 1 && cells[0].empty();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    const bool quoted = blank || cells[i].find_first_of(quoted_for) != std::string_view::npos;
    if (quoted) text += '"';
    if (format.guard_formulas && runs_as_formula(cells[i])) text += '\'';
    std::string_view rest = cells[i];
    for (std::size_t quote; (quote = rest.find('"')) != std::string_view::npos;) {
      text.append(rest, 0, quote + 1) += '"';
      rest.remove_prefix(quote + 1);
    }
    text += rest;
    if (quoted) text += '"';
  }
  text += "\r\n";
}

Result<std::unique_ptr<CsvWriter>> CsvWriter::create(const std::filesystem::path& path,
                                                     const CsvFormat& format) {
  auto file = WholeFile::create(path);
  if (file.has_error()) return file.error();
  std::unique_ptr<CsvWriter> writer(new CsvWriter(std::move(*file), format));
  if (format.byte_order_mark) {
    if (auto written = writer->file_->write("\xEF\xBB\xBF"); written.has_error()) {
      return written.error();
    }
  }
  return writer;
}

Result<void> CsvWriter::write(std::span<const std::string_view> cells) {
  for (const std::string_view cell : cells) {
    if (!is_utf8(cell) || cell.find('\0') != std::string_view::npos) {
      return Error{Failure::invalid, "A cell to be written is not UTF-8 or holds a NUL."};
    }
  }
  record_.clear();
  append_csv_record(record_, cells, format_);
  return file_->write(record_);
}

}  // namespace kinledger::ledger::intake
