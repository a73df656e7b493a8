// completion: what a shell needs to complete subcommands, options and their values, written from
// the descriptions of the subcommands.
#include <algorithm>
#include <functional>

#include "tools/commands.h"
#include "tools/program.h"

namespace kinledger::tools {
namespace {

struct CompletionOptions {
  std::string shell;
};

/// The subcommands with all their options, the global ones among them.
struct Described {
  std::string name;
  std::string says;
  std::vector<Parameter> options;
};

std::vector<Described> describe(Language language) {
  GlobalOptions globals;
  std::vector<Described> described;
  for (const auto& command : all_commands({})) {
    Described one{command.name, std::string(projections::text_of(command.says, language)), {}};
    for (const auto& parameter : command.parameters)
      if (parameter.is_option()) one.options.push_back(parameter);
    for (auto& parameter : global_parameters(globals)) one.options.push_back(std::move(parameter));
    described.push_back(std::move(one));
  }
  return described;
}

std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }
/// Empty for names of one word.
std::string second_word(const std::string& name) {
  const auto space = name.find(' ');
  return space == std::string::npos ? std::string() : name.substr(space + 1);
}

/// What is inside single quotes, for all three shells.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

/// First words, each once, in order.
std::vector<std::string> first_words(const std::vector<Described>& commands) {
  std::vector<std::string> words;
  for (const auto& command : commands)
    if (words.empty() || words.back() != first_word(command.name))
      words.push_back(first_word(command.name));
  return words;
}

/// First words that are followed by a second one, each once.
std::vector<std::string> groups(const std::vector<Described>& commands) {
  std::vector<std::string> words;
  for (const auto& command : commands)
    if (!second_word(command.name).empty() &&
        std::ranges::find(words, first_word(command.name)) == words.end())
      words.push_back(first_word(command.name));
  return words;
}

std::vector<std::string> second_words(const std::vector<Described>& commands,
                                      const std::string& group) {
  std::vector<std::string> words;
  for (const auto& command : commands)
    if (first_word(command.name) == group) words.push_back(second_word(command.name));
  return words;
}

std::string option_names(const Described& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options) names.push_back(option.name);
  return joined(names);
}

std::string bash(Language language) {
  const auto commands = describe(language);
  std::string text =
      "# kinledger: completion for bash.  source <(kinledger completion bash)\n"
      "_kinledger() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local command= i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${COMP_WORDS[i]} in\n"
      "      --lang|--log-level|--log-format) ((i++)) ;;\n"
      "      -*) ;;\n"
      "      " +
      joined(groups(commands), "|") +
      ") command=${COMP_WORDS[i]}\n"
      "        ((i + 1 < COMP_CWORD)) && command=\"$command ${COMP_WORDS[i+1]}\"\n"
      "        break ;;\n"
      "      *) command=${COMP_WORDS[i]}; break ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$command\" in\n";
  const auto words = [&](const std::string& name, const std::string& list) {
    text += "    " + in_quotes(name) + ") COMPREPLY=($(compgen -W " + in_quotes(list) +
            " -- \"$current\")); return ;;\n";
  };
  words("",
        joined(first_words(commands)) + " help --lang --log-level --log-format --help --version");
  for (const auto& group : groups(commands)) words(group, joined(second_words(commands, group)));
  text += "  esac\n  case \"$command:$previous\" in\n";
  for (const auto& command : commands)
    for (const auto& option : command.options) {
      if (option.value.empty()) continue;
      const auto label = in_quotes(command.name + ":" + option.name);
      const auto generate =
          !option.choices.empty()
              ? "-W " + in_quotes(joined(option.choices))
              : std::string(option.offer == Parameter::Offer::directories ? "-d" : "-f");
      if (option.choices.empty() && option.offer == Parameter::Offer::nothing)
        text += "    " + label + ") return ;;\n";
      else
        text.append("    ")
            .append(label)
            .append(") COMPREPLY=($(compgen ")
            .append(generate)
            .append(" -- \"$current\")); return ;;\n");
    }
  text += "  esac\n  [[ $current == -* ]] || return\n  case \"$command\" in\n";
  for (const auto& command : commands) words(command.name, option_names(command));
  // Words that are no options fall back to files and directories.
  return text + "  esac\n}\ncomplete -o default -o bashdefault -F _kinledger kinledger\n";
}

/// Inside the square brackets of _arguments.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_arguments(const Described& command, Language language) {
  std::string text = "_arguments -s";
  for (const auto& option : command.options) {
    const bool many = std::holds_alternative<std::vector<std::string>*>(option.into);
    auto spec = (many ? "*" : "") + option.name + "[" +
                zsh_text(projections::text_of(option.says, language)) + "]";
    if (!option.value.empty()) {
      spec += ":" + zsh_text(option.value) + ":";
      if (!option.choices.empty()) spec += "(" + joined(option.choices) + ")";
      if (option.offer == Parameter::Offer::files) spec += "_files";
      if (option.offer == Parameter::Offer::directories) spec += "_files -/";
    }
    text += " \\\n      " + in_quotes(spec);
  }
  return text + " \\\n      '*:file:_files'";
}

std::string zsh(Language language) {
  const auto commands = describe(language);
  const auto entry = [](const std::string& name, const Described& command) {
    return "    " + in_quotes(name + ":" + zsh_text(command.says)) + "\n";
  };
  std::string first, cases, in_groups;
  for (const auto& command : commands) {
    if (!second_word(command.name).empty()) continue;
    first += entry(command.name, command);
    cases += "    " + command.name + ") " + zsh_arguments(command, language) + " ;;\n";
  }
  for (const auto& group : groups(commands)) {
    first += "    " + in_quotes(group) + "\n";
    std::string second, second_cases;
    for (const auto& command : commands) {
      if (first_word(command.name) != group) continue;
      const auto name = second_word(command.name);
      second += entry(name, command);
      second_cases += "    " + name + ") " + zsh_arguments(command, language) + " ;;\n";
    }
    in_groups.append("  if [[ $words[2] == ")
        .append(group)
        .append(
            " ]]; then\n"
            "    commands=(\n")
        .append(second)
        .append(
            "    )\n"
            "    if ((CURRENT == 3)); then _describe command commands; return; fi\n"
            "    case $words[3] in\n")
        .append(second_cases)
        .append("    esac\n    return\n  fi\n");
  }
  return "#compdef kinledger\n"
         "# kinledger: completion for zsh.  kinledger completion zsh > \"${fpath[1]}/_kinledger\"\n"
         "_kinledger() {\n"
         "  local -a commands\n"
         "  commands=(\n" +
         first +
         "  )\n"
         "  if ((CURRENT == 2)); then _describe command commands; return; fi\n" +
         in_groups + "  case $words[2] in\n" + cases + "  esac\n}\n_kinledger \"$@\"\n";
}

std::string fish(Language language) {
  const auto commands = describe(language);
  std::string text = "# kinledger: completion for fish.  kinledger completion fish | source\n";
  const auto says = [&](const std::string& words) { return " -d " + in_quotes(words) + "\n"; };
  for (const auto& command : commands) {
    const auto first = first_word(command.name);
    const auto second = second_word(command.name);
    auto seen = "__fish_seen_subcommand_from " + first;
    if (second.empty()) {
      text += "complete -c kinledger -f -n __fish_use_subcommand -a " + first + says(command.says);
    } else {
      text += "complete -c kinledger -f -n __fish_use_subcommand -a " + first + "\n";
      text +=
          "complete -c kinledger -f -n " + in_quotes(seen) + " -a " + second + says(command.says);
      seen += "; and __fish_seen_subcommand_from " + second;
    }
    for (const auto& option : command.options) {
      text += "complete -c kinledger -n " + in_quotes(seen) + " -l " + option.name.substr(2);
      if (!option.value.empty()) text += option.offer == Parameter::Offer::nothing ? " -x" : " -r";
      if (!option.choices.empty()) text += " -a " + in_quotes(joined(option.choices));
      text += says(std::string(projections::text_of(option.says, language)));
    }
  }
  return text;
}

Exit run(const CompletionOptions& options, Terminal& terminal) {
  const auto language = terminal.language();
  terminal.print(options.shell == "bash"  ? bash(language)
                 : options.shell == "zsh" ? zsh(language)
                                          : fish(language));
  return Exit::done;
}

}  // namespace

Command completion_command() {
  auto options = std::make_shared<CompletionOptions>();
  Command command;
  command.name = "completion";
  command.says = {"输出 shell 补全脚本", "print a completion script for a shell"};
  command.examples = {"source <(kinledger completion bash)",
                      "kinledger completion zsh > \"${fpath[1]}/_kinledger\"",
                      "kinledger completion fish | source"};
  auto shell = word("SHELL", {"bash、zsh 或 fish", "bash, zsh or fish"}, options->shell);
  shell.choices = {"bash", "zsh", "fish"};
  command.parameters = {shell};
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
