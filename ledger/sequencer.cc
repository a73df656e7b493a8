#include "ledger/sequencer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <semaphore>
#include <unordered_set>

namespace kinledger::ledger {
namespace {

using Answer = Result<Sequenced>;

/// A group waits for further members for at most this part of the last write.
constexpr int patience_divisor = 2;

/// A caller waiting for his answer, or for his turn to lead.
struct Waiting {
  explicit Waiting(Prepared prepared_is) : prepared(std::move(prepared_is)) {}

  Prepared prepared;
  Receipt receipt;  // as it will be once its commit is durable
  std::optional<Answer> answer;
  std::atomic<bool> is_answered{false};
  /// Once for the answer, once when he is to lead.
  std::counting_semaphore<2> woken{0};
};

/// Also held by whoever answers: the caller may be gone before the one who wakes him is done.
using Member = std::shared_ptr<Waiting>;

Error unknown_outcome(std::string_view why) {
  return {Failure::unavailable,
          "whether the submission was recorded is unknown; hand it in again with the same key (" +
              std::string(why) + ")"};
}

/// Nothing is tried any more.
Error failed_before(const Error& failed) {
  return {Failure::unavailable,
          "the ledger's storage failed before: start it again (" + failed.what + ")"};
}

/// No event with such an instant could be read again.
Error clock_beyond_calendar() {
  return {Failure::unavailable,
          "the system's clock is outside 1900 to 2199: this submission was not recorded; put the "
          "clock right, then hand it in again",
          "系统时钟不在 1900 至 2199 年之间：本份申报未登记；请校正时钟后重新提交"};
}

Error conflict(std::string what) { return {Failure::conflict, std::move(what)}; }

}  // namespace

/// A commit on its way, with those who wait for it.
struct Group {
  explicit Group(TreeEdge& edge) : commit(edge) {}
  Commit commit;
  RecordedAt recorded_at;
  std::vector<Member> members;
  std::vector<SubmissionId> in_vault;
};

struct Sequencer::Work {
  Work(Journal& journal_is, Vault& vault_is, Mark& mark_is)
      : journal(journal_is), vault(vault_is), mark(mark_is) {}

  Journal& journal;
  Vault& vault;
  Mark& mark;
  std::function<RecordedAt()> clock;

  // Guarded by `mutex`.
  std::mutex mutex;
  std::condition_variable changed;  // for the one who groups
  std::condition_variable room;     // for callers that may not queue up yet
  std::deque<Member> waiting;
  std::size_t waiting_bytes = 0;
  bool grouping = false;  // somebody makes a group, or was woken to do so
  bool writing = false;   // somebody writes one
  std::optional<Error> failed;
  TreeHead durable;
  // Of the last commit.
  std::size_t last_members = 0;
  std::chrono::steady_clock::time_point last_written_at;
  std::chrono::steady_clock::duration last_write_took{0};
  CommitFigures figures;  // but for what waits now
  // Of commits that are not durable yet: a repeated key or replacement must not slip in between.
  std::unordered_set<SubmissionId> keys_in_flight;
  std::unordered_set<std::uint64_t> replaced_in_flight;
  std::unordered_set<UnitId> units_in_flight;

  // Only who groups.
  TreeEdge edge;
  RecordedAt last_recorded_at;

  void lead(std::unique_lock<std::mutex>& lock);
  void pass_grouping_on();
  std::unique_ptr<Group> next_group(std::unique_lock<std::mutex>& lock);
  bool waits_for_more(const Group& group, std::unique_lock<std::mutex>& lock);
  void commit(Group& group, std::unique_lock<std::mutex>& lock);
  /// False when the submission must wait for the next group.
  bool add(Group& group, const Member& member, std::unique_lock<std::mutex>& lock);
  std::optional<Answer> refuse(const Waiting& member);
  Result<void> keep_new_units(Prepared& prepared);
  void dismiss(Waiting& member, Answer answer_is);
  Result<bool> store_identities(Group& group, Waiting& member);
  void append(Group& group, const Member& member);
  void land(const Prepared& prepared);
  void answer(Waiting& member, Answer answer_is);
  void fail(const Error& error);
  void count(const Group& group);
  Result<void> write(Group& group);
};

Sequencer::Sequencer(std::unique_ptr<Work> work) : work_(std::move(work)) {}
Sequencer::~Sequencer() = default;

Result<std::unique_ptr<Sequencer>> Sequencer::start(Journal& journal, Vault& vault, Mark& mark,
                                                    std::function<RecordedAt()> clock,
                                                    RecordedAt last_recorded_at) {
  auto edge = journal.edge();
  if (!edge) return edge.error();
  invariant(edge->head() == mark.head(), "the mark is not at the tail of the journal");
  auto work = std::make_unique<Work>(journal, vault, mark);
  work->clock = std::move(clock);
  work->durable = mark.head();
  work->edge = *edge;
  work->last_recorded_at = last_recorded_at;
  return std::unique_ptr<Sequencer>(new Sequencer(std::move(work)));
}

Result<TreeHead> Sequencer::wait_durable(TreeSize size) const {
  std::unique_lock lock(work_->mutex);
  work_->room.wait(lock, [&] { return work_->durable.size >= size || work_->failed; });
  if (work_->durable.size >= size) return work_->durable;
  return unknown_outcome(work_->failed->what);
}

Result<TreeHead> Sequencer::hold(const std::function<Result<void>()>& work) {
  std::unique_lock lock(work_->mutex);
  work_->room.wait(lock, [&] { return !work_->writing || work_->failed; });
  if (work_->failed) return failed_before(*work_->failed);
  const auto head = work_->durable;
  work_->writing = true;
  lock.unlock();
  const auto done = work();
  lock.lock();
  work_->writing = false;
  work_->changed.notify_one();
  work_->room.notify_all();
  if (!done) return done.error();
  return head;
}

TreeHead Sequencer::durable() const {
  const std::lock_guard lock(work_->mutex);
  return work_->durable;
}

CommitFigures Sequencer::figures() const {
  const std::lock_guard lock(work_->mutex);
  auto now = work_->figures;
  now.queued = work_->waiting.size();
  now.bytes_waiting = work_->waiting_bytes;
  return now;
}

bool Sequencer::has_failed() const {
  const std::lock_guard lock(work_->mutex);
  return work_->failed.has_value();
}

Result<Sequenced> Sequencer::submit(Prepared prepared) {
  invariant(!prepared.ends.empty());
  const auto bytes = prepared.events.size();
  const auto self = std::make_shared<Waiting>(std::move(prepared));
  auto& work = *work_;
  {
    std::unique_lock lock(work.mutex);
    work.room.wait(lock, [&] {
      return work.waiting_bytes == 0 || work.waiting_bytes + bytes <= waiting_bytes_max ||
             work.failed;
    });
    if (work.failed) return failed_before(*work.failed);
    work.waiting.push_back(self);
    work.waiting_bytes += bytes;
    if (work.grouping) {
      work.changed.notify_one();
    } else {
      work.grouping = true;
      work.lead(lock);
    }
  }
  for (;;) {
    self->woken.acquire();
    if (self->is_answered.load(std::memory_order_acquire)) return std::move(*self->answer);
    std::unique_lock lock(work.mutex);
    work.lead(lock);
  }
}

/// To be called once for each member, with or without the lock.
void Sequencer::Work::answer(Waiting& member, Answer answer_is) {
  member.answer = std::move(answer_is);
  member.is_answered.store(true, std::memory_order_release);
  member.woken.release();
}

/// The submission is under way no longer.
void Sequencer::Work::land(const Prepared& prepared) {
  waiting_bytes -= prepared.events.size();
  keys_in_flight.erase(prepared.id);
  for (const auto& [replaced, ordinal] : prepared.replaces)
    replaced_in_flight.erase(replaced.value);
  for (const auto& [unit, ordinal] : prepared.units_recorded) units_in_flight.erase(unit);
}

/// Answers a member that is in no group; its bytes make room.
void Sequencer::Work::dismiss(Waiting& member, Answer answer_is) {
  waiting_bytes -= member.prepared.events.size();
  room.notify_all();
  answer(member, std::move(answer_is));
}

/// The index says which event first recorded a unit, and no row is ever put twice.
Result<void> Sequencer::Work::keep_new_units(Prepared& prepared) {
  std::vector<std::pair<UnitId, std::uint32_t>> kept;
  for (const auto& [unit, ordinal] : prepared.units_recorded) {
    if (units_in_flight.contains(unit)) continue;
    const auto recorded_by = journal.unit_recorded_by(unit);
    if (!recorded_by) {
      for (const auto& [in_flight, its_ordinal] : kept) units_in_flight.erase(in_flight);
      return recorded_by.error();
    }
    if (recorded_by->has_value()) continue;
    units_in_flight.insert(unit);
    kept.emplace_back(unit, ordinal);
  }
  prepared.units_recorded = std::move(kept);
  return {};
}

void Sequencer::Work::fail(const Error& error) {
  if (!failed) failed = error;
  for (const auto& member : waiting) {
    waiting_bytes -= member->prepared.events.size();
    answer(*member, unknown_outcome(failed->what));
  }
  waiting.clear();
  room.notify_all();
  changed.notify_all();
}

/// The answer that needs no recording, if there is one: the same key again, or a conflict.
std::optional<Answer> Sequencer::Work::refuse(const Waiting& member) {
  const auto record = journal.submission(member.prepared.id);
  if (!record) return record.error();
  if (record->has_value()) {
    if ((*record)->content != member.prepared.content)
      return conflict("the key was used before for other content");
    Receipt receipt;
    receipt.first = (*record)->first;
    receipt.count = (*record)->count;
    receipt.recorded_at = (*record)->recorded_at;
    receipt.head = durable;
    receipt.already = true;
    return Sequenced(receipt);
  }
  for (const auto& [replaced, ordinal] : member.prepared.replaces) {
    const auto by = journal.replaced_by(replaced);
    if (!by) return by.error();
    if (by->has_value())
      return conflict("event " + std::to_string(replaced.value) +
                      " was already replaced by event " + std::to_string((*by)->value));
    if (replaced_in_flight.contains(replaced.value))
      return conflict("event " + std::to_string(replaced.value) + " is being replaced already");
  }
  return std::nullopt;
}

/// False when a person was registered by somebody else in the meantime.
Result<bool> Sequencer::Work::store_identities(Group& group, Waiting& member) {
  const auto& prepared = member.prepared;
  const Registration registration{prepared.persons, {}, prepared.note, prepared.erased};
  if (registration.empty()) return true;
  const auto stored = vault.store(prepared.id, registration, Durability::later);
  if (!stored) {
    if (stored.error().failure == Failure::conflict) return false;
    return stored.error();
  }
  group.in_vault.push_back(prepared.id);
  return true;
}

void Sequencer::Work::append(Group& group, const Member& member) {
  auto& prepared = member->prepared;
  const auto first = group.commit.next();
  last_recorded_at = group.recorded_at;
  std::uint32_t begin = 0;
  for (const auto end : prepared.ends) {
    const std::span<std::uint8_t> event(prepared.events.data() + begin, end - begin);
    set_recorded_at(event, group.recorded_at);
    group.commit.add_event(event);
    begin = end;
  }
  const auto count = static_cast<std::uint32_t>(prepared.ends.size());
  group.commit.add_submission(prepared.id, {prepared.content, first, count, group.recorded_at});
  for (const auto& [replaced, ordinal] : prepared.replaces)
    group.commit.add_replacement(replaced, {first.value + ordinal});
  for (const auto& [unit, ordinal] : prepared.units_recorded)
    group.commit.add_unit(unit, {first.value + ordinal});
  for (const auto ordinal : prepared.key_rotations)
    group.commit.add_key_rotation({first.value + ordinal});
  member->receipt.first = first;
  member->receipt.count = count;
  member->receipt.recorded_at = group.recorded_at;
  group.members.push_back(member);
}

bool Sequencer::Work::add(Group& group, const Member& member, std::unique_lock<std::mutex>& lock) {
  auto& prepared = member->prepared;
  // A key in flight is answered from the journal once it is there.
  if (keys_in_flight.contains(prepared.id)) return false;
  if (auto refusal = refuse(*member)) {
    dismiss(*member, std::move(*refusal));
    return true;
  }
  if (!is_in_range(civil_date_of(group.recorded_at))) {
    dismiss(*member, clock_beyond_calendar());
    return true;
  }
  if (const auto kept = keep_new_units(prepared); !kept) {
    dismiss(*member, kept.error());
    return true;
  }
  keys_in_flight.insert(prepared.id);
  for (const auto& [replaced, ordinal] : prepared.replaces)
    replaced_in_flight.insert(replaced.value);
  lock.unlock();
  const auto stored = store_identities(group, *member);
  if (stored && *stored) append(group, member);
  lock.lock();
  if (stored && *stored) return true;
  land(prepared);
  room.notify_all();
  if (stored) {
    answer(*member, Sequenced(Overtaken{}));
  } else {
    answer(*member, unknown_outcome(stored.error().what));
    fail(stored.error());
  }
  return true;
}

/// Collects what is waiting, and goes on collecting while the commit before is being written.
std::unique_ptr<Group> Sequencer::Work::next_group(std::unique_lock<std::mutex>& lock) {
  auto group = std::make_unique<Group>(edge);
  group->recorded_at = std::max(last_recorded_at, clock());
  std::size_t events = 0;
  for (;;) {
    while (!waiting.empty() && !failed) {
      const Member member = waiting.front();
      const auto count = member->prepared.ends.size();
      const auto bytes = member->prepared.events.size();
      if (events != 0 &&
          (events + count > commit_events_max || group->commit.bytes() + bytes > commit_bytes_max))
        return group;
      waiting.pop_front();
      if (!add(*group, member, lock)) {
        waiting.push_front(member);
        return group;
      }
      events += count;
    }
    if (failed || (!writing && !waits_for_more(*group, lock))) return group;
    changed.wait(lock, [&] { return !waiting.empty() || failed || !writing; });
  }
}

/// Callers who have just been answered tend to come again at once. A group that is much smaller
/// than the last one waits for them, but not long compared with a write: else the few who came
/// first have a write of their own, and the many wait for two. True when somebody came.
bool Sequencer::Work::waits_for_more(const Group& group, std::unique_lock<std::mutex>& lock) {
  if (group.members.empty() || group.members.size() >= last_members) return false;
  const auto until = last_written_at + last_write_took / patience_divisor;
  changed.wait_until(lock, until, [&] { return !waiting.empty() || failed; });
  return !waiting.empty();
}

/// Makes one group and writes it. Precondition: `grouping` was set for the calling thread.
void Sequencer::Work::lead(std::unique_lock<std::mutex>& lock) {
  while (!waiting.empty() && !failed) {
    const auto group = next_group(lock);
    if (!group->members.empty()) return commit(*group, lock);
    // Only a key that is in flight is left: wait for its commit.
    if (!waiting.empty()) changed.wait(lock, [&] { return !writing || failed; });
  }
  grouping = false;
}

/// Whoever waits longest makes the next group while this one is written.
void Sequencer::Work::pass_grouping_on() {
  if (waiting.empty())
    grouping = false;
  else
    waiting.front()->woken.release();
}

void Sequencer::Work::commit(Group& group, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  group.commit.finish();
  lock.lock();
  changed.wait(lock, [&] { return !writing || failed; });
  Result<void> written = failed ? Result<void>(*failed) : Result<void>();
  writing = true;
  pass_grouping_on();
  lock.unlock();
  const auto begun_at = std::chrono::steady_clock::now();
  if (written) written = write(group);
  lock.lock();
  writing = false;
  last_members = group.members.size();
  last_written_at = std::chrono::steady_clock::now();
  last_write_took = last_written_at - begun_at;
  for (const auto& member : group.members) land(member->prepared);
  if (written) {
    durable = group.commit.head();
    count(group);
  } else {
    fail(written.error());
  }
  changed.notify_one();
  room.notify_all();
  // The next group is written while the members of this one are woken.
  lock.unlock();
  for (const auto& member : group.members) {
    member->receipt.head = group.commit.head();
    answer(*member, written ? Answer(Sequenced(member->receipt))
                            : Answer(unknown_outcome(written.error().what)));
  }
  lock.lock();
}

/// Of the commit that was written last.
void Sequencer::Work::count(const Group& group) {
  const auto seconds = std::chrono::duration<double>(last_write_took).count();
  const auto place = std::ranges::lower_bound(commit_seconds_bounds, seconds);
  ++figures.commits.at(static_cast<std::size_t>(place - commit_seconds_bounds.begin()));
  figures.commit_seconds += seconds;
  for (const auto& member : group.members) figures.events += member->receipt.count;
}

Result<void> Sequencer::Work::write(Group& group) {
  if (!group.in_vault.empty())
    if (const auto synced = vault.sync(); !synced) return synced.error();
  if (const auto written = journal.append_if_tail(group.commit); !written) return written.error();
  if (const auto marked = mark.advance(group.commit.head()); !marked) return marked.error();
  for (const auto& id : group.in_vault)
    if (const auto confirmed = vault.confirm(id); !confirmed) return confirmed.error();
  // So that a start does not look through them for erasures.
  if (!group.in_vault.empty()) return vault.set_erasures_done(group.commit.head().size);
  return {};
}

}  // namespace kinledger::ledger
