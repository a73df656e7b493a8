#include "server/access_log.h"

#include <algorithm>
#include <latch>

#include "ledger/paths.h"
#include "ledger/private_file.h"
#include "ledger/text.h"

namespace kinledger::server {

using ledger::Error;
using ledger::EventDraft;
using ledger::EventType;
using ledger::EventView;
using ledger::Failure;
using ledger::Field;
using ledger::Result;
using ledger::Sequence;

namespace {

constexpr std::string_view origin_prefix = "access.";
constexpr std::string_view key_prefix = "access/";
constexpr std::size_t records_per_commit_max = 4'096;

/// Packs are not adopted there: no code is checked.
class NoVocabulary final : public ledger::Vocabulary {
 public:
  Known knows(std::string_view, std::string_view) const override {
    return Known::list_not_declared;
  }
  Codes codes(std::string_view) const override { return {}; }
};

EventDraft draft_of(const Access& access) {
  EventDraft draft;
  draft.type = EventType::access_recorded;
  draft.envelope.actor = access.principal;
  draft.set(Field::operation, access.operation);
  draft.set(Field::outcome, to_text(access.outcome));
  draft.set(Field::channel, to_text(access.channel));
  if (access.person) draft.set(Field::person, *access.person);
  if (access.unit) draft.set(Field::unit, *access.unit);
  if (!access.role.empty()) draft.set(Field::role, access.role);
  if (!access.purpose.empty()) draft.set(Field::purpose, access.purpose);
  if (!access.case_number.empty()) draft.set(Field::case_number, access.case_number);
  if (access.basis) draft.set(Field::basis, static_cast<std::int64_t>(access.basis->value));
  if (access.on) draft.set(Field::on, *access.on);
  if (access.account != 0) draft.set(Field::account, static_cast<std::int64_t>(access.account));
  return draft;
}

/// What is recorded is told again as JSON.
Result<void> check_text(const Access& access) {
  for (const auto* text : {&access.operation, &access.role, &access.purpose, &access.case_number})
    if (!ledger::is_utf8(*text))
      return Error{Failure::invalid, "the access journal takes no text that is not UTF-8"};
  return {};
}

bool is_wanted(const EventView& event, const AccessLog::Wanted& wanted) {
  if (event.type() != EventType::access_recorded) return false;
  if (wanted.principal && event.envelope().actor != *wanted.principal) return false;
  if (wanted.person && event.person(Field::person) != *wanted.person) return false;
  return !wanted.unit || event.unit(Field::unit) == *wanted.unit;
}

/// Reads leave records. So that they go on when nothing is taken in any more, the access journal
/// does without room until there is this part of what the ledger stops at.
constexpr std::uint64_t room_divisor = 4;

/// Where the access journal of a ledger lies, or, with ".new", where it is being made.
ledger::LedgerOptions options_of(const ledger::LedgerOptions& of, std::string_view ending = "") {
  const ledger::Paths paths(of.directory, of.state);
  const auto name = "access" + std::string(ending);
  auto options = of;
  options.directory = paths.directory / name;
  options.state = paths.state / name;
  options.room.bytes_min /= room_divisor;
  options.room.part_min *= room_divisor;
  return options;
}

Result<void> move(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error)
    return Error{Failure::unavailable, to.string() + " cannot be made: " + error.message()};
  return ledger::sync_directory_of(to);
}

/// Makes it beside its place and moves it there whole, the state first. What an interrupted making
/// left beside it has no records.
Result<void> make(const ledger::LedgerOptions& of, const ledger::LedgerIdentity& identity,
                  ledger::Random& random) {
  const auto options = options_of(of), made = options_of(of, ".new");
  std::error_code error;
  const auto is_there = [&](const std::filesystem::path& path) {
    return std::filesystem::exists(path, error);
  };
  if (is_there(options.directory) != is_there(options.state) && !is_there(made.directory))
    return Error{Failure::corrupt,
                 "the access journal has lost a part: " + options.directory.string() + " and " +
                     options.state.string() + " belong together; restore a backup",
                 "查阅日志缺了一部分：" + options.directory.string() + " 与 " +
                     options.state.string() + " 须同时存在；请恢复备份"};
  if (!is_there(options.state)) {
    for (const auto& path : {made.directory, made.state}) std::filesystem::remove_all(path, error);
    const auto created = ledger::Ledger::create(made, std::string(origin_prefix) + identity.origin,
                                                identity.jurisdiction, random);
    if (!created) return created.error();
  }
  if (is_there(made.state))
    if (const auto moved = move(made.state, options.state); !moved) return moved.error();
  return move(made.directory, options.directory);
}

}  // namespace

std::string_view to_text(AccessOutcome outcome) {
  constexpr std::string_view names[] = {"allowed", "masked", "denied"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view to_text(AccessChannel channel) {
  constexpr std::string_view names[] = {"https", "http", "command"};
  return names[static_cast<std::size_t>(channel)];
}

namespace {

/// There was one. What it held cannot be told any more, and another one must not be taken for it.
Error is_gone(const ledger::LedgerOptions& options, const std::filesystem::path& begun) {
  const auto both = options.directory.string() + ", " + options.state.string();
  return {Failure::corrupt,
          "the access journal is gone: " + both +
              "; restore a backup. Where there is none, remove " + begun.string() +
              ": another one is begun, and who asked what before is lost",
          "查阅登记簿不见了：" + both + "；请恢复备份。如无备份，删除 " + begun.string() +
              " 后将另立新簿，此前的查阅记录不复存在"};
}

/// It is a ledger like the one that it belongs to, and must not be taken for it.
Error of_access_journal(Error error) {
  error.what = "the access journal: " + error.what;
  if (!error.zh.empty()) error.zh = "查阅登记簿：" + error.zh;
  return error;
}

}  // namespace

Result<std::unique_ptr<AccessLog>> AccessLog::open(const ledger::LedgerOptions& of,
                                                   const ledger::LedgerIdentity& identity) {
  auto random = std::make_unique<ledger::SystemRandom>();
  const auto options = options_of(of);
  std::error_code error;
  const bool has_records = std::filesystem::exists(options.directory, error);
  const bool has_state = std::filesystem::exists(options.state, error);
  const auto begun = ledger::Paths(of.directory, of.state).access_begun();
  const bool is_being_made = std::filesystem::exists(options_of(of, ".new").directory, error);
  if (!has_records && !has_state && !is_being_made && std::filesystem::exists(begun, error))
    return is_gone(options, begun);
  if (!has_records || !has_state)
    if (const auto made = make(of, identity, *random); !made) return made.error();
  // Where the state cannot be written nothing is recorded either.
  if (!std::filesystem::exists(begun, error)) (void)ledger::create_private_file(begun, {});
  auto opened = ledger::Ledger::open(options, *random);
  if (!opened) return of_access_journal(opened.error());
  return std::unique_ptr<AccessLog>(new AccessLog(std::move(random), std::move(*opened)));
}

AccessLog::AccessLog(std::unique_ptr<ledger::SystemRandom> random,
                     std::unique_ptr<ledger::Ledger> ledger)
    : source_(std::move(random)), random_(*source_), ledger_(std::move(ledger)) {
  writer_ = std::jthread([this](const std::stop_token& stop) { write_waiting(stop); });
}

AccessLog::~AccessLog() {
  writer_.request_stop();
  writer_.join();
}

Result<void> AccessLog::record(const Access& access) {
  if (const auto checked = check_text(access); !checked) return checked.error();
  std::vector<EventDraft> records;
  records.push_back(draft_of(access));
  return append(std::move(records));
}

Result<void> AccessLog::record_to_each(const Access& of,
                                       std::span<const ledger::PersonId> persons) {
  Result<void> outcome;  // of the writer's thread until the latch is open
  std::latch is_recorded(static_cast<std::ptrdiff_t>(persons.size()));
  for (const auto& person : persons) {
    auto access = of;
    access.person = person;
    record(std::move(access), [&](const Result<void>& recorded) {
      if (!recorded) outcome = recorded;
      is_recorded.count_down();
    });
  }
  is_recorded.wait();
  return outcome;
}

void AccessLog::record(Access access, Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(access), std::move(done)});
    ++under_way_;
  }
  has_waiting_.notify_one();
}

Result<void> AccessLog::append(std::vector<EventDraft> records) {
  ledger::Submission submission;
  submission.key =
      std::string(key_prefix) + ledger::to_text(ledger::random_id<ledger::SubmissionId>(random_));
  for (auto& record : records) submission.events.emplace_back().draft = std::move(record);
  const auto outcome = ledger_->submit(submission, NoVocabulary());
  if (!outcome) return outcome.error();
  if (!outcome->receipt)
    return Error{Failure::invalid,
                 "the access journal refused a record: " + outcome->refusals.front().reason.en};
  return {};
}

void AccessLog::write_waiting(const std::stop_token& stop) {
  for (;;) {
    std::vector<Waiting> group;
    {
      std::unique_lock lock(mutex_);
      has_waiting_.wait(lock, stop, [&] { return !waiting_.empty(); });
      if (waiting_.empty()) return;
      group.swap(waiting_);
    }
    for (std::size_t at = 0; at < group.size(); at += records_per_commit_max) {
      const auto end = std::min(group.size(), at + records_per_commit_max);
      std::vector<EventDraft> records;
      std::vector<Result<void>> results;  // one that is refused is no fault of the others
      for (auto i = at; i < end; ++i)
        if (results.push_back(check_text(group[i].access)); results.back())
          records.push_back(draft_of(group[i].access));
      const auto written = records.empty() ? Result<void>() : append(std::move(records));
      under_way_ -= end - at;
      for (auto i = at; i < end; ++i) group[i].done(results[i - at] ? written : results[i - at]);
    }
  }
}

Result<void> AccessLog::read(const Wanted& wanted, const Show& show) {
  return wanted.person || wanted.unit ? read_subject(wanted, show) : read_all(wanted, show);
}

Result<void> AccessLog::read_all(const Wanted& wanted, const Show& show) {
  std::optional<Error> fault;
  const auto durable = ledger_->durable().size;
  if (wanted.from.value >= durable.value) return {};
  const auto take = [&](Sequence sequence, ledger::ByteView bytes) {
    if (sequence < wanted.from || sequence.value >= durable.value) return true;
    const auto event = EventView::read(bytes);
    if (!event) fault = event.error();
    if (!event) return false;
    return !is_wanted(*event, wanted) || show(sequence, *event);
  };
  auto read =
      ledger_->journal().read(wanted.from, durable, [&](Sequence first, const ledger::Page& page) {
        for (std::size_t i = 0; i < page.count(); ++i)
          if (!take({first.value + i}, page.event(i))) return false;
        return true;
      });
  if (fault) return *fault;
  return read;
}

Result<void> AccessLog::read_subject(const Wanted& wanted, const Show& show) {
  const auto durable = ledger_->durable().size;
  const std::lock_guard lock(projecting_);
  if (!projector_) {
    auto opened =
        projections::Projector::open(ledger_->projections_directory(), ledger_->journal());
    if (!opened) return opened.error();
    projector_ = std::move(*opened);
  }
  if (const auto caught_up = projector_->catch_up(); !caught_up) return caught_up.error();
  const auto of = wanted.person ? projections::Subject::of(*wanted.person)
                                : projections::Subject::of(*wanted.unit);
  projections::Projector::Events events;
  for (const auto aspect :
       {projections::Aspect::subject_itself, projections::Aspect::names_persons}) {
    auto more = projector_->events({of, aspect}, durable);
    if (!more) return more.error();
    events.merge(*more);
  }
  for (auto at = events.lower_bound(wanted.from); at != events.end(); ++at) {
    const auto event = EventView::read(at->second);
    if (!event) return event.error();
    if (is_wanted(*event, wanted) && !show(at->first, *event)) break;
  }
  return {};
}

}  // namespace kinledger::server
