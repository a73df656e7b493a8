#include "projections/condition.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "projections/condition_tests.h"
#include "projections/knowledge.h"

namespace kinledger::projections {
namespace {

/// By the alternatives of Condition::test.
constexpr std::array<std::string_view, 20> test_codes{"all",
                                                      "any",
                                                      "not",
                                                      "parent",
                                                      "age",
                                                      "born",
                                                      "status",
                                                      "legacy_member",
                                                      "enrolled",
                                                      "certificate",
                                                      "exemption_list",
                                                      "person_category",
                                                      "points_qualified",
                                                      "unit_type",
                                                      "fiscal_level",
                                                      "full_guarantee",
                                                      "unit_area",
                                                      "undetermined",
                                                      "both_parents",
                                                      "first_time"};
static_assert(std::variant_size_v<decltype(Condition::test)> == test_codes.size());

Verdict judge_condition(const Condition& condition, const Asked& asked);

template <class Items, class Item>
void add_once(Items& items, const Item& item) {
  if (std::ranges::find(items, item) == items.end()) items.emplace_back(item);
}

void append(Verdict& to, const Verdict& from) {
  for (const auto& fact : from.evidence) add_once(to.evidence, fact);
  for (const auto& cause : from.causes) add_once(to.causes, cause);
  for (const auto& point : from.interpretations) add_once(to.interpretations, point);
}

/// Adds a part to "all of" (decided by a no) or "any of" (decided by a yes). What decides replaces
/// what was known before, for the rest no longer matters; an unknown replaces what did not decide;
/// equals add up. True when the remaining parts cannot change the outcome.
bool combine(Verdict& whole, Verdict part, Truth decisive, ledger::Date on) {
  if (part.truth == decisive) {
    whole = std::move(part);
    return true;
  }
  note_change(part.may_change_on, whole.may_change_on, on);
  if (part.truth == Truth::unknown && whole.truth != Truth::unknown) {
    whole = std::move(part);
  } else {
    whole.may_change_on = part.may_change_on;
    if (part.truth == whole.truth) append(whole, part);
  }
  return false;
}

Verdict judge_parts(const std::vector<Condition>& parts, Truth decisive, const Asked& asked) {
  Verdict whole{.truth = not_of(decisive)};
  for (const auto& part : parts) {
    if (combine(whole, judge_condition(part, asked), decisive, asked.on)) break;
  }
  return whole;
}

Verdict judge_negation(const Condition& whole, const Condition& part, const Asked& asked) {
  auto verdict = judge_condition(part, asked);
  verdict.truth = not_of(verdict.truth);
  if (verdict.truth == Truth::yes) verdict.causes.clear();
  if (verdict.truth == Truth::no) {
    const auto words = describe(whole);
    verdict.causes = {{std::string(test_codes[part.test.index()]), "不满足：" + words.zh,
                       "not met: " + words.en}};
  }
  return verdict;
}

Verdict judge_parent(const Parent& parent, const Condition& part, const Asked& asked) {
  const auto& facts = asked.knowledge.person(parent.person);
  auto verdict = judge_condition(part, Asked{facts, asked.on, asked.jurisdiction, asked.knowledge});
  verdict.evidence.push_back(parent.fact);
  return verdict;
}

Verdict judge_parents(const Condition& whole, const Condition& part, const Asked& asked) {
  const auto parents = parents_of(asked);
  if (parents.empty()) {
    const auto words = describe(whole);
    return {.causes = {{"parent", "未登记：父母（用于判断：" + words.zh + "）",
                        "not recorded: a parent (needed for: " + words.en + ")"}}};
  }
  Verdict any{.truth = Truth::no};
  for (const auto& parent : parents) {
    if (combine(any, judge_parent(parent, part, asked), Truth::yes, asked.on)) break;
  }
  return any;
}

Verdict judge_both_parents(const Condition& whole, const Condition& part, const Asked& asked) {
  const auto parents = parents_of(asked);
  Verdict all{.truth = Truth::yes};
  for (const auto& parent : parents) {
    if (combine(all, judge_parent(parent, part, asked), Truth::no, asked.on)) return all;
  }
  if (parents.size() < 2) {
    const auto words = describe(whole);
    all.truth = Truth::unknown;
    all.causes.push_back({"both_parents", "未登记：父母双方（用于判断：" + words.zh + "）",
                          "not recorded: both parents (needed for: " + words.en + ")"});
    for (const auto& point : whole.relies_on) add_once(all.interpretations, point);
  }
  return all;
}

template <class Test>
Verdict judge_test(const Condition& condition, const Test& test, const Asked& asked) {
  auto result = judge(test, asked);
  Verdict verdict{.truth = result.truth,
                  .evidence = std::move(result.evidence),
                  .may_change_on = result.may_change_on};
  if (result.at_limit && result.truth != Truth::unknown) {
    if (!result.convention.empty()) add_once(verdict.interpretations, result.convention);
    for (const auto& point : condition.relies_on) add_once(verdict.interpretations, point);
  }
  if (result.truth == Truth::yes) return verdict;
  const std::string code(test_codes[condition.test.index()]);
  const auto words = describe(condition);
  if (result.truth == Truth::no) {
    verdict.causes.push_back({code, "不满足：" + words.zh, "not met: " + words.en});
  } else if (!result.open_point.empty()) {
    const std::string point(result.open_point);
    verdict.interpretations.push_back(point);
    verdict.causes.push_back({code, "文件未明确（" + point + "）：" + words.zh,
                              "not settled by the documents (" + point + "): " + words.en});
  } else {
    verdict.causes.push_back(
        {code, "未登记：" + result.missing.zh + "（用于判断：" + words.zh + "）",
         "not recorded: " + result.missing.en + " (needed for: " + words.en + ")"});
  }
  return verdict;
}

struct Judge {
  const Condition& condition;
  const Asked& asked;

  Verdict operator()(const AllOf& test) const { return judge_parts(test.parts, Truth::no, asked); }
  Verdict operator()(const AnyOf& test) const { return judge_parts(test.parts, Truth::yes, asked); }
  Verdict operator()(const Not& test) const {
    return judge_negation(condition, test.part.front(), asked);
  }
  Verdict operator()(const AnyParent& test) const {
    return judge_parents(condition, test.part.front(), asked);
  }
  Verdict operator()(const BothParents& test) const {
    return judge_both_parents(condition, test.part.front(), asked);
  }
  template <class Test>
  Verdict operator()(const Test& test) const {
    return judge_test(condition, test, asked);
  }
};

bool is_single_test(const Condition& condition) {
  return !std::holds_alternative<AllOf>(condition.test) &&
         !std::holds_alternative<AnyOf>(condition.test) &&
         !std::holds_alternative<Not>(condition.test) &&
         !std::holds_alternative<AnyParent>(condition.test) &&
         !std::holds_alternative<BothParents>(condition.test);
}

Verdict judge_condition(const Condition& condition, const Asked& asked) {
  const Asked dated{asked.facts, condition.on.value_or(asked.on), condition.jurisdiction,
                    asked.knowledge};
  auto verdict = std::visit(Judge{condition, dated}, condition.test);
  if (condition.on) verdict.may_change_on.reset();
  if (!is_single_test(condition) && verdict.truth != Truth::unknown) {
    for (const auto& point : condition.relies_on) add_once(verdict.interpretations, point);
  }
  return verdict;
}

Verdict judge_subject(const Condition& condition, const Dossier& facts, ledger::Date on,
                      Knowledge& knowledge) {
  auto verdict = judge_condition(condition, {facts, on, condition.jurisdiction, knowledge});
  std::ranges::sort(verdict.evidence);
  return verdict;
}

}  // namespace

Verdict evaluate(const Condition& condition, const ledger::PersonId& person, ledger::Date on,
                 Knowledge& knowledge) {
  return judge_subject(condition, knowledge.person(person), on, knowledge);
}

Verdict evaluate(const Condition& condition, const ledger::UnitId& unit, ledger::Date on,
                 Knowledge& knowledge) {
  return judge_subject(condition, knowledge.unit_itself(unit), on, knowledge);
}

}  // namespace kinledger::projections
