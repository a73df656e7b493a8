#include "projections/archive.h"

#include <algorithm>
#include <iterator>
#include <mutex>

#include "ledger/text.h"
#include "projections/checks/finding_gate.h"
#include "projections/code_labels.h"
#include "projections/pack.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Outcome;
using ledger::Parsed;
using ledger::Reason;
using ledger::Refusal;
using ledger::Result;
using ledger::Submission;
using ledger::TreeSize;
using ledger::Vocabulary;

class PackVocabulary final : public Vocabulary {
 public:
  explicit PackVocabulary(const Rulebook& rules) : rules_(rules) {}

  Known knows(std::string_view list, std::string_view code) const override {
    if (!rules_.has_code_list(list)) return Known::list_not_declared;
    return rules_.is_code(list, code) ? Known::yes : Known::no;
  }

  Codes codes(std::string_view list) const override {
    const auto known = listed_codes(rules_, list);
    return {known.zh, known.en};
  }

 private:
  const Rulebook& rules_;
};

/// Whether the submission may change what a later one is checked against: the rules are facts of
/// the region, which name nobody. A void names nobody either; its target may be one of them.
bool may_change_rules(const Submission& submission) {
  return std::ranges::any_of(submission.events, [](const ledger::SubmittedEvent& event) {
    return event.persons.empty() && event.units.empty();
  });
}

/// A moment of --known: what it takes in, and what lies before it.
struct Moment {
  ledger::RecordedAt before;
  ledger::RecordedAt end;
};

std::optional<Moment> moment_of(std::string_view text) {
  if (const auto instant = ledger::parse_recorded_at(text))
    return Moment{{instant->microseconds - 1}, *instant};
  if (const auto date = ledger::parse_date(text))
    return Moment{ledger::end_of_day({date->days - 1}), ledger::end_of_day(*date)};
  return std::nullopt;
}

Outcome refused(std::vector<Refusal> refusals) { return {std::nullopt, std::move(refusals)}; }

}  // namespace

Archive::Archive(std::unique_ptr<ledger::Ledger> ledger_is, std::unique_ptr<Projector> projector_is)
    : ledger_(std::move(ledger_is)),
      projector_(std::move(projector_is)),
      views_(ledger_->journal(), *projector_, ledger_->identity().origin) {}

Result<std::unique_ptr<Archive>> Archive::join(std::unique_ptr<ledger::Ledger> ledger_is) {
  const auto open = ledger_is->read_only() ? Projector::open_to_read : Projector::open;
  auto projector = open(ledger_is->projections_directory(), ledger_is->journal());
  if (!projector) return projector.error();
  return std::unique_ptr<Archive>(new Archive(std::move(ledger_is), std::move(*projector)));
}

Result<std::unique_ptr<Archive>> Archive::create(const ledger::LedgerOptions& options,
                                                 std::string origin, Area jurisdiction,
                                                 ledger::Random& random) {
  auto made = ledger::Ledger::create(options, std::move(origin), jurisdiction, random);
  if (!made) return made.error();
  return join(std::move(*made));
}

Result<std::unique_ptr<Archive>> Archive::open(const ledger::LedgerOptions& options,
                                               ledger::Random& random) {
  auto opened = ledger::Ledger::open(options, random);
  if (!opened) return opened.error();
  return join(std::move(*opened));
}

/// The rules as they are now. Submissions about persons and units do not change them, so that a
/// long import is not projected list by list.
Result<std::shared_ptr<const Rulebook>> Archive::vocabulary() {
  {
    const std::lock_guard lock(mutex_);
    if (vocabulary_) return vocabulary_;
  }
  const auto now = ledger_->durable().size;
  auto rules = rulebook(now);
  if (!rules) return rules.error();
  const std::lock_guard lock(mutex_);
  // Rules that were recorded meanwhile are not in it.
  if (ledger_->durable().size == now) vocabulary_ = *rules;
  return rules;
}

Result<Outcome> Archive::submit(const Submission& submission) {
  const auto rules = vocabulary();
  if (!rules) return rules.error();
  const PackVocabulary vocabulary(**rules);
  if (is_about_findings(submission)) return record_alone(submission, vocabulary);
  std::unique_lock turn(turn_);
  const std::shared_lock recording(recording_);
  turn.unlock();
  return record(submission, vocabulary);
}

Result<Outcome> Archive::record_alone(const Submission& submission, const Vocabulary& vocabulary) {
  auto preview = ledger_->preview(submission, vocabulary);
  if (!preview) return preview.error();
  if (!preview->refusals.empty()) return refused(std::move(preview->refusals));
  if (preview->already) return record(submission, vocabulary);
  FindingGate gate(*this, submission);
  const auto looked_at = ledger_->durable().size;
  auto refusals = gate.refusals(looked_at);
  if (!refusals) return refusals.error();
  if (!refusals->empty()) return refused(std::move(*refusals));
  // Nobody had to wait for that. What was recorded meanwhile may say otherwise.
  const std::lock_guard turn(turn_);
  const std::unique_lock recording(recording_);
  const auto now = ledger_->durable().size;
  if (now != looked_at) refusals = gate.refusals(now);
  if (!refusals) return refusals.error();
  if (!refusals->empty()) return refused(std::move(*refusals));
  return record(submission, vocabulary);
}

Result<Outcome> Archive::record(const Submission& submission, const Vocabulary& vocabulary) {
  auto outcome = ledger_->submit(submission, vocabulary);
  if (!outcome || !outcome->receipt) return outcome;
  if (may_change_rules(submission)) {
    const std::lock_guard lock(mutex_);
    vocabulary_.reset();
  }
  // The submission is recorded whatever comes of this; a fault meets the next question.
  const auto durable = ledger_->durable().size;
  if (durable.value > projector_->position().value + unprojected_events_max) (void)reach(durable);
  return outcome;
}

Result<ledger::Preview> Archive::preview(const Submission& submission) {
  const auto rules = vocabulary();
  if (!rules) return rules.error();
  auto preview = ledger_->preview(submission, PackVocabulary(**rules));
  if (!preview || preview->already || !is_about_findings(submission)) return preview;
  auto refusals = FindingGate(*this, submission).refusals(ledger_->durable().size);
  if (!refusals) return refusals.error();
  std::ranges::move(*refusals, std::back_inserter(preview->refusals));
  return preview;
}

Result<std::vector<RecordedRow>> Archive::recorded_rows(const ledger::Preview& preview) {
  auto known = view(ledger_->durable().size);
  if (!known) return known.error();
  auto rows = projections::recorded_rows(preview, *known->knowledge);
  if (const auto& fault = known->knowledge->fault()) return *fault;
  return rows;
}

Result<Outcome> Archive::adopt(std::string_view pack_text) {
  const auto reading = read_pack(pack_text);
  if (!reading.pack) {
    std::vector<Refusal> refusals;
    for (const auto& error : reading.errors)
      refusals.push_back({error.line, "column " + std::to_string(error.column), error.reason});
    return refused(std::move(refusals));
  }
  const auto& pack = *reading.pack;
  const auto rules = rulebook(ledger_->durable().size);
  if (!rules) return rules.error();
  for (const auto& fact : (*rules)->region().of(ledger::EventType::pack_adopted)) {
    if (fact.event.text(ledger::Field::pack) != pack.declarations.pack ||
        fact.event.text(ledger::Field::version) != pack.declarations.version)
      continue;
    if (fact.event.text(ledger::Field::digest) != ledger::as_text(pack.digest.bytes))
      return refused({{0, "version",
                       Reason("PACK_VERSION_USED", "此版本已采用过不同内容，请提高版本号",
                              "this version was adopted with other content: raise the version")}});
    const auto record = ledger_->journal().submission(fact.event.envelope().submission);
    if (!record) return record.error();
    invariant(record->has_value());
    return Outcome{ledger::Receipt{"", (*record)->first, (*record)->count, (*record)->recorded_at,
                                   ledger_->durable(), true},
                   {}};
  }
  const auto drafts = compile(pack, ledger::civil_date_of(ledger_->now()));
  if (!drafts) return drafts.error();
  Submission submission;
  submission.key = "pack/" + pack.declarations.pack + "/" + pack.declarations.version;
  submission.jurisdiction = pack.declarations.jurisdiction;
  for (const auto& draft : *drafts) submission.events.emplace_back().draft = draft;
  return submit(submission);
}

Result<Parsed<TreeSize>> Archive::resolve_basis(std::string_view text) {
  const auto durable = ledger_->durable().size;
  if (text == "latest") return Parsed<TreeSize>(durable);
  std::optional<TreeSize> size;
  if (const auto number = text.size() <= 18 ? ledger::digits_value(text) : std::nullopt) {
    size = TreeSize{static_cast<std::uint64_t>(*number)};
    if (*size > durable)
      return Parsed<TreeSize>(
          Reason("BASIS_AHEAD", "账本目前只有" + std::to_string(durable.value) + "条记录",
                 "the ledger has only " + std::to_string(durable.value) + " events"));
  } else {
    const auto moment = moment_of(text);
    if (!moment)
      return Parsed<TreeSize>(
          Reason("BASIS_FORMAT", "请写 latest、记录数、日期或时间（如 2021-04-06）",
                 "write latest, a number of events, a date or an RFC 3339 instant"));
    const auto& journal = ledger_->journal();
    const auto found = journal.size_at(moment->end);
    if (!found) return found.error();
    if (moment->before >= ledger_->now()) {
      // A clock that once ran ahead left events of moments to come.
      const auto before = journal.size_at(moment->before);
      if (!before) return before.error();
      if (*before >= durable)
        return Parsed<TreeSize>(Reason(
            "BASIS_FUTURE", "该时点尚未到来，届时所知现在无从得知；要按目前所知，请写 latest",
            "that moment is still to come, and so is what will be known then; for what is "
            "known so far write latest"));
    }
    size = std::min(*found, durable);
  }
  if (size->value == 0)
    return Parsed<TreeSize>(
        Reason("BASIS_BEFORE_LEDGER", "该时点早于账本建立", "the ledger did not exist yet"));
  return Parsed<TreeSize>(*size);
}

Result<Parsed<Answer>> Archive::ask(const Question& question, const Arguments& arguments,
                                    TreeSize at) {
  auto known = view(at);
  if (!known) return known.error();
  auto asked = asking(*known);
  auto answer = projections::ask(question, arguments, asked);
  if (answer && known->knowledge->fault()) return *known->knowledge->fault();
  return answer;
}

}  // namespace kinledger::projections
