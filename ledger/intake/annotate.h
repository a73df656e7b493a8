// A copy of a clerk's table with what is wrong in it (批注): every row as it was, a column with the
// errors of each row in both languages, and the wrong cells marked and commented. The copy can be
// put right and handed in again: importers pass its column of errors over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "ledger/intake/form_rows.h"
#include "ledger/refusal.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {

/// Writes the copy to `workbook`. `options` are those that the table was read with; `refusals` may
/// come from reading it and from the ledger; those of row 0 stand at the header. `refusals_count`
/// is how many there were in all: the header says so when not all are given. Fails as
/// WorkbookWriter does, and with `invalid` when the table cannot be read to its end: then nothing
/// is written.
Result<void> annotate(const std::filesystem::path& table, const FormOptions& options,
                      std::span<const Refusal> refusals, std::uint64_t refusals_count,
                      const std::filesystem::path& workbook);

}  // namespace kinledger::ledger::intake
