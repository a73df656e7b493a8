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

/// Why a condition does not hold, not yet in words: most are dropped on the way up the tree.
struct Unspoken {
  enum class Kind : std::uint8_t { not_met, not_settled, not_recorded };

  Kind kind;
  std::size_t test;            ///< of test_codes
  const Condition* condition;  ///< whose words tell it
  std::string_view point;      ///< not_settled: the open point
  const Label* missing;        ///< not_recorded

  bool operator==(const Unspoken&) const = default;
};

const Label parent_label{"父母", "a parent"};
const Label both_parents_label{"父母双方", "both parents"};

/// A verdict before its causes are put into words; views are of the rules.
struct Weighed {
  Truth truth = Truth::unknown;
  std::vector<ledger::Sequence> evidence = {};
  std::vector<Unspoken> causes = {};
  std::optional<ledger::Date> may_change_on = {};
  std::vector<std::string_view> interpretations = {};
};

Weighed judge_condition(const Condition& condition, const Asked& asked);

template <class Items, class Item>
void append_once(Items& items, const Item& item) {
  if (std::ranges::find(items, item) == items.end()) items.emplace_back(item);
}

void append(Weighed& to, const Weighed& from) {
  for (const auto& fact : from.evidence) append_once(to.evidence, fact);
  for (const auto& cause : from.causes) append_once(to.causes, cause);
  for (const auto& point : from.interpretations) append_once(to.interpretations, point);
}

Cause spoken(const Unspoken& cause) {
  const auto words = describe(*cause.condition);
  std::string code(test_codes[cause.test]);
  switch (cause.kind) {
    case Unspoken::Kind::not_met:
      return {std::move(code), "不满足：" + words.zh, "not met: " + words.en};
    case Unspoken::Kind::not_settled: {
      const std::string point(cause.point);
      return {std::move(code), "文件未明确（" + point + "）：" + words.zh,
              "not settled by the documents (" + point + "): " + words.en};
    }
    case Unspoken::Kind::not_recorded:
      return {std::move(code), "未登记：" + cause.missing->zh + "（用于判断：" + words.zh + "）",
              "not recorded: " + cause.missing->en + " (needed for: " + words.en + ")"};
  }
  invariant(false);
}

Unspoken not_met(const Condition& condition, const Condition& told) {
  return {Unspoken::Kind::not_met, condition.test.index(), &told, {}, nullptr};
}
Unspoken not_settled(const Condition& condition, std::string_view point) {
  return {Unspoken::Kind::not_settled, condition.test.index(), &condition, point, nullptr};
}
Unspoken unrecorded(const Condition& condition, const Label& missing) {
  return {Unspoken::Kind::not_recorded, condition.test.index(), &condition, {}, &missing};
}

/// Adds a part to "all of" (decided by a no) or "any of" (decided by a yes). What decides replaces
/// what was known before, for the rest no longer matters; an unknown replaces what did not decide;
/// equals add up. True when the remaining parts cannot change the outcome.
bool combine(Weighed& whole, Weighed part, Truth decisive, ledger::Date on) {
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

Weighed judge_parts(const std::vector<Condition>& parts, Truth decisive, const Asked& asked) {
  Weighed whole{.truth = not_of(decisive)};
  for (const auto& part : parts) {
    if (combine(whole, judge_condition(part, asked), decisive, asked.on)) break;
  }
  return whole;
}

Weighed judge_negation(const Condition& whole, const Condition& part, const Asked& asked) {
  auto weighed = judge_condition(part, asked);
  weighed.truth = not_of(weighed.truth);
  if (weighed.truth == Truth::yes) weighed.causes.clear();
  if (weighed.truth == Truth::no) weighed.causes = {not_met(part, whole)};
  return weighed;
}

Weighed judge_parent(const Parent& parent, const Condition& part, const Asked& asked) {
  const auto& facts = asked.knowledge.person(parent.person);
  auto weighed = judge_condition(part, Asked{facts, asked.on, asked.jurisdiction, asked.knowledge});
  weighed.evidence.push_back(parent.fact);
  return weighed;
}

Weighed judge_parents(const Condition& whole, const Condition& part, const Asked& asked) {
  const auto parents = parents_of(asked);
  if (parents.empty()) return {.causes = {unrecorded(whole, parent_label)}};
  Weighed any{.truth = Truth::no};
  for (const auto& parent : parents) {
    if (combine(any, judge_parent(parent, part, asked), Truth::yes, asked.on)) break;
  }
  return any;
}

Weighed judge_both_parents(const Condition& whole, const Condition& part, const Asked& asked) {
  const auto parents = parents_of(asked);
  Weighed all{.truth = Truth::yes};
  for (const auto& parent : parents) {
    if (combine(all, judge_parent(parent, part, asked), Truth::no, asked.on)) return all;
  }
  if (parents.size() < 2) {
    all.truth = Truth::unknown;
    all.causes.push_back(unrecorded(whole, both_parents_label));
    for (const auto& point : whole.relies_on) append_once(all.interpretations, point);
  }
  return all;
}

template <class Test>
Weighed judge_test(const Condition& condition, const Test& test, const Asked& asked) {
  auto result = judge(test, asked);
  Weighed weighed{.truth = result.truth,
                  .evidence = std::move(result.evidence),
                  .may_change_on = result.may_change_on};
  if (result.at_limit && result.truth != Truth::unknown) {
    if (!result.convention.empty()) append_once(weighed.interpretations, result.convention);
    for (const auto& point : condition.relies_on) append_once(weighed.interpretations, point);
  }
  if (result.truth == Truth::yes) return weighed;
  if (result.truth == Truth::no) {
    weighed.causes.push_back(not_met(condition, condition));
  } else if (!result.open_point.empty()) {
    weighed.interpretations.push_back(result.open_point);
    weighed.causes.push_back(not_settled(condition, result.open_point));
  } else {
    invariant(result.missing != nullptr, "unknown, and nothing is missing");
    weighed.causes.push_back(unrecorded(condition, *result.missing));
  }
  return weighed;
}

struct Judge {
  const Condition& condition;
  const Asked& asked;

  Weighed operator()(const AllOf& test) const { return judge_parts(test.parts, Truth::no, asked); }
  Weighed operator()(const AnyOf& test) const { return judge_parts(test.parts, Truth::yes, asked); }
  Weighed operator()(const Not& test) const {
    return judge_negation(condition, test.part.front(), asked);
  }
  Weighed operator()(const AnyParent& test) const {
    return judge_parents(condition, test.part.front(), asked);
  }
  Weighed operator()(const BothParents& test) const {
    return judge_both_parents(condition, test.part.front(), asked);
  }
  template <class Test>
  Weighed operator()(const Test& test) const {
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

Weighed judge_condition(const Condition& condition, const Asked& asked) {
  const Asked dated{asked.facts, condition.on.value_or(asked.on), condition.jurisdiction,
                    asked.knowledge};
  auto weighed = std::visit(Judge{condition, dated}, condition.test);
  if (condition.on) weighed.may_change_on.reset();
  if (!is_single_test(condition) && weighed.truth != Truth::unknown) {
    for (const auto& point : condition.relies_on) append_once(weighed.interpretations, point);
  }
  return weighed;
}

Verdict judge_subject(const Condition& condition, const Dossier& facts, ledger::Date on,
                      Knowledge& knowledge) {
  auto weighed = judge_condition(condition, {facts, on, condition.jurisdiction, knowledge});
  Verdict verdict{.truth = weighed.truth,
                  .evidence = std::move(weighed.evidence),
                  .may_change_on = weighed.may_change_on};
  std::ranges::sort(verdict.evidence);
  // Two conditions may have the same words.
  for (const auto& cause : weighed.causes) append_once(verdict.causes, spoken(cause));
  for (const auto& point : weighed.interpretations) verdict.interpretations.emplace_back(point);
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
