#include "tests/fuzz/read_table.h"

#include "ledger/crypto.h"
#include "ledger/intake/form_reader.h"
#include "ledger/intake/row_source.h"
#include "tests/fuzz/refusals.h"

namespace kinledger::fuzz {
namespace {

using namespace ledger::intake;

void check_row(const Row& row, std::uint64_t number_before) {
  invariant(row.number > number_before, "rows come from top to bottom");
  invariant(!row.cells.empty() && row.cells.size() <= table_columns_max);
  invariant(row.cells.back().kind != CellKind::empty, "the last cell holds something");
  for (const Cell& cell : row.cells) invariant(ledger::is_utf8(cell.text));
}

void read_rows(const std::filesystem::path& path) {
  const auto source = open_rows(path);
  if (source.has_error()) return check(source.error());
  Row row;
  for (std::uint64_t number = 0;; number = row.number) {
    const auto more = (*source)->next(row);
    if (more.has_value() && *more) {
      check_row(row, number);
      continue;
    }
    invariant(row.cells.empty());
    const auto again = (*source)->next(row);
    invariant(again == more, "the end and a refusal last");
    if (more.has_error()) check_private(more.error());
    return;
  }
}

/// The events of the form that is recognised, checked and then made.
void read_form(const std::filesystem::path& path) {
  ImportOptions options;
  options.form.today = ledger::date_max;
  options.digest = [](ledger::ByteView bytes) { return ledger::sha256(bytes); };
  options.skip_invalid = true;
  const auto checked = FormReader::check(path, options);
  for (const auto& refusal : checked.refusals.shown) check_private(refusal.reason);
  if (checked.reader == nullptr) return;
  for (std::uint64_t part = 0; part <= checked.reader->submissions(); ++part) {
    const auto submission = checked.reader->next();
    invariant(submission.has_value(), "the second reading sees what the first one saw");
    invariant(submission->has_value() == (part < checked.reader->submissions()));
  }
}

}  // namespace

void read_table(const std::filesystem::path& path) {
  read_rows(path);
  read_form(path);
}

}  // namespace kinledger::fuzz
