#include "tools/verify_report.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/checkpoint.h"
#include "ledger/log_key.h"
#include "projections/reports/report_file.h"
#include "tools/access_record.h"
#include "tools/access_rows.h"
#include "tools/complaint.h"
#include "tools/key_arguments.h"
#include "tools/report_rows.h"
#include "tools/verify_file.h"

namespace kinledger::tools {
namespace {

using ledger::Reason;
using projections::MadeReport;
using projections::Manifest;

/// Nothing, or why it is not verified; the exit when the user was told something else.
using Verdict = Told<std::optional<Reason>>;

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

/// That the ledger has the tree that the report was made from.
Verdict compare_basis(const Manifest& manifest, OpenLedger& opened, Terminal& terminal) {
  auto& ledger = opened.archive->ledger();
  const auto& stated = manifest.basis;
  if (stated.origin != ledger.identity().origin)
    return std::optional(Reason("REPORT_LEDGER", "报表出自另一个账本：" + stated.origin,
                                "the report is of another ledger: " + stated.origin));
  const Reason differs("REPORT_BASIS", "账本没有报表所依据的记录，或其根不同",
                       "the ledger does not have the events that the report rests on, or another "
                       "root of them");
  if (stated.size.value == 0 || stated.size > ledger.durable().size) return std::optional(differs);
  const auto basis = opened.archive->basis(stated.size);
  if (!basis) return complain(terminal, basis.error());
  if (basis->root != stated.root || basis->recorded_at != stated.recorded_at)
    return std::optional(differs);
  return std::optional<Reason>();
}

/// The report as the ledger makes it.
Told<MadeReport> make_again(const Manifest& manifest, const projections::Report& report,
                            OpenLedger& opened, Terminal& terminal) {
  return make_report({&report, manifest.arguments, manifest.basis.size, manifest.journal},
                     "verify report " + manifest.report, opened, terminal);
}

Reason row_differs(std::size_t number, std::string_view file, std::string_view ledger) {
  const auto row = std::to_string(number);
  const auto or_none = [](std::string_view text) {
    return text.empty() ? std::string("(none)") : std::string(text);
  };
  return {"REPORT_ROW",
          "第 " + row + " 行与账本不符\n  报表：" + or_none(file) + "\n  账本：" + or_none(ledger),
          "row " + row + " is not what the ledger says\n  report: " + or_none(file) +
              "\n  ledger: " + or_none(ledger)};
}

/// The first row that differs, else what else does.
std::optional<Reason> difference(const MadeReport& read, MadeReport made) {
  const auto rows = std::max(read.rows.size(), made.rows.size());
  for (std::size_t i = 0; i < rows; ++i) {
    const auto of = [i](const std::vector<std::string>& lines) {
      return i < lines.size() ? std::string_view(lines[i]) : std::string_view();
    };
    if (of(read.rows) != of(made.rows)) return row_differs(i + 1, of(read.rows), of(made.rows));
  }
  // What stands beside the rows, and which version of the program wrote them.
  made.manifest.checkpoint = read.manifest.checkpoint;
  made.manifest.identities = read.manifest.identities;
  made.manifest.program = read.manifest.program;
  if (made.manifest.to_text() == read.manifest.to_text()) return std::nullopt;
  return Reason("REPORT_MANIFEST", "各行相同，但清单（规则包、用语或合计）与账本得出的不符",
                "the rows are the same, but the manifest (packs, words or totals) is not what the "
                "ledger gives");
}

/// That the access journal has the records that a report about accesses was made from.
Verdict compare_journal(const Manifest& manifest, OpenLedger& opened, Terminal& terminal) {
  if (!manifest.journal) return std::optional<Reason>();
  const auto log = open_access_log(opened, terminal);
  if (!log) return log.error();
  const auto now = journal_state(**log);
  if (manifest.journal->size.value > 0 && manifest.journal->size <= now.size) {
    const auto root = (*log)->ledger().journal().root(manifest.journal->size);
    if (!root) return complain(terminal, root.error());
    if (*root == manifest.journal->root) return std::optional<Reason>();
  }
  return std::optional(Reason("REPORT_BASIS", "查阅登记簿没有报表所依据的记录，或其根不同",
                              "the access journal does not have the records that the report rests "
                              "on, or another root of them"));
}

Verdict compare_with_ledger(const ReportToVerify& request, const MadeReport& read,
                            Terminal& terminal) {
  const auto* report = projections::find_report(read.manifest.report);
  if (report == nullptr || report->version != read.manifest.version ||
      (report->make == nullptr) != read.manifest.journal.has_value())
    return std::optional(Reason("REPORT_VERSION", "本程序没有这个版本的报表，无从重新生成",
                                "this program does not make that version of the report"));
  auto opened = open_ledger(request.ledger, terminal);
  if (!opened) return opened.error();
  for (const auto compare : {compare_basis, compare_journal})
    if (auto verdict = compare(read.manifest, *opened, terminal); !verdict || *verdict)
      return verdict;
  auto made = make_again(read.manifest, *report, *opened, terminal);
  if (!made) return made.error();
  return difference(read, std::move(*made));
}

void print(const Manifest& manifest, const ReportToVerify& request, Terminal& terminal) {
  const bool has_ledger = !request.ledger.directory.empty();
  if (request.json) {
    terminal.print_line(
        boost::json::serialize(boost::json::object{{"verified", true},
                                                   {"kind", "report"},
                                                   {"report", manifest.report},
                                                   {"rows", manifest.rows},
                                                   {"digest", ledger::to_text(manifest.digest)},
                                                   {"basis", projections::to_json(manifest.basis)},
                                                   {"comparedWithLedger", has_ledger}}));
    return;
  }
  const auto rows = std::to_string(manifest.rows);
  terminal.print_line(
      std::string(
          terminal.say({"校验通过：报表 " + manifest.report + "，" + rows + " 行，摘要 ",
                        "verified: report " + manifest.report + ", rows: " + rows + ", digest "})) +
      ledger::to_text(manifest.digest));
  terminal.print_line(terminal.say(
      has_ledger ? Label{"与账本重新生成的报表一致", "the ledger gives the same report"}
                 : Label{"各行与清单相符；与账本比较请用 --ledger",
                         "the rows are those of the manifest; --ledger compares with a ledger"}));
  if (!manifest.identities.empty())
    terminal.print_line(terminal.say({"姓名和证件号码不在摘要之内，未校验",
                                      "names and ID numbers are outside the digest: not "
                                      "verified"}));
}

}  // namespace

Exit verify_report(const ReportToVerify& request, Terminal& terminal) {
  const auto keys = read_keys(request.keys, terminal);
  if (!keys) return keys.error();
  const auto read = projections::read_report(request.path);
  if (!read) return tell_not_verified(read.error(), request.json, terminal);
  auto fault = projections::fault_of(*read);
  if (!fault && !keys->empty()) fault = fault_of_checkpoint(read->manifest, *keys);
  // A row that was changed is best named by the ledger.
  const bool is_of_rows = fault && fault->code != "REPORT_CHECKPOINT";
  if ((!fault || is_of_rows) && !request.ledger.directory.empty()) {
    auto compared = compare_with_ledger(request, *read, terminal);
    if (!compared) return compared.error();
    if (*compared) fault = std::move(*compared);
  }
  if (fault) return tell_not_verified(*fault, request.json, terminal);
  print(read->manifest, request, terminal);
  return Exit::done;
}

}  // namespace kinledger::tools
