// Rows of one sheet of an .xlsx workbook (SpreadsheetML, ECMA-376, transitional or strict; Excel
// 2007 and later, WPS, LibreOffice and the libraries that write for them).
//
// Hidden rows and columns are read like others. The sheet's own statement of its size is not
// believed. Rows and cells may leave out their positions; those that are given must increase.
//
// Refusal codes beside those of ledger/intake/row_source.h:
//   XLSX_DAMAGED    the archive or a part is cut off, contradicts its checksum or its format
//   XLSX_DTD        a part declares a document type, the first step of entity attacks
//   XLSX_BOMB       inflates more than zip_ratio_max times
//   XLSX_TOO_LARGE  inflates to more than workbook_unpacked_bytes_max, or has more of something
//                   than the limits of ledger/intake/xlsx_workbook.h
//   XLSX_ENCRYPTED  an encrypted part (workbooks saved with a password are FILE_OLD_XLS)
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/intake/row_source.h"
#include "ledger/intake/xlsx_sheet.h"
#include "ledger/intake/xlsx_workbook.h"
#include "ledger/intake/xml_part.h"
#include "ledger/intake/zip_archive.h"
#include "ledger/refusal.h"

namespace kinledger::ledger::intake {

/// Holds the shared strings, a step of XML and one row. One thread at a time.
class XlsxReader final : public RowSource {
 public:
  /// Reads all but the sheet itself. Refused: FILE_UNREADABLE, FILE_NOT_A_WORKBOOK, SHEET_MISSING,
  /// and the codes above.
  static Parsed<std::unique_ptr<XlsxReader>> open(const std::filesystem::path& path,
                                                  const std::optional<std::string>& sheet);

  Parsed<bool> next(Row& row) override;
  std::string_view sheet_name() const override { return sheet_.name; }
  std::optional<RowRange> merged_below(std::uint64_t row) const override;
  std::span<const std::string> other_sheets() const override { return sheet_.others; }

 private:
  XlsxReader(std::unique_ptr<ZipArchive> archive, OpenedSheet sheet)
      : archive_(std::move(archive)),
        sheet_(std::move(sheet)),
        rows_(sheet_),
        part_(*archive_, sheet_.part, rows_) {}

  std::unique_ptr<ZipArchive> archive_;
  OpenedSheet sheet_;
  SheetRows rows_;
  XmlPart part_;
  bool ended_ = false;
  std::optional<Reason> refusal_;
};

}  // namespace kinledger::ledger::intake
