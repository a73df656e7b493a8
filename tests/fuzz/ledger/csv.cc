// A table as CSV. (Bytes that begin like a workbook are read as one.)
#include "tests/fuzz/read_table.h"
#include "tests/fuzz/scratch_file.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {

void csv(ByteView input) {
  static const ScratchFile file;
  file.put(input);
  read_table(file.path());
}

const Registered registered_csv({"csv", csv, 4'000});

}  // namespace kinledger::fuzz
