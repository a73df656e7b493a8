// TOML becomes JSON, in which packs are checked and recorded; where a faulty value stands in the
// file is looked up by its path.
#include "projections/pack.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdio>

#include "ledger/crypto.h"
#include "ledger/json.h"
#include "ledger/text.h"
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

/// The place of a byte of the file.
Position place_of(std::string_view toml, std::size_t at) {
  const auto before = toml.substr(0, at);
  const auto line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  return {static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
          static_cast<std::uint32_t>(ledger::count_characters(line) + 1)};
}

/// Behind the string that begins at a quote. One that is not ended ends with its line.
std::size_t behind_string(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  const std::string three(3, quote);
  const bool has_lines = toml.substr(at).starts_with(three);
  for (at += has_lines ? 3 : 1; at < toml.size(); ++at) {
    if (toml[at] == '\\' && quote == '"') {
      ++at;
    } else if (!has_lines) {
      if (toml[at] == '\n') return at;
      if (toml[at] == quote) return at + 1;
    } else if (toml.substr(at).starts_with(three)) {
      // Up to two quotes more belong to the text.
      const auto last = std::min(at + 5, toml.size());
      for (at += 3; at < last && toml[at] == quote;) ++at;
      return at;
    }
  }
  return toml.size();
}

/// Where brackets are first inside each other more than pack_depth_max times, or a key has more
/// parts than that. To be asked before the file is parsed: toml++ knows no limit on the parts of a
/// key, and every level is one of its calls when the tables are destroyed.
std::optional<Position> too_deep(std::string_view toml) {
  std::size_t brackets = 0;
  std::size_t dots = 0;  // in the key so far
  for (std::size_t at = 0; at < toml.size();) {
    const char c = toml[at];
    if (c == '"' || c == '\'') {
      at = behind_string(toml, at);
      continue;
    }
    if (c == '#') {
      at = std::min(toml.find('\n', at), toml.size());
      continue;
    }
    if (c == '[' || c == '{') ++brackets;
    if ((c == ']' || c == '}') && brackets > 0) --brackets;
    if (std::string_view("=,[]{}\n").find(c) != std::string_view::npos) dots = 0;
    if (c == '.') ++dots;
    if (brackets > pack_depth_max || dots >= pack_depth_max) return place_of(toml, at);
    ++at;
  }
  return std::nullopt;
}

PackError error_at(Position at, std::string code, std::string zh, std::string en) {
  return {at.line, at.column, {std::move(code), std::move(zh), std::move(en)}};
}

PackError nested_too_deeply(Position at) {
  return error_at(at, "PACK_DEPTH", "表和列表嵌套过深。请简化。",
                  "Tables and lists are nested too deeply. Simplify them.");
}

PackError key_too_long(Position at) {
  const auto limit = std::to_string(pack_name_bytes_max);
  return error_at(at, "PACK_NAME", "键超过 " + limit + " 字节。请缩短。",
                  "The key is longer than " + limit + " bytes. Shorten it.");
}

Position begin_of(const toml::source_region& source) {
  return {source.begin.line, source.begin.column};
}

class TomlConversion {
 public:
  json::value convert(const toml::node& node, std::size_t depth) {
    if (depth > pack_depth_max) refuse(nested_too_deeply(begin_of(node.source())));
    if (refusal_) return nullptr;
    if (const auto* table = node.as_table()) {
      json::object object;
      for (const auto& [key, value] : *table) {
        if (key.length() > pack_name_bytes_max) refuse(key_too_long(begin_of(key.source())));
        object.emplace(key.str(), convert(value, depth + 1));
      }
      return object;
    }
    if (const auto* list = node.as_array()) {
      json::array array;
      for (const auto& element : *list) array.push_back(convert(element, depth + 1));
      return array;
    }
    return scalar(node);
  }

  /// Of the first value beyond pack_depth_max, or key beyond pack_name_bytes_max: the paths of
  /// faults have a bound.
  const std::optional<PackError>& refusal() const { return refusal_; }

 private:
  void refuse(PackError error) {
    if (!refusal_) refusal_ = std::move(error);
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

  std::optional<PackError> refusal_;
};

/// The value that a part of a path names (RFC 6901), or null.
const toml::node* child_of(const toml::node& node, std::string_view part) {
  if (const auto* list = node.as_array()) {
    std::size_t index = list->size();
    std::from_chars(part.data(), part.data() + part.size(), index);
    return list->get(index);
  }
  const auto* table = node.as_table();
  if (table == nullptr) return nullptr;
  std::string key;
  for (std::size_t i = 0; i < part.size(); ++i) {
    key += part[i] != '~' ? part[i] : part[++i] == '1' ? '/' : '~';
  }
  return table->get(key);
}

/// Of the value at the path, or of the nearest table around it that has a place in the file.
Position position_of(const toml::table& tables, std::string_view path) {
  Position nearest;
  const toml::node* node = &tables;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    node = child_of(*node, part);
    if (node == nullptr) break;
    if (node->source().begin.line != 0) nearest = begin_of(node->source());
  }
  return nearest;
}

PackReading failed(PackError error) {
  PackReading reading;
  reading.errors.push_back(std::move(error));
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
  const auto value = conversion.convert(tables, 0);
  if (conversion.refusal()) return failed(*conversion.refusal());
  Pack pack;
  ShapeCheck check(pack.declarations);
  pack.rules = check_pack(value, check, pack.declarations);

  PackReading reading;
  for (const auto& fault : check.faults()) {
    const auto at = position_of(tables, fault.path);
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
    return failed(error_at({}, "PACK_SIZE", "规则包超过 " + limit + " 字节。请拆分。",
                           "The pack is larger than " + limit + " bytes. Split it."));
  }
  if (const auto at = too_deep(toml)) return failed(nested_too_deeply(*at));
  try {
    return read_tables(toml, toml::parse(toml));
  } catch (const toml::parse_error& error) {
    const std::string what(error.description());
    return failed(error_at(begin_of(error.source()), "PACK_TOML",
                           "此处不符合 TOML 格式（" + what + "）。请改正。",
                           "This is not TOML: " + what + ". Correct it."));
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
