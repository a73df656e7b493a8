// rules: the rules in force on a date as known at a basis, or all that were ever adopted, each with
// its source.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <initializer_list>
#include <set>

#include "ledger/catalogue.h"
#include "projections/rule_format.h"
#include "projections/rule_listing.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/served_json.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

namespace json = boost::json;

struct RulesOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string on;
  std::string known;
  bool all = false;
  bool json = false;
};

Label label_of(const json::object& object) {
  return {served_text(object, "zh"), served_text(object, "en")};
}

const json::object& member(const json::object& object, std::string_view name) {
  static const json::object none;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : none;
}

std::string joined(const json::object& rule, std::initializer_list<std::string_view> names) {
  std::string text;
  for (const auto name : names) {
    const auto* list = rule.if_contains(name);
    if (list == nullptr || !list->is_array()) continue;
    for (const auto& item : list->get_array())
      if (item.is_string()) text += (text.empty() ? "" : " ") + json::value_to<std::string>(item);
  }
  return text;
}

std::string kind_title(const std::string& name, Language language) {
  const auto kind = projections::rule_kind_named(name);
  if (!kind) return name;
  const auto& info = projections::rule_kinds()[static_cast<std::size_t>(*kind)];
  return std::string(language == Language::zh ? info.zh : info.en);
}

std::string certainty_title(const std::string& name, Language language) {
  const auto& type = ledger::type_info(ledger::EventType::rule_version_published);
  for (const auto& certainty : type.find(ledger::Field::certainty)->enumerants)
    if (certainty.name == name && language == Language::zh) return std::string(certainty.zh);
  return name;
}

std::vector<std::string> rule_row(const json::object& rule, Language language) {
  const auto* counts = rule.if_contains("counts");
  auto says = std::string(projections::text_of(label_of(member(rule, "says")), language));
  if (counts != nullptr && counts->is_bool() && !counts->get_bool())
    says = (language == Language::zh ? "（不再适用）" : "(no longer counts) ") + says;
  return {served_text(rule, "rule"),
          kind_title(served_text(rule, "kind"), language),
          served_text(rule, "from"),
          served_text(rule, "until"),
          served_text(rule, "document") + " " + served_text(rule, "section"),
          certainty_title(served_text(rule, "certainty"), language),
          joined(rule, {"interpretations", "openPoints"}),
          joined(rule, {"replaces"}),
          std::move(says)};
}

std::vector<std::string> rule_headings(Language language) {
  if (language == Language::zh)
    return {"规则", "类别", "自", "至（不含）", "文件条款", "确定性", "口径和未明确事项",
            "替代", "规定"};
  return {"rule", "kind", "from", "until", "document", "certainty", "points", "replaces", "says"};
}

/// What the tags in the table stand for: a document may have no number to find it by. Nothing of
/// a server that does not tell the titles yet.
void print_documents(const std::vector<json::object>& list, Terminal& terminal) {
  std::set<std::vector<std::string>> documents;
  for (const auto& rule : list) {
    const auto title = label_of(member(rule, "title"));
    const std::string told(projections::text_of(title, terminal.language()));
    if (!told.empty())
      documents.insert({served_text(rule, "document"), served_text(rule, "number"), told});
  }
  if (documents.empty()) return;
  Table table(terminal.language() == Language::zh
                  ? std::vector<std::string>{"文件", "文号", "名称"}
                  : std::vector<std::string>{"document", "number", "title"});
  for (const auto& document : documents) table.add(document);
  terminal.print("\n" + table.to_text());
}

/// A policy event that could not be used is told of besides the list.
void complain_of_defect(const json::object& defect, Terminal& terminal) {
  const auto* sequence = defect.if_contains("sequence");
  const auto number = sequence == nullptr ? std::string() : json::serialize(*sequence);
  const auto words = label_of(defect);
  terminal.complain("kinledger: " +
                    std::string(terminal.say({"第 " + number + " 条政策记录：" + words.zh,
                                              "policy event " + number + ": " + words.en})) +
                    " [" + served_text(defect, "code") + "]");
}

void print(const std::vector<json::object>& list, const RulesOptions& options, Terminal& terminal) {
  Table table(rule_headings(terminal.language()));
  for (const auto& line : list) {
    const bool is_defect = line.contains("defect");
    if (options.json)
      terminal.print_line(json::serialize(line));
    else if (!is_defect)
      table.add(rule_row(line, terminal.language()));
  }
  if (!options.json) {
    terminal.print(table.to_text());
    print_documents(list, terminal);
  }
  for (const auto& line : list)
    if (line.contains("defect")) complain_of_defect(member(line, "defect"), terminal);
}

Told<std::vector<json::object>> list_near(const RulesOptions& options, Terminal& terminal) {
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(options.on, *opened, terminal);
  if (!on) return on.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  const auto rulebook = opened->archive->rulebook(*known);
  if (!rulebook) return complain(terminal, rulebook.error());
  return projections::list_rules(**rulebook, options.all ? std::nullopt : std::optional(*on));
}

Told<std::vector<json::object>> list_far(const RulesOptions& options, Terminal& terminal) {
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  return remote->get_lines(
      "/v1/rules" +
      query_of({{"on", options.on}, {"known", options.known}, {"all", options.all ? "true" : ""}}));
}

Exit run(const RulesOptions& options, Terminal& terminal) {
  if (options.all && !options.on.empty())
    return complain_of_usage(terminal,
                             {"--all 与 --on 不能同时使用", "--all and --on exclude each other"});
  const auto list =
      options.remote.is_given() ? list_far(options, terminal) : list_near(options, terminal);
  if (!list) return list.error();
  print(*list, options, terminal);
  return Exit::done;
}

}  // namespace

Command rules_command() {
  auto options = std::make_shared<RulesOptions>();
  Command command;
  command.name = "rules";
  command.says = {"列出适用的规则及其出处", "the rules in force with their sources"};
  command.examples = {"kinledger rules city --on 2021-04-01",
                      "kinledger rules city --known 2021-12-31 --all --json"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(on_option(options->on));
  command.parameters.push_back(known_option(options->known));
  command.parameters.push_back(
      flag("--all", {"曾经采用的全部规则", "all rules ever adopted"}, options->all));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
