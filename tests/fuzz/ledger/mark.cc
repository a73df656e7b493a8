// The durable mark. The input is its two records, without the zeros between them; it is read as it
// is, and with the checks that its bytes should have, which no chance finds. The mark is that of
// the ledger that the first record names.
#include "ledger/mark.h"

#include <algorithm>

#include "ledger/crypto.h"
#include "tests/fuzz/scratch_file.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

using namespace ledger;

// See ledger/mark.h.
constexpr std::size_t record_bytes = 64;
constexpr std::size_t slot_bytes = 4096;
constexpr std::size_t check_offset = 4;
constexpr std::size_t ledger_offset = 8;

void put_check(std::span<std::uint8_t> record) {
  if (record.size() < record_bytes) return;
  const ByteView bytes(record);
  const Hash hash = sha256({bytes.first(check_offset), bytes.subspan(ledger_offset)});
  std::copy_n(hash.bytes.begin(), ledger_offset - check_offset, record.begin() + check_offset);
}

Bytes laid_out(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  Bytes file(first.begin(), first.end());
  if (second.empty()) return file;
  file.resize(slot_bytes);
  file.insert(file.end(), second.begin(), second.end());
  return file;
}

void open_mark(ByteView bytes) {
  static const ScratchFile file;
  file.put(bytes);
  LedgerId ledger;
  if (bytes.size() >= record_bytes)
    std::copy_n(bytes.begin() + ledger_offset, ledger.bytes.size(), ledger.bytes.begin());
  auto opened = Mark::open(file.path(), ledger);
  if (!opened) {
    invariant(opened.error().failure != Failure::unavailable, opened.error().what);
    return;
  }
  const TreeHead head = (*opened)->head();
  opened->reset();
  const auto again = Mark::open(file.path(), ledger);
  invariant(again.has_value() && (*again)->head() == head, "opening changes no mark");
}

}  // namespace

void mark(ByteView input) {
  Bytes records(input.begin(), input.begin() + std::min(input.size(), 2 * record_bytes));
  const auto first = std::span(records).first(std::min(records.size(), record_bytes));
  const auto second = std::span(records).subspan(first.size());
  open_mark(laid_out(first, second));
  put_check(first);
  put_check(second);
  open_mark(laid_out(first, second));
}

const Registered registered_mark({"mark", mark, 10'000});

}  // namespace kinledger::fuzz
