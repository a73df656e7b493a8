// The sheet part of a workbook (CT_Worksheet of ECMA-376 part 1, 18.3.1.99), row by row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake/rich_text.h"
#include "ledger/intake/row_source.h"
#include "ledger/intake/xlsx_workbook.h"
#include "ledger/intake/xml_part.h"

namespace kinledger::ledger::intake {

/// Pauses its part behind each row that is not blank. Borrows the sheet.
class SheetRows final : public XmlHandler {
 public:
  explicit SheetRows(const OpenedSheet& sheet) : sheet_(sheet), rich_(text_) {}

  /// Where the next row goes; borrowed until the part pauses or ends.
  void read_into(Row& row) { row_ = &row; }
  /// Number of the row that was read last or is being read; 0 before the first.
  std::uint64_t last_number() const { return number_; }
  /// The blocks of merged cells that are higher than one row; they stand behind all rows.
  std::span<const RowRange> merged() const { return merged_; }

  void start(XmlPart& part, std::string_view element, const XmlAttributes& attributes) override;
  void end(XmlPart& part, std::string_view element) override;
  void text(XmlPart& part, std::string_view characters) override;

 private:
  /// Where in the sheet the parser is.
  enum class Place {
    outside,
    worksheet,
    sheet_data,
    row,
    cell,
    value,
    formula,
    inline_string,
    merge_cells
  };
  /// How a cell stores its value (ST_CellType); iso_date only in strict workbooks.
  enum class Storage { number, shared, text, inline_text, boolean, error, iso_date };

  void start_row(XmlPart& part, const XmlAttributes& attributes);
  void start_cell(XmlPart& part, const XmlAttributes& attributes);
  void start_in_cell(std::string_view element);
  void take_merged(XmlPart& part, const XmlAttributes& attributes);
  void end_cell(XmlPart& part);
  void end_row(XmlPart& part);
  static std::optional<Storage> storage_of(std::optional<std::string_view> type);
  std::optional<Cell> value_of_cell() const;
  std::optional<Cell> value_of_number() const;
  std::optional<Reason> limit_exceeded(const Cell& cell) const;

  const OpenedSheet& sheet_;
  Row* row_ = nullptr;
  Place place_ = Place::outside;
  std::size_t skipped_depth_ = 0;  ///< inside an element that does not matter
  bool data_seen_ = false;

  std::vector<RowRange> merged_;

  std::uint64_t number_ = 0;
  std::size_t row_bytes_ = 0;
  std::uint64_t delivered_bytes_ = 0;  ///< one shared string can be delivered again and again

  std::size_t next_column_ = 0;
  std::size_t column_ = 0;
  Storage storage_ = Storage::number;
  bool date_style_ = false;
  bool formula_ = false;
  std::string text_;  ///< of the value being read, as stored
  RichText rich_;
};

}  // namespace kinledger::ledger::intake
