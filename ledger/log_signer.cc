#include "ledger/log_signer.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "ledger/growth.h"
#include "ledger/key_file.h"
#include "ledger/private_file.h"
#include "ledger/read_file.h"

namespace kinledger::ledger {
namespace {

Error checkpoint_damaged(const std::filesystem::path& file) {
  return {Failure::corrupt,
          file.string() + " is not a checkpoint that this ledger signed: restore it from the " +
              "backup of the state directory",
          file.string() + " 不是本账本签署的检查点：请从状态目录的备份恢复此文件"};
}

Result<void> check_continues(const Journal& journal, const TreeHead& signed_last,
                             const TreeHead& head) {
  if (head.size < signed_last.size)
    return Error{Failure::corrupt,
                 "a checkpoint of " + std::to_string(signed_last.size.value) +
                     " events was signed, but the ledger has " + std::to_string(head.size.value) +
                     ": it was restored from an older backup",
                 "已签署过 " + std::to_string(signed_last.size.value) +
                     " 条记录的检查点，而账本只有 " + std::to_string(head.size.value) +
                     " 条：账本由较早的备份恢复，不再签署"};
  const auto proof = prove_growth(journal, signed_last.size, head.size);
  if (!proof) return proof.error();
  if (!verify_consistency(signed_last, head, *proof))
    return Error{Failure::corrupt,
                 "the ledger's first " + std::to_string(signed_last.size.value) +
                     " events are not those of the checkpoint that was signed",
                 "账本的前 " + std::to_string(signed_last.size.value) +
                     " 条记录与已签署的检查点不符，不再签署"};
  return {};
}

}  // namespace

/// What was signed last, and what it says.
struct LogSigner::Signed {
  SignedNote note;
  TreeHead head;
};

Result<std::unique_ptr<LogSigner>> LogSigner::open(const Paths& paths, StatedKeys stated) {
  auto keys = open_log_key_files(paths, stated);
  if (!keys) return keys.error();
  std::unique_ptr<LogSigner> signer(new LogSigner(paths, std::move(stated), std::move(*keys)));
  if (const auto opened = signer->open_sm2(); !opened) return opened.error();
  return signer;
}

/// Reads the SM2 key, if there is a file of that name, whatever it is.
Result<void> LogSigner::open_sm2() {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(sm2_file_, error);
  if (status.type() == std::filesystem::file_type::not_found) return {};
  auto key = read_key_file(sm2_file_);
  if (!key) return key.error();
  if (!is_sm2_key(*key))
    return Error{Failure::invalid, "the key file " + sm2_file_.string() +
                                       " does not hold an SM2 key: restore it from its backup"};
  Sm2Verifier verifier{stated_.origin(), sm2_public_key(*key)};
  sm2_ = Sm2Signer{std::move(verifier), std::move(*key)};
  return {};
}

std::optional<Sm2Verifier> LogSigner::sm2_verifier() const {
  if (!sm2_) return std::nullopt;
  return sm2_->verifier;
}

std::optional<NoteVerifier> LogSigner::former_verifier() const {
  if (!keys_.former) return std::nullopt;
  return keys_.former->verifier;
}

Result<std::optional<LogSigner::Signed>> LogSigner::read_signed(
    const std::filesystem::path& file) const {
  const auto text = read_file(file, signed_note_bytes_max);
  if (!text) return text.error();
  if (!*text) return std::optional<Signed>{};
  auto note = read_note(**text);
  const auto checkpoint = note ? read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint || checkpoint->origin != stated_.origin() || !stated_.have_signed(*note))
    return checkpoint_damaged(file);
  return std::optional<Signed>({std::move(*note), checkpoint->head});
}

/// A line of the ledger's name that is not of Ed25519 is of an SM2 key: of the one in the file.
Result<void> LogSigner::check_sm2(const SignedNote& last) const {
  for (const auto& signature : last.signatures) {
    const bool is_ed25519 = std::ranges::any_of(
        stated_.all(), [&](const auto& key) { return key.key_id() == signature.key_id; });
    if (signature.name != stated_.origin() || is_ed25519) continue;
    if (!sm2_ || signature.key_id != sm2_->verifier.key_id())
      return Error{Failure::invalid, "the last checkpoint is signed with an SM2 key too, and " +
                                         sm2_file_.string() +
                                         (sm2_ ? " holds another one" : " does not exist") +
                                         ": restore it from its backup; if it is lost, move what "
                                         "is there away, and checkpoint "
                                         "--add-sm2 makes a "
                                         "new one, to be made known"};
    if (!is_signed_by(last, sm2_->verifier)) return checkpoint_damaged(last_);
  }
  return {};
}

SignedNote LogSigner::sign_text(std::string text) const {
  SignedNote note{std::move(text), {}};
  const auto& origin = stated_.origin();
  note.signatures.push_back(sign_note(note.text, origin, keys_.in_force.seed));
  if (keys_.former) note.signatures.push_back(sign_note(note.text, origin, keys_.former->seed));
  if (sm2_) note.signatures.push_back(sm2_sign_note(note.text, origin, sm2_->key));
  return note;
}

Result<std::string> LogSigner::sign(const Journal& journal, const TreeHead& head) {
  auto last = read_signed(last_);
  if (!last) return last.error();
  const auto cosigned = read_signed(cosigned_);
  if (!cosigned) return cosigned.error();
  for (const auto& before : {std::cref(*last), std::cref(*cosigned)}) {
    if (!before.get()) continue;
    const auto continues = check_continues(journal, before.get()->head, head);
    if (!continues) return continues.error();
  }
  if (*last)
    if (const auto checked = check_sm2((*last)->note); !checked) return checked.error();
  const bool is_signed = *last && (*last)->head == head &&
                         is_signed_by((*last)->note, verifier()) &&
                         (!sm2_ || is_signed_by((*last)->note, sm2_->verifier));
  auto note = is_signed ? std::move((*last)->note)
                        : sign_text(Checkpoint{stated_.origin(), head}.to_text());
  if (!is_signed)
    if (const auto kept = replace_private_file(last_, as_bytes(note.to_text())); !kept)
      return kept.error();
  if (*cosigned && (*cosigned)->head == head)
    std::ranges::copy_if(
        (*cosigned)->note.signatures, std::back_inserter(note.signatures),
        [this](const NoteSignature& line) { return line.name != stated_.origin(); });
  return note.to_text();
}

Result<std::optional<SignedHead>> last_signed(const Paths& paths, const StatedKeys& log,
                                              const Journal& journal) {
  std::optional<SignedHead> newest;
  for (const auto& file : {paths.checkpoint(), paths.cosigned()}) {
    auto text = read_file(file, signed_note_bytes_max);
    if (!text) return text.error();
    if (!*text) continue;
    const auto checkpoint = log.read_checkpoint(**text);
    if (!checkpoint || checkpoint->head.size > journal.size()) continue;
    const auto root = journal.root(checkpoint->head.size);
    if (!root) return root.error();
    if (*root != checkpoint->head.root) continue;
    if (!newest || newest->head.size <= checkpoint->head.size)
      newest = SignedHead{checkpoint->head, std::move(**text)};
  }
  return newest;
}

Result<std::optional<SignedNote>> read_cosigned(const Paths& paths) {
  const auto text = read_file(paths.cosigned(), signed_note_bytes_max);
  if (!text) return text.error();
  if (!*text) return std::optional<SignedNote>{};
  auto note = read_note(**text);
  if (!note || !read_checkpoint(note->text)) return checkpoint_damaged(paths.cosigned());
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

Result<Sm2Verifier> LogSigner::add_sm2_key(Random& random) {
  const auto last = read_signed(last_);
  if (!last) return last.error();
  // A key that did not get as far as its first signature, in a run before, is used now.
  if (sm2_ && (!*last || is_signed_by((*last)->note, sm2_->verifier)))
    return Error{Failure::conflict, "there is an SM2 key already: " + sm2_file_.string()};
  if (!sm2_) {
    if (const auto written = write_key_file(sm2_file_, random_sm2_key(random)); !written)
      return written.error();
    if (const auto opened = open_sm2(); !opened) return opened.error();
  }
  if (*last) {
    const auto text = sign_text((*last)->note.text).to_text();
    if (const auto kept = replace_private_file(last_, as_bytes(text)); !kept) return kept.error();
  }
  return sm2_->verifier;
}

}  // namespace kinledger::ledger
