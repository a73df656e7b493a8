#include "ledger/intake/form_reader.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

#include "ledger/content.h"
#include "ledger/crypto.h"
#include "ledger/identity_number.h"
#include "ledger/intake/input_file.h"
#include "ledger/intake/seen_rows.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

constexpr std::size_t key_digits = 32;
constexpr std::size_t file_step_bytes = std::size_t{1} << 18;
/// Of a submission that registers persons: with two persons to a row it stays below the limits of
/// the vault (ledger/vault.h).
constexpr std::uint64_t registering_rows_max = submission_events_max / 2;
/// What an event takes beside what its row says.
constexpr std::size_t event_overhead_bytes = 384;

Reason child_twice(std::uint32_t earlier) {
  const std::string row = std::to_string(earlier);
  return {"FORM_CHILD_TWICE", "同一子女已在第 " + row + " 行登记。请删除其一。",
          "The child is on the form already, in row " + row + ". Delete one of them."};
}

Reason table_empty() {
  return {"TABLE_EMPTY", "表头之下没有内容。请至少填写一行。",
          "There is no row below the header. Fill in at least one."};
}

Reason file_changed() {
  return {"FILE_CHANGED", "文件在读取期间被修改。请不要修改文件，并重新提交。",
          "The file was changed while it was read. Leave it alone and hand it in again."};
}

std::uint64_t hash_of(std::string_view bytes) { return std::hash<std::string_view>{}(bytes); }

std::uint64_t combined(std::uint64_t fingerprint, std::uint64_t hash) {
  constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
  return (fingerprint ^ hash) * odd;
}

/// SHA-256 of the file's bytes.
Parsed<Hash> digest_of_file(const std::filesystem::path& path) {
  auto file = InputFile::open(path);
  if (file.has_error()) return file.error();
  Sha256 digest;
  std::vector<char> step(file_step_bytes);
  for (;;) {
    const auto got = (*file)->read(step);
    if (got.has_error()) return got.error();
    if (*got == 0) return digest.finish();
    digest.update(as_bytes({step.data(), *got}));
  }
}

std::string_view child_number(const SubmittedEvent& event) {
  for (const auto& [field, person] : event.persons) {
    if (field == Field::person) return std::get<IdentityNumber>(person.who).number;
  }
  return {};
}

}  // namespace

/// The first reading. Not reused.
class FormReader::Check {
 public:
  Check(const std::filesystem::path& path, const ImportOptions& options)
      : options_(options), reader_(new FormReader) {
    reader_->path_ = path;
    reader_->options_ = options;
    for (const Refusal& refusal : options.refused_by_ledger) {
      by_ledger_[refusal.row].push_back(refusal);
    }
  }

  CheckedTable run() {
    if (read_all()) finish();
    return std::move(checked_);
  }

 private:
  bool read_all() {
    OpenedRows opened = FormRows::open(reader_->path_, options_.form);
    for (Refusal& refusal : opened.refusals) checked_.refusals.add(std::move(refusal));
    if (!opened.rows || !checked_.refusals.empty()) return false;
    reader_->header_ = opened.rows->header();
    rows_max_ = form().registers_persons ? registering_rows_max : submission_events_max;
    Row row;
    SubmittedEvent event;
    std::vector<Refusal> refusals;
    for (;;) {
      const auto more = opened.rows->next(row, event, refusals);
      if (more.has_error()) {
        checked_.refusals.add({row.number, "", more.error()});
        return false;
      }
      if (!*more) return !table_refused_;
      check_row(row, event, refusals);
    }
  }

  void check_row(const Row& row, SubmittedEvent& event, std::vector<Refusal>& refusals) {
    bytes_.clear();
    if (refusals.empty()) {
      append_content(event, bytes_);
      check_seen(row, event, refusals);
    }
    if (const auto found = by_ledger_.find(row.number); found != by_ledger_.end()) {
      for (const Refusal& refusal : found->second) refusals.push_back(reader_->in_table(refusal));
    }
    const bool is_recorded = std::ranges::binary_search(options_.recorded_rows, row.number);
    if (refusals.empty() && !is_recorded) return accept(event);
    reader_->rows_left_out_.push_back(row.number);
    if (refusals.empty()) return;
    if (options_.on_refused_row) options_.on_refused_row(row, refusals);
    for (Refusal& refusal : refusals) {
      // What is wrong with the header is wrong with every row, told or not.
      table_refused_ = table_refused_ || refusal.row != row.number;
      checked_.refusals.add(std::move(refusal));
    }
  }

  void check_seen(const Row& row, const SubmittedEvent& event, std::vector<Refusal>& refusals) {
    const auto number = static_cast<std::uint32_t>(row.number);
    if (form().has_block) {
      if (const auto earlier = seen_.note(hash_of(child_number(event)), number)) {
        refusals.push_back({row.number, reader_->header_.heading_of(name_of(Field::person)),
                            child_twice(*earlier)});
      }
    } else if (const auto earlier = seen_.note(hash_of(bytes_), number)) {
      refusals.push_back({row.number, "", row_twice(*earlier)});
    }
  }

  void accept(SubmittedEvent& event) {
    auto& parts = reader_->parts_;
    const std::size_t bytes = bytes_.size() + event_overhead_bytes;
    if (parts.empty() || parts.back().rows == rows_max_ ||
        part_bytes_ + bytes > submission_bytes_max) {
      parts.emplace_back();
      part_bytes_ = 0;
    }
    part_bytes_ += bytes;
    ++parts.back().rows;
    parts.back().fingerprint = combined(parts.back().fingerprint, hash_of(bytes_));
    content_.update(as_bytes(bytes_));
    ++reader_->source_.rows;
    if (parts.size() == 1) {
      reader_->kept_.push_back(std::move(event));
      event = {};
    } else if (!reader_->kept_.empty()) {
      reader_->kept_ = {};
    }
  }

  void finish() {
    if (!checked_.refusals.empty() && !options_.skip_invalid) return;
    if (reader_->parts_.empty()) {
      if (checked_.refusals.empty() && options_.recorded_rows.empty()) {
        checked_.refusals.add({reader_->header_.row, "", table_empty()});
      }
      return;
    }
    const auto file = digest_of_file(reader_->path_);
    if (file.has_error()) {
      checked_.refusals.add({0, "", file.error()});
      return;
    }
    Source& source = reader_->source_;
    source.name = reader_->path_.filename().string();
    source.format = form().name;
    source.digest = options_.digest(file->bytes);
    const auto rows = content_.finish();
    reader_->key_ =
        "import:" + form().name + ":" + to_text(options_.digest(rows.bytes)).substr(0, key_digits);
    checked_.reader = std::move(reader_);
  }

  const Form& form() const { return *reader_->header_.form; }

  const ImportOptions& options_;
  CheckedTable checked_;
  std::unique_ptr<FormReader> reader_;
  std::map<std::uint64_t, std::vector<Refusal>> by_ledger_;
  std::uint64_t rows_max_ = 0;
  std::size_t part_bytes_ = 0;
  bool table_refused_ = false;
  SeenRows seen_;
  Sha256 content_;
  std::string bytes_;  ///< append_content() of one row
};

FormReader::~FormReader() = default;

CheckedTable FormReader::check(const std::filesystem::path& path, const ImportOptions& options) {
  return Check(path, options).run();
}

const Form& FormReader::form() const { return *header_.form; }

void FormReader::rewind() {
  next_part_ = 0;
  rows_.reset();
}

boost::system::result<std::optional<Submission>, Refusal> FormReader::next() {
  if (next_part_ == parts_.size()) return std::optional<Submission>();
  auto events = read_part(parts_[next_part_]);
  if (events.has_error()) return events.error();
  ++next_part_;
  Submission submission;
  submission.key = key_;
  if (parts_.size() > 1) submission.key += "/" + std::to_string(next_part_);
  submission.actor = options_.actor;
  submission.jurisdiction = options_.jurisdiction;
  submission.source = source_;
  submission.events = std::move(*events);
  submission.registers_persons = form().registers_persons;
  return std::optional(std::move(submission));
}

boost::system::result<std::vector<SubmittedEvent>, Refusal> FormReader::read_part(
    const Part& part) {
  if (!kept_.empty()) return std::exchange(kept_, {});
  const auto changed = [] { return Refusal{0, "", file_changed()}; };
  if (!rows_) {
    OpenedRows opened = FormRows::open(path_, options_.form);
    if (!opened.rows) return changed();
    rows_ = std::move(opened.rows);
    left_out_passed_ = 0;
  }
  std::vector<SubmittedEvent> events;
  events.reserve(part.rows);
  Row row;
  std::vector<Refusal> refusals;
  std::string bytes;
  std::uint64_t fingerprint = 0;
  while (events.size() < part.rows) {
    SubmittedEvent event;
    const auto more = rows_->next(row, event, refusals);
    if (more.has_error()) return Refusal{row.number, "", more.error()};
    if (!*more) return changed();
    if (left_out_passed_ < rows_left_out_.size() &&
        rows_left_out_[left_out_passed_] == row.number) {
      ++left_out_passed_;
      continue;
    }
    if (!refusals.empty()) return changed();
    bytes.clear();
    append_content(event, bytes);
    fingerprint = combined(fingerprint, hash_of(bytes));
    events.push_back(std::move(event));
  }
  if (fingerprint != part.fingerprint) return changed();
  return events;
}

Refusal FormReader::in_table(Refusal refusal) const {
  if (!refusal.field.empty()) refusal.field = header_.heading_of(refusal.field);
  return refusal;
}

}  // namespace kinledger::ledger::intake
