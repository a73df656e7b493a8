// bench: measures the ledger on this machine; tools/bench.h says what.
#include "tools/bench.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <fstream>
#include <thread>

#include "ledger/temporary_directory.h"
#include "ledger/version.h"
#include "tools/city_population.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

struct BenchOptions {
  std::string directory;
  std::string children = "20000";
  bool by_check = false;
  bool json = false;
};

std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line))
    if (line.starts_with("model name"))
      return line.substr(line.find(": ") + 2) + ", " +
             std::to_string(std::thread::hardware_concurrency()) + " threads";
  return "unknown processor";
}

std::string number(double value) {
  return value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

boost::json::object to_json(const Figure& figure) {
  // Figures are measurements, not records: text keeps them out of floating-point JSON.
  return {{"id", figure.id},
          {"what", figure.what},
          {"value", number(figure.value)},
          {"unit", figure.unit},
          {"against", figure.against},
          {"ratio", figure.against.empty() ? "" : fmt::format("{:.2f}", figure.ratio)},
          {"goal", figure.goal},
          {"reached", figure.reached}};
}

void print(const std::vector<Figure>& figures, const BenchOptions& options, Terminal& terminal) {
  for (const auto& figure : figures) {
    if (options.json) {
      terminal.print_line(boost::json::serialize(to_json(figure)));
      continue;
    }
    auto line = fmt::format("| {} | {} | {} {} | ", figure.id, figure.what, number(figure.value),
                            figure.unit);
    line += figure.against.empty() ? "" : fmt::format("{:.2f} x {}", figure.ratio, figure.against);
    line += fmt::format(" | {} | {} |", figure.goal,
                        figure.goal.empty() ? ""
                        : figure.reached    ? "reached"
                                            : "not reached");
    terminal.print_line(line);
  }
  terminal.flush();
}

Exit run(const BenchOptions& options, Terminal& terminal) {
  BenchPlan plan;
  const auto* end = options.children.data() + options.children.size();
  const auto parsed = std::from_chars(options.children.data(), end, plan.children);
  if (parsed.ec != std::errc() || parsed.ptr != end || plan.children == 0 ||
      plan.children > city_children_max)
    return complain_of_usage(
        terminal, {"--persons 应为 1 至 " + std::to_string(city_children_max) + " 的整数",
                   "--persons takes a number from 1 to " + std::to_string(city_children_max)});
  const auto scratch = ledger::TemporaryDirectory::make("kinledger-bench", options.directory);
  if (!scratch) return complain(terminal, scratch.error());
  plan.directory = scratch->path();
  plan.by_check = options.by_check;
  if (!options.json) {
    terminal.print_line(fmt::format("kinledger {}, {}", ledger::kinledger_version, machine()));
    terminal.print_line("");
    terminal.print_line("| | what | measured | against | goal | |");
    terminal.print_line("| --- | --- | --- | --- | --- | --- |");
  }
  Exit exit = Exit::done;
  for (const auto bench : {bench_append, bench_bulk, bench_city, bench_status}) {
    const auto figures = bench(plan);
    if (!figures) {
      exit = complain(terminal, figures.error());
      break;
    }
    print(*figures, options, terminal);
  }
  return exit;
}

}  // namespace

Command bench_command() {
  auto options = std::make_shared<BenchOptions>();
  Command command;
  command.name = "bench";
  command.says = {"测量本机性能", "measure the ledger on this machine"};
  command.details = {"每个数字旁边是同一次运行中的对照；不同机器之间只比较比值。约需一分钟。",
                     "Each figure stands beside its counterpart of the same run; between machines "
                     "only ratios\ncompare. Takes about a minute."};
  command.examples = {"kinledger bench", "kinledger bench --persons 100000 --directory /data"};
  auto directory =
      option("--directory", "DIR", {"在此目录所在的磁盘上测量", "measure on this directory's disk"},
             options->directory);
  directory.offer = Parameter::Offer::directories;
  command.parameters = {
      option("--persons", "N", {"模拟城市的儿童数", "children of the synthetic city"},
             options->children),
      std::move(directory),
      flag("--by-check", {"另测每项检查单独的耗时", "what each check costs alone, too"},
           options->by_check),
      json_flag(options->json)};
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
