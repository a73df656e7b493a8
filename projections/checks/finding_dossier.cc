#include "projections/checks/finding_dossier.h"

#include <algorithm>

#include "ledger/event.h"
#include "projections/bundle.h"
#include "projections/checks/check.h"

namespace kinledger::projections {
namespace {

using ledger::EventType;
using ledger::EventView;
using ledger::FactId;
using ledger::Field;
using ledger::Parsed;
using ledger::Reason;
using ledger::Result;
using ledger::TreeSize;

Reason too_large() {
  return {"DOSSIER_LARGE", "此问题涉及的记录超过一份卷宗的上限，请公布账本后校验",
          "the finding concerns more than one dossier may hold: publish the ledger to prove it"};
}

/// Units of which a step of the finding by the date is recorded.
Result<std::set<ledger::UnitId>> units_with_steps(Archive& archive, const DossierRequest& asked) {
  std::set<ledger::UnitId> units;
  const auto view = archive.view(asked.known);
  if (!view) return view.error();
  const auto asking = archive.asking(*view);
  auto& knowledge = asking.knowledge;
  const auto listed = asking.subjects(Subject::Kind::unit, [&](const Subject& subject) {
    knowledge.stay_small();
    const ledger::UnitId unit{subject.id};
    for (const auto& step : knowledge.unit_itself(unit).of(EventType::rectification_step_recorded))
      if (step.event.text(Field::finding) == asked.finding && act_date(step) <= asked.on)
        units.insert(unit);
    return true;
  });
  if (!listed) return listed.error();
  if (const auto& fault = knowledge.fault()) return *fault;
  return units;
}

/// Facts that the steps in an answer about findings put right.
std::set<std::string> facts_of(const Answer& findings) {
  const auto* steps = findings.find("steps");
  const auto columns = steps->heading->columns;
  const auto fact = std::ranges::find(columns, "fact", &Heading::name) - columns.begin();
  std::set<std::string> facts;
  for (const auto& row : std::get<std::vector<Row>>(steps->value.held))
    if (const auto* text = std::get_if<std::string>(&row[static_cast<std::size_t>(fact)].held))
      facts.insert(*text);
  return facts;
}

/// Whom the versions of these facts name: the persons, else the units. One pass over the log, as a
/// step tells the fact alone.
Result<std::set<Subject>> subjects_of(const ledger::Journal& journal,
                                      const std::set<std::string>& facts, TreeSize known) {
  std::set<Subject> subjects;
  if (facts.empty()) return subjects;
  std::optional<ledger::Error> fault;
  const auto add = [&](const EventView& event) {
    if (!facts.contains(to_text(event.envelope().fact))) return;
    const auto persons = event.persons();
    for (const auto& person : persons) subjects.insert(Subject::of(person));
    if (persons.empty())
      for (const auto& unit : event.units()) subjects.insert(Subject::of(unit));
  };
  const auto read = journal.read({0}, known, [&](ledger::Sequence at, const ledger::Page& page) {
    for (std::size_t i = 0; i < page.count() && at.value + i < known.value; ++i) {
      const auto event = EventView::read(page.event(i));
      if (!event) {
        fault = event.error();
        return false;
      }
      add(*event);
    }
    return true;
  });
  if (fault) return *fault;
  if (!read) return read.error();
  return subjects;
}

Arguments about(const Subject& subject, ledger::Date on) {
  Arguments arguments;
  arguments.on = on;
  if (subject.kind == Subject::Kind::person) arguments.person = ledger::PersonId{subject.id};
  if (subject.kind == Subject::Kind::unit) arguments.unit = ledger::UnitId{subject.id};
  return arguments;
}

/// What `findings` is asked for: of the unit of the finding; else of the region and of each unit
/// that took steps.
std::vector<Arguments> asked_of_findings(const DossierRequest& asked,
                                         const std::set<ledger::UnitId>& step_takers) {
  Arguments arguments;
  arguments.on = asked.on;
  arguments.unit = asked.linked.scope.unit;
  arguments.named.emplace_back("finding", asked.finding);
  if (arguments.unit) return {arguments};
  std::vector<Arguments> all{arguments};
  all.front().named.emplace_back("of", "region");
  for (const auto& unit : step_takers) {
    arguments.unit = unit;
    all.push_back(arguments);
  }
  return all;
}

/// Puts the bundles one behind the other. The first refusal is kept, and ends it.
class Maker {
 public:
  Maker(Archive& archive, const DossierRequest& asked, const DossierSubjects& subjects)
      : archive_(archive), asked_(asked), subjects_(subjects) {}

  Result<Parsed<std::string>> make() {
    if (const auto told = tell(); !told) return told.error();
    if (refusal_) return Parsed<std::string>(std::move(*refusal_));
    return Parsed<std::string>(std::move(text_));
  }

 private:
  Result<void> tell() {
    for (const auto& arguments : asked_of_findings(asked_, subjects_.step_takers))
      if (const auto added = add("findings", arguments, asked_.known); !added) return added.error();
    const auto checked = checked_ones();
    const TreeSize then{asked_.linked.opened.value};
    for (const auto& subject : checked)
      if (const auto added = add_check(about(subject, asked_.linked.opened_on), then); !added)
        return added.error();
    for (const auto& subject : subjects_.put_right)
      if (const auto added = add("history", about(subject, asked_.on), asked_.known); !added)
        return added.error();
    for (const auto& subject : checked)
      if (const auto added = add_check(about(subject, asked_.on), asked_.known); !added)
        return added.error();
    return {};
  }

  /// Whom the check of the finding is about in this dossier.
  std::set<Subject> checked_ones() const {
    const auto* check = asked_.linked.check;
    if (check == nullptr) return {};
    if (const auto& unit = asked_.linked.scope.unit) return {Subject::of(*unit)};
    std::set<Subject> checked;
    for (const auto& subject : subjects_.put_right)
      if (check->looks_at(subject.kind)) checked.insert(subject);
    return checked;
  }

  Result<void> add_check(const Arguments& arguments, TreeSize basis) {
    return add(asked_.linked.check->id, arguments, basis);
  }

  Result<void> add(std::string_view question, const Arguments& arguments, TreeSize basis) {
    if (refusal_) return {};
    auto bundle = archive_.prove(*find_question(question), arguments, basis);
    if (!bundle) return bundle.error();
    if (!*bundle) {
      refusal_ = bundle->error();
      return {};
    }
    text_ += (*bundle)->to_text();
    if (text_.size() > bundle_bytes_max) refusal_ = too_large();
    return {};
  }

  Archive& archive_;
  const DossierRequest& asked_;
  const DossierSubjects& subjects_;
  std::string text_;
  std::optional<Reason> refusal_;
};

}  // namespace

Result<Parsed<LinkedCheck>> find_for_dossier(Archive& archive, const DossierRequest& request) {
  const auto view = archive.view(request.known);
  if (!view) return view.error();
  auto asking = archive.asking(*view);
  const auto linked = linked_checks(asking, {request.finding});
  if (!linked) return linked.error();
  const auto at = linked->find(request.finding);
  if (at != linked->end()) return Parsed<LinkedCheck>(at->second);
  return Parsed<LinkedCheck>(finding_unknown(request.finding));
}

Reason finding_unknown(const std::string& number) {
  return {"FINDING_UNKNOWN", "没有此问题：" + number, "there is no such finding: " + number};
}

std::vector<ledger::PersonId> DossierSubjects::persons() const {
  std::vector<ledger::PersonId> persons;
  for (const auto& subject : put_right)
    if (subject.kind == Subject::Kind::person) persons.push_back(ledger::PersonId{subject.id});
  return persons;
}

Result<Parsed<DossierSubjects>> find_dossier_subjects(Archive& archive,
                                                      const DossierRequest& asked) {
  DossierSubjects subjects;
  if (!asked.linked.scope.unit) {
    auto units = units_with_steps(archive, asked);
    if (!units) return units.error();
    subjects.step_takers = std::move(*units);
  }
  std::set<std::string> facts;
  for (const auto& arguments : asked_of_findings(asked, subjects.step_takers)) {
    const auto answer = archive.ask(*find_question("findings"), arguments, asked.known);
    if (!answer) return answer.error();
    if (!*answer) return Parsed<DossierSubjects>(answer->error());
    facts.merge(facts_of(**answer));
  }
  auto named = subjects_of(archive.ledger().journal(), facts, asked.known);
  if (!named) return named.error();
  if (named->size() > dossier_subjects_max) return Parsed<DossierSubjects>(too_large());
  subjects.put_right = std::move(*named);
  return Parsed<DossierSubjects>(std::move(subjects));
}

Result<Parsed<std::string>> make_dossier(Archive& archive, const DossierRequest& asked,
                                         const DossierSubjects& subjects) {
  return Maker(archive, asked, subjects).make();
}

}  // namespace kinledger::projections
