#include "ledger/ledger.h"

#include <algorithm>
#include <chrono>

#include "ledger/directory.h"
#include "ledger/erasure.h"
#include "ledger/id_halves.h"
#include "ledger/key_file.h"
#include "ledger/ledger_parts.h"
#include "ledger/private_file.h"
#include "ledger/signing_key.h"
#include "ledger/version.h"

namespace kinledger::ledger {
namespace {

constexpr std::size_t origin_characters_max = 200;
/// How often a submission is prepared again because others registered its persons first.
constexpr int resolutions_max = 16;

/// Whoever is told so may not know the places on the ledger's machine.
Error read_only_refusal() {
  return {
      Failure::unavailable,
      "the ledger is read-only: nothing is recorded, signed or backed up until its operator has "
      "put the state directory in order",
      "账本只读：在运维人员恢复状态目录之前，不登记、不签名、不备份"};
}

Result<void> make_empty_directory(const std::filesystem::path& path) {
  if (holds_nothing(path)) return make_private_directory(path);
  return Error{Failure::conflict, path.string() + " exists already and is not empty"};
}

bool is_origin(std::string_view origin) {
  return !origin.empty() && origin.size() <= origin_characters_max &&
         std::ranges::all_of(origin, [](char c) { return c > 0x20 && c < 0x7f && c != '+'; });
}

}  // namespace

bool is_simulated_origin(std::string_view origin) { return origin.ends_with(".invalid"); }

RecordedAt system_clock_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

Result<void> Ledger::Parts::record_creation(const LedgerId& id, const PublicKey& key) {
  EventDraft draft;
  draft.type = EventType::ledger_created;
  draft.envelope.recorded_at = clock();
  draft.envelope.fact = random_id<FactId>(random);
  draft.envelope.jurisdiction = identity.jurisdiction;
  draft.envelope.valid_on = civil_date_of(draft.envelope.recorded_at);
  set_halves(draft, Field::ledger_high, Field::ledger_low, id);
  draft.set(Field::origin, identity.origin);
  draft.set(Field::format_version, std::int64_t{format_version});
  draft.set(Field::program_version, kinledger_version);
  draft.set(Field::simulated_clock,
            static_cast<std::int64_t>(identity.simulated ? YesNo::yes : YesNo::no));
  draft.set(Field::public_key, as_text(key));
  Bytes event;
  if (const auto encoded = encode(draft, event); !encoded) return encoded.error();
  TreeEdge edge;
  Commit commit(edge);
  commit.add_event(event);
  commit.finish();
  if (const auto written = journal->append_if_tail(commit); !written) return written.error();
  return mark->advance(commit.head());
}

Result<std::unique_ptr<Ledger>> Ledger::create(const LedgerOptions& options, std::string origin,
                                               Area jurisdiction, Random& random) {
  if (!is_origin(origin))
    return Error{Failure::invalid,
                 "the origin is a name such as kinledger.example/330100: printable ASCII without "
                 "spaces and without '+', at most 200 characters"};
  auto parts = std::make_unique<Parts>(options, random);
  const auto& paths = parts->paths;
  for (const auto& directory : {paths.directory, paths.state})
    if (const auto made = make_empty_directory(directory); !made) return made.error();
  auto lock = DirectoryLock::acquire(paths.lock(), options.lock_wait_ms);
  if (!lock) return lock.error();
  parts->lock = std::move(*lock);
  const auto id = random_id<LedgerId>(random);
  parts->identity = {id, std::move(origin), jurisdiction, false};
  parts->identity.simulated = is_simulated_origin(parts->identity.origin);
  auto kek = create_key_file(paths.vault_key(), random);
  if (!kek) return kek.error();
  const auto seed = create_key_file(paths.signing_key(), random);
  if (!seed) return seed.error();
  auto vault = Vault::create(paths.vault(), {std::move(*kek)}, parts->random, options.env);
  if (!vault) return vault.error();
  parts->vault = std::move(*vault);
  auto journal = Journal::create(paths.journal(), options.env);
  if (!journal) return journal.error();
  parts->journal = std::move(*journal);
  if (const auto synced = sync_directory_of(paths.journal()); !synced) return synced.error();
  auto mark = Mark::create(paths.mark(), id);
  if (!mark) return mark.error();
  parts->mark = std::move(*mark);
  if (const auto recorded = parts->record_creation(id, ed25519_public_key(*seed)); !recorded)
    return recorded.error();
  // Last: a ledger whose making was interrupted has no id and is not taken for one.
  const auto id_text = to_text(id) + "\n";
  if (const auto made = create_private_file(paths.id(), as_bytes(id_text)); !made)
    return made.error();
  if (const auto started = parts->start(); !started) return started.error();
  return std::unique_ptr<Ledger>(new Ledger(std::move(parts)));
}

Ledger::Ledger(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Ledger::~Ledger() = default;

const LedgerIdentity& Ledger::identity() const { return parts_->identity; }
const std::optional<Error>& Ledger::read_only() const { return parts_->read_only; }

Result<Outcome> Ledger::submit(const Submission& submission, const Vocabulary& vocabulary) {
  if (parts_->read_only) return read_only_refusal();
  for (int attempt = 0; attempt < resolutions_max; ++attempt) {
    auto resolved = parts_->resolver->resolve(submission, vocabulary);
    if (!resolved) return resolved.error();
    if (auto* refusals = std::get_if<std::vector<Refusal>>(&*resolved))
      return Outcome{std::nullopt, std::move(*refusals)};
    if (const auto* record = std::get_if<SubmissionRecord>(&*resolved)) {
      // The journal shows a commit a moment before the mark does.
      const auto head = parts_->sequencer->wait_durable({record->first.value + record->count});
      if (!head) return head.error();
      return Outcome{
          Receipt{submission.key, record->first, record->count, record->recorded_at, *head, true},
          {}};
    }
    if (const auto admitted = parts_->free_space.admit(); !admitted) return admitted.error();
    auto& prepared = std::get<Prepared>(*resolved);
    const bool rotates_the_key = !prepared.key_rotations.empty();
    auto sequenced = parts_->sequencer->submit(std::move(prepared));
    if (!sequenced) return sequenced.error();
    if (auto* receipt = std::get_if<Receipt>(&*sequenced)) {
      if (rotates_the_key)
        if (const auto taken = parts_->take_up_key(); !taken) return taken.error();
      receipt->key = submission.key;
      return Outcome{*receipt, {}};
    }
  }
  return Error{Failure::unavailable,
               "others keep registering the same persons; hand it in again with the same key"};
}

Result<Preview> Ledger::preview(const Submission& submission, const Vocabulary& vocabulary) {
  auto resolved = parts_->resolver->resolve(submission, vocabulary);
  if (!resolved) return resolved.error();
  Preview preview;
  if (auto* refusals = std::get_if<std::vector<Refusal>>(&*resolved))
    preview.refusals = std::move(*refusals);
  preview.already = std::holds_alternative<SubmissionRecord>(*resolved);
  if (auto* prepared = std::get_if<Prepared>(&*resolved)) {
    preview.events = std::move(prepared->events);
    preview.ends = std::move(prepared->ends);
  }
  return preview;
}

/// Precondition: `signing` is held.
Result<LogSigner*> Ledger::Parts::open_signer() {
  if (!signer) {
    auto opened = LogSigner::open(paths, keys);
    if (!opened) return opened.error();
    signer = std::move(*opened);
  }
  return signer.get();
}

Result<NoteVerifier> Ledger::verifier() {
  const std::lock_guard lock(parts_->signing);
  if (parts_->read_only) return parts_->keys.in_force();
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  return (*signer)->verifier();
}

Result<std::optional<NoteVerifier>> Ledger::former_verifier() {
  if (parts_->read_only) return read_only_refusal();
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  return (*signer)->former_verifier();
}

StatedKeys Ledger::stated_keys() const {
  const std::lock_guard lock(parts_->signing);
  return parts_->keys;
}

/// What the log says of its keys has changed.
Result<void> Ledger::Parts::take_up_key() {
  const std::lock_guard held_back(signing);
  auto stated = ledger::stated_keys(*journal);
  if (!stated) return stated.error();
  keys = std::move(*stated);
  signer.reset();
  return {};
}

Result<Submission> Ledger::key_rotation(KeyInForce said) {
  if (parts_->read_only) return read_only_refusal();
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (said == KeyInForce::is_there && !signer) return signer.error();
  const auto& file = parts_->paths.signing_key();
  std::error_code error;
  if (said == KeyInForce::is_lost && std::filesystem::exists(file, error))
    return Error{Failure::conflict,
                 file.string() + " is there: if it is not the ledger's key, move it away first",
                 file.string() + " 仍在：如不是本账本的密钥，请先移走"};
  const auto key = draw_next_key(parts_->paths, parts_->random);
  if (!key) return key.error();
  Submission submission;
  submission.key = "log key/" + to_hex(*key);
  auto& draft = submission.events.emplace_back().draft;
  draft.type = EventType::key_rotated;
  draft.envelope.valid_on = civil_date_of(now());
  draft.set(Field::purpose, checkpoint_key);
  draft.set(Field::public_key, as_text(*key));
  draft.set(Field::previous_public_key, as_text(parts_->keys.in_force().key));
  return submission;
}

Result<void> Ledger::retire_key() {
  if (parts_->read_only) return read_only_refusal();
  const std::lock_guard lock(parts_->signing);
  if (const auto signer = parts_->open_signer(); !signer) return signer.error();
  if (const auto retired = retire_former_key(parts_->paths); !retired) return retired.error();
  parts_->signer.reset();
  return {};
}

Result<std::optional<Sm2Verifier>> Ledger::sm2_verifier() {
  if (parts_->read_only) return read_only_refusal();
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  return (*signer)->sm2_verifier();
}

Result<Sm2Verifier> Ledger::add_sm2_key() {
  if (parts_->read_only) return read_only_refusal();
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  return (*signer)->add_sm2_key(parts_->random);
}

Result<SignedHead> Ledger::checkpoint() {
  if (parts_->read_only) {
    auto last = last_signed(parts_->paths, stated_keys(), *parts_->journal);
    if (!last) return last.error();
    return *last ? Result<SignedHead>(std::move(**last)) : read_only_refusal();
  }
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  const auto head = durable();
  auto note = (*signer)->sign(*parts_->journal, head);
  if (!note) return note.error();
  return SignedHead{head, std::move(*note)};
}

Result<InclusionProof> Ledger::prove(Sequence event) {
  const auto checkpoint_of = checkpoint();
  if (!checkpoint_of) return checkpoint_of.error();
  if (event.value >= checkpoint_of->head.size.value)
    return Error{Failure::invalid, "there is no event of that sequence in the checkpoint of " +
                                       std::to_string(checkpoint_of->head.size.value) + " events"};
  auto hashes = prove_inclusion(event, checkpoint_of->head.size, [this](Subtree subtree) {
    return parts_->journal->subtree_hash(subtree);
  });
  if (!hashes) return hashes.error();
  return InclusionProof{event, std::move(*hashes), checkpoint_of->note};
}

Result<TreeHead> Ledger::link_to(const std::filesystem::path& directory) {
  if (parts_->read_only) return read_only_refusal();
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (!error) std::filesystem::create_directory(directory, error);
  if (error)
    return Error{Failure::unavailable, directory.string() + " cannot be made: " + error.message()};
  auto& journal = *parts_->journal;
  auto& vault = *parts_->vault;
  // Most is written before anybody has to wait.
  for (const auto& flushed : {journal.flush(), vault.flush()})
    if (!flushed) return flushed.error();
  return parts_->sequencer->hold([&]() -> Result<void> {
    // The vault first: what an event needs is in the vault before it, and what an event erases is
    // in the vault after it.
    if (const auto linked = vault.link_to(directory / "vault"); !linked) return linked.error();
    return journal.link_to(directory / "journal");
  });
}

Result<std::uint64_t> Ledger::apply_erasures() {
  if (parts_->read_only) return read_only_refusal();
  const auto size = durable().size;
  auto erased = ledger::apply_erasures(*parts_->journal, *parts_->vault, {0}, size);
  if (!erased) return erased;
  if (const auto set = parts_->vault->set_erasures_done(size); !set) return set.error();
  if (const auto synced = parts_->vault->sync(); !synced) return synced.error();
  return erased;
}

std::uint64_t Ledger::erased_at_start() const { return parts_->erased_at_start; }

RecordedAt Ledger::now() const { return parts_->clock(); }
TreeHead Ledger::durable() const {
  return parts_->read_only ? parts_->held : parts_->sequencer->durable();
}
CommitFigures Ledger::commit_figures() const {
  return parts_->read_only ? CommitFigures{} : parts_->sequencer->figures();
}
bool Ledger::has_failed() const { return !parts_->read_only && parts_->sequencer->has_failed(); }
FreeSpace::Figures Ledger::free_space() const { return parts_->free_space.look(); }
const Journal& Ledger::journal() const { return *parts_->journal; }
const Vault& Ledger::vault() const { return *parts_->vault; }
std::filesystem::path Ledger::link_scratch() const { return parts_->paths.link_scratch(); }
std::filesystem::path Ledger::projections_directory() const { return parts_->paths.projections(); }

}  // namespace kinledger::ledger
