#include <functional>
#include <set>

#include "ledger/intake/conflict.h"
#include "ledger/intake/seen_rows.h"
#include "ledger/intake/submission_json.h"
#include "projections/import_copies.h"
#include "projections/import_file.h"

namespace kinledger::projections {
namespace {

using ledger::Refusal;
using ledger::Result;
using ledger::intake::ParsedSubmission;
using ledger::intake::SubmissionLines;

Refusal of_file(ledger::Reason reason, std::uint64_t line) { return {line, "", std::move(reason)}; }

ledger::Reason key_twice(std::uint32_t earlier) {
  const auto line = std::to_string(earlier);
  return {"KEY_TWICE", "与第 " + line + " 行的申报键相同。请合并为一份申报，或另取一个键。",
          "Line " + line +
              " has the same key. Make one submission of the two, or give this one a key of its "
              "own."};
}

/// Calls `visit` with each line's submission until it answers false. False when the file cannot be
/// read to its end; why is added to `refusals`.
template <class Visit>
Result<bool> read_lines(const std::string& path, const ledger::intake::JsonOptions& options,
                        ledger::intake::RefusalList& refusals, const Visit& visit) {
  auto lines = SubmissionLines::open(path, options);
  if (!lines) {
    refusals.add(of_file(lines.error(), 0));
    return false;
  }
  ParsedSubmission parsed;
  while (true) {
    const auto more = (*lines)->next(parsed);
    if (!more) {
      refusals.add(of_file(more.error(), (*lines)->line()));
      return false;
    }
    if (!*more) return true;
    const Result<bool> visited = visit(parsed, (*lines)->line());
    if (!visited) return visited.error();
    if (!*visited) return true;
  }
}

class SubmittedLines {
 public:
  SubmittedLines(Archive& archive, const ImportRequest& request)
      : request_(request), archive_(archive) {}

  /// What can be said of a line without the ledger.
  Result<bool> count(ParsedSubmission& parsed, std::uint32_t line) {
    if (!parsed.submission) {
      refused_lines_.push_back(line);
      add(parsed.refusals);
      return true;
    }
    if (const auto earlier = seen_.note(std::hash<std::string>()(parsed.submission->key), line)) {
      refused_lines_.push_back(line);
      repeated_.insert(line);
      imported_.refusals.add({line, "key", key_twice(*earlier)});
      return true;
    }
    ++total_;
    take_over(*parsed.submission);
    if (!request_.permits) return true;
    const auto permitted = request_.permits(*parsed.submission);
    if (!permitted) return permitted.error();
    if (*permitted) return true;
    imported_.refusals.add({line, "", permitted->error()});
    is_forbidden_ = true;
    return false;
  }

  Result<bool> record(ParsedSubmission& parsed, std::uint32_t line) {
    if (!parsed.submission || repeated_.contains(line)) return true;
    take_over(*parsed.submission);
    auto outcome =
        request_.dry_run ? check(*parsed.submission) : archive_.submit(*parsed.submission);
    // The same again would change nothing: what is in the way has to be told with its line.
    if (!outcome && outcome.error().failure == ledger::Failure::conflict)
      outcome = ledger::Outcome{std::nullopt,
                                {{line, "", ledger::intake::reason_of_conflict(outcome.error())}}};
    if (!outcome) return outcome.error();
    if (outcome->receipt) imported_.receipts.push_back(*outcome->receipt);
    for (auto& refusal : outcome->refusals) {
      refusal.row = line;
      imported_.refusals.add(std::move(refusal));
    }
    if (!outcome->refusals.empty()) {
      refused_lines_.push_back(line);
      imported_.refused = !request_.skip_invalid;
      return request_.skip_invalid || request_.dry_run;
    }
    ++imported_.rows;
    if (request_.progress) request_.progress(imported_.rows, total_);
    return true;
  }

  Imported& imported() { return imported_; }
  /// Whether there is a submission that ImportRequest::permits refused.
  bool is_forbidden() const { return is_forbidden_; }
  /// All of them, unlike the refusals that are shown.
  const std::vector<std::uint64_t>& refused_lines() const { return refused_lines_; }

 private:
  void take_over(ledger::Submission& submission) const {
    if (!request_.actor.is_zero()) submission.actor = request_.actor;
  }
  Result<ledger::Outcome> check(const ledger::Submission& submission) {
    auto preview = archive_.preview(submission);
    if (!preview) return preview.error();
    if (preview->already) imported_.already.push_back(submission.key);
    if (request_.keep_previews && !preview->already && preview->refusals.empty())
      imported_.previews.push_back(*preview);
    return ledger::Outcome{std::nullopt, std::move(preview->refusals)};
  }
  void add(const ledger::intake::RefusalList& refusals) {
    for (const auto& refusal : refusals.shown) imported_.refusals.add(refusal);
    imported_.refusals.count += refusals.count - refusals.shown.size();
  }

  const ImportRequest& request_;
  Archive& archive_;
  std::uint64_t total_ = 0;
  bool is_forbidden_ = false;
  std::vector<std::uint64_t> refused_lines_;
  ledger::intake::SeenRows seen_;     ///< keys of the submissions
  std::set<std::uint32_t> repeated_;  ///< lines with the key of an earlier one
  Imported imported_;
};

}  // namespace

Result<Imported> import_lines(Archive& archive, const std::string& path,
                              const ImportRequest& request) {
  const auto& vault = archive.ledger().vault();
  const ledger::intake::JsonOptions options{
      request.today, [&](ledger::ByteView bytes) { return vault.sealed_digest(bytes); }};
  SubmittedLines lines(archive, request);
  auto& imported = lines.imported();
  imported.format = "ndjson";
  const auto read = read_lines(
      path, options, imported.refusals,
      [&](ParsedSubmission& parsed, std::uint32_t line) { return lines.count(parsed, line); });
  if (!read) return read.error();
  imported.refused =
      !*read || lines.is_forbidden() || (!imported.refusals.empty() && !request.skip_invalid);
  if (!imported.refused) {
    ledger::intake::RefusalList told;  // by the reading before
    const auto recorded = read_lines(
        path, options, told,
        [&](ParsedSubmission& parsed, std::uint32_t line) { return lines.record(parsed, line); });
    if (!recorded) return recorded.error();
    if (!*recorded) {
      imported.refused = true;
      for (auto& refusal : told.shown) imported.refusals.add(std::move(refusal));
    }
  }
  if (!request.rejects.empty() && !lines.refused_lines().empty())
    if (const auto written = write_rejected_lines(path, request.rejects, lines.refused_lines());
        !written)
      return written.error();
  return std::move(imported);
}

}  // namespace kinledger::projections
