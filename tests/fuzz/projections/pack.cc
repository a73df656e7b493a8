// A policy pack as TOML: a pack or its errors, each in its place; what is recorded of it is
// canonical.
#include "projections/pack.h"

#include <boost/json/value.hpp>

#include "ledger/json.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

void check_canonical(const std::string& recorded) {
  const auto value = ledger::parse_json(recorded, projections::pack_bytes_max);
  invariant(value.has_value() && ledger::canonical_json(*value) == recorded);
}

}  // namespace

void pack(ByteView input) {
  const auto reading = projections::read_pack(ledger::as_text(input));
  invariant(reading.pack.has_value() == reading.errors.empty());
  for (const auto& error : reading.errors) check(error.reason);
  if (!reading.pack) return;
  check_canonical(reading.pack->declarations_json);
  for (const auto& parameters : reading.pack->parameters_json) check_canonical(parameters);
  (void)projections::compile(*reading.pack, ledger::date_max);
}

const Registered registered_pack({"pack", pack, 1'000});

}  // namespace kinledger::fuzz
