#include "tools/report_record.h"

#include "ledger/crypto.h"
#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

using ledger::EventDraft;
using ledger::EventType;
using ledger::Field;
using projections::Manifest;

std::string name_of(const Manifest& manifest) {
  return manifest.report + " " + std::to_string(manifest.version);
}

/// What both events say.
EventDraft draft_of(EventType type, const Manifest& manifest) {
  EventDraft draft;
  draft.type = type;
  draft.set(Field::report, name_of(manifest));
  draft.set(Field::basis, static_cast<std::int64_t>(manifest.basis.size.value));
  draft.set(Field::on, manifest.arguments.on);
  draft.set(Field::digest, ledger::as_text(manifest.digest.bytes));
  return draft;
}

Exit submit(std::string key, EventDraft draft, OpenLedger& opened, Terminal& terminal) {
  ledger::Submission submission;
  submission.key = std::move(key);
  submission.jurisdiction = opened.archive->ledger().identity().jurisdiction;
  submission.events.emplace_back().draft = std::move(draft);
  const auto outcome = opened.archive->submit(submission);
  if (!outcome) return complain(terminal, outcome.error());
  if (!outcome->receipt)
    return complain(terminal, "report", outcome->refusals, outcome->refusals.size());
  const auto sequence = std::to_string(outcome->receipt->first.value);
  terminal.complain(std::string(terminal.say(
      {"报表已登记：序号 " + sequence, "the report is on record: event " + sequence})));
  return Exit::done;
}

/// The report as such: what lies beside its rows and under it does not make it another one.
std::string key_of(Manifest manifest) {
  manifest.checkpoint.clear();
  manifest.identities.clear();
  return "report/" + ledger::to_text(ledger::sha256(ledger::as_bytes(manifest.to_text())));
}

}  // namespace

Exit record_report(const Manifest& manifest, const std::string& recipient, OpenLedger& opened,
                   Terminal& terminal) {
  if (const auto known = opened.archive->rulebook(opened.archive->ledger().durable().size);
      known && !recipient.empty() && !(*known)->is_code("authority", recipient))
    return complain(
        terminal, ledger::Reason(
                      "CODE_UNKNOWN", "没有接收机关代码 " + recipient + "；见 kinledger pack codes",
                      "there is no authority " + recipient + "; see kinledger pack codes"));
  const auto key = key_of(manifest);
  auto recorded = draft_of(EventType::report_recorded, manifest);
  recorded.envelope.valid_on = manifest.arguments.on;
  recorded.set(Field::rows, static_cast<std::int64_t>(manifest.rows));
  const auto done = submit(key, std::move(recorded), opened, terminal);
  if (done != Exit::done || recipient.empty()) return done;
  const auto today = opened.today();
  auto issued = draft_of(EventType::compliance_report_issued, manifest);
  issued.envelope.valid_on = today;
  issued.set(Field::recipient, recipient);
  return submit(key + "/" + recipient + "/" + ledger::to_text(today), std::move(issued), opened,
                terminal);
}

}  // namespace kinledger::tools
