// manual: the manual page of the program, kinledger(1), written from the descriptions of the
// subcommands.
#include "tools/commands.h"
#include "tools/help.h"
#include "tools/program.h"

namespace kinledger::tools {
namespace {

/// Text as roff takes it: a line must not begin with a control character.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      if ((out.empty() || out.back() == '\n') && (c == '.' || c == '\'')) out += "\\&";
      out += c;
    }
  }
  return out;
}

std::string item(std::string_view name, std::string_view says) {
  return ".TP\n.B " + roff(name) + "\n" + roff(says) + "\n";
}

std::string command_section(const Command& command, Language language) {
  auto text = ".SS " + roff(usage_line(command)) + "\n" +
              roff(projections::text_of(command.says, language)) + ".\n";
  if (const auto details = projections::text_of(command.details, language); !details.empty())
    text += ".PP\n" + roff(details) + "\n";
  for (const auto& parameter : command.parameters)
    text += item(option_form(parameter), projections::text_of(parameter.says, language));
  text += ".PP\n.EX\n";
  for (const auto& example : command.examples) text += roff(example) + "\n";
  return text + ".EE\n";
}

Exit print_manual(Terminal& terminal) {
  const auto language = terminal.language();
  const bool zh = language == Language::zh;
  std::string text = ".TH KINLEDGER 1 \"\" \"" + name_and_version() + "\"\n.SH " +
                     (zh ? "名称" : "NAME") + "\nkinledger \\- " +
                     (zh ? "职工家属医疗保险的只增账本"
                         : "append\\-only ledger of a dependants' medical\\-insurance programme") +
                     "\n.SH " + (zh ? "概要" : "SYNOPSIS") +
                     "\n.B kinledger\n.I COMMAND\n.RI [ LEDGER ]\n.RI [ OPTION ]...\n.SH " +
                     (zh ? "命令" : "COMMANDS") + "\n";
  for (const auto& command : all_commands({})) text += command_section(command, language);
  text += std::string(".SH ") + (zh ? "通用选项" : "OPTIONS OF ALL COMMANDS") + "\n";
  GlobalOptions globals;
  for (const auto& parameter : global_parameters(globals))
    text += item(option_form(parameter), projections::text_of(parameter.says, language));
  text += std::string(".SH ") + (zh ? "退出码" : "EXIT STATUS") + "\n";
  for (std::size_t i = 0; i < exit_meanings().size(); ++i)
    text += item(std::to_string(i), projections::text_of(exit_meanings()[i], language));
  terminal.print(text);
  return Exit::done;
}

}  // namespace

Command manual_command() {
  Command command;
  command.name = "manual";
  command.says = {"输出手册页 kinledger(1)", "print the manual page kinledger(1)"};
  command.examples = {"kinledger manual | man -l -"};
  command.run = print_manual;
  return command;
}

}  // namespace kinledger::tools
