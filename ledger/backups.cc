#include "ledger/backups.h"

#include <algorithm>
#include <limits>
#include <system_error>
#include <tuple>
#include <utility>

#include "ledger/crypto.h"
#include "ledger/directory.h"
#include "ledger/log_lines.h"
#include "ledger/paths.h"
#include "ledger/private_file.h"
#include "ledger/read_file.h"
#include "ledger/verify.h"

namespace kinledger::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view record_form = "kinledger-backup/v1";
constexpr std::size_t record_bytes_max = 4096;
constexpr std::size_t id_file_bytes = 33;
/// The list of files of a backup: some 100 bytes each, and 100,000 files are 6 TB of rows.
constexpr std::size_t list_bytes_max = std::size_t{64} << 20;
constexpr std::size_t state_file_bytes_max = 65'536;
constexpr int lock_wait_ms = 0;

Error unusable(const fs::path& path, const std::error_code& error) {
  return {Failure::unavailable, path.string() + " cannot be used: " + error.message()};
}

Error backup_damaged(const fs::path& file) {
  return {
      Failure::corrupt,
      "the backup is damaged: " + file.string() + " is not as it was written; use another backup",
      "备份损坏：" + file.string() + " 与写入时不同；请使用另一份备份"};
}

fs::path id_file(const fs::path& place) { return place / "backup.id"; }

Result<std::optional<std::string>> read_id(const fs::path& place) {
  return read_file(id_file(place), id_file_bytes);
}

/// Whether there is nothing but what an interrupted making of a place left, at most.
bool is_unused(const fs::path& place) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(place, error)) {
    const auto name = entry.path().filename().string();
    const bool is_ours = name == "lock" || name == "backup.id" || name == "backup.id.new";
    if (!is_ours && !holds_nothing(entry.path())) return false;
  }
  return !error || error == std::errc::no_such_file_or_directory;
}

Result<Hash> digest_of(const fs::path& file) {
  const auto bytes = read_file(file, list_bytes_max);
  if (!bytes) return bytes.error();
  if (!*bytes)
    return Error{Failure::corrupt,
                 "the backup is damaged: " + file.string() + " is missing; use another backup",
                 "备份损坏：缺少 " + file.string() + "；请使用另一份备份"};
  return sha256(as_bytes(**bytes));
}

std::string text_of(const Backup::Part& part) {
  return std::to_string(part.number) + " " + to_text(part.list);
}

std::string record_text(const Backup& backup) {
  std::string text(record_form);
  text += "\nnumber " + std::to_string(backup.number);
  text += "\nledger " + to_text(backup.ledger);
  text += "\norigin " + backup.origin;
  text += "\ntaken " + to_text(backup.taken_at);
  text += "\nsize " + std::to_string(backup.head.size.value);
  text += "\nroot " + to_text(backup.head.root);
  text += "\njournal " + text_of(backup.journal);
  text += "\nvault " + text_of(backup.vault);
  text += "\naccess " + std::to_string(backup.access) + "\n";
  return text + "sha256 " + to_text(sha256(as_bytes(text))) + "\n";
}

/// The value of the next line, which begins with the name and a space.
std::optional<std::string_view> take_value(std::string_view& text, std::string_view name) {
  auto line = take_line(text);
  if (!line || !line->starts_with(name) || line->size() <= name.size() ||
      (*line)[name.size()] != ' ')
    return std::nullopt;
  return line->substr(name.size() + 1);
}

std::optional<Backup::Part> take_part(std::string_view& text, std::string_view name) {
  const auto value = take_value(text, name);
  const auto space = value ? value->find(' ') : std::string_view::npos;
  if (space == std::string_view::npos) return std::nullopt;
  Backup::Part part;
  const auto number = read_decimal(value->substr(0, space));
  if (!number || *number > std::numeric_limits<BackupNumber>::max() ||
      !from_hex(value->substr(space + 1), part.list.bytes))
    return std::nullopt;
  part.number = static_cast<BackupNumber>(*number);
  return part;
}

/// Nothing when a byte is not as it was written.
std::optional<Backup> read_record(std::string_view text) {
  const auto whole = text;
  if (take_line(text) != record_form) return std::nullopt;
  Backup backup;
  const auto number = take_value(text, "number"), ledger = take_value(text, "ledger"),
             origin = take_value(text, "origin"), taken = take_value(text, "taken"),
             size = take_value(text, "size"), root = take_value(text, "root");
  if (!root || !size || !taken || !origin || !ledger || !number) return std::nullopt;
  const auto number_is = read_decimal(*number), size_is = read_decimal(*size);
  const auto taken_at = parse_recorded_at(*taken);
  const auto journal = take_part(text, "journal"), vault = take_part(text, "vault");
  const auto access = take_value(text, "access");
  const auto access_is = access ? read_decimal(*access) : std::nullopt;
  if (!access_is || !number_is || !size_is || !taken_at || !journal || !vault ||
      !from_hex(*ledger, backup.ledger.bytes) || !from_hex(*root, backup.head.root.bytes))
    return std::nullopt;
  backup.number = *number_is;
  backup.origin = *origin;
  backup.taken_at = *taken_at;
  backup.head.size = {*size_is};
  backup.journal = *journal;
  backup.vault = *vault;
  backup.access = *access_is;
  if (record_text(backup) != whole) return std::nullopt;
  return backup;
}

/// The engine's backups that `names` does not hold, taken away.
Result<void> drop_others(DatabaseBackups& backups, const std::vector<BackupNumber>& names) {
  for (const auto number : backups.numbers()) {
    if (std::ranges::find(names, number) != names.end()) continue;
    if (const auto removed = backups.remove(number); !removed) return removed.error();
  }
  return backups.collect();
}

/// The directories, unless the places are finished.
Result<void> make_places(const BackupPlaces& places) {
  const auto id = read_id(places.journal);
  if (!id) return id.error();
  if (*id) return {};
  for (const auto& place : {places.journal, places.vault})
    if (!is_unused(place))
      return Error{Failure::conflict, place.string() +
                                          " holds something else, or other backups: "
                                          "give an empty directory"};
  for (const auto& directory : {places.vault, places.vault / "vault", places.journal,
                                places.journal / "backups", places.journal / "journal"}) {
    std::error_code error;
    if (fs::is_directory(directory, error)) continue;
    if (const auto made = make_private_directory(directory); !made) return made.error();
  }
  return {};
}

/// The ids, unless the places have them. Precondition: the lock is held.
Result<void> name_places(const BackupPlaces& places, Random& random) {
  const auto id = read_id(places.journal);
  if (!id) return id.error();
  if (*id) return {};
  auto shared = read_id(places.vault);
  if (!shared) return shared.error();
  if (!*shared) {
    *shared = to_text(random_id<Id128<struct BackupTag>>(random)) + "\n";
    const auto named = replace_private_file(id_file(places.vault), as_bytes(**shared));
    if (!named) return named.error();
  }
  return replace_private_file(id_file(places.journal), as_bytes(**shared));
}

}  // namespace

Result<Backups> Backups::open_parts(const BackupPlaces& places, rocksdb::Env* env) {
  auto journal = DatabaseBackups::open(places.journal / "journal", env);
  if (!journal) return journal.error();
  auto vault = DatabaseBackups::open(places.vault / "vault", env);
  if (!vault) return vault.error();
  Backups backups(places, std::move(*journal), std::move(*vault));
  if (const auto read = backups.read_records(); !read) return read.error();
  return backups;
}

Result<Backups> Backups::open(const BackupPlaces& places, rocksdb::Env* env) {
  const auto id = read_id(places.journal), vault_id = read_id(places.vault);
  if (!id) return id.error();
  if (!vault_id) return vault_id.error();
  if (!*id) return Error{Failure::invalid, "there are no backups in " + places.journal.string()};
  if (!*vault_id)
    return Error{Failure::invalid, places.vault.string() +
                                       " is not the vault's part of the backups in " +
                                       places.journal.string() + ": say where it is (--vault)"};
  if (**id != **vault_id)
    return Error{Failure::invalid, places.vault.string() + " belongs to other backups than " +
                                       places.journal.string()};
  return open_parts(places, env);
}

Result<Backups> Backups::open_to_write(const BackupPlaces& places, Random& random,
                                       rocksdb::Env* env) {
  if (const auto made = make_places(places); !made) return made.error();
  auto lock = DirectoryLock::acquire(places.journal / "lock", lock_wait_ms);
  if (!lock) return lock.error();
  if (const auto named = name_places(places, random); !named) return named.error();
  auto backups = open(places, env);
  if (backups) backups->lock_ = std::move(*lock);
  return backups;
}

fs::path Backups::record_of(std::uint64_t number) const {
  return places_.journal / "backups" / std::to_string(number);
}

Result<void> Backups::read_records() {
  std::error_code error;
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : fs::directory_iterator(places_.journal / "backups", error)) {
    const auto name = entry.path().filename().string();
    if (const auto number = read_decimal(name)) numbers.push_back(*number);
  }
  if (error) return unusable(places_.journal / "backups", error);
  std::ranges::sort(numbers);
  for (const auto number : numbers) {
    const auto text = read_file(record_of(number), record_bytes_max);
    if (!text) return text.error();
    auto backup = *text ? read_record(**text) : std::nullopt;
    if (!backup || backup->number != number) return backup_damaged(record_of(number));
    all_.push_back(std::move(*backup));
  }
  return {};
}

const Backup* Backups::find(std::uint64_t number) const {
  const auto found = std::ranges::find(all_, number, &Backup::number);
  return found == all_.end() ? nullptr : &*found;
}

std::uint64_t Backups::bytes(const Backup& backup) const {
  return journal_.bytes(backup.journal.number) + vault_.bytes(backup.vault.number);
}

Result<void> Backups::check_lists(const Backup& backup) const {
  for (const auto& [engine, part] :
       {std::pair{&journal_, &backup.journal}, {&vault_, &backup.vault}}) {
    const auto file = engine->list_of(part->number);
    const auto digest = digest_of(file);
    if (!digest) return digest.error();
    if (*digest != part->list) return backup_damaged(file);
    const auto unreadable = engine->damaged();
    if (std::ranges::find(unreadable, part->number) != unreadable.end())
      return Error{Failure::corrupt,
                   "the backup is damaged: a file that " + file.string() +
                       " names is missing or has another length; use another backup",
                   "备份损坏：" + file.string() + " 所列的文件有缺失或长度不符；请使用另一份备份"};
  }
  return {};
}

Result<void> Backups::drop_unnamed() {
  std::vector<BackupNumber> journals, vaults;
  for (const auto& backup : all_) {
    journals.push_back(backup.journal.number);
    vaults.push_back(backup.vault.number);
  }
  if (const auto dropped = drop_others(journal_, journals); !dropped) return dropped.error();
  return drop_others(vault_, vaults);
}

Result<void> Backups::write_record(const Backup& backup) const {
  const auto text = record_text(backup);
  return replace_private_file(record_of(backup.number), as_bytes(text));
}

/// Files go when no record names them any more, not before.
Result<void> Backups::remove_record(std::uint64_t number) const {
  std::error_code error;
  fs::remove(record_of(number), error);
  if (error) return unusable(record_of(number), error);
  return sync_directory_of(record_of(number));
}

/// A copy of the ledger that recorded other events, or an older one, would push the backups of this
/// history out.
Result<void> Backups::check_continued(Ledger& ledger, const Backup& newest) const {
  const auto& head = newest.head;
  const bool is_shorter = ledger.durable().size < head.size;
  if (!is_shorter) {
    const auto root = ledger.journal().root(head.size);
    if (!root) return root.error();
    if (*root == head.root) return {};
  }
  const auto number = std::to_string(newest.number), events = std::to_string(head.size.value);
  return Error{Failure::invalid,
               "this ledger does not continue backup " + number + " of " +
                   places_.journal.string() + " (" + events +
                   " events): it is an older copy, or recorded other events since; back it up into "
                   "another directory",
               "账本不延续 " + places_.journal.string() + " 中的第 " + number + " 份备份（" +
                   events + " 条记录）：它是较旧的副本，或此后登记了别的记录；请备份到另一目录"};
}

Result<Backup> Backups::add(Ledger& ledger, const BackupOptions& options) {
  invariant(lock_ != nullptr);
  // The engine would take away what a damaged backup does not name any more.
  for (const auto& before : all_) {
    if (const auto checked = check_lists(before); !checked) return checked.error();
    if (before.ledger != ledger.identity().id)
      return Error{Failure::invalid, places_.journal.string() + " holds backups of " +
                                         before.origin + ", another ledger"};
  }
  if (!all_.empty())
    if (const auto continued = check_continued(ledger, all_.back()); !continued)
      return continued.error();
  if (const auto dropped = drop_unnamed(); !dropped) return dropped.error();
  Backup backup;
  backup.number = all_.empty() ? 1 : all_.back().number + 1;
  backup.ledger = ledger.identity().id;
  backup.origin = ledger.identity().origin;
  backup.taken_at = ledger.now();
  backup.access = options.access;
  const ScratchDirectory scratch(ledger.link_scratch());
  const auto head = ledger.link_to(scratch.path());
  if (!head) return head.error();
  backup.head = *head;
  std::optional<Error> failed;
  for (const auto& [engine, part, name] :
       {std::tuple{&journal_, &backup.journal, "journal"}, {&vault_, &backup.vault, "vault"}}) {
    const auto added = engine->add(scratch.path() / name, options.progress);
    if (!added) failed = added.error();
    if (failed) break;
    part->number = *added;
    const auto list = digest_of(engine->list_of(*added));
    if (!list) failed = list.error();
    if (failed) break;
    part->list = *list;
  }
  if (!failed)
    if (const auto written = write_record(backup); !written) failed = written.error();
  if (failed) {
    // Its record may be there, though not durably.
    if (remove_record(backup.number)) (void)drop_unnamed();
    return *failed;
  }
  all_.push_back(backup);
  return backup;
}

Result<void> Backups::verify(const Backup& backup) const {
  if (const auto checked = check_lists(backup); !checked) return checked.error();
  if (const auto verified = journal_.verify(backup.journal.number); !verified)
    return verified.error();
  return vault_.verify(backup.vault.number);
}

Result<void> Backups::restore(const Backup& backup, const fs::path& directory) const {
  if (const auto checked = check_lists(backup); !checked) return checked.error();
  if (const auto made = make_private_directory(directory); !made) return made.error();
  if (const auto restored = journal_.restore(backup.journal.number, directory / "journal");
      !restored)
    return restored.error();
  if (const auto restored = vault_.restore(backup.vault.number, directory / "vault"); !restored)
    return restored.error();
  const auto journal = Journal::open(directory / "journal");
  if (!journal) return journal.error();
  if ((*journal)->size() != backup.head.size)
    return Error{Failure::corrupt,
                 "the backup holds " + std::to_string((*journal)->size().value) +
                     " events, but says " + std::to_string(backup.head.size.value) +
                     "; use another backup",
                 "备份中有 " + std::to_string((*journal)->size().value) + " 条记录，与其所载的 " +
                     std::to_string(backup.head.size.value) + " 条不符；请使用另一份备份"};
  const auto verified = ledger::verify(**journal, backup.head, {});
  if (!verified) return verified.error();
  if (verified->damage)
    return Error{Failure::corrupt,
                 "the backup's events are not those that were backed up, from " +
                     std::to_string(verified->damage->sequence.value) +
                     " on: " + verified->damage->what,
                 "备份自第 " + std::to_string(verified->damage->sequence.value) +
                     " 条记录起与备份时不同；请使用另一份备份（" + verified->damage->what + "）"};
  return {};
}

Result<void> Backups::keep(std::size_t count) {
  invariant(count > 0);
  return all_.size() <= count ? Result<void>() : drop_before(all_[all_.size() - count].number);
}

Result<void> Backups::drop_before(std::uint64_t number) {
  invariant(lock_ != nullptr);
  if (all_.empty() || all_.front().number >= number) return {};
  while (!all_.empty() && all_.front().number < number) {
    if (const auto removed = remove_record(all_.front().number); !removed) return removed.error();
    all_.erase(all_.begin());
  }
  return drop_unnamed();
}

BackupPlaces access_places(const BackupPlaces& places) {
  return {places.journal / "access", places.vault / "access"};
}

Result<Backup> back_up(const BackingUp& asked, Random& random) {
  auto backups = Backups::open_to_write(asked.places, random);
  if (!backups) return backups.error();
  BackupOptions options{asked.progress, 0};
  std::optional<Backups> of_access;
  if (asked.access != nullptr) {
    auto opened = Backups::open_to_write(access_places(asked.places), random);
    if (!opened) return opened.error();
    of_access = std::move(*opened);
    const auto added = of_access->add(*asked.access, options);
    if (!added) return added.error();
    options.access = added->number;
  }
  auto added = backups->add(asked.ledger, options);
  if (!added) return added.error();
  if (asked.keep == 0) return added;
  if (const auto kept = backups->keep(asked.keep); !kept) return kept.error();
  if (of_access)
    if (const auto kept = of_access->drop_before(backups->all().front().access); !kept)
      return kept.error();
  return added;
}

Result<void> copy_keys(const fs::path& state, const fs::path& to) {
  if (!holds_nothing(to))
    return Error{Failure::conflict, to.string() + " exists already and is not empty"};
  if (const auto made = make_private_directory(to); !made) return made.error();
  const Paths from({}, state), copy({}, to);
  if (const auto access = from.access().state; !holds_nothing(access))
    if (const auto copied = copy_keys(access, copy.access().state); !copied) return copied.error();
  // The id last: without it, a copy that was interrupted is not taken for a state directory.
  for (const auto file : {&Paths::vault_key, &Paths::signing_key, &Paths::former_signing_key,
                          &Paths::next_signing_key, &Paths::sm2_key, &Paths::checkpoint,
                          &Paths::cosigned, &Paths::id}) {
    auto bytes = read_file((from.*file)(), state_file_bytes_max);
    if (!bytes) return bytes.error();
    if (!*bytes) continue;
    const auto written = create_private_file((copy.*file)(), as_bytes(**bytes));
    wipe({reinterpret_cast<std::uint8_t*>((*bytes)->data()), (*bytes)->size()});
    if (!written) return written.error();
  }
  return {};
}

}  // namespace kinledger::ledger
