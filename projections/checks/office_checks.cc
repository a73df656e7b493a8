// Banks and offices by area: CHK-54.
#include <algorithm>
#include <string>

#include "projections/checks/acts.h"
#include "projections/checks/cells.h"
#include "projections/checks/topics.h"
#include "projections/judgments/debits.h"
#include "projections/judgments/units.h"
#include "projections/questions/answer_writer.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::Field;

using Kind = Subject::Kind;

// The office that serves the unit is among the columns of every check.
constexpr Heading office_columns[] = {
    {"reason", "情形", "reason", "code", {}, "bank|office"},
    {"area", "区域", "area", "text"},
    {"bank", "银行", "bank", "code", {}, "of bank"},
    {"handledAt", "实际办理机构", "handled at", "text"},
};

const Word wrong_bank{"bank", {"银行不是指定代扣银行", "the bank is not designated"}};
const Word wrong_office{"office", {"经办机构不符", "another office than the unit's"}};

Value text_of(ledger::Area area) {
  return area.code == 0 ? none() : Value{std::to_string(area.code)};
}

/// Of agreements that have not ended; that of a person counts as his, not the unit's.
void judge_bank(Inspection& inspection, const Fact& agreement) {
  const auto& event = agreement.event;
  const auto until = event.date(Field::until);
  const bool is_persons = inspection.subject().kind == Kind::person;
  if ((until && *until <= inspection.on()) || (!is_persons && event.person(Field::person))) return;
  const auto& rules = inspection.rules();
  const Date signed_on = act_date(agreement);
  const auto designating =
      rules.rules_of(RuleKind::designated_banks, inspection.jurisdiction(), signed_on);
  if (designating.empty()) return;
  const auto area = event.area(Field::area).value_or(ledger::Area{});
  const auto list = designated_banks(rules, inspection.jurisdiction(),
                                     {area, event.text(Field::block)}, signed_on);
  const auto ruling = bank_designated(list, event.text(Field::bank));
  if (ruling.truth == Truth::unknown) {
    inspection.undecided({.why = *list.banks.undetermined, .facts = {agreement.sequence}});
  } else if (ruling.truth == Truth::no) {
    inspection.report({.rule = designating.front(),
                       .facts = {agreement.sequence},
                       .backing = ruling.backing,
                       .cells = {{wrong_bank},
                                 text_of(area),
                                 {word_of_code(rules, "bank", event.text(Field::bank))},
                                 none()},
                       .unit = event.unit(Field::unit)});
  }
}

bool is_called(const Label& office, std::string_view name) {
  return !name.empty() && (office.zh == name || office.en == name);
}

/// Another office that the rule lists.
bool is_another_office(const Rule& rule, const Label& due, std::string_view name) {
  return std::ranges::any_of(rule.as<Office>().entries, [&](const Office::Entry& entry) {
    return is_called(entry.name, name) && !is_called(due, name);
  });
}

/// An office that reviewed the enrollment of a unit's child is known by its name: one that the
/// rules do not list may be part of the right one.
void judge_office(Inspection& inspection, const Fact& review) {
  const Date on = act_date(review);
  const auto reviewer = review.event.unit(Field::reviewer);
  const auto* binding = binding_on(inspection.bindings(), on);
  if (!reviewer || binding == nullptr) return;
  if (inspection.rules().rules_of(RuleKind::office, inspection.jurisdiction(), on).empty()) return;
  const auto serving =
      serving_office(inspection.knowledge(), binding->unit, inspection.jurisdiction(), on);
  const auto say = [&](Undetermined why) {
    inspection.undecided(
        {.why = std::move(why), .facts = {review.sequence}, .unit = binding->unit});
  };
  if (!serving.office.value) return say(*serving.office.undetermined);
  const auto& due = serving.office.value->name;
  const auto& rule = *serving.steps.back().rule;
  const auto office = organisation_state(inspection.knowledge().unit_itself(*reviewer), on);
  const std::string name = office ? office->name : std::string();
  if (is_called(due, name)) return;
  if (!is_another_office(rule, due, name))
    return say(not_recorded(inspection, "审核机构名称，或不在经办机构名单中",
                            "name of the reviewing office, or none of the offices listed"));
  const auto unit = unit_state(inspection.knowledge().unit_itself(binding->unit), on);
  inspection.report({.rule = &rule,
                     .facts = {review.sequence, office->sequence},
                     .backing = serving.office.backing,
                     .cells = {{wrong_office}, unit ? text_of(unit->area) : none(), none(), {name}},
                     .unit = binding->unit});
}

void wrong_place(Inspection& inspection) {
  for (const auto* agreement : inspection.acts(EventType::debit_agreement_recorded))
    judge_bank(inspection, *agreement);
  if (inspection.subject().kind != Kind::person) return;
  for (const auto* review : inspection.acts(EventType::enrollment_reviewed))
    judge_office(inspection, *review);
}

}  // namespace

std::vector<Check> office_checks() {
  return {
      {.id = "CHK-54",
       .zh = "代扣银行不是缴费人所在区域的指定银行，或经办机构与单位所在区域不符",
       .en = "bank not designated for the payer's area, or another office than the unit's",
       .severity = Severity::warning,
       .about = {Kind::person, Kind::unit},
       .kinds = {RuleKind::designated_banks, RuleKind::office},
       .columns = office_columns,
       .judge = wrong_place},
  };
}

}  // namespace kinledger::projections
