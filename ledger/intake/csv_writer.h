// CSV files as RFC 4180 has them: comma, CRLF, quotes where they are needed, UTF-8.
//
// A spreadsheet program runs a cell of a CSV file that begins with = + - @, a tab or a carriage
// return as a formula. With `guard_formulas` such a cell gets a ' in front, which the program shows
// as text; plain decimal numbers ("-250.00") are left as they are.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ledger/intake/whole_file.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {

struct CsvFormat {
  bool byte_order_mark = true;  ///< without it Chinese Excel takes the file for GBK
  bool guard_formulas = true;
};

/// Appends one record with its line end. Pure; any thread. Precondition: every cell is UTF-8.
void append_csv_record(std::string& text, std::span<const std::string_view> cells,
                       const CsvFormat& format);

/// A CSV file that is there in full or not at all. One thread at a time.
class CsvWriter {
 public:
  /// Fails as WholeFile does.
  static Result<std::unique_ptr<CsvWriter>> create(const std::filesystem::path& path,
                                                   const CsvFormat& format = {});

  /// Fails as WholeFile does, and with `invalid` if a cell is not UTF-8 or holds U+0000.
  Result<void> write(std::span<const std::string_view> cells);
  /// The file has its name and is durable when this succeeds; without it, nothing is left behind.
  Result<void> finish() { return file_->keep(); }

 private:
  CsvWriter(std::unique_ptr<WholeFile> file, const CsvFormat& format)
      : file_(std::move(file)), format_(format) {}

  std::unique_ptr<WholeFile> file_;
  CsvFormat format_;
  std::string record_;
};

}  // namespace kinledger::ledger::intake
