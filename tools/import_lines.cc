#include <algorithm>
#include <fstream>

#include "ledger/intake/submission_json.h"
#include "ledger/intake/whole_file.h"
#include "tools/import_file.h"
#include "tools/progress.h"

namespace kinledger::tools {
namespace {

using ledger::Refusal;
using ledger::Result;
using ledger::intake::ParsedSubmission;
using ledger::intake::SubmissionLines;

Refusal of_file(ledger::Reason reason, std::uint64_t line) { return {line, "", std::move(reason)}; }

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

/// The refused lines as they were, to be put right and handed in again.
Result<void> write_rejects(const std::string& from, const std::string& to,
                           std::vector<std::uint64_t> rows) {
  std::ranges::sort(rows);
  auto out = ledger::intake::WholeFile::create(to);
  if (!out) return out.error();
  std::ifstream in(from, std::ios::binary);
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number)
    if (std::ranges::binary_search(rows, number))
      if (const auto written = (*out)->write(line + "\n"); !written) return written.error();
  if (in.bad() || !in.eof())
    return ledger::Error{ledger::Failure::unavailable, from + " cannot be read to its end"};
  return (*out)->keep();
}

class Lines {
 public:
  Lines(const ImportArguments& arguments, OpenLedger& opened)
      : arguments_(arguments), archive_(*opened.archive) {}

  /// What can be said of a line without the ledger.
  Result<bool> count(const ParsedSubmission& parsed, std::uint32_t line) {
    if (parsed.submission) {
      ++total_;
    } else {
      refused_lines_.push_back(line);
      add(parsed.refusals);
    }
    return true;
  }

  Result<bool> record(const ParsedSubmission& parsed, std::uint32_t line, Progress& progress) {
    if (!parsed.submission) return true;
    auto outcome =
        arguments_.dry_run ? check(*parsed.submission) : archive_.submit(*parsed.submission);
    if (!outcome) return outcome.error();
    if (outcome->receipt) imported_.receipts.push_back(*outcome->receipt);
    for (auto& refusal : outcome->refusals) {
      refusal.row = line;
      imported_.refusals.add(std::move(refusal));
    }
    if (!outcome->refusals.empty()) {
      refused_lines_.push_back(line);
      imported_.refused = !arguments_.skip_invalid;
      return arguments_.skip_invalid || arguments_.dry_run;
    }
    progress.update(++imported_.rows, total_);
    return true;
  }

  Imported& imported() { return imported_; }
  /// All of them, unlike the refusals that are shown.
  const std::vector<std::uint64_t>& refused_lines() const { return refused_lines_; }

 private:
  Result<ledger::Outcome> check(const ledger::Submission& submission) {
    auto preview = archive_.preview(submission);
    if (!preview) return preview.error();
    if (preview->already) imported_.already.push_back(submission.key);
    return ledger::Outcome{std::nullopt, std::move(preview->refusals)};
  }
  void add(const ledger::intake::RefusalList& refusals) {
    for (const auto& refusal : refusals.shown) imported_.refusals.add(refusal);
    imported_.refusals.count += refusals.count - refusals.shown.size();
  }

  const ImportArguments& arguments_;
  projections::Archive& archive_;
  std::uint64_t total_ = 0;
  std::vector<std::uint64_t> refused_lines_;
  Imported imported_;
};

}  // namespace

Result<Imported> import_lines(const std::string& path, const ImportArguments& arguments,
                              OpenLedger& opened, Terminal& terminal) {
  const auto& vault = opened.archive->ledger().vault();
  const ledger::intake::JsonOptions options{
      opened.today(), [&](ledger::ByteView bytes) { return vault.sealed_digest(bytes); }};
  Lines lines(arguments, opened);
  auto& imported = lines.imported();
  imported.format = "ndjson";
  const auto read = read_lines(path, options, imported.refusals,
                               [&](const ParsedSubmission& parsed, std::uint32_t line) {
                                 return lines.count(parsed, line);
                               });
  if (!read) return read.error();
  imported.refused = !*read || (!imported.refusals.empty() && !arguments.skip_invalid);
  if (!imported.refused) {
    Progress progress(terminal, {"登记", "recording"}, {"份申报", "submissions"});
    ledger::intake::RefusalList told;  // by the reading before
    const auto recorded =
        read_lines(path, options, told, [&](const ParsedSubmission& parsed, std::uint32_t line) {
          return lines.record(parsed, line, progress);
        });
    if (!recorded) return recorded.error();
    if (!*recorded) {
      imported.refused = true;
      for (auto& refusal : told.shown) imported.refusals.add(std::move(refusal));
    }
  }
  if (!arguments.rejects.empty() && !lines.refused_lines().empty())
    if (const auto written = write_rejects(path, arguments.rejects, lines.refused_lines());
        !written)
      return written.error();
  return std::move(imported);
}

}  // namespace kinledger::tools
