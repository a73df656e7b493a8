#include "projections/pack_check.h"

#include <algorithm>
#include <array>

#include "projections/declaration_format.h"
#include "projections/json_read.h"
#include "projections/pack.h"
#include "projections/rule_format.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

using enum Presence;

constexpr std::string_view certainty_names = "document|derived|interpretation|open";

constexpr std::array rule_members{
    Member{"id", Shape::name, required, "规则编号", "id; a rule may have one part of each kind"},
    Member{"kind", Shape::name, required, "类别", "kind, see below"},
    Member{"from", Shape::date, optional, "生效日（不填为文件未规定起始）",
           "first day in force; absent: no beginning is stated"},
    Member{"until", Shape::date, optional, "失效日（不含）", "first day no longer in force"},
    Member{"document", Shape::document, required, "文件", "document that says so"},
    Member{"section", Shape::text, required, "条款", "section"},
    Member{"certainty", Shape::word, required, "确定性", "how certain it is", certainty_names},
    Member{"says", Shape::label, required, "规则表述", "the rule in the officer's own words"},
    Member{"interpretations", Shape::interpretation, optional_list, "所依据的解释口径",
           "always relied on when it is applied"},
    Member{"open_points", Shape::open_point, optional_list, "涉及的未明确事项",
           "open points that it touches"},
    Member{"replaces", Shape::name, optional_list, "所替代的规则",
           "rules that give way from its first day on"},
    // Checked by kind, beside this table.
    Member{"parameters", Shape::table, optional, "参数", "see the kind"},
};

// Every table of a pack; what is inside is checked by its reader.
constexpr std::array<std::string_view, 7> root_keys{
    "pack", "document", "areas", "codes", "interpretation", "open_point", "rule"};

class RuleCheck {
 public:
  explicit RuleCheck(ShapeCheck& check) : check_(check) {}

  std::optional<Rule> read(const json::value& value, const std::string& path) {
    const auto before = check_.fault_count();
    check_.table(without_parameters(value), rule_members, path);
    const auto* table = value.if_object();
    if (table == nullptr) return std::nullopt;
    const auto kind = kind_of(*table, path);
    if (kind) check_parameters_of(*kind, *table, path);
    if (check_.fault_count() != before) return std::nullopt;
    Rule rule;
    rule.id = read_text(*table, "id");
    rule.from = read_date(*table, "from");
    rule.until = read_date(*table, "until");
    rule.document = read_text(*table, "document");
    rule.section = read_text(*table, "section");
    rule.certainty = certainty_of(read_text(*table, "certainty"));
    const auto& says = table->at("says").get_object();
    rule.says = {read_text(says, "zh"), read_text(says, "en")};
    rule.interpretations = read_texts(*table, "interpretations");
    rule.open_points = read_texts(*table, "open_points");
    rule.replaces = read_texts(*table, "replaces");
    rule.parameters = read_parameters(*kind, parameters_of(*table), check_.declared());
    rule.precedence = check_.declared().document(rule.document)->precedence;
    check_whole(rule, path);
    return rule;
  }

 private:
  static json::value without_parameters(const json::value& value) {
    json::value rest = value;
    if (auto* table = rest.if_object()) table->erase("parameters");
    return rest;
  }

  static json::value parameters_of(const json::object& table) {
    const auto* parameters = table.if_contains("parameters");
    return parameters == nullptr ? json::value(json::object()) : *parameters;
  }

  static ledger::Certainty certainty_of(std::string_view word) {
    using ledger::Certainty;
    return word == "document"  ? Certainty::document
           : word == "derived" ? Certainty::derived
           : word == "open"    ? Certainty::open
                               : Certainty::interpretation;
  }

  std::optional<RuleKind> kind_of(const json::object& table, const std::string& path) {
    const auto* value = table.if_contains("kind");
    if (value == nullptr || !value->is_string()) return std::nullopt;  // a fault already
    const auto kind = rule_kind_named(as_view(*value));
    if (!kind) {
      check_.fault(path_of(path, "kind"), "PACK_UNKNOWN_KIND",
                   "没有这一规则类别。类别见 docs/RULES.md。",
                   "There is no such kind of rule. docs/RULES.md lists the kinds.");
    }
    return kind;
  }

  void check_parameters_of(RuleKind kind, const json::object& table, const std::string& path) {
    check_parameters(kind, parameters_of(table), path_of(path, "parameters"), check_);
  }

  void check_whole(const Rule& rule, const std::string& path) {
    if (rule.from && rule.until && *rule.until <= *rule.from) {
      check_.fault(path_of(path, "until"), "PACK_DATES", "失效日应晚于生效日。请改正。",
                   "A rule ends after it begins. Correct the dates.");
    }
    using ledger::Certainty;
    const bool names_a_reading = !rule.interpretations.empty() || !rule.open_points.empty();
    if ((rule.certainty == Certainty::interpretation && !names_a_reading) ||
        (rule.certainty == Certainty::open && rule.open_points.empty())) {
      check_.fault(path_of(path, "certainty"), "PACK_CERTAINTY",
                   "“解释”须列出所依据的解释口径，“未明确”须列出未明确事项。请补充。",
                   "An interpretation names what it relies on, an open rule its open point. Add "
                   "them.");
    }
  }

  ShapeCheck& check_;
};

void check_overlaps(const std::vector<Rule>& rules, const std::vector<std::string>& paths,
                    ShapeCheck& check) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      const auto& left = rules[earlier];
      const auto& right = rules[i];
      if (left.id != right.id || left.kind() != right.kind() || !overlap(left, right)) continue;
      check.fault(paths[i], "PACK_OVERLAP",
                  "同一规则、同一类别的两个版本期间重叠。请调整生效日或失效日。",
                  "Two versions of one rule and kind overlap. Adjust from or until.");
    }
  }
}

}  // namespace

std::vector<Rule> check_pack(const json::value& pack, ShapeCheck& check, Declarations& declared) {
  const auto* table = pack.if_object();
  invariant(table != nullptr, "a TOML file is a table");
  for (const auto& [key_text, value] : *table) {
    const std::string_view key{key_text.data(), key_text.size()};
    if (std::ranges::find(root_keys, key) != root_keys.end()) continue;
    check.fault(path_of("", key), "PACK_UNKNOWN_KEY", "规则包没有这样的表。请改正或删除。",
                "A pack has no such table. Correct or remove it.");
  }
  for (const std::string_view key : {"pack", "document", "rule"}) {
    if (table->contains(key)) continue;
    check.fault("", "PACK_MISSING", "缺少表 [" + std::string(key) + "]。请补充。",
                "The table [" + std::string(key) + "] is missing. Add it.");
  }
  read_declarations(*table, check, declared);

  std::vector<Rule> rules;
  std::vector<std::string> paths;
  const auto elements = read_elements(*table, "rule");
  if (elements.size() > pack_rules_max || (elements.empty() && table->contains("rule"))) {
    check.fault("/rule", "PACK_LIST", "规则应有 1 至 1000 条。请补充或拆分规则包。",
                "A pack has 1 to 1000 rules. Add some or split it.");
    return rules;
  }
  RuleCheck rule_check(check);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    auto path = path_of("/rule", i);
    if (auto rule = rule_check.read(*elements[i], path)) {
      rules.push_back(std::move(*rule));
      paths.push_back(std::move(path));
    }
  }
  check_overlaps(rules, paths, check);
  return rules;
}

std::string rule_table_markdown() {
  return "| key | holds | needed | meaning |\n| --- | --- | --- | --- |\n" +
         markdown_rows(rule_members);
}

}  // namespace kinledger::projections
