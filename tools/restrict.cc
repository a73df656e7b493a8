// restrict: has identities kept and told to nobody, or lifts that again.
#include "projections/identity_access.h"
#include "tools/approval.h"
#include "tools/commands.h"
#include "tools/complaint.h"

namespace kinledger::tools {
namespace {

using ledger::Field;
using ledger::Reason;

struct RestrictOptions {
  ApprovalArguments approval;
  std::string until;
  bool lift = false;
};

/// Until when, exclusive; absent: until it is lifted, which is recorded as ending today.
Told<std::optional<ledger::Date>> read_until(const RestrictOptions& options,
                                             const OpenLedger& opened, Terminal& terminal) {
  if (options.lift && !options.until.empty())
    return complain_of_usage(terminal,
                             {"--lift 和 --until 不能同用", "--lift or --until, not both"});
  if (options.lift) return std::optional(opened.today());
  if (options.until.empty()) return std::optional<ledger::Date>();
  const auto date = ledger::parse_date(options.until);
  if (!date) return complain(terminal, date.error());
  if (*date <= opened.today())
    return complain(terminal, Reason("UNTIL_PAST", "--until 应晚于今天；解除限制请用 --lift",
                                     "--until is a later day than today; to end it: --lift"));
  return std::optional(*date);
}

Exit run(const RestrictOptions& options, Terminal& terminal) {
  auto opened = open_ledger(options.approval.ledger, terminal);
  if (!opened) return opened.error();
  const auto approval = read_approval(options.approval, *opened, terminal);
  if (!approval) return approval.error();
  const auto until = read_until(options, *opened, terminal);
  if (!until) return until.error();
  const auto decide = [&](const ledger::PersonId& person,
                          const projections::Dossier& dossier) -> Decision {
    if (projections::is_erased(dossier)) return projections::identity_erased();
    const auto current = projections::restriction_of(dossier, opened->today());
    const bool is_so = options.lift ? !current : current && current->until == *until;
    if (is_so) return std::optional<ledger::SubmittedEvent>();
    auto event = approved_event(ledger::EventType::person_restricted, person, *approval);
    if (*until) event.draft.set(Field::until, **until);
    return std::optional(std::move(event));
  };
  const auto told = [&](std::uint64_t recorded, std::uint64_t already) -> Label {
    const auto count = std::to_string(recorded), before = std::to_string(already);
    if (options.lift)
      return {"已解除 " + count + " 人的限制（原未限制 " + before + " 人）",
              "lifted the restriction of " + count + " persons (" + before + " had none)"};
    return {"已限制处理 " + count + " 人的身份信息（此前已限制 " + before + " 人）",
            "restricted the identities of " + count + " persons (" + before +
                " were restricted before)"};
  };
  return record_approved(options.approval, *opened, {"restrict", told}, decide, terminal);
}

}  // namespace

Command restrict_command() {
  auto options = std::make_shared<RestrictOptions>();
  Command command;
  command.name = "restrict";
  command.says = {"限制处理个人身份信息，或解除限制",
                  "restrict identities: kept, but told to nobody; or lift that"};
  command.details = {
      "保存期限未满而不得再处理的身份信息只予保存：不随证据包附上，服务不予查阅，\n"
      "也不由证件号码查编号；审计（audit）和执法（enforcement）写明案号的除外。事实照常登记。\n"
      "须有法律依据和两个批准主体，作为记录入账。",
      "For identities that must be kept but may not be used: none is added to a bundle, read from\n"
      "the server or looked up by number there, except with a case number for supervision (audit,\n"
      "enforcement). Facts are recorded as before. Needs a legal basis and two principals who\n"
      "approve, and is an event."};
  command.examples = {
      "kinledger restrict city @number.txt --basis consentWithdrawn --approved-by ID "
      "--approved-by ID",
      "kinledger restrict city @number.txt --lift --basis courtOrder --approved-by ID "
      "--approved-by ID"};
  command.parameters = approval_parameters(options->approval);
  command.parameters.push_back(option("--until", "DATE",
                                      {"限制至此日（不含）；默认至解除",
                                       "until this day, exclusive; by default until it is lifted"},
                                      options->until));
  command.parameters.push_back(flag("--lift", {"解除限制", "lift it"}, options->lift));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
