// Dates, months and instants as text: what is accepted is written as it was, or, from a loose form,
// reads as the same again.
#include "ledger/calendar.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {

void date(ByteView input) {
  const auto text = ledger::as_text(input);
  const auto date = ledger::parse_date(text);
  if (date)
    invariant(to_text(*date) == text && is_in_range(*date));
  else
    check(date.error());

  const auto loosely = ledger::parse_date_loosely(text);
  if (loosely)
    invariant(ledger::parse_date(to_text(*loosely)) == loosely);
  else
    check(loosely.error());
  invariant(!date || loosely == date, "the loose forms hold the strict one");

  const auto month = ledger::parse_month(text);
  if (month)
    invariant(to_text(*month) == text && is_in_range(*month));
  else
    check(month.error());

  const auto instant = ledger::parse_recorded_at(text);
  if (instant)
    invariant(ledger::parse_recorded_at(to_text(*instant)) == instant);
  else
    check(instant.error());
}

const Registered registered_date({"date", date, 100'000});

}  // namespace kinledger::fuzz
