#include "tools/asking.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "projections/question_words.h"
#include "server/media_types.h"
#include "tools/access_record.h"
#include "tools/complaint.h"
#include "tools/own_checkpoint.h"
#include "tools/text_file.h"

namespace kinledger::tools {

Parameter on_option(std::string& into) {
  return option(
      "--on", "DATE",
      {"状态日期 YYYY-MM-DD；默认今天", "state of this date, YYYY-MM-DD; by default today"}, into);
}

Parameter known_option(std::string& into) {
  return option(
      "--known", "BASIS",
      {"按当时所知：记录数、RFC 3339 时间、日期（当日结束，东八区）或 latest（默认）",
       "as known then: a tree size, an RFC 3339 time, a date (the end of that day, UTC+8) "
       "or latest (the default)"},
      into);
}

std::vector<Parameter> asking_parameters(AskingArguments& arguments, std::vector<Parameter> words) {
  auto parameters = ledger_parameters(arguments.ledger);
  for (auto& word : words) parameters.push_back(std::move(word));
  parameters.push_back(on_option(arguments.on));
  parameters.push_back(known_option(arguments.known));
  parameters.push_back(flag("--explain",
                            {"同时列出确定性、规则、文件条款和所用记录",
                             "also certainty, rules with their documents, and the facts used"},
                            arguments.explain));
  parameters.push_back(json_flag(arguments.json));
  parameters.push_back(flag("--prove",
                            {"输出可离线校验的证据包（kinledger verify FILE）",
                             "the answer as a bundle that proves itself: kinledger verify FILE"},
                            arguments.prove));
  parameters.push_back(flag("--open",
                            {"证据包中附上此人身份（姓名、证件号码）及其校验密钥",
                             "with --prove: also who the person is, and the key to check it"},
                            arguments.open));
  parameters.push_back(file_option(
      "--out", {"证据包写入的文件；默认标准输出", "file of the bundle; by default standard output"},
      arguments.out));
  add_remote_parameters(arguments.remote, parameters);
  return parameters;
}

Told<ledger::Date> read_on(const std::string& text, const OpenLedger& opened, Terminal& terminal) {
  if (text.empty()) return opened.today();
  const auto date = ledger::parse_date(text);
  return date ? Told<ledger::Date>(*date) : Told<ledger::Date>(complain(terminal, date.error()));
}

/// The size of a checkpoint that somebody kept, if the ledger still continues it.
Told<ledger::TreeSize> size_of_checkpoint(const std::string& file, OpenLedger& opened,
                                          Terminal& terminal) {
  auto& ledger = opened.archive->ledger();
  const auto checkpoint = read_own_checkpoint(file, ledger, terminal);
  if (!checkpoint) return checkpoint.error();
  const auto& head = checkpoint->head;
  if (head.size <= ledger.durable().size) {
    const auto root = ledger.journal().root(head.size);
    if (!root) return complain(terminal, root.error());
    if (*root == head.root && head.size.value > 0) return head.size;
  }
  return complain(terminal, ledger::Reason("CHECKPOINT_NOT_CONTINUED", "账本不延续检查点 " + file,
                                           "the ledger does not continue the checkpoint " + file));
}

Told<ledger::TreeSize> read_known(const std::string& text, OpenLedger& opened, Terminal& terminal) {
  if (text.starts_with('@')) return size_of_checkpoint(text.substr(1), opened, terminal);
  const auto resolved = opened.archive->resolve_basis(text.empty() ? "latest" : text);
  if (!resolved) return complain(terminal, resolved.error());
  if (!*resolved) return complain(terminal, resolved->error());
  return **resolved;
}

Told<ledger::Year> read_year(const std::string& text, Terminal& terminal) {
  const auto year = projections::read_year(text);
  return year ? Told<ledger::Year>(*year) : Told<ledger::Year>(complain(terminal, year.error()));
}

Told<Inquiry> begin_inquiry(const AskingArguments& arguments, Terminal& terminal) {
  auto opened = open_ledger_to_read(arguments.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(arguments.on, *opened, terminal);
  if (!on) return on.error();
  const auto known = read_known(arguments.known, *opened, terminal);
  if (!known) return known.error();
  return Inquiry{std::move(*opened), *on, *known};
}

Told<projections::Answer> ask(Inquiry& inquiry, std::string_view question,
                              const projections::Arguments& arguments, Terminal& terminal) {
  const auto* asked = projections::find_question(question);
  invariant(asked != nullptr, question);
  auto answer = inquiry.opened.archive->ask(*asked, arguments, inquiry.known);
  if (!answer) return complain(terminal, answer.error());
  if (!*answer) return complain(terminal, answer->error());
  return std::move(**answer);
}

namespace {

Told<void> check_proving(const AskingArguments& how, Terminal& terminal) {
  if (how.prove || (!how.open && how.out.empty())) return {};
  return complain_of_usage(
      terminal, {"--open 和 --out 须与 --prove 同用", "--open and --out go with --prove"});
}

/// To standard output, or into the file that was asked for, which is then told of.
Exit give_bundle(const projections::Bundle& bundle, const AskingArguments& how,
                 Terminal& terminal) {
  const auto text = bundle.to_text();
  if (how.out.empty()) {
    terminal.print(text);
    return Exit::done;
  }
  if (const auto written = write_whole(how.out, text); !written)
    return complain(terminal, written.error());
  if (how.json) {
    terminal.print_line(boost::json::serialize(
        boost::json::object{{"file", how.out}, {"events", bundle.events.size()}}));
    return Exit::done;
  }
  const auto events = std::to_string(bundle.events.size());
  terminal.print_line(
      terminal.say({how.out + "：答复及其依据的 " + events + " 条记录",
                    how.out + ": the answer and the " + events + " events that it rests on"}));
  return Exit::done;
}

Exit print_bundle(Inquiry& inquiry, const projections::Question& question,
                  const projections::Arguments& arguments, const AskingArguments& how,
                  Terminal& terminal) {
  auto bundle = inquiry.opened.archive->prove(question, arguments, inquiry.known);
  if (!bundle) return complain(terminal, bundle.error());
  if (!*bundle) return complain(terminal, bundle->error());
  if (how.open) {
    write_privately();
    const auto opened = inquiry.opened.archive->open_identity(**bundle);
    if (!opened) return complain(terminal, opened.error());
    if (!*opened) return complain(terminal, opened->error());
  }
  return give_bundle(**bundle, how, terminal);
}

}  // namespace

Exit ask_server(Remote& remote, std::string_view question,
                std::vector<std::pair<std::string, std::string>> arguments,
                const AskingArguments& how, Terminal& terminal) {
  if (const auto checked = check_proving(how, terminal); !checked) return checked.error();
  if (how.open)
    return complain_of_usage(
        terminal, {"--open 须在账本目录上使用：经服务读取身份须注明用途和案号（POST "
                   "/v1/persons/{person}/identity）",
                   "--open needs the ledger's directory: over HTTP an identity is read with a "
                   "purpose and a case (POST /v1/persons/{person}/identity)"});
  arguments.emplace_back("on", how.on);
  arguments.emplace_back("known", how.known);
  if (how.prove) {
    const auto text =
        remote.prove("/v1/questions/" + std::string(question) + "/proof" + query_of(arguments));
    if (!text) return text.error();
    const auto bundle = projections::read_bundle(*text);
    if (!bundle) return complain(terminal, bundle.error());
    return give_bundle(*bundle, how, terminal);
  }
  if (how.explain) arguments.emplace_back("explain", "true");
  const auto said = remote.get("/v1/questions/" + std::string(question) + query_of(arguments),
                               how.json ? server::json_type : server::text_type);
  if (!said) return said.error();
  terminal.print(*said);
  return Exit::done;
}

Exit ask_and_print(Inquiry& inquiry, std::string_view question,
                   const projections::Arguments& arguments, const AskingArguments& how,
                   Terminal& terminal) {
  if (const auto checked = check_proving(how, terminal); !checked) return checked.error();
  if (const auto ended =
          record_access(inquiry.opened, access_of(question, arguments, inquiry.known), terminal))
    return *ended;
  if (how.prove)
    return print_bundle(inquiry, *projections::find_question(question), arguments, how, terminal);
  const auto answer = ask(inquiry, question, arguments, terminal);
  if (!answer) return answer.error();
  if (how.json)
    terminal.print_line(boost::json::serialize(projections::to_json(*answer)));
  else
    terminal.print(projections::to_table(*answer, terminal.language(), how.explain));
  return Exit::done;
}

}  // namespace kinledger::tools
