// A submission as JSON: accepted or refused, never both; what is accepted makes events.
#include "ledger/crypto.h"
#include "ledger/intake/submission_json.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {

void submission(ByteView input) {
  const ledger::intake::JsonOptions options{ledger::date_max,
                                            [](ByteView bytes) { return ledger::sha256(bytes); }};
  const auto parsed = ledger::intake::parse_submission(ledger::as_text(input), options);
  invariant(parsed.submission.has_value() == parsed.refusals.empty());
  for (const auto& refusal : parsed.refusals.shown) check_private(refusal.reason);
  if (!parsed.submission) return;
  ledger::Bytes scratch;
  for (const auto& event : parsed.submission->events) {
    scratch.clear();
    invariant(encode(event.draft, scratch).has_value(), "the parts of an event have limits");
  }
}

const Registered registered_submission({"submission", submission, 10'000});

}  // namespace kinledger::fuzz
