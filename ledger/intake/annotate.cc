#include "ledger/intake/annotate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/intake/form.h"
#include "ledger/intake/form_header.h"
#include "ledger/intake/row_source.h"
#include "ledger/intake/workbook_writer.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::string_view sheet_name = "批注 annotated";

Error unreadable(const Reason& reason) {
  return {Failure::invalid, "The table cannot be copied (" + reason.code + "): " + reason.en};
}

/// What must be known of the table before the first row can be written.
struct Shape {
  std::optional<FormHeader> header;
  std::uint64_t header_row = 1;
  std::size_t columns = 0;
  std::optional<std::size_t> errors_column;  ///< of an earlier copy
};

Result<Shape> read_shape(const std::filesystem::path& table, const FormOptions& options) {
  Shape shape;
  {
    auto rows = open_rows(table, {options.sheet});
    if (rows.has_error()) return unreadable(rows.error());
    const Form* form = options.format.empty() ? nullptr : find_form(options.format);
    shape.header = recognise(**rows, form).header;
  }
  auto rows = open_rows(table, {options.sheet});
  if (rows.has_error()) return unreadable(rows.error());
  const std::string errors = normalised_heading(errors_heading);
  Row row;
  bool is_first = true;
  for (;;) {
    const auto more = (*rows)->next(row);
    if (more.has_error()) return unreadable(more.error());
    if (!*more) return shape;
    if (is_first) shape.header_row = row.number;
    if (shape.header) shape.header_row = shape.header->row;
    is_first = false;
    shape.columns = std::max(shape.columns, row.cells.size());
    if (row.number != shape.header_row) continue;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (normalised_heading(row.cells[i].text) == errors) shape.errors_column = i;
    }
  }
}

std::optional<std::size_t> column_of(const Shape& shape, const std::string& field) {
  if (!shape.header || field.empty()) return std::nullopt;
  const auto& headings = shape.header->headings;
  auto found = std::ranges::find(headings, field);
  if (found == headings.end()) {
    found = std::ranges::find(headings, shape.header->heading_of(field));
  }
  if (found == headings.end()) return std::nullopt;
  return static_cast<std::size_t>(found - headings.begin());
}

void add(RowAnnotation& annotation, const Refusal& refusal, const Shape& shape) {
  const std::string text = refusal.reason.zh + " / " + refusal.reason.en;
  if (!annotation.errors.empty()) annotation.errors += '\n';
  if (!refusal.field.empty()) annotation.errors += refusal.field + "：";
  annotation.errors += text;
  if (const auto column = column_of(shape, refusal.field)) {
    annotation.marks.push_back({*column, text});
  }
}

}  // namespace

Result<void> annotate(const std::filesystem::path& table, const FormOptions& options,
                      std::span<const Refusal> refusals, std::uint64_t refusals_count,
                      const std::filesystem::path& workbook) {
  const auto shape = read_shape(table, options);
  if (shape.has_error()) return shape.error();
  std::map<std::uint64_t, RowAnnotation> annotations;
  for (const Refusal& refusal : refusals) {
    add(annotations[refusal.row == 0 ? shape->header_row : refusal.row], refusal, *shape);
  }
  if (refusals_count > refusals.size()) {
    const std::string all = std::to_string(refusals_count);
    const std::string shown = std::to_string(refusals.size());
    std::string& errors = annotations[shape->header_row].errors;
    if (!errors.empty()) errors += '\n';
    errors += "共 " + all + " 处错误，此处列出前 " + shown + " 处。 / There are " + all +
              " errors; the first " + shown + " are shown.";
  }
  auto writer = WorkbookWriter::create(workbook);
  if (writer.has_error()) return writer.error();
  auto started = (*writer)->add_annotated(
      {std::string(sheet_name), shape->header_row, shape->errors_column.value_or(shape->columns)});
  if (started.has_error()) return started;
  auto rows = open_rows(table, {options.sheet});
  if (rows.has_error()) return unreadable(rows.error());
  Row row;
  for (;;) {
    const auto more = (*rows)->next(row);
    if (more.has_error()) return unreadable(more.error());
    if (!*more) return (*writer)->finish();
    const auto found = annotations.find(row.number);
    auto written = (*writer)->write_row(
        row, found == annotations.end() ? RowAnnotation{} : std::move(found->second));
    if (written.has_error()) return written;
  }
}

}  // namespace kinledger::ledger::intake
