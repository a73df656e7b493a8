#include <algorithm>

#include "ledger/intake/conflict.h"
#include "ledger/intake/form_reader.h"
#include "ledger/intake/row_source.h"
#include "ledger/intake/submission_json.h"
#include "projections/code_labels.h"
#include "projections/import_copies.h"
#include "projections/import_file.h"

namespace kinledger::projections {
namespace {

using ledger::Refusal;
using ledger::Result;
using ledger::Submission;
using ledger::intake::FormReader;
using ledger::intake::ImportOptions;

/// Readings of one table of which the ledger refused rows that are to be skipped. Each reading can
/// bring to light only what the one before it hid.
constexpr int readings_max = 10;

class TableImport {
 public:
  TableImport(Archive& archive, const std::string& path, const ImportRequest& request,
              ImportOptions options)
      : path_(path), request_(request), options_(std::move(options)), archive_(archive) {}

  Result<Imported> import();
  Result<void> write_rejects();

 private:
  using Visit = std::function<Result<bool>(Submission& submission)>;
  Result<void> go_through(FormReader& reader, std::vector<Refusal>& refusals, const Visit& visit);
  Result<void> ask_ledger(FormReader& reader, std::vector<Refusal>& refusals);
  Result<bool> find_recorded_by_others(const Submission& submission);
  Result<void> look_for_voids(const Submission& submission);
  Result<void> look_for_void(ledger::Sequence sequence, ledger::ByteView event);
  void leave_out_recorded();
  Result<void> record(FormReader& reader, std::vector<Refusal>& refusals);
  void name(const FormReader& reader, Submission& submission) const;
  void refuse(const Submission& submission, const ledger::Error& conflict,
              std::vector<Refusal>& refusals);

  const std::string& path_;
  const ImportRequest& request_;
  ImportOptions options_;
  Archive& archive_;
  Imported imported_;
  bool is_in_conflict_ = false;  ///< one submission of several
  /// Of a table that was recorded as it is: its rows that stand, and the newest void of another.
  std::vector<RecordedBefore> standing_;
  std::optional<ledger::Sequence> voided_;
  std::string again_;  ///< behind the key, where voided rows are recorded anew
};

/// The key that the user gave takes the place of the one over the rows.
void TableImport::name(const FormReader& reader, Submission& submission) const {
  const auto of_table = reader.key().size();
  if (!request_.key.empty())
    submission.key = request_.key + submission.key.substr(of_table);
  else
    submission.key.insert(of_table, again_);
}

/// Whether all that is wrong with the row is that it registers a person who is known.
bool is_known_person(const Refusal& refusal) {
  return refusal.reason.code == "PERSON_ALREADY_REGISTERED";
}

/// Calls `visit` with each submission of the table until it answers false.
Result<void> TableImport::go_through(FormReader& reader, std::vector<Refusal>& refusals,
                                     const Visit& visit) {
  reader.rewind();
  while (true) {
    auto submission = reader.next();
    if (!submission) refusals.push_back(submission.error());
    if (!submission || !*submission) return {};
    name(reader, **submission);
    const auto goes_on = visit(**submission);
    if (!goes_on) return goes_on.error();
    if (!*goes_on) return {};
  }
}

/// At its first row: the same again would change nothing, and which of several it is has to be
/// told.
void TableImport::refuse(const Submission& submission, const ledger::Error& conflict,
                         std::vector<Refusal>& refusals) {
  is_in_conflict_ = true;
  refusals.push_back({submission.events.front().draft.envelope.source_row, "",
                      ledger::intake::reason_of_conflict(conflict)});
}

/// When the person was registered whom the row registers too.
Result<std::optional<ledger::Sequence>> registered_by(Archive& archive,
                                                      const Submission& submission,
                                                      std::uint64_t row) {
  const auto event = std::ranges::find(
      submission.events, row, [](const auto& one) { return one.draft.envelope.source_row; });
  using Found = std::optional<ledger::Sequence>;
  if (event == submission.events.end() || event->persons.empty()) return Found();
  const auto* number = std::get_if<ledger::IdentityNumber>(&event->persons.front().second.who);
  if (number == nullptr) return Found();
  const auto person = archive.ledger().vault().find(*number);
  if (!person) return person.error();
  if (!*person) return Found();
  const auto dossier = archive.dossier_of(**person);
  if (!dossier) return dossier.error();
  const auto registrations = dossier->of(ledger::EventType::person_registered);
  return registrations.empty() ? Found() : Found(registrations.front().sequence);
}

/// Of a table whose key was used before: which of its rows were recorded under another key. When
/// the key was used these were left out; without them the table may be the same again. False when
/// there is none.
Result<bool> TableImport::find_recorded_by_others(const Submission& submission) {
  auto& ledger = archive_.ledger();
  const auto used = ledger.journal().submission(ledger.vault().submission_id(submission.key));
  if (!used) return used.error();
  if (!*used) return false;
  const auto is_its = [first = (*used)->first, count = (*used)->count](ledger::Sequence sequence) {
    return sequence >= first && sequence.value - first.value < count;
  };
  auto without_key = submission;
  without_key.key += '\n';  // nobody can have used it
  const auto preview = archive_.preview(without_key);
  if (!preview) return preview.error();
  const auto known_before = imported_.recorded.size();
  for (const auto& refusal : preview->refusals) {
    if (!is_known_person(refusal)) continue;
    const auto by = registered_by(archive_, submission, refusal.row);
    if (!by) return by.error();
    if (*by && !is_its(**by)) imported_.recorded.push_back({refusal.row, std::nullopt});
  }
  const auto recorded = archive_.recorded_rows(*preview);
  if (!recorded) return recorded.error();
  for (const auto& row : *recorded)
    if (!is_its(row.sequence)) imported_.recorded.push_back({row.row, row.sequence});
  return imported_.recorded.size() != known_before;
}

/// The void of a record, or of what corrected it.
Result<std::optional<ledger::Sequence>> voided_by(const ledger::Journal& journal,
                                                  ledger::Sequence record) {
  while (true) {
    const auto by = journal.replaced_by(record);
    if (!by) return by.error();
    if (!*by) return std::optional<ledger::Sequence>();
    const auto located = journal.locate(**by);
    if (!located) return located.error();
    const auto event = ledger::EventView::read(located->event(**by));
    if (!event) return event.error();
    if (event->type() == ledger::EventType::event_voided) return *by;
    record = **by;
  }
}

/// Which rows of a submission that was recorded as it is still stand.
Result<void> TableImport::look_for_voids(const Submission& submission) {
  auto& ledger = archive_.ledger();
  const auto& journal = ledger.journal();
  const auto record = journal.submission(ledger.vault().submission_id(submission.key));
  if (!record) return record.error();
  invariant(record->has_value(), "it is recorded already");
  const auto begin = (*record)->first.value, end = begin + (*record)->count;
  Result<void> looked;
  const auto read =
      journal.read({begin}, {end}, [&](ledger::Sequence first, const ledger::Page& page) {
        const auto until = std::min(end, first.value + page.count());
        for (auto at = std::max(begin, first.value); looked && at < until; ++at)
          looked = look_for_void({at}, page.event(at - first.value));
        return looked.has_value();
      });
  return looked ? read : looked;
}

Result<void> TableImport::look_for_void(ledger::Sequence sequence, ledger::ByteView bytes) {
  const auto event = ledger::EventView::read(bytes);
  if (!event) return event.error();
  const auto row = event->envelope().source_row;
  if (row == 0) return {};
  const auto by = voided_by(archive_.ledger().journal(), sequence);
  if (!by) return by.error();
  if (*by)
    voided_ = std::max(voided_.value_or(**by), **by);
  else
    standing_.push_back({row, sequence});
  return {};
}

Result<void> TableImport::ask_ledger(FormReader& reader, std::vector<Refusal>& refusals) {
  return go_through(reader, refusals, [&](Submission& submission) -> Result<bool> {
    if (request_.permits) {
      const auto permitted = request_.permits(submission);
      if (!permitted) return permitted.error();
      if (!*permitted) refusals.push_back({0, "", permitted->error()});
      if (!*permitted) return false;
    }
    const auto preview = archive_.preview(submission);
    const bool is_conflict = !preview && preview.error().failure == ledger::Failure::conflict;
    if (is_conflict) {
      const auto others = find_recorded_by_others(submission);
      if (!others) return others.error();
      if (*others) return true;
    }
    if (is_conflict && reader.submissions() > 1) {
      refuse(submission, preview.error(), refusals);
      return false;
    }
    if (!preview) return preview.error();
    if (preview->already) imported_.already.push_back(submission.key);
    // Whoever names a key asks what came of it; without one the rows are to be on record.
    if (preview->already && request_.key.empty())
      if (const auto looked = look_for_voids(submission); !looked) return looked.error();
    for (const auto& refusal : preview->refusals)
      if (is_known_person(refusal))
        imported_.recorded.push_back({refusal.row, std::nullopt});
      else
        refusals.push_back(reader.in_table(refusal));
    const auto recorded = archive_.recorded_rows(*preview);
    if (!recorded) return recorded.error();
    for (const auto& row : *recorded) imported_.recorded.push_back({row.row, row.sequence});
    if (request_.keep_previews && !preview->already) imported_.previews.push_back(*preview);
    return true;
  });
}

/// Rows that are recorded already are left out of the next reading.
void TableImport::leave_out_recorded() {
  auto& recorded = imported_.recorded;
  std::ranges::sort(recorded, {}, &RecordedBefore::row);
  options_.recorded_rows.clear();
  for (const auto& one : recorded)
    if (options_.recorded_rows.empty() || options_.recorded_rows.back() != one.row)
      options_.recorded_rows.push_back(one.row);
}

/// Stops at a submission that the ledger refuses, or that conflicts with what was recorded
/// meanwhile where others were recorded before it: nothing of it is recorded.
Result<void> TableImport::record(FormReader& reader, std::vector<Refusal>& refusals) {
  return go_through(reader, refusals, [&](Submission& submission) -> Result<bool> {
    const auto outcome = archive_.submit(submission);
    const bool is_conflict = !outcome && outcome.error().failure == ledger::Failure::conflict;
    if (is_conflict && !imported_.receipts.empty()) {
      refuse(submission, outcome.error(), refusals);
      return false;
    }
    if (!outcome) return outcome.error();
    for (const auto& refusal : outcome->refusals) refusals.push_back(reader.in_table(refusal));
    if (!outcome->receipt) return false;
    imported_.receipts.push_back(*outcome->receipt);
    if (request_.progress) request_.progress(imported_.receipts.size(), reader.submissions());
    return true;
  });
}

Result<Imported> TableImport::import() {
  for (int reading = 0; reading < readings_max; ++reading) {
    auto checked = FormReader::check(path_, options_);
    imported_.refusals = std::move(checked.refusals);
    imported_.rows = 0;
    // Where what is left is recorded already, nothing was refused that was not to be skipped.
    const bool rest_is_recorded = request_.skip_invalid && !imported_.recorded.empty();
    imported_.refused =
        checked.reader == nullptr && !imported_.refusals.empty() && !rest_is_recorded;
    if (checked.reader == nullptr) return imported_;
    auto& reader = *checked.reader;
    imported_.format = reader.form().name;
    imported_.key = request_.key.empty() ? reader.key() : request_.key;
    imported_.rows = reader.rows();
    imported_.already.clear();
    imported_.previews.clear();
    standing_.clear();
    voided_.reset();
    std::vector<Refusal> refusals;
    const auto recorded_before = imported_.recorded.size();
    if (const auto asked = ask_ledger(reader, refusals); !asked) return asked.error();
    const bool found_recorded = imported_.recorded.size() != recorded_before;
    const bool found_void = voided_.has_value();
    if (found_void) {
      imported_.recorded.insert(imported_.recorded.end(), standing_.begin(), standing_.end());
      again_ = " after " + std::to_string(voided_->value);
    }
    leave_out_recorded();
    if (refusals.empty() && (found_recorded || found_void)) continue;
    if (refusals.empty() && !request_.dry_run)
      if (const auto recorded = record(reader, refusals); !recorded) return recorded.error();
    if (refusals.empty()) return imported_;
    const bool whole = std::ranges::any_of(refusals, [](const auto& one) { return one.row == 0; });
    options_.refused_by_ledger.insert(options_.refused_by_ledger.end(), refusals.begin(),
                                      refusals.end());
    if (request_.skip_invalid && !whole && !is_in_conflict_) continue;
    for (auto& refusal : refusals) imported_.refusals.add(std::move(refusal));
    break;
  }
  imported_.refused = true;
  return imported_;
}

Result<void> TableImport::write_rejects() {
  auto rejected = RejectedRows::create(path_, options_.form, request_);
  if (!rejected) return rejected.error();
  auto options = options_;
  options.skip_invalid = true;
  Result<void> written;
  options.on_refused_row = [&](const ledger::intake::Row& row, std::span<const Refusal> refusals) {
    if (written) written = (*rejected)->add(row, refusals);
  };
  (void)FormReader::check(path_, options);
  if (!written) return written.error();
  return (*rejected)->finish();
}

}  // namespace

Result<Imported> import_table(Archive& archive, const std::string& path,
                              const ImportRequest& request) {
  const auto rules = archive.rulebook(archive.ledger().durable().size);
  if (!rules) return rules.error();
  ImportOptions options;
  options.form.format = request.format;
  if (!request.sheet.empty()) options.form.sheet = request.sheet;
  options.form.today = request.today;
  options.form.code_of = code_of(*rules);
  if (!request.unit.empty()) options.form.unit_number = request.unit;
  if (request.form_date) options.form.form_date = *request.form_date;
  options.digest = [&archive](ledger::ByteView bytes) {
    return archive.ledger().vault().sealed_digest(bytes);
  };
  options.actor = request.actor;
  options.skip_invalid = request.skip_invalid;
  if (auto fault = ledger::intake::fault_of_key(request.key)) {
    Imported refused;
    refused.refused = true;
    refused.refusals.add({0, "key", *std::move(fault)});
    return refused;
  }
  TableImport table(archive, path, request, options);
  auto imported = table.import();
  if (!imported || imported->refusals.empty()) return imported;
  const auto& refusals = imported->refusals;
  if (!request.rejects.empty())
    if (const auto written = table.write_rejects(); !written) return written.error();
  if (const auto written = write_annotated(path, options.form, request, refusals); !written)
    return written.error();
  return imported;
}

}  // namespace kinledger::projections
