// Opening a ledger: what was acknowledged is compared with what is there, and what an interrupted
// run left half done is finished. Where the state directory does not allow that it is opened to be
// read, if the caller may have it so, and nothing is written.
#include <algorithm>

#include "ledger/erasure.h"
#include "ledger/id_halves.h"
#include "ledger/key_file.h"
#include "ledger/ledger_parts.h"
#include "ledger/vault_settling.h"

namespace kinledger::ledger {

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options, Random& random) {
  auto parts = std::make_unique<Parts>(options, random);
  const auto& paths = parts->paths;
  if (const auto found = find_ledger(paths); !found) return found.error();
  auto lock = DirectoryLock::acquire(paths.lock(), options.lock_wait_ms);
  if (!lock) return lock.error();
  parts->lock = std::move(*lock);
  if (const auto enough = room_to_open(options.room, paths.directory); !enough)
    return enough.error();
  if (options.may_be_read_only) {
    const auto can_be_read_only = parts->open_to_read(options.env);
    if (!can_be_read_only) return can_be_read_only.error();
    if (*can_be_read_only) return std::unique_ptr<Ledger>(new Ledger(std::move(parts)));
  }
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
  if (const auto checked = parts->check_id(); !checked) return checked.error();
  auto kek = read_key_file(paths.vault_key());
  if (!kek) return kek.error();
  auto vault = Vault::open(paths.vault(), {std::move(*kek)}, parts->random, options.env);
  if (!vault && vault.error().failure == Failure::invalid) {
    Error wrong_key{Failure::invalid, vault.error().what + " (" + paths.vault_key().string() + ")"};
    if (!options.may_be_read_only) return wrong_key;
    const auto read = parts->be_read_only(std::move(wrong_key), options.env);
    return read ? Result<std::unique_ptr<Ledger>>(
                      std::unique_ptr<Ledger>(new Ledger(std::move(parts))))
                : read.error();
  }
  if (!vault) return vault.error();
  parts->vault = std::move(*vault);
  if (const auto compared = parts->compare_with_mark(); !compared) return compared.error();
  const auto erased = settle_vault(*parts->journal, *parts->vault);
  if (!erased) return erased.error();
  parts->erased_at_start = *erased;
  if (const auto started = parts->start(); !started) return started.error();
  return std::unique_ptr<Ledger>(new Ledger(std::move(parts)));
}

/// The journal must still hold the tree that was acknowledged. More than that is normal: events
/// that became durable without their acknowledgement getting out are part of the ledger.
Result<void> Ledger::Parts::compare_with_mark() {
  if (const auto checked = check_mark(mark->head()); !checked) return checked.error();
  const auto size = journal->size();
  const auto root_now = journal->root(size);
  if (!root_now) return root_now.error();
  return mark->advance({size, *root_now});
}

Result<void> Ledger::Parts::check_mark(const TreeHead& head) const {
  const auto size = journal->size();
  if (size < head.size)
    return Error{Failure::corrupt,
                 "the journal holds " + std::to_string(size.value) + " events, but " +
                     std::to_string(head.size.value) +
                     " were acknowledged: events are lost; restore a backup",
                 "日志现有 " + std::to_string(size.value) + " 条记录，而已确认的有 " +
                     std::to_string(head.size.value) + " 条：记录已丢失，请恢复备份"};
  const auto root = journal->root(head.size);
  if (!root) return root.error();
  if (*root != head.root)
    return Error{Failure::corrupt,
                 "the journal's first " + std::to_string(head.size.value) +
                     " events are not those that were acknowledged; run: kinledger verify",
                 "日志的前 " + std::to_string(head.size.value) +
                     " 条记录与已确认的不同：请运行 kinledger verify"};
  return {};
}

/// What the state directory says must be of this ledger. Precondition: identity.id is what it says.
Result<void> Ledger::Parts::check_id() const {
  if (journal->size().value == 0) return {};  // compare_with_mark() says what that means
  const auto first = journal->locate({0});
  if (!first) return first.error();
  const auto created = EventView::read(first->event({0}));
  if (!created) return created.error();
  if (id_of_halves<LedgerId>(*created, Field::ledger_high, Field::ledger_low) == identity.id)
    return {};
  return Error{Failure::invalid,
               paths.state.string() + " is the state directory of another ledger than " +
                   paths.directory.string() + ": give its own (--state)",
               paths.state.string() + " 是另一账本的状态目录，不属于 " + paths.directory.string() +
                   "：请用 --state 给出它自己的"};
}

/// Whether the state directory lets the ledger be opened for writing; writes nothing.
Result<void> Ledger::Parts::check_state() const {
  if (const auto checked = check_id(); !checked) return checked.error();
  const auto acknowledged = Mark::read(paths.mark(), identity.id);
  if (!acknowledged) return acknowledged.error();
  if (const auto checked = check_mark(*acknowledged); !checked) return checked.error();
  const auto key = read_key_file(paths.vault_key());
  return key ? Result<void>() : key.error();
}

/// Whether it has to be read only, and is open so. Where the journal itself cannot be read there is
/// nothing to be shown.
Result<bool> Ledger::Parts::open_to_read(rocksdb::Env* env) {
  auto opened = Journal::open_to_read(paths.journal(), env);
  if (!opened) return opened.error();
  journal = std::move(*opened);
  if (const auto checked = check_format(); !checked) return checked.error();
  const auto id = read_ledger_id(paths.id());
  if (id) identity.id = *id;
  const auto checked = id ? check_state() : Result<void>(id.error());
  if (checked || journal->size().value == 0) {
    journal.reset();
    return false;
  }
  const auto read = be_read_only(checked.error(), env);
  return read ? Result<bool>(true) : read.error();
}

/// Precondition: the journal is open, and holds at least one event.
Result<void> Ledger::Parts::be_read_only(Error why, rocksdb::Env* env) {
  read_only = std::move(why);
  const auto size = journal->size();
  const auto root = journal->root(size);
  if (!root) return root.error();
  held = {size, *root};
  auto vault_opened = open_vault_to_read(env);
  vault = vault_opened ? std::move(*vault_opened) : Vault::closed(vault_opened.error(), random);
  if (const auto read = read_identity(); !read) return read.error();
  resolver = std::make_unique<Resolver>(*journal, *vault, random, identity.jurisdiction);
  return {};
}

/// Not one that still has whom the log says was erased: a start that may write would erase them.
Result<std::unique_ptr<Vault>> Ledger::Parts::open_vault_to_read(rocksdb::Env* env) {
  auto kek = read_key_file(paths.vault_key());
  if (!kek) return kek.error();
  auto opened = Vault::open_to_read(paths.vault(), {std::move(*kek)}, random, env);
  if (!opened) return opened.error();
  const auto done = (*opened)->erasures_done();
  if (!done) return done.error();
  const auto size = journal->size();
  const auto has = has_erased(*journal, **opened, {std::min(*done, size).value}, size);
  if (!has) return has.error();
  if (*has)
    return Error{Failure::unavailable,
                 "the vault is older than the journal and still has persons who were erased: "
                 "nobody's identity is told until the ledger can be opened for writing"};
  return opened;
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
  identity.id = id_of_halves<LedgerId>(*created, Field::ledger_high, Field::ledger_low);
  identity.origin = created->text(Field::origin);
  identity.jurisdiction = created->envelope().jurisdiction;
  identity.simulated = created->as<YesNo>(Field::simulated_clock) == YesNo::yes;
  auto stated = ledger::stated_keys(*journal);
  if (!stated) return stated.error();
  keys = std::move(*stated);
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

}  // namespace kinledger::ledger
