#include "projections/projector.h"

#include <algorithm>
#include <future>

#include "ledger/big_endian.h"
#include "ledger/crypto.h"
#include "ledger/event_type.h"
#include "ledger/temporary_directory.h"

namespace kinledger::projections {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

/// Events written in one batch.
constexpr std::uint64_t batch_events_max = 50'000;
/// Where as many events are behind, and most of the journal is, all of it is projected again: that
/// takes less time than inserting them.
constexpr std::uint64_t rebuild_events_min = 100'000;
/// Subjects listed at a time.
constexpr std::size_t subjects_at_a_time = 1'000;
constexpr std::size_t dossiers_at_a_time = 100;

/// The entries of some events of the journal.
struct EntryBatch {
  std::uint64_t until = 0;
  Entries entries;
};

/// Reads events [from, to) of the journal and places them.
Result<EntryBatch> make_batch(const ledger::Journal& journal, std::uint64_t from,
                              std::uint64_t to) {
  EntryBatch batch{to, {}};
  const auto placed = place_events(
      journal, {from}, {to},
      [&](const FactKey& key, ledger::ByteView event) { append_entry(key, event, batch.entries); });
  if (!placed) return placed.error();
  return batch;
}

/// Above every key of the subject, below every key of the next one.
std::string after(const Subject& subject) {
  const auto key = first_key(subject);
  return std::string(key.data(), subject_prefix_bytes) + '\xff';
}

/// Calls `add` with the events of a row that are known at the basis.
Result<bool> add_known(std::string_view key, ledger::ByteView value, TreeSize basis, auto&& add) {
  const auto read = read_row(key, value, [&](Sequence sequence, ledger::ByteView event) {
    const bool is_known = sequence.value < basis.value;
    if (is_known) add(sequence, event);
    return is_known;
  });
  if (!read) return read.error();
  return true;
}

/// Calls `add` with the events known at the basis in the rows whose keys begin with the prefix.
Result<void> read_known(const RowStore& rows, std::string_view prefix, TreeSize basis, auto&& add) {
  const std::string from(prefix);
  return rows.each_row({from, from + '\xff', basis},
                       [&](std::string_view key, ledger::ByteView value) {
                         return add_known(key, value, basis, add);
                       });
}

/// Whether the event is of the type and about the subject: its person, or its unit. Others that it
/// names, a parent say, have it among their rows too.
bool is_about(ledger::ByteView stored, ledger::EventType type, const Subject& subject) {
  if (ledger::stored_type(stored) != type) return false;
  const ledger::Bytes aligned(stored.begin(), stored.end());
  const auto event = ledger::EventView::read(aligned);
  if (!event) return true;  // the dossier says that it cannot be read
  if (subject.kind == Subject::Kind::unit)
    return event->unit(ledger::Field::unit) == ledger::UnitId{subject.id};
  return event->person(ledger::Field::person) == ledger::PersonId{subject.id};
}

/// Keys from `from` on, up to those of the next kind.
RowStore::Range of_kind(std::string from, Subject::Kind kind, TreeSize basis) {
  return {std::move(from), {fact_prefix, static_cast<char>(static_cast<int>(kind) + 1)}, basis};
}

/// The next subjects with facts below the basis.
Result<std::vector<Subject>> list(const RowStore& rows, const RowStore::Range& range) {
  std::vector<Subject> found;
  const auto add = [&](std::string_view key, ledger::ByteView) -> Result<bool> {
    if (sequence_of(key).value >= range.basis.value) return true;
    const auto subject = subject_of(key);
    if (!found.empty() && found.back() == subject) return true;
    if (found.size() == subjects_at_a_time) return false;
    found.push_back(subject);
    return true;
  };
  if (const auto listed = rows.each_row(range, add); !listed) return listed.error();
  return found;
}

/// Makes the dossiers of the subjects whose rows come one behind the other; with a type, of those
/// that an event of it is about.
class DossierPass {
 public:
  DossierPass(TreeSize basis, std::optional<ledger::EventType> named_by)
      : basis_(basis), named_by_(named_by) {}

  /// False once there are as many dossiers as are made at a time.
  Result<bool> take(std::string_view key, ledger::ByteView value) {
    if (sequence_of(key).value >= basis_.value) return true;
    if (const auto next = subject_of(key); !builder_ || next != subject_) {
      if (const auto finished = finish(); !finished) return finished.error();
      if (made_.size() == dossiers_at_a_time) return false;
      subject_ = next;
      builder_.emplace(next, Extent::whole);
      is_wanted_ = !named_by_;
    }
    return add_known(key, value, basis_, [&](Sequence sequence, ledger::ByteView event) {
      builder_->add(sequence, event);
      is_wanted_ = is_wanted_ || is_about(event, *named_by_, subject_);
    });
  }

  using Made = std::vector<std::pair<Subject, Dossier>>;
  Result<Made> end() {
    if (const auto finished = finish(); !finished) return finished.error();
    return std::move(made_);
  }

 private:
  Result<void> finish() {
    if (builder_ && is_wanted_) {
      auto dossier = builder_->build();
      if (!dossier) return dossier.error();
      made_.emplace_back(subject_, std::move(*dossier));
    }
    builder_.reset();
    return {};
  }

  const TreeSize basis_;
  const std::optional<ledger::EventType> named_by_;
  Subject subject_;
  std::optional<DossierBuilder> builder_;  ///< of the subject whose rows are being taken
  bool is_wanted_ = false;
  Made made_;
};

}  // namespace

Projector::Projector(std::unique_ptr<RowStore> rows, const ledger::Journal& journal)
    : rows_(std::move(rows)), journal_(journal) {}
Projector::~Projector() = default;

Result<std::unique_ptr<Projector>> Projector::open(const std::filesystem::path& directory,
                                                   const ledger::Journal& journal) {
  auto rows = std::make_unique<RowStore>(directory);
  if (const auto opened = rows->open_or_discard(journal.size()); !opened) return opened.error();
  return std::unique_ptr<Projector>(new Projector(std::move(rows), journal));
}

Result<std::unique_ptr<Projector>> Projector::open_to_read(const std::filesystem::path& directory,
                                                           const ledger::Journal& journal) {
  auto kept = std::make_unique<RowStore>(directory);
  if (kept->open_to_read() && kept->position() == journal.size().value)
    return std::unique_ptr<Projector>(new Projector(std::move(kept), journal));
  auto scratch = ledger::TemporaryDirectory::make("kinledger-projections");
  if (!scratch) return scratch.error();
  auto made = std::make_unique<RowStore>(std::move(*scratch), "rows");
  if (const auto opened = made->open(); !opened) return opened.error();
  return std::unique_ptr<Projector>(new Projector(std::move(made), journal));
}

TreeSize Projector::position() const { return {rows_->position()}; }

Result<void> Projector::catch_up() {
  const auto size = journal_.size().value, behind = size - position().value;
  if (behind >= rebuild_events_min && behind > size / 2) return rebuild(nullptr);
  return project({size});
}

/// Projects [position, until): the next batch is made while the last one is written.
Result<void> Projector::project(TreeSize until) {
  const auto make = [this, until](std::uint64_t from) {
    return make_batch(journal_, from, std::min(until.value, from + batch_events_max));
  };
  const auto from = rows_->position();
  if (from >= until.value) return {};
  // A few events are not worth a thread.
  const auto launch =
      until.value - from > batch_events_max ? std::launch::async : std::launch::deferred;
  auto next = std::async(launch, make, from);
  while (next.valid()) {
    const auto batch = next.get();
    if (!batch) return batch.error();
    if (batch->until < until.value) next = std::async(launch, make, batch->until);
    if (const auto written = rows_->write(batch->entries, batch->until); !written)
      return written.error();
  }
  return {};
}

Result<void> Projector::rebuild(const Progress& progress) {
  const auto aside = rows_->directory().string() + ".rebuild";
  std::error_code ignored;
  std::filesystem::remove_all(aside, ignored);
  RowStore fresh(aside);
  if (const auto opened = fresh.open(); !opened) return opened.error();
  const auto filled = fresh.fill(journal_, journal_.size(), progress);
  fresh.close();
  if (filled) return rows_->replace_by(fresh);
  std::filesystem::remove_all(aside, ignored);
  return filled.error();
}

Result<ledger::Hash> Projector::digest() const {
  ledger::Sha256 digest;
  const std::string first(1, fact_prefix), end(1, static_cast<char>(fact_prefix + 1));
  const auto read = rows_->each_row(
      {first, end}, [&](std::string_view key, ledger::ByteView value) -> Result<bool> {
        const auto place = key.substr(0, place_prefix_bytes);
        const auto added = read_row(key, value, [&](Sequence sequence, ledger::ByteView event) {
          // Lengths first, so that no two lists of events have the same bytes.
          std::string head(place);
          ledger::append_big_endian(head, sequence.value);
          ledger::append_big_endian(head, event.size());
          digest.update(ledger::as_bytes(head)).update(event);
          return true;
        });
        if (!added) return added.error();
        return true;
      });
  if (!read) return read.error();
  return digest.update(ledger::as_bytes(position_row(position().value))).finish();
}

Result<Dossier> Projector::load(const Subject& subject, TreeSize basis, Extent extent) const {
  DossierBuilder builder(subject, extent);
  const auto key = first_key(subject);
  const auto prefix = extent == Extent::whole ? subject_prefix_bytes : aspect_prefix_bytes;
  const auto read =
      read_known(*rows_, {key.data(), prefix}, basis,
                 [&](Sequence sequence, ledger::ByteView event) { builder.add(sequence, event); });
  if (!read) return read.error();
  return builder.build();
}

Result<Projector::Events> Projector::events(const SubjectEvents& of, TreeSize basis) const {
  Events events;
  bool too_many = false;
  const auto key = first_key(of);
  const auto read = read_known(*rows_, {key.data(), aspect_prefix_bytes}, basis,
                               [&](Sequence sequence, ledger::ByteView event) {
                                 too_many = too_many || events.size() >= dossier_events_max;
                                 if (!too_many)
                                   events.try_emplace(sequence, event.begin(), event.end());
                               });
  if (!read) return read.error();
  if (too_many)
    return Error{Failure::invalid, "a subject has more events than one dossier may hold"};
  return events;
}

Result<void> Projector::subjects(Subject::Kind kind, TreeSize basis,
                                 const std::function<bool(const Subject&)>& visit) const {
  auto range = of_kind({fact_prefix, static_cast<char>(kind)}, kind, basis);
  // `visit` loads dossiers, so nothing is held while it runs.
  for (;;) {
    const auto listed = list(*rows_, range);
    if (!listed) return listed.error();
    for (const auto& subject : *listed)
      if (!visit(subject)) return {};
    if (listed->size() < subjects_at_a_time) return {};
    range.from = after(listed->back());
  }
}

Result<void> Projector::dossiers(const Subjects& subjects, unsigned share, TreeSize basis,
                                 const DossierVisitor& visit) const {
  invariant(share < subject_shares);
  constexpr unsigned width = 256 / subject_shares;
  const std::string kind{fact_prefix, static_cast<char>(subjects.kind)};
  auto range = of_kind(kind + static_cast<char>(share * width), subjects.kind, basis);
  if (share + 1 < subject_shares) range.until = kind + static_cast<char>((share + 1) * width);
  range.is_pass = true;
  for (;;) {
    DossierPass pass(basis, subjects.named_by);
    const auto read = rows_->each_row(
        range, [&](std::string_view key, ledger::ByteView value) { return pass.take(key, value); });
    if (!read) return read.error();
    auto made = pass.end();
    if (!made) return made.error();
    if (made->empty()) return {};
    range.from = after(made->back().first);
    for (auto& [subject, dossier] : *made) visit(subject, std::move(dossier));
  }
}

}  // namespace kinledger::projections
