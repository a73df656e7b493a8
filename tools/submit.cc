// submit: one submission as JSON from standard input.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/intake/outcome_json.h"
#include "ledger/intake/submission_json.h"
#include "ledger/json.h"
#include "server/media_types.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/preview.h"
#include "tools/receipt.h"
#include "tools/remote.h"

namespace kinledger::tools {
namespace {

struct SubmitOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  bool dry_run = false;
  PreviewArguments preview;
  bool json = false;
};

constexpr std::string_view document_name = "stdin";

void print_outcome(boost::json::value receipt, std::span<const ledger::Refusal> refusals,
                   std::uint64_t count, Terminal& terminal) {
  terminal.print_line(
      boost::json::serialize(ledger::intake::outcome_to_json(std::move(receipt), refusals, count)));
}

Exit refuse(std::span<const ledger::Refusal> refusals, std::uint64_t count,
            const SubmitOptions& options, Terminal& terminal) {
  if (options.json) print_outcome(nullptr, refusals, count, terminal);
  return complain(terminal, document_name, refusals, count);
}

void tell_trial(std::size_t events, const SubmitOptions& options, Terminal& terminal) {
  const auto count = std::to_string(events);
  if (options.json)
    print_outcome(nullptr, {}, 0, terminal);
  else
    terminal.print_line(
        terminal.say({"试运行：" + count + " 条均可登记，未登记任何内容",
                      "dry run: all " + count + " events can be recorded; nothing was recorded"}));
}

Exit check_only(OpenLedger& opened, const ledger::Submission& submission,
                const SubmitOptions& options, Terminal& terminal) {
  const auto checked = opened.archive->preview(submission);
  if (!checked) return complain(terminal, checked.error());
  const auto& refusals = checked->refusals;
  if (!refusals.empty()) return refuse(refusals, refusals.size(), options, terminal);
  if (options.preview.preview)
    return print_preview(opened, {&*checked, 1}, options.preview, options.json, terminal);
  tell_trial(submission.events.size(), options, terminal);
  return Exit::done;
}

/// The events of a submission that was accepted.
std::size_t events_in(const std::string& text) {
  const auto parsed = ledger::parse_json(text, text.size());
  const auto* object = parsed ? parsed->if_object() : nullptr;
  const auto* events = object == nullptr ? nullptr : object->if_contains("events");
  return events != nullptr && events->is_array() ? events->get_array().size() : 0;
}

Exit refuse_far(Remote& remote, const boost::json::object& problem, const SubmitOptions& options,
                Terminal& terminal) {
  std::vector<ledger::Refusal> refusals;
  const auto* list = problem.if_contains("refusals");
  const auto count = ledger::whole_number(problem.if_contains("refusalCount"));
  if (list == nullptr || !list->is_array() || !count) return remote.complain_of_answer();
  for (const auto& value : list->get_array())
    if (auto refusal = ledger::intake::read_refusal(value)) refusals.push_back(std::move(*refusal));
  if (*count < refusals.size()) return remote.complain_of_answer();
  return refuse(refusals, *count, options, terminal);
}

Exit submit_far(const std::string& text, const SubmitOptions& options, Terminal& terminal) {
  constexpr unsigned ok = 200, created = 201, refused = 422;
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  Remote::Sent sent{"/v1/submissions" + query_of({{"dryRun", options.dry_run ? "true" : ""}}),
                    text,
                    std::string(server::json_type),
                    {},
                    {ok, created, refused}};
  const auto reply = options.dry_run ? remote->show(std::move(sent))
                                     : remote->post(std::move(sent), repeat_with_the_same_key());
  if (!reply) return reply.error();
  const auto parsed = ledger::parse_json(reply->body, reply->body.size());
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (object == nullptr) return remote->complain_of_answer();
  if (reply->status == refused) return refuse_far(*remote, *object, options, terminal);
  if (options.dry_run) {
    tell_trial(events_in(text), options, terminal);
    return Exit::done;
  }
  const auto* json = object->if_contains("receipt");
  const auto receipt = json == nullptr ? std::nullopt : ledger::intake::read_receipt(*json);
  if (!receipt) return remote->complain_of_answer();
  if (options.json)
    print_outcome(*json, {}, 0, terminal);
  else
    terminal.print_line(to_words(*receipt, terminal.language()));
  return Exit::done;
}

Exit preview_far(const std::string& text, const SubmitOptions& options, Terminal& terminal) {
  constexpr unsigned ok = 200, refused = 422;
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto accept = options.json ? server::json_type : server::text_type;
  const auto reply =
      remote->show({"/v1/submissions/preview" + query_of({{"on", options.preview.on}}),
                    text,
                    std::string(server::json_type),
                    {{"Accept", std::string(accept)}},
                    {ok, refused}});
  if (!reply) return reply.error();
  if (reply->status == ok) {
    terminal.print(reply->body);
    return Exit::done;
  }
  const auto parsed = ledger::parse_json(reply->body, reply->body.size());
  const auto* object = parsed ? parsed->if_object() : nullptr;
  return object == nullptr ? remote->complain_of_answer()
                           : refuse_far(*remote, *object, options, terminal);
}

Exit run(const SubmitOptions& options, Terminal& terminal) {
  const auto text = terminal.read_input(ledger::submission_bytes_max);
  if (!text) return complain(terminal, text.error());
  if (options.remote.is_given())
    return options.preview.preview ? preview_far(*text, options, terminal)
                                   : submit_far(*text, options, terminal);
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& archive = *opened->archive;
  const auto& vault = archive.ledger().vault();
  const auto parsed = ledger::intake::parse_submission(
      *text, {opened->today(), [&](ledger::ByteView bytes) { return vault.sealed_digest(bytes); }});
  if (!parsed.submission)
    return refuse(parsed.refusals.shown, parsed.refusals.count, options, terminal);
  if (options.dry_run || options.preview.preview)
    return check_only(*opened, *parsed.submission, options, terminal);
  const auto outcome = archive.submit(*parsed.submission);
  if (!outcome) return complain(terminal, outcome.error());
  if (!outcome->receipt)
    return refuse(outcome->refusals, outcome->refusals.size(), options, terminal);
  if (options.json)
    print_outcome(to_json(*outcome->receipt, archive.ledger(), terminal), {}, 0, terminal);
  else
    terminal.print_line(to_words(*outcome->receipt, terminal.language()));
  return Exit::done;
}

}  // namespace

Command submit_command() {
  auto options = std::make_shared<SubmitOptions>();
  Command command;
  command.name = "submit";
  command.says = {"从标准输入登记一份 JSON 申报",
                  "record one submission (JSON) from standard input"};
  command.details = {
      "申报整体登记或整体被拒；同一 key 和内容再次提交不会重复登记。格式见 kinledger schema。\n"
      "一份申报最多 100000 条、64 MiB。",
      "A submission is recorded whole or not at all, and once per key: the same again changes\n"
      "nothing. Its format: kinledger schema. At most 100,000 events and 64 MiB."};
  command.examples = {"kinledger submit city < payment.json",
                      "kinledger submit city --dry-run --json < payment.json",
                      "kinledger submit city --preview --on 2021-12-31 < correction.json",
                      "kinledger submit --url http://127.0.0.1:8450 < payment.json"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(
      flag("--dry-run", {"只检查，不登记", "check, record nothing"}, options->dry_run));
  add_preview_parameters(options->preview, command.parameters);
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
