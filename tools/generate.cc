// generate: fills a simulated ledger with a synthetic city, handed in through the same submissions
// as everybody's. What is recorded already is not recorded again, so that an interrupted run can be
// finished and a city can be given more years.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "ledger/text.h"
#include "tools/city.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/progress.h"
#include "tools/receipt.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using ledger::Reason;
using ledger::Submission;

struct GenerateOptions {
  LedgerArguments ledger;
  std::string children;
  std::string seed;
  std::string years;
  bool json = false;
};

/// What was done.
struct CityTally {
  std::uint64_t persons = 0;
  std::uint64_t units = 0;
  std::uint64_t submissions = 0;
  std::uint64_t events = 0;
  std::uint64_t recorded_before = 0;  ///< of the events
  std::int64_t took_ms = 0;

  std::uint64_t events_per_second() const {
    const auto now = events - recorded_before;
    return took_ms == 0 ? now : now * 1'000 / static_cast<std::uint64_t>(took_ms);
  }
};

/// An option that is a whole number, or `otherwise` where it was not given.
Told<std::uint64_t> number_in(const std::string& text, const char* option_name,
                              std::uint64_t otherwise, Terminal& terminal) {
  if (text.empty()) return otherwise;
  if (const auto value = ledger::digits_value(text)) return static_cast<std::uint64_t>(*value);
  const std::string name(option_name);
  return complain_of_usage(
      terminal, {name + " 须为一至九位整数", name + " takes a whole number of one to nine digits"});
}

Told<CityPlan> plan_of(const GenerateOptions& options, Terminal& terminal) {
  const auto children = number_in(options.children, "--persons", 0, terminal);
  if (!children) return children.error();
  const auto seed = number_in(options.seed, "--seed", 1, terminal);
  if (!seed) return seed.error();
  const auto years = number_in(options.years, "--years", 1, terminal);
  if (!years) return years.error();
  const auto between = [&](std::uint64_t value, std::uint64_t most, const std::string& name) {
    if (value >= 1 && value <= most) return true;
    const auto limit = std::to_string(most);
    complain_of_usage(
        terminal, {name + " 须在 1 和 " + limit + " 之间", name + " lies between 1 and " + limit});
    return false;
  };
  if (!between(*children, city_children_max, "--persons") ||
      !between(*years, city_years_max, "--years"))
    return Exit::usage;
  return CityPlan{*children, *seed, static_cast<std::int32_t>(*years)};
}

std::uint64_t registrations(const Submission& submission) {
  std::uint64_t count = 0;
  for (const auto& event : submission.events)
    count += event.draft.type == ledger::EventType::person_registered;
  return count;
}

Told<CityTally> fill(projections::Archive& archive, City& city, Terminal& terminal) {
  using Clock = std::chrono::steady_clock;
  Progress progress(terminal, {"生成", "generating"}, {"条", "events"});
  const auto begin = Clock::now();
  CityTally tally;
  tally.units = city.units();
  while (const auto submission = city.next()) {
    const auto outcome = archive.submit(*submission);
    if (!outcome) return complain(terminal, outcome.error());
    if (!outcome->receipt)
      return complain(terminal, submission->key, outcome->refusals, outcome->refusals.size());
    city.recorded(*outcome->receipt);
    tally.persons += registrations(*submission);
    tally.events += submission->events.size();
    if (outcome->receipt->already) tally.recorded_before += submission->events.size();
    ++tally.submissions;
    progress.update(tally.events, city.events_estimate());
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  tally.took_ms = took.count();
  return tally;
}

void print(const GenerateOptions& options, const City& city, const CityTally& tally,
           const ledger::TreeHead& head, Terminal& terminal) {
  if (options.json) {
    terminal.print_line(
        boost::json::serialize(boost::json::object{{"children", city.plan().children},
                                                   {"seed", city.plan().seed},
                                                   {"years", city.plan().years},
                                                   {"persons", tally.persons},
                                                   {"units", tally.units},
                                                   {"submissions", tally.submissions},
                                                   {"events", tally.events},
                                                   {"recordedBefore", tally.recorded_before},
                                                   {"milliseconds", tally.took_ms},
                                                   {"eventsPerSecond", tally.events_per_second()},
                                                   {"treeSize", head.size.value},
                                                   {"root", ledger::to_text(head.root)}}));
    return;
  }
  const auto seconds = std::to_string(tally.took_ms / 1'000) + "." +
                       std::to_string(tally.took_ms % 1'000 + 1'000).substr(1);
  Table table;
  const auto row = [&](const Label& label, std::uint64_t value) {
    table.add({std::string(terminal.say(label)), std::to_string(value)});
  };
  row({"人员", "persons"}, tally.persons);
  row({"其中子女", "of them children"}, city.plan().children);
  row({"单位", "units"}, tally.units);
  row({"申报", "submissions"}, tally.submissions);
  row({"记录", "events"}, tally.events);
  if (tally.recorded_before != 0)
    row({"其中此前已登记", "of them recorded before"}, tally.recorded_before);
  table.add({std::string(terminal.say({"用时（秒）", "seconds"})), seconds});
  row({"每秒记录", "events per second"}, tally.events_per_second());
  terminal.print(table.to_text());
  terminal.print_line(to_words(head, terminal.language()));
}

Exit run(const GenerateOptions& options, Terminal& terminal) {
  const auto plan = plan_of(options, terminal);
  if (!plan) return plan.error();
  auto opened = open_ledger(options.ledger, terminal);
  if (!opened) return opened.error();
  auto& archive = *opened->archive;
  if (!archive.ledger().identity().simulated)
    return complain(terminal, Reason("LEDGER_NOT_SIMULATED",
                                     "虚构人员不得写入正式账本：请使用来源名以 .invalid 结尾的账本",
                                     "made-up people do not belong into a real ledger: use one "
                                     "whose origin ends in .invalid"));
  City city(*plan);
  const auto tally = fill(archive, city, terminal);
  if (!tally) return tally.error();
  print(options, city, *tally, archive.ledger().durable(), terminal);
  return Exit::done;
}

}  // namespace

Command generate_command() {
  auto options = std::make_shared<GenerateOptions>();
  Command command;
  command.name = "generate";
  command.says = {"在模拟账本中生成一座虚构城市", "fill a simulated ledger with a synthetic city"};
  command.details = {
      "同样的人数、种子和年数总是得到同样的申报。\n"
      "中断后重新运行即可补完；加大 --years 即可续写以后年度。一个账本只放一座城市。\n"
      "人员均为虚构，证件号码使用从未启用的区划代码 330199。账本须已采用规则包 hangzhou-2021。",
      "The same numbers always give the same submissions. An interrupted run is finished by\n"
      "running it again, and a greater --years adds the years that follow. One ledger holds one\n"
      "city. Nobody in it is real: the ID numbers are of the division 330199, which was never\n"
      "issued. The ledger should have adopted the pack hangzhou-2021."};
  command.examples = {"kinledger generate city --persons 1000",
                      "kinledger generate city --persons 100000 --seed 7 --years 10 --json"};
  command.parameters = ledger_parameters(options->ledger);
  auto children = option("--persons", "N",
                         {"子女人数；父母另计", "number of children; their parents come on top"},
                         options->children);
  children.required = true;
  command.parameters.push_back(std::move(children));
  command.parameters.push_back(
      option("--seed", "S", {"种子；默认 1", "which city; by default 1"}, options->seed));
  command.parameters.push_back(option("--years", "Y",
                                      {"自2021年起的医保年度数，1 至 10；默认 1",
                                       "insurance years from 2021 on, 1 to 10; by default 1"},
                                      options->years));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
