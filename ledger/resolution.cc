#include "ledger/resolution.h"

#include <algorithm>

#include "ledger/content.h"
#include "ledger/references.h"

namespace kinledger::ledger {
namespace {

constexpr std::string_view unit_id_prefix{"kinledger/unit/v1\0", 18};

std::vector<Refusal> refuse_shape(const Submission& submission) {
  std::vector<Refusal> out;
  const auto refuse = [&](std::string field, std::string code, std::string zh, std::string en) {
    out.push_back({0, std::move(field), Reason(std::move(code), std::move(zh), std::move(en))});
  };
  if (submission.key.empty())
    refuse("key", "KEY_MISSING", "缺少申报键，请给出唯一的 key",
           "give the submission a unique key");
  if (submission.events.empty())
    refuse("events", "NOTHING_TO_RECORD", "没有可登记的内容，请填写至少一行",
           "there is nothing to record: fill in at least one row");
  if (submission.events.size() > submission_events_max)
    refuse("events", "SUBMISSION_TOO_LARGE", "一次申报最多100000条，请拆分",
           "a submission has at most 100,000 events: split it");
  return out;
}

/// Writes the events of a submission whose references were found. Not reused.
class Preparation {
 public:
  Preparation(const Submission& submission, References& references, Area jurisdiction)
      : submission_(submission),
        references_(references),
        jurisdiction_(submission.jurisdiction.value_or(jurisdiction)) {}

  Result<Prepared> run(Vault& vault, Random& random, const Hash& content) {
    out_.id = vault.submission_id(submission_.key);
    out_.content = vault.sealed_digest(content.bytes);
    draw_persons(vault);
    const auto introductions = out_.persons.size() + (submission_.source ? 1 : 0);
    place_events(introductions);
    facts_.resize(count_);
    random.fill({facts_.front().bytes.data(), facts_.size() * sizeof(FactId)});
    // Before anything is written, for an event may refer to a correction behind it.
    for (std::size_t i = 0; i < submission_.events.size(); ++i)
      if (const auto& event = submission_.events[i]; event.correction)
        facts_[place_[i]] = references_.target(event).fact;
    out_.ends.reserve(count_);
    for (std::size_t i = 0; i < out_.persons.size(); ++i) {
      auto draft = registration(i);
      if (const auto written = write(draft); !written) return written.error();
    }
    if (submission_.source) {
      auto draft = source_event();
      if (const auto written = write(draft); !written) return written.error();
    }
    if (const auto written = write_events(); !written) return written.error();
    invariant(out_.ends.size() == count_);
    return std::move(out_);
  }

 private:
  /// Draws the persons that are not known yet, in the order in which they were named.
  void draw_persons(Vault& vault) {
    for (auto& person : references_.persons()) {
      if (person.known) continue;
      const auto& by = *person.introduced_by;
      out_.persons.push_back(
          vault.prepare({*person.number, by.name, *by.birth_date, std::nullopt}));
      person.known = out_.persons.back().id;
      introduced_.push_back(&person);
    }
  }

  /// Registrations of persons come first; nothing refers to them by their place.
  void place_events(std::size_t introductions) {
    count_ = introductions;
    place_.reserve(submission_.events.size());
    for (const auto& event : submission_.events)
      place_.push_back(registers_a_person(event) ? 0 : count_++);
  }

  EventDraft registration(std::size_t index) const {
    const auto& person = *introduced_[index];
    EventDraft draft;
    if (person.registered_here) {
      draft = person.introduced_in->draft;
    } else {
      draft.type = EventType::person_registered;
      draft.envelope = person.introduced_in->draft.envelope;
    }
    draft.set(Field::person, *person.known);
    if (draft.find(Field::birth_date) == nullptr)
      draft.set(Field::birth_date, *person.introduced_by->birth_date);
    draft.set(Field::identity_commitment, as_text(out_.persons[index].identity_commitment.bytes));
    if (draft.find(Field::id_type) == nullptr)
      draft.set(Field::id_type, to_text(person.number->type));
    return draft;
  }

  EventDraft source_event() {
    out_.note = submission_.source->name;
    EventDraft draft;
    draft.type = EventType::source_received;
    draft.set(Field::digest, as_text(submission_.source->digest.bytes));
    draft.set(Field::format, submission_.source->format);
    draft.set(Field::rows, static_cast<std::int64_t>(submission_.source->rows));
    return draft;
  }

  Result<void> write_events() {
    std::size_t reference = 0;
    EventDraft draft;  // one for all events: it keeps its memory
    for (const auto& event : submission_.events) {
      const auto first_reference = reference;
      reference += event.persons.size();
      if (registers_a_person(event)) continue;
      const auto ordinal = static_cast<std::uint32_t>(out_.ends.size());
      draft = event.draft;
      fill_references(event, first_reference, draft);
      if (draft.type == EventType::person_erased) note_erasure(draft);
      if (draft.type == EventType::key_rotated) out_.key_rotations.push_back(ordinal);
      if (event.correction) {
        const auto& target = references_.target(event);
        draft.correction = target.correction;
        if (!target.identity_commitment.empty())
          draft.set(Field::identity_commitment, target.identity_commitment);
        out_.replaces.emplace_back(target.correction.replaces, ordinal);
      }
      if (records_a_unit(draft.type))
        for (const auto& [field, unit] : event.units)
          if (const auto* number = std::get_if<std::string>(&unit))
            out_.units_recorded.emplace_back(unit_id(*number), ordinal);
      if (const auto written = write(draft); !written) return written.error();
    }
    return {};
  }

  void note_erasure(const EventDraft& draft) {
    const auto* person = draft.find(Field::person);
    invariant(person != nullptr, "an erasure names the person");
    out_.erased.push_back(PersonId{std::get<std::array<std::uint8_t, 16>>(*person)});
  }

  void fill_references(const SubmittedEvent& event, std::size_t reference, EventDraft& draft) {
    for (const auto& [field, named] : event.persons) {
      const auto* person = references_.person(reference++);
      draft.set(field, person != nullptr ? *person->known : std::get<PersonId>(named.who));
    }
    for (const auto& [field, unit] : event.units) {
      const auto* number = std::get_if<std::string>(&unit);
      draft.set(field, number != nullptr ? unit_id(*number) : std::get<UnitId>(unit));
      if (number != nullptr && records_a_unit(draft.type) &&
          draft.find(Field::unit_number) == nullptr)
        draft.set(Field::unit_number, *number);
    }
    for (const auto& [field, fact] : event.facts)
      draft.set(field, fact.in_submission ? facts_[place_[fact.number - 1]]
                                          : references_.fact({fact.number}));
  }

  /// Fills in the envelope and encodes the event.
  Result<void> write(EventDraft& draft) {
    const auto ordinal = out_.ends.size();
    auto& envelope = draft.envelope;
    envelope.fact = facts_[ordinal];
    envelope.submission = out_.id;
    if (envelope.actor.is_zero()) envelope.actor = submission_.actor;
    envelope.ordinal = static_cast<std::uint32_t>(ordinal);
    envelope.count = static_cast<std::uint32_t>(count_);
    envelope.jurisdiction = jurisdiction_;
    if (const auto encoded = encode(draft, out_.events); !encoded) return encoded.error();
    out_.ends.push_back(static_cast<std::uint32_t>(out_.events.size()));
    return {};
  }

  const Submission& submission_;
  References& references_;
  const Area jurisdiction_;
  Prepared out_;
  std::vector<const NamedPerson*> introduced_;
  std::size_t count_ = 0;
  std::vector<std::size_t> place_;  // of each event handed in, among those recorded
  std::vector<FactId> facts_;
};

}  // namespace

UnitId unit_id(std::string_view unit_number) {
  const auto hash = sha256({as_bytes(unit_id_prefix), as_bytes(unit_number)});
  UnitId id;
  std::copy_n(hash.bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

Result<Resolution> Resolver::resolve(const Submission& submission,
                                     const Vocabulary& vocabulary) const {
  if (auto refusals = refuse_shape(submission); !refusals.empty())
    return Resolution(std::move(refusals));
  auto content = content_of(submission);
  if (!content.repeated.empty()) return Resolution(std::move(content.repeated));
  // A repeated key is answered before anything else: by now its own events are in the way.
  const auto record = journal_.submission(vault_.submission_id(submission.key));
  if (!record) return record.error();
  if (*record) {
    if ((*record)->content != vault_.sealed_digest(content.digest.bytes))
      return Error{Failure::conflict, "the key was used before for other content"};
    return Resolution(**record);
  }
  References references(submission, vocabulary, journal_, vault_);
  if (const auto checked = references.check(); !checked) return checked.error();
  if (!references.refusals().empty()) return Resolution(std::move(references.refusals()));
  if (references.persons_introduced() > registrations_max)
    return Resolution(std::vector<Refusal>{
        {0, "events",
         Reason("SUBMISSION_TOO_LARGE", "一次申报最多登记100000名新人员，请拆分",
                "a submission registers at most 100,000 new persons: split it")}});
  auto prepared =
      Preparation(submission, references, jurisdiction_).run(vault_, random_, content.digest);
  if (!prepared) {
    if (prepared.error().failure != Failure::invalid) return prepared.error();
    return Resolution(
        std::vector<Refusal>{{0, "events",
                              Reason("EVENT_TOO_LARGE", "有一条内容过长，请缩短",
                                     "an event is larger than 65,528 bytes: shorten it")}});
  }
  return Resolution(std::move(*prepared));
}

}  // namespace kinledger::ledger
