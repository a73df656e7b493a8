// Rows of a CSV file: RFC 4180, read as spreadsheet programs write it.
//
//   encoding    ledger/intake/text_decoder.h
//   separator   comma, tab or semicolon: the one that occurs most often, outside quotes, in the
//               first line that has any of them (title lines above the header may have none)
//   line end    LF, CRLF or CR
//   quotes      a cell that begins with " ends with the next single ", and "" within stands for
//               one; it may hold separators and line ends. A " inside any other cell is text.
//
// Refusal codes beside those of ledger/intake/row_source.h:
//   CSV_QUOTE      a quoted cell that does not end, or goes on after its closing quote
//   CSV_NUL        U+0000 in the row: not a text file, or UTF-16 without a byte order mark
//   TEXT_ENCODING  a row that is not valid in the encoding of the file
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/intake/input_file.h"
#include "ledger/intake/row_source.h"
#include "ledger/intake/text_decoder.h"
#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

/// Holds one step of decoded text and one row. One thread at a time.
class CsvReader final : public RowSource {
 public:
  /// Refused: FILE_EMPTY, FILE_UNREADABLE. What is wrong with the text is told by next(), with its
  /// row.
  static Parsed<std::unique_ptr<CsvReader>> open(std::unique_ptr<InputFile> file);

  Parsed<bool> next(Row& row) override;
  std::string_view sheet_name() const override { return {}; }

 private:
  /// How far one attempt to read a record from the buffered text came.
  enum class Progress { record, needs_more, refused };

  explicit CsvReader(std::unique_ptr<TextDecoder> decoder) : decoder_(std::move(decoder)) {}

  std::string_view unread() const { return std::string_view(buffer_).substr(read_); }
  Parsed<bool> fill();
  Progress read_record(Row& row);
  Progress read_quoted(std::size_t& at, std::string& text);
  Progress read_plain(std::size_t& at, std::string& text);
  Progress end_cell(Row& row, std::size_t column);
  Progress refuse(Reason reason);
  Parsed<bool> refused(Row& row);
  Reason unfinished_record() const;

  std::unique_ptr<TextDecoder> decoder_;
  std::string buffer_;    ///< decoded text
  std::size_t read_ = 0;  ///< bytes of `buffer_` that belong to earlier records
  Decoded decoded_ = Decoded::more;
  char separator_ = ',';
  std::uint64_t line_ = 1;  ///< on which the next record starts
  bool in_quotes_ = false;  ///< the last attempt ended inside a quoted cell
  std::optional<Reason> refusal_;
};

}  // namespace kinledger::ledger::intake
