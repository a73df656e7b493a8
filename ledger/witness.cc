#include "ledger/witness.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "ledger/directory.h"
#include "ledger/key_file.h"
#include "ledger/log_lines.h"
#include "ledger/note_key.h"
#include "ledger/private_file.h"
#include "ledger/read_file.h"

namespace kinledger::ledger {
namespace {

WitnessAnswer refused(WitnessVerdict verdict, std::string_view words) {
  return {verdict, std::string(words) + "\n"};
}

std::filesystem::path key_file_in(const std::filesystem::path& state) {
  return state / "witness.key";
}

Result<void> make_state_directory(const std::filesystem::path& state) {
  std::error_code error;
  return std::filesystem::is_directory(state, error) ? Result<void>()
                                                     : make_private_directory(state);
}

/// The key, drawn where the directory has none and never had one.
Result<Key256> key_in(const std::filesystem::path& state, Random& random) {
  const auto path = key_file_in(state);
  std::error_code error;
  const bool was_made = std::filesystem::exists(path, error) ||
                        std::filesystem::exists(state / "witness.vkey", error);
  return was_made ? read_key_file(path) : create_key_file(path, random);
}

/// Compares the name and key with those that the directory was made for.
Result<void> check_identity(const std::filesystem::path& state, const WitnessVerifier& verifier) {
  const auto path = state / "witness.vkey";
  const auto line = verifier.to_text() + "\n";
  const auto kept = read_file(path, signed_note_bytes_max);
  if (!kept) return kept.error();
  if (!*kept) return replace_private_file(path, as_bytes(line));
  if (**kept == line) return {};
  return Error{Failure::invalid, path.string() +
                                     " is of another witness: give the name that it "
                                     "has, and the key file that it was made with"};
}

struct Identity {
  Key256 key;
  WitnessVerifier verifier;
};

Result<Identity> identity_in(const std::filesystem::path& state, const std::string& name,
                             Random& random) {
  if (!is_note_name(name))
    return Error{Failure::invalid,
                 "the name of a witness has no spaces and no '+', such as witness.example/audit"};
  if (const auto made = make_state_directory(state); !made) return made.error();
  auto key = key_in(state, random);
  if (!key) return key.error();
  WitnessVerifier verifier{name, ed25519_public_key(*key)};
  if (const auto same = check_identity(state, verifier); !same) return same.error();
  return Identity{std::move(*key), std::move(verifier)};
}

}  // namespace

struct Witness::Request {
  TreeSize old_size;
  std::vector<Hash> proof;
  SignedNote note;
  Checkpoint checkpoint;
};

std::string origin_hash(std::string_view origin) { return to_text(sha256(as_bytes(origin))); }

Result<WitnessVerifier> Witness::identity(const std::filesystem::path& state,
                                          const std::string& name, Random& random) {
  auto identity = identity_in(state, name, random);
  if (!identity) return identity.error();
  return std::move(identity->verifier);
}

Witness::Witness(WitnessOptions options, std::unique_ptr<DirectoryLock> lock,
                 WitnessVerifier verifier, Key256 key)
    : options_(std::move(options)),
      lock_(std::move(lock)),
      verifier_(std::move(verifier)),
      key_(std::move(key)) {
  for (const auto& log : options_.logs) {
    auto& keys = logs_[log.name].keys;
    const bool is_given_twice =
        std::ranges::any_of(keys, [&](const auto& known) { return known.key == log.key; });
    if (!is_given_twice) keys.push_back(log);
  }
}

Result<std::unique_ptr<Witness>> Witness::open(WitnessOptions options, Random& random) {
  if (const auto made = make_state_directory(options.state); !made) return made.error();
  auto lock = DirectoryLock::acquire(options.state / "lock", options.lock_wait_ms);
  if (!lock) return lock.error();
  auto identity = identity_in(options.state, options.name, random);
  if (!identity) return identity.error();
  std::unique_ptr<Witness> witness(new Witness(std::move(options), std::move(*lock),
                                               std::move(identity->verifier),
                                               std::move(identity->key)));
  for (auto& [origin, log] : witness->logs_)
    if (const auto loaded = witness->load(origin, log); !loaded) return loaded.error();
  return witness;
}

std::filesystem::path Witness::file_of(std::string_view origin) const {
  return options_.state / origin_hash(origin);
}

Result<void> Witness::load(const std::string& origin, Log& log) const {
  const auto path = file_of(origin);
  auto text = read_file(path, signed_note_bytes_max);
  if (!text) return text.error();
  if (!*text) return {};
  const auto note = read_note(**text);
  const auto checkpoint = note ? read_checkpoint(note->text) : std::nullopt;
  const auto at = note ? cosigned_at(*note, verifier_) : std::nullopt;
  if (!checkpoint || checkpoint->origin != origin || !at)
    return Error{Failure::corrupt, path.string() +
                                       " is not a checkpoint that this witness "
                                       "cosigned: put it right, never delete it"};
  log.last = checkpoint->head;
  log.note = std::move(**text);
  log.cosigned = *at;
  return {};
}

std::optional<Witness::Request> Witness::read_request(std::string_view text) {
  if (text.size() > add_checkpoint_bytes_max) return std::nullopt;
  const auto old_size = take_old_size(text);
  if (!old_size) return std::nullopt;
  auto proof = take_hashes(text, witness_proof_hashes_max);
  if (!proof) return std::nullopt;
  Request request{{*old_size}, std::move(*proof), {}, {}};
  auto note = read_note(text);
  auto checkpoint = note ? read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint) return std::nullopt;
  request.note = std::move(*note);
  request.checkpoint = std::move(*checkpoint);
  return request;
}

WitnessAnswer Witness::add_checkpoint(std::string_view text) {
  auto request = read_request(text);
  if (!request)
    return refused(WitnessVerdict::malformed,
                   "not a request: old size, consistency proof, empty line, signed checkpoint");
  const auto found = logs_.find(request->checkpoint.origin);
  if (found == logs_.end())
    return refused(WitnessVerdict::unknown_log, "unknown log: no key is trusted for this origin");
  auto& log = found->second;
  // Only what is known to be the log's goes any further, and into the file.
  std::vector<NoteSignature> trusted;
  for (const auto& key : log.keys) {
    if (!is_signed_by(request->note, key)) continue;
    trusted.push_back(*std::ranges::find_if(request->note.signatures, [&](const auto& line) {
      return line.name == key.name && line.key_id == key.key_id();
    }));
  }
  if (trusted.empty())
    return refused(WitnessVerdict::not_signed,
                   "invalid signature: no line verifies with a key trusted for this log");
  if (request->old_size > request->checkpoint.head.size)
    return refused(WitnessVerdict::malformed, "the old size is above the size of the checkpoint");
  request->note.signatures = std::move(trusted);
  const std::lock_guard lock(mutex_);
  auto answer = judge(*request, log);
  answer.origin = found->first;
  return answer;
}

WitnessAnswer Witness::judge(const Request& request, Log& log) {
  const auto& head = request.checkpoint.head;
  if (!log.is_written)
    return refused(WitnessVerdict::unavailable,
                   "the state of this log could not be written; the operator has to look into it");
  if (request.old_size != log.last.size)
    return {WitnessVerdict::other_size, std::to_string(log.last.size.value) + "\n"};
  if (head.size == log.last.size) {
    if (head.root != log.last.root) {
      if (!log.note.empty()) keep_fork(request);
      return refused(WitnessVerdict::inconsistent, "another root than that of the same size");
    }
    if (!request.proof.empty())
      return refused(WitnessVerdict::inconsistent, "a consistency proof of one size is empty");
    return cosign(request, log);
  }
  // Every tree begins with the empty one: nothing can be proven about it, and nothing need be.
  const bool continues = log.last.size.value == 0
                             ? request.proof.empty()
                             : verify_consistency(log.last, head, request.proof);
  if (!continues)
    return refused(WitnessVerdict::inconsistent,
                   "the consistency proof does not show that the last checkpoint is continued");
  return cosign(request, log);
}

WitnessAnswer Witness::cosign(const Request& request, Log& log) {
  // The clock of a witness never goes back, whatever the machine's does.
  const auto at = std::max(options_.clock(), log.cosigned);
  auto note = request.note;
  note.signatures.push_back(cosign_note(note.text, verifier_.name, key_, at));
  const auto text = note.to_text();
  invariant(cosigned_at(note, verifier_) == at);  // before it is out: a bit may have flipped
  if (!replace_private_file(file_of(request.checkpoint.origin), as_bytes(text))) {
    // The file may hold either. Nothing was cosigned; nothing will be until it is read again.
    log.is_written = false;
    return refused(WitnessVerdict::unavailable, "the checkpoint could not be made durable");
  }
  log.last = request.checkpoint.head;
  log.note = text;
  log.cosigned = at;
  SignedNote line{note.text, {note.signatures.back()}};
  return {WitnessVerdict::cosigned, line.to_text().substr(note.text.size() + 1)};
}

void Witness::keep_fork(const Request& request) const {
  auto path = file_of(request.checkpoint.origin);
  path += ".fork";
  // The first one is kept. That there is one already, or that it cannot be written, changes nothing
  // about the answer.
  (void)create_private_file(path, as_bytes(request.note.to_text()));
}

std::optional<std::string> Witness::last_checkpoint(std::string_view hash) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [origin, log] : logs_)
    if (!log.note.empty() && origin_hash(origin) == hash) return log.note;
  return std::nullopt;
}

}  // namespace kinledger::ledger
