// A bundle, as a stranger hands it in: what is read is what its writer writes, and it is judged or
// said to be wrong. As it is, and with a checkpoint that its events have and its own log signed:
// whoever makes a log of his own can make that.
#include "projections/bundle.h"

#include "ledger/checkpoint.h"
#include "ledger/crypto.h"
#include "projections/bundle_check.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

using namespace ledger;
using projections::Bundle;

const Key256& seed() {
  static const Key256 key(std::array<std::uint8_t, Key256::size_bytes>{1});
  return key;
}
NoteVerifier own_log() { return {"log.example/own", ed25519_public_key(seed())}; }

void judge(const Bundle& bundle, const NoteVerifier& log) {
  const auto answer = projections::check_bundle(bundle, log);
  if (!answer) check(answer.error());
}

void sign(Bundle& bundle) {
  std::vector<PlacedLeaf> leaves;
  for (const auto& event : bundle.events)
    leaves.push_back({event.sequence, leaf_hash(event.bytes)});
  const auto root = root_of_leaves(leaves, bundle.proof, bundle.basis.size);
  if (!root) return;
  bundle.basis.root = *root;
  bundle.consistency.clear();
  SignedNote note{Checkpoint{own_log().name, bundle.basis}.to_text(), {}};
  note.signatures.push_back(sign_note(note.text, own_log().name, seed()));
  bundle.checkpoint = note.to_text();
}

}  // namespace

void bundle(ByteView input) {
  auto bundle = projections::read_bundle(as_text(input));
  if (!bundle) return check(bundle.error());
  invariant(bundle->to_text() == as_text(input));
  if (const auto log = stated_key(*bundle)) judge(*bundle, *log);
  (void)identity_in(*bundle);
  sign(*bundle);
  judge(*bundle, own_log());
}

const Registered registered_bundle({"bundle", bundle, 2'000});

}  // namespace kinledger::fuzz
