#include "projections/scenario/run_scenario.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include "ledger/crypto.h"
#include "ledger/result.h"
#include "ledger/temporary_directory.h"
#include "projections/archive.h"
#include "projections/builtin_packs.h"
#include "projections/pack.h"
#include "projections/scenario/answer_lines.h"
#include "projections/scenario/expectations.h"
#include "projections/scenario/names.h"
#include "projections/scenario/submitted_line.h"

namespace kinledger::projections {
namespace {

namespace fs = std::filesystem;
using ledger::Date;
using ledger::Error;
using ledger::Failure;
using ledger::Reason;
using ledger::RecordedAt;
using ledger::Result;

constexpr std::int64_t microseconds_per_second = 1'000'000;
/// One simulated second after the other; a day has room for every step of a scenario.
constexpr std::int64_t first_second_of_day = 9 * 3'600;

/// Goes to the next second with every step, and to the morning of a later day when told.
class SimulatedClock {
 public:
  void go_to(Date date) {
    const RecordedAt morning = at(date, first_second_of_day);
    now_ = std::max(RecordedAt{now_.microseconds + microseconds_per_second}, morning);
  }
  RecordedAt now() const { return now_; }

 private:
  static RecordedAt at(Date date, std::int64_t second) {
    const auto end = ledger::end_of_day(date).microseconds;
    const std::int64_t day = 86'400 * microseconds_per_second;
    return {end - day + 1 + second * microseconds_per_second};
  }

  RecordedAt now_;
};

Label label_of(const Reason& reason) {
  return {reason.code + " " + reason.zh, reason.code + " " + reason.en};
}

Date first_day_of(const Scenario& scenario) {
  std::optional<Date> first;
  for (const auto& step : scenario.steps) {
    const auto date = std::visit(
        [](const auto& each) {
          if constexpr (requires { each.recorded_on; }) {
            return each.recorded_on;
          } else {
            return each.on;
          }
        },
        step);
    if (!first || date < *first) first = date;
    // What is asked as known on a day before everything is asked of a ledger that knows nothing.
    const auto* ask = std::get_if<AskStep>(&step);
    const auto known = ask == nullptr ? ledger::parse_date("") : ledger::parse_date(ask->known);
    if (known && *known < *first) first = *known;
  }
  return first.value_or(Date{});
}

/// One scenario on its ledger. Not reused.
class RunOfScenario {
 public:
  RunOfScenario(const Scenario& scenario, const ScenarioOptions& options, SimulatedClock& clock,
                Archive& archive)
      : scenario_(scenario), options_(options), clock_(clock), archive_(archive) {
    outcome_.title = scenario.title;
    outcome_.line = scenario.line;
  }

  Result<ScenarioOutcome> run(const std::vector<std::string>& packs) {
    for (const auto& text : packs) {
      if (const auto adopted = adopt(scenario_.line, text); !adopted) return adopted.error();
    }
    for (const auto& step : scenario_.steps) {
      if (is_stuck_) {
        differ(std::visit([](const auto& each) { return each.line; }, step),
               {"上一处被拒绝，自此行起未运行", "not run from here on: what is above was refused"});
        break;
      }
      const auto done = std::visit([this](const auto& each) { return take(each); }, step);
      if (!done) return done.error();
    }
    return std::move(outcome_);
  }

 private:
  void differ(std::uint32_t line, Label says) {
    outcome_.differences.push_back({line, std::move(says)});
  }

  void tell(std::uint32_t line, const std::vector<ledger::Refusal>& refusals) {
    for (const auto& refusal : refusals) {
      auto says = label_of(refusal.reason);
      differ(line, {refusal.field + "：" + says.zh, refusal.field + ": " + says.en});
    }
  }

  Result<void> adopt(std::uint32_t line, const std::string& text) {
    const auto adopted = archive_.adopt(text);
    if (!adopted) return adopted.error();
    if (adopted->receipt) return {};
    tell(line, adopted->refusals);
    is_stuck_ = true;
    return {};
  }

  Result<void> take(const AdoptStep& step) {
    clock_.go_to(step.recorded_on);
    const auto text = options_.packs(step.pack);
    if (text) return adopt(step.line, *text);
    differ(step.line, label_of(text.error()));
    return {};
  }

  Result<void> take(const FactStep& step) {
    clock_.go_to(step.recorded_on);
    introduce(step, names_);
    auto line = submitted(step, names_);
    if (!line.faults.empty()) {
      std::vector<ledger::Refusal> refusals;
      for (auto& fault : line.faults) {
        refusals.push_back({step.line, std::move(fault.field), std::move(fault.reason)});
      }
      return settle(step, refusals);
    }
    ledger::Submission submission;
    submission.key = "line " + std::to_string(step.line);
    submission.events.push_back(std::move(line.event));
    const auto submitted = archive_.submit(submission);
    if (!submitted) return settle(step, submitted.error());
    if (!submitted->receipt) return settle(step, submitted->refusals);
    if (!step.refused.empty()) {
      differ(step.line, {"应被拒绝（" + step.refused + "），却已登记",
                         "expected to be refused (" + step.refused + "), but was recorded"});
    }
    return note(step, *submitted->receipt);
  }

  /// A refusal is a difference unless the line expects it.
  Result<void> settle(const FactStep& step, const std::vector<ledger::Refusal>& refusals) {
    const bool is_expected = std::ranges::any_of(refusals, [&](const ledger::Refusal& refusal) {
      return refusal.reason.code == step.refused;
    });
    if (!step.refused.empty()) ++outcome_.expectations;
    if (is_expected) return {};
    tell(step.line, refusals);
    is_stuck_ = true;
    return {};
  }

  /// A version that is out of date is the author's to see; anything else is a fault.
  Result<void> settle(const FactStep& step, const Error& error) {
    if (error.failure != Failure::conflict) return error;
    if (!step.refused.empty()) ++outcome_.expectations;
    if (step.refused == "CONFLICT") return {};
    differ(step.line, {error.what, error.what});
    is_stuck_ = true;
    return {};
  }

  /// Keeps what later lines may name: the fact, and the person who was registered.
  Result<void> note(const FactStep& step, const ledger::Receipt& receipt) {
    const ledger::Sequence last{receipt.first.value + receipt.count - 1};
    if (!step.label.empty()) names_.facts.push_back({step.label, last});
    for (auto& fact : names_.facts) {
      if (!step.corrects.empty() && fact.label == step.corrects) fact.sequence = last;
    }
    if (step.type->id != ledger::EventType::person_registered) return {};
    const auto located = archive_.ledger().journal().locate(last);
    if (!located) return located.error();
    const auto event = ledger::EventView::read(located->event(last));
    if (!event) return event.error();
    for (auto& person : names_.persons) {
      if (person.name == introduced_name(step)) person.id = event->person(ledger::Field::person);
    }
    return {};
  }

  /// Puts the names and settings of the question in place; false when one has none.
  bool fill(const AskStep& step, Arguments& arguments) {
    arguments.on = step.on;
    for (const auto& name : step.names) {
      const auto* person = names_.person(name);
      const auto* unit = names_.unit(name);
      if (person != nullptr && person->id) {
        arguments.person = *person->id;
      } else if (unit != nullptr) {
        arguments.unit = ledger::unit_id(unit->number);
      } else {
        differ(step.line, {"“" + name + "”没有登记", "\"" + name + "\" was not recorded"});
        return false;
      }
    }
    for (const auto& [name, value] : step.settings) {
      if (name != "year") {
        arguments.named.emplace_back(name, value);
      } else if (const auto year = ledger::parse_month(value + "-01")) {
        arguments.year = ledger::year_of(ledger::first_day(*year));
      } else {
        differ(step.line, {"year 应为四位年份", "year must have four digits"});
        return false;
      }
    }
    return true;
  }

  /// `found` is nothing of a question that was answered.
  void compare_refusal(const AskStep& step, const std::optional<Reason>& found) {
    if (step.refused.empty() && !found) return;
    if (!step.refused.empty()) ++outcome_.expectations;
    if (found && step.refused == found->code) return;
    const std::string wanted = step.refused.empty() ? "none" : step.refused;
    const Label got = found ? label_of(*found) : Label{"none", "none"};
    differ(step.line, {"拒绝：应为 " + wanted + "，实为 " + got.zh,
                       "refusal: expected " + wanted + ", found " + got.en});
  }

  Result<void> take(const AskStep& step) {
    Arguments arguments;
    if (!fill(step, arguments)) return {};
    // What was known on a day is asked on that day or later.
    if (const auto known = ledger::parse_date(step.known);
        known && *known > ledger::civil_date_of(clock_.now()))
      clock_.go_to(*known);
    const auto basis = archive_.resolve_basis(step.known.empty() ? "latest" : step.known);
    if (!basis) return basis.error();
    if (!*basis) {
      compare_refusal(step, basis->error());
      return {};
    }
    const auto answer = archive_.ask(*step.question, arguments, **basis);
    if (!answer) return answer.error();
    if (!*answer) {
      compare_refusal(step, answer->error());
      return {};
    }
    compare_refusal(step, std::nullopt);
    outcome_.expectations += static_cast<std::uint32_t>(step.expectations.size());
    compare(**answer, step.expectations, names_, outcome_.differences);
    if (const auto* heading = undeclared_code(**answer)) {
      const auto field = std::string(heading->name);
      differ(step.line, {field + "：程序未说明的代码", field + ": a code that is not documented"});
    }
    if (options_.keeps_answers) {
      outcome_.answers.push_back({step.line, **answer, lines_of(**answer, names_)});
    }
    return {};
  }

  const Scenario& scenario_;
  const ScenarioOptions& options_;
  SimulatedClock& clock_;
  Archive& archive_;
  Names names_;
  ScenarioOutcome outcome_;
  bool is_stuck_ = false;  ///< a fact is missing: what follows would only differ because of it
};

/// The texts of the scenario's packs and the region of the first; none for a scenario whose packs
/// cannot be read, with the differences that say why.
struct PackTexts {
  std::vector<std::string> texts;
  ledger::Area jurisdiction{};
  std::vector<ScenarioDifference> differences;
};

PackTexts packs_of(const Scenario& scenario, const ScenarioOptions& options) {
  PackTexts packs;
  if (scenario.packs.empty()) {
    packs.differences.push_back(
        {scenario.line, {"请写 pack: 规则包名称", "name a pack: \"pack: NAME\""}});
  }
  for (const auto& name : scenario.packs) {
    auto text = options.packs(name);
    if (!text) {
      packs.differences.push_back({scenario.line, label_of(text.error())});
      continue;
    }
    const auto reading = read_pack(*text);
    for (const auto& error : reading.errors) {
      const std::string place = name + ":" + std::to_string(error.line);
      const auto says = label_of(error.reason);
      packs.differences.push_back({scenario.line, {place + " " + says.zh, place + " " + says.en}});
    }
    if (reading.pack && packs.jurisdiction.code == 0) {
      packs.jurisdiction = reading.pack->declarations.jurisdiction;
    }
    packs.texts.push_back(std::move(*text));
  }
  return packs;
}

}  // namespace

PackSource packs_beside(fs::path directory) {
  return [directory = std::move(directory)](std::string_view name) -> ledger::Parsed<std::string> {
    if (const auto* built_in = find_builtin_pack(name)) return std::string(built_in->text);
    std::ifstream file(directory / fs::path(name), std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file || !text) {
      return Reason("PACK_UNREADABLE", "没有这个规则包，也读不到该文件",
                    "no built-in pack of that name, and no readable file");
    }
    return std::move(text).str();
  };
}

Result<ScenarioOutcome> run_scenario(const Scenario& scenario, const ScenarioOptions& options) {
  auto packs = packs_of(scenario, options);
  if (!packs.differences.empty()) {
    return ScenarioOutcome{.title = scenario.title,
                           .line = scenario.line,
                           .differences = std::move(packs.differences)};
  }
  const auto directory = ledger::TemporaryDirectory::make("kinledger-scenario", options.temporary);
  if (!directory) return directory.error();
  SimulatedClock clock;
  clock.go_to(first_day_of(scenario));
  ledger::LedgerOptions where;
  where.directory = directory->path() / "ledger";
  where.clock = [&clock] { return clock.now(); };
  ledger::SeededRandom random(scenario.line);
  auto archive = Archive::create(where, "scenario.kinledger.invalid", packs.jurisdiction, random);
  if (!archive) return archive.error();
  return RunOfScenario(scenario, options, clock, **archive).run(packs.texts);
}

}  // namespace kinledger::projections
