// Numbers of persons and of organisations: "residentId NUMBER", the type by its name.
#include <algorithm>

#include "ledger/identity_number.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

void read_number(ledger::IdType type, std::string_view text) {
  const auto today = ledger::make_date(2026, 1, 1).value();
  const auto identity = ledger::parse_identity_number(type, text, today);
  if (!identity) return check_private(identity.error());
  invariant(ledger::parse_identity_number(type, identity->number, today) == identity,
            "a written form is its own written form");
  const auto birth = birth_date_in(*identity);
  invariant(!birth || (is_in_range(*birth) && *birth <= today));
  const auto shown = masked(*identity);
  invariant(shown.size() == identity->number.size() && shown.find('*') != std::string::npos);
}

void read_credit_code(std::string_view text) {
  const auto code = ledger::parse_credit_code(text);
  if (!code) return check_private(code.error());
  invariant(ledger::parse_credit_code(code->text) == code);
}

}  // namespace

void identity(ByteView input) {
  const auto text = ledger::as_text(input);
  const auto space = std::min(text.find(' '), text.size());
  const auto number = text.substr(std::min(space + 1, text.size()));
  const auto type = ledger::parse_id_type(text.substr(0, space));
  if (type)
    read_number(*type, number);
  else
    check_private(type.error());
  read_credit_code(number);
}

const Registered registered_identity({"identity", identity, 100'000});

}  // namespace kinledger::fuzz
