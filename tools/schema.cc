// schema: JSON Schema of submissions, or of one type of event.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/catalogue.h"
#include "ledger/intake/advice.h"
#include "ledger/intake/fields.h"
#include "ledger/intake/json_schema.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

struct SchemaOptions {
  std::string type;
  bool list = false;
};

Exit list(Terminal& terminal) {
  Table table;
  for (const auto& type : ledger::catalogue())
    if (ledger::intake::may_be_submitted(type))
      table.add({std::string(type.name), std::string(type.family), std::string(type.zh)});
  terminal.print(table.to_text());
  return Exit::done;
}

Exit complain_of_type(const std::string& name, Terminal& terminal) {
  std::vector<std::string_view> names;
  for (const auto& type : ledger::catalogue())
    if (ledger::intake::may_be_submitted(type)) names.push_back(type.name);
  const auto hint = ledger::intake::did_you_mean(name, names);
  return complain_of_usage(
      terminal,
      {"没有可申报的这种类型" + hint.zh + "\n全部类型：kinledger schema --list",
       "no such type can be submitted" + hint.en + "\nall types: kinledger schema --list"});
}

Exit run(const SchemaOptions& options, Terminal& terminal) {
  if (options.list) return list(terminal);
  if (options.type.empty()) {
    terminal.print_line(boost::json::serialize(ledger::intake::json_schema()));
    return Exit::done;
  }
  const auto* type = ledger::find_type(options.type);
  if (type == nullptr || !ledger::intake::may_be_submitted(*type))
    return complain_of_type(options.type, terminal);
  terminal.print_line(boost::json::serialize(ledger::intake::json_schema(*type)));
  return Exit::done;
}

}  // namespace

Command schema_command() {
  auto options = std::make_shared<SchemaOptions>();
  Command command;
  command.name = "schema";
  command.says = {"输出申报的 JSON Schema", "print the JSON Schema of submissions"};
  command.examples = {"kinledger schema > submission.schema.json", "kinledger schema PremiumPaid",
                      "kinledger schema --list"};
  auto type = word("TYPE",
                   {"事件类型，如 PremiumPaid；省略时为整份申报",
                    "type of event, such as PremiumPaid; left out: a whole submission"},
                   options->type);
  type.required = false;
  command.parameters = {type, flag("--list", {"列出全部类型", "list all types"}, options->list)};
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
