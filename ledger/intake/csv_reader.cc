// A record is read from the buffered text in one go; if the text ends first, more is decoded and
// the record is read again from its start. A record is shorter than a few steps of decoding, so
// that this costs little, and no state has to survive between the attempts.
#include "ledger/intake/csv_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "ledger/intake/utf8.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

/// In the order in which they are preferred when they occur equally often.
constexpr std::array<char, 3> separator_candidates{'\t', ',', ';'};

Reason quote_not_closed() {
  return {"CSV_QUOTE",
          "从本行开始的一个单元格以双引号开头，但没有结束的双引号。请补上结束的双引号，"
          "单元格内的双引号应写两次。",
          "A cell of the record that starts in this row begins with a double quote that is never "
          "closed. Close it; a double quote inside such a cell is written twice."};
}

Reason text_after_quote() {
  return {"CSV_QUOTE",
          "本行有单元格在结束的双引号之后还有内容。单元格内的双引号应写两次，"
          "结束的双引号之后只能是分隔符或换行。",
          "A cell of this row goes on after its closing double quote. A double quote inside a "
          "quoted cell is written twice; only a separator or a line end follows the closing one."};
}

Reason nul_character() {
  return {"CSV_NUL",
          "本行含有空字符（U+0000），文件不是文本文件，或是没有字节顺序标记的 UTF-16。"
          "请用表格软件打开后另存为“CSV UTF-8”或 .xlsx。",
          "This row holds a NUL character: the file is not text, or is UTF-16 without a byte order "
          "mark. Open it in a spreadsheet program and save it as \"CSV UTF-8\" or .xlsx."};
}

Reason wrong_encoding() {
  return {"TEXT_ENCODING",
          "本行的文字不符合文件的编码（UTF-8、UTF-16 或 GB18030），可能在传输或编辑时损坏。"
          "请用表格软件打开核对本行，再另存为“CSV UTF-8”或 .xlsx。",
          "The text of this row is not valid in the encoding of the file (UTF-8, UTF-16 or "
          "GB18030) and may have been damaged. Check the row in a spreadsheet program and save the "
          "file as \"CSV UTF-8\" or .xlsx."};
}

/// The separator of the first line that has one; a comma if none has.
char separator_of(std::string_view text) {
  std::array<std::size_t, separator_candidates.size()> counts{};
  bool quoted = false, cell_is_quoted = false;
  char before = '\n';
  for (const char c : text) {
    // As it is read: where a cell does not begin with a quote one is like any other character;
    // where it does, two end the quoted text and go on with it.
    const bool begins_cell =
        !quoted && (before == '\n' || before == '\r' ||
                    std::ranges::find(separator_candidates, before) != separator_candidates.end());
    if (begins_cell) cell_is_quoted = c == '"';
    if (c == '"' && cell_is_quoted) quoted = !quoted;
    before = c;
    if (quoted) continue;
    const auto found = std::ranges::find(separator_candidates, c);
    if (found != separator_candidates.end())
      ++counts[static_cast<std::size_t>(found - separator_candidates.begin())];
    if (c == '\n' && std::ranges::max(counts) > 0) break;
  }
  const auto most = std::ranges::max_element(counts);
  return *most > 0 ? separator_candidates[static_cast<std::size_t>(most - counts.begin())] : ',';
}

/// Line ends in the text of a quoted cell: LF, CRLF and CR count one each.
std::uint64_t line_ends(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool line_feed_follows = i + 1 < text.size() && text[i + 1] == '\n';
    count += text[i] == '\n' || (text[i] == '\r' && !line_feed_follows);
  }
  return count;
}

}  // namespace

Parsed<std::unique_ptr<CsvReader>> CsvReader::open(std::unique_ptr<InputFile> file) {
  auto decoder = TextDecoder::open(std::move(file));
  if (decoder.has_error()) return decoder.error();
  std::unique_ptr<CsvReader> reader(new CsvReader(std::move(*decoder)));
  if (const auto filled = reader->fill(); filled.has_error()) return filled.error();
  reader->separator_ = separator_of(reader->buffer_);
  return reader;
}

Parsed<bool> CsvReader::next(Row& row) {
  while (!refusal_) {
    row.number = line_;
    const Progress progress = read_record(row);
    if (progress == Progress::record) {
      if (!row.cells.empty()) return true;
      continue;  // blank
    }
    if (progress == Progress::refused) break;
    if (decoded_ == Decoded::end && unread().empty()) {
      row.cells.clear();
      return false;
    }
    if (decoded_ != Decoded::more || unread().size() > table_row_bytes_max) {
      refuse(unfinished_record());
      break;
    }
    if (auto filled = fill(); filled.has_error()) refuse(filled.error());
  }
  return refused(row);
}

Parsed<bool> CsvReader::fill() {
  buffer_.erase(0, read_);
  read_ = 0;
  const auto step = decoder_->append_to(buffer_);
  if (step.has_error()) return step.error();
  decoded_ = *step;
  return true;
}

/// Why the record at the end of the text, or longer than any may be, cannot be completed.
Reason CsvReader::unfinished_record() const {
  if (decoded_ == Decoded::wrong && unread().size() <= table_row_bytes_max) return wrong_encoding();
  return in_quotes_ ? quote_not_closed() : row_too_long();
}

CsvReader::Progress CsvReader::refuse(Reason reason) {
  // What looks like an endless row or a stray quote in a file that is no text is best named so.
  const std::string_view looked_at = unread().substr(0, table_row_bytes_max);
  const bool has_nul = looked_at.find('\0') != std::string_view::npos;
  refusal_ = has_nul ? nul_character() : std::move(reason);
  return Progress::refused;
}

Parsed<bool> CsvReader::refused(Row& row) {
  row.number = line_;
  row.cells.clear();
  return *refusal_;
}

CsvReader::Progress CsvReader::read_record(Row& row) {
  const std::string_view text = buffer_;
  std::size_t at = read_;
  std::uint64_t lines = 1;
  for (std::size_t column = 0;; ++column) {
    // Beyond the last column one cell is used again and again, only to see whether it is empty.
    const std::size_t kept = std::min(column, table_columns_max);
    if (row.cells.size() <= kept) row.cells.resize(kept + 1);
    std::string& cell = row.cells[kept].text;
    in_quotes_ = at < text.size() && text[at] == '"';
    const Progress progress = in_quotes_ ? read_quoted(at, cell) : read_plain(at, cell);
    if (progress != Progress::record) return progress;
    if (in_quotes_) lines += line_ends(cell);
    if (end_cell(row, column) == Progress::refused) return Progress::refused;
    if (at < text.size() && text[at] == separator_) {
      ++at;
      continue;
    }
    if (at < text.size()) at += text.substr(at, 2) == "\r\n" ? 2 : 1;
    if (at - read_ > table_row_bytes_max) return refuse(row_too_long());
    if (std::memchr(text.data() + read_, '\0', at - read_) != nullptr) {
      return refuse(nul_character());
    }
    row.cells.resize(kept + 1);
    while (!row.cells.empty() && row.cells.back().kind == CellKind::empty) row.cells.pop_back();
    read_ = at;
    line_ += lines;
    return Progress::record;
  }
}

/// Reads the cell whose opening quote is at `at` and leaves `at` on what ends it.
CsvReader::Progress CsvReader::read_quoted(std::size_t& at, std::string& cell) {
  const std::string_view text = buffer_;
  cell.clear();
  for (++at;;) {
    const std::size_t quote = text.find('"', at);
    // Whether a quote ends the cell shows in the character after it, and CR LF are one line end.
    if (quote == std::string_view::npos || quote + 2 >= text.size()) {
      if (decoded_ != Decoded::end || quote == std::string_view::npos) return Progress::needs_more;
    }
    cell.append(text, at, quote - at);
    at = quote + 1;
    if (at == text.size() || text[at] == separator_ || text[at] == '\n' || text[at] == '\r') {
      return Progress::record;
    }
    if (text[at] != '"') return refuse(text_after_quote());
    cell += '"';
    ++at;
  }
}

/// Reads the cell that starts at `at` without a quote and leaves `at` on what ends it.
CsvReader::Progress CsvReader::read_plain(std::size_t& at, std::string& cell) {
  const std::string_view text = buffer_;
  const char* const begin = text.data() + at;
  const char* const end = text.data() + text.size();
  const char separator = separator_;
  const char* stop = begin;
  while (stop != end && *stop != separator && *stop != '\n' && *stop != '\r') ++stop;
  const bool line_end_may_be_cut = stop != end && *stop == '\r' && stop + 1 == end;
  if ((stop == end || line_end_may_be_cut) && decoded_ != Decoded::end) return Progress::needs_more;
  if (stop == end && begin == end && at == read_) return Progress::needs_more;  // no record at all
  cell.assign(begin, stop);
  at += static_cast<std::size_t>(stop - begin);
  return Progress::record;
}

CsvReader::Progress CsvReader::end_cell(Row& row, std::size_t column) {
  Cell& cell = row.cells[std::min(column, table_columns_max)];
  cell.kind = cell.text.empty() ? CellKind::empty : CellKind::text;
  if (cell.kind == CellKind::empty) return Progress::record;
  if (column >= table_columns_max) return refuse(too_many_columns());
  const bool too_long = cell.text.size() > table_cell_characters_max &&
                        count_characters(cell.text) > table_cell_characters_max;
  return too_long ? refuse(cell_too_long()) : Progress::record;
}

}  // namespace kinledger::ledger::intake
