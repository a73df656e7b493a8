// A stored event, as it comes from a server, a bundle or a disk: what can be read can be told, and
// has one canonical form.
#include "ledger/event.h"

#include <cstring>
#include <vector>

#include "ledger/intake/event_json.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {

using namespace ledger;

void event(ByteView input) {
  std::vector<std::uint64_t> words(input.size() / 8);  // events are aligned
  const auto size = words.size() * 8;
  if (size > 0) std::memcpy(words.data(), input.data(), size);
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(words.data()), size);

  const auto read = EventView::read(bytes);
  if (!read) return;
  (void)intake::event_to_json(*read, Sequence{0});
  (void)read->effect_year(EffectFor::person);
  (void)read->effect_year(EffectFor::unit);
  (void)read->persons();
  (void)read->units();
  (void)check_canonical(bytes);

  Bytes encoded;
  if (!encode(read->draft(), encoded)) return;  // texts that share their bytes make it too large
  invariant(check_canonical(encoded).has_value());
  const auto again = EventView::read(encoded);
  invariant(again.has_value() && again->type() == read->type());
  Bytes encoded_again;
  invariant(encode(again->draft(), encoded_again).has_value());
  invariant(encoded_again == encoded);
}

const Registered registered_event({"event", event, 40'000});

}  // namespace kinledger::fuzz
