#include "tools/program.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "ledger/intake/advice.h"
#include "ledger/version.h"
#include "server/lower_case.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/help.h"

namespace kinledger::tools {
namespace {

using ledger::intake::did_you_mean;
using ledger::intake::shown_name;

std::optional<Language> language_named(std::string_view name) {
  if (name == "zh") return Language::zh;
  if (name == "en") return Language::en;
  return std::nullopt;
}

/// The value of a global option wherever it stands, so that mistakes elsewhere on the line are
/// already told in the right language.
std::string_view find_value(std::span<const std::string> words, std::string_view option) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string_view word = words[i];
    if (word == option && i + 1 < words.size()) return words[i + 1];
    if (word.starts_with(option) && word.substr(option.size()).starts_with('='))
      return word.substr(option.size() + 1);
  }
  return {};
}

bool takes_value(std::span<const Parameter> globals, std::string_view word) {
  return std::ranges::any_of(globals, [&](const Parameter& parameter) {
    return parameter.name == word && !parameter.value.empty();
  });
}

/// Where the name of the command stands: the first word that is no option.
std::size_t find_command_word(std::span<const std::string> words,
                              std::span<const Parameter> globals) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-')) return i;
    if (takes_value(globals, words[i])) ++i;
  }
  return words.size();
}

std::string in_quotes(std::string_view name, Language language) {
  const auto shown = shown_name(name);
  return language == Language::zh ? "“" + shown + "”" : "'" + shown + "'";
}

Exit complain_of_command(Terminal& terminal, const std::string& word,
                         std::span<const Command> commands) {
  std::vector<std::string_view> names;
  std::string of_two_words;
  for (const auto& command : commands) {
    names.push_back(command.name);
    if (command.name.starts_with(word + " "))
      of_two_words += (of_two_words.empty() ? "" : ", ") + command.name;
  }
  if (!of_two_words.empty())
    return complain_of_usage(
        terminal, {word + " 有下列命令：" + of_two_words, word + " needs one of: " + of_two_words});
  const auto shown = in_quotes(word, terminal.language());
  const auto hint = did_you_mean(word, names);
  return complain_of_usage(
      terminal, {"没有这个命令：" + shown + hint.zh + "\n查看全部命令：kinledger --help",
                 "there is no command " + shown + hint.en + "\nall commands: kinledger --help"});
}

Exit complain_of_words(Terminal& terminal, const Command& command, const Label& what) {
  return complain_of_usage(terminal, {what.zh + "\n用法：" + usage_line(command),
                                      what.en + "\nusage: " + usage_line(command)});
}

/// Whether "--person" is meant for the positional PERSON.
bool is_named_like(std::string_view option, const Parameter& parameter) {
  return !parameter.is_option() && option.starts_with("--") &&
         server::lower_case(option.substr(2)) == server::lower_case(parameter.name);
}

Exit complain_of_option(Terminal& terminal, const Command& command, const std::string& word,
                        std::span<const Parameter> parameters) {
  const auto name = word.substr(0, word.find('='));
  const auto shown = in_quotes(name, terminal.language());
  std::vector<std::string_view> names;
  for (const auto& parameter : parameters) {
    if (is_named_like(name, parameter))
      return complain_of_words(
          terminal, command,
          {"没有这个选项：" + shown + "；" + parameter.name + " 直接写，前面不加选项",
           "there is no option " + shown + ": " + parameter.name + " stands by itself"});
    if (parameter.is_option()) names.push_back(parameter.name);
  }
  const auto hint = did_you_mean(name, names);
  return complain_of_usage(terminal, {"没有这个选项：" + shown + hint.zh +
                                          "\n查看选项：kinledger " + command.name + " --help",
                                      "there is no option " + shown + hint.en +
                                          "\nall options: kinledger " + command.name + " --help"});
}

/// Whether the option that stands in its place was given.
bool is_replaced(const Parameter& parameter) {
  return parameter.replaced_by != nullptr && !parameter.replaced_by->empty();
}

/// How many words must stand behind the parameter.
std::size_t required_behind(const Parameter& parameter, std::span<const Parameter> parameters) {
  const auto behind =
      parameters.subspan(static_cast<std::size_t>(&parameter - parameters.data()) + 1);
  return static_cast<std::size_t>(std::ranges::count_if(behind, [](const Parameter& other) {
    return !other.is_option() && other.required && !is_replaced(other);
  }));
}

/// Whether the word can be what the parameter names, and not one that comes behind it.
bool is_meant(const Parameter& parameter, const std::string& word) {
  std::error_code ignored;
  return parameter.offer == Parameter::Offer::files ? std::filesystem::exists(word, ignored)
                                                    : std::filesystem::is_directory(word, ignored);
}

/// A number of a person where a directory belongs is not repeated.
std::optional<Exit> refuse_number(const Command& command, const Parameter& parameter,
                                  const std::string& word, Terminal& terminal) {
  std::error_code ignored;
  if (parameter.offer == Parameter::Offer::nothing || !ledger::intake::holds_resident_id(word) ||
      std::filesystem::exists(word, ignored))
    return std::nullopt;
  return complain_of_words(terminal, command,
                           {parameter.name + " 处写了证件号码",
                            "an ID number stands in the place of " + parameter.name});
}

/// Puts the positional words where they belong.
Told<void> assign(const Command& command, std::vector<std::string> words, Terminal& terminal) {
  std::size_t next = 0;
  for (const auto& parameter : command.parameters) {
    if (parameter.is_option() || is_replaced(parameter)) continue;
    const auto& ledger = terminal.environment().ledger;
    if (parameter.from_environment && !ledger.empty() &&
        (words.size() - next <= required_behind(parameter, command.parameters) ||
         !is_meant(parameter, words[next]))) {
      *std::get<std::string*>(parameter.into) = ledger;
      continue;
    }
    if (auto* const* list = std::get_if<std::vector<std::string>*>(&parameter.into)) {
      (*list)->assign(std::make_move_iterator(words.begin() + static_cast<std::ptrdiff_t>(next)),
                      std::make_move_iterator(words.end()));
      next = words.size();
      if (!(*list)->empty() || !parameter.required) continue;
    } else if (next < words.size()) {
      if (const auto refused = refuse_number(command, parameter, words[next], terminal))
        return *refused;
      *std::get<std::string*>(parameter.into) = std::move(words[next++]);
      continue;
    } else if (!parameter.required) {
      continue;
    }
    return complain_of_words(terminal, command,
                             {"缺少 " + parameter.name, parameter.name + " is missing"});
  }
  if (next == words.size()) return {};
  const auto shown = in_quotes(words[next], terminal.language());
  return complain_of_words(terminal, command, {"多余的词：" + shown, "unexpected word " + shown});
}

/// Required options have a value, and values are among those that are allowed.
Told<void> check_values(const Command& command, std::span<const Parameter> parameters,
                        Terminal& terminal) {
  for (const auto& parameter : parameters) {
    const auto* const* text = std::get_if<std::string*>(&parameter.into);
    if (text == nullptr) continue;
    if (parameter.is_option() && parameter.required && (*text)->empty())
      return complain_of_words(terminal, command,
                               {"缺少 " + option_form(parameter) + "：" + parameter.says.zh,
                                option_form(parameter) + " is missing: " + parameter.says.en});
    if ((*text)->empty() || parameter.choices.empty() ||
        std::ranges::find(parameter.choices, **text) != parameter.choices.end())
      continue;
    std::string allowed;
    for (const auto& choice : parameter.choices) allowed += (allowed.empty() ? "" : ", ") + choice;
    return complain_of_words(
        terminal, command,
        {parameter.name + " 只能是：" + allowed, parameter.name + " is one of: " + allowed});
  }
  return {};
}

/// Precondition: `words` are those behind the command's name and the options before it.
Exit run_command(Command& command, GlobalOptions& globals, std::span<const std::string> words,
                 Terminal& terminal, const ParseOptions& parse) {
  const auto global = global_parameters(globals);
  auto parameters = command.parameters;
  parameters.insert(parameters.end(), global.begin(), global.end());
  auto others = parse(parameters, words);
  if (!others) return complain_of_words(terminal, command, others.error());
  if (globals.help) {
    terminal.print(command_help(command, global, terminal.language()));
    return Exit::done;
  }
  if (globals.version) {
    terminal.print_line(name_and_version());
    return Exit::done;
  }
  if (!others->unknown_options.empty())
    return complain_of_option(terminal, command, others->unknown_options.front(), parameters);
  if (const auto assigned = assign(command, std::move(others->positional), terminal); !assigned)
    return assigned.error();
  if (const auto checked = check_values(command, parameters, terminal); !checked)
    return checked.error();
  if (!globals.log_level.empty()) terminal.set_log_level(globals.log_level);
  if (globals.log_format == "json") terminal.set_log_json();
  return command.run(terminal);
}

Exit run_words(const std::vector<std::string>& words, Terminal& terminal,
               const ParseOptions& parse) {
  GlobalOptions globals;
  const auto global = global_parameters(globals);
  if (const auto named = language_named(find_value(words, "--lang"))) terminal.set_language(*named);
  const Run run = [&parse](const std::vector<std::string>& inner, Terminal& inner_terminal) {
    return run_program(inner, inner_terminal, parse);
  };
  auto commands = all_commands(run);
  const auto at = find_command_word(words, global);
  if (at < words.size() && words[at] == "help") {
    auto asked = words;
    asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(at));
    asked.emplace_back(help_option);
    return run_words(asked, terminal, parse);
  }
  if (at == words.size()) {
    if (std::ranges::find(words, "--version") != words.end()) {
      terminal.print_line(name_and_version());
      return Exit::done;
    }
    const std::vector<Parameter> none;
    Command program{"COMMAND", {}, {}, {}, {}, {}};
    const auto others = parse(global, words);
    if (!others) return complain_of_words(terminal, program, others.error());
    if (!others->unknown_options.empty())
      return complain_of_option(terminal, program, others->unknown_options.front(), global);
    terminal.print(program_help(commands, global, terminal.language()));
    return Exit::done;
  }
  std::vector<std::string> rest(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
  const auto take = [&](std::size_t count) {
    rest.insert(rest.end(), words.begin() + static_cast<std::ptrdiff_t>(at + count), words.end());
  };
  const auto named = [&](const std::string& name) {
    return std::ranges::find(commands, name, &Command::name);
  };
  if (at + 1 < words.size())
    if (const auto command = named(words[at] + " " + words[at + 1]); command != commands.end()) {
      take(2);
      return run_command(*command, globals, rest, terminal, parse);
    }
  const auto command = named(words[at]);
  if (command == commands.end()) {
    const auto help = group_help(words[at], commands, terminal.language());
    if (help.empty() || std::ranges::find(words, help_option) == words.end())
      return complain_of_command(terminal, words[at], commands);
    terminal.print(help);
    return Exit::done;
  }
  take(1);
  return run_command(*command, globals, rest, terminal, parse);
}

}  // namespace

std::string name_and_version() { return "kinledger " + std::string(ledger::kinledger_version); }

std::vector<Parameter> global_parameters(GlobalOptions& options) {
  auto language = option("--lang", "zh|en",
                         {"语言；默认取自环境的区域设置", "language; by default the locale's"},
                         options.language);
  language.choices = {"zh", "en"};
  auto log_level = option("--log-level", "LEVEL",
                          {"诊断信息：debug、info、warn（默认）、error、off",
                           "diagnostics: debug, info, warn (the default), error, off"},
                          options.log_level);
  log_level.choices.assign(std::begin(log_levels), std::end(log_levels));
  auto log_format = option("--log-format", "text|json",
                           {"诊断信息的格式", "format of the diagnostics"}, options.log_format);
  log_format.choices = {"text", "json"};
  return {language, log_level, log_format,
          flag(std::string(help_option), {"显示此说明", "show this help"}, options.help),
          flag("--version", {"显示版本", "show the version"}, options.version)};
}

Exit run_program(const std::vector<std::string>& words, Terminal& terminal,
                 const ParseOptions& parse) {
  const auto exit = run_words(words, terminal, parse);
  terminal.flush();
  if (terminal.output() != Terminal::Output::failed) return exit;
  return complain(terminal, ledger::Error{ledger::Failure::unavailable,
                                          "the output cannot be written (disk full?)"});
}

}  // namespace kinledger::tools
