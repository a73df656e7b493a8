#include "ledger/signed_note.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <utility>

#include "ledger/base64.h"
#include "ledger/note_key.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view signature_prefix = "\xe2\x80\x94 ";  // an em dash
constexpr std::size_t key_id_bytes = sizeof(std::uint32_t);

bool is_plain(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n';
         });
}

/// A signature line without its line feed.
std::optional<NoteSignature> read_signature(std::string_view line) {
  if (!line.starts_with(signature_prefix)) return std::nullopt;
  line.remove_prefix(signature_prefix.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  NoteSignature signature{std::string(line.substr(0, space)), 0, {}};
  const auto blob = from_base64(line.substr(space + 1));
  if (!is_note_name(signature.name) || !blob || blob->size() <= key_id_bytes) return std::nullopt;
  signature.key_id = boost::endian::load_big_u32(blob->data());
  signature.bytes.assign(blob->begin() + key_id_bytes, blob->end());
  return signature;
}

}  // namespace

std::uint32_t NoteVerifier::key_id() const { return note_key_id(name, note_ed25519, key); }

std::string NoteVerifier::to_text() const { return NoteKey{name, note_ed25519, key}.to_text(); }

std::optional<NoteVerifier> read_verifier(std::string_view text) {
  auto read = read_note_key(text);
  if (!read || read->type != note_ed25519) return std::nullopt;
  return NoteVerifier{std::move(read->name), read->key};
}

std::string SignedNote::to_text() const {
  std::string out = text + "\n";
  for (const auto& signature : signatures) {
    Bytes blob(key_id_bytes);
    boost::endian::store_big_u32(blob.data(), signature.key_id);
    blob.insert(blob.end(), signature.bytes.begin(), signature.bytes.end());
    out.append(signature_prefix).append(signature.name).append(" ").append(to_base64(blob));
    out += '\n';
  }
  return out;
}

std::optional<SignedNote> read_note(std::string_view text) {
  if (text.size() > signed_note_bytes_max || !text.ends_with('\n') || !is_plain(text))
    return std::nullopt;
  const auto split = text.rfind("\n\n");
  if (split == std::string_view::npos) return std::nullopt;
  SignedNote note{std::string(text.substr(0, split + 1)), {}};
  auto lines = text.substr(split + 2);
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    auto signature = read_signature(lines.substr(0, end));
    if (!signature || note.signatures.size() == signed_note_signatures_max) return std::nullopt;
    note.signatures.push_back(std::move(*signature));
    lines.remove_prefix(end + 1);
  }
  if (note.signatures.empty()) return std::nullopt;
  return note;
}

NoteSignature sign_note(std::string_view text, std::string name, const Key256& seed) {
  const NoteVerifier verifier{std::move(name), ed25519_public_key(seed)};
  invariant(is_note_name(verifier.name), "a name of a note's key");
  const auto signature = ed25519_sign(seed, as_bytes(text));
  return {verifier.name, verifier.key_id(), {signature.begin(), signature.end()}};
}

bool is_signed_by(const SignedNote& note, const NoteVerifier& verifier) {
  bool is_signed = false;
  for (const auto& signature : note.signatures) {
    if (signature.name != verifier.name || signature.key_id != verifier.key_id()) continue;
    if (!ed25519_verify(verifier.key, as_bytes(note.text), signature.bytes)) return false;
    is_signed = true;
  }
  return is_signed;
}

}  // namespace kinledger::ledger
