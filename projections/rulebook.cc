// How the rulebook is made from the events; what it answers is in rulebook_lookup.cc.
#include "projections/rulebook.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <tuple>

#include "ledger/json.h"
#include "projections/declaration_format.h"
#include "projections/json_read.h"
#include "projections/rule_format.h"
#include "projections/shape.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::EventView;
using ledger::Field;
using ledger::Reason;

/// `false` sorts first: no beginning before every beginning.
auto beginning(const Rule& rule) { return std::pair(rule.from.has_value(), rule.from); }

/// What is left of the rule's period outside that of the other one.
std::vector<Rule> without_period_of(const Rule& rule, const Rule& other) {
  if (!overlap(rule, other)) return {rule};
  std::vector<Rule> left;
  if (other.from && (!rule.from || *rule.from < *other.from)) {
    left.push_back(rule);
    left.back().until = other.from;
  }
  if (other.until && (!rule.until || *other.until < *rule.until)) {
    left.push_back(rule);
    left.back().from = other.until;
  }
  return left;
}

/// The rules with the periods that others leave them; `gives_way` says to which others.
template <class GivesWay>
std::vector<Rule> what_is_left(const std::vector<Rule>& rules, GivesWay gives_way) {
  std::vector<Rule> all_left;
  for (const auto& rule : rules) {
    std::vector<Rule> left{rule};
    for (const auto& other : rules) {
      if (other.jurisdiction != rule.jurisdiction || !gives_way(rule, other)) continue;
      std::vector<Rule> rest;
      for (const auto& piece : left) {
        std::ranges::move(without_period_of(piece, other), std::back_inserter(rest));
      }
      left = std::move(rest);
    }
    std::ranges::move(left, std::back_inserter(all_left));
  }
  return all_left;
}

std::vector<std::string> texts_of(const EventView& event, Field field) {
  const auto texts = event.texts(field);
  return {texts.begin(), texts.end()};
}

}  // namespace

Rulebook::Rulebook(Dossier region) : region_(std::move(region)) {
  read_adoptions();
  read_documents();
  read_rules();
  merge_vocabulary();
  check_interpretations();
}

void Rulebook::defect(const Fact& fact, Reason reason) {
  defects_.push_back({fact.sequence, std::string(fact.event.text(Field::rule)), std::move(reason)});
}

void Rulebook::read_adoptions() {
  for (const auto& fact : region_.of(EventType::pack_adopted)) {
    const auto parsed =
        ledger::parse_json(fact.event.text(Field::declarations), ledger::event_bytes_max);
    if (!parsed) {
      defect(fact, parsed.error());
      continue;
    }
    auto declared = std::make_unique<Declarations>();
    ShapeCheck check(*declared);
    if (parsed->is_object()) read_declarations(parsed->get_object(), check, *declared);
    if (declared->pack != fact.event.text(Field::pack) || !check.faults().empty()) {
      defect(fact, check.faults().empty()
                       ? Reason{"PACK_ADOPTION", "规则包的声明与其编号不符。请重新采用规则包。",
                                "The declarations are not those of the pack. Adopt it again."}
                       : check.faults().front().reason);
      continue;
    }
    adoptions_.push_back({fact.sequence, std::move(declared)});
  }
  for (const auto& adoption : adoptions_) {
    if (is_latest(adoption)) packs_.push_back(adoption.declarations.get());
  }
}

const Rulebook::Adoption* Rulebook::adoption_of(std::string_view pack,
                                                ledger::Sequence before) const {
  const Adoption* found = nullptr;
  for (const auto& adoption : adoptions_) {
    if (adoption.declarations->pack == pack && adoption.sequence < before) found = &adoption;
  }
  return found;
}

bool Rulebook::is_latest(const Adoption& adoption) const {
  return std::ranges::none_of(adoptions_, [&](const Adoption& other) {
    return other.declarations->pack == adoption.declarations->pack &&
           other.sequence > adoption.sequence;
  });
}

void Rulebook::read_documents() {
  for (const auto& fact : region_.of(EventType::policy_document_published)) {
    const auto& event = fact.event;
    const std::string title(event.text(Field::title));
    Document document{std::string(event.text(Field::document)),
                      std::string(event.text(Field::number)),
                      {title, title},
                      event.envelope().valid_on,
                      event.date(Field::effective_from),
                      static_cast<std::int32_t>(event.integer(Field::precedence).value_or(0))};
    documents_.push_back({event.envelope().jurisdiction, std::move(document)});
  }
}

std::optional<Rule> Rulebook::read_rule(const Fact& fact, const Declarations& declared) {
  const auto& event = fact.event;
  const auto kind = rule_kind_named(event.text(Field::kind));
  if (!kind) {
    defect(fact, {"PACK_UNKNOWN_KIND", "没有这一规则类别。请用能识别它的版本，或重新发布。",
                  "There is no such kind of rule. Use a version that knows it, or publish again."});
    return std::nullopt;
  }
  auto parameters = ledger::parse_json(event.text(Field::parameters), ledger::event_bytes_max);
  if (!parameters) {
    defect(fact, parameters.error());
    return std::nullopt;
  }
  Rule rule;
  if (auto* table = parameters->if_object()) {
    for (const auto* id : read_elements(*table, "replaces")) {
      if (id->is_string()) rule.replaces.emplace_back(as_view(*id));
    }
    table->erase("replaces");
  }
  ShapeCheck check(declared);
  check_parameters(*kind, *parameters, "", check);
  if (!check.faults().empty()) {
    defect(fact, check.faults().front().reason);
    return std::nullopt;
  }
  rule.id = event.text(Field::rule);
  rule.from = event.envelope().valid_on;
  rule.until = event.date(Field::until);
  rule.document = event.text(Field::document);
  rule.section = event.text(Field::section);
  rule.certainty = event.as<ledger::Certainty>(Field::certainty);
  rule.says = {std::string(event.text(Field::says_zh)), std::string(event.text(Field::says_en))};
  rule.interpretations = texts_of(event, Field::interpretations);
  rule.open_points = texts_of(event, Field::open_points);
  rule.parameters = read_parameters(*kind, *parameters, declared);
  rule.pack = declared.pack;
  rule.jurisdiction = declared.jurisdiction;
  rule.published = fact.sequence;
  const auto* source = document(rule.jurisdiction, rule.document);
  rule.precedence = source == nullptr ? 0 : source->precedence;
  return rule;
}

void Rulebook::read_rules() {
  std::vector<Rule> versions;
  for (const auto& fact : region_.of(EventType::rule_version_published)) {
    const auto* adoption = adoption_of(fact.event.text(Field::pack), fact.sequence);
    if (adoption == nullptr) {
      defect(fact, {"PACK_NOT_ADOPTED", "所属规则包尚未采用。请先采用规则包。",
                    "The pack of the rule has not been adopted. Adopt it first."});
      continue;
    }
    auto rule = read_rule(fact, *adoption->declarations);
    if (!rule) continue;
    auto& place = is_latest(*adoption) ? versions : superseded_;
    place.push_back(std::move(*rule));
  }
  settle_versions(versions);
}

void Rulebook::settle_versions(const std::vector<Rule>& versions) {
  const auto republished = [](const Rule& rule, const Rule& other) {
    return other.id == rule.id && other.kind() == rule.kind() && other.published > rule.published;
  };
  const auto replaced = [](const Rule& rule, const Rule& other) {
    return other.id != rule.id &&
           std::ranges::find(other.replaces, rule.id) != other.replaces.end();
  };
  // A version that was republished replaces nothing any more, so the order matters.
  rules_ = what_is_left(what_is_left(versions, republished), replaced);
  for (const auto& version : versions) {
    const auto is_of_version = [&](const Rule& rule) {
      return rule.published == version.published;
    };
    if (std::ranges::none_of(rules_, is_of_version)) superseded_.push_back(version);
  }
  std::ranges::sort(rules_, {}, [](const Rule& rule) {
    return std::tuple(rule.jurisdiction, std::string_view(rule.id), rule.kind(), beginning(rule));
  });
  for (const auto& rule : rules_) by_kind_[static_cast<std::size_t>(rule.kind())].push_back(&rule);
  for (auto& rules : by_kind_) {
    std::ranges::stable_sort(rules, {}, [](const Rule* rule) {
      return std::pair(rule->jurisdiction, -std::int64_t{rule->precedence});
    });
  }
}

void Rulebook::merge_vocabulary() {
  for (const auto* pack : packs_) {
    for (const auto& declared : pack->code_lists) {
      auto list = std::ranges::find(vocabulary_, declared.name, &CodeList::name);
      if (list == vocabulary_.end()) list = vocabulary_.insert(list, {declared.name, {}});
      for (const auto& code : declared.codes) {
        const auto known = std::ranges::find(list->codes, code.code, &Code::code);
        if (known == list->codes.end()) {
          list->codes.push_back(code);
        } else {
          *known = code;  // the later adoption names it
        }
      }
    }
  }
  std::ranges::sort(vocabulary_, {}, &CodeList::name);
  for (auto& list : vocabulary_) std::ranges::sort(list.codes, {}, &Code::code);
}

void Rulebook::check_interpretations() {
  for (const auto& fact : region_.of(EventType::interpretation_adopted)) {
    const auto named = fact.event.text(Field::point);
    const auto is_turned = [&](const Point& point) {
      return (point.id == named || point.alternative == named) &&
             has_choice(point, fact.event.text(Field::choice));
    };
    const bool is_known = std::ranges::any_of(packs_, [&](const Declarations* pack) {
      return pack->jurisdiction == fact.event.envelope().jurisdiction &&
             std::ranges::any_of(pack->points, is_turned);
    });
    if (is_known) continue;
    defect(fact, {"INTERPRETATION_UNKNOWN", "没有规则包声明此事项或此选择。请更正。",
                  "No pack declares this point or this choice. Correct it."});
  }
}

}  // namespace kinledger::projections
