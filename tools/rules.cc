// rules: the rules in force on a date as known at a basis, or all that were ever adopted, each with
// its source.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/catalogue.h"
#include "projections/rule_format.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using ledger::Date;
using projections::Rule;
using projections::Rulebook;

struct Options {
  LedgerArguments ledger;
  std::string on;
  std::string known;
  bool all = false;
  bool json = false;
};

const ledger::Enumerant& certainty_of(const Rule& rule) {
  const auto& type = ledger::type_info(ledger::EventType::rule_version_published);
  return type.find(ledger::Field::certainty)->enumerants[static_cast<std::size_t>(rule.certainty)];
}

boost::json::value date_json(const std::optional<Date>& date) {
  return date ? boost::json::value(ledger::to_text(*date)) : boost::json::value(nullptr);
}

boost::json::array list_json(const std::vector<std::string>& list) {
  boost::json::array json;
  for (const auto& item : list) json.emplace_back(item);
  return json;
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : " ") + item;
  return text;
}

boost::json::object rule_json(const Rule& rule, const Rulebook& rulebook, bool counts) {
  const auto* document = rulebook.document(rule.jurisdiction, rule.document);
  return {{"rule", rule.id},
          {"kind", projections::to_text(rule.kind())},
          {"from", date_json(rule.from)},
          {"until", date_json(rule.until)},
          {"document", rule.document},
          {"number", document == nullptr ? std::string() : document->number},
          {"section", rule.section},
          {"certainty", certainty_of(rule).name},
          {"says", {{"zh", rule.says.zh}, {"en", rule.says.en}}},
          {"interpretations", list_json(rule.interpretations)},
          {"openPoints", list_json(rule.open_points)},
          {"replaces", list_json(rule.replaces)},
          {"pack", rule.pack},
          {"jurisdiction", std::to_string(rule.jurisdiction.code)},
          {"published", rule.published.value},
          {"counts", counts}};
}

std::vector<std::string> rule_row(const Rule& rule, bool counts, Language language) {
  auto points = rule.interpretations;
  points.insert(points.end(), rule.open_points.begin(), rule.open_points.end());
  const bool zh = language == Language::zh;
  const auto& certainty = certainty_of(rule);
  const auto& kind = projections::rule_kinds()[static_cast<std::size_t>(rule.kind())];
  std::string says(projections::text_of(rule.says, language));
  if (!counts) says = (zh ? "（不再适用）" : "(no longer counts) ") + says;
  return {rule.id,
          std::string(zh ? kind.zh : kind.en),
          rule.from ? ledger::to_text(*rule.from) : "",
          rule.until ? ledger::to_text(*rule.until) : "",
          rule.document + " " + rule.section,
          std::string(zh ? certainty.zh : certainty.name),
          joined(points),
          joined(rule.replaces),
          std::move(says)};
}

std::vector<std::string> headings(Language language) {
  if (language == Language::zh)
    return {"规则", "类别", "自", "至（不含）", "文件条款", "确定性", "口径和未明确事项",
            "替代", "规定"};
  return {"rule", "kind", "from", "until", "document", "certainty", "points", "replaces", "says"};
}

Exit run(const Options& options, Terminal& terminal) {
  if (options.all && !options.on.empty())
    return complain_of_usage(terminal,
                             {"--all 与 --on 不能同时使用", "--all and --on exclude each other"});
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto on = read_on(options.on, *opened, terminal);
  if (!on) return on.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  const auto rulebook = opened->archive->rulebook(*known);
  if (!rulebook) return complain(terminal, rulebook.error());
  const auto& book = **rulebook;
  Table table(headings(terminal.language()));
  const auto show = [&](const Rule& rule, bool counts) {
    if (!options.all && !rule.governs(*on)) return;
    if (options.json)
      terminal.print_line(boost::json::serialize(rule_json(rule, book, counts)));
    else
      table.add(rule_row(rule, counts, terminal.language()));
  };
  for (const auto& rule : book.rules()) show(rule, true);
  if (options.all)
    for (const auto& rule : book.superseded()) show(rule, false);
  if (!options.json) terminal.print(table.to_text());
  for (const auto& defect : book.defects())
    terminal.complain("kinledger: " +
                      std::string(terminal.say(
                          {"第 " + std::to_string(defect.sequence.value) + " 条政策记录：",
                           "policy event " + std::to_string(defect.sequence.value) + ": "})) +
                      (terminal.language() == Language::zh ? defect.reason.zh : defect.reason.en) +
                      " [" + defect.reason.code + "]");
  return Exit::done;
}

}  // namespace

Command rules_command() {
  auto options = std::make_shared<Options>();
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
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
