// erase: destroys what says who persons are, when the law no longer has it kept.
#include "projections/identity_access.h"
#include "projections/retention.h"
#include "tools/approval.h"
#include "tools/commands.h"
#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

using ledger::Reason;

Reason still_kept(ledger::Date last_day, std::int32_t years) {
  const auto last = ledger::to_text(last_day), count = std::to_string(years);
  const auto from = ledger::to_text(projections::retained_until(last_day, years));
  return {"RETENTION_NOT_OVER",
          "保存期限未满：最后一日为 " + last + "，年度终了后保存 " + count + " 年，" + from +
              " 起方可删除；在此之前可限制处理（kinledger restrict）",
          "must be kept: the last day is " + last + ", and " + count +
              " years are counted from the end of that year; can be erased from " + from +
              " on, and be restricted until then (kinledger restrict)"};
}

Exit run(const ApprovalArguments& arguments, Terminal& terminal) {
  auto opened = open_ledger(arguments.ledger, terminal);
  if (!opened) return opened.error();
  const auto approval = read_approval(arguments, *opened, terminal);
  if (!approval) return approval.error();
  auto& archive = *opened->archive;
  const auto rules = archive.rulebook(archive.ledger().durable().size);
  if (!rules) return complain(terminal, rules.error());
  const auto today = opened->today();
  const auto years = projections::retention_years((*rules)->region(), today);
  const auto decide = [&](const ledger::PersonId& person,
                          const projections::Dossier& dossier) -> Decision {
    if (projections::is_erased(dossier)) return std::optional<ledger::SubmittedEvent>();
    const auto last = projections::last_day_of(dossier);
    if (last && today < projections::retained_until(*last, years)) return still_kept(*last, years);
    return std::optional(approved_event(ledger::EventType::person_erased, person, *approval));
  };
  const auto told = [](std::uint64_t erased, std::uint64_t already) -> Label {
    const auto count = std::to_string(erased), before = std::to_string(already);
    return {"已删除 " + count + " 人的身份信息（此前已删除 " + before +
                " 人）；请停止服务后运行 kinledger compact，并处置身份库的旧备份",
            "erased the identities of " + count + " persons (" + before +
                " were erased before); now run kinledger compact, and do away with older backups "
                "of the vault"};
  };
  return record_approved(arguments, *opened, {"erase", told}, decide, terminal);
}

}  // namespace

Command erase_command() {
  auto options = std::make_shared<ApprovalArguments>();
  Command command;
  command.name = "erase";
  command.says = {"保存期限届满后删除个人身份信息",
                  "erase who persons are, when they need not be kept any longer"};
  command.details = {
      "销毁此人的密钥、证件号码索引和身份信息；以编号登记的事实、金额、证明和回执不变。\n"
      "须有法律依据和两个批准主体，作为记录入账。最后一笔记录所涉年度终了后不满 30 年\n"
      "（账本可公告更长）的，不予删除。多人一次办理，全部删除或全部不删除；中断的，下次打开\n"
      "账本时完成。已交出的证据包和导出不受影响。删除后运行 kinledger compact，旧内容才不在\n"
      "任何文件中。",
      "Destroys the person's key, index of document numbers and identity; what was recorded under\n"
      "the pseudonym, money, proofs and receipts stay. Needs a legal basis and two principals who\n"
      "approve, and is an event. Refused for thirty years from the end of the year of the last\n"
      "record, or more where the ledger states it. Several persons are erased together or not at "
      "all;\n"
      "when it is interrupted, the next command finishes it. Bundles and exports that were handed\n"
      "out are not reached. Only kinledger compact takes the old bytes out of the files."};
  command.examples = {
      "kinledger erase city @number.txt --basis retentionExpired --approved-by ID --approved-by ID",
      "kinledger erase city --file persons.txt --basis retentionExpired --approved-by ID "
      "--approved-by ID --dry-run"};
  command.parameters = approval_parameters(*options);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
