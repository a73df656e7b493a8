// Kinds of rule about documents and departments.
#include "projections/kinds/policy.h"

#include "projections/kinds/members.h"
#include "projections/kinds/topics.h"

namespace kinledger::projections::kinds {
namespace {

constexpr std::array policies{
    Member{"area", Shape::area, optional, "地区（不填为全部）", "area; absent: everywhere"},
    Member{"policy", Shape::label, optional, "适用的政策", "policy that holds there"},
    open_point,
};
constexpr std::array policy_in_force{
    Member{"entries",
           Shape::table,
           required_list,
           "适用政策，第一个符合的为准",
           "policies, the first that fits holds",
           {},
           policies},
};
constexpr std::array successions{
    schemes,
    Member{"successor", Shape::code, required, "并入的险种", "scheme that takes their place",
           "scheme"},
};
constexpr std::array scheme_succession{
    Member{
        "entries", Shape::table, required_list, "险种归并", "schemes that stop", {}, successions},
};
constexpr std::array responsibilities{
    Member{"topic", Shape::code, required, "事项", "topic", "responsibility"},
    Member{"departments", Shape::code, required_list, "部门", "departments", "authority"},
};
constexpr std::array responsibility{
    Member{"entries", Shape::table, required_list, "职责", "who does what", {}, responsibilities},
};

RuleParameters read_policy_in_force(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> PolicyInForce::Entry {
    return {each.area("area"), each.label("policy"), each.text("open_point")};
  };
  return PolicyInForce{reader.each<PolicyInForce::Entry>("entries", entry)};
}

RuleParameters read_scheme_succession(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> SchemeSuccession::Entry {
    return {each.codes("schemes"), each.text("successor")};
  };
  return SchemeSuccession{reader.each<SchemeSuccession::Entry>("entries", entry)};
}

RuleParameters read_responsibility(const RuleReader& reader) {
  const auto entry = [](const RuleReader& each) -> Responsibility::Entry {
    return {each.text("topic"), each.codes("departments")};
  };
  return Responsibility{reader.each<Responsibility::Entry>("entries", entry)};
}

constexpr std::array kinds_of_policy{
    RuleKindInfo{RuleKind::policy_in_force, "policy_in_force", "适用政策",
                 "Which policy holds where.", policy_in_force, read_policy_in_force},
    RuleKindInfo{RuleKind::scheme_succession, "scheme_succession", "险种归并",
                 "Schemes that stop on the rule's first day, and what takes their place.",
                 scheme_succession, read_scheme_succession},
    RuleKindInfo{RuleKind::responsibility, "responsibility", "部门职责",
                 "Who is responsible for what.", responsibility, read_responsibility},
};

}  // namespace

std::span<const RuleKindInfo> policy_kinds() { return kinds_of_policy; }

}  // namespace kinledger::projections::kinds
