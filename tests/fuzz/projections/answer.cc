// A page of stored events, as a lying log could sign them, and every question and check about
// whomever they name, under the rules of a pack: each is answered or refused, in UTF-8.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ledger/page.h"
#include "projections/builtin_packs.h"
#include "projections/bundle.h"
#include "projections/checks/check.h"
#include "projections/knowledge.h"
#include "projections/pack.h"
#include "projections/questions.h"
#include "projections/rulebook.h"
#include "tests/fuzz/refusals.h"
#include "tests/fuzz/target.h"

namespace kinledger::fuzz {
namespace {

using namespace projections;
using ledger::Date;
using ledger::EventView;
using ledger::Result;

/// More is asked about nobody else: an input may name hundreds.
constexpr std::size_t asked_about_max = 6;

Date day(std::string_view text) { return ledger::parse_date(text).value(); }

/// The events of a pack, as adopted.
const std::vector<ledger::Bytes>& adopted() {
  static const auto events = [] {
    const auto reading = read_pack(find_builtin_pack("hangzhou-2021")->text);
    std::vector<ledger::Bytes> out;
    for (auto& draft : compile(*reading.pack, day("2021-01-04")).value()) {
      draft.envelope.fact.bytes[0] = static_cast<std::uint8_t>(out.size() + 1);
      draft.envelope.fact.bytes[1] = static_cast<std::uint8_t>((out.size() + 1) >> 8);
      draft.envelope.jurisdiction = {330100};
      invariant(encode(draft, out.emplace_back()).has_value());
    }
    return out;
  }();
  return events;
}

std::set<Subject> subjects_of(const EventView& event) {
  std::set<Subject> out;
  const auto add = [&](const auto& ids) {
    for (const auto& id : ids) out.insert(Subject::of(id));
  };
  add(event.persons());
  add(event.units());
  if (const auto correction = event.correction()) {
    add(correction->former_persons);
    add(correction->former_units);
  }
  if (out.empty()) out.insert(Subject::region());
  return out;
}

/// The pack's events and behind them those of the page that can be read.
class History {
 public:
  explicit History(const ledger::Page& page) {
    for (const auto& event : adopted()) events_.push_back({event, {Subject::region()}});
    for (std::size_t i = 0; i < page.count(); ++i)
      if (const auto event = EventView::read(page.event(i))) {
        events_.push_back({page.event(i), subjects_of(*event)});
        subjects_.insert(events_.back().subjects.begin(), events_.back().subjects.end());
      }
    changes_rules_ = subjects_.erase(Subject::region()) != 0;
  }

  Result<Dossier> load(const Subject& subject, Extent extent) const {
    DossierBuilder builder(subject, extent);
    for (std::size_t i = 0; i < events_.size(); ++i)
      if (events_[i].subjects.contains(subject)) builder.add({i}, events_[i].bytes);
    return builder.build();
  }
  const std::set<Subject>& subjects() const { return subjects_; }  ///< besides the region
  bool changes_rules() const { return changes_rules_; }
  ledger::TreeSize size() const { return {events_.size()}; }

 private:
  struct Event {
    ledger::ByteView bytes;
    std::set<Subject> subjects;
  };

  std::vector<Event> events_;
  std::set<Subject> subjects_;
  bool changes_rules_ = false;
};

const Rulebook& rules_of_the_pack() {
  static const Rulebook rules([] {
    DossierBuilder builder(Subject::region());
    for (std::size_t i = 0; i < adopted().size(); ++i) builder.add({i}, adopted()[i]);
    return builder.build().value();
  }());
  return rules;
}

/// A value of each argument that has to be given.
std::string value_for(const Argument& argument) {
  switch (argument.kind) {
    case Argument::Kind::code:
      return argument.words.empty()
                 ? "children"
                 : std::string(argument.words.substr(0, argument.words.find('|')));
    case Argument::Kind::area:
      return "330106";
    case Argument::Kind::month:
      return "2021-06";
    case Argument::Kind::date:
      return "2021-06-01";
    default:
      return "1";
  }
}

class Asker {
 public:
  Asker(const History& history, const Rulebook& rules)
      : history_(history), rules_(rules), knowledge_(rules, loader()) {}

  void ask_everything(const std::optional<Subject>& about, Date on) {
    for (const auto& question : questions()) ask_one(question, about, on);
    for (const auto& question : check_questions()) ask_one(question, about, on);
  }

 private:
  DossierLoader loader() const {
    return [this](const Subject& subject, Extent extent) { return history_.load(subject, extent); };
  }

  void ask_one(const Question& question, const std::optional<Subject>& about, Date on) {
    Arguments arguments;
    arguments.on = on;
    if (about && about->kind == Subject::Kind::person)
      arguments.person = ledger::PersonId{about->id};
    if (about && about->kind == Subject::Kind::unit) arguments.unit = ledger::UnitId{about->id};
    for (const auto& argument : question.arguments)
      if (argument.required && argument.kind >= Argument::Kind::code)
        arguments.named.emplace_back(argument.name, value_for(argument));
    Asking asking{knowledge_,
                  [this](auto kind, const auto& visit) { return list(kind, visit); },
                  [this](const auto& subjects, const auto& visit) { return run(subjects, visit); },
                  {"fuzz", history_.size(), {}, {}},
                  "fuzz"};
    const auto answer = ask(question, arguments, asking);
    if (!answer) return;
    if (!*answer) return check(answer->error());
    invariant(ledger::is_utf8(answer_text(**answer)), question.name);
  }

  Result<void> list(Subject::Kind kind, const std::function<bool(const Subject&)>& visit) const {
    for (const auto& subject : history_.subjects())
      if (subject.kind == kind && !visit(subject)) break;
    return {};
  }

  Result<void> run(
      const Subjects& subjects,
      const std::function<void(unsigned, Knowledge& knowledge, const Subject&)>& visit) const {
    Knowledge knowledge(rules_, loader());
    for (const auto& subject : history_.subjects())
      if (subject.kind == subjects.kind) visit(0, knowledge, subject);
    if (knowledge.fault()) return *knowledge.fault();
    return {};
  }

  const History& history_;
  const Rulebook& rules_;
  Knowledge knowledge_;
};

}  // namespace

void answer(ByteView input) {
  const auto page = ledger::Page::read(input);
  if (!page) return;
  const History history(*page);
  std::optional<Rulebook> own;
  if (history.changes_rules()) {
    auto region = history.load(Subject::region(), Extent::whole);
    if (!region) return;
    own.emplace(std::move(*region));
  }
  Asker asker(history, own ? *own : rules_of_the_pack());
  std::size_t asked = 0;
  for (const auto& subject : history.subjects()) {
    if (asked++ == asked_about_max) break;
    for (const auto* on : {"2021-06-01", "2022-12-31"}) asker.ask_everything(subject, day(on));
  }
  asker.ask_everything(std::nullopt, ledger::date_max);
}

const Registered registered_answer({"answer", answer, 300});

}  // namespace kinledger::fuzz
