// kinledger: the process. Takes the language and the surroundings from the environment, tells
// options from other words with CLI11, and runs one command line. The only source that includes
// CLI11: it is slow to compile.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tools/end_in_words.h"
#include "tools/program.h"

namespace kinledger::tools {
namespace {

/// The rule of POSIX: the first of these that is set and not empty.
Language language_of_locale() {
  for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const auto* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
  }
  return Language::en;
}

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

void declare(CLI::App& app, const Parameter& parameter) {
  if (auto* const* flag = std::get_if<bool*>(&parameter.into))
    app.add_flag(parameter.name == help_option ? "-h," + parameter.name : parameter.name, **flag);
  else if (auto* const* text = std::get_if<std::string*>(&parameter.into))
    app.add_option(parameter.name, **text);
  else
    app.add_option(parameter.name, *std::get<std::vector<std::string>*>(parameter.into))
        ->allow_extra_args(false)
        ->take_all();
}

boost::system::result<OtherWords, Label> parse_options(std::span<const Parameter> parameters,
                                                       std::span<const std::string> words) {
  OtherWords others;
  try {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    for (const auto& parameter : parameters)
      if (parameter.is_option()) declare(app, parameter);
    // CLI11 takes the words from the back.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    bool only_words = false;
    for (auto& word : app.remaining()) {
      if (word == "--" && !only_words)
        only_words = true;
      else if (!only_words && word.size() > 1 && word.front() == '-')
        others.unknown_options.push_back(std::move(word));
      else
        others.positional.push_back(std::move(word));
    }
  } catch (const CLI::ArgumentMismatch& mismatch) {
    // Names the option and how many values it takes, never a value.
    return Label{std::string("选项缺少取值，或给出了两次：") + mismatch.what(),
                 std::string("an option lacks its value, or was given twice: ") + mismatch.what()};
  } catch (const CLI::Error&) {
    return Label{"选项的写法有误：开关型选项不带取值",
                 "an option that takes no value was given one"};
  }
  return others;
}

}  // namespace
}  // namespace kinledger::tools

int main(int argument_count, char** arguments) {
  using namespace kinledger::tools;
  // A reader that went away is told by the write; nothing may end a ledger in the middle of one.
  std::signal(SIGPIPE, SIG_IGN);
  // A core would hold keys, names and numbers.
  const rlimit none{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
  Terminal terminal(language_of_locale(), {variable("KINLEDGER"), variable("KINLEDGER_NOW")});
  end_in_words(terminal);
  const std::vector<std::string> words(arguments + 1, arguments + argument_count);
  try {
    return static_cast<int>(run_program(words, terminal, parse_options));
  } catch (const std::exception& exception) {
    // Libraries throw where this project returns errors: memory, threads, directories. Nothing is
    // put together here, which could fail again.
    const bool zh = terminal.language() == Language::zh;
    std::fprintf(stderr,
                 zh ? "kinledger: 程序所用的库出错，本次未能完成：%s\n"
                    : "kinledger: a library failed, so this could not be finished: %s\n",
                 exception.what());
    return static_cast<int>(Exit::unavailable);
  }
}
