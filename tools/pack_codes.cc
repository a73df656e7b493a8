#include "tools/pack_codes.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/catalogue.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using projections::Code;
using projections::CodeList;
using projections::Declarations;

constexpr std::string_view states_list = "personStatus";
constexpr std::string_view relations_list = "relation";

/// The fields of events that take codes of the list: "PremiumPaid.scheme". What a state names in
/// `values` is the value of its event.
std::vector<std::string> fields_of(const CodeList& list, const Declarations& declared) {
  std::vector<std::string> fields;
  for (const auto& type : ledger::catalogue())
    for (const auto& field : type.fields)
      if (field.code_list == list.name)
        fields.push_back(std::string(type.name) + "." + std::string(field.name));
  if (const auto* states = declared.code_list(states_list))
    for (const auto& state : states->codes)
      if (state.values == list.name)
        fields.push_back("PersonStatusRecorded.value (kind=" + state.code + ")");
  return fields;
}

std::string with_commas(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : ", ") + part;
  return all;
}

/// What the event of a state says beside its kind: "value (schooling), area".
std::string uses_words(const Code& state) {
  std::vector<std::string> uses;
  for (const auto& use : state.uses)
    uses.push_back(use == "value" && !state.values.empty() ? use + " (" + state.values + ")" : use);
  return with_commas(uses);
}

/// Whether silence is a "no" or leaves the answer undetermined.
Label silence_words(bool is_known) {
  return is_known ? Label{"视为不具备", "no"} : Label{"不确定", "undetermined"};
}

std::vector<std::string> headings_of(const CodeList& list, const Terminal& terminal) {
  std::vector<Label> headings{{"代码", "code"}, {"中文", "Chinese"}, {"英文", "English"}};
  if (list.name == states_list) {
    headings.push_back({"所含内容", "states"});
    headings.push_back({"未登记时", "if not recorded"});
    headings.push_back({"终止后", "once ended"});
  }
  if (list.name == relations_list) headings.push_back({"属父母", "makes a parent"});
  std::vector<std::string> said;
  said.reserve(headings.size());
  for (const auto& heading : headings) said.emplace_back(terminal.say(heading));
  return said;
}

std::vector<std::string> row_of(const Code& code, const CodeList& list, const Terminal& terminal) {
  std::vector<std::string> row{code.code, code.label.zh, code.label.en};
  if (list.name == states_list) {
    row.push_back(uses_words(code));
    row.emplace_back(terminal.say(silence_words(code.known_if_absent)));
    row.emplace_back(terminal.say(silence_words(code.known_after_end)));
  }
  if (list.name == relations_list)
    row.emplace_back(terminal.say(code.parent ? Label{"是", "yes"} : Label{"否", "no"}));
  return row;
}

void print_list(const CodeList& list, const Declarations& declared, Terminal& terminal) {
  const auto fields = fields_of(list, declared);
  std::string title = list.name;
  if (!fields.empty()) title += ": " + with_commas(fields);
  terminal.print_line("");
  terminal.print_line(title);
  Table table(headings_of(list, terminal));
  for (const auto& code : list.codes) table.add(row_of(code, list, terminal));
  terminal.print(table.to_text("  "));
}

std::string division_code(ledger::Area area) { return std::to_string(area.code); }

void print_areas(const Declarations& declared, Terminal& terminal) {
  if (declared.areas.empty()) return;
  terminal.print_line("");
  terminal.print_line(terminal.say({"地区", "areas of the rules"}));
  Table table({std::string(terminal.say({"名称", "name"})),
               std::string(terminal.say({"中文", "Chinese"})),
               std::string(terminal.say({"英文", "English"})),
               std::string(terminal.say({"行政区划", "divisions"}))});
  for (const auto& area : declared.areas) {
    std::vector<std::string> codes;
    for (const auto code : area.codes) codes.push_back(division_code(code));
    table.add({area.name, area.label.zh, area.label.en, with_commas(codes)});
  }
  terminal.print(table.to_text("  "));
}

boost::json::object code_json(const Code& code, const CodeList& list) {
  boost::json::object json{{"code", code.code}, {"zh", code.label.zh}, {"en", code.label.en}};
  if (list.name == states_list) {
    json["uses"] = boost::json::array(code.uses.begin(), code.uses.end());
    if (!code.values.empty()) json["values"] = code.values;
    json["knownIfAbsent"] = code.known_if_absent;
    json["knownAfterEnd"] = code.known_after_end;
  }
  if (list.name == relations_list) json["parent"] = code.parent;
  return json;
}

boost::json::object codes_json(const Declarations& declared) {
  boost::json::array lists;
  for (const auto& list : declared.code_lists) {
    const auto fields = fields_of(list, declared);
    boost::json::array codes;
    for (const auto& code : list.codes) codes.push_back(code_json(code, list));
    lists.push_back({{"list", list.name},
                     {"fields", boost::json::array(fields.begin(), fields.end())},
                     {"codes", std::move(codes)}});
  }
  boost::json::array areas;
  for (const auto& area : declared.areas) {
    boost::json::array codes;
    for (const auto code : area.codes) codes.emplace_back(division_code(code));
    areas.push_back({{"area", area.name},
                     {"zh", area.label.zh},
                     {"en", area.label.en},
                     {"divisions", std::move(codes)}});
  }
  return {{"pack", declared.pack},
          {"version", declared.version},
          {"lists", std::move(lists)},
          {"areas", std::move(areas)}};
}

}  // namespace

void print_codes(const Declarations& declared, bool json, Terminal& terminal) {
  if (json) return terminal.print_line(boost::json::serialize(codes_json(declared)));
  terminal.print_line(declared.pack + " " + declared.version + ": " +
                      std::string(terminal.say(declared.title)));
  for (const auto& list : declared.code_lists) print_list(list, declared, terminal);
  print_areas(declared, terminal);
}

}  // namespace kinledger::tools
