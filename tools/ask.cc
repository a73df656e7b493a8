// ask: any question of the registry by name, and the list of them.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/intake/advice.h"
#include "projections/question_words.h"
#include "projections/questions/question_format.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/subject_arguments.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using projections::Argument;
using projections::Question;

struct AskOptions {
  AskingArguments asking;
  std::string question;
  std::vector<std::string> arguments;
  bool list = false;
};

Exit list_questions(bool json, Terminal& terminal) {
  Table table;
  for (const auto& question : projections::questions()) {
    if (json) {
      terminal.print_line(boost::json::serialize(projections::question_json(question)));
      continue;
    }
    std::string arguments;
    for (const auto& argument : question.arguments) {
      const auto name = std::string(argument.name) + "=";
      arguments += (arguments.empty() ? "" : " ") + (argument.required ? name : "[" + name + "]");
    }
    table.add({std::string(question.name), std::string(question.id), std::move(arguments),
               std::string(terminal.language() == Language::zh ? question.zh : question.en)});
  }
  if (!json) terminal.print(table.to_text());
  return Exit::done;
}

Exit complain_of_question(const std::string& name, Terminal& terminal) {
  std::vector<std::string_view> names;
  std::string of_that_number;
  for (const auto& question : projections::questions()) {
    names.push_back(question.name);
    if (question.id == name)
      of_that_number += (of_that_number.empty() ? "" : ", ") + std::string(question.name);
  }
  if (!of_that_number.empty())
    return complain_of_usage(terminal, {name + " 对应多个查询，请用名称：" + of_that_number,
                                        name + " names several questions: " + of_that_number});
  const auto hint = ledger::intake::did_you_mean(name, names);
  return complain_of_usage(
      terminal, {"没有这个查询" + hint.zh + "\n全部查询：kinledger ask --list",
                 "there is no such question" + hint.en + "\nall questions: kinledger ask --list"});
}

/// One name=value. A person may be named as PERSON is.
struct NamedWord {
  std::string name;
  std::string value;
  bool is_person = false;
};

Told<NamedWord> read_word(const std::string& word, const Question& question, Terminal& terminal) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    return complain_of_usage(terminal, {"参数须写作 名称=值", "arguments are written name=value"});
  NamedWord named{word.substr(0, equals), word.substr(equals + 1)};
  const auto* declared = question.find_argument(named.name);
  named.is_person = declared != nullptr && declared->kind == Argument::Kind::person;
  return named;
}

Told<void> take(const std::string& word, const Question& question, Inquiry& inquiry,
                projections::Arguments& arguments, Terminal& terminal) {
  auto named = read_word(word, question, terminal);
  if (!named) return named.error();
  if (named->is_person) {
    auto text = read_person_argument(named->value, terminal);
    if (!text) return text.error();
    named->value = std::move(*text);
  }
  const auto taken = projections::take_argument(*inquiry.opened.archive, question, named->name,
                                                named->value, arguments);
  if (!taken) return complain(terminal, taken.error());
  if (!*taken) return complain(terminal, taken->error());
  return {};
}

Exit ask_far(const AskOptions& options, const Question& question, Terminal& terminal) {
  auto remote = Remote::of(options.asking.remote, terminal);
  if (!remote) return remote.error();
  std::vector<std::pair<std::string, std::string>> arguments;
  for (const auto& word : options.arguments) {
    const auto named = read_word(word, question, terminal);
    if (!named) return named.error();
    const auto* declared = question.find_argument(named->name);
    const bool is_unit = declared != nullptr && declared->kind == Argument::Kind::unit;
    const auto value = named->is_person ? remote->person(named->value)
                       : is_unit        ? remote->unit(named->value)
                                        : Told<std::string>(named->value);
    if (!value) return value.error();
    arguments.emplace_back(named->name, *value);
  }
  return ask_server(*remote, question.name, std::move(arguments), options.asking, terminal);
}

Exit run(const AskOptions& options, Terminal& terminal) {
  if (options.list) return list_questions(options.asking.json, terminal);
  const bool is_far = options.asking.remote.is_given();
  if ((options.asking.ledger.directory.empty() && !is_far) || options.question.empty())
    return complain_of_usage(terminal, {"用法：kinledger ask LEDGER QUESTION [名称=值]...\n"
                                        "全部查询：kinledger ask --list",
                                        "usage: kinledger ask LEDGER QUESTION [NAME=VALUE]...\n"
                                        "all questions: kinledger ask --list"});
  const auto* question = projections::find_question(options.question);
  if (question == nullptr) return complain_of_question(options.question, terminal);
  if (is_far) return ask_far(options, *question, terminal);
  auto inquiry = begin_inquiry(options.asking, terminal);
  if (!inquiry) return inquiry.error();
  projections::Arguments arguments;
  arguments.on = inquiry->on;
  for (const auto& word : options.arguments)
    if (const auto taken = take(word, *question, *inquiry, arguments, terminal); !taken)
      return taken.error();
  return ask_and_print(*inquiry, question->name, arguments, options.asking, terminal);
}

}  // namespace

Command ask_command() {
  auto options = std::make_shared<AskOptions>();
  Command command;
  command.name = "ask";
  command.says = {"按名称提出任一查询（Q-01 至 Q-32）", "ask any question (Q-01 to Q-32) by name"};
  command.details = {"人员参数的写法同 PERSON（见 kinledger status --help），单位参数同 UNIT。",
                     "An argument that is a person is written like PERSON (kinledger status "
                     "--help), a unit like UNIT."};
  command.examples = {"kinledger ask --list",
                      "kinledger ask city coverage person=@number.txt --on 2021-12-31 --explain",
                      "kinledger ask city coverage person=@number.txt --known 2021-04-01 --json"};
  auto question = word("QUESTION",
                       {"查询的名称，或只对应一个查询的编号",
                        "name of the question, or its number where only one question has it"},
                       options->question);
  question.required = false;
  Parameter arguments{
      "NAME=VALUE", {}, {"查询的参数", "arguments of the question"}, &options->arguments};
  command.parameters = asking_parameters(options->asking, {question, arguments});
  command.parameters.front().required = false;
  command.parameters.push_back(
      flag("--list", {"列出全部查询及其参数", "list all questions with their arguments"},
           options->list));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
