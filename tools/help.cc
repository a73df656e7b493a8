#include "tools/help.h"

#include <algorithm>

namespace kinledger::tools {
namespace {

constexpr std::size_t name_columns_max = 30;  ///< longer names have their text on the next line

std::string_view say(const Label& label, Language language) {
  return projections::text_of(label, language);
}

/// "  name   text", the texts of all lines starting in the same column.
void append_list(std::string& text,
                 std::span<const std::pair<std::string, std::string_view>> lines) {
  std::size_t columns = 0;
  for (const auto& [name, says] : lines)
    if (name.size() <= name_columns_max) columns = std::max(columns, name.size());
  for (const auto& [name, says] : lines) {
    text += "  " + name;
    if (name.size() > columns)
      text += "\n" + std::string(columns + 4, ' ');
    else
      text += std::string(columns - name.size() + 2, ' ');
    text.append(says).append("\n");
  }
}

std::string_view heading(Language language, std::string_view zh, std::string_view en) {
  return language == Language::zh ? zh : en;
}

using Lines = std::vector<std::pair<std::string, std::string_view>>;

void append_parameters(Lines& lines, std::span<const Parameter> parameters, bool options,
                       Language language) {
  for (const auto& parameter : parameters)
    if (parameter.is_option() == options)
      lines.emplace_back(options ? option_form(parameter) : parameter.name,
                         say(parameter.says, language));
}

}  // namespace

std::span<const Label> exit_meanings() {
  static const Label meanings[] = {
      {"已办理，或已答复（无论答复是什么）", "done or answered, whatever the answer"},
      {"有需要查看的内容：场景有差异，或导入有被拒的行",
       "something to see: scenarios that differ, imports with rejects"},
      {"命令行用法错误", "the command line makes no sense"},
      {"输入被拒，或申报键已用于其他内容", "input refused, or a key used for other content"},
      {"未通过验证，或已存数据相互矛盾", "not verified, or corrupt"},
      {"暂时无法办理：账本被占用、磁盘已满等", "unavailable: ledger locked, disk full, ..."},
  };
  return meanings;
}

std::string option_form(const Parameter& parameter) {
  return parameter.value.empty() ? parameter.name : parameter.name + " " + parameter.value;
}

std::string usage_line(const Command& command) {
  std::string line = "kinledger " + command.name;
  const auto is_option = [](const Parameter& parameter) { return parameter.is_option(); };
  for (const auto& option : command.parameters)
    if (is_option(option) && option.required) line += " " + option_form(option);
  if (std::ranges::any_of(command.parameters, is_option)) line += " [OPTION]...";
  for (const auto& word : command.parameters) {
    if (is_option(word)) continue;
    const bool many = std::holds_alternative<std::vector<std::string>*>(word.into);
    const auto form = word.name + (many ? "..." : "");
    line += word.required ? " " + form : " [" + form + "]";
  }
  return line;
}

std::string command_help(const Command& command, std::span<const Parameter> globals,
                         Language language) {
  std::string text(heading(language, "用法：", "Usage: "));
  text += usage_line(command) + "\n" + std::string(say(command.says, language)) + "\n";
  Lines words;
  append_parameters(words, command.parameters, false, language);
  if (!words.empty()) text += "\n";
  append_list(text, words);
  text.append("\n").append(heading(language, "选项：", "Options:")).append("\n");
  Lines options;
  append_parameters(options, command.parameters, true, language);
  append_parameters(options, globals, true, language);
  append_list(text, options);
  if (const auto details = say(command.details, language); !details.empty())
    text.append("\n").append(details).append("\n");
  text.append("\n").append(heading(language, "示例：", "Examples:")).append("\n");
  for (const auto& example : command.examples) text += "  " + example + "\n";
  return text;
}

std::string group_help(std::string_view first_word, std::span<const Command> commands,
                       Language language) {
  const auto prefix = std::string(first_word) + " ";
  Lines lines;
  for (const auto& command : commands)
    if (command.name.starts_with(prefix))
      lines.emplace_back(command.name, say(command.says, language));
  if (lines.empty()) return {};
  std::string text(heading(language, "用法：", "Usage: "));
  text += "kinledger " + prefix + "COMMAND [OPTION]...\n\n";
  text.append(heading(language, "命令：", "Commands:")).append("\n");
  append_list(text, lines);
  text.append("\n").append(heading(language, "每个命令的说明和示例：", "Each with an example: "));
  return text + "kinledger " + prefix + "COMMAND --help\n";
}

std::string program_help(std::span<const Command> commands, std::span<const Parameter> globals,
                         Language language) {
  std::string text(heading(language, "用法：", "Usage: "));
  text += "kinledger COMMAND [LEDGER] [OPTION]...\n";
  text += heading(language,
                  "职工家属医疗保险的只增账本：记录每一笔参保、绑定、缴费和报销，"
                  "可按任意日期、任意知悉时点查询，并可验证。\n",
                  "An append-only ledger of a dependants' medical-insurance programme: answers for "
                  "any date,\nas known at any moment, and proves that nothing was lost or "
                  "altered.\n");
  text.append("\n").append(heading(language, "命令：", "Commands:")).append("\n");
  Lines lines;
  for (const auto& command : commands)
    lines.emplace_back(command.name, say(command.says, language));
  append_list(text, lines);
  text.append("\n").append(heading(language, "选项：", "Options:")).append("\n");
  Lines options;
  append_parameters(options, globals, true, language);
  append_list(text, options);
  text.append("\n").append(heading(language, "环境变量：", "Environment:")).append("\n");
  append_list(text,
              Lines{
                  {"KINLEDGER", heading(language, "省略 LEDGER 时使用的账本目录",
                                        "the ledger directory where LEDGER is left out")},
                  {"KINLEDGER_NOW",
                   heading(language, "模拟账本（来源名以 .invalid 结尾）的当前时间，RFC 3339",
                           "RFC 3339 time of a simulated ledger (origin ending in .invalid)")},
              });
  text.append("\n").append(heading(language, "退出码：", "Exit status:")).append("\n");
  for (std::size_t i = 0; i < exit_meanings().size(); ++i)
    text += "  " + std::to_string(i) + "  " + std::string(say(exit_meanings()[i], language)) + "\n";
  text.append("\n").append(heading(language, "每个命令的说明和示例：kinledger COMMAND --help\n",
                                   "Each command with an example: kinledger COMMAND --help\n"));
  return text;
}

}  // namespace kinledger::tools
