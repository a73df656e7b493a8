// scenario: runs files of scenarios, each on a temporary ledger of its own, and prints what came
// out otherwise than they say.
#include "projections/scenario/scenario.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "projections/scenario/run_scenario.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/progress.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using projections::ScenarioOutcome;

struct ScenarioOptions {
  std::vector<std::string> files;
  bool show = false;
  bool json = false;
};

struct ScenarioTally {
  std::uint64_t scenarios = 0;
  std::uint64_t expectations = 0;
  std::uint64_t differences = 0;
};

void print_json(const std::string& file, const ScenarioOutcome& outcome, bool show,
                Terminal& terminal) {
  boost::json::array differences;
  for (const auto& difference : outcome.differences)
    differences.push_back(
        {{"line", difference.line}, {"zh", difference.says.zh}, {"en", difference.says.en}});
  boost::json::object json{{"file", file},
                           {"line", outcome.line},
                           {"scenario", outcome.title},
                           {"expectations", outcome.expectations},
                           {"differences", std::move(differences)}};
  if (show) {
    auto& answers = (json["answers"] = boost::json::array()).get_array();
    for (const auto& shown : outcome.answers)
      answers.push_back({{"line", shown.line}, {"answer", to_json(shown.answer)}});
  }
  terminal.print_line(boost::json::serialize(json));
}

/// As the scenario would expect them, so that lines can be copied into it.
void print_answers(const std::string& file, const ScenarioOutcome& outcome, Terminal& terminal) {
  for (const auto& shown : outcome.answers) {
    terminal.print_line(file + ":" + std::to_string(shown.line) + ": ask " + shown.answer.question +
                        " on " + to_text(shown.answer.on));
    for (const auto& line : shown.lines) {
      const std::string comment(terminal.say(line.comment));
      terminal.print_line("  " + line.text + (comment.empty() ? "" : "  # " + comment));
    }
  }
}

/// Compiler style, so that editors find the lines.
void print_differences(const std::string& file, const ScenarioOutcome& outcome,
                       Terminal& terminal) {
  if (outcome.differences.empty()) return;
  terminal.print_line(file + ":" + std::to_string(outcome.line) + ": " + outcome.title);
  for (const auto& difference : outcome.differences)
    terminal.print_line(file + ":" + std::to_string(difference.line) + ":   " +
                        std::string(terminal.say(difference.says)));
}

/// Told: a file that cannot be read, with every faulty line.
Told<projections::ScenarioFile> read(const std::string& file, Terminal& terminal) {
  const auto text = read_text_file(file, projections::scenario_file_bytes_max);
  if (!text) {
    terminal.complain(file + ":");
    return complain(terminal, text.error());
  }
  auto parsed = projections::parse_scenarios(*text);
  if (parsed.errors.empty()) return parsed;
  std::vector<ledger::Refusal> refusals;
  for (const auto& error : parsed.errors) refusals.push_back({error.line, "", error.reason});
  return complain(terminal, file, refusals, refusals.size());
}

Told<void> run_file(const std::string& file, const ScenarioOptions& options, ScenarioTally& tally,
                    Terminal& terminal) {
  const auto parsed = read(file, terminal);
  if (!parsed) return parsed.error();
  const projections::ScenarioOptions how{
      .packs = projections::packs_beside(std::filesystem::path(file).parent_path()),
      .keeps_answers = options.show};
  Progress progress(terminal, {"情景", "running"}, {"个", "scenarios"});
  for (std::size_t i = 0; i < parsed->scenarios.size(); ++i) {
    const auto outcome = projections::run_scenario(parsed->scenarios[i], how);
    if (!outcome) return complain(terminal, outcome.error());
    ++tally.scenarios;
    tally.expectations += outcome->expectations;
    tally.differences += outcome->differences.size();
    if (options.json) {
      print_json(file, *outcome, options.show, terminal);
    } else {
      print_answers(file, *outcome, terminal);
      print_differences(file, *outcome, terminal);
    }
    progress.update(i + 1, parsed->scenarios.size());
  }
  return {};
}

Exit run(const ScenarioOptions& options, Terminal& terminal) {
  ScenarioTally tally;
  Exit worst = Exit::done;
  for (const auto& file : options.files)
    if (const auto ran = run_file(file, options, tally, terminal); !ran)
      worst = std::max(worst, ran.error());
  const auto scenarios = std::to_string(tally.scenarios);
  const auto expectations = std::to_string(tally.expectations);
  const auto differences = std::to_string(tally.differences);
  if (!options.json)
    terminal.print_line(terminal.say(
        {scenarios + " 个情景，比较 " + expectations + " 处，" + differences + " 处不符",
         scenarios + " scenarios, " + expectations + " expectations, " + differences +
             " differences"}));
  if (worst != Exit::done) return worst;
  return tally.differences == 0 ? Exit::done : Exit::something_to_see;
}

}  // namespace

Command scenario_command() {
  auto options = std::make_shared<ScenarioOptions>();
  Command command;
  command.name = "scenario";
  command.says = {"运行情景文件，列出与预期不符之处", "run scenario files and print what differs"};
  command.details = {
      "情景是政策人员可读写的文本：事实及其日期、查询和预期答复，格式见 docs/SCENARIOS.md。\n"
      "每个情景使用各自的临时账本和模拟时钟。有不符之处时退出码为 1。",
      "Scenarios are text that a policy officer reads and writes: facts with their dates, "
      "questions\n"
      "and expected answers; docs/SCENARIOS.md has the format. Each runs on a temporary ledger "
      "with\n"
      "a simulated clock. Ends with 1 when something differs."};
  command.examples = {"kinledger scenario cases/*.scenario",
                      "kinledger scenario cases/late-payment.scenario --show",
                      "kinledger scenario cases/late-payment.scenario --json"};
  Parameter files{"FILE", {}, {"情景文件", "scenario files"}, &options->files};
  files.required = true;
  files.offer = Parameter::Offer::files;
  command.parameters = {files,
                        flag("--show",
                             {"显示每个查询的全部答复，写法同情景中的预期",
                              "print the whole answer to each question, as a scenario expects it"},
                             options->show),
                        json_flag(options->json)};
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
