// A page of the journal: what is a page is the page that a writer makes of its events.
#include "ledger/page.h"

#include <algorithm>

#include "tests/fuzz/target.h"

namespace kinledger::fuzz {

void page(ByteView input) {
  const auto page = ledger::Page::read(input);
  if (!page) return;
  ledger::PageWriter writer;
  for (std::size_t i = 0; i < page->count(); ++i) {
    if (writer.is_full()) return;  // a writer would have begun another one
    writer.add(page->event(i));
  }
  invariant(std::ranges::equal(writer.finish(), input));
}

const Registered registered_page({"page", page, 40'000});

}  // namespace kinledger::fuzz
