#include "ledger/intake/xlsx_sheet.h"

#include <charconv>
#include <utility>

#include "ledger/calendar.h"
#include "ledger/intake/xlsx_values.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return value;
}

Cell text_cell(std::string text) {
  const CellKind kind = text.empty() ? CellKind::empty : CellKind::text;
  return {kind, std::move(text)};
}

}  // namespace

void SheetRows::start(XmlPart& part, std::string_view element, const XmlAttributes& attributes) {
  if (skipped_depth_ > 0) {
    ++skipped_depth_;
    return;
  }
  switch (place_) {
    case Place::outside:
      if (element != "worksheet") return part.refuse_damaged();
      place_ = Place::worksheet;
      return;
    case Place::worksheet:
      if (element == "mergeCells") {
        place_ = Place::merge_cells;
        return;
      }
      if (element != "sheetData") break;
      if (std::exchange(data_seen_, true)) return part.refuse_damaged();
      place_ = Place::sheet_data;
      return;
    case Place::sheet_data:
      if (element != "row") break;
      return start_row(part, attributes);
    case Place::row:
      if (element != "c") break;
      return start_cell(part, attributes);
    case Place::cell:
      return start_in_cell(element);
    case Place::inline_string:
      if (element == "is") return part.refuse_damaged();
      return rich_.start(element);
    case Place::merge_cells:
      if (element == "mergeCell") take_merged(part, attributes);
      break;
    case Place::value:
    case Place::formula:
      break;
  }
  skipped_depth_ = 1;
}

void SheetRows::start_row(XmlPart& part, const XmlAttributes& attributes) {
  invariant(row_ != nullptr);
  const auto stated = attributes.find("r");
  const auto number = stated ? parse_whole<std::uint64_t>(*stated) : number_ + 1;
  if (!number || *number <= number_ || *number > sheet_rows_max) return part.refuse_damaged();
  place_ = Place::row;
  number_ = *number;
  row_->number = number_;
  row_->cells.clear();
  row_bytes_ = 0;
  next_column_ = 0;
}

void SheetRows::start_cell(XmlPart& part, const XmlAttributes& attributes) {
  column_ = next_column_;
  if (const auto stated = attributes.find("r")) {
    const auto position = parse_cell_position(*stated);
    if (!position || position->row != number_ || position->column < next_column_) {
      return part.refuse_damaged();
    }
    column_ = position->column;
  }
  const auto storage = storage_of(attributes.find("t"));
  if (!storage || column_ >= sheet_columns_max) return part.refuse_damaged();
  const auto style_text = attributes.find("s");
  const auto style = style_text ? parse_whole<std::size_t>(*style_text) : std::size_t{0};
  place_ = Place::cell;
  next_column_ = column_ + 1;
  storage_ = *storage;
  date_style_ = style && *style < sheet_.date_styles.size() && sheet_.date_styles[*style];
  formula_ = false;
  text_.clear();
}

void SheetRows::start_in_cell(std::string_view element) {
  if (element == "v") {
    place_ = Place::value;
  } else if (element == "f") {
    formula_ = true;
    place_ = Place::formula;
  } else if (element == "is") {
    place_ = Place::inline_string;
  } else {
    skipped_depth_ = 1;
  }
}

void SheetRows::take_merged(XmlPart& part, const XmlAttributes& attributes) {
  const auto range = attributes.find("ref");
  const auto colon = range ? range->find(':') : std::string_view::npos;
  if (colon == std::string_view::npos) return part.refuse_damaged();
  const auto first = parse_cell_position(range->substr(0, colon));
  const auto last = parse_cell_position(range->substr(colon + 1));
  if (!first || !last || last->row < first->row) return part.refuse_damaged();
  if (last->row == first->row) return;
  if (merged_.size() == sheet_merged_max)
    return part.refuse(
        too_many_in_workbook("合并单元格", "blocks of merged cells", sheet_merged_max));
  merged_.push_back({first->row, last->row});
}

void SheetRows::text(XmlPart& part, std::string_view characters) {
  if (skipped_depth_ > 0) return;
  if (place_ == Place::value) text_ += characters;
  if (place_ == Place::inline_string) rich_.characters(characters);
  if (text_.size() > table_row_bytes_max) part.refuse(cell_too_long());
}

void SheetRows::end(XmlPart& part, std::string_view element) {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return;
  }
  switch (place_) {
    case Place::outside:
      return;
    case Place::worksheet:
      place_ = Place::outside;
      return;
    case Place::sheet_data:
    case Place::merge_cells:
      place_ = Place::worksheet;
      return;
    case Place::row:
      place_ = Place::sheet_data;
      return end_row(part);
    case Place::cell:
      place_ = Place::row;
      return end_cell(part);
    case Place::inline_string:
      if (element != "is") return rich_.end(element);
      [[fallthrough]];
    case Place::value:
    case Place::formula:
      place_ = Place::cell;
      return;
  }
}

void SheetRows::end_cell(XmlPart& part) {
  auto cell = value_of_cell();
  if (!cell) return part.refuse_damaged();
  if (cell->kind == CellKind::empty) return;
  row_bytes_ += cell->text.size();
  delivered_bytes_ += cell->text.size();
  if (auto reason = limit_exceeded(*cell)) return part.refuse(std::move(*reason));
  row_->cells.resize(column_ + 1);
  row_->cells[column_] = std::move(*cell);
}

void SheetRows::end_row(XmlPart& part) {
  if (!row_->cells.empty()) part.pause();
}

std::optional<Reason> SheetRows::limit_exceeded(const Cell& cell) const {
  if (column_ >= table_columns_max) return too_many_columns();
  if (cell.text.size() > table_cell_characters_max &&
      count_characters(cell.text) > table_cell_characters_max) {
    return cell_too_long();
  }
  if (row_bytes_ > table_row_bytes_max) return row_too_long();
  if (delivered_bytes_ > table_file_bytes_max) return file_too_large();
  return std::nullopt;
}

std::optional<SheetRows::Storage> SheetRows::storage_of(std::optional<std::string_view> type) {
  if (!type || type == "n") return Storage::number;
  if (type == "s") return Storage::shared;
  if (type == "str") return Storage::text;
  if (type == "inlineStr") return Storage::inline_text;
  if (type == "b") return Storage::boolean;
  if (type == "e") return Storage::error;
  if (type == "d") return Storage::iso_date;
  return std::nullopt;
}

/// The cell as people see it, or nothing if what is stored contradicts the format.
std::optional<Cell> SheetRows::value_of_cell() const {
  const bool result_missing = formula_ && text_.empty() && storage_ != Storage::text;
  if (result_missing) return Cell{CellKind::error, ""};
  if (text_.empty()) return Cell{};
  switch (storage_) {
    case Storage::number:
      return value_of_number();
    case Storage::shared: {
      const auto index = parse_whole<std::size_t>(text_);
      const auto shared = index ? sheet_.strings.at(*index) : std::nullopt;
      if (!shared) return std::nullopt;
      return text_cell(std::string(*shared));
    }
    case Storage::text: {
      std::string text;
      append_unescaped(text_, text);
      return text_cell(std::move(text));
    }
    case Storage::inline_text:
      return text_cell(text_);
    case Storage::boolean:
      if (text_ == "1" || text_ == "true") return Cell{CellKind::boolean, "TRUE"};
      if (text_ == "0" || text_ == "false") return Cell{CellKind::boolean, "FALSE"};
      return std::nullopt;
    case Storage::error:
      return Cell{CellKind::error, text_};
    case Storage::iso_date: {
      const std::string_view day = std::string_view(text_).substr(0, 10);
      if (parse_date(day).has_error()) return text_cell(text_);
      return Cell{CellKind::date, std::string(day)};
    }
  }
  return std::nullopt;
}

std::optional<Cell> SheetRows::value_of_number() const {
  const auto number = stored_number(text_);
  if (!number) return std::nullopt;
  if (date_style_) {
    if (auto day = stored_date_text(*number, sheet_.dates)) return Cell{CellKind::date, *day};
  }
  return Cell{CellKind::number, number_text(*number)};
}

}  // namespace kinledger::ledger::intake
