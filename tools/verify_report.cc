#include "tools/verify_report.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/checkpoint.h"
#include "ledger/log_key.h"
#include "projections/reports/report_file.h"
#include "server/access_rows.h"
#include "tools/access_record.h"
#include "tools/complaint.h"
#include "tools/event_file.h"
#include "tools/key_arguments.h"
#include "tools/policy_argument.h"
#include "tools/report_rows.h"
#include "tools/verify_file.h"

namespace kinledger::tools {
namespace {

using ledger::Reason;
using projections::MadeReport;
using projections::Manifest;
using projections::Report;

/// Nothing, or why it is not verified; the exit when the user was told something else.
using ReportVerdict = Told<std::optional<Reason>>;

/// The checkpoint in the manifest is of these keys, and its tree holds the basis as far as it
/// shows.
std::optional<Reason> fault_of_checkpoint(const Manifest& manifest,
                                          const std::vector<ledger::LogKey>& keys) {
  if (manifest.checkpoint.empty())
    return Reason("REPORT_CHECKPOINT", "清单中没有检查点，无从用公钥检查",
                  "the manifest holds no checkpoint for the keys to check");
  const auto checkpoint = ledger::read_signed_checkpoint(manifest.checkpoint, keys);
  const bool holds = checkpoint && checkpoint->origin == manifest.basis.origin &&
                     checkpoint->head.size >= manifest.basis.size &&
                     (checkpoint->head.size != manifest.basis.size ||
                      checkpoint->head.root == manifest.basis.root);
  if (holds) return std::nullopt;
  return Reason(
      "REPORT_CHECKPOINT", "清单中的检查点没有所给公钥的有效签名，或与依据不符",
      "the checkpoint in the manifest is not signed with the keys, or is not of the basis");
}

/// Where a report is made again from.
struct Source {
  projections::Views& views;
  std::string origin;
  ledger::TreeSize size;
};

/// That the source has the tree that the report was made from.
ReportVerdict compare_basis(const Manifest& manifest, const Source& source, Terminal& terminal) {
  const auto& stated = manifest.basis;
  if (stated.origin != source.origin)
    return std::optional(Reason("REPORT_LEDGER", "报表出自另一个账本：" + stated.origin,
                                "the report is of another ledger: " + stated.origin));
  const Reason differs(
      "REPORT_BASIS",
      "账本或事件文件没有报表所依据的记录，或其根不同：事件文件可能早于报表，请用 report --prove "
      "重新生成",
      "the ledger, or the file of events, does not have the events that the report rests on, or "
      "another root of them: a file of events from before the report has to be made again with "
      "report --prove");
  if (stated.size.value == 0 || stated.size > source.size) return std::optional(differs);
  const auto basis = source.views.basis(stated.size);
  if (!basis) return complain(terminal, basis.error());
  if (basis->root != stated.root || basis->recorded_at != stated.recorded_at)
    return std::optional(differs);
  return std::optional<Reason>();
}

/// That the access journal has the records that a report about accesses was made from.
ReportVerdict compare_journal(const Manifest& manifest, OpenLedger& opened, Terminal& terminal) {
  if (!manifest.journal) return std::optional<Reason>();
  const auto log = open_access_log(opened, terminal);
  if (!log) return log.error();
  const auto now = server::journal_state(**log);
  if (manifest.journal->size.value > 0 && manifest.journal->size <= now.size) {
    const auto root = (*log)->ledger().journal().root(manifest.journal->size);
    if (!root) return complain(terminal, root.error());
    if (*root == manifest.journal->root) return std::optional<Reason>();
  }
  return std::optional(Reason("REPORT_BASIS", "查阅登记簿没有报表所依据的记录，或其根不同",
                              "the access journal does not have the records that the report rests "
                              "on, or another root of them"));
}

ReportVerdict compare_with_ledger(const ReportToVerify& request, const Report& report,
                                  const MadeReport& read, Terminal& terminal) {
  auto opened = open_ledger_to_read(request.ledger, terminal);
  if (!opened) return opened.error();
  auto& ledger = opened->archive->ledger();
  const Source source{opened->archive->views(), ledger.identity().origin, ledger.durable().size};
  if (auto verdict = compare_basis(read.manifest, source, terminal); !verdict || *verdict)
    return verdict;
  if (auto verdict = compare_journal(read.manifest, *opened, terminal); !verdict || *verdict)
    return verdict;
  const auto& manifest = read.manifest;
  auto made = make_report({&report, manifest.arguments, manifest.basis.size, manifest.journal},
                          "verify report " + manifest.report, *opened, terminal);
  if (!made) return made.error();
  return projections::difference(read, std::move(*made));
}

/// The file of events that the report is to be made again from; empty: none.
std::string events_of(const ReportToVerify& request) {
  if (!request.events.empty() || !request.ledger.directory.empty()) return request.events;
  const auto beside = event_file_beside(request.path);
  std::error_code ignored;
  return std::filesystem::is_regular_file(beside, ignored) ? beside.string() : std::string();
}

/// As the events give it; a fault of this machine is told.
Told<ledger::Parsed<MadeReport>> make_from(projections::Views& views, const Report& report,
                                           const Manifest& manifest, Terminal& terminal) {
  const auto view = views.view(manifest.basis.size);
  if (!view) return complain(terminal, view.error());
  auto asking = views.asking(*view);
  auto made = projections::make_report(report, manifest.arguments, asking);
  if (!made) return complain(terminal, made.error());
  return std::move(*made);
}

ReportVerdict compare_with_events(const ReportToVerify& request, const Report& report,
                                  const MadeReport& read, const std::vector<ledger::LogKey>& keys,
                                  Terminal& terminal) {
  if (report.make == nullptr)
    return std::optional(Reason("REPORT_JOURNAL", "该报表出自查阅登记簿，不能由事件文件重新生成",
                                "the report is of the access journal: events do not give it"));
  auto file = ledger::intake::InputFile::open(events_of(request), event_file_bytes_max);
  if (!file) return complain(terminal, file.error());
  EventSigners signers{keys};
  const auto needed = read_needed(request.policy, terminal);
  if (!needed) return needed.error();
  if (*needed) {
    signers.policy = (*needed)->policy;
    signers.window = [needed = **needed] { return needed.window(); };
  }
  auto events = check_event_file(**file, std::move(signers));
  if (!events) return complain(terminal, events.error());
  if (!*events) return std::optional(events->error());
  if (keys.empty()) note_stated_key((*events)->stated, terminal);
  const auto views = (*events)->copy->views((*events)->origin);
  if (!views) return complain(terminal, views.error());
  const Source source{**views, (*events)->origin, (*events)->size};
  if (auto verdict = compare_basis(read.manifest, source, terminal); !verdict || *verdict)
    return verdict;
  auto made = make_from(**views, report, read.manifest, terminal);
  if (!made) return made.error();
  if (!*made) return std::optional(made->error());
  return projections::difference(read, std::move(**made));
}

/// With whatever it is to be compared with.
ReportVerdict compare(const ReportToVerify& request, const MadeReport& read,
                      const std::vector<ledger::LogKey>& keys, Terminal& terminal) {
  const auto* report = projections::find_report(read.manifest.report);
  if (report == nullptr || report->version != read.manifest.version ||
      (report->make == nullptr) != read.manifest.journal.has_value())
    return std::optional(Reason("REPORT_VERSION", "本程序没有这个版本的报表，无从重新生成",
                                "this program does not make that version of the report"));
  if (!request.ledger.directory.empty())
    if (auto verdict = compare_with_ledger(request, *report, read, terminal);
        !verdict || *verdict || events_of(request).empty())
      return verdict;
  return compare_with_events(request, *report, read, keys, terminal);
}

/// What the report was compared with, for people.
Label compared_with(bool has_ledger, bool has_events) {
  if (has_ledger && has_events)
    return {"与账本、事件文件重新生成的报表一致", "the ledger and the events give the same report"};
  if (has_ledger) return {"与账本重新生成的报表一致", "the ledger gives the same report"};
  if (has_events)
    return {"由已签发的全部记录重新生成，与报表一致",
            "the events, all of them signed, give the same report"};
  return {"各行与清单相符；与账本比较请用 --ledger，与事件文件比较请用 --events",
          "the rows are those of the manifest; --ledger or --events make it again"};
}

/// By which key signatures were checked: one that was given, the one that the file of events
/// states, or none.
boost::json::value key_used(const ReportToVerify& request) {
  if (!request.keys.empty()) return "given";
  if (!events_of(request).empty()) return "stated";
  return nullptr;
}

void print(const Manifest& manifest, const ReportToVerify& request, Terminal& terminal) {
  const bool has_ledger = !request.ledger.directory.empty();
  const bool has_events = !events_of(request).empty();
  if (request.json) {
    terminal.print_line(
        boost::json::serialize(boost::json::object{{"verified", true},
                                                   {"kind", "report"},
                                                   {"report", manifest.report},
                                                   {"rows", manifest.rows},
                                                   {"digest", ledger::to_text(manifest.digest)},
                                                   {"basis", projections::to_json(manifest.basis)},
                                                   {"key", key_used(request)},
                                                   {"comparedWithLedger", has_ledger},
                                                   {"comparedWithEvents", has_events}}));
    return;
  }
  const auto rows = std::to_string(manifest.rows);
  terminal.print_line(
      std::string(
          terminal.say({"校验通过：报表 " + manifest.report + "，" + rows + " 行，摘要 ",
                        "verified: report " + manifest.report + ", rows: " + rows + ", digest "})) +
      ledger::to_text(manifest.digest));
  terminal.print_line(terminal.say(compared_with(has_ledger, has_events)));
  if (!manifest.identities.empty())
    terminal.print_line(terminal.say({"姓名和证件号码不在摘要之内，未校验",
                                      "names and ID numbers are outside the digest: not "
                                      "verified"}));
}

}  // namespace

Exit verify_report(const ReportToVerify& request, Terminal& terminal) {
  if ((!request.policy.file.empty() || !request.policy.within.empty()) &&
      events_of(request).empty())
    return complain_of_usage(terminal,
                             {"--policy 和 --cosigned-within 用于事件文件（--events）",
                              "--policy and --cosigned-within go with a file of events: --events"});
  const auto keys = read_keys(request.keys, terminal);
  if (!keys) return keys.error();
  const auto read = projections::read_report(request.path);
  if (!read) return tell_not_verified(read.error(), request.json, terminal);
  const bool is_made_again = !request.ledger.directory.empty() || !events_of(request).empty();
  auto fault = projections::fault_of(*read);
  // Keys check what is signed: the checkpoint in the manifest, which may be missing only where
  // there are the events.
  const bool has_checkpoint = !read->manifest.checkpoint.empty();
  if (!fault && !keys->empty() && (has_checkpoint || events_of(request).empty()))
    fault = fault_of_checkpoint(read->manifest, *keys);
  // A row that was changed is best named by what gives another one.
  const bool is_of_rows = fault && fault->code != "REPORT_CHECKPOINT";
  if ((!fault || is_of_rows) && is_made_again) {
    auto compared = compare(request, *read, *keys, terminal);
    if (!compared) return compared.error();
    if (*compared) fault = std::move(*compared);
  }
  if (fault) return tell_not_verified(*fault, request.json, terminal);
  print(read->manifest, request, terminal);
  return Exit::done;
}

}  // namespace kinledger::tools
