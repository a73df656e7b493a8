// template: workbooks to fill in for each kind of list, and the list of them.
#include "ledger/intake/template.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/intake/advice.h"
#include "ledger/intake/form.h"
#include "projections/code_labels.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

struct TemplateOptions {
  LedgerArguments ledger;
  std::string name;
  std::string out;
  bool list = false;
  bool json = false;
};

Exit list(const TemplateOptions& options, Terminal& terminal) {
  Table table;
  for (const auto& form : ledger::intake::forms()) {
    const std::string type(ledger::type_info(form.type).name);
    if (options.json)
      terminal.print_line(boost::json::serialize(boost::json::object{
          {"name", form.name}, {"type", type}, {"zh", form.zh}, {"en", form.en}}));
    else
      table.add({form.name, terminal.language() == Language::zh ? form.zh : form.en, type});
  }
  if (!options.json) terminal.print(table.to_text());
  return Exit::done;
}

Exit complain_of_form(const std::string& name, Terminal& terminal) {
  std::vector<std::string_view> names;
  for (const auto& form : ledger::intake::forms()) names.push_back(form.name);
  const auto hint = ledger::intake::did_you_mean(name, names);
  return complain_of_usage(
      terminal,
      {"没有这个模板" + hint.zh + "\n全部模板：kinledger template --list",
       "there is no such template" + hint.en + "\nall templates: kinledger template --list"});
}

/// The codes that the packs of the ledger declare; without a ledger, none.
Told<ledger::intake::LabelsOfList> labels_for(LedgerArguments arguments, Terminal& terminal) {
  if (arguments.directory.empty()) arguments.directory = terminal.environment().ledger;
  if (arguments.directory.empty()) return ledger::intake::LabelsOfList{};
  auto opened = open_ledger_to_read(arguments, terminal);
  if (!opened) return opened.error();
  auto& archive = *opened->archive;
  const auto rules = archive.rulebook(archive.ledger().durable().size);
  if (!rules) return complain(terminal, rules.error());
  return labels_of(*rules, terminal.language());
}

Exit run(const TemplateOptions& options, Terminal& terminal) {
  if (options.list) return list(options, terminal);
  if (options.name.empty() || options.out.empty())
    return complain_of_usage(terminal, {"用法：kinledger template NAME --out FILE.xlsx",
                                        "usage: kinledger template NAME --out FILE.xlsx"});
  const auto* form = ledger::intake::find_form(options.name);
  if (form == nullptr) return complain_of_form(options.name, terminal);
  const auto labels = labels_for(options.ledger, terminal);
  if (!labels) return labels.error();
  const auto written = ledger::intake::write_template(*form, options.out, *labels);
  if (!written) return complain(terminal, written.error());
  if (options.json)
    terminal.print_line(
        boost::json::serialize(boost::json::object{{"name", form->name}, {"file", options.out}}));
  else
    terminal.print_line(terminal.say({"已写出模板“" + form->zh + "”：" + options.out,
                                      "wrote the template of " + form->en + ": " + options.out}));
  return Exit::done;
}

}  // namespace

Command template_command() {
  auto options = std::make_shared<TemplateOptions>();
  Command command;
  command.name = "template";
  command.says = {"写出待填的表格模板", "write a workbook to fill in"};
  command.details = {
      "附示例和各列说明。指明账本时，下拉选项取自其已采用的规则包。填好后用 kinledger "
      "import\n导入。",
      "A second sheet has an example, a third explains the columns. Where a ledger is named,\n"
      "drop-down lists hold the codes of its packs. Filled in, it imports as it is."};
  command.examples = {"kinledger template --list",
                      "kinledger template registration-form --out 登记表.xlsx",
                      "kinledger template premiums --out premiums.xlsx --ledger city"};
  command.parameters.push_back(word("NAME", {"模板名称", "name of the template"}, options->name));
  command.parameters.back().required = false;
  command.parameters.push_back(
      file_option("--out", {"要写出的 .xlsx 文件", "the .xlsx file to be written"}, options->out));
  command.parameters.push_back(option("--ledger", "DIR",
                                      {"取其代码作下拉选项的账本；默认为 $KINLEDGER",
                                       "ledger whose codes are offered; by default "
                                       "$KINLEDGER"},
                                      options->ledger.directory));
  command.parameters.back().offer = Parameter::Offer::directories;
  command.parameters.push_back(state_option(options->ledger));
  command.parameters.push_back(
      flag("--list", {"列出全部模板", "list all templates"}, options->list));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
