// A workbook: as it is when it begins like an archive, to reach the ZIP; else the input is the XML
// of the sheet, the shared strings, the styles and the list of sheets, a zero byte after each,
// which an archive is made of, to get past its checksums.
#include <string>
#include <vector>

#include "tests/fuzz/read_table.h"
#include "tests/fuzz/scratch_file.h"
#include "tests/fuzz/target.h"
#include "tests/ledger/intake/table_files.h"

namespace kinledger::fuzz {
namespace {

using ledger::intake::HandmadeWorkbook;

HandmadeWorkbook workbook_of(std::string_view parts) {
  HandmadeWorkbook workbook;
  for (auto* const part :
       {&workbook.sheet, &workbook.shared_strings, &workbook.styles, &workbook.sheets}) {
    const auto end = parts.find('\0');
    *part = parts.substr(0, end);
    if (end == std::string_view::npos) break;
    parts.remove_prefix(end + 1);
  }
  return workbook;
}

}  // namespace

void xlsx(ByteView input) {
  static const ScratchFile file;
  const auto text = ledger::as_text(input);
  if (text.starts_with("PK")) {
    file.put(input);
  } else {
    constexpr ledger::intake::ZipStyle stored{.level = 0};
    workbook_of(text).put(file.path(), stored);
  }
  read_table(file.path());
}

const Registered registered_xlsx({"xlsx", xlsx, 2'000});

}  // namespace kinledger::fuzz
