#include "ledger/ledger.h"

#include <algorithm>
#include <chrono>
#include <mutex>

#include "ledger/directory.h"
#include "ledger/erasure.h"
#include "ledger/id_halves.h"
#include "ledger/key_file.h"
#include "ledger/lock.h"
#include "ledger/log_signer.h"
#include "ledger/mark.h"
#include "ledger/paths.h"
#include "ledger/private_file.h"
#include "ledger/resolution.h"
#include "ledger/sequencer.h"
#include "ledger/signing_key.h"
#include "ledger/version.h"

namespace kinledger::ledger {
namespace {

constexpr std::uint16_t format_version = 1;
constexpr std::size_t origin_characters_max = 200;
/// How often a submission is prepared again because others registered its persons first.
constexpr int resolutions_max = 16;
/// Events that a start looks through for erasures without noting that it did.
constexpr std::uint64_t unchecked_events_max = 10'000;

Result<void> make_directory(const std::filesystem::path& path) {
  if (holds_nothing(path)) return make_private_directory(path);
  return Error{Failure::conflict, path.string() + " exists already and is not empty"};
}

bool is_origin(std::string_view origin) {
  return !origin.empty() && origin.size() <= origin_characters_max &&
         std::ranges::all_of(origin, [](char c) { return c > 0x20 && c < 0x7f && c != '+'; });
}

}  // namespace

bool is_simulated_origin(std::string_view origin) { return origin.ends_with(".invalid"); }

struct Ledger::Parts {
  explicit Parts(const LedgerOptions& options, Random& random_is)
      : paths(options.directory, options.state),
        clock(options.clock),
        free_space({paths.directory, paths.state}, options.room),
        random(random_is) {}

  Paths paths;
  Clock clock;
  FreeSpace free_space;
  SharedRandom random;
  LedgerIdentity identity;
  std::unique_ptr<DirectoryLock> lock;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<Mark> mark;
  std::unique_ptr<Resolver> resolver;
  PublicKey public_key{};
  std::uint64_t erased_at_start = 0;
  std::mutex signing;
  std::unique_ptr<LogSigner> signer;     // opened when it is first needed
  std::unique_ptr<Sequencer> sequencer;  // last: stops before the parts that it uses

  Result<void> record_creation(const LedgerId& id, const PublicKey& key);
  Result<void> check_format() const;
  Result<void> compare_with_mark();
  Result<void> settle_vault();
  Result<void> finish_erasures();
  Result<RecordedAt> read_identity();
  Result<void> start();
  Result<LogSigner*> open_signer();
};

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
    if (const auto made = make_directory(directory); !made) return made.error();
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

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options, Random& random) {
  auto parts = std::make_unique<Parts>(options, random);
  const auto& paths = parts->paths;
  std::error_code error;
  if (!std::filesystem::exists(paths.journal(), error))
    return Error{
        Failure::invalid,
        "there is no ledger at " + paths.directory.string() + "; make one with: kinledger init",
        paths.directory.string() + " 没有账本；建立账本：kinledger init"};
  auto lock = DirectoryLock::acquire(paths.lock(), options.lock_wait_ms);
  if (!lock) return lock.error();
  parts->lock = std::move(*lock);
  if (const auto enough = room_to_open(options.room, paths.directory); !enough)
    return enough.error();
  const auto id = read_ledger_id(paths.id());
  if (!id) return id.error();
  parts->identity.id = *id;
  auto mark = Mark::open(paths.mark(), *id);
  if (!mark) return mark.error();
  parts->mark = std::move(*mark);
  auto journal = Journal::open(paths.journal(), options.env);
  if (!journal) return journal.error();
  parts->journal = std::move(*journal);
  if (const auto checked = parts->check_format(); !checked) return checked.error();
  auto kek = read_key_file(paths.vault_key());
  if (!kek) return kek.error();
  auto vault = Vault::open(paths.vault(), {std::move(*kek)}, parts->random, options.env);
  if (!vault && vault.error().failure == Failure::invalid)
    return Error{Failure::invalid, vault.error().what + " (" + paths.vault_key().string() + ")"};
  if (!vault) return vault.error();
  parts->vault = std::move(*vault);
  if (const auto compared = parts->compare_with_mark(); !compared) return compared.error();
  if (const auto settled = parts->settle_vault(); !settled) return settled.error();
  if (const auto finished = parts->finish_erasures(); !finished) return finished.error();
  if (const auto started = parts->start(); !started) return started.error();
  return std::unique_ptr<Ledger>(new Ledger(std::move(parts)));
}

/// The journal must still hold the tree that was acknowledged. More than that is normal: events
/// that became durable without their acknowledgement getting out are part of the ledger.
Result<void> Ledger::Parts::compare_with_mark() {
  const auto& head = mark->head();
  const auto size = journal->size();
  if (size < head.size)
    return Error{Failure::corrupt, "the journal holds " + std::to_string(size.value) +
                                       " events, but " + std::to_string(head.size.value) +
                                       " were acknowledged: events are lost; restore a backup"};
  const auto root = journal->root(head.size);
  if (!root) return root.error();
  if (*root != head.root)
    return Error{Failure::corrupt,
                 "the journal's first " + std::to_string(head.size.value) +
                     " events are not those that were acknowledged; run: kinledger verify"};
  const auto root_now = journal->root(size);
  if (!root_now) return root_now.error();
  return mark->advance({size, *root_now});
}

/// Identities stored for submissions whose events never became durable are taken back.
Result<void> Ledger::Parts::settle_vault() {
  const auto pending = vault->pending();
  if (!pending) return pending.error();
  for (const auto& id : *pending) {
    const auto record = journal->submission(id);
    if (!record) return record.error();
    const auto settled = record->has_value() ? vault->confirm(id) : vault->discard(id);
    if (!settled) return settled.error();
  }
  return {};
}

/// Erasures of events that the vault does not know to be carried out in it: none, unless it is of
/// an older moment than the journal.
Result<void> Ledger::Parts::finish_erasures() {
  const auto size = journal->size();
  const auto done = vault->erasures_done();
  if (!done) return done.error();
  const auto from = std::min(*done, size);
  const auto erased = ledger::apply_erasures(*journal, *vault, {from.value}, size);
  if (!erased) return erased.error();
  erased_at_start = *erased;
  // Not with every start: a few thousand events are looked through in no time.
  if (*erased == 0 && *done <= size && size.value - from.value < unchecked_events_max) return {};
  if (const auto set = vault->set_erasures_done(size); !set) return set.error();
  return vault->sync();
}

/// Before anything is settled, confirmed or erased: what a newer program left half done is not this
/// one's to finish.
Result<void> Ledger::Parts::check_format() const {
  if (journal->size().value == 0) return {};  // compare_with_mark() says what that means
  const auto first = journal->locate({0});
  if (!first) return first.error();
  const auto created = EventView::read(first->event({0}));
  if (!created) return created.error();
  if (created->type() != EventType::ledger_created)
    return Error{Failure::corrupt, "the first event is not LedgerCreated"};
  const auto format = created->integer(Field::format_version).value_or(0);
  if (format == format_version) return {};
  const auto theirs = std::to_string(format), ours = std::to_string(format_version);
  return Error{Failure::invalid,
               "the ledger has format " + theirs + ", this program reads format " + ours +
                   ": use a newer program; nothing was changed",
               "账本格式为 " + theirs + "，本程序只能读取格式 " + ours +
                   "：请使用更新版本的程序；账本未作任何改动"};
}

/// What the first event says about the ledger, and when the last one was recorded. Precondition:
/// check_format().
Result<RecordedAt> Ledger::Parts::read_identity() {
  const auto first = journal->locate({0});
  if (!first) return first.error();
  const auto created = EventView::read(first->event({0}));
  if (!created) return created.error();
  identity.origin = created->text(Field::origin);
  identity.jurisdiction = created->envelope().jurisdiction;
  identity.simulated = created->as<YesNo>(Field::simulated_clock) == YesNo::yes;
  const auto key = as_bytes(created->text(Field::public_key));
  if (key.size() != public_key.size())
    return Error{Failure::corrupt, "the first event holds no public key"};
  std::ranges::copy(key, public_key.begin());
  const Sequence tail{journal->size().value - 1};
  const auto last = journal->locate(tail);
  if (!last) return last.error();
  const auto event = EventView::read(last->event(tail));
  if (!event) return event.error();
  return event->envelope().recorded_at;
}

Result<void> Ledger::Parts::start() {
  const auto last_recorded_at = read_identity();
  if (!last_recorded_at) return last_recorded_at.error();
  resolver = std::make_unique<Resolver>(*journal, *vault, random, identity.jurisdiction);
  auto started = Sequencer::start(*journal, *vault, *mark, clock, *last_recorded_at);
  if (!started) return started.error();
  sequencer = std::move(*started);
  return {};
}

Ledger::Ledger(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Ledger::~Ledger() = default;

const LedgerIdentity& Ledger::identity() const { return parts_->identity; }

Result<Outcome> Ledger::submit(const Submission& submission, const Vocabulary& vocabulary) {
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
    auto sequenced = parts_->sequencer->submit(std::move(std::get<Prepared>(*resolved)));
    if (!sequenced) return sequenced.error();
    if (auto* receipt = std::get_if<Receipt>(&*sequenced)) {
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
    auto opened = LogSigner::open(paths, identity.origin, public_key);
    if (!opened) return opened.error();
    signer = std::move(*opened);
  }
  return signer.get();
}

Result<NoteVerifier> Ledger::verifier() {
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  return (*signer)->verifier();
}

Result<std::optional<Sm2Verifier>> Ledger::sm2_verifier() {
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  return (*signer)->sm2_verifier();
}

Result<Sm2Verifier> Ledger::add_sm2_key() {
  const std::lock_guard lock(parts_->signing);
  const auto signer = parts_->open_signer();
  if (!signer) return signer.error();
  return (*signer)->add_sm2_key(parts_->random);
}

Result<Ledger::SignedHead> Ledger::checkpoint() {
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
  auto hashes = prove_inclusion(event, checkpoint_of->head.size, [this](Subtree subtree) {
    return parts_->journal->subtree_hash(subtree);
  });
  if (!hashes) return hashes.error();
  return InclusionProof{event, std::move(*hashes), checkpoint_of->note};
}

Result<TreeHead> Ledger::link_to(const std::filesystem::path& directory) {
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
  const auto size = durable().size;
  auto erased = ledger::apply_erasures(*parts_->journal, *parts_->vault, {0}, size);
  if (!erased) return erased;
  if (const auto set = parts_->vault->set_erasures_done(size); !set) return set.error();
  if (const auto synced = parts_->vault->sync(); !synced) return synced.error();
  return erased;
}

std::uint64_t Ledger::erased_at_start() const { return parts_->erased_at_start; }

RecordedAt Ledger::now() const { return parts_->clock(); }
TreeHead Ledger::durable() const { return parts_->sequencer->durable(); }
CommitFigures Ledger::commit_figures() const { return parts_->sequencer->figures(); }
bool Ledger::has_failed() const { return parts_->sequencer->has_failed(); }
FreeSpace::Figures Ledger::free_space() const { return parts_->free_space.look(); }
const Journal& Ledger::journal() const { return *parts_->journal; }
const Vault& Ledger::vault() const { return *parts_->vault; }
std::filesystem::path Ledger::link_scratch() const { return parts_->paths.link_scratch(); }
std::filesystem::path Ledger::projections_directory() const { return parts_->paths.projections(); }

}  // namespace kinledger::ledger
