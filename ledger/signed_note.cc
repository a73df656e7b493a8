#include "ledger/signed_note.h"

#include <algorithm>

#include "ledger/base64.h"
#include "ledger/text.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view signature_prefix = "\xe2\x80\x94 ";  // an em dash
constexpr std::size_t key_id_bytes = 4;

bool is_name(std::string_view name) {
  return !name.empty() && is_utf8(name) && trimmed(name) == name &&
         std::ranges::none_of(name, [](char c) { return c == '+' || c == ' '; });
}

bool is_plain(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n';
         });
}

void append_key_id(Bytes& bytes, std::uint32_t id) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(id >> shift));
}

std::uint32_t read_key_id(ByteView bytes) {
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < key_id_bytes; ++i) id = id << 8 | bytes[i];
  return id;
}

/// A signature line without its line feed.
std::optional<NoteSignature> read_signature(std::string_view line) {
  if (!line.starts_with(signature_prefix)) return std::nullopt;
  line.remove_prefix(signature_prefix.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  NoteSignature signature{std::string(line.substr(0, space)), 0, {}};
  const auto blob = from_base64(line.substr(space + 1));
  if (!is_name(signature.name) || !blob || blob->size() <= key_id_bytes) return std::nullopt;
  signature.key_id = read_key_id(*blob);
  signature.bytes.assign(blob->begin() + key_id_bytes, blob->end());
  return signature;
}

}  // namespace

std::uint32_t NoteVerifier::key_id() const {
  const std::string typed{'\n', static_cast<char>(note_ed25519)};
  return read_key_id(sha256({as_bytes(name), as_bytes(typed), key}).bytes);
}

std::string NoteVerifier::to_text() const {
  Bytes id, typed{note_ed25519};
  append_key_id(id, key_id());
  typed.insert(typed.end(), key.begin(), key.end());
  return name + "+" + to_hex(id) + "+" + to_base64(typed);
}

std::optional<NoteVerifier> read_verifier(std::string_view text) {
  const auto second = text.rfind('+', text.size() - std::min<std::size_t>(text.size(), 45));
  if (second == std::string_view::npos || second == 0) return std::nullopt;
  const auto first = text.rfind('+', second - 1);
  if (first == std::string_view::npos) return std::nullopt;
  const auto typed = from_base64(text.substr(second + 1));
  NoteVerifier verifier{std::string(text.substr(0, first)), {}};
  if (!is_name(verifier.name) || !typed || typed->size() != 1 + verifier.key.size() ||
      typed->front() != note_ed25519)
    return std::nullopt;
  std::copy(typed->begin() + 1, typed->end(), verifier.key.begin());
  if (verifier.to_text() != text) return std::nullopt;
  return verifier;
}

std::string SignedNote::to_text() const {
  std::string out = text + "\n";
  for (const auto& signature : signatures) {
    Bytes blob;
    append_key_id(blob, signature.key_id);
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
  invariant(is_name(verifier.name), "a name of a note's key");
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
