#include "projections/settlement/settled_acts.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "projections/difference/side.h"
#include "projections/each_once.h"
#include "projections/judgments/people.h"
#include "projections/judgments/reimbursement.h"
#include "projections/judgments/sums.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/unit_numbers.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::Fen;
using ledger::Result;
using ledger::Sequence;
using ledger::TreeSize;

/// Knowledge at the bases of earlier submissions, each made once.
class Earlier {
 public:
  Earlier(Archive& archive, ledger::Date on) : archive_(archive), on_(on) {}

  Result<Judged<Fen>> eligible(TreeSize basis, const SettlementCase& asked) {
    auto at = sides_.find(basis);
    if (at == sides_.end()) {
      auto side = Side::of(archive_, basis, on_);
      if (!side) return side.error();
      at = sides_.emplace(basis, std::move(*side)).first;
    }
    auto knowledge = at->second.knowledge();
    auto judged = judge_reimbursement(knowledge, asked);
    if (const auto& fault = knowledge.fault()) return *fault;
    return std::move(judged.eligible);
  }

 private:
  Archive& archive_;
  ledger::Date on_;
  std::map<TreeSize, Side> sides_;
};

bool differs(const Judged<Fen>& left, const Judged<Fen>& right) {
  return left.value != right.value || left.undetermined != right.undetermined;
}

/// Records about the child from a basis on, payments and what takes them back left out.
std::vector<Sequence> since(const Dossier& child, TreeSize basis) {
  std::vector<Sequence> sequences;
  for (const auto& facts : {child.facts(), child.voided()}) {
    for (const auto& fact : facts) {
      const auto type = fact.event.type();
      const bool is_payment =
          type == EventType::subsidy_reimbursed || type == EventType::reimbursement_reversed;
      if (fact.sequence.value >= basis.value && !is_payment) sequences.push_back(fact.sequence);
    }
  }
  std::ranges::sort(sequences);
  return sequences;
}

/// The size of the tree before the submission that recorded the fact.
std::map<Sequence, TreeSize> bases_of(const Dossier& unit) {
  std::map<Sequence, TreeSize> bases;
  for (const auto& fact : unit.of(EventType::subsidy_reimbursed))
    bases[fact.sequence] = {fact.sequence.value - fact.event.envelope().ordinal};
  return bases;
}

/// A unit's acts, and what the tree was before each.
struct ActsOf {
  ledger::UnitId unit;
  std::map<Sequence, TreeSize> bases;
};

/// What the review of every unit shares.
struct Review {
  Knowledge& knowledge;
  Earlier& earlier;
  SettledActs& acts;
  std::set<ledger::PersonId> told;  ///< children whose excess and rest are in the totals
};

Result<void> review_child(Review& review, const SettlementCase& asked, const ActsOf& acts_of) {
  auto& [knowledge, earlier, acts, told] = review;
  const auto& [unit, bases] = acts_of;
  const auto now = judge_reimbursement(knowledge, asked);
  const auto first = acts.acts.size();
  for (const auto& paid : now.reimbursements) {
    const auto based_on = bases.find(paid.sequence);
    if (based_on == bases.end()) continue;  // by another unit
    auto then = earlier.eligible(based_on->second, asked);
    if (!then) return then.error();
    SettledAct act;
    act.unit = unit;
    act.act = paid.sequence;
    act.child = asked.child;
    act.paid_on = paid.paid_on;
    act.amount = difference(paid.amount, paid.paid_back);
    act.based_on = based_on->second;
    act.is_changed = differs(*then, now.eligible);
    act.eligible_then = std::move(*then);
    act.eligible_now = now.eligible;
    act.since = since(knowledge.person(asked.child), based_on->second);
    acts.changed += act.is_changed ? 1 : 0;
    acts.acts.push_back(std::move(act));
  }
  // They are the child's, whichever units paid.
  if (acts.acts.size() == first || !told.insert(asked.child).second) return {};
  auto& last = acts.acts.back();
  last.recover = now.excess;
  last.pay_more = now.reimbursable.value.value_or(Fen{});
  add_up(acts.recover, last.recover);
  add_up(acts.pay_more, last.pay_more);
  return {};
}

Result<void> review_unit(Review& review, const ledger::UnitId& unit) {
  auto& knowledge = review.knowledge;
  const auto& asked = review.acts.asked;
  const auto jurisdiction = jurisdiction_of_unit(knowledge, unit);
  const ActsOf acts_of{unit, bases_of(knowledge.unit(unit))};
  std::vector<ledger::PersonId> children;
  for (const auto& paid : reimbursements_of(knowledge.unit(unit), asked.on))
    if (paid.settlement_year == asked.settlement_year) children.push_back(paid.child);
  keep_each_once(children);
  for (const auto& child : children) {
    knowledge.stay_small();
    const auto reviewed =
        review_child(review, {child, jurisdiction, asked.settlement_year, asked.on}, acts_of);
    if (!reviewed) return reviewed.error();
  }
  return {};
}

/// Ascending.
Result<std::vector<ledger::UnitId>> units_of(Archive& archive, Knowledge& knowledge,
                                             const ReviewAsked& asked) {
  if (asked.unit) return std::vector{*asked.unit};
  std::vector<ledger::UnitId> units;
  const auto listed =
      archive.projector().subjects(Subject::Kind::unit, asked.basis, [&](const Subject& subject) {
        knowledge.stay_small();
        if (!asked.area || lies_in_division(knowledge, subject, *asked.area, asked.on))
          units.push_back(ledger::UnitId{subject.id});
        return true;
      });
  if (!listed) return listed.error();
  return units;
}

constexpr Heading act_columns[] = {
    {"unit", "单位", "unit", "unit"},
    {"person", "子女", "child", "person"},
    {"act", "报销记录", "act", "sequence"},
    {"paidOn", "报销日期", "paid on", "date"},
    {"amount", "净额", "net amount", "money"},
    {"basedOn", "当时记录数", "based on tree size", "count"},
    {"eligibleThen", "当时可享受", "eligible then", "money"},
    {"eligibleNow", "现可享受", "eligible now", "money"},
    {"changed", "已变动", "changed", "yesNo"},
    {"recover", "应收回", "to recover", "money"},
    {"payMore", "应补报", "to pay more", "money"},
    {"since", "其后的记录", "records since", "sequences"},
};
constexpr Heading headings[] = {
    {"changed", "已变动笔数", "acts whose answer changed", "count"},
    {"recover", "应收回合计", "to recover in all", "money"},
    {"payMore", "应补报合计", "to pay more in all", "money"},
    {"acts", "报销", "acts", "rows", act_columns},
};

std::vector<Value> values_of(const SettledActs& acts) {
  std::vector<Row> rows;
  for (const auto& act : acts.acts)
    rows.push_back({{act.unit},
                    {act.child},
                    {act.act},
                    {act.paid_on},
                    {act.amount},
                    {static_cast<std::int64_t>(act.based_on.value)},
                    AnswerWriter::value_of(act.eligible_then),
                    AnswerWriter::value_of(act.eligible_now),
                    {act.is_changed},
                    {act.recover},
                    {act.pay_more},
                    {act.since}});
  return {{static_cast<std::int64_t>(acts.changed)},
          {acts.recover},
          {acts.pay_more},
          {std::move(rows)}};
}

}  // namespace

Result<SettledActs> review_settlement(Archive& archive, const ReviewAsked& asked) {
  const auto side = Side::of(archive, asked.basis, asked.on);
  if (!side) return side.error();
  auto knowledge = side->knowledge();
  SettledActs acts{side->basis(), side->asking(knowledge).program, asked, {}, {}, {}, 0, {}};
  const auto units = units_of(archive, knowledge, asked);
  if (!units) return units.error();
  Earlier earlier(archive, asked.on);
  Review review{knowledge, earlier, acts, {}};
  for (const auto& unit : *units) {
    knowledge.stay_small();
    const auto reviewed = review_unit(review, unit);
    if (!reviewed) return reviewed.error();
  }
  acts.unit_numbers = numbers_of(knowledge, {units->begin(), units->end()});
  if (const auto& fault = knowledge.fault()) return *fault;
  return acts;
}

boost::json::object to_json(const SettledActs& acts) {
  boost::json::object object{{"basis", to_json(acts.basis)},
                             {"program", acts.program},
                             {"on", to_text(acts.asked.on)},
                             {"settlementYear", acts.asked.settlement_year.value}};
  if (acts.asked.unit) object.emplace("unit", to_text(*acts.asked.unit));
  if (acts.asked.area) object.emplace("area", std::to_string(acts.asked.area->code));
  const auto values = values_of(acts);
  for (std::size_t i = 0; i < values.size(); ++i)
    object.emplace(headings[i].name, to_json(values[i], headings[i]));
  boost::json::object numbers;
  for (const auto& [unit, number] : acts.unit_numbers) numbers.emplace(to_text(unit), number);
  object.emplace("unitNumbers", std::move(numbers));
  return object;
}

std::string to_table(const SettledActs& acts, Language language) {
  Answer answer;
  answer.unit_numbers = acts.unit_numbers;
  auto values = values_of(acts);
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& field = answer.fields.emplace_back();
    field.heading = &headings[i];
    field.value = std::move(values[i]);
  }
  return to_table(answer, language, false);
}

}  // namespace kinledger::projections
