// import: tables that people keep, and files of JSON lines.
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "ledger/intake/advice.h"
#include "ledger/intake/form.h"
#include "ledger/intake/input_file.h"
#include "ledger/intake/row_source.h"
#include "ledger/intake/template.h"
#include "ledger/json.h"
#include "projections/import_copies.h"
#include "projections/import_file.h"
#include "server/idempotency_key.h"
#include "server/media_types.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/preview.h"
#include "tools/progress.h"
#include "tools/receipt.h"
#include "tools/remote.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using projections::Imported;
using projections::RecordedBefore;

struct ImportArguments {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::vector<std::string> files;
  std::string date;  ///< of a registration form without one
  projections::ImportRequest request;
  PreviewArguments preview;
  bool json = false;
};

constexpr std::string_view lines_format = "ndjson";

bool holds_lines(const std::string& path, const ImportArguments& arguments) {
  const auto& format = arguments.request.format;
  return format == lines_format || (format.empty() && projections::holds_lines(path));
}

/// Why a copy cannot be written there: found out when the rows are recorded already it would be too
/// late.
std::optional<ledger::Reason> fault_of_output(const std::string& out,
                                              const std::vector<std::string>& inputs) {
  namespace fs = std::filesystem;
  if (out.empty()) return std::nullopt;
  std::error_code ignored;
  for (const auto& input : inputs)
    if (fs::equivalent(out, input, ignored))
      return ledger::Reason("OUTPUT_IS_INPUT",
                            "输出文件 " + out + " 就是所导入的文件，请另写文件名",
                            "the output file " + out +
                                " is the file that is imported: write into "
                                "another one");
  const auto parent = fs::absolute(out, ignored).parent_path();
  if (fs::is_directory(parent, ignored) && ::access(parent.c_str(), W_OK | X_OK) == 0)
    return std::nullopt;
  return ledger::Reason("OUTPUT_UNWRITABLE", "不能在 " + parent.string() + " 中写文件",
                        "no file can be written in " + parent.string());
}

/// What makes no sense together, told before the ledger is opened.
Told<void> check_arguments(const ImportArguments& arguments, Terminal& terminal) {
  const bool several = arguments.files.size() > 1;
  if (several && !(arguments.request.key.empty() && arguments.request.rejects.empty() &&
                   arguments.request.annotate.empty()))
    return complain_of_usage(terminal, {"--key、--rejects 和 --annotate 一次只用于一个文件",
                                        "--key, --rejects and --annotate go with one file"});
  for (const auto& file : arguments.files)
    if (holds_lines(file, arguments) &&
        !(arguments.request.annotate.empty() && arguments.request.key.empty() &&
          arguments.request.sheet.empty()))
      return complain_of_usage(
          terminal, {"--annotate、--key 和 --sheet 只用于表格；JSON 每行自带 key",
                     "--annotate, --key and --sheet go with tables; lines have keys of their own"});
  for (const auto* out : {&arguments.request.rejects, &arguments.request.annotate})
    if (const auto fault = fault_of_output(*out, arguments.files))
      return complain(terminal, *fault);
  if (!arguments.date.empty())
    if (const auto date = ledger::parse_date(arguments.date); !date)
      return complain(terminal, date.error());
  return {};
}

/// What the user asked for, with what the terminal adds.
projections::ImportRequest request_of(const ImportArguments& arguments, Terminal& terminal) {
  auto request = arguments.request;
  if (!arguments.date.empty()) request.form_date = *ledger::parse_date(arguments.date);
  request.language = terminal.language();
  request.warn = [&terminal](std::string_view words) { terminal.log_warning(words); };
  return request;
}

boost::json::object to_json(const std::string& file, const Imported& imported,
                            const ImportArguments& arguments, boost::json::array receipts) {
  boost::json::object object{{"file", file}};
  for (auto& [name, value] :
       projections::to_json(imported, arguments.request.dry_run, std::move(receipts)))
    object[name] = std::move(value);
  return object;
}

std::string format_title(const Imported& imported, Language language) {
  const auto* form = ledger::intake::find_form(imported.format);
  if (form == nullptr) return imported.format;
  return language == Language::zh ? form->zh : form->en;
}

void print_recorded(const std::string& file, const std::vector<RecordedBefore>& recorded,
                    Terminal& terminal) {
  if (recorded.empty()) return;
  const auto shown = std::min(recorded.size(), refusals_printed_max);
  for (const auto& one : std::span(recorded).first(shown)) {
    const auto at = one.sequence ? std::to_string(one.sequence->value) : std::string();
    terminal.print_line(
        file + ":" + std::to_string(one.row) + ": " +
        std::string(terminal.say(at.empty()
                                     ? Label{"此人此前已登记", "this person is registered already"}
                                     : Label{"此前已登记于 " + at, "already recorded at " + at})));
  }
  const auto count = std::to_string(recorded.size());
  terminal.print_line(terminal.say({"此前已登记的 " + count + " 行未再次登记",
                                    count + " rows were recorded already and left out"}));
}

void print(const std::string& file, const Imported& imported, const ImportArguments& arguments,
           Terminal& terminal) {
  const auto rows = std::to_string(imported.rows);
  const auto refused = std::to_string(imported.refusals.count);
  if (imported.refused) {
    terminal.print_line(
        terminal.say({file + "：有 " + refused + " 处错误，" +
                          (imported.receipts.empty() ? "未登记任何内容" : "其后的内容未登记"),
                      file + ": " + refused + " refusals; " +
                          (imported.receipts.empty() ? "nothing was recorded"
                                                     : "nothing further was recorded")}));
    for (const auto& receipt : imported.receipts)
      terminal.print_line(to_words(receipt, terminal.language()));
    return;
  }
  const auto title = format_title(imported, terminal.language());
  const auto trial = arguments.request.dry_run
                         ? std::string(terminal.say({"试运行，", "dry run, "}))
                         : std::string();
  terminal.print_line(terminal.say({file + "：" + title + "，" + trial + rows + " 行",
                                    file + ": " + title + ", " + trial + rows + " rows"}));
  print_recorded(file, imported.recorded, terminal);
  for (const auto& receipt : imported.receipts)
    terminal.print_line(to_words(receipt, terminal.language()));
  if (arguments.request.dry_run)
    terminal.print_line(terminal.say(
        imported.already.empty()
            ? Label{"均可登记；未登记任何内容", "all can be recorded; nothing was recorded"}
            : Label{"此内容此前已登记", "this content is recorded already"}));
  if (!imported.refusals.empty())
    terminal.print_line(terminal.say({"略过被拒内容，共 " + refused + " 处错误",
                                      "left out what was refused: " + refused + " refusals"}));
}

Exit exit_of(const Imported& imported) {
  if (imported.refused) return Exit::refused;
  return imported.refusals.empty() ? Exit::done : Exit::something_to_see;
}

/// The visible sheets of a workbook that were not read, but for those that come with a template.
std::vector<std::string> sheets_left_out(const std::string& file,
                                         const ImportArguments& arguments) {
  namespace intake = ledger::intake;
  std::vector<std::string> names;
  if (holds_lines(file, arguments) || !arguments.request.sheet.empty()) return names;
  const auto rows = intake::open_rows(file);
  if (!rows) return names;
  for (const auto& name : (*rows)->other_sheets())
    if (name != intake::example_sheet_name && name != intake::explanation_sheet_name)
      names.push_back(intake::shown_name(name));
  return names;
}

void tell_of_sheets(const std::string& file, const std::vector<std::string>& names,
                    Terminal& terminal) {
  if (names.empty()) return;
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  terminal.complain(std::string(terminal.say(
      {file + "：只读取了第一张可见工作表，未读取：" + all + "；要导入请用 --sheet 指明",
       file + ": only the first visible sheet was read, not: " + all +
           "; to import one give its name with --sheet"})));
}

/// `receipts` are those of the import, asked for only where they are told.
Exit report(const std::string& file, const Imported& imported, const ImportArguments& arguments,
            const std::function<boost::json::array()>& receipts, Terminal& terminal) {
  if (!imported.refusals.empty())
    (void)complain(terminal, file, imported.refusals.shown, imported.refusals.count);
  tell_of_sheets(file, sheets_left_out(file, arguments), terminal);
  if (!arguments.json) {
    print(file, imported, arguments, terminal);
    return exit_of(imported);
  }
  terminal.print_line(boost::json::serialize(to_json(file, imported, arguments, receipts())));
  return exit_of(imported);
}

boost::json::array receipts_of(const Imported& imported, ledger::Ledger& ledger,
                               Terminal& terminal) {
  boost::json::array receipts;
  for (const auto& receipt : imported.receipts)
    receipts.push_back(tools::to_json(receipt, ledger, terminal));
  return receipts;
}

/// The same where no ledger was asked.
Exit report_refused(const std::string& file, ledger::Reason reason,
                    const ImportArguments& arguments, Terminal& terminal) {
  Imported imported;
  imported.refused = true;
  imported.refusals.add({0, "", std::move(reason)});
  return report(
      file, imported, arguments, [] { return boost::json::array(); }, terminal);
}

/// A file that cannot be opened, such as a misspelt ledger, stops all before anything is recorded.
Told<void> check_files(const ImportArguments& arguments, Terminal& terminal) {
  for (const auto& file : arguments.files)
    if (const auto opened = ledger::intake::InputFile::open(file); !opened)
      return report_refused(file, opened.error(), arguments, terminal);
  return {};
}

std::string media_type_of(std::string_view content, bool is_lines) {
  if (is_lines) return std::string(server::lines_type);
  return content.starts_with("PK")
             ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
             : "text/csv";
}

/// The file with what the user said of it; `own` is a parameter that the path alone has.
Remote::Sent sent_to(const std::string& path, std::pair<std::string, std::string> own,
                     const std::string& file, const std::string& content,
                     const ImportArguments& arguments) {
  const bool is_lines = holds_lines(file, arguments);
  const auto& request = arguments.request;
  Remote::Sent sent;
  sent.path = path + query_of({{"format", is_lines ? "" : request.format},
                               {"sheet", request.sheet},
                               {"unit", request.unit},
                               {"date", arguments.date},
                               {"skipInvalid", request.skip_invalid ? "true" : ""},
                               std::move(own)});
  sent.body = content;
  sent.content_type = media_type_of(content, is_lines);
  if (!request.key.empty()) sent.fields.push_back(server::idempotency_field(request.key));
  return sent;
}

Exit preview_far(Remote& remote, const std::string& file, const std::string& content,
                 const ImportArguments& arguments, Terminal& terminal) {
  auto sent =
      sent_to("/v1/submissions/preview", {"on", arguments.preview.on}, file, content, arguments);
  sent.fields.push_back(
      {"Accept", std::string(arguments.json ? server::json_type : server::text_type)});
  const auto reply = remote.show(std::move(sent));
  if (!reply) return reply.error();
  terminal.print(reply->body);
  return Exit::done;
}

/// Hands one file in at the server, and says what came of it as if the ledger were here.
Exit import_far(Remote& remote, const std::string& file, const ImportArguments& arguments,
                Terminal& terminal) {
  constexpr unsigned ok = 200, created = 201, refused = 422;
  const auto request = request_of(arguments, terminal);
  const auto content = read_text_file(file, ledger::submission_bytes_max);
  if (!content) return report_refused(file, content.error(), arguments, terminal);
  auto sent = sent_to("/v1/submissions", {"dryRun", request.dry_run ? "true" : ""}, file, *content,
                      arguments);
  sent.statuses = {ok, created, refused};
  const auto reply = request.dry_run ? remote.show(std::move(sent))
                                     : remote.post(std::move(sent), repeat_with_the_same_key());
  if (!reply) return reply.error();
  const auto parsed = ledger::parse_json(reply->body, reply->body.size());
  const auto* object = parsed ? parsed->if_object() : nullptr;
  const auto imported = object == nullptr ? std::nullopt : projections::read_imported(*object);
  if (!imported) return remote.complain_of_answer();
  if (const auto copied = projections::write_copies(file, request, imported->refusals,
                                                    holds_lines(file, arguments));
      !copied)
    return complain(terminal, copied.error());
  const auto ended = report(
      file, *imported, arguments, [&] { return object->at("receipts").get_array(); }, terminal);
  if (!arguments.preview.preview || imported->refused) return ended;
  return std::max(ended, preview_far(remote, file, *content, arguments, terminal));
}

Exit run_far(const ImportArguments& arguments, Terminal& terminal) {
  auto remote = Remote::of(arguments.remote, terminal);
  if (!remote) return remote.error();
  Exit worst = Exit::done;
  for (const auto& file : arguments.files) {
    const auto ended = import_far(*remote, file, arguments, terminal);
    worst = std::max(worst, ended);
    // What is behind a file that may not have been recorded is not handed in before it.
    if (ended == Exit::unavailable || ended == Exit::not_verified) break;
  }
  return worst;
}

Exit run(const ImportArguments& arguments, Terminal& terminal) {
  if (const auto checked = check_arguments(arguments, terminal); !checked) return checked.error();
  if (const auto checked = check_files(arguments, terminal); !checked) return checked.error();
  if (arguments.remote.is_given()) return run_far(arguments, terminal);
  auto opened = open_ledger(arguments.ledger, terminal);
  if (!opened) return opened.error();
  write_privately();  // copies of refused rows
  auto& ledger = opened->archive->ledger();
  Exit worst = Exit::done;
  for (const auto& file : arguments.files) {
    auto request = request_of(arguments, terminal);
    request.today = opened->today();
    Progress progress(terminal, {"登记", "recording"}, {"份申报", "submissions"});
    request.progress = [&progress](std::uint64_t done, std::uint64_t total) {
      progress.update(done, total);
    };
    const auto imported = holds_lines(file, arguments)
                              ? projections::import_lines(*opened->archive, file, request)
                              : projections::import_table(*opened->archive, file, request);
    if (!imported) return complain(terminal, imported.error());
    const auto ended = report(
        file, *imported, arguments, [&] { return receipts_of(*imported, ledger, terminal); },
        terminal);
    worst = std::max(worst, ended);
    if (arguments.preview.preview && !imported->refused)
      worst = std::max(worst, print_preview(*opened, imported->previews, arguments.preview,
                                            arguments.json, terminal));
  }
  return worst;
}

std::vector<Parameter> parameters_of(ImportArguments& arguments) {
  auto parameters = ledger_parameters(arguments.ledger);
  parameters.push_back({"FILE",
                        {},
                        {".csv、.xlsx，或 .ndjson（每行一份申报）",
                         ".csv, .xlsx, or .ndjson (one submission per line)"},
                        &arguments.files,
                        true});
  parameters.back().offer = Parameter::Offer::files;
  parameters.push_back(option("--format", "NAME",
                              {"表格格式；默认按表头识别，见 kinledger template --list",
                               "format of the table; by default recognised by its header, see "
                               "kinledger template --list"},
                              arguments.request.format));
  parameters.push_back(option(
      "--sheet", "NAME",
      {"工作表名；默认第一张可见工作表", "sheet of a workbook; by default the first visible one"},
      arguments.request.sheet));
  parameters.push_back(option("--key", "KEY",
                              {"申报键；默认由表格内容得出，相同内容不会重复登记",
                               "key of the submission; by default taken from the content, so that "
                               "the same content is recorded once"},
                              arguments.request.key));
  parameters.push_back(option("--unit", "NUMBER",
                              {"登记表漏填的单位编号（仍记为缺项）",
                               "unit number that a registration form lacks (recorded as missing)"},
                              arguments.request.unit));
  parameters.push_back(option("--date", "DATE",
                              {"登记表漏填的日期（仍记为缺项）",
                               "date that a registration form lacks (recorded as missing)"},
                              arguments.date));
  parameters.push_back(
      flag("--dry-run", {"只检查，不登记", "check, record nothing"}, arguments.request.dry_run));
  add_preview_parameters(arguments.preview, parameters);
  parameters.push_back(flag("--skip-invalid",
                            {"略过被拒的行，登记其余的行（退出码 1）",
                             "leave refused rows out and record the others (ends with 1)"},
                            arguments.request.skip_invalid));
  parameters.push_back(file_option(
      "--rejects",
      {"把被拒的行连同错误写入此文件", "write the refused rows with their errors to this file"},
      arguments.request.rejects));
  parameters.push_back(file_option("--annotate",
                                   {"另存一份标出错误的工作簿（.xlsx）",
                                    "write a workbook (.xlsx) with the rows and their errors"},
                                   arguments.request.annotate));
  parameters.push_back(json_flag(arguments.json));
  add_remote_parameters(arguments.remote, parameters);
  return parameters;
}

}  // namespace

Command import_command() {
  auto arguments = std::make_shared<ImportArguments>();
  Command command;
  command.name = "import";
  command.says = {"导入登记表和各类名单", "import registration forms and lists"};
  command.details = {
      "默认整个文件要么全部登记，要么全部不登记；所有错误一次列出。同样的内容再次导入\n"
      "（另存为别的格式也一样）不会重复登记。超过 100000 条的表格分为 KEY/1、KEY/2……登记，\n"
      "中断后再次导入即可续完。文件最大 2 GiB，工作簿解压后最大 200 MB；经 --url 最大 64 MiB。",
      "A file is recorded whole or not at all, and all errors are told at once. The same content\n"
      "again, saved as another kind of file too, changes nothing. A table of more than 100,000\n"
      "events is recorded as KEY/1, KEY/2, ...; importing it again finishes what was interrupted.\n"
      "A file has at most 2 GiB, a workbook 200 MB unpacked; with --url 64 MiB."};
  command.examples = {"kinledger import city 登记表.xlsx --annotate 登记表-检查.xlsx",
                      "kinledger import city premiums.csv --skip-invalid --rejects rejects.csv",
                      "kinledger import city premiums.csv --dry-run --json",
                      "kinledger import premiums.csv --url http://127.0.0.1:8450"};
  command.parameters = parameters_of(*arguments);
  command.run = [arguments](Terminal& terminal) {
    if (arguments->preview.preview)
      arguments->request.dry_run = arguments->request.keep_previews = true;
    return run(*arguments, terminal);
  };
  return command;
}

}  // namespace kinledger::tools
