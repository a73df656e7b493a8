#include "ledger/log_signer.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "ledger/key_file.h"
#include "ledger/private_file.h"

namespace kinledger::ledger {
namespace {

Error damaged(const std::filesystem::path& file) {
  return {Failure::corrupt,
          file.string() + " is not a checkpoint that this ledger signed: restore it from the " +
              "backup of the state directory"};
}

/// The whole file; nothing where there is none.
Result<std::optional<std::string>> read_text(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::optional<std::string>{};
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof())
    return Error{Failure::unavailable, file.string() + " cannot be read"};
  return std::optional(std::move(text));
}

Result<void> check_continues(const Journal& journal, const TreeHead& signed_last,
                             const TreeHead& head) {
  if (head.size < signed_last.size)
    return Error{Failure::corrupt, "a checkpoint of " + std::to_string(signed_last.size.value) +
                                       " events was signed, but the ledger has " +
                                       std::to_string(head.size.value) +
                                       ": it was restored from an older backup"};
  const auto proof = prove_consistency(
      signed_last.size, head.size, [&](Subtree subtree) { return journal.subtree_hash(subtree); });
  if (!proof) return proof.error();
  if (!verify_consistency(signed_last, head, *proof))
    return Error{Failure::corrupt, "the ledger's first " + std::to_string(signed_last.size.value) +
                                       " events are not those of the checkpoint that was signed"};
  return {};
}

}  // namespace

Result<std::unique_ptr<LogSigner>> LogSigner::open(const Paths& paths, std::string origin,
                                                   const PublicKey& expected) {
  auto key = read_key_file(paths.signing_key());
  if (!key) return key.error();
  NoteVerifier verifier{std::move(origin), ed25519_public_key(*key)};
  if (verifier.key != expected)
    return Error{Failure::invalid,
                 paths.signing_key().string() + " is not the key that the ledger was made with"};
  return std::unique_ptr<LogSigner>(new LogSigner(paths, std::move(verifier), std::move(*key)));
}

Result<std::optional<LogSigner::Signed>> LogSigner::read_signed(
    const std::filesystem::path& file) const {
  auto text = read_text(file);
  if (!text) return text.error();
  if (!*text) return std::optional<Signed>{};
  const auto note = read_note(**text);
  const auto checkpoint = note ? read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint || checkpoint->origin != verifier_.name || !is_signed_by(*note, verifier_))
    return damaged(file);
  return std::optional(Signed{checkpoint->head, std::move(**text)});
}

Result<std::string> LogSigner::sign(const Journal& journal, const TreeHead& head) {
  auto last = read_signed(last_);
  if (!last) return last.error();
  const auto cosigned = read_signed(cosigned_);
  if (!cosigned) return cosigned.error();
  for (const auto& before : {*last, *cosigned}) {
    if (!before) continue;
    if (const auto continues = check_continues(journal, before->head, head); !continues)
      return continues.error();
  }
  if (*cosigned && (*cosigned)->head == head) return (*cosigned)->note;
  if (*last && (*last)->head == head) return std::move((*last)->note);
  SignedNote note{Checkpoint{verifier_.name, head}.to_text(), {}};
  note.signatures.push_back(sign_note(note.text, verifier_.name, seed_));
  auto text = note.to_text();
  if (const auto kept = replace_private_file(last_, as_bytes(text)); !kept) return kept.error();
  return text;
}

Result<std::optional<SignedNote>> read_cosigned(const Paths& paths) {
  const auto text = read_text(paths.cosigned());
  if (!text) return text.error();
  if (!*text) return std::optional<SignedNote>{};
  auto note = read_note(**text);
  if (!note || !read_checkpoint(note->text)) return damaged(paths.cosigned());
  return note;
}

Result<void> keep_cosigned(const Paths& paths, const SignedNote& note) {
  const auto checkpoint = read_checkpoint(note.text);
  invariant(checkpoint.has_value());
  const auto kept = read_cosigned(paths);
  if (!kept) return kept.error();
  if (*kept && read_checkpoint((*kept)->text)->head.size > checkpoint->head.size) return {};
  return replace_private_file(paths.cosigned(), as_bytes(note.to_text()));
}

Result<void> keep_contradicting(const Paths& paths, const SignedNote& note) {
  return replace_private_file(paths.cosigned(), as_bytes(note.to_text()));
}

}  // namespace kinledger::ledger
