#include "ledger/cosignature.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <chrono>
#include <tuple>
#include <utility>

#include "ledger/note_key.h"

namespace kinledger::ledger {
namespace {

constexpr std::uint64_t cosigned_seconds_max = (std::uint64_t{1} << 63) - 1;
constexpr std::uint64_t ahead_seconds_max = 300;
constexpr std::size_t time_bytes = sizeof(std::uint64_t);
constexpr std::size_t cosignature_bytes = time_bytes + std::tuple_size_v<Ed25519Signature>;

bool is_time(CosignedAt at) { return at.seconds != 0 && at.seconds <= cosigned_seconds_max; }

std::string signed_text(std::string_view note_text, CosignedAt at) {
  return "cosignature/v1\ntime " + std::to_string(at.seconds) + "\n" + std::string(note_text);
}

/// The time in a line of this witness, if the line verifies.
std::optional<CosignedAt> verified_time(std::string_view text, const PublicKey& key,
                                        ByteView bytes) {
  if (bytes.size() != cosignature_bytes) return std::nullopt;
  const CosignedAt at{boost::endian::load_big_u64(bytes.data())};
  if (!is_time(at) ||
      !ed25519_verify(key, as_bytes(signed_text(text, at)), bytes.subspan(time_bytes)))
    return std::nullopt;
  return at;
}

}  // namespace

CosignedAt cosigned_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return {seconds > 0 ? static_cast<std::uint64_t>(seconds) : 1};
}

CosignedWindow CosignedWindow::at(CosignedAt now, std::uint64_t age_seconds_max) {
  return {{now.seconds - std::min(now.seconds, age_seconds_max)},
          {now.seconds + std::min(ahead_seconds_max, UINT64_MAX - now.seconds)}};
}

std::uint32_t WitnessVerifier::key_id() const { return note_key_id(name, note_cosignature, key); }

std::string WitnessVerifier::to_text() const {
  return NoteKey{name, note_cosignature, key}.to_text();
}

std::optional<WitnessVerifier> read_witness_verifier(std::string_view text) {
  auto read = read_note_key(text);
  if (!read || read->type != note_cosignature) return std::nullopt;
  return WitnessVerifier{std::move(read->name), read->key};
}

NoteSignature cosign_note(std::string_view text, std::string name, const Key256& seed,
                          CosignedAt at) {
  const WitnessVerifier witness{std::move(name), ed25519_public_key(seed)};
  invariant(is_note_name(witness.name), "a name of a witness's key");
  invariant(is_time(at), "the time of a cosignature");
  const auto signature = ed25519_sign(seed, as_bytes(signed_text(text, at)));
  Bytes bytes(time_bytes);
  boost::endian::store_big_u64(bytes.data(), at.seconds);
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return {witness.name, witness.key_id(), std::move(bytes)};
}

std::optional<CosignedAt> cosigned_at(const SignedNote& note, const WitnessVerifier& witness) {
  std::optional<CosignedAt> latest;
  for (const auto& signature : note.signatures) {
    if (signature.name != witness.name || signature.key_id != witness.key_id()) continue;
    const auto at = verified_time(note.text, witness.key, signature.bytes);
    if (!at) return std::nullopt;
    latest = std::max(latest.value_or(*at), *at);
  }
  return latest;
}

}  // namespace kinledger::ledger
