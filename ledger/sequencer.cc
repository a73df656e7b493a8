#include "ledger/sequencer.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_set>

namespace kinledger::ledger {
namespace {

using Answer = Result<Sequenced>;

/// A caller waiting for his answer.
struct Waiting {
  explicit Waiting(Prepared prepared_is) : prepared(std::move(prepared_is)) {}

  Prepared prepared;
  Receipt receipt;  // as it will be once its commit is durable
  std::optional<Answer> answer;
  std::condition_variable answered;
};

Error unknown_outcome(std::string_view why) {
  return {Failure::unavailable,
          "whether the submission was recorded is unknown; hand it in again with the same key (" +
              std::string(why) + ")"};
}

Error conflict(std::string what) { return {Failure::conflict, std::move(what)}; }

}  // namespace

/// A commit on its way, with those who wait for it.
struct Group {
  explicit Group(TreeEdge& edge) : commit(edge) {}
  Commit commit;
  RecordedAt recorded_at;
  std::vector<Waiting*> members;
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
  std::condition_variable changed;  // for the two threads
  std::condition_variable room;     // for callers that may not queue up yet
  std::deque<Waiting*> waiting;
  std::size_t waiting_bytes = 0;
  std::unique_ptr<Group> sealed;  // handed to the committing thread
  bool committing = false;
  bool stopping = false;
  bool grouping_ended = false;
  std::optional<Error> failed;
  TreeHead durable;
  // Of commits that are not durable yet: a repeated key or replacement must not slip in between.
  std::unordered_set<SubmissionId> keys_in_flight;
  std::unordered_set<std::uint64_t> replaced_in_flight;

  // Only the grouping thread.
  TreeEdge edge;
  RecordedAt last_recorded_at;

  std::thread grouping, writing;

  void run_grouping();
  void run_writing();
  std::unique_ptr<Group> next_group(std::unique_lock<std::mutex>& lock);
  /// False when the submission must wait for the next group.
  bool add(Group& group, Waiting& member, std::unique_lock<std::mutex>& lock);
  std::optional<Answer> refuse(const Waiting& member);
  Result<bool> store_identities(Group& group, Waiting& member);
  void append(Group& group, Waiting& member);
  void answer(Waiting& member, Answer answer_is);
  void fail(const Error& error);
  Result<void> write(Group& group);
};

Sequencer::Sequencer(std::unique_ptr<Work> work) : work_(std::move(work)) {
  work_->grouping = std::thread([this] { work_->run_grouping(); });
  work_->writing = std::thread([this] { work_->run_writing(); });
}

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

Sequencer::~Sequencer() {
  {
    const std::lock_guard lock(work_->mutex);
    work_->stopping = true;
  }
  work_->changed.notify_all();
  work_->grouping.join();
  work_->writing.join();
}

TreeHead Sequencer::durable() const {
  const std::lock_guard lock(work_->mutex);
  return work_->durable;
}

Result<Sequenced> Sequencer::submit(Prepared prepared) {
  invariant(!prepared.ends.empty());
  const auto bytes = prepared.events.size();
  Waiting self(std::move(prepared));
  std::unique_lock lock(work_->mutex);
  work_->room.wait(lock, [&] {
    return work_->waiting_bytes == 0 || work_->waiting_bytes + bytes <= waiting_bytes_max ||
           work_->failed;
  });
  if (work_->failed) return unknown_outcome(work_->failed->what);
  work_->waiting.push_back(&self);
  work_->waiting_bytes += bytes;
  work_->changed.notify_all();
  self.answered.wait(lock, [&] { return self.answer.has_value(); });
  return std::move(*self.answer);
}

void Sequencer::Work::answer(Waiting& member, Answer answer_is) {
  waiting_bytes -= member.prepared.events.size();
  member.answer = std::move(answer_is);
  member.answered.notify_one();
  room.notify_one();
}

void Sequencer::Work::fail(const Error& error) {
  if (!failed) failed = error;
  for (auto* member : waiting) answer(*member, unknown_outcome(failed->what));
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
  if (prepared.persons.empty() && prepared.note.empty()) return true;
  const auto stored =
      vault.store(prepared.id, {prepared.persons, {}, prepared.note}, Durability::later);
  if (!stored) {
    if (stored.error().failure == Failure::conflict) return false;
    return stored.error();
  }
  group.in_vault.push_back(prepared.id);
  return true;
}

void Sequencer::Work::append(Group& group, Waiting& member) {
  auto& prepared = member.prepared;
  const auto first = group.commit.next();
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
  member.receipt.first = first;
  member.receipt.count = count;
  member.receipt.recorded_at = group.recorded_at;
  group.members.push_back(&member);
}

bool Sequencer::Work::add(Group& group, Waiting& member, std::unique_lock<std::mutex>& lock) {
  // A key in flight is answered from the journal once it is there.
  if (keys_in_flight.contains(member.prepared.id)) return false;
  if (auto refusal = refuse(member)) {
    answer(member, std::move(*refusal));
    return true;
  }
  keys_in_flight.insert(member.prepared.id);
  for (const auto& [replaced, ordinal] : member.prepared.replaces)
    replaced_in_flight.insert(replaced.value);
  lock.unlock();
  const auto stored = store_identities(group, member);
  if (stored && *stored) append(group, member);
  lock.lock();
  if (stored && *stored) return true;
  keys_in_flight.erase(member.prepared.id);
  for (const auto& [replaced, ordinal] : member.prepared.replaces)
    replaced_in_flight.erase(replaced.value);
  if (stored) {
    answer(member, Sequenced(Overtaken{}));
  } else {
    answer(member, unknown_outcome(stored.error().what));
    fail(stored.error());
  }
  return true;
}

/// Collects what is waiting, and goes on collecting while the commit before is being written.
std::unique_ptr<Group> Sequencer::Work::next_group(std::unique_lock<std::mutex>& lock) {
  auto group = std::make_unique<Group>(edge);
  last_recorded_at = std::max(last_recorded_at, clock());
  group->recorded_at = last_recorded_at;
  std::size_t events = 0;
  for (;;) {
    while (!waiting.empty() && !failed) {
      auto* member = waiting.front();
      const auto count = member->prepared.ends.size();
      const auto bytes = member->prepared.events.size();
      if (events != 0 &&
          (events + count > commit_events_max || group->commit.bytes() + bytes > commit_bytes_max))
        return group;
      waiting.pop_front();
      if (!add(*group, *member, lock)) {
        waiting.push_front(member);
        return group;
      }
      events += count;
    }
    if (failed || (!sealed && !committing)) return group;
    changed.wait(lock, [&] { return !waiting.empty() || failed || (!sealed && !committing); });
  }
}

void Sequencer::Work::run_grouping() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [&] { return !waiting.empty() || stopping; });
    if (waiting.empty()) break;
    auto group = next_group(lock);
    if (group->members.empty()) {
      // Only a key that is in flight is left: wait for its commit.
      if (!waiting.empty()) changed.wait(lock, [&] { return (!sealed && !committing) || failed; });
      continue;
    }
    lock.unlock();
    group->commit.finish();
    lock.lock();
    changed.wait(lock, [&] { return !sealed || failed; });
    if (failed) {
      for (auto* member : group->members) answer(*member, unknown_outcome(failed->what));
      continue;
    }
    sealed = std::move(group);
    changed.notify_all();
  }
  grouping_ended = true;
  changed.notify_all();
}

Result<void> Sequencer::Work::write(Group& group) {
  if (!group.in_vault.empty())
    if (const auto synced = vault.sync(); !synced) return synced.error();
  if (const auto written = journal.append_if_tail(group.commit); !written) return written.error();
  if (const auto marked = mark.advance(group.commit.head()); !marked) return marked.error();
  for (const auto& id : group.in_vault)
    if (const auto confirmed = vault.confirm(id); !confirmed) return confirmed.error();
  return {};
}

void Sequencer::Work::run_writing() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [&] { return sealed || grouping_ended; });
    if (!sealed) return;
    const auto group = std::move(sealed);
    committing = true;
    changed.notify_all();
    auto written = failed ? Result<void>(*failed) : Result<void>();
    lock.unlock();
    if (written) written = write(*group);
    lock.lock();
    committing = false;
    for (auto* member : group->members) {
      keys_in_flight.erase(member->prepared.id);
      for (const auto& [replaced, ordinal] : member->prepared.replaces)
        replaced_in_flight.erase(replaced.value);
      if (written) {
        member->receipt.head = group->commit.head();
        answer(*member, Sequenced(member->receipt));
      } else {
        answer(*member, unknown_outcome(written.error().what));
      }
    }
    if (written)
      durable = group->commit.head();
    else
      fail(written.error());
    changed.notify_all();
  }
}

}  // namespace kinledger::ledger
