#include "ledger/intake/row_source.h"

#include <array>
#include <span>
#include <utility>

#include "ledger/intake/csv_reader.h"
#include "ledger/intake/input_file.h"
#include "ledger/intake/xlsx_reader.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::string_view zip_magic{"PK\x03\x04", 4};
constexpr std::string_view empty_zip_magic{"PK\x05\x06", 4};
constexpr std::string_view ole2_magic{"\xD0\xCF\x11\xE0", 4};

Reason old_xls() {
  return {
      "FILE_OLD_XLS",
      "文件是旧版 .xls 工作簿，或带有密码。请用表格软件打开，取消密码，另存为 .xlsx 后重新提交。",
      "The file is an old .xls workbook or has a password. Open it in a spreadsheet program, "
      "remove the password and save it as .xlsx."};
}

Reason web_page() {
  return {"FILE_NOT_A_WORKBOOK",
          "文件内容是网页或 XML，不是表格，尽管文件名可能以 .xls 或 .csv 结尾。"
          "请用表格软件打开后另存为 .xlsx。",
          "The file is a web page or XML, whatever its name ends with. Open it in a spreadsheet "
          "program and save it as .xlsx."};
}

Reason csv_has_no_sheets() {
  return {"SHEET_MISSING", "文件是 CSV，没有工作表。请不要指定工作表，或提交 .xlsx 文件。",
          "The file is CSV, which has no sheets. Leave the sheet name out or hand in an .xlsx "
          "file."};
}

/// Exports of older systems are HTML or XML under the name of a table. No table begins with `<`.
bool looks_like_markup(std::string_view beginning) {
  if (beginning.starts_with("\xEF\xBB\xBF")) beginning.remove_prefix(3);
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && beginning[first] == '<';
}

/// Fills `bytes` from the beginning of the file; answers how many there were.
Parsed<std::size_t> read_beginning(const std::filesystem::path& path, std::span<char> bytes) {
  auto file = InputFile::open(path);
  if (file.has_error()) return file.error();
  return (*file)->read(bytes);
}

}  // namespace

std::optional<RowRange> RowSource::merged_below(std::uint64_t) const { return std::nullopt; }

std::span<const std::string> RowSource::other_sheets() const { return {}; }

const Cell& Row::at(std::size_t column) const {
  static const Cell empty;
  return column < cells.size() ? cells[column] : empty;
}

Parsed<std::unique_ptr<RowSource>> open_rows(const std::filesystem::path& path,
                                             const OpenOptions& options) {
  std::array<char, 64> bytes;
  const auto got = read_beginning(path, bytes);
  if (got.has_error()) return got.error();
  const std::string_view beginning(bytes.data(), *got);
  if (beginning.starts_with(ole2_magic)) return old_xls();
  if (beginning.starts_with(zip_magic) || beginning.starts_with(empty_zip_magic)) {
    auto workbook = XlsxReader::open(path, options.sheet);
    if (workbook.has_error()) return workbook.error();
    return std::unique_ptr<RowSource>(std::move(*workbook));
  }
  if (looks_like_markup(beginning)) return web_page();
  if (options.sheet) return csv_has_no_sheets();
  auto file = InputFile::open(path);
  if (file.has_error()) return file.error();
  auto csv = CsvReader::open(std::move(*file));
  if (csv.has_error()) return csv.error();
  return std::unique_ptr<RowSource>(std::move(*csv));
}

Reason file_unreadable() {
  return {"FILE_UNREADABLE",
          "无法读取文件。请检查路径和权限；它必须是普通文件，读取期间不能被修改。",
          "The file cannot be read. Check path and permissions; it must be an ordinary file that "
          "does not change while it is read."};
}

Reason file_empty() {
  return {"FILE_EMPTY", "文件是空的。请检查是否选对了文件，或保存是否完成。",
          "The file is empty. Check that it is the right one and that it was saved completely."};
}

Reason file_too_large() {
  return {"FILE_TOO_LARGE", "文件内容超过 2 GiB 的上限。请拆分成几个文件提交。",
          "The file holds more than the limit of 2 GiB. Split it into several files."};
}

Reason row_too_long() {
  return {"ROW_TOO_LONG", "本行内容超过 1 MiB 的上限。请检查换行和引号，并删除多余内容。",
          "This row holds more than the limit of 1 MiB. Check line ends and quotes, and remove "
          "what does not belong there."};
}

Reason too_many_columns() {
  return {"TOO_MANY_COLUMNS", "本行在第 256 列（IV）之后还有内容。请删除多余的列。",
          "This row has values beyond column 256 (IV). Remove the surplus columns."};
}

Reason cell_too_long() {
  return {"CELL_TOO_LONG", "本行有单元格超过 32,767 个字符的上限。请缩短内容。",
          "A cell of this row is longer than the limit of 32,767 characters. Shorten it."};
}

}  // namespace kinledger::ledger::intake
