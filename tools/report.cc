// report: a list for settlement, finance, education or audit as a file, with the manifest that
// proves it.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/checkpoint.h"
#include "ledger/intake/advice.h"
#include "projections/reports/report_file.h"
#include "projections/reports/report_format.h"
#include "projections/reports/report_lines.h"
#include "projections/reports/report_texts.h"
#include "server/media_types.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/event_file.h"
#include "tools/own_checkpoint.h"
#include "tools/remote.h"
#include "tools/report_record.h"
#include "tools/report_rows.h"
#include "tools/subject_arguments.h"
#include "tools/table.h"
#include "tools/text_file.h"
#include "tools/verify_file.h"

namespace kinledger::tools {
namespace {

using ledger::Reason;
using projections::MadeReport;
using projections::Report;
using projections::ReportFormat;

struct ReportOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string report;
  std::string out;
  std::string on;
  std::string known;
  std::string year;
  std::string unit;
  std::string area;
  std::string checkpoint;
  std::string recipient;
  bool bom = false;
  bool with_identity = false;
  bool record = false;
  bool prove = false;
  bool list = false;
  bool json = false;
};

Exit list_reports(bool json, Terminal& terminal) {
  Table table;
  for (const auto& report : projections::reports()) {
    if (json) {
      terminal.print_line(boost::json::serialize(projections::to_json(report)));
      continue;
    }
    std::string options;
    for (const auto& argument : report.asks.arguments) {
      const auto name = "--" + std::string(argument.name);
      options += (options.empty() ? "" : " ") + (argument.required ? name : "[" + name + "]");
    }
    table.add({std::string(report.name()), std::move(options),
               std::string(terminal.language() == Language::zh ? report.asks.zh : report.asks.en)});
  }
  if (!json) terminal.print(table.to_text());
  return Exit::done;
}

Exit complain_of_report(const std::string& name, Terminal& terminal) {
  std::vector<std::string_view> names;
  for (const auto& report : projections::reports()) names.push_back(report.name());
  const auto hint = ledger::intake::did_you_mean(name, names);
  return complain_of_usage(
      terminal, {"没有这个报表" + hint.zh + "\n全部报表：kinledger report --list",
                 "there is no such report" + hint.en + "\nall reports: kinledger report --list"});
}

Told<projections::Arguments> read_arguments(const ReportOptions& options, OpenLedger& opened,
                                            Terminal& terminal) {
  projections::Arguments arguments;
  const auto on = read_on(options.on, opened, terminal);
  if (!on) return on.error();
  arguments.on = *on;
  if (!options.year.empty()) {
    const auto year = read_year(options.year, terminal);
    if (!year) return year.error();
    arguments.year = *year;
  }
  if (!options.unit.empty()) {
    const auto unit = find_unit(options.unit, opened, terminal);
    if (!unit) return unit.error();
    arguments.unit = *unit;
  }
  if (!options.area.empty()) arguments.named.emplace_back("area", options.area);
  return arguments;
}

/// A signed note of this ledger whose tree holds the basis.
Told<std::string> read_checkpoint(const std::string& path, const projections::Basis& basis,
                                  OpenLedger& opened, Terminal& terminal) {
  if (path.empty()) return std::string();
  auto& ledger = opened.archive->ledger();
  auto checkpoint = read_own_checkpoint(path, ledger, terminal);
  if (!checkpoint) return checkpoint.error();
  if (checkpoint->head.size < basis.size || checkpoint->head.size > ledger.durable().size)
    return complain(terminal,
                    Reason("CHECKPOINT_RANGE", path + " 不包含报表所依据的全部记录",
                           path + " does not hold all of the events that the report rests on"));
  return std::move(checkpoint->note);
}

Exit print(const ReportOptions& options, const MadeReport& made, Terminal& terminal) {
  if (options.json) {
    terminal.print_line(made.manifest.to_text());
    return Exit::done;
  }
  const auto rows = std::to_string(made.manifest.rows);
  const auto digest = ledger::to_text(made.manifest.digest);
  terminal.print_line(terminal.say({options.out + "：" + rows + " 行，摘要 " + digest,
                                    options.out + ": rows: " + rows + ", digest " + digest}));
  return Exit::done;
}

Told<void> write(const ReportOptions& options, const MadeReport& made, ReportFormat format,
                 Terminal& terminal) {
  const projections::ReportLook look{terminal.language(), options.bom};
  const auto written = projections::write_report(made, options.out, format, look);
  if (!written) return complain(terminal, written.error());
  return {};
}

Exit make(const ReportOptions& options, const Report& report, ReportFormat format,
          Terminal& terminal) {
  const bool records = options.record || !options.recipient.empty();
  auto opened = records ? open_ledger(options.ledger, terminal)
                        : open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  auto arguments = read_arguments(options, *opened, terminal);
  if (!arguments) return arguments.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  const auto basis = opened->archive->basis(*known);
  if (!basis) return complain(terminal, basis.error());
  if (options.prove)
    if (const auto is_signed = check_signed(opened->archive->ledger()); !is_signed)
      return complain(terminal, is_signed.error());
  auto checkpoint = read_checkpoint(options.checkpoint, *basis, *opened, terminal);
  if (!checkpoint) return checkpoint.error();
  const server::ReportRequest request{&report, std::move(*arguments), *known, std::nullopt};
  auto made = make_report(request, "report " + std::string(report.name()), *opened, terminal);
  if (!made) return made.error();
  made->manifest.checkpoint = std::move(*checkpoint);
  if (options.with_identity) {
    write_privately();
    if (const auto told = open_identities(*made, request, *opened, terminal); !told)
      return told.error();
  }
  if (const auto told = write(options, *made, format, terminal); !told) return told.error();
  if (records) {
    const auto done = record_report(made->manifest, options.recipient, *opened, terminal);
    if (done != Exit::done) return done;
  }
  if (options.prove)
    if (const auto written =
            write_event_file(opened->archive->ledger(), event_file_beside(options.out));
        !written)
      return complain(terminal, written.error());
  return print(options, *made, terminal);
}

/// What the server made, written as it would have been on the directory.
Exit make_far(const ReportOptions& options, const Report& report, ReportFormat format,
              Terminal& terminal) {
  if (options.with_identity || options.record || options.prove || !options.recipient.empty() ||
      !options.checkpoint.empty())
    return complain_of_usage(
        terminal, {"--with-identity、--record、--issue-to、--prove、--checkpoint 须在账本目录上"
                   "使用，不能与 --url 同用",
                   "--with-identity, --record, --issue-to, --prove and --checkpoint need the "
                   "ledger's directory: not with --url"});
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto unit = remote->unit(options.unit);
  if (!unit) return unit.error();
  const auto body = remote->get("/v1/reports/" + std::string(report.name()) +
                                    query_of({{"on", options.on},
                                              {"known", options.known},
                                              {"year", options.year},
                                              {"unit", *unit},
                                              {"area", options.area}}),
                                server::json_type);
  if (!body) return body.error();
  const auto read = projections::read_report_lines(*body);
  if (!read) return tell_not_verified(read.error(), options.json, terminal);
  auto fault = projections::fault_of(*read);
  if (read->manifest.report != report.name()) fault = projections::not_a_report();
  if (fault) return tell_not_verified(*fault, options.json, terminal);
  if (const auto told = write(options, *read, format, terminal); !told) return told.error();
  return print(options, *read, terminal);
}

Exit run(const ReportOptions& options, Terminal& terminal) {
  if (options.list) return list_reports(options.json, terminal);
  const bool has_ledger = options.remote.is_given() || !options.ledger.directory.empty();
  if (!has_ledger || options.report.empty() || options.out.empty())
    return complain_of_usage(terminal, {"用法：kinledger report LEDGER REPORT --out FILE\n"
                                        "全部报表：kinledger report --list",
                                        "usage: kinledger report LEDGER REPORT --out FILE\n"
                                        "all reports: kinledger report --list"});
  const auto* report = projections::find_report(options.report);
  if (report == nullptr) return complain_of_report(options.report, terminal);
  const auto format = projections::report_format_of(options.out);
  if (!format)
    return complain_of_usage(terminal,
                             {"--out 的文件名须以 .xlsx、.csv、.json、.ndjson 或 .html 结尾",
                              "--out ends in .xlsx, .csv, .json, .ndjson or .html"});
  if (options.bom && *format != ReportFormat::csv)
    return complain_of_usage(terminal, {"--bom 只用于 .csv", "--bom goes with .csv alone"});
  std::error_code ignored;
  if (const auto beside = event_file_beside(options.out);
      !options.prove && std::filesystem::exists(beside, ignored))
    return complain(terminal,
                    Reason("EVENTS_OF_ANOTHER_REPORT",
                           beside.string() + " 是此前报表的事件文件，请移走，或用 --prove 重写",
                           beside.string() + " is of an earlier report: move it away, or write it "
                                             "anew with --prove"));
  if (options.prove && report->make == nullptr)
    return complain_of_usage(
        terminal, {"该报表出自查阅登记簿，账本的记录不能证明它，不用 --prove",
                   "the report is of the access journal, which the events of the ledger do not "
                   "prove: no --prove"});
  return options.remote.is_given() ? make_far(options, *report, *format, terminal)
                                   : make(options, *report, *format, terminal);
}

std::vector<Parameter> parameters_of(ReportOptions& options) {
  auto parameters = ledger_parameters(options.ledger);
  parameters.front().required = false;
  auto report =
      word("REPORT", {"报表名称；见 --list", "name of the report; see --list"}, options.report);
  report.required = false;
  parameters.push_back(std::move(report));
  parameters.push_back(file_option(
      "--out", {"写入的文件：.xlsx、.csv、.json、.ndjson 或 .html", "file to write, by its ending"},
      options.out));
  parameters.push_back(on_option(options.on));
  parameters.push_back(known_option(options.known));
  parameters.push_back(option("--year", "YEAR",
                              {"年度；默认状态日期所在年度", "the year; by default that of --on"},
                              options.year));
  parameters.push_back(
      option("--unit", "UNIT", {"单位编号", "the unit, by its number"}, options.unit));
  parameters.push_back(option("--area", "AREA",
                              {"区划（六位代码，含下级）", "the division, six digits of GB/T 2260"},
                              options.area));
  parameters.push_back(
      flag("--bom", {"CSV 加字节顺序标记，供 Excel 打开", "a byte order mark in CSV, for Excel"},
           options.bom));
  parameters.push_back(flag("--with-identity",
                            {"另附姓名和证件号码（不计入摘要；逐人登记查阅）",
                             "names and ID numbers beside the rows, outside the digest; leaves a "
                             "record for each person"},
                            options.with_identity));
  parameters.push_back(file_option("--checkpoint",
                                   {"写入清单的检查点", "a checkpoint that goes into the manifest"},
                                   options.checkpoint));
  parameters.push_back(flag(
      "--record", {"将报表及其摘要登记入账", "record the report with its digest"}, options.record));
  parameters.push_back(option("--issue-to", "AUTHORITY",
                              {"登记报表送交的机关（代码表 authority）",
                               "record to whom the report was handed: a code of list authority"},
                              options.recipient));
  parameters.push_back(
      flag("--prove",
           {"另存 NAME.events：全部记录和检查点，凭它可离线重新生成报表",
            "NAME.events beside it: all events and a checkpoint, to make the report again from"},
           options.prove));
  parameters.push_back(flag("--list", {"列出全部报表", "list all reports"}, options.list));
  parameters.push_back(json_flag(options.json));
  add_remote_parameters(options.remote, parameters);
  return parameters;
}

}  // namespace

Command report_command() {
  auto options = std::make_shared<ReportOptions>();
  Command command;
  command.name = "report";
  command.says = {"生成报表文件及其清单", "make a report as a file, with its manifest"};
  command.details = {
      "行内只有人员编号、单位编号和数字；清单写明依据的账本状态、规则包、行数、合计和摘要。\n"
      "同一依据的同一报表逐字节相同，可用 verify 校验。CSV 的清单另存为 NAME.manifest.json。\n"
      "--prove 另存全部记录，只凭这两个文件就能重新生成并比较。",
      "Rows hold pseudonyms, unit numbers and figures. The manifest says from what state of the\n"
      "ledger and which packs the report was made, with row count, totals and digest. The same\n"
      "report at the same basis is the same bytes; verify checks it. The manifest of CSV is\n"
      "NAME.manifest.json beside it. With --prove the two files are all that it takes to make the\n"
      "report again and compare."};
  command.examples = {
      "kinledger report --list",
      "kinledger report city migration --on 2021-12-31 --out migration.xlsx",
      "kinledger report city unitSettlement --unit 330199001 --year 2021 --out settlement.html",
      "kinledger verify migration.xlsx --ledger city",
      "kinledger report city migration --on 2021-12-31 --prove --out migration.xlsx",
      "kinledger report migration --on 2021-12-31 --out migration.xlsx --url http://127.0.0.1:8450",
      "kinledger verify migration.xlsx --key @city.keys"};
  command.parameters = parameters_of(*options);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
