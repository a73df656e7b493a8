#include "projections/import_copies.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "ledger/intake/annotate.h"
#include "ledger/intake/form.h"
#include "ledger/intake/form_header.h"
#include "ledger/intake/whole_file.h"
#include "ledger/intake/workbook_writer.h"

namespace kinledger::projections {

using ledger::Refusal;
using ledger::Result;
using ledger::intake::CsvWriter;
using ledger::intake::FormOptions;
using TableRow = ledger::intake::Row;

namespace {

/// `last` stands behind `columns` cells: rows end with their last filled cell.
Result<void> write(CsvWriter& writer, const TableRow& row, std::size_t columns,
                   std::string_view last) {
  std::vector<std::string_view> cells;
  for (const auto& cell : row.cells) cells.push_back(cell.text);
  if (cells.size() < columns) cells.resize(columns);
  cells.push_back(last);
  return writer.write(cells);
}

/// The rows above the table's first one, with the header; the heading of the errors behind it.
/// Gives the number of the columns.
Result<std::size_t> copy_header(const std::string& path, const FormOptions& form_options,
                                CsvWriter& writer) {
  auto source = ledger::intake::open_rows(path, {form_options.sheet});
  if (!source) return std::size_t{0};
  const auto* form =
      form_options.format.empty() ? nullptr : ledger::intake::find_form(form_options.format);
  const auto recognition = ledger::intake::recognise(**source, form);
  if (!recognition.header) return std::size_t{0};
  for (const auto& row : recognition.above)
    if (const auto written = write(writer, row, 0, ""); !written) return written.error();
  auto again = ledger::intake::open_rows(path, {form_options.sheet});
  TableRow row;
  while (again && (*again)->next(row) == ledger::Parsed<bool>(true))
    if (row.number == recognition.header->row) {
      const auto columns = row.cells.size();
      const auto written = write(writer, row, columns, ledger::intake::errors_heading);
      if (!written) return written.error();
      return columns;
    }
  return std::size_t{0};
}

FormOptions form_of(const ImportRequest& request) {
  FormOptions form;
  form.format = request.format;
  if (!request.sheet.empty()) form.sheet = request.sheet;
  return form;
}

/// The rows of a table that the refusals name.
Result<void> write_rejected_rows(const std::string& table, const ImportRequest& request,
                                 std::span<const Refusal> refusals) {
  std::map<std::uint64_t, std::vector<Refusal>> by_row;
  for (const auto& refusal : refusals) by_row[refusal.row].push_back(refusal);
  const auto form = form_of(request);
  auto rejected = RejectedRows::create(table, form, request);
  if (!rejected) return rejected.error();
  auto rows = ledger::intake::open_rows(table, {form.sheet});
  TableRow row;
  while (rows && (*rows)->next(row) == ledger::Parsed<bool>(true))
    if (const auto found = by_row.find(row.number); found != by_row.end())
      if (const auto written = (*rejected)->add(row, found->second); !written)
        return written.error();
  return (*rejected)->finish();
}

}  // namespace

Result<std::unique_ptr<RejectedRows>> RejectedRows::create(const std::string& table,
                                                           const FormOptions& form,
                                                           const ImportRequest& request) {
  auto writer = CsvWriter::create(request.rejects);
  if (!writer) return writer.error();
  const auto columns = copy_header(table, form, **writer);
  if (!columns) return columns.error();
  return std::unique_ptr<RejectedRows>(
      new RejectedRows(std::move(*writer), *columns, request.language));
}

Result<void> RejectedRows::add(const TableRow& row, std::span<const Refusal> refusals) {
  std::string errors;
  for (const auto& refusal : refusals) {
    const auto& reason = refusal.reason;
    const auto& text = language_ == Language::zh ? reason.zh : reason.en;
    errors +=
        (errors.empty() ? "" : "; ") + refusal.field + (refusal.field.empty() ? "" : ": ") + text;
  }
  return write(*writer_, row, columns_, errors);
}

Result<void> write_rejected_lines(const std::string& from, const std::string& to,
                                  std::vector<std::uint64_t> rows) {
  std::ranges::sort(rows);
  auto out = ledger::intake::WholeFile::create(to);
  if (!out) return out.error();
  std::ifstream in(from, std::ios::binary);
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number)
    if (std::ranges::binary_search(rows, number))
      if (const auto written = (*out)->write(line + "\n"); !written) return written.error();
  if (in.bad() || !in.eof())
    return ledger::Error{ledger::Failure::unavailable, from + " cannot be read to its end"};
  return (*out)->keep();
}

Result<void> write_annotated(const std::string& table, const FormOptions& form,
                             const ImportRequest& request,
                             const ledger::intake::RefusalList& refusals) {
  if (request.annotate.empty()) return {};
  const auto written =
      ledger::intake::annotate(table, form, refusals.shown, refusals.count, request.annotate);
  if (!written && written.error().failure != ledger::Failure::invalid) return written.error();
  if (!written && request.warn) request.warn("no annotated copy: " + written.error().what);
  return {};
}

Result<void> write_copies(const std::string& path, const ImportRequest& request,
                          const ledger::intake::RefusalList& refusals, bool holds_lines) {
  if (refusals.empty()) return {};
  if (!request.rejects.empty() && refusals.count > refusals.shown.size() && request.warn)
    request.warn("only the first " + std::to_string(refusals.shown.size()) + " of " +
                 std::to_string(refusals.count) + " refusals are known here");
  if (!holds_lines) {
    if (!request.rejects.empty())
      if (const auto written = write_rejected_rows(path, request, refusals.shown); !written)
        return written.error();
    return write_annotated(path, form_of(request), request, refusals);
  }
  std::vector<std::uint64_t> lines;
  for (const auto& refusal : refusals.shown)
    if (refusal.row != 0) lines.push_back(refusal.row);
  if (request.rejects.empty() || lines.empty()) return {};
  return write_rejected_lines(path, request.rejects, std::move(lines));
}

}  // namespace kinledger::projections
