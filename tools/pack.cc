// pack check, pack adopt, pack list, pack codes: policy packs, which hold the dated rules of a
// region.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "projections/builtin_packs.h"
#include "projections/pack_notes.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/pack_argument.h"
#include "tools/pack_codes.h"
#include "tools/receipt.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

struct PackOptions {
  LedgerArguments ledger;
  std::string pack;
  bool json = false;
};

boost::json::object pack_json(const projections::Pack& pack) {
  const auto& declared = pack.declarations;
  return {{"pack", declared.pack},
          {"version", declared.version},
          {"title", {{"zh", declared.title.zh}, {"en", declared.title.en}}},
          {"jurisdiction", std::to_string(declared.jurisdiction.code)},
          {"rules", pack.rules.size()},
          {"points", declared.points.size()},
          {"digest", ledger::to_text(pack.digest)}};
}

std::string pack_words(const projections::Pack& pack, Language language) {
  const auto& declared = pack.declarations;
  const auto rules = std::to_string(pack.rules.size());
  const auto points = std::to_string(declared.points.size());
  if (language == Language::zh)
    return declared.pack + " " + declared.version + "：" + declared.title.zh + "；规则 " + rules +
           " 条，解释口径和未明确事项 " + points + " 项";
  return declared.pack + " " + declared.version + ": " + declared.title.en + "; " + rules +
         " rules, " + points + " interpretations and open points";
}

Exit check(const PackOptions& options, Terminal& terminal) {
  const auto pack = read_pack_argument(options.pack, terminal);
  if (!pack) return pack.error();
  const auto notes = projections::notes_on(pack->pack);
  if (options.json) {
    auto json = pack_json(pack->pack);
    auto& list = (json["notes"] = boost::json::array()).get_array();
    for (const auto& note : notes)
      list.push_back({{"rule", note.rule},
                      {"code", note.reason.code},
                      {"zh", note.reason.zh},
                      {"en", note.reason.en}});
    terminal.print_line(boost::json::serialize(json));
  } else {
    terminal.print_line(pack_words(pack->pack, terminal.language()));
    for (const auto& note : notes)
      terminal.print_line(std::string(terminal.say({note.reason.zh, note.reason.en})) + " [" +
                          note.reason.code + "]");
  }
  return notes.empty() ? Exit::done : Exit::something_to_see;
}

/// The version that took the place of one that was adopted before; empty while that is in force.
ledger::Result<std::string> replaced_by(const projections::Declarations& adopted,
                                        projections::Archive& archive) {
  const auto rules = archive.rulebook(archive.ledger().durable().size);
  if (!rules) return rules.error();
  for (const auto* pack : (*rules)->packs())
    if (pack->pack == adopted.pack && pack->version != adopted.version) return pack->version;
  return std::string();
}

/// Of a version that was adopted before and is not in force.
std::string replaced_words(const ledger::Receipt& receipt, const std::string& version,
                           const std::string& by, Language language) {
  const auto first = std::to_string(receipt.first.value);
  const auto at = ledger::to_text(receipt.recorded_at);
  if (language == Language::zh)
    return "版本 " + version + " 此前已登记，序号 " + first + "（" + at + "），后被版本 " + by +
           " 取代，现不适用；本次没有新增";
  return "version " + version + " was already recorded at " + first + " on " + at +
         " and was replaced by version " + by + ": it is not in force; nothing was added";
}

Exit adopt(const PackOptions& options, Terminal& terminal) {
  const auto pack = read_pack_argument(options.pack, terminal);
  if (!pack) return pack.error();
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto outcome = opened->archive->adopt(pack->text);
  if (!outcome) return complain(terminal, outcome.error());
  if (!outcome->receipt)
    return complain(terminal, options.pack, outcome->refusals, outcome->refusals.size());
  const auto& declared = pack->pack.declarations;
  const auto& receipt = *outcome->receipt;
  const auto by = receipt.already ? replaced_by(declared, *opened->archive)
                                  : ledger::Result<std::string>(std::string());
  if (!by) return complain(terminal, by.error());
  if (options.json) {
    auto json = pack_json(pack->pack);
    json["receipt"] = to_json(receipt, opened->archive->ledger(), terminal);
    if (!by->empty()) json["replacedBy"] = *by;
    terminal.print_line(boost::json::serialize(json));
  } else {
    terminal.print_line(pack_words(pack->pack, terminal.language()));
    terminal.print_line(by->empty()
                            ? to_words(receipt, terminal.language())
                            : replaced_words(receipt, declared.version, *by, terminal.language()));
  }
  return Exit::done;
}

Exit list(const PackOptions& options, Terminal& terminal) {
  Table table({std::string(terminal.say({"规则包", "pack"})),
               std::string(terminal.say({"版本", "version"})),
               std::string(terminal.say({"统筹地区", "region"})),
               std::string(terminal.say({"规则", "rules"})),
               std::string(terminal.say({"标题", "title"}))});
  for (const auto& builtin : projections::builtin_packs()) {
    const auto reading = projections::read_pack(builtin.text);
    invariant(reading.pack.has_value(), builtin.name);
    const auto& declared = reading.pack->declarations;
    if (options.json)
      terminal.print_line(boost::json::serialize(pack_json(*reading.pack)));
    else
      table.add(
          {std::string(builtin.name), declared.version, std::to_string(declared.jurisdiction.code),
           std::to_string(reading.pack->rules.size()), std::string(terminal.say(declared.title))});
  }
  if (!options.json) terminal.print(table.to_text());
  return Exit::done;
}

Exit codes(const PackOptions& options, Terminal& terminal) {
  const auto pack = read_pack_argument(options.pack, terminal);
  if (!pack) return pack.error();
  print_codes(pack->pack.declarations, options.json, terminal);
  return Exit::done;
}

Parameter pack_word(std::string& into) {
  auto pack = word("PACK",
                   {"规则包文件（TOML），或内置规则包的名称",
                    "a pack file (TOML), or the name of a built-in pack"},
                   into);
  pack.offer = Parameter::Offer::files;
  return pack;
}

}  // namespace

Command pack_check_command() {
  auto options = std::make_shared<PackOptions>();
  Command command;
  command.name = "pack check";
  command.says = {"检查规则包，列出所有错误", "check a policy pack and list all its faults"};
  command.examples = {"kinledger pack check my-city.toml"};
  command.parameters = {pack_word(options->pack), json_flag(options->json)};
  command.run = [options](Terminal& terminal) { return check(*options, terminal); };
  return command;
}

Command pack_adopt_command() {
  auto options = std::make_shared<PackOptions>();
  Command command;
  command.name = "pack adopt";
  command.says = {"采用规则包：此后的答复使用其中的规则",
                  "adopt a policy pack: answers from here on know its rules"};
  command.details = {"规则随采用登记入账；在此之前的知悉时点仍按当时的规则答复。",
                     "The rules are recorded; as known before, answers keep the rules of then."};
  command.examples = {"kinledger pack adopt city hangzhou-2022"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(pack_word(options->pack));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return adopt(*options, terminal); };
  return command;
}

Command pack_list_command() {
  auto options = std::make_shared<PackOptions>();
  Command command;
  command.name = "pack list";
  command.says = {"列出内置规则包", "list the built-in policy packs"};
  command.examples = {"kinledger pack list"};
  command.parameters = {json_flag(options->json)};
  command.run = [options](Terminal& terminal) { return list(*options, terminal); };
  return command;
}

Command pack_codes_command() {
  auto options = std::make_shared<PackOptions>();
  Command command;
  command.name = "pack codes";
  command.says = {"列出规则包的代码表、人员状态和地区",
                  "list the codes, states of persons and areas of a policy pack"};
  command.details = {
      "每个代码表注明使用它的事件字段；人员状态注明未登记时视为不具备还是不确定。\n"
      "内置规则包的代码见 docs/CODES.md。",
      "Each list names the fields of events that take it; states say whether silence is a \"no\"\n"
      "or leaves the answer undetermined. docs/CODES.md has those of the built-in packs."};
  command.examples = {"kinledger pack codes hangzhou-2014", "kinledger pack codes my-city.toml"};
  command.parameters = {pack_word(options->pack), json_flag(options->json)};
  command.run = [options](Terminal& terminal) { return codes(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
