// The head of an HTTP request and its target: a request with one meaning, or a status that says why
// not.
#include <algorithm>

#include "server/http_head.h"
#include "server/target.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

using namespace server;

constexpr std::size_t body_bytes_max = std::size_t{1} << 16;

void read_path(std::string_view text) {
  const auto target = read_target(text);
  if (!target) return check(target.error());
  for (const auto& segment : target->path)
    invariant(ledger::is_utf8(segment) && segment.find('/') == std::string::npos &&
              segment != "..");
  for (const auto& [name, value] : target->query)
    invariant(ledger::is_utf8(name) && ledger::is_utf8(value));
}

}  // namespace

void head(ByteView input) {
  const auto arrived = ledger::as_text(input);
  const auto scan = scan_head(arrived);
  if (scan.found != HeadScan::Found::end) return;
  invariant(scan.bytes <= arrived.size() && scan.bytes <= http_head_bytes_max);
  const auto beginning = scan_head(arrived.substr(0, scan.bytes));
  invariant(beginning.found == HeadScan::Found::end && beginning.bytes == scan.bytes);
  invariant(scan_head(arrived.substr(0, scan.bytes - 1)).found == HeadScan::Found::not_yet);

  const HeadRules rules{{"ledger.example"}, [](auto, auto) { return body_bytes_max; }};
  const auto head = read_head(arrived.substr(0, scan.bytes), rules);
  if (!head) {
    invariant(head.error().status >= 400 && head.error().status < 600);
    invariant(!head.error().reason.zh.empty() && !head.error().reason.en.empty());
    return;
  }
  invariant(head->body_bytes <= body_bytes_max);
  invariant(head->request.target.size() <= http_target_bytes_max);
  for (auto field : head->request.fields) {
    // Inside a value that a client sends there may be a tab (RFC 9110, 5.5); here none is sent.
    std::ranges::replace(field.value, '\t', ' ');
    invariant(is_field(field), field.name);
  }
  read_path(head->request.target);
}

const Registered registered_head({"head", head, 40'000});

}  // namespace kinledger::fuzz
