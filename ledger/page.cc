#include "ledger/page.h"

#include <cstring>
#include <string>
#include <utility>

namespace kinledger::ledger {
namespace {

constexpr std::uint16_t page_format = 1;
constexpr std::size_t page_header_bytes = 4;

std::size_t table_bytes(std::size_t count) { return (page_header_bytes + 2 * count + 7) / 8 * 8; }

Error corrupt_page(std::string what) { return {Failure::corrupt, std::move(what)}; }

}  // namespace

void PageWriter::add(ByteView event) {
  invariant(!is_full());
  invariant(!event.empty() && event.size() % 8 == 0 && event.size() / 8 <= 0xffff);
  words_.push_back(static_cast<std::uint16_t>(event.size() / 8));
  events_.insert(events_.end(), event.begin(), event.end());
}

Bytes PageWriter::finish() {
  invariant(!words_.empty());
  Bytes page(table_bytes(words_.size()));
  const auto count = static_cast<std::uint16_t>(words_.size());
  std::memcpy(page.data(), &page_format, 2);
  std::memcpy(page.data() + 2, &count, 2);
  std::memcpy(page.data() + page_header_bytes, words_.data(), 2 * words_.size());
  page.insert(page.end(), events_.begin(), events_.end());
  words_.clear();
  events_.clear();
  return page;
}

Result<Page> Page::read(ByteView stored) {
  if (stored.size() < 8 || stored.size() % 8 != 0)
    return corrupt_page("a page has an impossible size");
  std::uint16_t format, count;
  std::memcpy(&format, stored.data(), 2);
  std::memcpy(&count, stored.data() + 2, 2);
  if (format != page_format)
    return corrupt_page("a page has format " + std::to_string(format) +
                        ", this program reads format " + std::to_string(page_format) +
                        ": it is damaged or was written by a newer program");
  if (count == 0 || count > page_events_max || table_bytes(count) > stored.size())
    return corrupt_page("a page has an impossible number of events");
  Page page;
  page.words_.resize(stored.size() / 8);
  std::memcpy(page.words_.data(), stored.data(), stored.size());
  page.offsets_.reserve(count + 1u);
  std::size_t at = table_bytes(count) / 8;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t words;
    std::memcpy(&words, stored.data() + page_header_bytes + 2 * i, 2);
    if (words == 0) return corrupt_page("a page has an empty event");
    page.offsets_.push_back(static_cast<std::uint32_t>(at));
    at += words;
  }
  page.offsets_.push_back(static_cast<std::uint32_t>(at));
  for (std::size_t i = page_header_bytes + 2 * count; i < table_bytes(count); ++i)
    if (stored[i] != 0) return corrupt_page("a page's padding is not zero");
  if (at * 8 != stored.size()) return corrupt_page("a page's length is not that of its events");
  return page;
}

}  // namespace kinledger::ledger
