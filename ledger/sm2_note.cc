#include "ledger/sm2_note.h"

#include <algorithm>
#include <utility>

#include "ledger/note_key.h"

namespace kinledger::ledger {
namespace {

TypedNoteKey typed_key(const Sm2Verifier& verifier) {
  const auto type = as_bytes(note_sm2);
  TypedNoteKey out{verifier.name, {type.begin(), type.end()}};
  out.typed.insert(out.typed.end(), verifier.key.begin(), verifier.key.end());
  return out;
}

}  // namespace

std::uint32_t Sm2Verifier::key_id() const { return typed_key(*this).key_id(); }

std::string Sm2Verifier::to_text() const { return typed_key(*this).to_text(); }

std::optional<Sm2Verifier> read_sm2_verifier(std::string_view text) {
  auto read = read_typed_note_key(text);
  Sm2Verifier out;
  if (!read || read->typed.size() != note_sm2.size() + out.key.size() ||
      !as_text(read->typed).starts_with(note_sm2))
    return std::nullopt;
  out.name = std::move(read->name);
  std::copy(read->typed.end() - static_cast<std::ptrdiff_t>(out.key.size()), read->typed.end(),
            out.key.begin());
  if (!is_sm2_public_key(out.key)) return std::nullopt;
  return out;
}

NoteSignature sm2_sign_note(std::string_view text, std::string name, const Key256& key) {
  const Sm2Verifier verifier{std::move(name), sm2_public_key(key)};
  invariant(is_note_name(verifier.name), "a name of a note's key");
  const auto signature = sm2_sign(key, as_bytes(text));
  return {verifier.name, verifier.key_id(), {signature.begin(), signature.end()}};
}

bool is_signed_by(const SignedNote& note, const Sm2Verifier& verifier) {
  bool is_signed = false;
  const auto key_id = verifier.key_id();
  for (const auto& signature : note.signatures) {
    if (signature.name != verifier.name || signature.key_id != key_id) continue;
    if (!sm2_verify(verifier.key, as_bytes(note.text), signature.bytes)) return false;
    is_signed = true;
  }
  return is_signed;
}

}  // namespace kinledger::ledger
