// whether a unit is in scope, which office serves it, and what of an office may be shown.
#include <algorithm>

#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

/// Every unit has a type, a level and an area, and is guaranteed or not.
void write_state(const UnitState& state, const Rulebook& rules, ledger::Area jurisdiction,
                 AnswerWriter& writer) {
  const auto write = [&](std::string_view field, std::optional<Value> value, const Cause& lacks) {
    if (value) return writer.put(field, *std::move(value));
    writer.put_undetermined(field, missing(lacks, rules, jurisdiction));
  };
  const auto code = [&](std::string_view list, const std::string& held) {
    return held.empty() ? std::nullopt : std::optional(Value{writer.code(list, held)});
  };
  write("unitType", code("unitType", state.type),
        {"unit_type", "未登记：单位类型", "not recorded: type of the unit"});
  write("fiscalLevel", code("fiscalLevel", state.fiscal_level),
        {"fiscal_level", "未登记：单位财政级次", "not recorded: fiscal level of the unit"});
  write("fullGuarantee",
        state.full_guarantee ? std::optional(Value{*state.full_guarantee}) : std::nullopt,
        {"full_guarantee", "未登记：是否由财政全额保障",
         "not recorded: whether the unit is fully guaranteed"});
  write("area",
        state.area.code != 0 ? std::optional(Value{std::to_string(state.area.code)}) : std::nullopt,
        {"unit_area", "未登记：单位所在区域", "not recorded: area of the unit"});
}

Result<void> judge_unit(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto& unit = *arguments.unit;
  const auto jurisdiction = jurisdiction_of_unit(knowledge, unit);
  writer.use(jurisdiction);
  const auto judge = [&](ledger::Date on) {
    return unit_in_scope(knowledge, unit, jurisdiction, on);
  };
  const auto scope = judge(arguments.on);
  writer.put("inScope", scope);
  write_state(unit_state(knowledge.unit_itself(unit), arguments.on).value_or(UnitState{}),
              knowledge.rules(), jurisdiction, writer);
  const auto office = serving_office(knowledge, unit, jurisdiction, arguments.on);
  if (office.office.value) {
    const auto& name = office.office.value->name;
    writer.put("office", {name}, office.office.backing);
    for (const auto& [block, other] : office.alternatives)
      writer.add_alternative(block, {other.name});
    writer.put("officeAddress", {office.office.value->address}, office.office.backing);
    for (const auto& [block, other] : office.alternatives)
      writer.add_alternative(block, {other.address});
  } else {
    writer.put_undetermined("office", *office.office.undetermined);
    writer.put_undetermined("officeAddress", *office.office.undetermined);
  }
  writer.apply(scope.steps);
  writer.apply(office.steps);
  writer.fail(scope);
  if (scope.truth == Truth::no) writer.would_change_on(nearest_yes(scope, judge));
  return {};
}

Result<void> judge_disclosure(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& rules = asking.knowledge.rules();
  const auto jurisdiction = jurisdiction_of(Dossier(Subject::region()), rules);
  writer.use(jurisdiction);
  for (const Rule* rule :
       rules.rules_of(RuleKind::confidential_items, jurisdiction, arguments.on)) {
    const auto& items = rule->as<ConfidentialItems>().items;
    if (std::ranges::find(items, arguments.text("item")) == items.end()) continue;
    Backing backing;
    backing.apply(*rule);
    writer.put("mayPublish", {false}, backing);
    writer.apply({{.rule = rule}});
    writer.fail("confidential", rule->says);
    return {};
  }
  writer.put_undetermined("mayPublish", no_rule("没有已采用的规则规定该事项能否公布",
                                                "no adopted rule says whether it may be shown"));
  return {};
}

}  // namespace

std::vector<Question> unit_questions() {
  return {
      {.name = "unit",
       .id = "Q-07",
       .zh = "单位是否在适用范围内，由哪个经办机构办理",
       .en = "whether a unit is in scope, and which office serves it",
       .arguments = {unit_argument},
       .fields = {{"inScope", "在适用范围内", "in scope", "yesNo"},
                  {"unitType", "单位类型", "unit type", "code", {}, "of unitType"},
                  {"fiscalLevel", "财政级次", "fiscal level", "code", {}, "of fiscalLevel"},
                  {"fullGuarantee", "财政全额保障", "fully guaranteed", "yesNo"},
                  {"area", "区域", "area", "text"},
                  {"office", "经办机构", "office", "text"},
                  {"officeAddress", "地址", "address", "text"}},
       .judge = judge_unit},
      {.name = "disclosure",
       .id = "Q-07",
       .zh = "该事项能否对外公布",
       .en = "whether an item of the documents may be published",
       .arguments =
           {{"item", Argument::Kind::code, true, "事项", "the item", "confidentialItem", {}}},
       .fields = {{"mayPublish", "可以公布", "may be published", "yesNo"}},
       .judge = judge_disclosure},
  };
}

}  // namespace kinledger::projections
