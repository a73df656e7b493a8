// TOML becomes JSON, in which packs are checked and recorded; where each value stood in the file is
// kept beside it.
#include "projections/pack.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdio>
#include <map>

#include "ledger/crypto.h"
#include "ledger/json.h"
#include "projections/pack_check.h"
#include "projections/rule_format.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;
using ledger::EventDraft;
using ledger::Field;

struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

class TomlConversion {
 public:
  json::value convert(const toml::node& node, const std::string& path, std::size_t depth) {
    note(path, node.source());
    if (depth > pack_depth_max) {
      if (!too_deep_) too_deep_ = Position{node.source().begin.line, node.source().begin.column};
      return nullptr;
    }
    if (const auto* table = node.as_table()) {
      json::object object;
      for (const auto& [key, value] : *table) {
        const auto place = path_of(path, key.str());
        object.emplace(key.str(), convert(value, place, depth + 1));
      }
      return object;
    }
    if (const auto* list = node.as_array()) {
      json::array array;
      for (const auto& element : *list) {
        array.push_back(convert(element, path_of(path, array.size()), depth + 1));
      }
      return array;
    }
    return scalar(node);
  }

  /// Of the first value beyond pack_depth_max.
  const std::optional<Position>& too_deep() const { return too_deep_; }

  /// Of the value, or of the nearest table around it that has a place in the file.
  Position position(std::string path) const {
    while (true) {
      const auto at = positions_.find(path);
      if (at != positions_.end()) return at->second;
      if (path.empty()) return {};
      path.resize(path.rfind('/'));
    }
  }

 private:
  void note(const std::string& path, const toml::source_region& source) {
    if (source.begin.line != 0 && !path.empty()) {
      positions_[path] = {source.begin.line, source.begin.column};
    }
  }

  static json::value scalar(const toml::node& node) {
    if (const auto* text = node.as_string()) return json::value(text->get());
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* flag = node.as_boolean()) return flag->get();
    if (const auto* date = node.as_date()) {
      std::array<char, 16> text{};
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", int{date->get().year},
                    int{date->get().month}, int{date->get().day});
      return json::value(text.data());
    }
    return nullptr;  // fractions and times of day have no place in a pack: a fault of type
  }

  std::map<std::string, Position> positions_;
  std::optional<Position> too_deep_;
};

PackReading failed(Position at, std::string code, std::string zh, std::string en) {
  PackReading reading;
  reading.errors.push_back({at.line, at.column, {std::move(code), std::move(zh), std::move(en)}});
  return reading;
}

std::string declarations_json(const json::object& pack) {
  json::object declarations = pack;
  declarations.erase("rule");
  return ledger::canonical_json(declarations);
}

/// Parameters as they are recorded: `replaces` is among them, since it is part of the version.
std::string parameters_json(const json::object& rule) {
  json::object parameters;
  if (const auto* given = rule.if_contains("parameters")) parameters = given->get_object();
  if (const auto* replaces = rule.if_contains("replaces")) {
    parameters.insert_or_assign("replaces", *replaces);
  }
  return ledger::canonical_json(parameters);
}

PackReading read_tables(std::string_view file, const toml::table& tables) {
  TomlConversion conversion;
  const auto value = conversion.convert(tables, "", 0);
  if (conversion.too_deep()) {
    return failed(*conversion.too_deep(), "PACK_DEPTH", "表和列表嵌套过深。请简化。",
                  "Tables and lists are nested too deeply. Simplify them.");
  }
  Pack pack;
  ShapeCheck check(pack.declarations);
  pack.rules = check_pack(value, check, pack.declarations);

  PackReading reading;
  for (const auto& fault : check.faults()) {
    const auto at = conversion.position(fault.path);
    reading.errors.push_back({at.line, at.column, fault.reason});
  }
  std::ranges::stable_sort(reading.errors, {}, [](const PackError& error) {
    return std::pair(error.line, error.column);
  });
  if (!reading.errors.empty()) return reading;
  pack.digest = ledger::sha256(ledger::as_bytes(file));
  const auto& object = value.get_object();
  pack.declarations_json = declarations_json(object);
  const auto& rules = object.at("rule");
  if (rules.is_object()) pack.parameters_json.push_back(parameters_json(rules.get_object()));
  if (const auto* list = rules.if_array()) {
    for (const auto& rule : *list) {
      pack.parameters_json.push_back(parameters_json(rule.get_object()));
    }
  }
  invariant(pack.rules.size() == pack.parameters_json.size());
  reading.pack = std::move(pack);
  return reading;
}

EventDraft adoption(const Pack& pack, ledger::Date adopted_on) {
  EventDraft draft;
  draft.type = ledger::EventType::pack_adopted;
  draft.envelope.jurisdiction = pack.declarations.jurisdiction;
  draft.envelope.valid_on = adopted_on;
  draft.set(Field::pack, pack.declarations.pack);
  draft.set(Field::version, pack.declarations.version);
  draft.set(Field::digest, ledger::as_text(pack.digest.bytes));
  draft.set(Field::declarations, pack.declarations_json);
  draft.set(Field::rules, static_cast<std::int64_t>(pack.rules.size()));
  return draft;
}

EventDraft publication(const Pack& pack, std::size_t index) {
  const auto& rule = pack.rules[index];
  EventDraft draft;
  draft.type = ledger::EventType::rule_version_published;
  draft.envelope.jurisdiction = pack.declarations.jurisdiction;
  draft.envelope.valid_on = rule.from;
  draft.set(Field::rule, rule.id);
  draft.set(Field::kind, to_text(rule.kind()));
  if (rule.until) draft.set(Field::until, *rule.until);
  draft.set(Field::document, rule.document);
  draft.set(Field::section, rule.section);
  draft.set(Field::certainty, static_cast<std::int64_t>(rule.certainty));
  draft.set(Field::parameters, pack.parameters_json[index]);
  draft.set(Field::says_zh, rule.says.zh);
  draft.set(Field::says_en, rule.says.en);
  draft.set(Field::pack, pack.declarations.pack);
  if (!rule.interpretations.empty()) {
    draft.fields.emplace_back(Field::interpretations, rule.interpretations);
  }
  if (!rule.open_points.empty()) draft.fields.emplace_back(Field::open_points, rule.open_points);
  return draft;
}

}  // namespace

PackReading read_pack(std::string_view toml) {
  if (toml.size() > pack_bytes_max) {
    const auto limit = std::to_string(pack_bytes_max);
    return failed({}, "PACK_SIZE", "规则包超过 " + limit + " 字节。请拆分。",
                  "The pack is larger than " + limit + " bytes. Split it.");
  }
  try {
    return read_tables(toml, toml::parse(toml));
  } catch (const toml::parse_error& error) {
    return failed({error.source().begin.line, error.source().begin.column}, "PACK_TOML",
                  "此处不符合 TOML 格式（" + std::string(error.description()) + "）。请改正。",
                  "This is not TOML: " + std::string(error.description()) + ". Correct it.");
  }
}

ledger::Result<std::vector<EventDraft>> compile(const Pack& pack, ledger::Date adopted_on) {
  std::vector<EventDraft> drafts;
  drafts.push_back(adoption(pack, adopted_on));
  for (std::size_t i = 0; i < pack.rules.size(); ++i) drafts.push_back(publication(pack, i));
  ledger::Bytes scratch;
  for (const auto& draft : drafts) {
    scratch.clear();
    if (auto encoded = ledger::encode(draft, scratch); !encoded) return encoded.error();
  }
  return drafts;
}

}  // namespace kinledger::projections
